//! Firestore beyond what every store of a cache promises.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod firestore_server;

use std::sync::Arc;

use frame::Error;
use frame::cache::{Body, CacheStore, FirestoreStore, Kept, StoreSettings};
use futures_util::future::join_all;

fn answer(version: i64) -> Kept {
    let later = frame::now().timestamp_millis() + 60_000;
    Kept {
        body: Body::Present(version.to_string()),
        version,
        fresh_until: later,
        gone_at: later,
    }
}

#[tokio::test]
async fn of_many_at_once_the_highest_version_stays() {
    let settings = firestore_server::settings().await;
    let store = Arc::new(FirestoreStore::open(&settings).await.unwrap());
    let puts = (1..=4).map(|version| {
        let store = store.clone();
        async move { store.put("k", &answer(version), None).await }
    });
    for put in join_all(puts).await {
        put.unwrap();
    }
    let second = FirestoreStore::open(&settings).await.unwrap();
    let found = second.get(&["k".to_owned()]).await.unwrap();
    assert_eq!(found[0].0.as_ref().map(|kept| kept.version), Some(4));
    let mut other = settings.clone();
    other.prefix = "other".to_owned();
    let other = FirestoreStore::open(&other).await.unwrap();
    assert_eq!(other.get(&["k".to_owned()]).await.unwrap()[0].0, None);
}

#[tokio::test]
async fn what_is_missing_is_told() {
    let settings = firestore_server::settings().await;
    let open = async |settings: StoreSettings| FirestoreStore::open(&settings).await.map(drop);
    for url in ["firestore:", "firestore:a/b"] {
        let mut wrong = settings.clone();
        wrong.url = url.into();
        assert!(matches!(open(wrong).await, Err(Error::Internal(_))));
    }
    let mut lost = settings.clone();
    lost.own.remove("FIRESTORE_PROJECT");
    assert!(matches!(open(lost).await, Err(Error::Internal(reason)) if reason.contains("PROJECT")));
    let nowhere = [("FIRESTORE_PROJECT", "test"), ("GCE_METADATA_HOST", "127.0.0.1:1")];
    let mut lost = settings;
    lost.own = nowhere.map(|(name, value)| (name, value.into())).into_iter().collect();
    assert!(matches!(open(lost).await, Err(Error::Unavailable(reason)) if reason.contains("token")));
}
