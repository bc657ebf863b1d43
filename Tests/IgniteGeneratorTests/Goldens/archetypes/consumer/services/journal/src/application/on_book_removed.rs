//! What happens here when `BookRemoved` arrives.

use async_trait::async_trait;
use events::BookRemoved;
use frame::{Envelope, HandlerError, Transaction, TransactionHandler, documents};

/// The documents that this service keeps of what it hears.
pub const COLLECTION: &str = "book";

/// Handles [`BookRemoved`]: what it writes in the transaction is committed together
/// with the note that the event was handled, and so takes effect once.
pub struct OnBookRemoved;

#[async_trait]
impl TransactionHandler for OnBookRemoved {
    async fn handle(&self, envelope: &Envelope, transaction: &mut Transaction) -> Result<(), HandlerError> {
        let event: BookRemoved = envelope.decode()?;
        documents::remove(transaction, COLLECTION, &event.id.to_string()).await?;
        tracing::info!(event_id = %envelope.id, id = %event.id, "forgotten");
        Ok(())
    }
}
