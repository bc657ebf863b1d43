//! The service in process: no port, no server.

use std::sync::Arc;
use std::time::Duration;
use std::sync::atomic::{AtomicU16, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use frame::bus::{Bus, MemoryBus, Subscription};
use frame::config::Reader;
use frame::testing::{self, TestDatabase};
use frame::Outbox;
use frame::config::RelaySettings;
use frame::metrics::Metrics;
use frame::outbox::Relay;
use frame::Envelope;
use http_body_util::BodyExt;
use orders::{Config, assemble};
use orders::application::Application;
use orders::infrastructure;
use orders::infrastructure::MIGRATIONS;
use serde_json::Value;
use tower::ServiceExt;

/// A number that no other test has had.
pub fn number() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The service in one state.
pub struct Harness {
    pub application: Application,
    pub database: TestDatabase,
    bus: Arc<dyn Bus>,
    outbox: Outbox,
    router: Router,
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Harness {
    /// The service over an empty database in memory.
    pub async fn start() -> Self {
        Self::over(testing::sqlite(Some(&MIGRATIONS)).await.unwrap()).await
    }

    /// The service over an empty database of every kind that can be reached.
    pub async fn everywhere() -> Vec<Self> {
        let databases = testing::databases(Some(&MIGRATIONS)).await.unwrap();
        let mut harnesses = Vec::new();
        for database in databases {
            harnesses.push(Self::over(database).await);
        }
        harnesses
    }

    async fn over(database: TestDatabase) -> Self {
        let config = Config::read(Reader::from_pairs([("PORT", "0")])).unwrap();
        let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new());
        let outbox = Outbox::new();
        let app = assemble(&config, (*database).clone(), Arc::clone(&bus)).await.unwrap();
        Self {
            application: infrastructure::application(&database, Arc::new(outbox.clone())),
            bus,
            outbox,
            database,
            router: app.router(),
        }
    }

    /// What the other services have been told, in the order in which it reached one of them.
    pub async fn published(&self) -> Vec<Envelope> {
        Relay::new(
            (*self.database).clone(),
            &self.outbox,
            Arc::clone(&self.bus),
            RelaySettings::default(),
            Metrics::new("test").unwrap().outbox,
        )
        .flush()
        .await
        .unwrap();
        let all = ["OrderPlaced", "OrderCancelled", "StockRanLow"];
        let consumer = self.bus.subscribe(&Subscription::new("test", all)).await.unwrap();
        let mut published = Vec::new();
        loop {
            let deliveries = consumer.receive(10, Duration::from_millis(100)).await.unwrap();
            if deliveries.is_empty() {
                return published;
            }
            for delivery in deliveries {
                consumer.ack(&delivery).await.unwrap();
                published.push(delivery.envelope);
            }
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None).await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status: head.status,
            headers: head.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::String(text)),
        }
    }
}

impl Answer {
    /// A header's text, empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
