//! The events that come from outside.

use frame::{Envelope, Error};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An event by its type: `{ "type": …, "payload": … }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", content = "payload")]
pub enum Incoming {
    #[serde(rename = "BookSeen")]
    BookSeen(events::BookSeen),
    #[serde(rename = "DoorOpened")]
    DoorOpened(events::DoorOpened),
}

impl Incoming {
    /// The event as it is published.
    ///
    /// # Errors
    /// An event that cannot be written as JSON.
    pub fn envelope(&self) -> Result<Envelope, Error> {
        match self {
            Self::BookSeen(event) => Envelope::of(crate::NAME, event),
            Self::DoorOpened(event) => Envelope::of(crate::NAME, event),
        }
    }
}
