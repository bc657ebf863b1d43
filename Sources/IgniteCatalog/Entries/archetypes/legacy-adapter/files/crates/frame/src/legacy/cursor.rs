use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::clock::{ms, now_ms};
use crate::database::{on_connection, on_pool};
use crate::{Database, Error, Result, Transaction, new_id};

/// How far one kind was read.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(super) struct Cursor {
    pub position: Option<String>,
    /// The pass over everything that is under way.
    pub pass: Option<Uuid>,
    /// Whether every record of the pass told which one it is.
    pub is_whole: bool,
}

/// How one kind fares.
#[derive(Debug, Clone, Serialize)]
pub struct SyncState {
    /// The name of the kind.
    pub kind: String,
    /// How far it was read.
    pub position: Option<String>,
    /// When it was read to the end last.
    pub synced_at: Option<DateTime<Utc>>,
    /// Why it was not read to the end the last time.
    pub error: Option<String>,
    /// Whether an instance reads it now.
    pub is_at_work: bool,
}

/// Says who reads a kind, and how far it was read.
#[derive(Debug, Clone)]
pub(super) struct Cursors {
    pub database: Database,
    pub lease: Duration,
    pub owner: Uuid,
}

impl Cursors {
    pub fn new(database: Database, lease: Duration) -> Self {
        Self {
            database,
            lease,
            owner: new_id(),
        }
    }

    /// Takes a kind for this instance; `None` while another one reads it.
    pub async fn claim(&self, kind: &str) -> Result<Option<Cursor>> {
        let insert = "INSERT INTO frame_legacy_cursors (kind) VALUES ($1) ON CONFLICT DO NOTHING";
        let update = "UPDATE frame_legacy_cursors SET owner = $1, lease_until = $2 \
                      WHERE kind = $3 AND (lease_until < $4 OR owner = $1) \
                      RETURNING position, pass, is_whole";
        let now = now_ms();
        Ok(on_pool!(&self.database, pool => {
            sqlx::query(insert).bind(kind).execute(pool).await?;
            let update = sqlx::query_as(update).bind(self.owner).bind(now + ms(self.lease));
            update.bind(kind).bind(now).fetch_optional(pool).await?
        }))
    }

    /// Goes on to a position, in the transaction of what was read before it.
    ///
    /// # Errors
    /// [`Error::Conflict`] when another instance has taken the kind meanwhile.
    pub async fn advance(&self, tx: &mut Transaction, kind: &str, to: &Cursor) -> Result<()> {
        let update = "UPDATE frame_legacy_cursors SET position = $1, pass = $2, is_whole = $3, \
                      lease_until = $4 WHERE kind = $5 AND owner = $6";
        let until = now_ms() + ms(self.lease);
        let rows = on_connection!(tx.connection(), c => {
            let update = sqlx::query(update).bind(&to.position).bind(to.pass).bind(to.is_whole);
            let update = update.bind(until).bind(kind).bind(self.owner);
            update.execute(c).await?.rows_affected()
        });
        if rows == 1 {
            return Ok(());
        }
        Err(Error::Conflict(format!(
            "another instance reads {kind} now"
        )))
    }

    /// Lets a kind go.
    pub async fn release(&self, kind: &str, error: Option<&str>) -> Result<()> {
        let update = "UPDATE frame_legacy_cursors SET owner = NULL, lease_until = 0, error = $1, \
                      synced_at = CASE WHEN $2 THEN $3 ELSE synced_at END \
                      WHERE kind = $4 AND owner = $5";
        on_pool!(&self.database, pool => {
            let update = sqlx::query(update).bind(error).bind(error.is_none());
            let update = update.bind(now_ms()).bind(kind).bind(self.owner);
            update.execute(pool).await?;
        });
        Ok(())
    }

    /// How each kind fares.
    pub async fn states(&self) -> Result<Vec<SyncState>> {
        type Row = (String, Option<String>, Option<i64>, Option<String>, i64);
        let select = "SELECT kind, position, synced_at, error, lease_until \
                      FROM frame_legacy_cursors ORDER BY kind";
        let rows: Vec<Row> = on_pool!(&self.database, pool => {
            sqlx::query_as(select).fetch_all(pool).await?
        });
        let state = |(kind, position, synced_at, error, lease_until): Row| SyncState {
            kind,
            position,
            synced_at: synced_at.and_then(DateTime::from_timestamp_millis),
            error,
            is_at_work: lease_until > now_ms(),
        };
        Ok(rows.into_iter().map(state).collect())
    }
}
