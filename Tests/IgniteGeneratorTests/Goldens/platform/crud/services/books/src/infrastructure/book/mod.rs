//! `Book` in the database that is configured.

mod postgres;
mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;
use frame::{Connection, Database, Envelope, Error, Publisher, Transaction};
use uuid::Uuid;

use crate::application::book::{BookFilter, BookRepository};
use crate::domain::book::Book;

/// The repository over a database.
pub struct StoredBook {
    database: Database,
    publisher: Arc<dyn Publisher>,
}

impl StoredBook {
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
impl BookRepository for StoredBook {
    async fn insert(
        &self,
        book: &Book,
        events: &[Envelope],
    ) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::insert(connection, book).await?,
            Connection::Postgres(connection) => postgres::insert(connection, book).await?,
        }
        self.publish(transaction, events).await
    }

    async fn find(&self, id: Uuid) -> Result<Option<Book>, Error> {
        Ok(match &self.database {
            Database::Sqlite(pool) => sqlite::find(pool, id).await?,
            Database::Postgres(pool) => postgres::find(pool, id).await?,
        })
    }

    async fn find_many(&self, ids: &[Uuid]) -> Result<Vec<Book>, Error> {
        Ok(match &self.database {
            Database::Sqlite(pool) => sqlite::find_many(pool, ids).await?,
            Database::Postgres(pool) => postgres::find_many(pool, ids).await?,
        })
    }

    async fn list(
        &self,
        filter: &BookFilter,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Book>, Error> {
        Ok(match &self.database {
            Database::Sqlite(pool) => sqlite::list(pool, filter, after, limit).await?,
            Database::Postgres(pool) => postgres::list(pool, filter, after, limit).await?,
        })
    }

    async fn update(
        &self,
        book: &Book,
        events: &[Envelope],
    ) -> Result<bool, Error> {
        let mut transaction = self.database.begin().await?;
        let done = match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::update(connection, book).await?,
            Connection::Postgres(connection) => postgres::update(connection, book).await?,
        };
        if done {
            self.publish(transaction, events).await?;
        }
        Ok(done)
    }
    async fn delete(
        &self,
        book: &Book,
        events: &[Envelope],
    ) -> Result<bool, Error> {
        let mut transaction = self.database.begin().await?;
        let done = match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::delete(connection, book).await?,
            Connection::Postgres(connection) => postgres::delete(connection, book).await?,
        };
        if done {
            self.publish(transaction, events).await?;
        }
        Ok(done)
    }
}
