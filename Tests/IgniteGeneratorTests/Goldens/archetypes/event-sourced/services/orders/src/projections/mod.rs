//! Views that are made of what happened to the aggregates.

pub mod order_summary;

use frame::{Database, ProjectionRegistry};

use crate::aggregates;

/// Every projection of the service.
#[must_use]
pub fn registry(database: &Database) -> ProjectionRegistry {
    ProjectionRegistry::new(aggregates::store(database))
        .register(order_summary::OrderSummary)
}
