//! The service orders.

pub mod application;
mod config;
pub mod domain;
pub mod infrastructure;
pub mod presentation;

use std::sync::Arc;

use frame::bus::Bus;
use frame::Database;
use frame::Outbox;
use frame::{App, Error};

pub use config::Config;

/// The name of the service; it is the source of its events.
pub const NAME: &str = "orders";

/// Puts the service together as the environment says.
///
/// # Errors
/// A database that cannot be opened or migrated.
pub async fn app(config: &Config, bus: Arc<dyn Bus>) -> Result<App, Error> {
    let database = Database::open(&config.frame.database).await?;
    database.migrate(&infrastructure::MIGRATIONS).await?;
    assemble(config, database, bus).await
}

/// Puts the service together over what it stands on.
///
/// # Errors
/// A part that does not fit the others.
pub async fn assemble(
    config: &Config,
    database: Database,
    bus: Arc<dyn Bus>,
) -> Result<App, Error> {
    let outbox = Outbox::new();
    let application = infrastructure::application(&database, Arc::new(outbox.clone()));
    let app = App::new(&config.frame)?
        .routes(presentation::rest::routes(application));
    let app = app.bus(bus);
    let app = app.outbox(&outbox);
    let app = app.database(database);
    app.idempotent().await
}
