//! What switches do to the service, as a file that was kept tells them.

use axum::body::Body;
use axum::http::Request;
use frame::config::Reader;
use books::{Config, NAME, assemble};
use serde_json::json;
use tower::ServiceExt;

use crate::harness::Harness;

/// What the service answers while its switch for maintenance says this.
async fn answer(maintenance: bool, path: &str) -> u16 {
    let file = std::env::temp_dir().join(format!("flags-{}", frame::new_id()));
    let flag = format!("{NAME}-maintenance");
    let state = json!({
        "key": flag, "on": maintenance, "version": 1, "variations": [true, false],
        "fallthrough": { "variation": 0 }, "offVariation": 1,
    });
    std::fs::write(&file, json!({ "flags": { flag.as_str(): state } }).to_string()).unwrap();
    let pairs = [("PORT", "0"), ("LAUNCHDARKLY_BACKUP", file.to_str().unwrap())];
    let config = Config::read(Reader::from_pairs(pairs)).unwrap();
    let database = Harness::start().await.database;
    let app = assemble(&config, (*database).clone()).await;
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.unwrap().router().oneshot(request).await.unwrap();
    std::fs::remove_file(&file).unwrap();
    response.status().as_u16()
}

#[tokio::test]
async fn maintenance_is_a_switch() {
    assert_eq!(answer(false, "/openapi.json").await, 200);
    assert_eq!(answer(true, "/openapi.json").await, 503);
    assert_eq!(answer(true, "/health/live").await, 200);
}
