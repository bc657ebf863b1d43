//! Pub/Sub beyond what every bus promises: events that are brought.
#![cfg(feature = "pubsub")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod pubsub_server;
mod support;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use frame::bus::{Bus as _, PubSubBus, Subscription};
use frame::config::{BusSettings, Defaults, Settings};
use frame::{App, Envelope, Handlers};
use secrecy::SecretString;
use serde_json::{Value, json};
use support::{Counted, Seen, counted};
use tower::ServiceExt as _;

const ACCOUNT: &str = "push@test.iam.gserviceaccount.com";
const DEFAULTS: Defaults = Defaults {
    name: "mailer",
    port: 0,
};

/// A service that is brought its events by `account`, if by anybody.
async fn service(account: Option<&str>, dead_letters: bool) -> (PubSubBus, Router, Seen) {
    let mut variables = pubsub_server::variables().await;
    variables.extend(account.map(|account| ("PUBSUB_PUSH_ACCOUNT", account.to_owned())));
    let bus = PubSubBus::open(&BusSettings {
        url: SecretString::from("pubsub:"),
        own: variables.into_iter().map(|(name, value)| (name, value.into())).collect(),
        ..BusSettings::default()
    });
    let bus = bus.unwrap();
    let mut settings = Settings::new(DEFAULTS);
    settings.consumer.dead_letters = dead_letters;
    let seen = Seen::default();
    let handlers = Handlers::new().on::<Counted>(seen.clone());
    let app = App::new(&settings).unwrap();
    let app = app.bus(Arc::new(bus.clone())).consumer("mailer", handlers);
    (bus, app.router(), seen)
}

/// As Cloud Run hands a token on that it has held to the keys.
fn token(email: &str) -> String {
    let claims = json!({ "email": email, "iss": "https://accounts.google.com" });
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("Bearer e30.{claims}.SIGNATURE_REMOVED_BY_GOOGLE")
}

async fn post(routes: &Router, token: Option<&str>, body: String) -> StatusCode {
    let mut request = Request::post("/events").header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", token);
    }
    let request = request.body(Body::from(body)).unwrap();
    routes.clone().oneshot(request).await.unwrap().status()
}

fn pushed(envelope: &Envelope, attempt: u32) -> Value {
    json!({
        "message": {
            "data": STANDARD.encode(serde_json::to_string(envelope).unwrap()),
            "messageId": "1",
            "orderingKey": envelope.key,
        },
        "subscription": "projects/test/subscriptions/frame-mailer-Counted",
        "deliveryAttempt": attempt,
    })
}

#[tokio::test]
async fn what_is_brought_is_handled_or_comes_again() {
    let (bus, routes, seen) = service(Some(ACCOUNT), true).await;
    bus.subscribe(&Subscription::new("mailer", ["Counted"])).await.unwrap();
    let bring = async |number, attempt| {
        let body = pushed(&counted("a", number), attempt).to_string();
        post(&routes, Some(&token(ACCOUNT)), body).await
    };
    assert_eq!(bring(1, 1).await, StatusCode::NO_CONTENT);
    assert_eq!(bring(7, 1).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(bring(7, 5).await, StatusCode::NO_CONTENT, "it was the last attempt");
    assert_eq!(bring(13, 2).await, StatusCode::NO_CONTENT, "it is never handled");
    assert_eq!(*seen.0.lock().unwrap(), [1, 7, 7, 13]);
    let letters = bus.dead_letters("mailer", 10).await.unwrap();
    let mut letters: Vec<_> = letters.iter().map(|l| (l.attempts, l.reason.as_str())).collect();
    letters.sort_unstable();
    assert_eq!(letters, [(2, "never"), (5, "later")]);
}

#[tokio::test]
async fn without_dead_letters_it_is_let_go() {
    let (bus, routes, _) = service(Some(ACCOUNT), false).await;
    bus.subscribe(&Subscription::new("mailer", ["Counted"])).await.unwrap();
    let body = pushed(&counted("a", 13), 1).to_string();
    assert_eq!(post(&routes, Some(&token(ACCOUNT)), body).await, StatusCode::NO_CONTENT);
    assert!(bus.dead_letters("mailer", 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn nobody_else_brings_events() {
    let (_, routes, seen) = service(Some(ACCOUNT), true).await;
    let body = pushed(&counted("a", 1), 1).to_string();
    let others = [token("orders@test.iam.gserviceaccount.com"), "Bearer none".to_owned()];
    for other in others.iter().map(Some).chain([None]) {
        let status = post(&routes, other.map(String::as_str), body.clone()).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    for strange in ["", "{}", r#"{"message":{}}"#] {
        let status = post(&routes, Some(&token(ACCOUNT)), strange.to_owned()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    assert!(seen.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn who_asks_for_events_has_no_such_route() {
    let (_, routes, _) = service(None, true).await;
    let status = post(&routes, Some(&token(ACCOUNT)), "{}".to_owned()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
