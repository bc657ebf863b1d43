use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

use super::record::Item;
use crate::clock::now_ms;
use crate::database::{on_connection, on_pool, upsert};
use crate::{Database, Error, Result, Transaction, new_id};

/// A record that could not come over, with the reason.
#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct SetAside {
    /// Its id here.
    pub id: Uuid,
    /// The kind it is of.
    pub kind: String,
    /// Its id in the legacy system, or what stands for one.
    pub legacy_key: String,
    /// Where it was.
    pub place: String,
    /// Why it could not come over.
    pub reason: String,
    /// What was there.
    #[serde(serialize_with = "as_json")]
    pub record: String,
    /// Whether it is a record that may be tried again.
    pub is_readable: bool,
    /// Whether it tells that something is gone.
    pub is_removal: bool,
    /// Whether it is tried again by itself, because it may only have come too early.
    pub waits: bool,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was tried last.
    #[serde(serialize_with = "as_time")]
    pub set_aside_at: i64,
}

fn as_json<S: Serializer>(text: &str, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    value.serialize(serializer)
}

fn as_time<S: Serializer>(ms: &i64, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    let time: Option<DateTime<Utc>> = DateTime::from_timestamp_millis(*ms);
    time.serialize(serializer)
}

impl SetAside {
    /// The record as it was read.
    pub(super) fn item(&self) -> Item {
        let record = serde_json::from_str(&self.record).unwrap_or_default();
        let mut item = Item::new(&self.place, record);
        item.is_removal = self.is_removal;
        item
    }
}

/// Sets a record aside, in place of what was set aside of the same thing.
pub(super) async fn put(
    tx: &mut Transaction,
    kind: &str,
    key: &str,
    item: &Item,
    reason: &str,
    waits: bool,
) -> Result<()> {
    let insert = "INSERT INTO frame_legacy_quarantine (id, kind, legacy_key, place, reason, record, \
                  is_readable, is_removal, waits, attempts, set_aside_at) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10) \
                  ON CONFLICT DO NOTHING";
    let update = "UPDATE frame_legacy_quarantine SET place = $4, reason = $5, record = $6, \
                  is_readable = $7, is_removal = $8, waits = $9, attempts = attempts + 1, \
                  set_aside_at = $10 WHERE kind = $2 AND legacy_key = $3";
    // PostgreSQL takes no text with a zero in it.
    let (place, reason) = (item.place.replace('\0', "?"), reason.replace('\0', "?"));
    let record = item.record.to_string();
    let (id, is_readable, now) = (new_id(), item.broken.is_none(), now_ms());
    upsert!(
        tx.connection(),
        insert,
        update,
        [
            id,
            kind,
            key,
            &place,
            &reason,
            &record,
            is_readable,
            item.is_removal,
            waits,
            now
        ]
    );
    Ok(())
}

/// Forgets what was set aside of a thing that has come over.
pub(super) async fn resolve(tx: &mut Transaction, kind: &str, key: &str) -> Result<()> {
    let delete = "DELETE FROM frame_legacy_quarantine WHERE kind = $1 AND legacy_key = $2";
    on_connection!(tx.connection(), c => {
        sqlx::query(delete).bind(kind).bind(key).execute(c).await?;
    });
    Ok(())
}

/// What is set aside, in the order of ids.
pub(super) async fn list(
    database: &Database,
    kind: Option<&str>,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<SetAside>> {
    let select = "SELECT * FROM frame_legacy_quarantine WHERE ($1 IS NULL OR kind = $1) AND id > $2 \
                  ORDER BY id LIMIT $3";
    Ok(on_pool!(database, pool => {
        let select = sqlx::query_as(select).bind(kind).bind(after.unwrap_or_default());
        select.bind(i64::from(limit)).fetch_all(pool).await?
    }))
}

/// The ids of what is tried again by itself.
pub(super) async fn waiting(database: &Database, kind: &str) -> Result<Vec<Uuid>> {
    let select = "SELECT id FROM frame_legacy_quarantine WHERE waits AND kind = $1 \
                  ORDER BY id LIMIT 1000";
    Ok(on_pool!(database, pool => {
        sqlx::query_scalar(select).bind(kind).fetch_all(pool).await?
    }))
}

/// What is set aside under an id, which nobody else changes until the transaction ends.
pub(super) async fn lock(tx: &mut Transaction, id: Uuid) -> Result<SetAside> {
    let update = "UPDATE frame_legacy_quarantine SET kind = kind WHERE id = $1 RETURNING *";
    let found: Option<SetAside> = on_connection!(tx.connection(), c => {
        sqlx::query_as(update).bind(id).fetch_optional(c).await?
    });
    found.ok_or_else(|| Error::NotFound(format!("what was set aside as {id}")))
}

/// Drops what is set aside.
pub(super) async fn discard(database: &Database, id: Uuid) -> Result<()> {
    let delete = "DELETE FROM frame_legacy_quarantine WHERE id = $1";
    let rows = on_pool!(database, pool => {
        sqlx::query(delete).bind(id).execute(pool).await?.rows_affected()
    });
    if rows == 0 {
        return Err(Error::NotFound(format!("what was set aside as {id}")));
    }
    Ok(())
}
