//! Where the service keeps its data: SQLite or PostgreSQL, as `DATABASE_URL` says.

pub mod book;

use std::sync::Arc;

use frame::Migrations;
use frame::Database;

use crate::application::Application;
use crate::application::book::BookUseCases;

/// The tables of the service, for both databases.
pub static MIGRATIONS: Migrations = Migrations {
    sqlite: &SQLITE,
    postgres: &POSTGRES,
};

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("./migrations/postgres");

/// The use cases over a database.
#[must_use]
pub fn application(database: &Database) -> Application {
    Application {
        book: BookUseCases::new(Arc::new(book::StoredBook::new(
            database.clone(),
        ))),
    }
}
