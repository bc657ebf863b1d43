use secrecy::SecretString;
use sqlx::AssertSqlSafe;
use url::Url;

use crate::config::DatabaseSettings;
use crate::{Database, Error, Result};

/// A role of the server for tests that policies hold; its password is its name.
const ROLE: &str = "frame_plain";

/// A URL of the same place for a role that policies hold; the role owns the schema from now on.
pub(super) async fn plain(url: &str, schema: &str) -> Result<String> {
    let settings = DatabaseSettings {
        url: SecretString::from(url),
        ..DatabaseSettings::default()
    };
    let Database::Postgres(pool) = Database::open(&settings).await? else {
        return Ok(url.to_owned());
    };
    let exempt = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
    let is_exempt: bool = sqlx::query_scalar(exempt).fetch_one(&pool).await?;
    if is_exempt {
        // Tests that begin at once would all make it.
        let statements = AssertSqlSafe(format!(
            "DO $$ BEGIN CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE}'; \
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; \
             ALTER SCHEMA {schema} OWNER TO {ROLE}"
        ));
        sqlx::raw_sql(statements).execute(&pool).await?;
    }
    pool.close().await;
    if !is_exempt {
        return Ok(url.to_owned());
    }
    let unread = |_| Error::Internal("TEST_POSTGRES_URL cannot be read".to_owned());
    let mut url = Url::parse(url).map_err(unread)?;
    let named = url
        .set_username(ROLE)
        .and_then(|()| url.set_password(Some(ROLE)));
    named.map_err(|()| Error::Internal("TEST_POSTGRES_URL has no host".to_owned()))?;
    Ok(url.into())
}

/// The same place as a tenant sees it, so that tests run as the service does.
pub(super) fn of_tenant(url: &str) -> String {
    format!("{url}&options=-c%20app.tenant%3Dtests")
}

/// Keeps tenants apart, unless the tables are those of a service that keeps none.
pub(super) async fn keep_apart(database: &Database) -> Result<()> {
    let Database::Postgres(pool) = database else {
        return Ok(());
    };
    let open = "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                WHERE n.nspname = current_schema() AND c.relkind = 'r' \
                AND c.relname NOT LIKE 'frame\\_%' AND c.relname NOT LIKE '%\\_migrations' \
                AND NOT EXISTS (SELECT FROM pg_attribute a \
                WHERE a.attrelid = c.oid AND a.attname = 'frame_tenant'))";
    let is_open: bool = sqlx::query_scalar(open).fetch_one(pool).await?;
    if is_open {
        return Ok(());
    }
    crate::tenancy::row_level::keep_apart(database).await
}
