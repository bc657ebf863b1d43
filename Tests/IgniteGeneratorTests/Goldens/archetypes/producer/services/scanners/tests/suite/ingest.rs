//! What comes from outside: it is published, and there is an end to how much is taken.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use frame::bus::{Bus, MemoryBus, Subscription};
use frame::config::{IntakeSettings, Reader};
use frame::intake::{Intake, OutboxSink};
use frame::{Envelope, Outbox, Shutdown};
use serde_json::{Value, json};
use scanners::presentation::ingest::{PATH, routes};
use scanners::{Config, NAME, assemble};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::harness::Harness;

/// The events that the service takes in.
pub const TYPES: &[&str] = &["BookSeen", "DoorOpened"];

/// One event of each type, as it comes from outside.
pub fn incoming() -> Vec<Value> {
    vec![
        json!({
            "type": "BookSeen",
            "payload": {
                "id": frame::new_id(),
            },
        }),
        json!({
            "type": "DoorOpened",
            "payload": {
                "id": frame::new_id(),
            },
        }),
    ]
}

/// The service on a port of its own.
pub struct Running {
    pub url: String,
    pub bus: Arc<dyn Bus>,
    shutdown: Shutdown,
    task: JoinHandle<Result<(), frame::Error>>,
}

impl Running {
    pub async fn start(database: frame::Database, pairs: &[(&str, &str)]) -> Self {
        let fixed = [("PORT", "0"), ("HOST", "127.0.0.1"), ("OUTBOX_POLL", "20ms")];
        let config = Config::read(Reader::from_pairs(fixed.iter().chain(pairs).copied())).unwrap();
        let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new());
        let app = assemble(&config, database, Arc::clone(&bus)).await.unwrap();
        let bound = app.shared_bus().bind().await.unwrap();
        let url = format!("http://{}", bound.address());
        let shutdown = Shutdown::new();
        let task = tokio::spawn(bound.run(shutdown.clone()));
        Self { url, bus, shutdown, task }
    }

    pub async fn send(&self, events: &[Value]) -> reqwest::Response {
        let request = frame::testing::http().post(format!("{}{PATH}", self.url));
        request.json(events).send().await.unwrap()
    }

    /// The next so many events that others hear.
    pub async fn heard(&self, count: usize) -> Vec<Envelope> {
        let consumer = self.bus.subscribe(&Subscription::new("test", TYPES.to_vec())).await.unwrap();
        let mut heard = Vec::new();
        while heard.len() < count {
            let deliveries = consumer.receive(count, Duration::from_secs(10)).await.unwrap();
            assert!(!deliveries.is_empty(), "{} of {count} were heard", heard.len());
            for delivery in deliveries {
                consumer.ack(&delivery).await.unwrap();
                heard.push(delivery.envelope);
            }
        }
        heard
    }

    pub async fn stop(self) {
        self.shutdown.trigger();
        self.task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn what_is_taken_in_is_published() {
    for Harness { database, .. } in Harness::everywhere().await {
        let running = Running::start((*database).clone(), &[]).await;
        let events = incoming();
        let answer = running.send(&events).await;
        assert_eq!(answer.status().as_u16(), 202);
        let answer: Value = answer.json().await.unwrap();
        let mut ids: Vec<String> = serde_json::from_value(answer["ids"].clone()).unwrap();
        let mut heard = running.heard(events.len()).await;
        heard.sort_by_key(|envelope| envelope.id);
        ids.sort();
        assert_eq!(heard.iter().map(|envelope| envelope.id.to_string()).collect::<Vec<_>>(), ids);
        assert!(heard.iter().all(|envelope| envelope.source == NAME));
        running.stop().await;
    }
}

#[tokio::test]
async fn many_at_once_all_arrive() {
    let Harness { database, .. } = Harness::start().await;
    let running = Running::start((*database).clone(), &[]).await;
    let sends = (0..20).map(|_| async { running.send(&incoming()).await.status().as_u16() });
    let statuses = futures_util::future::join_all(sends).await;
    assert!(statuses.iter().all(|status| *status == 202), "{statuses:?}");
    running.heard(20 * TYPES.len()).await;
    running.stop().await;
}

#[tokio::test]
async fn what_is_no_event_is_refused_with_all_that_came_with_it() {
    let Harness { database, .. } = Harness::start().await;
    let running = Running::start((*database).clone(), &[]).await;
    for wrong in [json!({ "type": "Unknown", "payload": {} }), json!({ "type": TYPES[0], "payload": 7 })] {
        let mut events = incoming();
        events.push(wrong);
        let status = running.send(&events).await.status().as_u16();
        assert!([400, 422].contains(&status), "{status}");
    }
    let nothing = running.send(&[]).await;
    assert_eq!(nothing.status().as_u16(), 202);
    let consumer = running.bus.subscribe(&Subscription::new("test", TYPES.to_vec())).await.unwrap();
    assert!(consumer.receive(1, Duration::from_millis(200)).await.unwrap().is_empty());
    running.stop().await;
}

#[tokio::test]
async fn a_full_buffer_pushes_back() {
    let settings = IntakeSettings {
        capacity: TYPES.len(),
        ..IntakeSettings::default()
    };
    // Nothing writes the batches, so the first request waits.
    let (intake, _batches) = Intake::new(settings);
    let routes = routes(intake);
    let send = |events: Vec<Value>| {
        let body = Body::from(Value::from(events).to_string());
        let request = Request::post(PATH).header("content-type", "application/json");
        routes.clone().oneshot(request.body(body).unwrap())
    };
    let waiting = tokio::spawn(send(incoming()));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let refused = send(incoming()).await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    let mut too_many = incoming();
    too_many.extend(incoming());
    let refused = send(too_many).await.unwrap();
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    waiting.abort();
}

#[tokio::test]
async fn a_long_outbox_pushes_back() {
    let Harness { database, .. } = Harness::start().await;
    // No relay publishes what is in the outbox, and no event may wait in it.
    let (intake, batches) = Intake::new(IntakeSettings::default());
    let sink = OutboxSink::new((*database).clone(), &Outbox::new(), 0);
    let stop = CancellationToken::new();
    let running = tokio::spawn(batches.run(sink, stop.clone()));
    let routes = routes(intake);
    let send = |events: Vec<Value>| {
        let body = Body::from(Value::from(events).to_string());
        let request = Request::post(PATH).header("content-type", "application/json");
        routes.clone().oneshot(request.body(body).unwrap())
    };
    assert_eq!(send(incoming()).await.unwrap().status(), StatusCode::ACCEPTED);
    let refused = send(incoming()).await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    stop.cancel();
    running.await.unwrap().unwrap();
}
