//! `Order` in the database that is configured: its changes, and its state as a row for queries.

mod postgres;
mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;
use frame::{Aggregates, Connection, Database, Envelope, Error, Publisher, Transaction};
use frame::cqrs::{Decided, Loaded};
use uuid::Uuid;

use crate::aggregates;
use crate::application::order::{OrderFilter, OrderRepository};
use crate::domain::order::Order;

/// The repository over a database.
pub struct StoredOrder {
    database: Database,
    aggregates: Aggregates<Order>,
    publisher: Arc<dyn Publisher>,
}

impl StoredOrder {
    #[must_use]
    pub fn new(database: Database, publisher: Arc<dyn Publisher>) -> Self {
        let aggregates = Aggregates::new(aggregates::store(&database));
        Self {
            database,
            aggregates: aggregates.snapshot_every(aggregates::SNAPSHOT_EVERY),
            publisher,
        }
    }
}

#[async_trait]
impl OrderRepository for StoredOrder {
    async fn load(&self, id: Uuid) -> Result<Loaded<Order>, Error> {
        self.aggregates.load(id).await
    }

    async fn commit(
        &self,
        decided: &Decided<Order>,
        events: &[Envelope],
    ) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        self.aggregates.commit(&mut transaction, decided).await?;
        write(&mut transaction, decided).await?;
        for event in events {
            self.publisher.publish(&mut transaction, event).await?;
        }
        transaction.commit().await
    }

    async fn find(&self, id: Uuid) -> Result<Option<Order>, Error> {
        Ok(match &self.database {
            Database::Sqlite(pool) => sqlite::find(pool, id).await?,
            Database::Postgres(pool) => postgres::find(pool, id).await?,
        })
    }

    async fn find_many(&self, ids: &[Uuid]) -> Result<Vec<Order>, Error> {
        Ok(match &self.database {
            Database::Sqlite(pool) => sqlite::find_many(pool, ids).await?,
            Database::Postgres(pool) => postgres::find_many(pool, ids).await?,
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
}

/// Brings the row up to date with a change.
async fn write(transaction: &mut Transaction, decided: &Decided<Order>) -> Result<(), Error> {
    let connection = transaction.connection();
    let is_written = match (&decided.before, &decided.after) {
        (None, Some(new)) => match connection {
            Connection::Sqlite(connection) => sqlite::insert(connection, new).await.map(|()| true),
            Connection::Postgres(connection) => postgres::insert(connection, new).await.map(|()| true),
        },
        (Some(_), Some(changed)) => match connection {
            Connection::Sqlite(connection) => sqlite::update(connection, changed).await,
            Connection::Postgres(connection) => postgres::update(connection, changed).await,
        },
        (Some(ended), None) => match connection {
            Connection::Sqlite(connection) => sqlite::delete(connection, ended).await,
            Connection::Postgres(connection) => postgres::delete(connection, ended).await,
        },
        (None, None) => Ok(true),
    };
    if is_written? {
        Ok(())
    } else {
        Err(Error::PreconditionFailed)
    }
}
