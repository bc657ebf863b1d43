//! The events that no change of an entity causes: other code of the service publishes them from here.

use std::sync::Arc;

use events::StockRanLow;
use frame::{Database, Envelope, Error, Event, Publisher};

/// Publishes events in a transaction of their own.
#[derive(Clone)]
pub struct Announcements {
    database: Database,
    publisher: Arc<dyn Publisher>,
}

impl Announcements {
    #[must_use]
    pub fn new(database: Database, publisher: Arc<dyn Publisher>) -> Self {
        Self {
            database,
            publisher,
        }
    }

    /// Publishes [`StockRanLow`].
    ///
    /// # Errors
    /// A failed store or bus.
    pub async fn stock_ran_low(&self, event: &StockRanLow) -> Result<(), Error> {
        self.publish(event).await
    }

    async fn publish<E: Event + Sync>(&self, event: &E) -> Result<(), Error> {
        let envelope = Envelope::of(crate::NAME, event)?;
        let mut transaction = self.database.begin().await?;
        self.publisher.publish(&mut transaction, &envelope).await?;
        transaction.commit().await
    }
}
