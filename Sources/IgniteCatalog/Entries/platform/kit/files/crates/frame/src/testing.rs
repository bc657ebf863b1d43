//! Empty databases, services that answer as they are told, and programs to be killed, for tests
//! (feature `testing`).
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! for database in frame::testing::databases(None).await? {
//!     database.ping().await?; // runs on SQLite in memory, SQLite in a file, PostgreSQL if at hand
//! }
//! # Ok::<(), frame::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod callee;
mod place;

use std::ops::Deref;
use std::path::PathBuf;

pub use callee::{Call, Callee, Reply};
pub use place::{Place, Program};
use secrecy::SecretString;
use sqlx::AssertSqlSafe;

use crate::config::DatabaseSettings;
use crate::{Database, Migrations, Result, new_id};

/// A client for requests of tests.
///
/// # Panics
/// When there can be none, because the machine has no root certificates.
#[must_use]
pub fn http() -> reqwest::Client {
    crate::security::choose_cryptography();
    reqwest::Client::new()
}

/// A database for one test.
#[derive(Debug)]
pub struct TestDatabase {
    /// Which one it is, for the messages of assertions.
    pub name: &'static str,
    /// The database.
    pub database: Database,
    file: Option<PathBuf>,
    settings: DatabaseSettings,
}

impl TestDatabase {
    /// The same database anew, for after a service has closed it; not for one in memory.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub async fn again(&self) -> Result<Database> {
        Database::open(&self.settings).await
    }
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(file) = &self.file else { return };
        for suffix in ["", "-wal", "-shm"] {
            let mut path = file.clone().into_os_string();
            path.push(suffix);
            // A file that is gone already is as good as removed.
            std::fs::remove_file(path).ok();
        }
    }
}

/// Every kind of database at hand, empty but for the kit's tables and those of `migrations`.
///
/// # Errors
/// As [`Database::open`] and [`Database::migrate`].
pub async fn databases(migrations: Option<&Migrations>) -> Result<Vec<TestDatabase>> {
    let mut databases = vec![sqlite(migrations).await?, sqlite_file(migrations).await?];
    databases.extend(postgres(migrations).await?);
    Ok(databases)
}

/// An empty SQLite database in memory.
///
/// # Errors
/// As [`databases`].
pub async fn sqlite(migrations: Option<&Migrations>) -> Result<TestDatabase> {
    open("sqlite in memory", "sqlite::memory:", None, migrations).await
}

/// An empty SQLite database in a file of its own, with several connections.
///
/// # Errors
/// As [`databases`].
pub async fn sqlite_file(migrations: Option<&Migrations>) -> Result<TestDatabase> {
    let file = place::new_file();
    let url = format!("sqlite://{}", file.display());
    open("sqlite in a file", &url, Some(file), migrations).await
}

/// An empty schema of the PostgreSQL at `TEST_POSTGRES_URL`; `None`, and a line that says so, without it.
///
/// # Errors
/// As [`databases`].
pub async fn postgres(migrations: Option<&Migrations>) -> Result<Option<TestDatabase>> {
    let Some(url) = postgres_url().await? else {
        return Ok(None);
    };
    open("postgres", &url, None, migrations).await.map(Some)
}

/// A URL that leads to an empty schema of the PostgreSQL at `TEST_POSTGRES_URL`, if that is set.
///
/// # Errors
/// As [`databases`].
pub async fn postgres_url() -> Result<Option<String>> {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        eprintln!("not tested on PostgreSQL: TEST_POSTGRES_URL is not set");
        return Ok(None);
    };
    let schema = format!("test_{}", new_id().simple());
    let settings = DatabaseSettings {
        url: SecretString::from(url.as_str()),
        ..DatabaseSettings::default()
    };
    if let Database::Postgres(pool) = Database::open(&settings).await? {
        let create = AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
        sqlx::query(create).execute(&pool).await?;
        pool.close().await;
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(Some(format!(
        "{url}{separator}options=-c%20search_path%3D{schema}"
    )))
}

async fn open(
    name: &'static str,
    url: &str,
    file: Option<PathBuf>,
    migrations: Option<&Migrations>,
) -> Result<TestDatabase> {
    let settings = DatabaseSettings {
        url: SecretString::from(url),
        ..DatabaseSettings::default()
    };
    let database = Database::open(&settings).await?;
    match migrations {
        Some(migrations) => database.migrate(migrations).await?,
        None => database.migrate_frame().await?,
    }
    Ok(TestDatabase {
        name,
        database,
        file,
        settings,
    })
}
