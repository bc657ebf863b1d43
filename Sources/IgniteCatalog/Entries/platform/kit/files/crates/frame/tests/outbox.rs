//! The outbox on every database: together with the entity or not at all, in order, at least once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use frame::bus::{Bus, BusError, Consumer, DeadLetter, Subscription};
use frame::config::RelaySettings;
use frame::metrics::{Metrics, OutboxMetrics};
use frame::outbox::{Relay, outbox_state, retry_poisoned};
use frame::{Database, Direct, Envelope, Error, MemoryBus, Outbox, Publisher, testing};
use support::{counted, number};
use tokio_util::sync::CancellationToken;

/// A bus that records what it takes, can be gone, and refuses keys that start with `bad`.
#[derive(Default)]
struct Recorder {
    taken: Mutex<Vec<Envelope>>,
    is_gone: AtomicBool,
    accepts_all: AtomicBool,
}

impl Recorder {
    fn numbers(&self, key: &str) -> Vec<u32> {
        let taken = self.taken.lock().unwrap();
        taken.iter().filter(|e| e.key == key).map(number).collect()
    }

    fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

#[async_trait]
impl Bus for Recorder {
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        if self.is_gone.load(Ordering::SeqCst) {
            return Err(BusError::Unavailable("gone".to_owned()));
        }
        let is_bad = |e: &Envelope| e.key.starts_with("bad");
        if !self.accepts_all.load(Ordering::SeqCst) && envelopes.iter().any(is_bad) {
            return Err(BusError::Rejected("bad".to_owned()));
        }
        self.taken.lock().unwrap().extend_from_slice(envelopes);
        Ok(())
    }

    async fn subscribe(&self, _: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
        Err(BusError::Unavailable("not here".to_owned()))
    }

    async fn dead_letters(&self, _: &str, _: usize) -> Result<Vec<DeadLetter>, BusError> {
        Ok(Vec::new())
    }

    async fn redrive(&self, _: &str) -> Result<usize, BusError> {
        Ok(0)
    }

    async fn ping(&self) -> Result<(), BusError> {
        Ok(())
    }

    async fn close(&self) {}
}

fn settings() -> RelaySettings {
    RelaySettings {
        batch: 10,
        poll: Duration::from_millis(100),
        max_attempts: 2,
        lease: Duration::from_secs(5),
    }
}

fn metrics() -> OutboxMetrics {
    Metrics::new("test").unwrap().outbox
}

fn relay(database: &Database, outbox: &Outbox, bus: &Arc<Recorder>) -> Relay {
    Relay::new(database.clone(), outbox, bus.clone(), settings(), metrics())
}

async fn append(database: &Database, outbox: &Outbox, envelope: &Envelope) {
    let mut tx = database.begin().await.unwrap();
    outbox.publish(&mut tx, envelope).await.unwrap();
    tx.commit().await.unwrap();
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..1_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

#[tokio::test]
async fn only_committed_events_are_published() {
    for database in testing::databases(None).await.unwrap() {
        let (outbox, bus) = (Outbox::new(), Arc::new(Recorder::default()));
        let mut tx = database.begin().await.unwrap();
        outbox.append(&mut tx, &counted("a", 0)).await.unwrap();
        tx.rollback().await.unwrap();
        let sent = counted("a\"\u{1F600}", 1);
        append(&database, &outbox, &sent).await;
        relay(&database, &outbox, &bus).flush().await.unwrap();
        assert_eq!(*bus.taken.lock().unwrap(), [sent], "{}", database.name);
        let state = outbox_state(&database).await.unwrap();
        assert_eq!((state.pending, state.poisoned), (0, 0), "{}", database.name);
    }
}

/// Four writers and three relays at once: each event exactly once, in order within its key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relays_share_the_work_and_keep_the_order() {
    const EACH: u32 = 40;
    for database in testing::databases(None).await.unwrap() {
        let (outbox, bus) = (Outbox::new(), Arc::new(Recorder::default()));
        let stop = CancellationToken::new();
        let mut relays = tokio::task::JoinSet::new();
        for _ in 0..3 {
            relays.spawn(relay(&database, &outbox, &bus).run(stop.clone()));
        }
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..4 {
            let (database, outbox) = (database.database.clone(), outbox.clone());
            writers.spawn(async move {
                for n in 0..EACH {
                    append(&database, &outbox, &counted(&format!("w{writer}"), n)).await;
                }
            });
        }
        writers.join_all().await;
        let all = usize::try_from(4 * EACH).unwrap();
        until("all published", async || bus.count() >= all).await;
        stop.cancel();
        for result in relays.join_all().await {
            result.unwrap();
        }
        for writer in 0..4 {
            let numbers = bus.numbers(&format!("w{writer}"));
            let expected: Vec<u32> = (0..EACH).collect();
            assert_eq!(numbers, expected, "{} w{writer}", database.name);
        }
        assert_eq!(bus.count(), all, "{}", database.name);
    }
}

#[tokio::test]
async fn a_refused_event_blocks_its_key_and_is_set_aside() {
    for database in testing::databases(None).await.unwrap() {
        let (outbox, bus) = (Outbox::new(), Arc::new(Recorder::default()));
        for (key, n) in [("good", 1), ("bad", 1), ("bad", 2), ("good", 2)] {
            append(&database, &outbox, &counted(key, n)).await;
        }
        let relay = relay(&database, &outbox, &bus);
        relay.flush().await.unwrap();
        assert_eq!(bus.numbers("good"), [1, 2], "{}", database.name);
        let state = outbox_state(&database).await.unwrap();
        assert_eq!((state.pending, state.poisoned), (2, 0), "{}", database.name);

        until("both are set aside", async || {
            relay.flush().await.unwrap();
            outbox_state(&database).await.unwrap().poisoned == 2
        })
        .await;
        assert_eq!(outbox_state(&database).await.unwrap().pending, 0);

        bus.accepts_all.store(true, Ordering::SeqCst);
        relay.flush().await.unwrap();
        assert!(bus.numbers("bad").is_empty(), "{}", database.name);
        assert_eq!(retry_poisoned(&database).await.unwrap(), 2);
        relay.flush().await.unwrap();
        assert_eq!(bus.numbers("bad"), [1, 2], "{}", database.name);
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_set_aside() {
    let database = testing::sqlite(None).await.unwrap();
    let Database::Sqlite(pool) = &*database else {
        unreachable!()
    };
    let insert = "INSERT INTO frame_outbox (ordering_key, envelope, created_at, available_at) \
                  VALUES ('k', 'not json', 0, 0)";
    sqlx::query(insert).execute(pool).await.unwrap();
    let (outbox, bus) = (Outbox::new(), Arc::new(Recorder::default()));
    let relay = relay(&database, &outbox, &bus);
    until("it is set aside", async || {
        relay.flush().await.unwrap();
        outbox_state(&database).await.unwrap().poisoned == 1
    })
    .await;
}

#[tokio::test]
async fn while_the_bus_is_gone_nothing_is_set_aside() {
    for database in testing::databases(None).await.unwrap() {
        let (outbox, bus) = (Outbox::new(), Arc::new(Recorder::default()));
        bus.is_gone.store(true, Ordering::SeqCst);
        append(&database, &outbox, &counted("a", 1)).await;
        let relay = relay(&database, &outbox, &bus);
        for _ in 0..5 {
            let result = relay.flush().await;
            assert!(
                matches!(result, Err(Error::Unavailable(_))),
                "{}",
                database.name
            );
        }
        let state = outbox_state(&database).await.unwrap();
        assert_eq!((state.pending, state.poisoned), (1, 0), "{}", database.name);
        bus.is_gone.store(false, Ordering::SeqCst);
        relay.flush().await.unwrap();
        assert_eq!(bus.numbers("a"), [1], "{}", database.name);
    }
}

#[tokio::test]
async fn a_running_relay_recovers_and_measures() {
    let database = testing::sqlite(None).await.unwrap();
    let (outbox, bus) = (Outbox::new(), Arc::new(Recorder::default()));
    bus.is_gone.store(true, Ordering::SeqCst);
    append(&database, &outbox, &counted("a", 1)).await;
    let metrics = metrics();
    let relay = Relay::new(
        database.database.clone(),
        &outbox,
        bus.clone(),
        settings(),
        metrics.clone(),
    );
    let stop = CancellationToken::new();
    let running = tokio::spawn(relay.run(stop.clone()));
    until("an attempt failed", async || metrics.failures.get() > 0).await;
    assert_eq!(metrics.pending.get(), 1);
    bus.is_gone.store(false, Ordering::SeqCst);
    until("published", async || bus.count() == 1).await;
    stop.cancel();
    running.await.unwrap().unwrap();
    assert_eq!((metrics.pending.get(), metrics.published.get()), (0, 1));
}

#[tokio::test]
async fn an_append_wakes_the_relay_and_a_stop_flushes() {
    for database in testing::databases(None).await.unwrap() {
        let (outbox, bus) = (Outbox::new(), Arc::new(Recorder::default()));
        let slow = RelaySettings {
            poll: Duration::from_secs(3_600),
            ..settings()
        };
        let relay = Relay::new(
            database.database.clone(),
            &outbox,
            bus.clone(),
            slow,
            metrics(),
        );
        let stop = CancellationToken::new();
        let running = tokio::spawn(relay.run(stop.clone()));
        tokio::time::sleep(Duration::from_millis(100)).await;
        append(&database, &outbox, &counted("a", 1)).await;
        until("the first is published", async || bus.count() == 1).await;
        // Another outbox wakes nobody, so only the stop can bring this one out.
        append(&database, &Outbox::new(), &counted("a", 2)).await;
        stop.cancel();
        running.await.unwrap().unwrap();
        assert_eq!(bus.numbers("a"), [1, 2], "{}", database.name);
    }
}

#[tokio::test]
async fn the_rows_of_a_dead_relay_are_taken_over() {
    for database in testing::databases(None).await.unwrap() {
        let outbox = Outbox::new();
        append(&database, &outbox, &counted("a", 1)).await;
        append(&database, &outbox, &counted("a", 2)).await;
        let lease = "UPDATE frame_outbox SET lease_until = $1, leased_by = $2";
        let until_ms = chrono::Utc::now().timestamp_millis() + 300;
        match &*database {
            Database::Sqlite(pool) => {
                let lease = sqlx::query(lease).bind(until_ms).bind(frame::new_id());
                lease.execute(pool).await.map(drop).unwrap();
            }
            Database::Postgres(pool) => {
                let lease = sqlx::query(lease).bind(until_ms).bind(frame::new_id());
                lease.execute(pool).await.map(drop).unwrap();
            }
        }
        let bus = Arc::new(Recorder::default());
        let relay = relay(&database, &outbox, &bus);
        relay.flush().await.unwrap();
        assert_eq!(bus.count(), 0, "{}", database.name);
        tokio::time::sleep(Duration::from_millis(350)).await;
        relay.flush().await.unwrap();
        assert_eq!(bus.numbers("a"), [1, 2], "{}", database.name);
    }
}

#[tokio::test]
async fn direct_events_leave_after_the_commit() {
    let database = testing::sqlite(None).await.unwrap();
    let bus = Arc::new(MemoryBus::new());
    let consumer = bus
        .subscribe(&Subscription::new("g", ["Counted"]))
        .await
        .unwrap();
    let direct: Box<dyn Publisher> = Box::new(Direct::new(bus.clone()));
    let mut tx = database.begin().await.unwrap();
    direct.publish(&mut tx, &counted("a", 1)).await.unwrap();
    assert!(
        consumer
            .receive(1, Duration::ZERO)
            .await
            .unwrap()
            .is_empty()
    );
    tx.commit().await.unwrap();
    let deliveries = consumer.receive(1, Duration::from_secs(1)).await.unwrap();
    assert_eq!(number(&deliveries[0].envelope), 1);
    consumer.ack(&deliveries[0]).await.unwrap();
    let mut tx = database.begin().await.unwrap();
    direct.publish(&mut tx, &counted("a", 2)).await.unwrap();
    drop(tx);
    assert!(
        consumer
            .receive(1, Duration::ZERO)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn direct_events_are_lost_when_the_bus_is_gone() {
    let database = testing::sqlite(None).await.unwrap();
    let bus = Arc::new(Recorder::default());
    bus.is_gone.store(true, Ordering::SeqCst);
    let direct = Direct::new(bus.clone());
    assert!(matches!(
        direct.send(&counted("a", 1)).await,
        Err(Error::Unavailable(_))
    ));
    let mut tx = database.begin().await.unwrap();
    direct.publish(&mut tx, &counted("a", 1)).await.unwrap();
    tx.commit().await.expect("the entity is kept all the same");
    assert_eq!(bus.count(), 0);
}
