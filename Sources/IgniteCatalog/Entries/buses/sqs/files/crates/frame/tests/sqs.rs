//! SQS and SNS beyond what every bus promises.
#![cfg(feature = "sqs")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use frame::bus::{self, Bus, SqsBus, Subscription};
use frame::config::{BusSettings, Defaults, Settings};
use frame::{App, Envelope, Error, Handlers};
use secrecy::SecretString;
use serde_json::{Value, json};
use support::{Counted, Seen, counted};
use tower::ServiceExt as _;

const DEFAULTS: Defaults = Defaults {
    name: "mailer",
    port: 0,
};

fn settings(variables: &[(&'static str, &str)]) -> BusSettings {
    let given = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("BUS_CREATE", "true"),
    ];
    let variables = given.iter().chain(variables).copied();
    BusSettings {
        url: SecretString::from("sqs:"),
        prefix: format!("test-{}", frame::new_id()),
        own: variables
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, SecretString::from(value)))
            .collect(),
        ..BusSettings::default()
    }
}

fn without(name: &'static str) -> BusSettings {
    let mut settings = settings(&[]);
    settings.own.remove(name);
    settings
}

#[tokio::test]
async fn what_is_missing_is_told() {
    for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "BUS_CREATE"] {
        let Some(Error::Internal(reason)) = bus::open(&without(name)).await.err() else {
            panic!("{name} is missing");
        };
        let named = if name == "BUS_CREATE" { "SNS_TOPIC_ARN_PREFIX" } else { name };
        assert!(reason.contains(named), "{reason}");
    }
    let gone = SqsBus::open(&settings(&[("AWS_ENDPOINT_URL", "http://127.0.0.1:1")])).unwrap();
    assert!(gone.ping().await.is_err());
    assert!(gone.publish(&[counted("a", 1)]).await.is_err());
}

fn record(id: &str, envelope: &Envelope) -> Value {
    json!({
        "messageId": id,
        "receiptHandle": "r",
        "body": serde_json::to_string(envelope).unwrap(),
        "attributes": { "ApproximateReceiveCount": "2", "MessageGroupId": envelope.key },
    })
}

async fn post(routes: &Router, context: Option<&str>, body: String) -> (StatusCode, Value) {
    let mut request = Request::post("/events").header("content-type", "application/json");
    if let Some(context) = context {
        request = request.header("x-amzn-request-context", context);
    }
    let request = request.body(Body::from(body)).unwrap();
    let response = routes.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

fn function(variables: &[(&'static str, &str)]) -> (SqsBus, Router, Seen) {
    let seen = Seen::default();
    let mut all = vec![("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")];
    all.extend(variables);
    let bus = SqsBus::open(&settings(&all)).unwrap();
    let app = App::new(&Settings::new(DEFAULTS)).unwrap();
    let handlers = Handlers::new().on::<Counted>(seen.clone());
    let app = app.bus(Arc::new(bus.clone())).consumer("mailer", handlers);
    (bus, app.router(), seen)
}

#[tokio::test]
async fn a_function_is_brought_its_events() {
    let (_, routes, seen) = function(&[]);
    let events = [counted("a", 1), counted("a", 7), counted("a", 2), counted("b", 3)];
    let ids = ["m1", "m2", "m3", "m4"];
    let records: Vec<_> = ids.iter().zip(&events).map(|(id, e)| record(id, e)).collect();
    let body = json!({ "Records": records }).to_string();
    let (status, answer) = post(&routes, Some("null"), body.clone()).await;
    assert_eq!(status, StatusCode::OK);
    let failed = json!([{ "itemIdentifier": "m2" }, { "itemIdentifier": "m3" }]);
    assert_eq!(answer["batchItemFailures"], failed);
    let mut numbers = seen.0.lock().unwrap().clone();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 3, 7]);

    let (status, _) = post(&routes, Some(r#"{"http":{}}"#), body).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (_, answer) = post(&routes, None, "[]".to_owned()).await;
    let all = json!([{ "itemIdentifier": "" }]);
    assert_eq!(answer["batchItemFailures"], all);
}

#[tokio::test]
async fn who_asks_for_events_has_no_such_route() {
    let bus = SqsBus::open(&settings(&[])).unwrap();
    let app = App::new(&Settings::new(DEFAULTS)).unwrap();
    let app = app.bus(Arc::new(bus)).consumer("mailer", Handlers::new());
    let (status, _) = post(&app.router(), None, "{}".to_owned()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_function_gives_up_is_a_dead_letter() {
    let Ok(url) = std::env::var("TEST_SQS_URL") else {
        eprintln!("not tested on SQS: TEST_SQS_URL is not set");
        return;
    };
    let (bus, routes, _) = function(&[("AWS_ENDPOINT_URL", &url)]);
    let subscription = Subscription::new("mailer", ["Counted"]);
    let consumer = bus.subscribe(&subscription).await.unwrap();
    let mut unreadable = record("m2", &counted("b", 1));
    unreadable["body"] = "none".into();
    let records = [record("m1", &counted("a", 13)), unreadable];
    let body = json!({ "Records": records }).to_string();
    let (_, answer) = post(&routes, None, body).await;
    assert_eq!(answer["batchItemFailures"], json!([]));
    let letters = bus.dead_letters("mailer", 10).await.unwrap();
    assert_eq!(letters.len(), 1, "the other is no event, and stays");
    assert_eq!((letters[0].attempts, letters[0].reason.as_str()), (2, "never"));
    assert_eq!(bus.redrive("mailer").await, Ok(1));
    let wait = Duration::from_secs(10);
    assert_eq!(consumer.receive(1, wait).await.unwrap().len(), 1);
    consumer.close().await.unwrap();
}
