//! JSON documents in the service's database: what a service keeps of that which others tell it.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use frame::{Database, documents};
//! use serde_json::json;
//!
//! let database = Database::memory().await?;
//! database.migrate_frame().await?;
//! let mut tx = database.begin().await?;
//! documents::put(&mut tx, "book", "b1", &json!({ "title": "Dune" })).await?;
//! tx.commit().await?;
//! let book = documents::get(&database, "book", "b1").await?;
//! assert_eq!(book.map(|book| book.body), Some(json!({ "title": "Dune" })));
//! # Ok::<(), frame::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::FromRow;

use crate::clock::now_ms;
use crate::database::{on_connection, on_pool};
use crate::{Database, Error, Result, Transaction};

/// A document as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Its id within the collection.
    pub id: String,
    /// What it holds.
    pub body: Value,
    /// When it was stored last.
    pub updated_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    body: String,
    updated_at: i64,
}

impl TryFrom<Row> for Document {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let body = serde_json::from_str(&row.body)
            .map_err(|error| Error::Internal(format!("the document {}: {error}", row.id)))?;
        Ok(Self {
            id: row.id,
            body,
            updated_at: DateTime::from_timestamp_millis(row.updated_at).unwrap_or_default(),
        })
    }
}

/// Stores a document, in place of the one that was there.
///
/// # Errors
/// What the database answers.
pub async fn put(tx: &mut Transaction, collection: &str, id: &str, body: &Value) -> Result<()> {
    let upsert = "INSERT INTO frame_documents (collection, id, body, updated_at) \
                  VALUES ($1, $2, $3, $4) ON CONFLICT (collection, id) \
                  DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at";
    let body = body.to_string();
    on_connection!(tx.connection(), c => {
        let upsert = sqlx::query(upsert).bind(collection).bind(id);
        upsert.bind(body).bind(now_ms()).execute(c).await?;
    });
    Ok(())
}

/// Removes a document; `false` when there was none.
///
/// # Errors
/// What the database answers.
pub async fn remove(tx: &mut Transaction, collection: &str, id: &str) -> Result<bool> {
    let delete = "DELETE FROM frame_documents WHERE collection = $1 AND id = $2";
    let rows = on_connection!(tx.connection(), c => {
        let delete = sqlx::query(delete).bind(collection).bind(id);
        delete.execute(c).await?.rows_affected()
    });
    Ok(rows == 1)
}

/// A document, if it is there.
///
/// # Errors
/// What the database answers.
pub async fn get(database: &Database, collection: &str, id: &str) -> Result<Option<Document>> {
    let select = "SELECT id, body, updated_at FROM frame_documents \
                  WHERE collection = $1 AND id = $2";
    let row: Option<Row> = on_pool!(database, pool => {
        let select = sqlx::query_as(select).bind(collection).bind(id);
        select.fetch_optional(pool).await?
    });
    row.map(Document::try_from).transpose()
}

/// The documents of a collection by id, those after one of them if it is given.
///
/// # Errors
/// What the database answers.
pub async fn list(
    database: &Database,
    collection: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Document>> {
    let select = "SELECT id, body, updated_at FROM frame_documents \
                  WHERE collection = $1 AND id > $2 ORDER BY id LIMIT $3";
    let rows: Vec<Row> = on_pool!(database, pool => {
        let select = sqlx::query_as(select).bind(collection);
        let select = select.bind(after.unwrap_or_default()).bind(i64::from(limit));
        select.fetch_all(pool).await?
    });
    rows.into_iter().map(Document::try_from).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn documents_come_and_go() {
        for database in testing::databases(None).await.unwrap() {
            let mut tx = database.begin().await.unwrap();
            for id in ["b", "a", "c"] {
                put(&mut tx, "book", id, &json!({ "id": id }))
                    .await
                    .unwrap();
            }
            put(&mut tx, "book", "a", &json!([1])).await.unwrap();
            put(&mut tx, "other", "a", &json!(null)).await.unwrap();
            assert!(remove(&mut tx, "book", "c").await.unwrap());
            assert!(!remove(&mut tx, "book", "c").await.unwrap());
            tx.commit().await.unwrap();
            let books = list(&database, "book", None, 10).await.unwrap();
            let ids: Vec<_> = books.iter().map(|book| book.id.as_str()).collect();
            assert_eq!(ids, ["a", "b"], "{}", database.name);
            assert_eq!(books[0].body, json!([1]));
            let rest = list(&database, "book", Some("a"), 10).await.unwrap();
            assert_eq!(rest, books[1..]);
            assert_eq!(get(&database, "book", "c").await.unwrap(), None);
        }
    }
}
