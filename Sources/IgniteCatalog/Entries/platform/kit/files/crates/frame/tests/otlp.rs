//! What a service does reaches a collector.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use frame::bus::Bus;
use frame::client::{Client, ClientSettings};
use frame::config::{Defaults, Reader, Settings};
use frame::resilience::PolicySettings;
use frame::{App, Envelope, Handler, HandlerError, Handlers, MemoryBus, Shutdown};
use serde_json::Value;
use support::{Counted, counted};
use tokio::net::TcpListener;

#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<(String, Value)>>>);

impl Collector {
    /// Starts it; the first requests are answered by 503, so that they come again.
    async fn start(&self) -> String {
        async fn take(
            State(collector): State<Collector>,
            Path(signal): Path<String>,
            headers: HeaderMap,
            Json(body): Json<Value>,
        ) -> StatusCode {
            assert_eq!(headers["api-key"], "k");
            let mut all = collector.0.lock().unwrap();
            all.push((signal, body));
            if all.len() == 1 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
        }
        let routes = Router::new().route("/v1/{signal}", post(take)).with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, routes).await });
        url
    }

    fn all(&self, signal: &str, list: &str, inner: &str, of: &str) -> Vec<Value> {
        let all = self.0.lock().unwrap();
        let bodies = all.iter().skip(1).filter(|(name, _)| name == signal);
        let lists = bodies.flat_map(|(_, body)| body[list].as_array().unwrap().clone());
        let scopes = lists.flat_map(|list| list[inner].as_array().unwrap().clone());
        scopes.flat_map(|scope| scope[of].as_array().unwrap().clone()).collect()
    }

    fn spans(&self) -> Vec<Value> {
        self.all("traces", "resourceSpans", "scopeSpans", "spans")
    }
}

struct Quiet;

#[async_trait]
impl Handler for Quiet {
    async fn handle(&self, _: &Envelope) -> Result<(), HandlerError> {
        Ok(())
    }
}

fn settings(endpoint: &str) -> Settings {
    let mut reader = Reader::from_pairs([
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=k"),
        ("OTEL_METRICS_EXPORTER", "otlp"),
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
    ]);
    let defaults = Defaults {
        name: "orders",
        port: 0,
    };
    let settings = Settings::read(&mut reader, defaults);
    reader.finish().unwrap();
    settings
}

#[tokio::test]
async fn requests_calls_and_events_become_spans_of_one_trace() {
    let collector = Collector::default();
    let settings = settings(&collector.start().await);
    let bus = Arc::new(MemoryBus::new());
    let app = App::new(&settings).unwrap();
    let calls = app.metrics().calls.clone();
    let published = bus.clone();
    let ask = move |Json(url): Json<String>| async move {
        let client = ClientSettings::new(url, PolicySettings::default());
        let client = Client::new("stock", &client, &calls).unwrap();
        client.get("/stock").done().await.unwrap();
        published.publish(&[counted("a", 1)]).await.unwrap();
    };
    let routes = Router::new()
        .route("/ask", post(ask))
        .route("/stock", get(async || StatusCode::OK))
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR));
    let app = app
        .routes(routes)
        .bus(bus)
        .consumer("orders", Handlers::new().on::<Counted>(Quiet));
    let bound = app.bind().await.unwrap();
    let url = format!("http://{}", bound.address());
    let shutdown = Shutdown::new();
    let running = tokio::spawn(bound.run(shutdown.clone()));
    let http = frame::testing::http();
    let sent = http
        .post(format!("{url}/ask"))
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .json(&url)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), StatusCode::OK);
    http.get(format!("{url}/broken")).send().await.unwrap();
    http.get(format!("{url}/health/live")).send().await.unwrap();
    // The event is handled before the service stops.
    tokio::time::sleep(Duration::from_millis(300)).await;
    shutdown.trigger();
    running.await.unwrap().unwrap();

    let spans = collector.spans();
    let find = |name: &str| {
        let mut found = spans.iter().filter(|span| span["name"] == name);
        let span = found.next().unwrap_or_else(|| panic!("no {name} in {spans:?}"));
        assert!(found.next().is_none(), "{name} is there once");
        span
    };
    let (asked, called) = (find("POST /ask"), find("GET stock"));
    let (answered, handled) = (find("GET /stock"), find("process Counted"));
    assert_eq!(asked["parentSpanId"], "b7ad6b7169203331");
    assert_eq!(called["parentSpanId"], asked["spanId"]);
    assert_eq!(answered["parentSpanId"], called["spanId"]);
    assert_eq!(handled["parentSpanId"], asked["spanId"]);
    for span in [asked, called, answered, handled] {
        assert_eq!(span["traceId"], "0af7651916cd43dd8448eb211c80319c");
    }
    let kinds = [asked, called, handled].map(|span| span["kind"].as_u64());
    assert_eq!(kinds, [Some(2), Some(3), Some(5)]);
    assert_eq!(find("GET /broken")["status"]["code"], 2);
    assert_eq!(spans.len(), 5, "nobody wants to see how often health is asked for");

    let metrics = collector.all("metrics", "resourceMetrics", "scopeMetrics", "metrics");
    let metric = |name: &str| metrics.iter().find(|metric| metric["name"] == name).unwrap();
    let requests = &metric("http_requests_total")["sum"];
    assert_eq!((&requests["isMonotonic"], &requests["aggregationTemporality"]), (&true.into(), &2.into()));
    let seconds = &metric("consumer_seconds")["histogram"]["dataPoints"][0];
    assert_eq!(seconds["count"], "1");
    let counts = seconds["bucketCounts"].as_array().unwrap();
    let bounds = seconds["explicitBounds"].as_array().unwrap();
    assert_eq!(counts.len(), bounds.len() + 1);
    let sum: u64 = counts.iter().map(|n| n.as_str().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(sum, 1);
    let gone = &metric("spans_dropped_total")["sum"]["dataPoints"][0]["asInt"];
    assert_eq!(gone, "0");
}

#[tokio::test]
async fn a_collector_that_is_away_costs_spans_only() {
    let settings = settings("http://127.0.0.1:1");
    let app = App::new(&settings).unwrap().routes(Router::new().route("/", get(async || "x")));
    let metrics = app.metrics().clone();
    let bound = app.bind().await.unwrap();
    let url = format!("http://{}/", bound.address());
    let shutdown = Shutdown::new();
    let running = tokio::spawn(bound.run(shutdown.clone()));
    let answer = frame::testing::http().get(url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    shutdown.trigger();
    running.await.unwrap().unwrap();
    assert_eq!(metrics.spans.dropped(), 1);
}
