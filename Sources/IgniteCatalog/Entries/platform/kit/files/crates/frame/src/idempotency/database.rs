use async_trait::async_trait;
use sqlx::FromRow;

use super::{Begin, Claim, IdempotencyStore, StoredResponse, from_json, to_json};
use crate::clock::{ms, now_ms};
use crate::database::on_pool;
use crate::{Database, Result};

/// Keeps responses in the service's database.
#[derive(Debug, Clone)]
pub struct DatabaseStore {
    database: Database,
}

#[derive(FromRow)]
struct Record {
    fingerprint: Vec<u8>,
    response: Option<String>,
}

impl DatabaseStore {
    /// A store in this database, which has the kit's tables.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Writes the record if there is none, or only one that crashed or is past its time.
    async fn insert(&self, claim: &Claim) -> Result<bool> {
        let insert = "
            INSERT INTO frame_idempotency
                (scope, idempotency_key, fingerprint, attempt, lease_until, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING";
        let update = "
            UPDATE frame_idempotency SET
                fingerprint = $3, attempt = $4, lease_until = $5, expires_at = $6, response = NULL
            WHERE scope = $1 AND idempotency_key = $2
              AND (expires_at <= $7
                   OR (response IS NULL AND lease_until <= $7 AND fingerprint = $3))";
        let now = now_ms();
        let (lease_until, expires_at) = (now + ms(claim.lease), now + ms(claim.ttl));
        let rows = on_pool!(&self.database, pool => {
            let insert = sqlx::query(insert).bind(&claim.scope).bind(&claim.key);
            let insert = insert.bind(&claim.fingerprint).bind(claim.attempt);
            let insert = insert.bind(lease_until).bind(expires_at).execute(pool);
            if insert.await?.rows_affected() == 1 {
                return Ok(true);
            }
            let update = sqlx::query(update).bind(&claim.scope).bind(&claim.key);
            let update = update.bind(&claim.fingerprint).bind(claim.attempt);
            let update = update.bind(lease_until).bind(expires_at).bind(now);
            update.execute(pool).await?.rows_affected()
        });
        Ok(rows == 1)
    }

    async fn find(&self, claim: &Claim) -> Result<Option<Record>> {
        let select = "SELECT fingerprint, response FROM frame_idempotency \
                      WHERE scope = $1 AND idempotency_key = $2";
        Ok(match &self.database {
            Database::Sqlite(pool) => {
                let select = sqlx::query_as(select).bind(&claim.scope).bind(&claim.key);
                select.fetch_optional(pool).await?
            }
            Database::Postgres(pool) => {
                let select = sqlx::query_as(select).bind(&claim.scope).bind(&claim.key);
                select.fetch_optional(pool).await?
            }
        })
    }
}

#[async_trait]
impl IdempotencyStore for DatabaseStore {
    async fn begin(&self, claim: &Claim) -> Result<Begin> {
        if self.insert(claim).await? {
            return Ok(Begin::Started);
        }
        Ok(match self.find(claim).await? {
            Some(record) if record.fingerprint != claim.fingerprint => Begin::Mismatch,
            Some(Record {
                response: Some(response),
                ..
            }) => Begin::Done(from_json(&response)?),
            // Gone between the two statements: it was abandoned, and the caller asks again.
            Some(_) | None => Begin::InProgress,
        })
    }

    async fn complete(&self, claim: &Claim, response: &StoredResponse) -> Result<()> {
        let update = "UPDATE frame_idempotency SET response = $1 \
                      WHERE scope = $2 AND idempotency_key = $3 AND attempt = $4";
        let response = to_json(response)?;
        match &self.database {
            Database::Sqlite(pool) => {
                let update = sqlx::query(update).bind(response).bind(&claim.scope);
                let update = update.bind(&claim.key).bind(claim.attempt);
                update.execute(pool).await?;
            }
            Database::Postgres(pool) => {
                let update = sqlx::query(update).bind(response).bind(&claim.scope);
                let update = update.bind(&claim.key).bind(claim.attempt);
                update.execute(pool).await?;
            }
        }
        Ok(())
    }

    async fn abandon(&self, claim: &Claim) -> Result<()> {
        let delete = "DELETE FROM frame_idempotency WHERE scope = $1 AND idempotency_key = $2 \
                      AND attempt = $3 AND response IS NULL";
        let (scope, key) = (&claim.scope, &claim.key);
        match &self.database {
            Database::Sqlite(pool) => {
                let delete = sqlx::query(delete).bind(scope).bind(key);
                delete.bind(claim.attempt).execute(pool).await?;
            }
            Database::Postgres(pool) => {
                let delete = sqlx::query(delete).bind(scope).bind(key);
                delete.bind(claim.attempt).execute(pool).await?;
            }
        }
        Ok(())
    }

    async fn purge(&self) -> Result<u64> {
        let delete = "DELETE FROM frame_idempotency WHERE expires_at <= $1";
        Ok(match &self.database {
            Database::Sqlite(pool) => {
                let delete = sqlx::query(delete).bind(now_ms());
                delete.execute(pool).await?.rows_affected()
            }
            Database::Postgres(pool) => {
                let delete = sqlx::query(delete).bind(now_ms());
                delete.execute(pool).await?.rows_affected()
            }
        })
    }
}
