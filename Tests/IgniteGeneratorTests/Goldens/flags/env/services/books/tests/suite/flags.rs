//! What switches do to the service.

use axum::body::Body;
use axum::http::Request;
use frame::config::Reader;
use books::{Config, NAME, assemble};
use tower::ServiceExt;

use crate::harness::Harness;

/// What the service answers while its switch for maintenance says this.
async fn answer(maintenance: &str, path: &str) -> u16 {
    let flags = format!("{NAME}-maintenance={maintenance}");
    let pairs = [("PORT", "0"), ("FLAGS", &flags)];
    let config = Config::read(Reader::from_pairs(pairs)).unwrap();
    let database = Harness::start().await.database;
    let app = assemble(&config, (*database).clone()).await;
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.unwrap().router().oneshot(request).await.unwrap();
    response.status().as_u16()
}

#[tokio::test]
async fn maintenance_is_a_switch() {
    assert_eq!(answer("off", "/openapi.json").await, 200);
    assert_eq!(answer("on", "/openapi.json").await, 503);
    assert_eq!(answer("on", "/health/live").await, 200);
}
