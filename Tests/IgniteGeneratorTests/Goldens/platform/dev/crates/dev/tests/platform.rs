//! The platform from outside: real ports, real requests.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use frame::Error;
use frame::bus::{self, Bus, MemoryBus};
use frame::config::{Defaults, Settings};
use frame::Shutdown;
use frame::config::Reader;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

fn reader() -> Reader {
    Reader::from_pairs([("PORT", "0"), ("HOST", "127.0.0.1")])
}

#[tokio::test]
async fn every_service_answers_until_it_is_told_to_stop() {
    let platform = dev::start(reader).await.unwrap();
    let text = platform.to_string();
    let names = ["orders", "mail"];
    let mut addresses = Vec::new();
    for name in names {
        let address = platform.address(name).unwrap();
        assert!(text.contains(&format!("http://{address}")), "{text}");
        addresses.push(address);
    }
    assert_eq!(platform.address("nobody"), None);
    let shutdown = Shutdown::new();
    let running = tokio::spawn(platform.run(shutdown.clone()));
    for address in addresses {
        for path in ["health/ready", "openapi.json", "docs", "metrics"] {
            let url = format!("http://{address}/{path}");
            let answer = frame::testing::http().get(&url).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200, "{url}");
        }
    }
    shutdown.trigger();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_wrong_setting_stops_it_before_it_starts() {
    let wrong = || Reader::from_pairs([("PORT", "none")]);
    let Err(error) = dev::start(wrong).await else {
        unreachable!("it was taken");
    };
    assert!(error.to_string().contains("PORT"), "{error}");
}

/// The platform while it runs.
struct Running {
    addresses: HashMap<&'static str, SocketAddr>,
    client: reqwest::Client,
    shutdown: Shutdown,
    task: JoinHandle<Result<(), Error>>,
}

impl Running {
    /// The platform on a bus in memory and, where the tests have its server, on the bus it is made for.
    async fn everywhere() -> Vec<Self> {
        let memory: Arc<dyn Bus> = Arc::new(MemoryBus::new());
        let mut everywhere = vec![Self::on(memory).await];
        if let Ok(url) = std::env::var("TEST_REDIS_URL") {
            everywhere.push(Self::on(server(&url).await).await);
        }
        everywhere
    }

    async fn on(bus: Arc<dyn Bus>) -> Self {
        let platform = dev::start_on(bus, reader).await.unwrap();
        let names = ["orders", "mail"];
        let addresses = names.map(|name| (name, platform.address(name).unwrap()));
        let shutdown = Shutdown::new();
        Self {
            addresses: HashMap::from(addresses),
            client: frame::testing::http(),
            task: tokio::spawn(platform.run(shutdown.clone())),
            shutdown,
        }
    }

    /// Makes something over HTTP and gives its id.
    async fn create(&self, service: &str, route: &str, body: Value) -> String {
        let url = format!("http://{}{route}", self.addresses[service]);
        let answer = self.client.post(url).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        let created: Value = answer.json().await.unwrap();
        assert_eq!(status, 201, "{created}");
        created["id"].as_str().unwrap().to_owned()
    }

    /// Waits until a service has handled an event.
    async fn handled(&self, service: &str, event: &str) {
        let url = format!("http://{}/metrics", self.addresses[service]);
        let label = format!("type=\"{event}\"");
        for _ in 0..200 {
            let metrics = self.client.get(&url).send().await.unwrap();
            let metrics = metrics.text().await.unwrap();
            let mut lines = metrics.lines().filter(|line| line.contains(&label));
            if lines.any(|line| line.contains("outcome=\"handled\"")) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        unreachable!("{service} did not handle {event}");
    }

    async fn stop(self) {
        self.shutdown.trigger();
        self.task.await.unwrap().unwrap();
    }
}

/// A bus of a real server, which no other test shares.
async fn server(url: &str) -> Arc<dyn Bus> {
    let prefix = format!("test-{}", frame::new_id());
    let mut reader = Reader::from_pairs([("BUS_URL", url), ("BUS_PREFIX", prefix.as_str())]);
    let settings = Settings::read(&mut reader, Defaults { name: "dev", port: 0 });
    reader.finish().unwrap();
    bus::open(&settings.bus).await.unwrap()
}

#[tokio::test]
async fn a_new_order_of_orders_is_heard() {
    for running in Running::everywhere().await {
        let body = json!({
            "email": "a word",
            "since": "2026-01-31",
        });
        let customer = running.create("orders", "/api/customers", body).await;
        let body = json!({
            "customer": customer,
            "total": "12.50",
            "kind": "web",
            "placed_at": "2026-01-31T12:00:00Z",
            "extra": { "any": ["thing"] },
            "scan": "Ynl0ZXM=",
        });
        running.create("orders", "/api/orders", body).await;
        running.handled("mail", "OrderPlaced").await;
        running.stop().await;
    }
}
