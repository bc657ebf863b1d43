//! Where the service keeps its data: SQLite or PostgreSQL, as `DATABASE_URL` says.

pub mod customer;
pub mod order;

use std::sync::Arc;

use frame::Migrations;
use frame::Database;
use frame::Publisher;

use crate::application::Application;
use crate::application::announcements::Announcements;
use crate::application::customer::CustomerUseCases;
use crate::application::order::OrderUseCases;

/// The tables of the service, for both databases.
pub static MIGRATIONS: Migrations = Migrations {
    sqlite: &SQLITE,
    postgres: &POSTGRES,
};

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("./migrations/postgres");

/// The use cases over a database.
#[must_use]
pub fn application(database: &Database, publisher: Arc<dyn Publisher>) -> Application {
    Application {
        customer: CustomerUseCases::new(Arc::new(customer::StoredCustomer::new(
            database.clone(),
        ))),
        order: OrderUseCases::new(Arc::new(order::StoredOrder::new(
            database.clone(),
            Arc::clone(&publisher),
        ))),
        announcements: Announcements::new(database.clone(), Arc::clone(&publisher)),
    }
}
