//! What happens here when `BookAdded` arrives.

use async_trait::async_trait;
use events::BookAdded;
use frame::{Envelope, HandlerError, Transaction, TransactionHandler, documents};

/// The documents that this service keeps of what it hears.
pub const COLLECTION: &str = "book";

/// Handles [`BookAdded`]: what it writes in the transaction is committed together
/// with the note that the event was handled, and so takes effect once.
pub struct OnBookAdded;

#[async_trait]
impl TransactionHandler for OnBookAdded {
    async fn handle(&self, envelope: &Envelope, transaction: &mut Transaction) -> Result<(), HandlerError> {
        let event: BookAdded = envelope.decode()?;
        documents::put(transaction, COLLECTION, &event.id.to_string(), &envelope.payload).await?;
        tracing::info!(event_id = %envelope.id, id = %event.id, "kept");
        Ok(())
    }
}
