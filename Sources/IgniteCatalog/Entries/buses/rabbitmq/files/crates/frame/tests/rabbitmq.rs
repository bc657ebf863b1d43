//! What only RabbitMQ does, against a server.
#![cfg(feature = "rabbitmq")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use frame::Error;
use frame::bus::{self, Bus, Consumer, Delivery, Subscription};
use frame::config::BusSettings;
use secrecy::SecretString;
use support::{counted, number};

const SECOND: Duration = Duration::from_secs(1);

fn settings(url: &str) -> BusSettings {
    BusSettings {
        url: SecretString::from(url),
        prefix: format!("test:{}", frame::new_id()),
        lease: SECOND,
        ..BusSettings::default()
    }
}

/// The URL of the server, if the tests have one.
fn url() -> Option<String> {
    let url = std::env::var("TEST_RABBITMQ_URL").ok();
    if url.is_none() {
        eprintln!("not tested on RabbitMQ: TEST_RABBITMQ_URL is not set");
    }
    url
}

async fn join(bus: &Arc<dyn Bus>) -> Arc<dyn Consumer> {
    let subscription = Subscription::new("g", ["Counted"]);
    bus.subscribe(&subscription).await.unwrap()
}

async fn one(consumer: &Arc<dyn Consumer>) -> Delivery {
    let deliveries = consumer.receive(1, 20 * SECOND).await.unwrap();
    deliveries.into_iter().next().unwrap()
}

#[tokio::test]
async fn consumers_share_the_queues() {
    let Some(url) = url() else { return };
    let bus = bus::open(&settings(&url)).await.unwrap();
    let first = join(&bus).await;
    let keys = (0..64).map(|n| format!("k{n}"));
    let events: Vec<_> = keys.zip(0..).map(|(key, n)| counted(&key, n)).collect();
    bus.publish(&events).await.unwrap();
    let mut seen = HashSet::new();
    while seen.len() < events.len() {
        let delivery = one(&first).await;
        first.ack(&delivery).await.unwrap();
        seen.insert(number(&delivery.envelope));
    }
    // Alone it is active on all of them. Once another is there, half of them move.
    let second = join(&bus).await;
    tokio::time::sleep(2 * SECOND).await;
    bus.publish(&events).await.unwrap();
    let mut counts = [0; 2];
    let moment = Duration::from_millis(20);
    while counts.iter().sum::<usize>() < events.len() {
        for (consumer, count) in [&first, &second].into_iter().zip(&mut counts) {
            for delivery in consumer.receive(8, moment).await.unwrap() {
                consumer.ack(&delivery).await.unwrap();
                *count += 1;
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 8), "{counts:?}");
    first.close().await.unwrap();
    second.close().await.unwrap();
}

#[tokio::test]
async fn what_kills_its_consumers_is_counted() {
    let Some(url) = url() else { return };
    let bus = bus::open(&settings(&url)).await.unwrap();
    let mut consumer = join(&bus).await;
    bus.publish(&[counted("a", 1)]).await.unwrap();
    for attempt in 1..4 {
        assert_eq!(one(&consumer).await.attempt, attempt);
        drop(consumer);
        consumer = join(&bus).await;
    }
}

#[tokio::test]
async fn what_the_server_gives_up_is_a_dead_letter() {
    let Some(url) = url() else { return };
    let settings = BusSettings {
        retain: Duration::from_millis(300),
        ..settings(&url)
    };
    let bus = bus::open(&settings).await.unwrap();
    join(&bus).await.close().await.unwrap();
    bus.publish(&[counted("a", 1), counted("b", 2)])
        .await
        .unwrap();
    tokio::time::timeout(20 * SECOND, async {
        while bus.dead_letters("g", 10).await.unwrap().len() < 2 {
            tokio::time::sleep(SECOND / 10).await;
        }
    })
    .await
    .unwrap();
    let read = async |limit| bus.dead_letters("g", limit).await.unwrap();
    let letters = read(10).await;
    assert_eq!(read(10).await, letters, "looking changes nothing");
    assert_eq!(read(1).await, letters[..1]);
    assert_eq!(letters[0].reason, "expired");
    assert!(bus.dead_letters("nobody", 1).await.unwrap().is_empty());
    assert_eq!(bus.redrive("nobody").await, Ok(0));
}

#[tokio::test]
async fn the_first_to_connect_decides_how_many_partitions_there_are() {
    let Some(url) = url() else { return };
    let settings = BusSettings {
        partitions: 2,
        ..settings(&url)
    };
    let bus = bus::open(&settings).await.unwrap();
    let consumer = join(&bus).await;
    let other = BusSettings {
        partitions: 200,
        ..settings
    };
    let other = bus::open(&other).await.unwrap();
    let keys = (0..20).map(|n| counted(&format!("k{n}"), n));
    other.publish(&keys.collect::<Vec<_>>()).await.unwrap();
    for _ in 0..20 {
        let delivery = one(&consumer).await;
        consumer.ack(&delivery).await.unwrap();
    }
    consumer.close().await.unwrap();
}

#[tokio::test]
async fn large_events_go_in_several_frames() {
    let Some(url) = url() else { return };
    let bus = bus::open(&settings(&url)).await.unwrap();
    let consumer = join(&bus).await;
    let large = counted(&"x".repeat(400_000), 1);
    bus.publish(std::slice::from_ref(&large)).await.unwrap();
    assert_eq!(one(&consumer).await.envelope, large);
}

#[tokio::test]
async fn who_is_refused_learns_why() {
    let Some(url) = url() else { return };
    let (_, host) = url.rsplit_once('@').unwrap();
    let open = async |url: String| bus::open(&settings(&url)).await.err();
    let Some(Error::Unavailable(reason)) = open(format!("amqp://guest:hunter2@{host}")).await
    else {
        panic!("another password is refused");
    };
    assert!(reason.contains("ACCESS_REFUSED") && !reason.contains("hunter2"));
    let place = host.split('/').next().unwrap();
    let nowhere = open(format!("amqp://guest:guest@{place}/nowhere")).await;
    assert!(matches!(nowhere, Some(Error::Unavailable(reason)) if reason.contains("nowhere")));
    let untrusted = open(format!("amqps://guest:guest@{place}")).await;
    assert!(matches!(untrusted, Some(Error::Unavailable(_))));
    let bus = bus::open(&settings(&url)).await.unwrap();
    let group = Subscription::new("x".repeat(250), ["Counted"]);
    assert!(bus.subscribe(&group).await.is_err());
    let long = BusSettings {
        prefix: "x".repeat(200),
        ..settings(&url)
    };
    assert!(matches!(
        bus::open(&long).await.err(),
        Some(Error::Internal(_))
    ));
}

#[tokio::test]
async fn events_go_over_tls() {
    let url = std::env::var("TEST_RABBITMQ_TLS_URL");
    let (Ok(url), Ok(file)) = (url, std::env::var("TEST_RABBITMQ_CA_FILE")) else {
        eprintln!("not tested over TLS: TEST_RABBITMQ_TLS_URL is not set");
        return;
    };
    let stranger = bus::open(&settings(&url)).await.err();
    assert!(matches!(stranger, Some(Error::Unavailable(_))));
    let mut settings = settings(&url);
    let authority = ("RABBITMQ_CA_FILE", SecretString::from(file));
    settings.own = [authority].into_iter().collect();
    let bus = bus::open(&settings).await.unwrap();
    let consumer = join(&bus).await;
    let event = counted("a", 1);
    bus.publish(std::slice::from_ref(&event)).await.unwrap();
    assert_eq!(one(&consumer).await.envelope, event);
    consumer.close().await.unwrap();
    bus.close().await;
}
