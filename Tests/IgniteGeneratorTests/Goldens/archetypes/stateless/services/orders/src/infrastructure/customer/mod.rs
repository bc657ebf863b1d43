//! `Customer` in the database that is configured.

mod postgres;
mod sqlite;

use async_trait::async_trait;
use frame::{Connection, Database, Error};
use uuid::Uuid;

use crate::application::customer::{CustomerFilter, CustomerRepository};
use crate::domain::customer::Customer;

/// The repository over a database.
pub struct StoredCustomer {
    database: Database,
}

impl StoredCustomer {
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl CustomerRepository for StoredCustomer {
    async fn insert(
        &self,
        customer: &Customer,
    ) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::insert(connection, customer).await?,
            Connection::Postgres(connection) => postgres::insert(connection, customer).await?,
        }
        transaction.commit().await
    }

    async fn find(&self, id: Uuid) -> Result<Option<Customer>, Error> {
        Ok(match &self.database {
            Database::Sqlite(pool) => sqlite::find(pool, id).await?,
            Database::Postgres(pool) => postgres::find(pool, id).await?,
        })
    }

    async fn list(
        &self,
        filter: &CustomerFilter,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Customer>, Error> {
        Ok(match &self.database {
            Database::Sqlite(pool) => sqlite::list(pool, filter, after, limit).await?,
            Database::Postgres(pool) => postgres::list(pool, filter, after, limit).await?,
        })
    }

    async fn update(
        &self,
        customer: &Customer,
    ) -> Result<bool, Error> {
        let mut transaction = self.database.begin().await?;
        let done = match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::update(connection, customer).await?,
            Connection::Postgres(connection) => postgres::update(connection, customer).await?,
        };
        if done {
            transaction.commit().await?;
        }
        Ok(done)
    }
    async fn delete(
        &self,
        customer: &Customer,
    ) -> Result<bool, Error> {
        let mut transaction = self.database.begin().await?;
        let done = match transaction.connection() {
            Connection::Sqlite(connection) => sqlite::delete(connection, customer).await?,
            Connection::Postgres(connection) => postgres::delete(connection, customer).await?,
        };
        if done {
            transaction.commit().await?;
        }
        Ok(done)
    }
}
