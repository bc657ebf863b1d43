use std::fmt;

use futures_util::future::{BoxFuture, FutureExt as _};
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection};

use crate::Result;

/// A unit of work: what is written through it is kept as a whole on [`Self::commit`], or not at all.
pub struct Transaction {
    inner: Inner,
    after_commit: Vec<BoxFuture<'static, ()>>,
    notes: i64,
}

enum Inner {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A point within a transaction; what is done after it can be undone alone.
#[derive(Debug)]
#[must_use = "a point is released or rolled back to"]
pub struct Savepoint {
    registered: usize,
    notes: i64,
}

/// The connection of a transaction, for the queries of one database.
#[derive(Debug)]
pub enum Connection<'c> {
    /// To SQLite.
    Sqlite(&'c mut SqliteConnection),
    /// To PostgreSQL.
    Postgres(&'c mut PgConnection),
}

impl Transaction {
    pub(super) fn sqlite(inner: sqlx::Transaction<'static, Sqlite>) -> Self {
        Self {
            inner: Inner::Sqlite(inner),
            after_commit: Vec::new(),
            notes: 0,
        }
    }

    pub(super) fn postgres(inner: sqlx::Transaction<'static, Postgres>) -> Self {
        Self {
            inner: Inner::Postgres(inner),
            after_commit: Vec::new(),
            notes: 0,
        }
    }

    /// The connection to write and read through.
    pub fn connection(&mut self) -> Connection<'_> {
        match &mut self.inner {
            Inner::Sqlite(tx) => Connection::Sqlite(tx),
            Inner::Postgres(tx) => Connection::Postgres(tx),
        }
    }

    /// Runs a future after a successful commit, and never otherwise.
    pub fn after_commit(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.after_commit.push(work.boxed());
    }

    /// Counts the notes of what a request does in it, from 0.
    pub(crate) fn next_note(&mut self) -> i64 {
        self.notes += 1;
        self.notes - 1
    }

    /// Marks a point, so that what is done after it can be undone alone; one at a time.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn savepoint(&mut self) -> Result<Savepoint> {
        self.execute("SAVEPOINT part").await?;
        Ok(Savepoint {
            registered: self.after_commit.len(),
            notes: self.notes,
        })
    }

    /// Keeps what was done after a point.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn release(&mut self, _: Savepoint) -> Result<()> {
        self.execute("RELEASE SAVEPOINT part").await
    }

    /// Undoes what was done after a point, what it registered with [`Self::after_commit`] included.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn roll_back_to(&mut self, savepoint: Savepoint) -> Result<()> {
        self.after_commit.truncate(savepoint.registered);
        self.notes = savepoint.notes;
        self.execute("ROLLBACK TO SAVEPOINT part").await?;
        self.execute("RELEASE SAVEPOINT part").await
    }

    async fn execute(&mut self, statement: &'static str) -> Result<()> {
        match self.connection() {
            Connection::Sqlite(c) => sqlx::query(statement).execute(c).await.map(drop)?,
            Connection::Postgres(c) => sqlx::query(statement).execute(c).await.map(drop)?,
        }
        Ok(())
    }

    /// Keeps everything written, then runs what was registered with [`Self::after_commit`].
    ///
    /// # Errors
    /// What the database answers; then nothing was kept.
    pub async fn commit(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        for work in self.after_commit {
            work.await;
        }
        Ok(())
    }

    /// Discards everything written, as dropping the transaction does.
    ///
    /// # Errors
    /// What the database answers; nothing is kept all the same.
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(tx) => tx.rollback().await?,
            Inner::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}
