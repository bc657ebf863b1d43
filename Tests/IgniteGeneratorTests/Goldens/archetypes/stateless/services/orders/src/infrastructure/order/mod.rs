//! `Order` in the database that is configured.

mod postgres;
mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;
use frame::{Connection, Database, Envelope, Error, Publisher, Transaction};
use uuid::Uuid;

use crate::application::order::{OrderFilter, OrderRepository};
use crate::domain::order::Order;

/// The repository over a database.
pub struct StoredOrder {
    database: Database,
    publisher: Arc<dyn Publisher>,
}

impl StoredOrder {
    #[must_use]
    pub fn new(database: Database, publisher: Arc<dyn Publisher>) -> Self {
        Self {
            database,
            publisher,
        }
    }

    async fn publish(&self, mut transaction: Transaction, events: &[Envelope]) -> Result<(), Error> {
        for event in events {
            self.publisher.publish(&mut transaction, event).await?;
        }
        transaction.commit().await
    }
}

#[async_trait]
impl OrderRepository for StoredOrder {
    async fn insert(
        &self,
        order: &Order,
        events: &[Envelope],
    ) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::insert(connection, order).await?,
            Connection::Postgres(connection) => postgres::insert(connection, order).await?,
        }
        self.publish(transaction, events).await
    }

    async fn find(&self, id: Uuid) -> Result<Option<Order>, Error> {
        Ok(match &self.database {
            Database::Sqlite(pool) => sqlite::find(pool, id).await?,
            Database::Postgres(pool) => postgres::find(pool, id).await?,
        })
    }

    async fn list(
        &self,
        filter: &OrderFilter,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Order>, Error> {
        Ok(match &self.database {
            Database::Sqlite(pool) => sqlite::list(pool, filter, after, limit).await?,
            Database::Postgres(pool) => postgres::list(pool, filter, after, limit).await?,
        })
    }

    async fn update(
        &self,
        order: &Order,
        events: &[Envelope],
    ) -> Result<bool, Error> {
        let mut transaction = self.database.begin().await?;
        let done = match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::update(connection, order).await?,
            Connection::Postgres(connection) => postgres::update(connection, order).await?,
        };
        if done {
            self.publish(transaction, events).await?;
        }
        Ok(done)
    }
    async fn delete(
        &self,
        order: &Order,
        events: &[Envelope],
    ) -> Result<bool, Error> {
        let mut transaction = self.database.begin().await?;
        let done = match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::delete(connection, order).await?,
            Connection::Postgres(connection) => postgres::delete(connection, order).await?,
        };
        if done {
            self.publish(transaction, events).await?;
        }
        Ok(done)
    }
}
