//! `Book` in the database that is configured.

mod postgres;
mod sqlite;

use async_trait::async_trait;
use frame::{Connection, Database, Error, Transaction};
use uuid::Uuid;

use crate::application::book::{BookFilter, BookRepository};
use crate::domain::book::{Book, BookFields};

/// The repository over a database.
pub struct StoredBook {
    database: Database,
}

impl StoredBook {
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl BookRepository for StoredBook {
    async fn insert(
        &self,
        book: &Book,
    ) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::insert(connection, book).await?,
            Connection::Postgres(connection) => postgres::insert(connection, book).await?,
        }
        transaction.commit().await
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
    ) -> Result<bool, Error> {
        let mut transaction = self.database.begin().await?;
        let done = match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::update(connection, book).await?,
            Connection::Postgres(connection) => postgres::update(connection, book).await?,
        };
        if done {
            transaction.commit().await?;
        }
        Ok(done)
    }
    async fn delete(
        &self,
        book: &Book,
    ) -> Result<bool, Error> {
        let mut transaction = self.database.begin().await?;
        let done = match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::delete(connection, book).await?,
            Connection::Postgres(connection) => postgres::delete(connection, book).await?,
        };
        if done {
            transaction.commit().await?;
        }
        Ok(done)
    }
}

/// Keeps what others told of one of their own, and tells nobody; gives it as it is now.
///
/// # Errors
/// Fields that are not valid here, or a failed store.
pub async fn keep(transaction: &mut Transaction, id: Uuid, fields: BookFields) -> Result<Book, Error> {
    let mut kept = Book::new(fields)?;
    kept.id = id;
    let done = match transaction.connection() {
        Connection::Sqlite(connection) => match sqlite::find(&mut *connection, id).await? {
            Some(known) => {
                kept = known.change(kept.fields)?;
                sqlite::update(connection, &kept).await?
            }
            None => sqlite::insert(connection, &kept).await.map(|()| true)?,
        },
        Connection::Postgres(connection) => match postgres::find(&mut *connection, id).await? {
            Some(known) => {
                kept = known.change(kept.fields)?;
                postgres::update(connection, &kept).await?
            }
            None => postgres::insert(connection, &kept).await.map(|()| true)?,
        },
    };
    // Somebody changed it in between: it comes again.
    if done { Ok(kept) } else { Err(Error::PreconditionFailed) }
}

/// Forgets what others removed, and tells nobody; gives what was there.
///
/// # Errors
/// A failed store.
pub async fn forget(transaction: &mut Transaction, id: Uuid) -> Result<Option<Book>, Error> {
    let (known, done) = match transaction.connection() {
        Connection::Sqlite(connection) => match sqlite::find(&mut *connection, id).await? {
            Some(known) => {
                let done = sqlite::delete(connection, &known).await?;
                (Some(known), done)
            }
            None => (None, true),
        },
        Connection::Postgres(connection) => match postgres::find(&mut *connection, id).await? {
            Some(known) => {
                let done = postgres::delete(connection, &known).await?;
                (Some(known), done)
            }
            None => (None, true),
        },
    };
    // Somebody changed it in between: it comes again.
    if done { Ok(known) } else { Err(Error::PreconditionFailed) }
}
