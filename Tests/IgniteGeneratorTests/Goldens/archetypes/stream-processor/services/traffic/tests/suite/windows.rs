//! What the windows count, when they close and what they tell.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use frame::outbox::outbox_state;
use frame::stream::{Processor, Stream, Windowing};
use frame::{Database, Envelope, Handler, HandlerError, Outbox};
use serde_json::{Value, json};
use traffic::application::totals::{INPUTS, OUTPUTS, Total, Totals};
use traffic::{handlers, stream};

use crate::harness::Harness;

/// How the architecture cuts time up.
pub fn windowing() -> Windowing {
    Windowing::Sliding {
        size: std::time::Duration::from_millis(300000),
        slide: std::time::Duration::from_millis(60000),
    }
}

pub fn event(payload: Value, occurred_at: DateTime<Utc>) -> Envelope {
    Envelope {
        id: frame::new_id(),
        kind: INPUTS[0].to_owned(),
        version: 1,
        source: "test".to_owned(),
        key: "k".to_owned(),
        occurred_at,
        traceparent: None,
        tenant: None,
        payload,
    }
}

fn windows(database: &Database) -> Stream<Totals> {
    stream(database, Arc::new(Outbox::new())).unwrap()
}

async fn told(database: &Database) -> usize {
    usize::try_from(outbox_state(database).await.unwrap().pending).unwrap()
}

#[tokio::test]
async fn each_event_counts_once_and_each_window_is_told_once() {
    for Harness { database, .. } in Harness::everywhere().await {
        let long_ago = frame::now() - TimeDelta::days(1_000);
        let spans = windowing().windows(long_ago).len();
        let first = event(json!({ "n": 1 }), long_ago);
        let before = windows(&database);
        let handler = handlers(&database, &before);
        handler.handle(&first).await.unwrap();
        handler.handle(&first).await.unwrap();
        assert_eq!(before.count("counted"), 1);
        // As after a restart: what is open is in the database.
        drop(before);
        let after = windows(&database);
        let handler = handlers(&database, &after);
        let later = event(json!({ "n": 2 }), frame::now() - TimeDelta::days(100));
        handler.handle(&later).await.unwrap();
        if windowing() == Windowing::Single {
            assert_eq!(told(&database).await, 2 * OUTPUTS.len(), "{}", database.name);
            continue;
        }
        assert_eq!(after.count("closed"), u64::try_from(spans).unwrap(), "{}", database.name);
        assert_eq!(told(&database).await, spans * OUTPUTS.len(), "{}", database.name);
        let late = event(json!({ "n": 4 }), long_ago);
        handler.handle(&late).await.unwrap();
        assert_eq!(after.count("late"), 1);
        assert_eq!(told(&database).await, spans * OUTPUTS.len(), "{}", database.name);
    }
}

#[test]
fn numbers_are_summed_up() {
    let (mut one, mut other) = (Total::default(), Total::default());
    for n in [3.0, 1.0] {
        Totals.add(&mut one, &event(json!({ "n": n, "word": "x" }), frame::now())).unwrap();
    }
    Totals.add(&mut other, &event(json!({ "n": 2.0, "m": 5 }), frame::now())).unwrap();
    Totals.merge(&mut one, other);
    assert_eq!(one.count, 3);
    let expected = json!({ "m": { "sum": 5.0, "min": 5.0, "max": 5.0 }, "n": { "sum": 6.0, "min": 1.0, "max": 3.0 } });
    assert_eq!(serde_json::to_value(&one.numbers).unwrap(), expected);
    let refused = Totals.add(&mut one, &event(json!(7), frame::now()));
    assert!(matches!(refused, Err(HandlerError::Reject(_))));
}

#[test]
fn what_is_told_says_which_window_it_is_about() {
    let mut state = Total::default();
    let time = frame::now();
    Totals.add(&mut state, &event(json!({}), time)).unwrap();
    let window = windowing().windows(time)[0];
    let told = Totals.emit("k", window, state.clone()).unwrap();
    let again = Totals.emit("k", window, state).unwrap();
    assert_eq!(told.iter().map(|envelope| envelope.kind.as_str()).collect::<Vec<_>>(), OUTPUTS);
    for (told, again) in told.iter().zip(&again) {
        assert_eq!(told.payload, again.payload);
        assert_eq!(told.payload["count"], 1);
        assert_eq!(told.payload["window_start"], json!(window.start));
    }
}

#[test]
fn traffic_counted_can_be_read_by_others() {
    let window = windowing().windows(frame::now())[0];
    let told = Totals.emit("k", window, Total::default()).unwrap();
    let told = told.iter().find(|envelope| envelope.kind == "TrafficCounted");
    let event: events::TrafficCounted = told.unwrap().decode().unwrap();
    assert_eq!(event.id, window.id(traffic::NAME, "k", "TrafficCounted"));
}
