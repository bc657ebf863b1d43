//! What every bus promises, held against each of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use frame::bus::{self, Bus, BusError, Consumer, Delivery, Subscription};
use frame::config::BusSettings;
use frame::{Envelope, testing};
use futures_util::future::join_all;
use secrecy::SecretString;
use support::{counted, number};

const SECOND: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(20);
const LEASE: Duration = Duration::from_secs(3);

/// A bus of which further connections can be opened, as by other processes.
struct Subject {
    name: &'static str,
    settings: BusSettings,
    first: Arc<dyn Bus>,
}

impl Subject {
    async fn open(name: &'static str, url: &str) -> Self {
        let settings = BusSettings {
            url: SecretString::from(url),
            prefix: format!("test:{}", frame::new_id()),
            partitions: 4,
            max_message_bytes: 10_000,
            lease: LEASE,
            ..BusSettings::default()
        };
        let first = bus::open(&settings).await.unwrap();
        Self {
            name,
            settings,
            first,
        }
    }

    async fn another(&self) -> Arc<dyn Bus> {
        match self.name {
            "memory" => self.first.clone(),
            _ => bus::open(&self.settings).await.unwrap(),
        }
    }

    async fn subscribe(&self, group: &str) -> Arc<dyn Consumer> {
        let subscription = Subscription::new(group, ["Counted"]);
        let bus = self.another().await;
        bus.subscribe(&subscription).await.unwrap()
    }

    async fn publish(&self, envelopes: &[Envelope]) {
        self.first.publish(envelopes).await.unwrap();
    }
}

async fn subjects() -> Vec<Subject> {
    let mut subjects = vec![Subject::open("memory", "memory:").await];
    if let Some(url) = testing::postgres_url().await.unwrap() {
        subjects.push(Subject::open("postgres", &url).await);
    }
    match std::env::var("TEST_REDIS_URL") {
        Ok(url) => subjects.push(Subject::open("redis", &url).await),
        Err(_) => eprintln!("not tested on Redis: TEST_REDIS_URL is not set"),
    }
    subjects
}

/// Receives until `count` deliveries came, without settling them.
async fn receive(consumer: &dyn Consumer, count: usize) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    let deadline = tokio::time::Instant::now() + LONG;
    while deliveries.len() < count && tokio::time::Instant::now() < deadline {
        let more = consumer.receive(count - deliveries.len(), SECOND).await;
        deliveries.extend(more.unwrap());
    }
    deliveries
}

/// Receives and acknowledges until `count` events came.
async fn consume(consumer: &dyn Consumer, count: usize) -> Vec<Envelope> {
    let mut envelopes = Vec::new();
    while envelopes.len() < count {
        let deliveries = receive(consumer, 1).await;
        let [delivery] = deliveries.as_slice() else {
            break;
        };
        consumer.ack(delivery).await.unwrap();
        envelopes.push(delivery.envelope.clone());
    }
    envelopes
}

async fn is_silent(consumer: &dyn Consumer) -> bool {
    let wait = Duration::from_millis(700);
    consumer.receive(10, wait).await.unwrap().is_empty()
}

#[tokio::test]
async fn every_group_gets_every_event_unchanged() {
    for subject in subjects().await {
        let (a, b) = (subject.subscribe("a").await, subject.subscribe("b").await);
        let sent = [counted("k\"ü\n", 1), counted("k\"ü\n", 2)];
        subject.publish(&sent).await;
        assert_eq!(consume(&*a, 2).await, sent, "{}", subject.name);
        assert_eq!(consume(&*b, 2).await, sent, "{}", subject.name);
        assert!(is_silent(&*a).await, "{}", subject.name);
        subject.first.ping().await.unwrap();
        a.close().await.unwrap();
        subject.first.close().await;
    }
}

#[tokio::test]
async fn a_new_group_starts_with_the_oldest_event_of_its_types() {
    for subject in subjects().await {
        let other = Envelope {
            kind: "Other".to_owned(),
            ..counted("k", 0)
        };
        subject.publish(&[other, counted("k", 1)]).await;
        let consumer = subject.subscribe("late").await;
        subject.publish(&[counted("k", 2)]).await;
        let numbers: Vec<_> = consume(&*consumer, 2).await.iter().map(number).collect();
        assert_eq!(numbers, [1, 2], "{}", subject.name);
        assert!(is_silent(&*consumer).await, "{}", subject.name);
    }
}

#[tokio::test]
async fn events_of_a_key_wait_for_each_other() {
    for subject in subjects().await {
        let consumer = subject.subscribe("g").await;
        let sent = [counted("a", 1), counted("a", 2), counted("b", 3)];
        subject.publish(&sent).await;
        let first = receive(&*consumer, 2).await;
        let keys: HashSet<_> = first.iter().map(|d| d.envelope.key.as_str()).collect();
        assert_eq!(keys, HashSet::from(["a", "b"]), "{}", subject.name);
        assert!(is_silent(&*consumer).await, "{}", subject.name);
        for delivery in &first {
            assert_eq!(delivery.attempt, 1, "{}", subject.name);
            consumer.ack(delivery).await.unwrap();
        }
        let second = receive(&*consumer, 1).await;
        assert_eq!(number(&second[0].envelope), 2, "{}", subject.name);
    }
}

#[tokio::test]
async fn what_is_given_back_comes_first() {
    for subject in subjects().await {
        let consumer = subject.subscribe("g").await;
        subject.publish(&[counted("a", 1), counted("a", 2)]).await;
        for _ in 0..2 {
            let deliveries = receive(&*consumer, 1).await;
            assert_eq!(number(&deliveries[0].envelope), 1, "{}", subject.name);
            assert_eq!(deliveries[0].attempt, 1, "{}", subject.name);
            consumer.nack(&deliveries[0]).await.unwrap();
        }
        let numbers: Vec<_> = consume(&*consumer, 2).await.iter().map(number).collect();
        assert_eq!(numbers, [1, 2], "{}", subject.name);
    }
}

#[tokio::test]
async fn what_is_left_behind_goes_to_another() {
    let checks = subjects().await.into_iter().map(async |subject| {
        let leaving = subject.subscribe("g").await;
        subject.publish(&[counted("a", 1), counted("a", 2)]).await;
        assert_eq!(receive(&*leaving, 1).await.len(), 1, "{}", subject.name);
        leaving.close().await.unwrap();
        let dying = subject.subscribe("g").await;
        let deliveries = receive(&*dying, 1).await;
        assert_eq!(number(&deliveries[0].envelope), 1, "{}", subject.name);
        drop(dying);
        let heir = subject.subscribe("g").await;
        let numbers: Vec<_> = consume(&*heir, 2).await.iter().map(number).collect();
        assert_eq!(numbers, [1, 2], "{}", subject.name);
        assert!(is_silent(&*heir).await, "{}", subject.name);
    });
    join_all(checks).await;
}

#[tokio::test]
async fn a_living_consumer_keeps_its_delivery_beyond_the_lease() {
    let checks = subjects().await.into_iter().map(async |subject| {
        let slow = subject.subscribe("g").await;
        subject.publish(&[counted("a", 1), counted("a", 2)]).await;
        let deliveries = receive(&*slow, 1).await;
        let idle = subject.subscribe("g").await;
        let stolen = idle.receive(10, 2 * LEASE).await.unwrap();
        assert_eq!(stolen, [], "{}", subject.name);
        slow.ack(&deliveries[0]).await.unwrap();
        let (a, b) = tokio::join!(slow.receive(1, 2 * SECOND), idle.receive(1, 2 * SECOND));
        let (a, b) = (a.unwrap(), b.unwrap());
        let all: Vec<_> = a.iter().chain(&b).map(|d| number(&d.envelope)).collect();
        assert_eq!(all, [2], "{}", subject.name);
        slow.close().await.unwrap();
        idle.close().await.unwrap();
    });
    join_all(checks).await;
}

#[tokio::test]
async fn dead_letters_are_kept_and_can_come_again() {
    for subject in subjects().await {
        let consumer = subject.subscribe("g").await;
        let sent = [counted("a", 1), counted("a", 2)];
        subject.publish(&sent).await;
        let deliveries = receive(&*consumer, 1).await;
        let reason = "it is \"broken\"\0";
        consumer.reject(&deliveries[0], reason).await.unwrap();
        assert_eq!(consume(&*consumer, 1).await, sent[1..], "{}", subject.name);
        let dead = subject.first.dead_letters("g", 10).await.unwrap();
        assert_eq!(dead.len(), 1, "{}", subject.name);
        assert_eq!(dead[0].envelope, sent[0], "{}", subject.name);
        assert_eq!(dead[0].attempts, 1, "{}", subject.name);
        assert!(
            dead[0].reason.starts_with("it is \"broken\""),
            "{}",
            subject.name
        );
        assert_eq!(subject.first.redrive("g").await, Ok(1), "{}", subject.name);
        assert_eq!(consume(&*consumer, 1).await, sent[..1], "{}", subject.name);
        let dead = subject.first.dead_letters("g", 10).await.unwrap();
        assert!(dead.is_empty(), "{}", subject.name);
    }
}

#[tokio::test]
async fn events_beyond_the_limit_are_refused() {
    for subject in subjects().await {
        let large = counted(&"x".repeat(20_000), 1);
        let refused = subject.first.publish(&[large]).await;
        assert!(
            matches!(refused, Err(BusError::Rejected(_))),
            "{}",
            subject.name
        );
        let strange = subject.first.publish(&[counted("a\0b", 1)]).await;
        assert!(
            matches!(strange, Err(BusError::Rejected(_))),
            "{}",
            subject.name
        );
    }
}

#[tokio::test]
async fn one_bus_serves_many_groups_and_closes() {
    for subject in subjects().await {
        let mut consumers = Vec::new();
        for group in 0..15 {
            let subscription = Subscription::new(format!("g{group}"), ["Counted"]);
            consumers.push(subject.first.subscribe(&subscription).await.unwrap());
        }
        subject.publish(&[counted("a", 1)]).await;
        for consumer in &consumers {
            assert_eq!(consume(&**consumer, 1).await.len(), 1, "{}", subject.name);
            consumer.close().await.unwrap();
        }
        let closed = tokio::time::timeout(5 * SECOND, subject.first.close()).await;
        assert!(closed.is_ok(), "{}", subject.name);
    }
}

/// Three consumers, two publishers, eight keys: nothing is lost, nothing overtakes within a key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn order_within_keys_survives_many_consumers() {
    const KEYS: u32 = 8;
    const EACH: u32 = 25;
    for subject in subjects().await {
        let seen = Arc::new(Mutex::new(HashMap::<String, Vec<u32>>::new()));
        let running = Arc::new(Mutex::new(HashSet::new()));
        let mut consumers = tokio::task::JoinSet::new();
        for _ in 0..3 {
            let consumer = subject.subscribe("g").await;
            let (seen, running) = (seen.clone(), running.clone());
            consumers.spawn(async move {
                let count = || seen.lock().unwrap().values().map(Vec::len).sum::<usize>();
                let all = usize::try_from(KEYS * EACH).unwrap();
                let deadline = tokio::time::Instant::now() + 3 * LONG;
                while count() < all && tokio::time::Instant::now() < deadline {
                    for delivery in consumer.receive(4, SECOND / 4).await.unwrap() {
                        let key = delivery.envelope.key.clone();
                        assert!(running.lock().unwrap().insert(key.clone()), "two of {key}");
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        let n = number(&delivery.envelope);
                        seen.lock().unwrap().entry(key.clone()).or_default().push(n);
                        running.lock().unwrap().remove(&key);
                        consumer.ack(&delivery).await.unwrap();
                    }
                }
                consumer.close().await.unwrap();
            });
        }
        let mut publishers = tokio::task::JoinSet::new();
        for half in 0..2 {
            let bus = subject.another().await;
            publishers.spawn(async move {
                for n in 0..EACH {
                    let keys = (0..KEYS).filter(|key| key % 2 == half);
                    let batch: Vec<_> = keys.map(|key| counted(&format!("k{key}"), n)).collect();
                    bus.publish(&batch).await.unwrap();
                }
            });
        }
        publishers.join_all().await;
        consumers.join_all().await;
        let seen = seen.lock().unwrap();
        assert_eq!(
            seen.len(),
            usize::try_from(KEYS).unwrap(),
            "{}",
            subject.name
        );
        for (key, numbers) in seen.iter() {
            let expected: Vec<u32> = (0..EACH).collect();
            assert_eq!(*numbers, expected, "{} {key}", subject.name);
        }
    }
}
