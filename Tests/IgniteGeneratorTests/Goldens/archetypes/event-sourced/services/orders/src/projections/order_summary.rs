//! One document for each aggregate, which says how it came to be what it is. Make of it what your
//! readers need, and have it rebuilt by `POST /operations/projections/{name}/rebuild`.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use frame::cqrs::{StoredChange, View};
use frame::{Error, Projection};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is told of one aggregate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrderSummaryDocument {
    /// What kind of aggregate it is.
    pub aggregate: String,
    pub id: Uuid,
    /// How often it has changed.
    pub changes: i64,
    pub first_change_at: DateTime<Utc>,
    pub last_change_at: DateTime<Utc>,
    /// What happened to it last.
    pub last_change: String,
}

/// Makes the documents.
#[derive(Debug, Clone, Copy)]
pub struct OrderSummary;

impl OrderSummary {
    pub const NAME: &str = "order-summary";
}

#[async_trait]
impl Projection for OrderSummary {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn apply(&self, change: &StoredChange, view: &mut View<'_>) -> Result<(), Error> {
        let key = format!("{}/{}", change.aggregate, change.id);
        let before: Option<OrderSummaryDocument> = view.get(&key).await?;
        let document = OrderSummaryDocument {
            aggregate: change.aggregate.clone(),
            id: change.id,
            changes: before.as_ref().map_or(0, |before| before.changes) + 1,
            first_change_at: before.map_or(change.at, |before| before.first_change_at),
            last_change_at: change.at,
            last_change: change.kind.clone(),
        };
        view.put(&key, &document).await
    }
}
