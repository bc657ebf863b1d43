//! A database for each tenant: a file in SQLite, a database of the same server in PostgreSQL, for which
//! the role of the service needs the right to create databases.

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

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
    let name = tenant.place_in(service);
    if name.len() > LONGEST {
        return Err(Error::Conflict(format!(
            "the name of the database {name} is too long"
        )));
    }
    let known = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(&name);
    if known.fetch_optional(pool).await?.is_none() {
        // The name holds nothing but letters, digits and underscores.
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE \"{name}\""));
        if let Err(error) = sqlx::query(create).execute(pool).await
            && !is_there_already(&error)
        {
            return Err(error.into());
        }
    }
    let unread = |_| Error::Internal("DATABASE_URL cannot be read as PostgreSQL's".to_owned());
    let mut url = Url::parse(settings.url.expose_secret()).map_err(unread)?;
    url.set_path(&name);
    // A schema of the service's own database is in none of the others.
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    let kept =
        |(name, value): &&(String, String)| name != "options" || !value.contains("search_path");
    for (name, value) in pairs.iter().filter(kept) {
        url.query_pairs_mut().append_pair(name, value);
    }
    let settings = DatabaseSettings {
        url: SecretString::from(url.to_string()),
        ..settings.clone()
    };
    Database::open(&settings).await
}

/// Whether another instance was faster.
fn is_there_already(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("42P04" | "23505"))
}
