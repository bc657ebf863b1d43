use crate::database::on_pool;
use crate::{Database, Result};

use super::Tenant;

/// Makes the table of the tenants of a service.
pub(super) async fn prepare(control: &Database) -> Result<()> {
    let create = "CREATE TABLE IF NOT EXISTS frame_tenants (name TEXT PRIMARY KEY NOT NULL)";
    match control {
        Database::Sqlite(pool) => {
            sqlx::query(create).execute(pool).await?;
        }
        Database::Postgres(pool) => {
            let mut tx = pool.begin().await?;
            // Two instances that start at once would both try to make it.
            let lock = "SELECT pg_advisory_xact_lock(hashtext('frame_tenants'))";
            sqlx::query(lock).execute(&mut *tx).await?;
            sqlx::query(create).execute(&mut *tx).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// All tenants, sorted.
pub(super) async fn all(control: &Database) -> Result<Vec<Tenant>> {
    let select = "SELECT name FROM frame_tenants ORDER BY name";
    let names: Vec<String> =
        on_pool!(control, pool => sqlx::query_scalar(select).fetch_all(pool).await?);
    Ok(names
        .iter()
        .filter_map(|name| Tenant::parse(name))
        .collect())
}

/// Whether a tenant was added.
pub(super) async fn has(control: &Database, tenant: &Tenant) -> Result<bool> {
    let select = "SELECT name FROM frame_tenants WHERE name = $1";
    let name: Option<String> = on_pool!(
        control, pool => sqlx::query_scalar(select).bind(tenant.as_ref()).fetch_optional(pool).await?
    );
    Ok(name.is_some())
}

/// Adds a tenant; again, it has no effect.
pub(super) async fn add(control: &Database, tenant: &Tenant) -> Result<()> {
    let insert = "INSERT INTO frame_tenants (name) VALUES ($1) ON CONFLICT DO NOTHING";
    on_pool!(control, pool => sqlx::query(insert).bind(tenant.as_ref()).execute(pool).await.map(drop)?);
    Ok(())
}
