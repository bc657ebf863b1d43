//! `Order` as what happened to it.

use frame::{Aggregate, Change};
use serde::{Deserialize, Serialize};

use crate::domain::order::{Order, OrderFields};

/// What can happen to one. What was written stays as it is: add variants, or change the form of one
/// together with an upcaster in [`super::versions`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum OrderChange {
    Created(OrderFields),
    Updated(OrderFields),
    Archived,
}

impl Aggregate for Order {
    const KIND: &'static str = "order";
    type Change = OrderChange;

    fn apply(state: Option<Self>, change: &Change<Self::Change>) -> Option<Self> {
        match (state, &change.what) {
            (_, OrderChange::Created(fields)) => Some(Self {
                id: change.id,
                fields: fields.clone(),
                version: change.version,
                created_at: change.at,
                updated_at: change.at,
            }),
            (Some(before), OrderChange::Updated(fields)) => Some(Self {
                fields: fields.clone(),
                version: change.version,
                updated_at: change.at,
                ..before
            }),
            (_, OrderChange::Archived) | (None, _) => None,
        }
    }
}
