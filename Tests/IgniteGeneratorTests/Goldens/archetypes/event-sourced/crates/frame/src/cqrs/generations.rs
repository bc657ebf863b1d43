use sqlx::FromRow;

use crate::database::{on_connection, on_pool};
use crate::{Connection, Database, Result, Transaction};

/// How far one generation of a projection is; two stand side by side while it is rebuilt.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Generation {
    pub generation: i64,
    pub position: i64,
    pub is_live: bool,
}

const SELECT: &str = "SELECT generation, position, is_live FROM frame_projections \
                      WHERE name = $1 ORDER BY generation";

/// Makes the first generation of a projection that has none.
pub(super) async fn ensure(database: &Database, name: &str) -> Result<()> {
    let insert = "INSERT INTO frame_projections (name, generation, position, is_live) \
                  SELECT $1, 1, 0, TRUE \
                  WHERE NOT EXISTS (SELECT 1 FROM frame_projections WHERE name = $1) \
                  ON CONFLICT DO NOTHING";
    on_pool!(database, pool => {
        sqlx::query(insert).bind(name).execute(pool).await?;
    });
    Ok(())
}

/// The generations, the live one first.
pub(super) async fn read(database: &Database, name: &str) -> Result<Vec<Generation>> {
    Ok(on_pool!(database, pool => sqlx::query_as(SELECT).bind(name).fetch_all(pool).await?))
}

/// The generations, which nobody else moves until the end of the transaction.
pub(super) async fn lock(tx: &mut Transaction, name: &str) -> Result<Vec<Generation>> {
    Ok(match tx.connection() {
        Connection::Sqlite(c) => sqlx::query_as(SELECT).bind(name).fetch_all(c).await?,
        Connection::Postgres(c) => {
            let select = sqlx::AssertSqlSafe(format!("{SELECT} FOR UPDATE"));
            sqlx::query_as(select).bind(name).fetch_all(c).await?
        }
    })
}

pub(super) async fn move_to(
    tx: &mut Transaction,
    name: &str,
    generation: i64,
    position: i64,
) -> Result<()> {
    let update = "UPDATE frame_projections SET position = $3 WHERE name = $1 AND generation = $2";
    on_connection!(tx.connection(), c => {
        let update = sqlx::query(update).bind(name).bind(generation);
        update.bind(position).execute(c).await?;
    });
    Ok(())
}

/// Begins a generation behind the live one.
pub(super) async fn begin(tx: &mut Transaction, name: &str, generation: i64) -> Result<()> {
    let insert = "INSERT INTO frame_projections (name, generation, position, is_live) \
                  VALUES ($1, $2, 0, FALSE)";
    on_connection!(tx.connection(), c => {
        sqlx::query(insert).bind(name).bind(generation).execute(c).await?;
    });
    Ok(())
}

/// Gives a generation up, with its documents.
pub(super) async fn drop(tx: &mut Transaction, name: &str, generation: i64) -> Result<()> {
    for delete in [
        "DELETE FROM frame_projections WHERE name = $1 AND generation = $2",
        "DELETE FROM frame_views WHERE projection = $1 AND generation = $2",
    ] {
        on_connection!(tx.connection(), c => {
            sqlx::query(delete).bind(name).bind(generation).execute(c).await?;
        });
    }
    Ok(())
}

pub(super) async fn go_live(tx: &mut Transaction, name: &str, generation: i64) -> Result<()> {
    let update = "UPDATE frame_projections SET is_live = TRUE WHERE name = $1 AND generation = $2";
    on_connection!(tx.connection(), c => {
        sqlx::query(update).bind(name).bind(generation).execute(c).await?;
    });
    Ok(())
}
