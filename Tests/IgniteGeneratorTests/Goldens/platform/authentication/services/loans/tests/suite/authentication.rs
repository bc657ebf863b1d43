//! Who is let in, by tokens of an issuer in process.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use frame::authentication::issuer::Issuer;
use frame::config::Reader;
use serde_json::{Value, json};
use loans::{Config, assemble};
use tower::ServiceExt;

use crate::harness::Harness;

const AUDIENCE: &str = "those-who-test";
const ROLE: &str = "tester";

/// The service, with these variables.
async fn service(pairs: &[(&str, &str)]) -> Router {
    let fixed = [("PORT", "0"), ("JWT_AUDIENCE", AUDIENCE), ("JWT_REQUIRED_ROLE", ROLE)];
    let config = Config::read(Reader::from_pairs(fixed.iter().chain(pairs).copied())).unwrap();
    let database = Harness::start().await.database;
    let app = assemble(&config, (*database).clone()).await;
    app.unwrap().router()
}

async fn ask(service: &Router, path: &str, token: Option<&str>) -> StatusCode {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).unwrap();
    service.clone().oneshot(request).await.unwrap().status()
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

#[tokio::test]
async fn only_a_good_token_with_the_role_lets_in() {
    let (issuer, stranger) = (Issuer::start().await.unwrap(), Issuer::start().await.unwrap());
    let service = service(&[("JWT_ISSUER", issuer.url()), ("JWT_LEEWAY", "5s")]).await;
    let (good, now) = (issuer.claims(AUDIENCE, &[ROLE, "other"]), frame::now().timestamp());
    let cases = [
        ("good", issuer.token(&good), 200),
        ("a moment late", issuer.token(&with(good.clone(), "exp", json!(now - 2))), 200),
        ("without the role", issuer.token(&issuer.claims(AUDIENCE, &["other"])), 403),
        ("expired", issuer.token(&with(good.clone(), "exp", json!(now - 30))), 401),
        ("not yet good", issuer.token(&with(good.clone(), "nbf", json!(now + 30))), 401),
        ("for others", issuer.token(&issuer.claims("others", &[ROLE])), 401),
        ("of another issuer", issuer.token(&with(good.clone(), "iss", json!(stranger.url()))), 401),
        ("signed by another", stranger.token(&good), 401),
        ("no token", Ok("abc".to_owned()), 401),
    ];
    for (what, token, status) in cases {
        let token = token.unwrap();
        assert_eq!(ask(&service, "/openapi.json", Some(&token)).await, status, "{what}");
    }
    assert_eq!(ask(&service, "/openapi.json", None).await, 401);
    assert_eq!(ask(&service, "/health/ready", None).await, 200);
}

#[tokio::test]
async fn the_description_tells_of_the_token() {
    let service = service(&[("AUTHENTICATION", "off")]).await;
    assert_eq!(ask(&service, "/openapi.json", None).await, 200);
    let description = loans::presentation::rest::description();
    let description = serde_json::to_value(description).unwrap();
    assert_eq!(description["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    assert_eq!(description["security"], json!([{ "token": [] }]));
}

#[tokio::test]
async fn without_the_keys_of_an_issuer_nobody_is_let_in() {
    // Nobody listens at this port.
    let service = service(&[("JWT_ISSUER", "http://127.0.0.1:9")]).await;
    let issuer = Issuer::start().await.unwrap();
    let token = issuer.token(&issuer.claims(AUDIENCE, &[ROLE])).unwrap();
    assert_eq!(ask(&service, "/openapi.json", Some(&token)).await, 503);
}
