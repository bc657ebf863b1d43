//! Calls that show which service makes them, and a metadata server that answers as it is told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frame::client::{CallIdentity, Client, ClientSettings};
use frame::config::Reader;
use frame::metrics::Metrics;
use frame::resilience::PolicySettings;
use frame::testing::{Callee, Reply};

const HEADER: &str = "x-serverless-authorization";

/// Answers the first call with a token that ends after so many seconds, and each later one with the
/// next; where there is none, it fails.
async fn metadata(lifetimes: &'static [i64]) -> (String, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let answer = async |State(calls): State<Arc<AtomicUsize>>,
                        RawQuery(query): RawQuery,
                        headers: HeaderMap| {
        assert_eq!(headers["metadata-flavor"], "Google");
        assert!(
            query
                .unwrap()
                .starts_with("audience=http%3A%2F%2F127.0.0.1%3A")
        );
        let call = calls.fetch_add(1, Ordering::SeqCst);
        let lifetime = lifetimes.get(call).ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
        let ends = frame::now().timestamp() + lifetime;
        let claims = URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{ends}}}"));
        Ok::<_, StatusCode>(format!("t{call}.{claims}.signature\n"))
    };
    let path = "/computeMetadata/v1/instance/service-accounts/default/identity";
    let routes = Router::new()
        .route(path, get(answer))
        .with_state(calls.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (host, calls)
}

async fn client(lifetimes: &'static [i64]) -> (Callee, Client, Arc<AtomicUsize>) {
    let callee = Callee::start(vec![Reply::status(204)]).await.unwrap();
    let (host, calls) = metadata(lifetimes).await;
    let settings = ClientSettings {
        identity: CallIdentity::Google(host),
        ..ClientSettings::new(format!("{}/", callee.url()), PolicySettings::default())
    };
    let metrics = Metrics::new("orders").unwrap();
    let client = Client::new("stock", &settings, &metrics.calls).unwrap();
    (callee, client, calls)
}

fn shown(callee: &Callee) -> Vec<String> {
    let first = |value: &str| value.split('.').next().unwrap_or_default().to_owned();
    let calls = callee.calls();
    calls
        .iter()
        .map(|call| first(call.headers[HEADER].to_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_token_is_shown_and_kept() {
    let (callee, client, asked) = client(&[3600]).await;
    for _ in 0..3 {
        client.get("/stock").done().await.unwrap();
    }
    assert_eq!(shown(&callee), ["Bearer t0", "Bearer t0", "Bearer t0"]);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(!callee.calls()[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_token_is_asked_for_anew_before_its_end() {
    let (callee, client, _) = client(&[200, 3600]).await;
    for _ in 0..3 {
        client.get("/stock").done().await.unwrap();
    }
    assert_eq!(shown(&callee), ["Bearer t0", "Bearer t1", "Bearer t1"]);
}

#[tokio::test]
async fn a_token_that_still_holds_is_shown_while_there_is_no_other() {
    let (callee, client, asked) = client(&[200]).await;
    client.get("/stock").done().await.unwrap();
    client.get("/stock").done().await.unwrap();
    assert_eq!(shown(&callee), ["Bearer t0", "Bearer t0"]);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn without_a_token_nothing_is_called() {
    let (callee, client, _) = client(&[]).await;
    let error = client.get("/stock").done().await.unwrap_err();
    assert!(error.to_string().contains("no identity token"), "{error}");
    assert!(callee.calls().is_empty());
}

#[test]
fn the_environment_decides() {
    let read = |pairs: &[(&'static str, &'static str)]| {
        let mut reader = Reader::from_pairs(pairs.iter().copied());
        let identity = CallIdentity::read(&mut reader);
        reader.finish().map(|()| identity)
    };
    assert_eq!(read(&[]).unwrap(), CallIdentity::None);
    let google = CallIdentity::Google("metadata.google.internal".to_owned());
    assert_eq!(read(&[("CALL_IDENTITY", "google")]).unwrap(), google);
    let other = [("CALL_IDENTITY", "google"), ("GCE_METADATA_HOST", "m:1")];
    assert_eq!(
        read(&other).unwrap(),
        CallIdentity::Google("m:1".to_owned())
    );
    assert!(read(&[("CALL_IDENTITY", "aws")]).is_err());
}
