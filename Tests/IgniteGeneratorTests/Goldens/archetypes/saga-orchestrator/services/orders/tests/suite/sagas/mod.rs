//! The saga of the service, with services beside it that keep what they are told.

mod faults;
mod world;

use std::time::Duration;

use std::sync::Arc;

use frame::MemoryBus;
use frame::bus::{Bus, Subscription};
use frame::config::Reader;
use frame::{Database, Error, Shutdown, testing};
use serde_json::{Value, json};
use orders::presentation::sagas::PATH;
use orders::{Config, assemble};
use tokio::task::JoinHandle;

use self::world::World;
use crate::harness::Harness;

/// The variables that say where the other services are.
const ADDRESSES: &[&str] = &["STOCK_URL", "PAYMENTS_URL", ];
/// What is sent over the bus when all steps are done.
const COMMANDS: &[&str] = &["PackOrder", ];

/// What a saga is started with here.
fn input() -> Value {
    json!({
        "reserve_stock": {
            "sku": "a word",
            "quantity": 7,
        },
        "charge_card": {
            "card": "018f4e6a-7c00-7000-8000-000000000002",
            "cents": 7_000_000_000_i64,
        },
        "tell_warehouse": { "any": "thing" },
    })
}

/// The service on a port of its own.
struct Running {
    url: String,
    client: reqwest::Client,
    bus: Arc<dyn Bus>,
    shutdown: Shutdown,
    task: JoinHandle<Result<(), Error>>,
}

impl Running {
    async fn start(database: Database, world: &World) -> Self {
        let fixed = [
            ("PORT", "0"),
            ("HOST", "127.0.0.1"),
            ("SAGA_POLL", "10ms"),
            ("SAGA_RETRY_INITIAL", "1ms"),
            ("SAGA_RETRY_MAX", "2ms"),
        ];
        let world = ADDRESSES.iter().map(|name| (*name, world.url.as_str()));
        let waits = [("CALL_RETRY_INITIAL", "1ms"), ("CALL_RETRY_MAX", "2ms"), ("CALL_BREAKER_FAILURES", "1000")];
        let config = Config::read(Reader::from_pairs(fixed.into_iter().chain(waits).chain(world))).unwrap();
        let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new());
        let app = assemble(&config, database, Arc::clone(&bus)).await.unwrap();
        let bound = app.bind().await.unwrap();
        let (url, shutdown) = (format!("http://{}", bound.address()), Shutdown::new());
        let task = tokio::spawn(bound.run(shutdown.clone()));
        let client = frame::testing::http();
        Self { url, client, bus, shutdown, task }
    }

    async fn stop(self) {
        self.shutdown.trigger();
        self.task.await.unwrap().unwrap();
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Starts a saga and waits for its end.
    async fn ended(&self, input: &Value) -> Value {
        let start = self.client.post(format!("{}{PATH}", self.url)).json(input);
        let (status, saga) = self.ask(start).await;
        assert_eq!(status, 202, "{saga}");
        self.until(&saga, &["completed", "compensated", "parked"]).await
    }

    async fn until(&self, saga: &Value, states: &[&str]) -> Value {
        let path = format!("{}{PATH}/{}", self.url, saga["id"].as_str().unwrap());
        for _ in 0..1_000 {
            let (_, saga) = self.ask(self.client.get(&path)).await;
            if states.contains(&saga["state"].as_str().unwrap()) {
                return saga;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it does not end");
    }

    /// The commands that others hear, in their order, as far as they are of these types.
    async fn heard(&self, types: &[&str]) -> Vec<String> {
        let subscription = Subscription::new("test", types.iter().copied());
        let consumer = self.bus.subscribe(&subscription).await.unwrap();
        let mut heard = Vec::new();
        loop {
            let deliveries = consumer.receive(10, Duration::from_millis(100)).await.unwrap();
            if deliveries.is_empty() {
                return heard;
            }
            for delivery in deliveries {
                consumer.ack(&delivery).await.unwrap();
                heard.push(delivery.envelope.kind);
            }
        }
    }
}

#[tokio::test]
async fn all_steps_are_done() {
    for Harness { database, .. } in Harness::everywhere().await {
        let world = World::start().await;
        let service = Running::start((*database).clone(), &world).await;
        let saga = service.ended(&input()).await;
        assert_eq!(saga["state"], "completed", "{} {saga}", database.name);
        for step in saga["steps"].as_array().unwrap() {
            assert_eq!((&step["state"], &step["attempts"]), (&json!("done"), &json!(1)));
        }
        assert_eq!(world.created(), 2);
        assert_eq!(service.heard(COMMANDS).await, COMMANDS);
        service.stop().await;
    }
}

/// What there is, without how often it was changed.
fn contents(world: &World) -> Vec<Value> {
    let mut things: Vec<_> = world.things().into_values().collect();
    for thing in &mut things {
        thing["version"].take();
    }
    things
}

#[tokio::test]
async fn a_refusal_undoes_what_was_done() {
    for Harness { database, .. } in Harness::everywhere().await {
        let world = World::start().await;
        let service = Running::start((*database).clone(), &world).await;
        let input = input();
        let before = contents(&world);
        world.refuse("/api/charges");
        let saga = service.ended(&input).await;
        assert_eq!(saga["state"], "compensated", "{} {saga}", database.name);
        assert_eq!(contents(&world), before, "{}", database.name);
        service.stop().await;
    }
}

#[tokio::test]
async fn what_cannot_be_undone_is_parked_until_an_operator_retries() {
    let database = testing::sqlite_file(None).await.unwrap();
    let world = World::start().await;
    let service = Running::start((*database).clone(), &world).await;
    let input = input();
    let before = contents(&world);
    world.refuse("/api/charges");
    world.stick(true);
    let saga = service.ended(&input).await;
    assert_eq!(saga["state"], "parked", "{saga}");
    assert_ne!(contents(&world), before);
    let parked = format!("{}/operations/sagas?state=parked", service.url);
    let (_, parked) = service.ask(service.client.get(parked)).await;
    assert_eq!(parked[0]["id"], saga["id"]);

    world.stick(false);
    let retry = format!("{}/operations/sagas/{}/retry", service.url, saga["id"].as_str().unwrap());
    let (status, _) = service.ask(service.client.post(&retry)).await;
    assert_eq!(status, 202);
    service.until(&saga, &["compensated"]).await;
    assert_eq!(contents(&world), before);
    let (status, _) = service.ask(service.client.post(&retry)).await;
    assert_eq!(status, 409);
    service.stop().await;
}

#[tokio::test]
async fn only_what_the_steps_need_starts_a_saga() {
    let database = testing::sqlite_file(None).await.unwrap();
    let world = World::start().await;
    let service = Running::start((*database).clone(), &world).await;
    let start = service.client.post(format!("{}{PATH}", service.url));
    let (status, problem) = service.ask(start.json(&json!("nothing like it"))).await;
    assert!([400, 422].contains(&status), "{status} {problem}");
    let unknown = format!("{}{PATH}/{}", service.url, frame::new_id());
    let (status, _) = service.ask(service.client.get(unknown)).await;
    assert_eq!(status, 404);
    service.stop().await;
}
