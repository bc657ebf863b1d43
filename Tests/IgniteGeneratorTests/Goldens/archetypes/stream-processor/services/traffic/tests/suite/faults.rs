//! The program itself, killed in the middle of a stream: every event counts once in the windows, and
//! every window is told with one content.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use frame::Database;
use frame::bus::Subscription;
use frame::stream::Windowing;
use frame::testing::Place;
use traffic::NAME;
use traffic::application::totals::{INPUTS, OUTPUTS};
use serde_json::{Value, json};

use crate::windows::{event, windowing};

const PROGRAM: &str = env!("CARGO_BIN_EXE_traffic");
const EVENTS: usize = 200;

/// How many events took effect.
async fn counted(database: &Database) -> usize {
    let count = "SELECT COUNT(*) FROM frame_inbox";
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
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_killed_program_counts_each_event_once() {
    for place in Place::with_buses().await.unwrap() {
        // A kill is an attempt, too.
        let place = place.set("CONSUMER_MAX_ATTEMPTS", 100).set("OUTBOX_LEASE", "1s").set("OUTBOX_POLL", "50ms");
        let bus = place.bus_with(NAME, INPUTS.iter().copied()).await.unwrap();
        let database = place.database().await.unwrap();
        let listener = bus.subscribe(&Subscription::new("test", OUTPUTS.iter().copied())).await.unwrap();
        let start = frame::now() - TimeDelta::days(1_000);
        let times: Vec<_> = (0..EVENTS).map(|n| start + TimeDelta::seconds(7 * i64::try_from(n).unwrap())).collect();
        let mut events: Vec<_> = times.iter().map(|time| event(json!({ "n": 1 }), *time)).collect();
        let spans = |time| windowing().windows(time).len();
        let mut expected: usize = times.iter().copied().map(spans).sum();
        // The last one is far later and closes what is open.
        events.push(event(json!({ "n": 1 }), frame::now() - TimeDelta::days(100)));
        if windowing() == Windowing::Single {
            expected += 1;
        }
        bus.publish(&events).await.unwrap();
        for _ in 0..3 {
            let before = counted(&database).await;
            let program = place.start(PROGRAM).unwrap();
            until("begun", async || counted(&database).await > before || before > EVENTS).await;
            program.kill().unwrap();
        }
        let program = place.start(PROGRAM).unwrap();
        until("all counted", async || counted(&database).await > EVENTS).await;
        // By its id a window that is told twice is known: it says the same again.
        let mut told: BTreeMap<(String, String), Value> = BTreeMap::new();
        let total = |told: &BTreeMap<(String, String), Value>| -> usize {
            let counts = told.values().map(|payload| payload["count"].as_u64().unwrap());
            usize::try_from(counts.sum::<u64>()).unwrap() / OUTPUTS.len()
        };
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let deliveries = listener.receive(100, Duration::from_secs(1)).await.unwrap();
            if deliveries.is_empty() && (total(&told) >= expected || Instant::now() > deadline) {
                break;
            }
            for delivery in deliveries {
                listener.ack(&delivery).await.unwrap();
                let envelope = delivery.envelope;
                let id = envelope.payload["id"].as_str().unwrap().to_owned();
                let before = told.insert((envelope.kind, id), envelope.payload.clone());
                assert!(before.is_none_or(|before| before == envelope.payload));
            }
        }
        assert_eq!(total(&told), expected, "{}", place.name);
        assert!(program.stop().unwrap());
    }
}
