//! Rows of all tenants in the same tables, which PostgreSQL keeps apart: each has a column with its
//! tenant, keys that hold it, and a policy that the database applies to whatever a statement says.
//!
//! A connection works for one tenant from its first moment to its last: the tenant is a parameter of its
//! start, to which `RESET` goes back, so that nothing is left of another when a pool hands it on. One
//! without a tenant sees nothing. SQLite has no policies: there each tenant has a database.
//!
//! A migration that makes a table gives it the column, keys and references that hold it, as the first one
//! does; what lacks them is refused at the start. The policies come by themselves. Because keys hold the
//! tenant, `ON CONFLICT (id)` finds none: `ON CONFLICT DO NOTHING` names no columns. What changes rows says
//! so once for each tenant: `SELECT frame_for_each_tenant('UPDATE book SET pages = 0')`.

use secrecy::{ExposeSecret as _, SecretString};

use super::{Tenant, files};
use crate::config::DatabaseSettings;
use crate::{Database, Error, Result};

/// What keeps tenants apart in every table, or says where it cannot.
const APART: &str = include_str!("row_level.sql");

/// Opens what belongs to a tenant: connections that see its rows and no others.
///
/// # Errors
/// What the database answers.
pub async fn open(
    control: &Database,
    _service: &str,
    settings: &DatabaseSettings,
    tenant: &Tenant,
) -> Result<Database> {
    if matches!(control, Database::Sqlite(_)) {
        return files::open(settings, tenant).await;
    }
    let url = settings.url.expose_secret();
    let separator = if url.contains('?') { '&' } else { '?' };
    // The name holds nothing but letters, digits and hyphens.
    let url = format!("{url}{separator}options=-c%20app.tenant%3D{tenant}");
    let settings = DatabaseSettings {
        url: SecretString::from(url),
        ..settings.clone()
    };
    Database::open(&settings).await
}

/// Refuses a role for which the policies do not count.
///
/// # Errors
/// [`Error::Internal`] for a superuser and a role with `BYPASSRLS`, or what the database answers.
pub async fn check(control: &Database) -> Result<()> {
    let Database::Postgres(pool) = control else {
        return Ok(());
    };
    let select = "SELECT rolname::text, rolsuper FROM pg_roles \
                  WHERE rolname = current_user AND (rolsuper OR rolbypassrls)";
    let exempt: Option<(String, bool)> = sqlx::query_as(select).fetch_optional(pool).await?;
    let Some((role, is_superuser)) = exempt else {
        return Ok(());
    };
    let why = if is_superuser {
        "is a superuser"
    } else {
        "has BYPASSRLS"
    };
    Err(Error::Internal(format!(
        "the role {role} of DATABASE_URL {why}, so it would see the rows of all tenants: make one for the \
         service (CREATE ROLE … LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '…') that owns its database \
         (ALTER DATABASE … OWNER TO …) and name it in DATABASE_URL"
    )))
}

/// Keeps tenants apart in every table that is there, once the migrations have run.
///
/// # Errors
/// [`Error::Internal`] where a table cannot keep them apart, or what the database answers.
pub async fn keep_apart(database: &Database) -> Result<()> {
    if let Database::Postgres(pool) = database {
        let mut tx = pool.begin().await?;
        sqlx::raw_sql(APART).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}
