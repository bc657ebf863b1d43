use std::str::FromStr as _;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::sqlite::SqliteConnectOptions;

use super::Tenant;
use crate::config::DatabaseSettings;
use crate::{Database, Error, Result};

/// A SQLite database of one tenant: a file in a folder beside that of the service, or one in memory
/// where the service's is in memory.
pub(super) async fn open(settings: &DatabaseSettings, tenant: &Tenant) -> Result<Database> {
    let url = settings.url.expose_secret();
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Database::open(settings).await;
    }
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| Error::Internal("DATABASE_URL cannot be read as SQLite's".to_owned()))?;
    let mut file = options
        .get_filename()
        .with_extension("tenants")
        .join(tenant.as_ref());
    file.set_extension("sqlite");
    let path = file
        .to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let settings = DatabaseSettings {
        url: SecretString::from(format!("sqlite://{path}?mode=rwc")),
        ..settings.clone()
    };
    Database::open(&settings).await
}
