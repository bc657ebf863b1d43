//! What happens here when `OrderPlaced` arrives.

use async_trait::async_trait;
use events::OrderPlaced;
use frame::{Envelope, HandlerError, Transaction, TransactionHandler};

/// Handles [`OrderPlaced`] once per event: what it writes in the transaction is
/// committed together with the note that the event was seen.
pub struct OnOrderPlaced;

#[async_trait]
impl TransactionHandler for OnOrderPlaced {
    async fn handle(&self, envelope: &Envelope, _transaction: &mut Transaction) -> Result<(), HandlerError> {
        let event: OrderPlaced = envelope.decode()?;
        tracing::info!(
            event_id = %envelope.id,
            event_type = envelope.kind,
            source = envelope.source,
            key = envelope.key,
            id = %event.id,
            "event received"
        );
        Ok(())
    }
}
