use std::time::Duration;

use uuid::Uuid;

use super::SagaRecord;
use crate::clock::now_ms;
use crate::database::{on_connection, on_pool};
use crate::{Database, Error, Result, Transaction};

/// A saga that this run leads until its lease ends.
pub(super) struct Held {
    pub record: SagaRecord,
    version: i64,
}

impl Held {
    fn read((record, version): (String, i64)) -> Result<Self> {
        let record = read(&record)?;
        Ok(Self { record, version })
    }
}

/// Takes the saga that has waited longest, of those that nobody leads.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE frame_sagas SET lease_ms = $1, version = version + 1 WHERE id = \
             (SELECT id FROM frame_sagas WHERE name = $2 AND state IN ('running', 'compensating') \
             AND due_ms <= $3 AND lease_ms <= $3 ORDER BY due_ms, id LIMIT 1",
            $lock,
            ") RETURNING record, version"
        )
    };
}

fn read(record: &str) -> Result<SagaRecord> {
    serde_json::from_str(record)
        .map_err(|error| Error::Internal(format!("a saga cannot be read: {error}")))
}

fn write(record: &SagaRecord) -> Result<String> {
    serde_json::to_string(record)
        .map_err(|error| Error::Internal(format!("a saga cannot be written: {error}")))
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}

pub(super) async fn insert(tx: &mut Transaction, name: &str, record: &SagaRecord) -> Result<()> {
    let insert = "INSERT INTO frame_sagas \
                  (id, name, state, record, version, due_ms, lease_ms, started_ms) \
                  VALUES ($1, $2, $3, $4, 1, $5, 0, $5)";
    let (text, state, now) = (write(record)?, record.state.text(), now_ms());
    on_connection!(tx.connection(), c => {
        let insert = sqlx::query(insert).bind(record.id).bind(name).bind(state);
        insert.bind(text).bind(now).execute(c).await?;
    });
    Ok(())
}

/// Takes the lead of a saga that is due and that nobody leads.
pub(super) async fn claim(
    database: &Database,
    name: &str,
    lease: Duration,
) -> Result<Option<Held>> {
    let now = now_ms();
    let until = now + millis(lease);
    let row: Option<(String, i64)> = match database {
        Database::Sqlite(pool) => {
            let claim = sqlx::query_as(claim!("")).bind(until).bind(name);
            claim.bind(now).fetch_optional(pool).await?
        }
        Database::Postgres(pool) => {
            let claim = sqlx::query_as(claim!(" FOR UPDATE SKIP LOCKED"));
            let claim = claim.bind(until).bind(name);
            claim.bind(now).fetch_optional(pool).await?
        }
    };
    row.map(Held::read).transpose()
}

/// Writes down where a saga is, due after a wait, and led for `lease` more unless that is nothing;
/// `false` when another run has taken the lead.
pub(super) async fn save(
    database: &Database,
    held: &mut Held,
    wait: Duration,
    lease: Duration,
) -> Result<bool> {
    let update = "UPDATE frame_sagas SET state = $1, record = $2, due_ms = $3, lease_ms = $4, \
                  version = version + 1 WHERE id = $5 AND version = $6";
    let (now, text) = (now_ms(), write(&held.record)?);
    let (due, lease) = (now + millis(wait), now + millis(lease));
    let (state, id) = (held.record.state.text(), held.record.id);
    let rows = on_pool!(database, pool => {
        let update = sqlx::query(update).bind(state).bind(text).bind(due).bind(lease);
        let update = update.bind(id).bind(held.version);
        update.execute(pool).await?.rows_affected()
    });
    held.version += 1;
    Ok(rows == 1)
}

/// Shows that this run is alive; `false` when another one has taken the lead.
pub(super) async fn renew(database: &Database, held: &Held, lease: Duration) -> Result<bool> {
    let update = "UPDATE frame_sagas SET lease_ms = $1 WHERE id = $2 AND version = $3";
    let until = now_ms() + millis(lease);
    let rows = on_pool!(database, pool => {
        let update = sqlx::query(update).bind(until).bind(held.record.id);
        update.bind(held.version).execute(pool).await?.rows_affected()
    });
    Ok(rows == 1)
}

/// A saga with the version it has, as nobody's.
pub(super) async fn find(database: &Database, name: &str, id: Uuid) -> Result<Option<Held>> {
    let select = "SELECT record, version FROM frame_sagas WHERE id = $1 AND name = $2";
    let row: Option<(String, i64)> = on_pool!(database, pool => {
        let select = sqlx::query_as(select).bind(id).bind(name);
        select.fetch_optional(pool).await?
    });
    row.map(Held::read).transpose()
}

/// The latest sagas, those in one state unless that is empty.
pub(super) async fn list(
    database: &Database,
    name: &str,
    state: &str,
    limit: i64,
) -> Result<Vec<SagaRecord>> {
    let select = "SELECT record FROM frame_sagas WHERE name = $1 AND ($2 = '' OR state = $2) \
                  ORDER BY started_ms DESC, id DESC LIMIT $3";
    let rows: Vec<String> = on_pool!(database, pool => {
        let select = sqlx::query_scalar(select).bind(name).bind(state).bind(limit);
        select.fetch_all(pool).await?
    });
    rows.iter().map(|text| read(text)).collect()
}

/// Forgets the sagas that ended before then, but those that an operator must look at.
pub(super) async fn purge(database: &Database, name: &str, before: i64) -> Result<u64> {
    let delete = "DELETE FROM frame_sagas WHERE name = $1 AND due_ms < $2 \
                  AND state IN ('completed', 'compensated')";
    Ok(on_pool!(database, pool => {
        sqlx::query(delete).bind(name).bind(before).execute(pool).await?.rows_affected()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saga::SagaState;
    use crate::{new_id, now, testing};

    fn record(state: SagaState) -> SagaRecord {
        SagaRecord {
            id: new_id(),
            state,
            input: serde_json::Value::Null,
            steps: Vec::new(),
            reason: None,
            traceparent: String::new(),
            started_at: now(),
            deadline: now(),
        }
    }

    async fn add(database: &Database, record: &SagaRecord) {
        let mut tx = database.begin().await.unwrap();
        insert(&mut tx, "s", record).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_lease_is_one_run_s_until_it_ends() {
        for database in testing::databases(None).await.unwrap() {
            let (long, short) = (Duration::from_secs(60), Duration::from_millis(1));
            let record = record(SagaState::Running);
            add(&database, &record).await;
            let mut first = claim(&database, "s", short).await.unwrap().unwrap();
            assert!(renew(&database, &first, long).await.unwrap());
            let again = claim(&database, "s", long).await.unwrap();
            assert!(again.is_none(), "{}", database.name);
            assert!(renew(&database, &first, short).await.unwrap());
            tokio::time::sleep(Duration::from_millis(20)).await;
            let mut other = claim(&database, "s", long).await.unwrap().unwrap();
            assert!(!renew(&database, &first, long).await.unwrap());
            assert!(!save(&database, &mut first, long, long).await.unwrap());
            assert!(save(&database, &mut other, long, long).await.unwrap());
        }
    }

    #[tokio::test]
    async fn what_ended_long_ago_is_forgotten_unless_it_is_parked() {
        for database in testing::databases(None).await.unwrap() {
            for state in [
                SagaState::Running,
                SagaState::Completed,
                SagaState::Compensated,
                SagaState::Parked,
            ] {
                add(&database, &record(state)).await;
            }
            assert_eq!(purge(&database, "s", now_ms() - 1_000).await.unwrap(), 0);
            assert_eq!(purge(&database, "s", now_ms() + 1_000).await.unwrap(), 2);
            assert_eq!(list(&database, "s", "", 10).await.unwrap().len(), 2);
        }
    }
}
