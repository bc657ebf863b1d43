//! DynamoDB beyond what every store of a cache promises.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Json, Router};
use frame::cache::{Body, CacheStore, DynamoStore, Kept, StoreSettings, Ticket};
use frame::{Error, Result};
use secrecy::SecretString;
use serde_json::{Value, json};

fn settings(table: &str, url: &str, create: &str) -> StoreSettings {
    let mut settings = StoreSettings::new(format!("dynamodb:{table}"), "test");
    let variables = [
        ("AWS_ENDPOINT_URL_DYNAMODB", url),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("CACHE_CREATE", create),
    ];
    let variables = variables.into_iter();
    settings.own = variables.map(|(name, value)| (name, SecretString::from(value))).collect();
    settings
}

fn answer(text: &str, version: i64) -> Kept {
    let later = frame::now().timestamp_millis() + 60_000;
    Kept {
        body: Body::Present(text.to_owned()),
        version,
        fresh_until: later,
        gone_at: later,
    }
}

async fn kept(store: &DynamoStore, key: &str) -> (Option<Kept>, Ticket) {
    store.get(&[key.to_owned()]).await.unwrap().remove(0)
}

/// A store in the simulator, if there is one.
async fn store() -> Option<(DynamoStore, StoreSettings)> {
    let Ok(url) = std::env::var("TEST_DYNAMODB_URL") else {
        eprintln!("not tested on DynamoDB: TEST_DYNAMODB_URL is not set");
        return None;
    };
    let settings = settings(&format!("test-{}", frame::new_id()), &url, "true");
    Some((DynamoStore::open(&settings).await.unwrap(), settings))
}

#[tokio::test]
async fn a_table_that_is_there_is_used() {
    let Some((first, settings)) = store().await else { return };
    first.put("k", &answer("1", 1), None).await.unwrap();
    let second = DynamoStore::open(&settings).await.unwrap();
    assert_eq!(kept(&second, "k").await.0, kept(&first, "k").await.0);
    let mut other = settings.clone();
    other.prefix = "other".to_owned();
    let other = DynamoStore::open(&other).await.unwrap();
    assert_eq!(kept(&other, "k").await.0, None);
}

/// A server that says how often it was asked for what.
async fn server(answer: fn(u32) -> (StatusCode, Value)) -> (String, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let reply = move |State(asked): State<Arc<AtomicU32>>, headers: HeaderMap| async move {
        if headers.contains_key("x-amz-target") {
            let (status, json) = answer(asked.fetch_add(1, Ordering::SeqCst));
            return (status, Json(json));
        }
        (StatusCode::OK, Json(json!({})))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new().fallback(reply).with_state(asked.clone());
    tokio::spawn(async { axum::serve(listener, routes).await });
    (url, asked)
}

async fn asked(answer: fn(u32) -> (StatusCode, Value)) -> (Result<Vec<(Option<Kept>, Ticket)>>, u32) {
    let (url, count) = server(answer).await;
    let store = DynamoStore::open(&settings("t", &url, "")).await.unwrap();
    let found = store.get(&["k".to_owned()]).await;
    (found, count.load(Ordering::SeqCst))
}

#[tokio::test]
async fn load_passes_and_rights_do_not() {
    let (found, count) = asked(|turn| match turn {
        0 => (StatusCode::BAD_REQUEST, json!({ "__type": "x#ThrottlingException" })),
        1 => (StatusCode::BAD_GATEWAY, json!("nobody")),
        _ => (StatusCode::OK, json!({ "Responses": {}, "UnprocessedKeys": {} })),
    })
    .await;
    assert_eq!((found, count), (Ok(vec![(None, Ticket(0))]), 3));
    let (refused, count) =
        asked(|_| (StatusCode::BAD_REQUEST, json!({ "__type": "x#AccessDeniedException" }))).await;
    assert!(matches!(refused, Err(Error::Unavailable(reason)) if reason.contains("AccessDenied")));
    assert_eq!(count, 1);
}

#[tokio::test]
async fn what_was_left_out_is_asked_for_again() {
    let (found, count) = asked(|turn| match turn {
        0 => (StatusCode::OK, json!({ "UnprocessedKeys": { "t": { "Keys": [] } } })),
        _ => (StatusCode::OK, json!({ "Responses": { "t": [{ "id": { "S": "test:answer:k" } }] } })),
    })
    .await;
    assert_eq!((found, count), (Ok(vec![(None, Ticket(0))]), 2));
    let (refused, count) =
        asked(|_| (StatusCode::OK, json!({ "UnprocessedKeys": { "t": {} } }))).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))));
    assert_eq!(count, 3);
}

#[tokio::test]
async fn what_is_missing_is_told() {
    let open = async |settings: StoreSettings| DynamoStore::open(&settings).await.map(drop);
    let nowhere = open(settings("", "http://127.0.0.1:1", "")).await;
    assert!(matches!(nowhere, Err(Error::Internal(_))));
    let mut lost = settings("t", "http://127.0.0.1:1", "");
    assert!(matches!(open(lost.clone()).await, Err(Error::Unavailable(_))));
    lost.own.remove("AWS_REGION");
    assert!(matches!(open(lost).await, Err(Error::Internal(_))));
    let (url, _) = server(|_| (StatusCode::BAD_REQUEST, json!({ "__type": "x#LimitExceeded" }))).await;
    assert!(matches!(open(settings("t", &url, "true")).await, Err(Error::Unavailable(_))));
}
