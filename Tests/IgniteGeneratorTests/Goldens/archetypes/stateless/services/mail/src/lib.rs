//! The service mail.

pub mod application;
mod config;
pub mod presentation;

use std::sync::Arc;

use frame::bus::Bus;
use frame::Database;
use frame::{Handlers, InTransaction};
use frame::{App, Error};

pub use config::Config;

/// The name of the service; it is the source of its events.
pub const NAME: &str = "mail";

/// Puts the service together as the environment says.
///
/// # Errors
/// A database that cannot be opened or migrated.
pub async fn app(config: &Config, bus: Arc<dyn Bus>) -> Result<App, Error> {
    let database = Database::open(&config.frame.database).await?;
    database.migrate_frame().await?;
    assemble(config, database, bus)
}

/// Puts the service together over what it stands on.
///
/// # Errors
/// A part that does not fit the others.
pub fn assemble(
    config: &Config,
    database: Database,
    bus: Arc<dyn Bus>,
) -> Result<App, Error> {
    let app = App::new(&config.frame)?
        .routes(presentation::rest::routes());
    let app = app.bus(bus);
    let app = app.consumer(NAME, handlers(&database));
    let app = app.database(database);
    Ok(app)
}

/// What happens when an event arrives; each is handled once.
fn handlers(database: &Database) -> Handlers {
    Handlers::new()
        .on::<events::OrderPlaced>(InTransaction::new(
            database.clone(),
            NAME,
            application::on_order_placed::OnOrderPlaced,
        ))
        .on::<events::StockRanLow>(InTransaction::new(
            database.clone(),
            NAME,
            application::on_stock_ran_low::OnStockRanLow,
        ))
}
