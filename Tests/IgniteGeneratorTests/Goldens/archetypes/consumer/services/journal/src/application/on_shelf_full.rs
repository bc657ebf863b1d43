//! What happens here when `ShelfFull` arrives.

use async_trait::async_trait;
use events::ShelfFull;
use frame::{Envelope, HandlerError, Transaction, TransactionHandler};

/// Handles [`ShelfFull`]: what it writes in the transaction is committed together
/// with the note that the event was handled, and so takes effect once.
pub struct OnShelfFull;

#[async_trait]
impl TransactionHandler for OnShelfFull {
    async fn handle(&self, envelope: &Envelope, _transaction: &mut Transaction) -> Result<(), HandlerError> {
        let event: ShelfFull = envelope.decode()?;
        // Nothing is known of it but its id: it is counted in `/metrics` and told to the log.
        tracing::info!(event_id = %envelope.id, id = %event.id, source = envelope.source, "heard");
        Ok(())
    }
}
