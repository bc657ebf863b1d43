//! The entities as what happened to them.

pub mod order;

use frame::{Database, EventStore, VersionRegistry};

/// After how many changes of an aggregate its state is kept.
pub const SNAPSHOT_EVERY: i64 = 50;

/// How old forms of changes are brought up to date. Written changes are never rewritten: when a
/// change gets another form, say here how the one before becomes the next one.
///
/// ```
/// let versions = frame::VersionRegistry::new().upcaster("order", "Created", |mut payload| {
///     payload["currency"] = "EUR".into(); // the first form had no currency
///     Ok(payload)
/// });
/// assert_eq!(versions.latest("order", "Created"), 2);
/// ```
#[must_use]
pub fn versions() -> VersionRegistry {
    VersionRegistry::new()
}

/// The changes of all aggregates.
#[must_use]
pub fn store(database: &Database) -> EventStore {
    EventStore::new(database.clone(), versions())
}
