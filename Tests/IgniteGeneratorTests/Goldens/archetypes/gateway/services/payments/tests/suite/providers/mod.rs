//! The external systems, each played by a server that answers as it is told.

mod stripe;
mod parcels;
mod ledger;
mod rates;

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use frame::config::{LogFormat, LogSettings, Reader};
use frame::metrics::Metrics;
use frame::testing::Reply;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use payments::Config;
use payments::presentation::integrations;
use payments::providers::Providers;
use tower::ServiceExt;

/// No log may ever hold it.
const SECRET: &str = "a-secret-that-nobody-may-read";

/// What the environment says besides.
type Pairs<'a> = &'a [(&'a str, &'a str)];

/// The clients, with waits that are short.
fn providers(pairs: Pairs) -> Providers {
    let fixed = [("CALL_RETRY_INITIAL", "1ms"), ("CALL_RETRY_MAX", "2ms"), ("CALL_BREAKER_FAILURES", "5")];
    let reader = Reader::from_pairs(fixed.iter().chain(pairs).copied());
    let config = Config::read(reader).unwrap();
    Providers::over_http(&config.providers, &Metrics::new("test").unwrap().calls).unwrap()
}

/// What the service answers to a call that it is to pass on.
async fn pass_on(providers: &Providers, method: Method, path: &str, key: Option<&str>) -> (StatusCode, Value) {
    let mut request = Request::builder().method(&method).uri(path);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let body = match method {
        Method::GET => Body::empty(),
        _ => Body::from(json!({ "amount": 7 }).to_string()),
    };
    let request = request.header("content-type", "application/json").body(body).unwrap();
    let routes = integrations::routes(providers.clone());
    let response = routes.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// Answers of a server: how often it fails before all is well.
fn failing(times: usize) -> Vec<Reply> {
    let mut replies = vec![Reply::status(503); times];
    replies.push(Reply::json(200, &json!({ "ok": true })));
    replies
}

/// What is logged meanwhile, at the most talkative level.
fn logged(work: impl Future<Output = ()>) -> String {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let lines = Lines::default();
    let settings = LogSettings {
        level: "trace".to_owned(),
        format: LogFormat::Plain,
        redact: Vec::new(),
    };
    let writer = lines.clone();
    let subscriber = frame::telemetry::subscriber(&settings, move || writer.clone()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || runtime.block_on(work));
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn how_each_fares_is_told() {
    let routes = integrations::operations(providers(&[]));
    let request = Request::get("/operations/integrations").body(Body::empty()).unwrap();
    let response = routes.oneshot(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let health: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(health[0]["name"], "stripe");
    assert_eq!(health[0]["circuit"], "closed");
    assert_eq!(health[1]["name"], "parcels");
    assert_eq!(health[1]["circuit"], "closed");
    assert_eq!(health[2]["name"], "ledger");
    assert_eq!(health[2]["circuit"], "closed");
    assert_eq!(health[3]["name"], "rates");
    assert_eq!(health[3]["circuit"], "closed");
}
