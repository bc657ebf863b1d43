//! How the service handles events: once in effect, in order for each key, again after a failure, and
//! set aside when nothing helps.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use frame::bus::{Bus, MemoryBus, Subscription};
use frame::config::Reader;
use frame::messaging::ConsumerRunner;
use frame::metrics::{ConsumerMetrics, Metrics};
use frame::{Database, Envelope, Handler, HandlerError, Shutdown, testing};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use journal::{Config, NAME, assemble, handlers};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::harness::Harness;

/// The settings of the architecture, with waits that a test can wait for.
pub fn config() -> Config {
    let pairs = [("PORT", "0"), ("HOST", "127.0.0.1"), ("CONSUMER_BACKOFF", "1ms")];
    Config::read(Reader::from_pairs(pairs)).unwrap()
}

/// An event of any type and key, as it comes from the bus.
pub fn envelope(kind: &str, key: &str, payload: Value) -> Envelope {
    Envelope {
        id: frame::new_id(),
        kind: kind.to_owned(),
        version: 1,
        source: "test".to_owned(),
        key: key.to_owned(),
        occurred_at: frame::now(),
        traceparent: None,
        tenant: None,
        payload,
    }
}

/// The events that the service handles, with a payload each.
pub fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "BookAdded",
            json!({
                "id": "018f4e6a-7c00-7000-8000-000000000001",
                "title": "a word",
                "pages": 7,
            }),
        ),
        (
            "BookRemoved",
            json!({
                "id": "018f4e6a-7c00-7000-8000-000000000001",
                "title": "a word",
                "pages": 7,
            }),
        ),
        (
            "ShelfFull",
            json!({
                "id": "018f4e6a-7c00-7000-8000-000000000001",
            }),
        ),
        ("partner.loans", json!({ "any": "thing" })),
    ]
}

/// A consumer of the service's group with its settings and any handler.
struct Running {
    task: JoinHandle<frame::Result<()>>,
    stop: CancellationToken,
    metrics: ConsumerMetrics,
}

impl Running {
    fn start(bus: &Arc<dyn Bus>, handler: Arc<dyn Handler>) -> Self {
        let types: Vec<_> = samples().into_iter().map(|(kind, _)| kind).collect();
        let metrics = Metrics::new("test").unwrap().consumer;
        let runner = ConsumerRunner::new(
            Arc::clone(bus),
            Subscription::new(NAME, types),
            handler,
            config().frame.consumer,
            metrics.clone(),
        );
        let stop = CancellationToken::new();
        let task = tokio::spawn(Arc::new(runner).run(stop.clone()));
        Self { task, stop, metrics }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

/// Waits until something holds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    // A minute is much, but a program that was killed must start again on a busy machine.
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    while std::time::Instant::now() < deadline {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

/// How many events took effect: the note of each is committed with its effect.
pub async fn handled(database: &Database) -> usize {
    let count = "SELECT COUNT(*) FROM frame_inbox";
    let count: i64 = match database {
        Database::Sqlite(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
        Database::Postgres(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
    };
    usize::try_from(count).unwrap()
}

#[tokio::test]
async fn each_event_takes_effect_once() {
    for Harness { database, .. } in Harness::everywhere().await {
        let handlers = handlers(&database);
        for (kind, payload) in samples() {
            let mut event = envelope(kind, "018f4e6a-7c00-7000-8000-000000000001", payload);
            assert_eq!(handlers.handle(&event).await, Ok(()), "{kind} {}", database.name);
            assert_eq!(handlers.handle(&event).await, Ok(()), "{kind} {}", database.name);
            event.id = frame::new_id();
            assert_eq!(handlers.handle(&event).await, Ok(()), "{kind} {}", database.name);
        }
        assert_eq!(handled(&database).await, 2 * samples().len(), "{}", database.name);
    }
}

#[tokio::test]
async fn book_added_is_kept() {
    use journal::application::on_book_added::COLLECTION;

    for Harness { database, .. } in Harness::everywhere().await {
        let samples = samples();
        let (kind, payload) = samples.iter().find(|(kind, _)| *kind == "BookAdded").unwrap();
        let id = payload["id"].as_str().unwrap();
        let mut tx = database.begin().await.unwrap();
        frame::documents::put(&mut tx, COLLECTION, id, &json!("before")).await.unwrap();
        tx.commit().await.unwrap();
        handlers(&database).handle(&envelope(kind, id, payload.clone())).await.unwrap();
        let kept = frame::documents::get(&database, COLLECTION, id).await.unwrap();
        assert_eq!(kept.map(|kept| kept.body), Some(payload.clone()), "{}", database.name);
    }
}

#[tokio::test]
async fn book_removed_is_kept() {
    use journal::application::on_book_removed::COLLECTION;

    for Harness { database, .. } in Harness::everywhere().await {
        let samples = samples();
        let (kind, payload) = samples.iter().find(|(kind, _)| *kind == "BookRemoved").unwrap();
        let id = payload["id"].as_str().unwrap();
        let mut tx = database.begin().await.unwrap();
        frame::documents::put(&mut tx, COLLECTION, id, &json!("before")).await.unwrap();
        tx.commit().await.unwrap();
        handlers(&database).handle(&envelope(kind, id, payload.clone())).await.unwrap();
        let kept = frame::documents::get(&database, COLLECTION, id).await.unwrap();
        assert_eq!(kept, None, "{}", database.name);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let database = testing::sqlite(None).await.unwrap();
    let unknown = envelope("Unknown", "k", json!({}));
    let refused = handlers(&database).handle(&unknown).await;
    assert!(matches!(refused, Err(HandlerError::Reject(_))), "{refused:?}");
    let nonsense = envelope("BookAdded", "k", json!("nothing like it"));
    let refused = handlers(&database).handle(&nonsense).await;
    assert!(matches!(refused, Err(HandlerError::Reject(_))), "{refused:?}");
    let nonsense = envelope("BookRemoved", "k", json!("nothing like it"));
    let refused = handlers(&database).handle(&nonsense).await;
    assert!(matches!(refused, Err(HandlerError::Reject(_))), "{refused:?}");
    let nonsense = envelope("ShelfFull", "k", json!("nothing like it"));
    let refused = handlers(&database).handle(&nonsense).await;
    assert!(matches!(refused, Err(HandlerError::Reject(_))), "{refused:?}");
    assert_eq!(handled(&database).await, 0);
}

/// Fails so many times, then succeeds.
struct Failing {
    failures: u32,
    calls: AtomicU32,
}

impl Failing {
    fn new(failures: u32) -> Arc<Self> {
        let calls = AtomicU32::new(0);
        Arc::new(Self { failures, calls })
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Handler for Failing {
    async fn handle(&self, _: &Envelope) -> Result<(), HandlerError> {
        if self.calls.fetch_add(1, Ordering::SeqCst) < self.failures {
            return Err(HandlerError::Retry("not yet".to_owned()));
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_failure_is_tried_again_as_often_as_allowed() {
    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new());
    let attempts = config().frame.consumer.max_attempts;
    let handler = Failing::new(attempts - 1);
    let running = Running::start(&bus, handler.clone());
    let (kind, payload) = samples().remove(0);
    bus.publish(&[envelope(kind, "k", payload)]).await.unwrap();
    until("handled", async || running.metrics.count(NAME, kind, "handled") == 1).await;
    assert_eq!(handler.calls(), attempts);
    running.stop().await;
    assert!(bus.dead_letters(NAME, 1).await.unwrap().is_empty());
}

async fn ask(router: &Router, method: &str, path: &str) -> Value {
    let path = format!("/operations/consumers/{NAME}/dead-letters{path}");
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn what_keeps_failing_is_set_aside_and_goes_again_on_command() {
    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new());
    let database = testing::sqlite(None).await.unwrap();
    let app = assemble(&config(), (*database).clone(), Arc::clone(&bus)).await.unwrap();
    let router = app.router();
    let attempts = config().frame.consumer.max_attempts;
    let handler = Failing::new(attempts);
    let running = Running::start(&bus, handler.clone());
    let (kind, payload) = samples().remove(0);
    let event = envelope(kind, "k", payload);
    bus.publish(std::slice::from_ref(&event)).await.unwrap();
    until("set aside", async || running.metrics.count(NAME, kind, "dead") == 1).await;
    until("shown", async || !ask(&router, "GET", "").await[0].is_null()).await;
    let letter = ask(&router, "GET", "?limit=1").await[0].take();
    assert_eq!((&letter["reason"], &letter["attempts"]), (&json!("not yet"), &json!(attempts)));
    assert_eq!(letter["envelope"], serde_json::to_value(&event).unwrap());
    assert_eq!(ask(&router, "POST", "/redrive").await, json!({ "redriven": 1 }));
    until("handled", async || running.metrics.count(NAME, kind, "handled") == 1).await;
    assert_eq!(handler.calls(), attempts + 1);
    running.stop().await;
    assert_eq!(ask(&router, "GET", "").await, json!([]));
}

/// Notes what it handles and how much at once.
#[derive(Default)]
struct Gauge {
    running: AtomicUsize,
    most: AtomicUsize,
    handled: Mutex<Vec<(String, Value)>>,
}

#[async_trait]
impl Handler for Gauge {
    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(2)).await;
        let handled = (envelope.key.clone(), envelope.payload.clone());
        self.handled.lock().unwrap().push(handled);
        self.running.fetch_sub(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test]
async fn keys_go_side_by_side_and_each_in_order() {
    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new());
    let (kind, _) = samples().remove(0);
    let events: Vec<_> = (0..60).map(|n| envelope(kind, &format!("k{}", n % 20), json!(n))).collect();
    bus.publish(&events).await.unwrap();
    let gauge = Arc::new(Gauge::default());
    let running = Running::start(&bus, gauge.clone());
    until("all handled", async || gauge.handled.lock().unwrap().len() == 60).await;
    running.stop().await;
    let allowed = config().frame.consumer.concurrency;
    let most = gauge.most.load(Ordering::SeqCst);
    assert!(most <= allowed && (allowed == 1 || most > 1), "{most} of {allowed}");
    let handled = gauge.handled.lock().unwrap().clone();
    for key in (0..20).map(|n| format!("k{n}")) {
        let of_key: Vec<_> = handled.iter().filter(|(of, _)| *of == key).collect();
        assert!(of_key.is_sorted_by_key(|(_, n)| n.as_u64()), "{of_key:?}");
    }
}

#[tokio::test]
async fn a_stop_loses_nothing() {
    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new());
    let database = testing::sqlite_file(None).await.unwrap();
    let (kind, payload) = samples().remove(0);
    let events: Vec<_> = (0..100).map(|n| envelope(kind, &format!("k{n}"), payload.clone())).collect();
    bus.publish(&events).await.unwrap();
    let app = assemble(&config(), (*database).clone(), Arc::clone(&bus)).await.unwrap();
    let shutdown = Shutdown::new();
    let bound = app.shared_bus().bind().await.unwrap();
    let running = tokio::spawn(bound.run(shutdown.clone()));
    until("begun", async || handled(&database).await > 0).await;
    shutdown.trigger();
    running.await.unwrap().unwrap();
    let rest = bus.subscribe(&Subscription::new(NAME, [kind])).await.unwrap();
    let rest = rest.receive(100, Duration::from_millis(100)).await.unwrap().len();
    // The service has let go of its connections.
    let database = database.again().await.unwrap();
    assert_eq!(handled(&database).await + rest, 100);
}
