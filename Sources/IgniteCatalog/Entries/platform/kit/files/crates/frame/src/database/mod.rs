//! SQLite or PostgreSQL, chosen by `DATABASE_URL`.
//!
//! Identifiers are `BLOB` of 16 bytes in SQLite and `UUID` in PostgreSQL, times are `TEXT` and
//! `TIMESTAMPTZ`: what sqlx makes of `Uuid` and `DateTime<Utc>`, so that one row type serves both.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use frame::{Connection, Database};
//!
//! let database = Database::memory().await?;
//! database.migrate_frame().await?;
//! let mut tx = database.begin().await?;
//! match tx.connection() {
//!     Connection::Sqlite(c) => sqlx::query("CREATE TABLE note (id BLOB)").execute(c).await.map(drop)?,
//!     Connection::Postgres(c) => sqlx::query("CREATE TABLE note (id UUID)").execute(c).await.map(drop)?,
//! }
//! tx.commit().await?;
//! # Ok::<(), frame::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod transaction;

use std::str::FromStr as _;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, PgPool, SqlitePool};
pub use transaction::{Connection, Savepoint, Transaction};

use crate::config::DatabaseSettings;
use crate::{Error, Result};

/// Does the same on the pool of either database.
macro_rules! on_pool {
    ($database:expr, $pool:ident => $work:expr) => {
        match $database {
            $crate::Database::Sqlite($pool) => $work,
            $crate::Database::Postgres($pool) => $work,
        }
    };
}

/// Does the same on the connection of either database.
macro_rules! on_connection {
    ($connection:expr, $c:ident => $work:expr) => {
        match $connection {
            $crate::Connection::Sqlite($c) => $work,
            $crate::Connection::Postgres($c) => $work,
        }
    };
}

/// Inserts a row or, where its key is taken, updates the one that is there; both take the same values.
///
/// No `ON CONFLICT (…)`, because a key can hold more columns than the statement knows of.
macro_rules! upsert {
    ($connection:expr, $insert:expr, $update:expr, [$($value:expr),+ $(,)?]) => {
        $crate::database::on_connection!($connection, c => {
            let insert = sqlx::query($insert)$(.bind($value))+;
            if insert.execute(&mut *c).await?.rows_affected() == 0 {
                sqlx::query($update)$(.bind($value))+.execute(&mut *c).await?;
            }
        })
    };
}

pub(crate) use {on_connection, on_pool, upsert};

/// A pool of connections to the service's database.
#[derive(Debug, Clone)]
pub enum Database {
    /// SQLite, in a file or in memory.
    Sqlite(SqlitePool),
    /// PostgreSQL.
    Postgres(PgPool),
}

/// The migrations of a service, once for each database.
///
/// ```ignore
/// const MIGRATIONS: Migrations = Migrations {
///     sqlite: &sqlx::migrate!("migrations/sqlite"),
///     postgres: &sqlx::migrate!("migrations/postgres"),
/// };
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    /// For SQLite.
    pub sqlite: &'static Migrator,
    /// For PostgreSQL.
    pub postgres: &'static Migrator,
}

impl Database {
    /// Opens the database that the settings name.
    ///
    /// # Errors
    /// [`Error::Internal`] for a URL that cannot be read, [`Error::Unavailable`] when nothing answers.
    pub async fn open(settings: &DatabaseSettings) -> Result<Self> {
        let url = settings.url.expose_secret();
        if url.starts_with("sqlite:") {
            open_sqlite(url, settings).await.map(Self::Sqlite)
        } else {
            open_postgres(url, settings).await.map(Self::Postgres)
        }
    }

    /// Opens an empty SQLite database that lives as long as the pool.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn memory() -> Result<Self> {
        Self::open(&DatabaseSettings::default()).await
    }

    /// Brings the kit's tables and then the service's up to date.
    ///
    /// The kit's are recorded in `_frame_migrations`, the service's in `_sqlx_migrations`, so each
    /// service has a database, or a schema, of its own.
    ///
    /// # Errors
    /// [`Error::Internal`] when a migration fails or was changed after it ran.
    pub async fn migrate(&self, migrations: &Migrations) -> Result<()> {
        self.migrate_frame().await?;
        match self {
            Self::Sqlite(pool) => migrations.sqlite.run(pool).await?,
            Self::Postgres(pool) => migrations.postgres.run(pool).await?,
        }
        Ok(())
    }

    /// Brings only the kit's tables up to date.
    ///
    /// # Errors
    /// As [`Self::migrate`].
    pub async fn migrate_frame(&self) -> Result<()> {
        let mut migrator = match self {
            Self::Sqlite(_) => sqlx::migrate!("migrations/sqlite"),
            Self::Postgres(_) => sqlx::migrate!("migrations/postgres"),
        };
        migrator.dangerous_set_table_name("_frame_migrations");
        match self {
            Self::Sqlite(pool) => migrator.run(pool).await?,
            Self::Postgres(pool) => migrator.run(pool).await?,
        }
        Ok(())
    }

    /// Begins a transaction; on SQLite one that may write at once.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection is free in time.
    pub async fn begin(&self) -> Result<Transaction> {
        Ok(match self {
            Self::Sqlite(pool) => Transaction::sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Transaction::postgres(pool.begin().await?),
        })
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is none.
    pub async fn ping(&self) -> Result<()> {
        let answer = match self {
            Self::Sqlite(pool) => sqlx::query("SELECT 1").execute(pool).await.map(drop),
            Self::Postgres(pool) => sqlx::query("SELECT 1").execute(pool).await.map(drop),
        };
        answer.map_err(|error| Error::Unavailable(format!("database: {error}")))
    }

    /// Closes all connections and waits for those in use.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A connection that was used so recently is taken to live: asking it takes as long as a query.
const KNOWN_TO_LIVE: Duration = Duration::from_secs(1);

/// Asks a connection that has rested whether it lives before it is used again.
fn asking_after_rest<DB: sqlx::Database>(pool: PoolOptions<DB>) -> PoolOptions<DB> {
    pool.test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for >= KNOWN_TO_LIVE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

async fn open_sqlite(url: &str, settings: &DatabaseSettings) -> Result<SqlitePool> {
    let is_in_memory = url.contains(":memory:") || url.contains("mode=memory");
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| Error::Internal("DATABASE_URL cannot be read as SQLite's".to_owned()))?
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(settings.acquire_timeout);
    let pool = SqlitePoolOptions::new().acquire_timeout(settings.acquire_timeout);
    if is_in_memory {
        // Every connection would be a database of its own, and closing the last one deletes it.
        let pool = pool.max_connections(1).idle_timeout(None);
        return Ok(pool.max_lifetime(None).connect_with(options).await?);
    }
    if let Some(folder) = options.get_filename().parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::Unavailable(format!("{}: {error}", folder.display())))?;
    }
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    let pool = pool
        .min_connections(settings.min_connections)
        .max_connections(settings.max_connections);
    Ok(asking_after_rest(pool).connect_with(options).await?)
}

async fn open_postgres(url: &str, settings: &DatabaseSettings) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::Internal("DATABASE_URL cannot be read as PostgreSQL's".to_owned()))?;
    let pool = PgPoolOptions::new()
        .min_connections(settings.min_connections)
        .max_connections(settings.max_connections)
        .acquire_timeout(settings.acquire_timeout)
        .idle_timeout(Duration::from_secs(300));
    Ok(asking_after_rest(pool).connect_with(options).await?)
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::testing;

    fn settings(url: &str) -> DatabaseSettings {
        DatabaseSettings {
            url: SecretString::from(url),
            acquire_timeout: Duration::from_millis(200),
            ..DatabaseSettings::default()
        }
    }

    #[tokio::test]
    async fn migrates_twice_and_answers() {
        for database in testing::databases(None).await.unwrap() {
            database.migrate_frame().await.unwrap();
            database.ping().await.unwrap();
            database.close().await;
            assert!(matches!(database.ping().await, Err(Error::Unavailable(_))));
        }
    }

    #[tokio::test]
    async fn a_connection_that_died_at_rest_is_replaced() {
        for database in testing::databases(None).await.unwrap() {
            let Database::Postgres(pool) = &*database else {
                continue;
            };
            let (mut resting, mut other) =
                (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
            let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
                .fetch_one(&mut *resting)
                .await
                .unwrap();
            drop(resting);
            tokio::time::sleep(Duration::from_millis(100)).await;
            let end = sqlx::query("SELECT pg_terminate_backend($1)").bind(pid);
            end.execute(&mut *other).await.unwrap();
            tokio::time::sleep(KNOWN_TO_LIVE).await;
            database.ping().await.unwrap();
        }
    }

    #[tokio::test]
    async fn rolls_back_unless_committed() {
        for database in testing::databases(None).await.unwrap() {
            for commit in [true, false] {
                let mut tx = database.begin().await.unwrap();
                let insert = "INSERT INTO frame_inbox VALUES ($1, $2, 0)";
                let (group, id) = (commit.to_string(), crate::new_id());
                match tx.connection() {
                    Connection::Sqlite(c) => {
                        let insert = sqlx::query(insert).bind(group).bind(id);
                        insert.execute(c).await.map(drop).unwrap();
                    }
                    Connection::Postgres(c) => {
                        let insert = sqlx::query(insert).bind(group).bind(id);
                        insert.execute(c).await.map(drop).unwrap();
                    }
                }
                if commit {
                    tx.commit().await.unwrap();
                } else {
                    tx.rollback().await.unwrap();
                }
            }
            let count = "SELECT COUNT(*) FROM frame_inbox";
            let rows: i64 = match &*database {
                Database::Sqlite(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
                Database::Postgres(pool) => {
                    sqlx::query_scalar(count).fetch_one(pool).await.unwrap()
                }
            };
            assert_eq!(rows, 1, "{}", database.name);
        }
    }

    #[tokio::test]
    async fn unique_violations_are_conflicts() {
        for database in testing::databases(None).await.unwrap() {
            let insert = "INSERT INTO frame_inbox VALUES ('g', $1, 0)";
            let id = crate::new_id();
            let run = async || match &*database {
                Database::Sqlite(pool) => {
                    let insert = sqlx::query(insert).bind(id);
                    insert.execute(pool).await.map(drop).map_err(Error::from)
                }
                Database::Postgres(pool) => {
                    let insert = sqlx::query(insert).bind(id);
                    insert.execute(pool).await.map(drop).map_err(Error::from)
                }
            };
            assert_eq!(run().await, Ok(()));
            assert!(
                matches!(run().await, Err(Error::Conflict(_))),
                "{}",
                database.name
            );
        }
    }

    #[tokio::test]
    async fn refuses_what_it_cannot_open() {
        let unread = Database::open(&settings("sqlite::memory:?mode=hunter2")).await;
        assert!(matches!(unread, Err(Error::Internal(text)) if !text.contains("hunter2")));
        let nobody = Database::open(&settings("postgres://u:hunter2@127.0.0.1:1/d")).await;
        assert!(matches!(nobody, Err(Error::Unavailable(text)) if !text.contains("hunter2")));
        let unread = Database::open(&settings("postgres://u:hunter2@[::/d")).await;
        assert!(matches!(unread, Err(Error::Internal(text)) if !text.contains("hunter2")));
    }
}
