//! The program itself, killed in the middle of a sync: nothing is lost, nothing is told twice.

use std::time::{Duration, Instant};

use frame::Database;
use frame::testing::Place;
use crm::legacy::KINDS;

use super::TRANSLATION;
use super::system::{System, samples};

const PROGRAM: &str = env!("CARGO_BIN_EXE_crm");
const RECORDS: u32 = 400;

/// How many things of the legacy system are here.
async fn here(database: &Database) -> usize {
    let count = "SELECT COUNT(*) FROM frame_legacy_ids WHERE digest IS NOT NULL";
    let count: i64 = match database {
        Database::Sqlite(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
        Database::Postgres(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
    };
    usize::try_from(count).unwrap()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds().await {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Every event that reaches the bus, by its id, until there are `count` or no more come.
async fn heard(consumer: &dyn frame::bus::Consumer, count: usize) -> std::collections::BTreeMap<uuid::Uuid, (String, String)> {
    let mut heard = std::collections::BTreeMap::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let deliveries = consumer.receive(100, Duration::from_secs(2)).await.unwrap();
        if deliveries.is_empty() && (heard.len() >= count || Instant::now() > deadline) {
            return heard;
        }
        for delivery in deliveries {
            consumer.ack(&delivery).await.unwrap();
            let envelope = delivery.envelope;
            heard.insert(envelope.id, (envelope.kind, envelope.key));
        }
    }
}

#[tokio::test]
async fn a_killed_sync_goes_on_where_it_was() {
    for place in Place::with_buses().await.unwrap() {
        let system = System::start().await;
        let mut place = place.set("LEGACY_TRANSLATION", TRANSLATION).set("LEGACY_POLL", "50ms").set("LEGACY_LEASE", "500ms").set("OUTBOX_LEASE", "1s").set("OUTBOX_POLL", "50ms");
        for (name, value) in system.variables() {
            place = place.set(name, value);
        }
        let bus = place.bus().await.unwrap();
        let kinds = ["CustomerCreated", "CustomerUpdated", "CustomerDeleted", "OrderCreated"];
        let consumer = bus.subscribe(&frame::bus::Subscription::new("test", kinds)).await.unwrap();
        let database = place.database().await.unwrap();
        let all = usize::try_from(RECORDS).unwrap() * KINDS.len();
        let mut records: Vec<_> = KINDS.iter().map(|kind| (kind.name, Vec::new())).collect();
        for number in 1..=RECORDS {
            for ((_, list), (_, record)) in records.iter_mut().zip(samples(number, number.into())) {
                list.push(record);
            }
        }
        for (kind, list) in records {
            system.put(kind, list);
        }
        for _ in 0..3 {
            let before = here(&database).await;
            let program = place.start(PROGRAM).unwrap();
            until("begun", async || here(&database).await > before || before == all).await;
            program.kill().unwrap();
        }
        let program = place.start(PROGRAM).unwrap();
        until("all here", async || here(&database).await == all).await;
        let created = usize::try_from(RECORDS).unwrap() * super::CREATED.len();
        let heard = heard(&*consumer, created).await;
        assert_eq!(heard.len(), created, "{}", place.name);
        let mut things: Vec<_> = heard.into_values().collect();
        things.sort();
        things.dedup();
        assert_eq!(things.len(), created, "each thing is told once");
        assert!(program.stop().unwrap());
        assert_eq!(here(&database).await, all);
    }
}
