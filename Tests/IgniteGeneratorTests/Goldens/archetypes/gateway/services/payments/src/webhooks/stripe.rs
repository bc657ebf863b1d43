//! What happens here when `Stripe` tells something.

use std::sync::Arc;

use async_trait::async_trait;
use frame::{Envelope, Error, Event, Publisher, Transaction, documents};
use frame::integration::{Notice, NoticeHandler};

use crate::presentation::notices::collection;

/// Handles each notice once: what it writes and publishes in the transaction is committed together with
/// the note that the notice was heard.
pub struct OnStripe {
    publisher: Arc<dyn Publisher>,
}

impl OnStripe {
    #[must_use]
    pub fn new(publisher: &Arc<dyn Publisher>) -> Self {
        let publisher = Arc::clone(publisher);
        Self { publisher }
    }

    async fn publish<E: Event + Sync>(&self, event: &E, transaction: &mut Transaction) -> Result<(), Error> {
        let envelope = Envelope::of(crate::NAME, event)?;
        self.publisher.publish(transaction, &envelope).await
    }
}

#[async_trait]
impl NoticeHandler for OnStripe {
    async fn handle(&self, notice: &Notice, transaction: &mut Transaction) -> Result<(), Error> {
        let id = notice.subject();
        // An event carries the id; who hears it asks for the rest.
        let collection = collection(&notice.source);
        documents::put(transaction, &collection, &id.to_string(), &notice.body).await?;
        if notice.is("ChargeSucceeded") {
            let event = events::ChargeSucceeded { id };
            return self.publish(&event, transaction).await;
        }
        if notice.is("ChargeFailed") {
            let event = events::ChargeFailed { id };
            return self.publish(&event, transaction).await;
        }
        Ok(())
    }
}
