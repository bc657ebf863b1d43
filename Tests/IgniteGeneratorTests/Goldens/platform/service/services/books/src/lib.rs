//! What can be lent

mod config;
pub mod application;
pub mod domain;
pub mod infrastructure;
pub mod presentation;

use frame::Database;
use frame::{App, Error};

pub use config::Config;

/// The name of the service; it is the source of its events.
pub const NAME: &str = "books";

/// Puts the service together as the environment says.
///
/// # Errors
/// A database that cannot be opened or migrated.
pub async fn app(config: &Config) -> Result<App, Error> {
    let database = Database::open(&config.frame.database).await?;
    database.migrate(&infrastructure::MIGRATIONS).await?;
    assemble(config, database).await
}

/// Puts the service together over what it stands on.
///
/// # Errors
/// A part that does not fit the others.
pub async fn assemble(
    config: &Config,
    database: Database,
) -> Result<App, Error> {
    let application = infrastructure::application(&database);
    let app = App::new(&config.frame)?
        .routes(presentation::rest::routes(application))
        .open_routes(frame::docs::page(&config.docs))
        ;
    let app = app.database(database);
    Ok(app)
}
