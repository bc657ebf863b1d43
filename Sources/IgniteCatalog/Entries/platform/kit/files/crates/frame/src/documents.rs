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

use axum::extract::State;
use axum::{Json, Router, routing};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::FromRow;

use crate::clock::now_ms;
use crate::database::{on_connection, on_pool, upsert};
use crate::http::{Path, Query};
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
    let insert = "INSERT INTO frame_documents (collection, id, body, updated_at) \
                  VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let update = "UPDATE frame_documents SET body = $3, updated_at = $4 \
                  WHERE collection = $1 AND id = $2";
    let (body, now) = (body.to_string(), now_ms());
    upsert!(
        tx.connection(),
        insert,
        update,
        [collection, id, &body, now]
    );
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

/// The routes under `/operations` that show the documents.
pub fn routes(database: Database) -> Router {
    Router::new()
        .route("/operations/documents/{collection}", routing::get(show_all))
        .route(
            "/operations/documents/{collection}/{id}",
            routing::get(show),
        )
        .with_state(database)
}

#[derive(Deserialize)]
struct Part {
    after: Option<String>,
    limit: Option<u32>,
}

async fn show_all(
    State(database): State<Database>,
    Path(collection): Path<String>,
    Query(part): Query<Part>,
) -> Result<Json<Vec<Document>>> {
    let limit = part.limit.unwrap_or(100).min(1_000);
    let documents = list(&database, &collection, part.after.as_deref(), limit);
    Ok(Json(documents.await?))
}

async fn show(
    State(database): State<Database>,
    Path((collection, id)): Path<(String, String)>,
) -> Result<Json<Document>> {
    let document = get(&database, &collection, &id).await?;
    let document = document.ok_or_else(|| Error::NotFound(format!("{collection} {id}")))?;
    Ok(Json(document))
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

    #[tokio::test]
    async fn documents_are_shown() {
        let database = testing::sqlite(None).await.unwrap();
        let mut tx = database.begin().await.unwrap();
        put(&mut tx, "book", "a", &json!({ "n": 1 })).await.unwrap();
        tx.commit().await.unwrap();
        let state = || State((*database).clone());
        let part = |after| {
            Query(Part {
                after,
                limit: Some(1),
            })
        };
        let of = || Path("book".to_owned());
        let Json(all) = show_all(state(), of(), part(None)).await.unwrap();
        let one = Path(("book".to_owned(), "a".to_owned()));
        let Json(one) = show(state(), one).await.unwrap();
        assert_eq!(all, [one]);
        let after = part(Some("a".to_owned()));
        let Json(rest) = show_all(state(), of(), after).await.unwrap();
        assert!(rest.is_empty());
        let none = Path(("book".to_owned(), "b".to_owned()));
        assert!(matches!(show(state(), none).await, Err(Error::NotFound(_))));
    }
}
