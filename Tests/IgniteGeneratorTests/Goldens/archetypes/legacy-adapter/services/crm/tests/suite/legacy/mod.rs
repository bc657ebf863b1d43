//! What the legacy system holds comes over: translated, kept, told once; what is bad is set aside.

mod faults;
mod system;

use frame::Database;
use std::sync::Arc;

use frame::bus::MemoryBus;
use frame::config::Reader;
use frame::{Outbox, Publisher};
use frame::legacy::{Adapter, Outcome};
use frame::metrics::Metrics;
use crm::legacy::{KINDS, PROTOCOL, adapter, translation};
use crm::{Config, assemble};
use tokio_util::sync::CancellationToken;

use self::system::{System, samples};
use crate::harness::Harness;

/// The translation of these tests, whatever that of the service says.
pub const TRANSLATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/legacy/translation.toml");

pub fn config(system: &System, more: &[(&str, &str)]) -> Config {
    let fixed = [("PORT", "0"), ("HOST", "127.0.0.1"), ("LEGACY_TRANSLATION", TRANSLATION)];
    let pairs = fixed.iter().chain(more).map(|(name, value)| (*name, (*value).to_owned()));
    Config::read(Reader::from_pairs(pairs.chain(system.variables()))).unwrap()
}

fn over(database: &Database, system: &System) -> Adapter {
    let metrics = Metrics::new("test").unwrap();
    let publisher: Arc<dyn Publisher> = Arc::new(Outbox::new());
    adapter(&config(system, &[]).legacy, database, &publisher, &metrics.calls).unwrap()
}

/// How many records had an outcome.
async fn synced(adapter: &Adapter, outcome: Outcome) -> usize {
    let synced = adapter.sync(&CancellationToken::new()).await;
    usize::try_from(synced.get(&outcome).copied().unwrap_or(0)).unwrap()
}

/// How many events wait to be published.
async fn told(database: &Database) -> usize {
    usize::try_from(frame::outbox::outbox_state(database).await.unwrap().pending).unwrap()
}

#[test]
fn the_translation_of_the_service_is_right() {
    let mut reader = Reader::from_pairs([("PORT", "0")]);
    let settings = crm::legacy::settings(&mut reader);
    let translation = translation(&settings).unwrap_or_else(|error| panic!("{error}"));
    assert!(!translation.kinds().is_empty());
}

#[tokio::test]
async fn a_wrong_translation_is_told_before_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "[kinds.Nobody]\nid = \"id\"\n").unwrap();
    let system = System::start().await;
    for path in [file.path().to_str().unwrap(), "/nowhere.toml"] {
        let config = config(&system, &[("LEGACY_TRANSLATION", path)]);
        let error = translation(&config.legacy).map(drop).unwrap_err().to_string();
        assert!(error.contains(path), "{error}");
    }
}

#[tokio::test]
async fn records_come_over_once_and_are_told() {
    for Harness { database, .. } in Harness::everywhere().await {
        let system = System::start().await;
        let adapter = over(&database, &system);
        for number in 1..=30 {
            for (kind, record) in samples(number, number.into()) {
                system.put(kind, vec![record]);
            }
        }
        assert_eq!(synced(&adapter, Outcome::Created).await, 30 * KINDS.len(), "{}", database.name);
        let created = told(&database).await;
        assert_eq!(created, 30 * CREATED.len());
        let known = adapter.id_of(KINDS[0].name, "7").await.unwrap().unwrap();
        // Sent again with another time and the same content, nothing is told.
        for (kind, record) in samples(7, 100) {
            system.put(kind, vec![record]);
        }
        let adapter = over(&database, &system);
        assert_eq!(synced(&adapter, Outcome::Created).await, 0);
        assert_eq!(adapter.id_of(KINDS[0].name, "7").await.unwrap(), Some(known));
        assert_eq!(told(&database).await, created);
        assert_eq!(PROTOCOL, adapter_protocol());
    }
}

/// What the architecture says.
fn adapter_protocol() -> frame::legacy::Protocol {
    frame::legacy::Protocol::Rest
}

/// The events that one new record of each kind causes.
pub const CREATED: &[&str] = &[
    "CustomerCreated",
    "OrderCreated",
];
/// The events that one record of each kind that is gone causes.
const DELETED: &[&str] = &[
    "CustomerDeleted",
];

#[tokio::test]
async fn what_is_gone_there_is_gone_here() {
    for Harness { database, .. } in Harness::everywhere().await {
        let system = System::start().await;
        let adapter = over(&database, &system);
        for (kind, record) in samples(1, 1) {
            system.put(kind, vec![record]);
        }
        assert_eq!(synced(&adapter, Outcome::Created).await, KINDS.len());
        let before = told(&database).await;
        // What refers to something goes first.
        for (kind, mut record) in samples(1, 2).into_iter().rev() {
            record["x-gone"] = true.into();
            system.put(kind, vec![record]);
            assert_eq!(synced(&adapter, Outcome::Deleted).await, 1, "{kind} {}", database.name);
        }
        assert_eq!(told(&database).await - before, DELETED.len());
    }
}

#[tokio::test]
async fn what_is_bad_is_set_aside() {
    for Harness { database, .. } in Harness::everywhere().await {
        let system = System::start().await;
        let adapter = over(&database, &system);
        for (kind, mut record) in samples(1, 1) {
            record["id"] = serde_json::Value::Null;
            system.put(kind, vec![record]);
        }
        for (kind, record) in samples(2, 2) {
            system.put(kind, vec![record]);
        }
        let synced = adapter.sync(&CancellationToken::new()).await;
        assert_eq!(synced.get(&Outcome::SetAside).copied(), u64::try_from(KINDS.len()).ok(), "{}", database.name);
        assert_eq!(synced.get(&Outcome::Created), synced.get(&Outcome::SetAside));
        let aside = adapter.set_aside(None, None, 100).await.unwrap();
        assert!(aside.iter().all(|row| row.reason.contains("no id")), "{aside:?}");
        for row in aside {
            assert_eq!(adapter.retry(row.id).await, Ok(Outcome::SetAside));
            adapter.discard(row.id).await.unwrap();
        }
        assert!(adapter.set_aside(None, None, 100).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn operators_see_what_came_over() {
    let Harness { database, .. } = Harness::start().await;
    let system = System::start().await;
    let config = config(&system, &[]);
    let app = assemble(&config, (*database).clone(), Arc::new(MemoryBus::new())).await.unwrap();
    for (method, path, status) in [
        ("GET", "/operations/legacy", 200),
        ("GET", "/operations/quarantine", 200),
        ("POST", "/operations/legacy/sync", 202),
    ] {
        let request = axum::http::Request::builder().method(method).uri(path);
        let request = request.body(axum::body::Body::empty()).unwrap();
        let response = tower::ServiceExt::oneshot(app.router(), request).await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path}");
    }
}
