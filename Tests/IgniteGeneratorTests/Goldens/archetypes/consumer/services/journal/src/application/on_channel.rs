//! What happens here when something arrives on a channel that no service of the platform declares.

use async_trait::async_trait;
use frame::{Envelope, HandlerError, Transaction, TransactionHandler, documents};

/// Keeps the latest payload of each key as a document, in a collection named for the channel.
pub struct OnChannel;

#[async_trait]
impl TransactionHandler for OnChannel {
    async fn handle(&self, envelope: &Envelope, transaction: &mut Transaction) -> Result<(), HandlerError> {
        documents::put(transaction, &envelope.kind, &envelope.key, &envelope.payload).await?;
        tracing::info!(event_id = %envelope.id, channel = envelope.kind, "kept");
        Ok(())
    }
}
