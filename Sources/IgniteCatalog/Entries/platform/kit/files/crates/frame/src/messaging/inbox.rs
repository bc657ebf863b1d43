use std::time::Duration;

use uuid::Uuid;

use crate::clock::{ms, now_ms};
use crate::{Connection, Database, Result, Transaction};

/// Notes inside a transaction that a group handles a message; `false` when it has done so before.
///
/// # Errors
/// What the database answers.
pub async fn first_time(tx: &mut Transaction, group: &str, message: Uuid) -> Result<bool> {
    let insert = "INSERT INTO frame_inbox (consumer_group, message_id, handled_at) \
                  VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let rows = match tx.connection() {
        Connection::Sqlite(c) => {
            let insert = sqlx::query(insert).bind(group).bind(message).bind(now_ms());
            insert.execute(c).await?.rows_affected()
        }
        Connection::Postgres(c) => {
            let insert = sqlx::query(insert).bind(group).bind(message).bind(now_ms());
            insert.execute(c).await?.rows_affected()
        }
    };
    Ok(rows == 1)
}

/// Forgets messages handled longer ago than `age`; returns how many.
///
/// # Errors
/// What the database answers.
pub async fn purge_inbox(database: &Database, age: Duration) -> Result<u64> {
    let delete = "DELETE FROM frame_inbox WHERE handled_at < $1";
    let before = now_ms() - ms(age);
    Ok(match database {
        Database::Sqlite(pool) => {
            let delete = sqlx::query(delete).bind(before);
            delete.execute(pool).await?.rows_affected()
        }
        Database::Postgres(pool) => {
            let delete = sqlx::query(delete).bind(before);
            delete.execute(pool).await?.rows_affected()
        }
    })
}
