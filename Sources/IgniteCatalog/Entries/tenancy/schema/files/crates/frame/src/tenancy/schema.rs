//! A schema for each tenant, in the database of the service. SQLite has no schemas: there each tenant
//! has a database.

use secrecy::{ExposeSecret as _, SecretString};

use super::{Tenant, files};
use crate::config::DatabaseSettings;
use crate::{Database, Error, Result};

/// The longest name that PostgreSQL keeps whole.
const LONGEST: usize = 63;

/// Opens what belongs to a tenant, and makes it if it is not there.
///
/// # Errors
/// A name that is too long with that of the service, or what the database answers.
pub async fn open(
    control: &Database,
    service: &str,
    settings: &DatabaseSettings,
    tenant: &Tenant,
) -> Result<Database> {
    let Database::Postgres(pool) = control else {
        return files::open(settings, tenant).await;
    };
    let schema = tenant.place_in(service);
    if schema.len() > LONGEST {
        return Err(Error::Conflict(format!(
            "the name of the schema {schema} is too long"
        )));
    }
    let mut tx = pool.begin().await?;
    // Two instances may open the same tenant at once.
    let lock = sqlx::query("SELECT pg_advisory_xact_lock(hashtext($1))").bind(&schema);
    lock.execute(&mut *tx).await?;
    // The name holds nothing but letters, digits and underscores.
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\""));
    sqlx::query(create).execute(&mut *tx).await?;
    tx.commit().await?;
    let url = settings.url.expose_secret();
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}options=-c%20search_path%3D{schema}");
    let settings = DatabaseSettings {
        url: SecretString::from(url),
        ..settings.clone()
    };
    Database::open(&settings).await
}
