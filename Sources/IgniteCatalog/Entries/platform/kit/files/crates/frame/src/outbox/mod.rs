//! Events that leave together with what they tell about.
//!
//! With an [`Outbox`] the event is a row in the transaction of the entity, and a [`Relay`] publishes
//! it afterwards, at least once, in order for each key. [`Direct`] publishes right after the commit
//! and forgets. Both are a [`Publisher`], so a use case does not know which one it has. Append
//! after you wrote the entity, so that the lock on its row puts events of one key in order.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! # use frame::{Database, Envelope, MemoryBus, Outbox, Publisher as _};
//! # let database = Database::memory().await?;
//! # database.migrate_frame().await?;
//! # let envelope = Envelope {
//! #     id: frame::new_id(), kind: "OrderPlaced".to_owned(), version: 1, source: "orders".to_owned(),
//! #     key: "o1".to_owned(), occurred_at: frame::now(), traceparent: None, tenant: None,
//! #     payload: serde_json::json!({}),
//! # };
//! let outbox = Outbox::new();
//! let mut tx = database.begin().await?;
//! // … write the entity …
//! outbox.publish(&mut tx, &envelope).await?;
//! tx.commit().await?;
//! # Ok::<(), frame::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod relay;
mod rows;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;

pub use self::relay::Relay;
pub use self::rows::{OutboxState, outbox_state, retry_poisoned};
use crate::bus::{Bus, BusError};
use crate::clock::now_ms;
use crate::retry::Backoff;
use crate::{Connection, Envelope, Result, Transaction};

/// Sends events on behalf of a transaction.
#[async_trait]
pub trait Publisher: Send + Sync + 'static {
    /// Sends an event if, and only if, the transaction is committed.
    ///
    /// # Errors
    /// When the event cannot be taken; then the transaction should be given up.
    async fn publish(&self, tx: &mut Transaction, envelope: &Envelope) -> Result<()>;
}

/// Publishes at least once, through a table of the service's database.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    appended: Arc<Notify>,
}

impl Outbox {
    /// An outbox; give the same one, or a clone, to the [`Relay`], so that it wakes up at once.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an event to the transaction.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn append(&self, tx: &mut Transaction, envelope: &Envelope) -> Result<()> {
        let insert = "INSERT INTO frame_outbox (ordering_key, envelope, created_at, available_at) \
                      VALUES ($1, $2, $3, $3)";
        let (key, json) = (&envelope.key, envelope.to_json()?);
        match tx.connection() {
            Connection::Sqlite(c) => {
                let insert = sqlx::query(insert).bind(key).bind(json).bind(now_ms());
                insert.execute(c).await?;
            }
            Connection::Postgres(c) => {
                let insert = sqlx::query(insert).bind(key).bind(json).bind(now_ms());
                insert.execute(c).await?;
            }
        }
        let appended = self.appended.clone();
        tx.after_commit(async move { appended.notify_one() });
        Ok(())
    }
}

#[async_trait]
impl Publisher for Outbox {
    async fn publish(&self, tx: &mut Transaction, envelope: &Envelope) -> Result<()> {
        self.append(tx, envelope).await
    }
}

/// Publishes after the commit, at most once: an event is lost when the bus is gone for seconds.
#[derive(Clone)]
pub struct Direct {
    bus: Arc<dyn Bus>,
}

impl Direct {
    const ATTEMPTS: u32 = 3;

    /// A publisher on this bus.
    #[must_use]
    pub fn new(bus: Arc<dyn Bus>) -> Self {
        Self { bus }
    }

    /// Publishes now, for callers without a transaction.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the bus does not answer, [`crate::Error::Internal`] when it
    /// refuses the event.
    pub async fn send(&self, envelope: &Envelope) -> Result<()> {
        let backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1));
        let mut attempt = 1;
        loop {
            match self.bus.publish(std::slice::from_ref(envelope)).await {
                Err(BusError::Unavailable(_)) if attempt < Self::ATTEMPTS => {
                    tokio::time::sleep(backoff.delay(attempt)).await;
                    attempt += 1;
                }
                result => return Ok(result?),
            }
        }
    }
}

#[async_trait]
impl Publisher for Direct {
    async fn publish(&self, tx: &mut Transaction, envelope: &Envelope) -> Result<()> {
        let (publisher, envelope) = (self.clone(), envelope.clone());
        tx.after_commit(async move {
            if let Err(error) = publisher.send(&envelope).await {
                let (event, kind) = (envelope.id, envelope.kind);
                tracing::error!(%event, kind, %error, "an event is lost");
            }
        });
        Ok(())
    }
}
