//! What makes the service event-sourced, on real databases.

use frame::http::IfMatch;
use frame::{Aggregates, Error, EventStore, VersionRegistry};
use serde_json::Value;
use tokio::task::JoinSet;
use orders::{aggregates, domain};
use frame::cqrs::NewChange;

use crate::harness::Harness;

/// Appends a change in a transaction of its own.
async fn append(harness: &Harness, kind: &str, id: uuid::Uuid, expected: i64, change: NewChange) -> Result<i64, Error> {
    let mut transaction = harness.database.begin().await?;
    let store = aggregates::store(&harness.database);
    let version = store.append(&mut transaction, kind, id, expected, &[change]).await?;
    transaction.commit().await?;
    Ok(version)
}

fn change(payload: serde_json::Value) -> NewChange {
    NewChange {
        kind: "Created".to_owned(),
        payload,
        at: frame::now(),
    }
}

#[tokio::test]
async fn the_store_takes_the_next_version_only() {
    for harness in Harness::everywhere().await {
        let id = frame::new_id();
        for (expected, answer) in [(0, Some(1)), (0, None), (2, None), (1, Some(2))] {
            let appended = append(&harness, "any", id, expected, change(expected.into())).await;
            assert_eq!(appended.ok(), answer, "{}", harness.database.name);
        }
        let store = aggregates::store(&harness.database);
        assert_eq!(store.changes("any", id, 0).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn one_of_concurrent_changes_of_a_order_wins() {
    for harness in Harness::everywhere().await {
        let created = crate::order::stored(&harness).await;
        let mut changes = JoinSet::new();
        for _ in 0..4 {
            let fields = crate::order::storable(&harness).await;
            let use_cases = harness.application.order.clone();
            changes.spawn(async move { use_cases.update(created.id, &IfMatch::version(1), fields).await });
        }
        let answers = changes.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        for lost in answers.into_iter().filter_map(Result::err) {
            assert_eq!(lost, Error::PreconditionFailed, "{}", harness.database.name);
        }
        let store = aggregates::store(&harness.database);
        let kept = store.changes("order", created.id, 0).await.unwrap();
        let kinds: Vec<_> = kept.iter().map(|change| change.kind.as_str()).collect();
        assert_eq!(kinds, ["Created", "Updated"], "{}", harness.database.name);
    }
}

#[tokio::test]
async fn a_snapshot_of_a_order_and_what_follows_is_the_whole() {
    use aggregates::order::OrderChange;
    use domain::order::Order;
    for harness in Harness::everywhere().await {
        let store = aggregates::store(&harness.database);
        let aggregates = Aggregates::<Order>::new(store).snapshot_every(2);
        let created = crate::order::stored(&harness).await;
        for _ in 0..4 {
            let fields = crate::order::fields();
            let decided = aggregates.load(created.id).await.unwrap().decide(OrderChange::Updated(fields));
            let mut transaction = harness.database.begin().await.unwrap();
            aggregates.commit(&mut transaction, &decided).await.unwrap();
            transaction.commit().await.unwrap();
        }
        let snapshot = aggregates.snapshot(created.id).await.unwrap().unwrap();
        assert_eq!(snapshot.version, 4, "{}", harness.database.name);
        let loaded = aggregates.load(created.id).await.unwrap();
        assert_eq!(loaded.version, 5);
        assert_ne!(loaded.state, snapshot.state);
        assert_eq!(loaded, aggregates.load_from_changes(created.id).await.unwrap());
    }
}

#[tokio::test]
async fn the_row_of_a_order_is_what_its_changes_made() {
    for harness in Harness::everywhere().await {
        let use_cases = &harness.application.order;
        let created = crate::order::stored(&harness).await;
        let fields = crate::order::storable(&harness).await;
        let changed = use_cases.update(created.id, &IfMatch::version(1), fields).await.unwrap();
        let store = aggregates::store(&harness.database);
        let aggregates = Aggregates::<domain::order::Order>::new(store);
        let loaded = aggregates.load_from_changes(created.id).await.unwrap();
        assert_eq!(loaded.state.as_ref(), Some(&changed), "{}", harness.database.name);
        assert_eq!(use_cases.get(created.id).await.unwrap(), changed);
        use_cases.delete(created.id, &IfMatch::version(2)).await.unwrap();
        let loaded = aggregates.load_from_changes(created.id).await.unwrap();
        assert_eq!((loaded.version, loaded.state), (3, None));
    }
}

#[tokio::test]
async fn an_old_form_of_a_order_is_brought_up_to_date() {
    for harness in Harness::everywhere().await {
        let fields = crate::order::fields();
        let now: Value = serde_json::to_value(&fields).unwrap();
        // One of the fields had another name once.
        let mut old = now.clone();
        let moved = old.as_object_mut().unwrap().remove("customer").unwrap();
        old["its_old_name"] = moved;
        let id = frame::new_id();
        append(&harness, "order", id, 0, change(old)).await.unwrap();
        let versions = VersionRegistry::new().upcaster("order", "Created", |mut payload| {
            payload["customer"] = payload["its_old_name"].take();
            Ok(payload)
        });
        let store = EventStore::new((*harness.database).clone(), versions);
        let aggregates = Aggregates::<domain::order::Order>::new(store);
        let loaded = aggregates.load(id).await.unwrap();
        assert_eq!(loaded.state.unwrap().fields, fields, "{}", harness.database.name);
    }
}
