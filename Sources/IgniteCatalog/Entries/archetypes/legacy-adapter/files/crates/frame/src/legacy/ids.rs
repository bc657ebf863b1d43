use sqlx::FromRow;
use uuid::Uuid;

use crate::database::on_connection;
use crate::{Result, Transaction, new_id};

/// What is known of a thing of the legacy system.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(super) struct Known {
    /// Our id of it, always the same.
    pub id: Uuid,
    /// Of what came over last; none when nothing of it is here.
    pub digest: Option<String>,
    /// When that was changed, in the words of the legacy system.
    pub changed: Option<String>,
}

/// What is known of a thing, which nobody else changes until the transaction ends; one that was
/// never heard of has an id from now on.
pub(super) async fn lock(tx: &mut Transaction, kind: &str, legacy: &str) -> Result<Known> {
    let insert = "INSERT INTO frame_legacy_ids (kind, legacy_id, id) VALUES ($1, $2, $3) \
                  ON CONFLICT DO NOTHING";
    // What changes nothing locks all the same.
    let lock = "UPDATE frame_legacy_ids SET kind = kind WHERE kind = $1 AND legacy_id = $2 \
                RETURNING id, digest, changed";
    Ok(on_connection!(tx.connection(), c => {
        let insert = sqlx::query(insert).bind(kind).bind(legacy);
        insert.bind(new_id()).execute(&mut *c).await?;
        sqlx::query_as(lock).bind(kind).bind(legacy).fetch_one(c).await?
    }))
}

/// Notes what came over.
pub(super) async fn note(
    tx: &mut Transaction,
    kind: &str,
    legacy: &str,
    digest: Option<&str>,
    changed: Option<&str>,
) -> Result<()> {
    let update = "UPDATE frame_legacy_ids SET digest = $1, changed = $2 \
                  WHERE kind = $3 AND legacy_id = $4";
    on_connection!(tx.connection(), c => {
        let update = sqlx::query(update).bind(digest).bind(changed);
        update.bind(kind).bind(legacy).execute(c).await?;
    });
    Ok(())
}

/// Notes that a pass over everything met a thing.
pub(super) async fn meet(tx: &mut Transaction, kind: &str, legacy: &str, pass: Uuid) -> Result<()> {
    let update = "UPDATE frame_legacy_ids SET pass = $1 WHERE kind = $2 AND legacy_id = $3";
    on_connection!(tx.connection(), c => {
        let update = sqlx::query(update).bind(pass).bind(kind);
        update.bind(legacy).execute(c).await?;
    });
    Ok(())
}

/// The ids in the legacy system of what is here; those that a pass met, or the others.
pub(super) async fn present(
    tx: &mut Transaction,
    kind: &str,
    pass: Uuid,
    is_met: bool,
) -> Result<Vec<String>> {
    let select = "SELECT legacy_id FROM frame_legacy_ids WHERE kind = $1 \
                  AND digest IS NOT NULL AND (pass IS NOT NULL AND pass = $2) = $3 \
                  ORDER BY legacy_id";
    Ok(on_connection!(tx.connection(), c => {
        let select = sqlx::query_scalar(select).bind(kind);
        select.bind(pass).bind(is_met).fetch_all(c).await?
    }))
}

/// Our id of a thing of the legacy system.
pub(super) async fn find(
    database: &crate::Database,
    kind: &str,
    legacy: &str,
) -> Result<Option<Uuid>> {
    let select = "SELECT id FROM frame_legacy_ids WHERE kind = $1 AND legacy_id = $2";
    Ok(crate::database::on_pool!(database, pool => {
        let select = sqlx::query_scalar(select).bind(kind).bind(legacy);
        select.fetch_optional(pool).await?
    }))
}
