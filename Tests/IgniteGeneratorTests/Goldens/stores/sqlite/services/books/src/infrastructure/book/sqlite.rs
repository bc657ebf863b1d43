//! `Book` in SQLite.

use sqlx::query::Query;
use sqlx::types::Json;
use sqlx::types::Text;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Sqlite, SqliteConnection, SqliteExecutor, QueryBuilder, Row};
use uuid::Uuid;

use crate::application::book::BookFilter;
use crate::domain::book::{Book, BookFields};

const SELECT: &str = concat!(
    "SELECT id, version, created_at, updated_at",
    ", title",
    ", price",
    ", tags",
    " FROM books ",
);

const INSERT: &str = concat!(
    "INSERT INTO books (id, version, created_at, updated_at",
    ", title",
    ", price",
    ", tags",
    ") VALUES ($1, $2, $3, $4",
    ", $5",
    ", $6",
    ", $7",
    ")",
);

const UPDATE: &str = concat!(
    "UPDATE books SET version = $2, created_at = $3, updated_at = $4",
    ", title = $5",
    ", price = $6",
    ", tags = $7",
    " WHERE id = $1 AND version = $2 - 1",
);

const DELETE: &str = "DELETE FROM books WHERE id = $1 AND version = $2";

pub async fn insert(connection: &mut SqliteConnection, book: &Book) -> sqlx::Result<()> {
    bind(sqlx::query(INSERT), book).execute(connection).await?;
    Ok(())
}

pub async fn find(executor: impl SqliteExecutor<'_>, id: Uuid) -> sqlx::Result<Option<Book>> {
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query.push("WHERE id = ").push_bind(id);
    let row = query.build().fetch_optional(executor).await?;
    row.as_ref().map(read).transpose()
}

pub async fn find_many(executor: impl SqliteExecutor<'_>, ids: &[Uuid]) -> sqlx::Result<Vec<Book>> {
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query.push("WHERE id IN (");
    let mut listed = query.separated(", ");
    for id in ids {
        listed.push_bind(*id);
    }
    query.push(") ORDER BY id");
    let rows = query.build().fetch_all(executor).await?;
    rows.iter().map(read).collect()
}

pub async fn list(
    executor: impl SqliteExecutor<'_>,
    filter: &BookFilter,
    after: Option<Uuid>,
    limit: u32,
) -> sqlx::Result<Vec<Book>> {
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query.push("WHERE TRUE");
    if let Some(after) = after {
        query.push(" AND id > ").push_bind(after);
    }
    if let Some(value) = &filter.title {
        query.push(" AND title = ").push_bind(value.clone());
    }
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(limit));
    let rows = query.build().fetch_all(executor).await?;
    rows.iter().map(read).collect()
}

pub async fn update(connection: &mut SqliteConnection, book: &Book) -> sqlx::Result<bool> {
    let done = bind(sqlx::query(UPDATE), book).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete(connection: &mut SqliteConnection, book: &Book) -> sqlx::Result<bool> {
    let query = sqlx::query(DELETE).bind(book.id).bind(book.version);
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

fn bind<'q>(query: Query<'q, Sqlite, SqliteArguments>, book: &'q Book) -> Query<'q, Sqlite, SqliteArguments> {
    let fields = &book.fields;
    query
        .bind(book.id)
        .bind(book.version)
        .bind(book.created_at)
        .bind(book.updated_at)
        .bind(&fields.title)
        .bind(Text(fields.price))
        .bind(Json(&fields.tags))
}

fn read(row: &SqliteRow) -> sqlx::Result<Book> {
    Ok(Book {
        id: row.try_get("id")?,
        fields: BookFields {
            title: row.try_get("title")?,
            price: row.try_get::<Text<_>, _>("price")?.0,
            tags: row.try_get::<Json<_>, _>("tags")?.0,
        },
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
