use sqlx::{FromRow, PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::clock::now_ms;
use crate::{Database, Result};

/// A row of the outbox that this relay leases.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Row {
    pub seq: i64,
    pub ordering_key: String,
    pub envelope: String,
    pub attempts: i64,
}

/// The first row of each key that nobody leases. The `FOR UPDATE` of PostgreSQL stands behind it.
const FIRST_OF_KEYS: &str = "
SELECT o.ordering_key FROM frame_outbox o
WHERE o.failed_at IS NULL AND o.available_at <= $1
  AND (o.lease_until IS NULL OR o.lease_until < $1)
  AND NOT EXISTS (
      SELECT 1 FROM frame_outbox e
      WHERE e.ordering_key = o.ordering_key AND e.seq < o.seq AND e.failed_at IS NULL)
ORDER BY o.seq LIMIT $2";

/// Leases rows in order, all of one key behind its first, so that no other relay overtakes.
///
/// The first row of a key stands for the key: whoever leases it may lease those behind it.
pub(super) async fn claim(
    database: &Database,
    relay: Uuid,
    limit: i64,
    lease_ms: i64,
) -> Result<Vec<Row>> {
    let now = now_ms();
    let mut rows = match database {
        Database::Sqlite(pool) => {
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
            let rows = claim_sqlite(&mut tx, relay, limit, now, lease_ms).await?;
            tx.commit().await?;
            rows
        }
        Database::Postgres(pool) => {
            let mut tx = pool.begin().await?;
            let rows = claim_postgres(&mut tx, relay, limit, now, lease_ms).await?;
            tx.commit().await?;
            rows
        }
    };
    rows.sort_by_key(|row| row.seq);
    Ok(rows)
}

async fn claim_sqlite(
    connection: &mut SqliteConnection,
    relay: Uuid,
    limit: i64,
    now: i64,
    lease_ms: i64,
) -> Result<Vec<Row>> {
    let first = sqlx::query_scalar(FIRST_OF_KEYS).bind(now).bind(limit);
    let keys: Vec<String> = first.fetch_all(&mut *connection).await?;
    let lease = "UPDATE frame_outbox SET lease_until = $1, leased_by = $2 WHERE seq IN (
                     SELECT seq FROM frame_outbox
                     WHERE failed_at IS NULL AND ordering_key IN (SELECT value FROM json_each($3))
                     ORDER BY seq LIMIT $4)
                 RETURNING seq, ordering_key, envelope, attempts";
    let lease = sqlx::query_as(lease).bind(now + lease_ms).bind(relay);
    let lease = lease.bind(sqlx::types::Json(keys)).bind(limit);
    Ok(lease.fetch_all(connection).await?)
}

async fn claim_postgres(
    connection: &mut PgConnection,
    relay: Uuid,
    limit: i64,
    now: i64,
    lease_ms: i64,
) -> Result<Vec<Row>> {
    let first = sqlx::AssertSqlSafe(format!("{FIRST_OF_KEYS} FOR UPDATE OF o SKIP LOCKED"));
    let first = sqlx::query_scalar(first).bind(now).bind(limit);
    let keys: Vec<String> = first.fetch_all(&mut *connection).await?;
    let lease = "UPDATE frame_outbox SET lease_until = $1, leased_by = $2 WHERE seq IN (
                     SELECT seq FROM frame_outbox
                     WHERE failed_at IS NULL AND ordering_key = ANY($3)
                     ORDER BY seq LIMIT $4)
                 RETURNING seq, ordering_key, envelope, attempts";
    let lease = sqlx::query_as(lease).bind(now + lease_ms).bind(relay);
    Ok(lease.bind(keys).bind(limit).fetch_all(connection).await?)
}

/// Deletes a published row.
pub(super) async fn delete(database: &Database, relay: Uuid, seqs: &[i64]) -> Result<()> {
    match database {
        Database::Sqlite(pool) => {
            let delete = "DELETE FROM frame_outbox \
                          WHERE leased_by = $1 AND seq IN (SELECT value FROM json_each($2))";
            let delete = sqlx::query(delete).bind(relay);
            delete.bind(sqlx::types::Json(seqs)).execute(pool).await?;
        }
        Database::Postgres(pool) => {
            let delete = "DELETE FROM frame_outbox WHERE leased_by = $1 AND seq = ANY($2)";
            let delete = sqlx::query(delete).bind(relay).bind(seqs);
            delete.execute(pool).await?;
        }
    }
    Ok(())
}

/// Gives back everything a relay leases.
pub(super) async fn release(database: &Database, relay: Uuid) -> Result<()> {
    let update = "UPDATE frame_outbox SET lease_until = NULL, leased_by = NULL \
                  WHERE leased_by = $1";
    match database {
        Database::Sqlite(pool) => {
            sqlx::query(update).bind(relay).execute(pool).await?;
        }
        Database::Postgres(pool) => {
            sqlx::query(update).bind(relay).execute(pool).await?;
        }
    }
    Ok(())
}

/// Notes a refusal: the row is tried again at `available_at`, or never when `is_poisoned`.
pub(super) async fn fail(
    database: &Database,
    seq: i64,
    reason: &str,
    available_at: i64,
    is_poisoned: bool,
) -> Result<()> {
    let update = "UPDATE frame_outbox SET attempts = attempts + 1, last_error = $2, \
                  available_at = $3, failed_at = $4, lease_until = NULL, leased_by = NULL \
                  WHERE seq = $1";
    let reason = reason.replace('\0', "");
    let failed_at = is_poisoned.then(now_ms);
    match database {
        Database::Sqlite(pool) => {
            let update = sqlx::query(update)
                .bind(seq)
                .bind(reason)
                .bind(available_at);
            update.bind(failed_at).execute(pool).await?;
        }
        Database::Postgres(pool) => {
            let update = sqlx::query(update)
                .bind(seq)
                .bind(reason)
                .bind(available_at);
            update.bind(failed_at).execute(pool).await?;
        }
    }
    Ok(())
}

/// How full an outbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct OutboxState {
    /// Events that wait.
    pub pending: i64,
    /// Events set aside because the bus refuses them.
    pub poisoned: i64,
    /// When the oldest event that waits was appended, in milliseconds since 1970; else 0.
    pub oldest_at: i64,
}

/// Looks how full an outbox is.
///
/// # Errors
/// What the database answers.
pub async fn outbox_state(database: &Database) -> Result<OutboxState> {
    let select = "SELECT COUNT(*) - COUNT(failed_at) AS pending, COUNT(failed_at) AS poisoned, \
                  COALESCE(MIN(CASE WHEN failed_at IS NULL THEN created_at END), 0) AS oldest_at \
                  FROM frame_outbox";
    Ok(match database {
        Database::Sqlite(pool) => sqlx::query_as(select).fetch_one(pool).await?,
        Database::Postgres(pool) => sqlx::query_as(select).fetch_one(pool).await?,
    })
}

/// Gives the events that were set aside another chance; returns how many.
///
/// # Errors
/// What the database answers.
pub async fn retry_poisoned(database: &Database) -> Result<u64> {
    let update = "UPDATE frame_outbox SET failed_at = NULL, attempts = 0, available_at = $1 \
                  WHERE failed_at IS NOT NULL";
    Ok(match database {
        Database::Sqlite(pool) => {
            let update = sqlx::query(update).bind(now_ms());
            update.execute(pool).await?.rows_affected()
        }
        Database::Postgres(pool) => {
            let update = sqlx::query(update).bind(now_ms());
            update.execute(pool).await?.rows_affected()
        }
    })
}
