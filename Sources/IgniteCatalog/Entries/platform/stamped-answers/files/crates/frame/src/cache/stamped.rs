//! Answers in a store that changes one item at a time.
//!
//! An item is an answer with a stamp, which a removal raises: what was loaded before finds another
//! stamp and is not kept. A removed answer leaves its stamp for a while. All are of a generation, which
//! clearing ends, so that it touches one item however many there are.

use super::store::{Kept, Ticket};
use crate::clock::now_ms;

/// How long it is known at least that an answer was removed: longer than any load takes.
const MEMORY_MS: i64 = 3_600_000;

/// What there is under a key.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Item {
    pub kept: Option<Kept>,
    pub generation: u64,
    pub stamp: u64,
}

/// The right to put an answer: the generation of all and the stamp of one. Neither comes near its half
/// of the bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Right {
    pub generation: u64,
    pub stamp: u64,
}

impl From<Ticket> for Right {
    fn from(ticket: Ticket) -> Self {
        Self {
            generation: ticket.0 >> 32,
            stamp: ticket.0 & u64::from(u32::MAX),
        }
    }
}

/// What is kept under a key while this is the generation, and the ticket for it.
pub(super) fn seen(item: Option<&Item>, generation: u64) -> (Option<Kept>, Ticket) {
    let now = now_ms();
    let kept = item
        .filter(|item| item.generation == generation)
        .and_then(|item| item.kept.clone())
        .filter(|kept| now < kept.gone_at);
    let stamp = item.map_or(0, |item| item.stamp);
    (kept, Ticket((generation << 32) | stamp))
}

/// When an answer that is gone at a time, or was removed, may be deleted, in seconds.
pub(super) fn deleted_at(gone_at: i64) -> i64 {
    gone_at.max(now_ms() + MEMORY_MS) / 1_000 + 1
}
