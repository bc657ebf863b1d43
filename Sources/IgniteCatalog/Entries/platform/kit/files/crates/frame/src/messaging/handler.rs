use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use uuid::Uuid;

use super::{Envelope, Event, first_time};
use crate::{Database, Error, Transaction};

/// Why an event was not handled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandlerError {
    /// Another attempt may succeed.
    #[error("{0}")]
    Retry(String),
    /// No attempt ever will: the event becomes a dead letter.
    #[error("{0}")]
    Reject(String),
    /// No event can be handled now: another attempt is made, and this one does not count.
    #[error("{0}")]
    Wait(String),
}

impl HandlerError {
    /// What it means that no transaction can begin.
    fn cannot_begin(error: Error) -> Self {
        match error {
            Error::Unavailable(reason) => Self::Wait(reason),
            other => other.into(),
        }
    }
}

impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(_) | Error::Malformed(_) => Self::Reject(error.to_string()),
            _ => Self::Retry(error.to_string()),
        }
    }
}

/// Does something with an event. It may be called again with the same event.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Handles one event.
    ///
    /// # Errors
    /// [`HandlerError::Retry`] to be called again, [`HandlerError::Reject`] to give up,
    /// [`HandlerError::Wait`] where that is not for the event's sake.
    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError>;
}

/// Does something with an event inside a transaction.
#[async_trait]
pub trait TransactionHandler: Send + Sync + 'static {
    /// Handles one event; what it writes is committed together with the note that it was handled.
    ///
    /// # Errors
    /// As [`Handler::handle`]; then nothing it wrote is kept.
    async fn handle(&self, envelope: &Envelope, tx: &mut Transaction) -> Result<(), HandlerError>;
}

/// Makes a [`TransactionHandler`] take effect once for each event, however often it is delivered.
#[derive(Debug)]
pub struct InTransaction<H> {
    database: Database,
    group: String,
    handler: H,
}

impl<H> InTransaction<H> {
    /// A handler that remembers in `database` what the consumer group has handled.
    pub fn new(database: Database, group: impl Into<String>, handler: H) -> Self {
        Self {
            database,
            group: group.into(),
            handler,
        }
    }
}

#[async_trait]
impl<H: TransactionHandler> Handler for InTransaction<H> {
    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        let begun = self.database.begin().await;
        let mut tx = begun.map_err(HandlerError::cannot_begin)?;
        if !first_time(&mut tx, &self.group, envelope.id).await? {
            tracing::debug!(event = %envelope.id, "handled before");
            return Ok(());
        }
        self.handler.handle(envelope, &mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Drops events this process has handled lately, for services without a database.
#[derive(Debug)]
pub struct Recent<H> {
    capacity: usize,
    seen: Mutex<(HashSet<Uuid>, VecDeque<Uuid>)>,
    handler: H,
}

impl<H> Recent<H> {
    /// Remembers the last `capacity` events.
    pub fn new(capacity: usize, handler: H) -> Self {
        Self {
            capacity,
            seen: Mutex::default(),
            handler,
        }
    }

    fn has(&self, id: Uuid) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.0.contains(&id)
    }

    fn remember(&self, id: Uuid) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0.insert(id) {
            seen.1.push_back(id);
        }
        if seen.1.len() > self.capacity
            && let Some(oldest) = seen.1.pop_front()
        {
            seen.0.remove(&oldest);
        }
    }
}

#[async_trait]
impl<H: Handler> Handler for Recent<H> {
    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        if self.has(envelope.id) {
            return Ok(());
        }
        self.handler.handle(envelope).await?;
        self.remember(envelope.id);
        Ok(())
    }
}

/// Sends each event to the handler of its type.
#[derive(Clone, Default)]
pub struct Handlers(BTreeMap<String, Arc<dyn Handler>>);

impl Handlers {
    /// No handler yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the handler of an event.
    #[must_use]
    pub fn on<E: Event>(self, handler: impl Handler) -> Self {
        self.on_type(E::TYPE, handler)
    }

    /// Adds the handler of the event with this name.
    #[must_use]
    pub fn on_type(mut self, kind: impl Into<String>, handler: impl Handler) -> Self {
        self.0.insert(kind.into(), Arc::new(handler));
        self
    }

    /// The names of the events that have a handler, sorted.
    #[must_use]
    pub fn types(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

#[async_trait]
impl Handler for Handlers {
    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        match self.0.get(&envelope.kind) {
            Some(handler) => handler.handle(envelope).await,
            None => Err(HandlerError::Reject(format!(
                "no handler for {}",
                envelope.kind
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::envelope::tests::{Counted, counted};
    use super::*;
    use crate::messaging::purge_inbox;
    use crate::{Connection, testing};

    #[derive(Clone, Default)]
    struct Count(Arc<AtomicU32>);

    #[async_trait]
    impl Handler for Count {
        async fn handle(&self, _: &Envelope) -> Result<(), HandlerError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    }

    /// Writes a row and fails on the first call.
    struct FailsOnce(AtomicU32);

    #[async_trait]
    impl TransactionHandler for FailsOnce {
        async fn handle(&self, _: &Envelope, tx: &mut Transaction) -> Result<(), HandlerError> {
            let insert = "INSERT INTO frame_inbox VALUES ('effect', $1, 0)";
            let id = crate::new_id();
            match tx.connection() {
                Connection::Sqlite(c) => {
                    sqlx::query(insert)
                        .bind(id)
                        .execute(c)
                        .await
                        .map(drop)
                        .unwrap();
                }
                Connection::Postgres(c) => {
                    sqlx::query(insert)
                        .bind(id)
                        .execute(c)
                        .await
                        .map(drop)
                        .unwrap();
                }
            }
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => Err(HandlerError::Retry("once".to_owned())),
                _ => Ok(()),
            }
        }
    }

    async fn effects(database: &Database) -> i64 {
        let count = "SELECT COUNT(*) FROM frame_inbox WHERE consumer_group = 'effect'";
        match database {
            Database::Sqlite(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
            Database::Postgres(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
        }
    }

    #[tokio::test]
    async fn effects_happen_once() {
        for database in testing::databases(None).await.unwrap() {
            let handler = FailsOnce(AtomicU32::new(0));
            let handler = InTransaction::new(database.database.clone(), "group", handler);
            let envelope = counted("a", 1);
            let first = handler.handle(&envelope).await;
            assert_eq!(first, Err(HandlerError::Retry("once".to_owned())));
            assert_eq!(effects(&database).await, 0, "{}", database.name);
            for _ in 0..3 {
                assert_eq!(handler.handle(&envelope).await, Ok(()));
            }
            assert_eq!(effects(&database).await, 1, "{}", database.name);
        }
    }

    #[tokio::test]
    async fn effects_happen_once_under_concurrency() {
        for database in testing::databases(None).await.unwrap() {
            let handler = FailsOnce(AtomicU32::new(1));
            let handler = InTransaction::new(database.database.clone(), "group", handler);
            let envelope = counted("a", 1);
            let all = (0..8).map(|_| handler.handle(&envelope));
            for result in futures_util::future::join_all(all).await {
                assert_eq!(result, Ok(()), "{}", database.name);
            }
            assert_eq!(effects(&database).await, 1, "{}", database.name);
        }
    }

    #[tokio::test]
    async fn the_inbox_forgets() {
        for database in testing::databases(None).await.unwrap() {
            let handler = InTransaction::new(
                database.database.clone(),
                "group",
                FailsOnce(AtomicU32::new(1)),
            );
            handler.handle(&counted("a", 1)).await.unwrap();
            let day = std::time::Duration::from_secs(86_400);
            // The handler's own row is dated 1970.
            assert_eq!(purge_inbox(&database, day).await.unwrap(), 1);
            let zero = std::time::Duration::ZERO;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            assert_eq!(purge_inbox(&database, zero).await.unwrap(), 1);
        }
    }

    #[tokio::test]
    async fn recent_events_are_dropped() {
        let count = Count::default();
        let recent = Recent::new(2, count.clone());
        let events = [counted("a", 1), counted("a", 2), counted("a", 3)];
        for index in [0, 0, 1, 0, 2, 2, 0] {
            recent.handle(&events[index]).await.unwrap();
        }
        assert_eq!(count.0.load(Ordering::SeqCst), 4, "the first was forgotten");
    }

    #[tokio::test]
    async fn events_go_to_the_handler_of_their_type() {
        let count = Count::default();
        let handlers = Handlers::new().on::<Counted>(count.clone());
        assert_eq!(handlers.types(), ["Counted"]);
        assert_eq!(handlers.handle(&counted("a", 1)).await, Ok(()));
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        let kind = "Unknown".to_owned();
        let unknown = Envelope {
            kind,
            ..counted("a", 1)
        };
        let rejected = handlers.handle(&unknown).await;
        assert!(matches!(rejected, Err(HandlerError::Reject(_))));
    }

    #[test]
    fn broken_input_is_not_tried_again() {
        let reject = HandlerError::from(Error::Malformed("no".to_owned()));
        assert_eq!(reject, HandlerError::Reject("no".to_owned()));
        let retry = HandlerError::from(Error::Unavailable("db".to_owned()));
        assert_eq!(retry, HandlerError::Retry("db".to_owned()));
    }
}
