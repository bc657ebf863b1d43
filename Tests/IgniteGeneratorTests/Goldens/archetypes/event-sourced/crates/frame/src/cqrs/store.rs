use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

use crate::cqrs::VersionRegistry;
use crate::database::{on_connection, on_pool};
use crate::{Database, Error, Result, Transaction};

/// The changes of all aggregates, in SQLite or PostgreSQL.
///
/// Appends go one after the other, so that positions become visible in their order: whoever read up
/// to a position has missed nothing before it.
#[derive(Debug, Clone)]
pub struct EventStore {
    database: Database,
    versions: VersionRegistry,
}

/// A change to be appended.
#[derive(Debug, Clone, PartialEq)]
pub struct NewChange {
    /// What kind of change it is, as `Created`.
    pub kind: String,
    /// What it says, in the latest form.
    pub payload: Value,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// A change as it was stored, its payload in the latest form.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredChange {
    /// Where it stands among the changes of all aggregates.
    pub position: i64,
    /// What it is a change of, as `order`.
    pub aggregate: String,
    /// Which one.
    pub id: Uuid,
    /// The version that the aggregate has after it.
    pub version: i64,
    /// What kind of change it is.
    pub kind: String,
    /// What it says.
    pub payload: Value,
    /// When it happened.
    pub at: DateTime<Utc>,
}

#[derive(FromRow)]
struct Row {
    position: i64,
    aggregate: String,
    id: Uuid,
    version: i64,
    kind: String,
    form: i64,
    payload: String,
    occurred_at: i64,
}

const COLUMNS: &str = "position, aggregate, id, version, kind, form, payload, occurred_at";

impl EventStore {
    /// A store over a database that has the kit's tables.
    #[must_use]
    pub fn new(database: Database, versions: VersionRegistry) -> Self {
        Self { database, versions }
    }

    /// The database it is in.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Appends changes to an aggregate that has the expected version, 0 for one that is new; gives the
    /// version it has then.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] when the aggregate has another version.
    pub async fn append(
        &self,
        tx: &mut Transaction,
        aggregate: &str,
        id: Uuid,
        expected: i64,
        changes: &[NewChange],
    ) -> Result<i64> {
        if let crate::Connection::Postgres(c) = tx.connection() {
            // Held until the end of the transaction. SQLite has one writer anyway.
            let lock =
                "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.frame_changes'))";
            sqlx::query(lock).execute(c).await?;
        }
        if version(tx, aggregate, id).await? != expected {
            return Err(Error::PreconditionFailed);
        }
        let mut next = expected;
        for change in changes {
            next += 1;
            self.insert(tx, aggregate, id, next, change).await?;
        }
        Ok(next)
    }

    async fn insert(
        &self,
        tx: &mut Transaction,
        aggregate: &str,
        id: Uuid,
        version: i64,
        change: &NewChange,
    ) -> Result<()> {
        let insert = "INSERT INTO frame_changes \
                      (aggregate, id, version, kind, form, payload, occurred_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let form = self.versions.latest(aggregate, &change.kind);
        on_connection!(tx.connection(), c => {
            let insert = sqlx::query(insert).bind(aggregate).bind(id).bind(version);
            let insert = insert.bind(&change.kind).bind(form).bind(change.payload.to_string());
            insert.bind(change.at.timestamp_micros()).execute(c).await?;
        });
        Ok(())
    }

    /// The changes of one aggregate behind a version, in their order.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a form that the registry does not know.
    pub async fn changes(
        &self,
        aggregate: &str,
        id: Uuid,
        after: i64,
    ) -> Result<Vec<StoredChange>> {
        let select = format!(
            "SELECT {COLUMNS} FROM frame_changes \
             WHERE aggregate = $1 AND id = $2 AND version > $3 ORDER BY version"
        );
        let select = sqlx::AssertSqlSafe(select);
        let rows: Vec<Row> = on_pool!(&self.database, pool => {
            let select = sqlx::query_as(select).bind(aggregate).bind(id).bind(after);
            select.fetch_all(pool).await?
        });
        rows.into_iter().map(|row| self.read(row)).collect()
    }

    /// The changes of all aggregates behind a position, in their order.
    ///
    /// # Errors
    /// As [`Self::changes`].
    pub async fn all(&self, after: i64, limit: i64) -> Result<Vec<StoredChange>> {
        let mut tx = self.database.begin().await?;
        self.all_in(&mut tx, after, limit).await
    }

    /// As [`Self::all`], in a transaction.
    pub(super) async fn all_in(
        &self,
        tx: &mut Transaction,
        after: i64,
        limit: i64,
    ) -> Result<Vec<StoredChange>> {
        let select = format!(
            "SELECT {COLUMNS} FROM frame_changes WHERE position > $1 ORDER BY position LIMIT $2"
        );
        let select = sqlx::AssertSqlSafe(select);
        let rows: Vec<Row> = on_connection!(tx.connection(), c => {
            sqlx::query_as(select).bind(after).bind(limit).fetch_all(c).await?
        });
        rows.into_iter().map(|row| self.read(row)).collect()
    }

    /// The position of the last change, 0 when there is none.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn head(&self) -> Result<i64> {
        let select = "SELECT COALESCE(MAX(position), 0) FROM frame_changes";
        Ok(on_pool!(&self.database, pool => {
            sqlx::query_scalar(select).fetch_one(pool).await?
        }))
    }

    fn read(&self, row: Row) -> Result<StoredChange> {
        let malformed = |error| Error::Malformed(format!("change {}: {error}", row.position));
        let payload = serde_json::from_str(&row.payload).map_err(malformed)?;
        let versions = &self.versions;
        let payload = versions.upcast(&row.aggregate, &row.kind, row.form, payload)?;
        Ok(StoredChange {
            position: row.position,
            aggregate: row.aggregate,
            id: row.id,
            version: row.version,
            kind: row.kind,
            payload,
            at: DateTime::from_timestamp_micros(row.occurred_at).unwrap_or_default(),
        })
    }
}

async fn version(tx: &mut Transaction, aggregate: &str, id: Uuid) -> Result<i64> {
    let select = "SELECT COALESCE(MAX(version), 0) FROM frame_changes \
                  WHERE aggregate = $1 AND id = $2";
    Ok(on_connection!(tx.connection(), c => {
        sqlx::query_scalar(select).bind(aggregate).bind(id).fetch_one(c).await?
    }))
}
