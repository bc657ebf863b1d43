//! Who is let in, and in whose name others are called.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use frame::authentication::issuer::Issuer;
use frame::authentication::{AuthenticationSettings, Mode, OnBehalf};
use frame::client::{Client, ClientSettings};
use frame::config::Defaults;
use frame::metrics::Metrics;
use frame::resilience::PolicySettings;
use frame::testing::{Callee, Reply};
use frame::{App, Reader, RequestContext, Settings, TraceContext};
use serde_json::json;
use tower::ServiceExt as _;

fn settings(pairs: &[(&str, &str)]) -> AuthenticationSettings {
    let mut reader = Reader::from_pairs(pairs.iter().copied());
    let settings = AuthenticationSettings::read(&mut reader, "/keys");
    reader.finish().unwrap();
    settings
}

/// A service with one route of its own, one that checks signatures and one for operators.
fn app(settings: &AuthenticationSettings, routes: Router) -> Router {
    let defaults = Defaults {
        name: "orders",
        port: 0,
    };
    let signed = Router::new().route("/webhooks/bank", get(async || "there"));
    App::new(&Settings::new(defaults))
        .unwrap()
        .guarded_by(settings.guard().unwrap())
        .routes(routes)
        .signed_routes(signed)
        .router()
}

async fn ask(router: &Router, path: &str, token: Option<&str>) -> u16 {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    response.status().as_u16()
}

fn mine() -> Router {
    Router::new().route("/mine", get(async || "there"))
}

#[tokio::test]
async fn without_an_issuer_nobody_is_let_in() {
    let closed = app(&settings(&[]), mine());
    assert_eq!(ask(&closed, "/mine", None).await, 503);
    assert_eq!(ask(&closed, "/webhooks/bank", None).await, 200);
    assert_eq!(ask(&closed, "/health/live", None).await, 200);
    let off = settings(&[("AUTHENTICATION", "off")]);
    assert_eq!(off.mode, Mode::Off);
    assert_eq!(ask(&app(&off, mine()), "/mine", None).await, 200);
}

#[test]
fn a_mode_is_one_of_two() {
    let mut reader = Reader::from_pairs([("AUTHENTICATION", "perhaps")]);
    AuthenticationSettings::read(&mut reader, "/keys");
    assert_eq!(reader.finish().unwrap_err().problems().len(), 1);
    let required = settings(&[("AUTHENTICATION", "required")]);
    assert_eq!(required.mode, Mode::Required);
    let slash = settings(&[("JWT_ISSUER", "https://id.example/")]);
    assert_eq!(slash.jwks_url, "https://id.example/keys");
    assert_eq!(slash.issuer.as_deref(), Some("https://id.example/"));
}

#[tokio::test]
async fn others_are_called_in_the_name_of_the_caller() {
    let issuer = Issuer::start().await.unwrap();
    let stock = Callee::start(vec![Reply::json(200, &json!(3))])
        .await
        .unwrap();
    let metrics = Metrics::new("orders").unwrap();
    let client = ClientSettings::new(stock.url(), PolicySettings::default());
    let client = Client::new("stock", &client, &metrics.calls).unwrap();
    let client = client.authorized_by(Arc::new(OnBehalf::default()));
    let called = client.clone();
    let call = async move || called.get("/").json::<u8>().await.unwrap().to_string();
    let routes = Router::new().route("/mine", get(call));
    let pairs = [("JWT_ISSUER", issuer.url()), ("JWT_AUDIENCE", "orders")];
    let router = app(&settings(&pairs), routes);
    let token = issuer.token(&issuer.claims("orders", &[])).unwrap();
    assert_eq!(ask(&router, "/mine", Some(&token)).await, 200);
    let sent = stock.calls()[0].headers["authorization"].clone();
    assert_eq!(sent, format!("Bearer {token}"));
    // Nobody called what works in the background.
    assert_eq!(client.get("/").json::<u8>().await, Ok(3));
    assert!(!stock.calls()[1].headers.contains_key("authorization"));
}

#[tokio::test]
async fn work_in_the_background_has_the_name_of_the_service() {
    let tokens = vec![
        Reply::json(200, &json!({ "access_token": "first", "expires_in": 300 })),
        Reply::json(200, &json!({ "access_token": "second", "expires_in": 300 })),
    ];
    let tokens = Callee::start(tokens).await.unwrap();
    let replies = vec![
        Reply::json(200, &json!(1)),
        Reply::json(200, &json!(2)),
        Reply::status(401),
        Reply::json(200, &json!(3)),
    ];
    let stock = Callee::start(replies).await.unwrap();
    let mut reader = Reader::from_pairs([
        ("SERVICE_TOKEN_URL", tokens.url()),
        ("SERVICE_CLIENT_ID", "orders"),
        ("SERVICE_CLIENT_SECRET", "hunter2"),
    ]);
    let policy = PolicySettings::default();
    let settings = ClientSettings::read(&mut reader, "STOCK_URL", stock.url(), policy);
    assert!(!format!("{settings:?}").contains("hunter2"));
    let metrics = Metrics::new("orders").unwrap();
    let client = Client::new("stock", &settings, &metrics.calls).unwrap();
    let client = client.authorized_by(Arc::new(OnBehalf::new(&settings)));
    for expected in 1..=3 {
        assert_eq!(client.get("/").json::<u8>().await, Ok(expected));
    }
    let sent: Vec<_> = stock
        .calls()
        .iter()
        .map(|call| call.headers["authorization"].clone())
        .collect();
    // One token until it is refused; then another one.
    assert_eq!(
        sent,
        [
            "Bearer first",
            "Bearer first",
            "Bearer first",
            "Bearer second"
        ]
    );
    assert_eq!(tokens.calls().len(), 2);
    // Who has a name is called in it, and is told when it is refused.
    let mut context = RequestContext::new("r1", TraceContext::root(), None);
    context.token = Some("Bearer ada".parse().unwrap());
    assert!(context.caller().is_some_and(|word| word.len() == 64));
    assert_eq!(context.scope(client.get("/").json::<u8>()).await, Ok(3));
    assert_eq!(stock.calls()[4].headers["authorization"], "Bearer ada");
}

#[test]
fn half_a_name_of_the_service_is_told() {
    let mut reader = Reader::from_pairs([("SERVICE_CLIENT_ID", "orders")]);
    AuthenticationSettings::read(&mut reader, "/keys");
    let problems = reader.finish().unwrap_err();
    assert_eq!(problems.problems().len(), 1);
    assert_eq!(problems.problems()[0].name, "SERVICE_TOKEN_URL");
}
