//! What happens here when `StockRanLow` arrives.

use async_trait::async_trait;
use events::StockRanLow;
use frame::{Envelope, HandlerError, Transaction, TransactionHandler};

/// Handles [`StockRanLow`] once per event: what it writes in the transaction is
/// committed together with the note that the event was seen.
pub struct OnStockRanLow;

#[async_trait]
impl TransactionHandler for OnStockRanLow {
    async fn handle(&self, envelope: &Envelope, _transaction: &mut Transaction) -> Result<(), HandlerError> {
        let event: StockRanLow = envelope.decode()?;
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
