//! Windows by the time of events: what they count, when they close, and what survives a restart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use frame::outbox::outbox_state;
use frame::stream::{Processor, Stream, StreamOptions, Window, Windowing};
use frame::testing::TestDatabase;
use frame::{Envelope, Handler, HandlerError, InTransaction, Outbox, Publisher, Transaction};
use frame::{documents, testing};
use serde_json::{Value, json};
use support::{counted, number};
use tokio_util::sync::CancellationToken;

/// Sums the numbers of a window.
struct Sums;

impl Processor for Sums {
    type State = Vec<u32>;

    fn add(&self, state: &mut Vec<u32>, envelope: &Envelope) -> Result<(), HandlerError> {
        let n = number(envelope);
        if n == 99 {
            return Err(HandlerError::Reject("nonsense".to_owned()));
        }
        state.push(n);
        Ok(())
    }

    fn merge(&self, state: &mut Vec<u32>, other: Vec<u32>) {
        state.extend(other);
    }

    fn emit(&self, key: &str, window: Window, state: Vec<u32>) -> frame::Result<Vec<Envelope>> {
        let mut envelope = counted(key, state.iter().sum());
        let (start, end) = (window.start.timestamp(), window.end.timestamp());
        envelope.payload = json!([key, start - BEGIN, end - BEGIN, state.iter().sum::<u32>()]);
        Ok(vec![envelope])
    }
}

/// Keeps what is published as documents, to be looked at.
struct Kept;

#[async_trait]
impl Publisher for Kept {
    async fn publish(&self, tx: &mut Transaction, envelope: &Envelope) -> frame::Result<()> {
        let id = envelope.id.to_string();
        let mut ids = BTreeSet::new();
        assert!(ids.insert(id.clone()));
        documents::put(tx, "told", &id, &envelope.payload).await
    }
}

/// 2026-01-05 00:00:00 UTC.
const BEGIN: i64 = 1_767_571_200;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(BEGIN + seconds, 0).unwrap()
}

fn event(key: &str, n: u32, seconds: i64) -> Envelope {
    let occurred_at = at(seconds);
    Envelope {
        occurred_at,
        ..counted(key, n)
    }
}

fn stream(database: &TestDatabase, windowing: Windowing, tolerance: u64) -> Stream<Sums> {
    let options = StreamOptions {
        name: "sums".to_owned(),
        windowing,
        tolerance: Duration::from_secs(tolerance),
        idle: Duration::from_millis(200),
    };
    Stream::new(options, Sums, (*database).clone(), Arc::new(Kept)).unwrap()
}

async fn feed(database: &TestDatabase, stream: &Stream<Sums>, events: &[Envelope]) {
    let handler = InTransaction::new((*database).clone(), "sums", stream.clone());
    for event in events {
        handler.handle(event).await.unwrap();
    }
}

/// What was told, sorted by window and key.
async fn told(database: &TestDatabase) -> Vec<Value> {
    let told = documents::list(database, "told", None, 100).await.unwrap();
    let mut told: Vec<_> = told.into_iter().map(|told| told.body).collect();
    told.sort_by_key(|told| (told[1].as_i64(), told[0].to_string()));
    told
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn tumbling_windows_count_each_event_once() {
    for database in testing::databases(None).await.unwrap() {
        let stream = stream(&database, Windowing::Tumbling { size: MINUTE }, 0);
        let doubled = event("a", 1, 0);
        let events = [
            doubled.clone(),
            doubled,
            event("b", 2, 30),
            event("a", 4, 59),
            event("a", 8, 60),
        ];
        feed(&database, &stream, &events).await;
        let expected = [json!(["a", 0, 60, 5]), json!(["b", 0, 60, 2])];
        assert_eq!(told(&database).await, expected, "{}", database.name);
        assert_eq!((stream.count("counted"), stream.count("closed")), (4, 2));
    }
}

#[tokio::test]
async fn sliding_windows_overlap() {
    for database in testing::databases(None).await.unwrap() {
        let slide = Duration::from_secs(30);
        let windowing = Windowing::Sliding {
            size: MINUTE,
            slide,
        };
        let stream = stream(&database, windowing, 0);
        let events = [event("a", 1, 10), event("a", 2, 40), event("a", 4, 120)];
        feed(&database, &stream, &events).await;
        let expected = [
            json!(["a", -30, 30, 1]),
            json!(["a", 0, 60, 3]),
            json!(["a", 30, 90, 2]),
        ];
        assert_eq!(told(&database).await, expected, "{}", database.name);
    }
}

#[tokio::test]
async fn sessions_grow_and_join() {
    for database in testing::databases(None).await.unwrap() {
        let gap = Duration::from_secs(10);
        let stream = stream(&database, Windowing::Session { gap }, 20);
        let events = [
            event("a", 1, 0),
            event("a", 2, 15),
            event("b", 4, 15),
            // Late but tolerated, it joins the two sessions of a.
            event("a", 8, 8),
            event("a", 16, 100),
        ];
        feed(&database, &stream, &events).await;
        let expected = [json!(["a", 0, 25, 11]), json!(["b", 15, 25, 4])];
        assert_eq!(told(&database).await, expected, "{}", database.name);
    }
}

#[tokio::test]
async fn late_events_count_only_within_the_tolerance() {
    for database in testing::databases(None).await.unwrap() {
        let stream = stream(&database, Windowing::Tumbling { size: MINUTE }, 30);
        let events = [
            event("a", 1, 10),
            event("a", 2, 89),
            event("a", 4, 20),
            event("a", 8, 90),
            event("a", 16, 30),
        ];
        feed(&database, &stream, &events).await;
        assert_eq!(told(&database).await, [json!(["a", 0, 60, 5])]);
        assert_eq!(stream.count("late"), 1, "{}", database.name);
    }
}

#[tokio::test]
async fn open_windows_survive_a_restart_and_time_goes_on_without_events() {
    for database in testing::databases(None).await.unwrap() {
        let windowing = Windowing::Tumbling { size: MINUTE };
        let before = stream(&database, windowing, 0);
        feed(&database, &before, &[event("a", 1, 0)]).await;
        drop(before);
        let after = stream(&database, windowing, 0);
        feed(&database, &after, &[event("a", 2, 1)]).await;
        assert!(told(&database).await.is_empty());
        let stop = CancellationToken::new();
        let running = tokio::spawn(after.run(stop.clone()));
        for _ in 0..200 {
            if !told(&database).await.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
        running.await.unwrap().unwrap();
        let expected = [json!(["a", 0, 60, 3])];
        assert_eq!(told(&database).await, expected, "{}", database.name);
    }
}

#[tokio::test]
async fn what_fails_leaves_no_trace() {
    for database in testing::databases(None).await.unwrap() {
        let stream = stream(&database, Windowing::Tumbling { size: MINUTE }, 0);
        let handler = InTransaction::new((*database).clone(), "sums", stream.clone());
        feed(&database, &stream, &[event("a", 1, 0)]).await;
        let refused = handler.handle(&event("a", 99, 120)).await;
        assert!(matches!(refused, Err(HandlerError::Reject(_))));
        assert!(told(&database).await.is_empty(), "{}", database.name);
        // From far ahead it counts as of now, and so does not close the windows of days to come.
        let ahead = Envelope {
            occurred_at: Utc::now() + TimeDelta::days(400),
            ..counted("a", 2)
        };
        feed(&database, &stream, &[ahead]).await;
        feed(
            &database,
            &stream,
            &[Envelope {
                occurred_at: Utc::now(),
                ..counted("a", 4)
            }],
        )
        .await;
        assert_eq!(stream.count("late"), 0);
    }
}

#[tokio::test]
async fn single_events_are_told_at_once_through_the_outbox() {
    let database = testing::sqlite(None).await.unwrap();
    let options = StreamOptions {
        name: "each".to_owned(),
        windowing: Windowing::Single,
        tolerance: Duration::ZERO,
        idle: MINUTE,
    };
    let outbox = Arc::new(Outbox::new());
    let stream = Stream::new(options, Sums, (*database).clone(), outbox).unwrap();
    feed(&database, &stream, &[event("a", 1, 0), event("a", 2, 0)]).await;
    assert_eq!(outbox_state(&database).await.unwrap().pending, 2);
}
