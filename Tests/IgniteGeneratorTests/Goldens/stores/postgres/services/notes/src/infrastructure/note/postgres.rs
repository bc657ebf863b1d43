//! `Note` in PostgreSQL.

use sqlx::query::Query;
use sqlx::types::Json;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{PgConnection, PgExecutor, Postgres, QueryBuilder, Row};
use uuid::Uuid;

use crate::application::note::NoteFilter;
use crate::domain::note::{Note, NoteFields};

const SELECT: &str = concat!(
    "SELECT id, version, created_at, updated_at",
    ", title",
    ", body",
    ", tags",
    ", pinned",
    " FROM notes ",
);

const INSERT: &str = concat!(
    "INSERT INTO notes (id, version, created_at, updated_at",
    ", title",
    ", body",
    ", tags",
    ", pinned",
    ") VALUES ($1, $2, $3, $4",
    ", $5",
    ", $6",
    ", $7",
    ", $8",
    ")",
);

const UPDATE: &str = concat!(
    "UPDATE notes SET version = $2, created_at = $3, updated_at = $4",
    ", title = $5",
    ", body = $6",
    ", tags = $7",
    ", pinned = $8",
    " WHERE id = $1 AND version = $2 - 1",
);

const DELETE: &str = "DELETE FROM notes WHERE id = $1 AND version = $2";

pub async fn insert(connection: &mut PgConnection, note: &Note) -> sqlx::Result<()> {
    bind(sqlx::query(INSERT), note).execute(connection).await?;
    Ok(())
}

pub async fn find(executor: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<Option<Note>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
    query.push("WHERE id = ").push_bind(id);
    let row = query.build().fetch_optional(executor).await?;
    row.as_ref().map(read).transpose()
}

pub async fn list(
    executor: impl PgExecutor<'_>,
    filter: &NoteFilter,
    after: Option<Uuid>,
    limit: u32,
) -> sqlx::Result<Vec<Note>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
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

pub async fn update(connection: &mut PgConnection, note: &Note) -> sqlx::Result<bool> {
    let done = bind(sqlx::query(UPDATE), note).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete(connection: &mut PgConnection, note: &Note) -> sqlx::Result<bool> {
    let query = sqlx::query(DELETE).bind(note.id).bind(note.version);
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

fn bind<'q>(query: Query<'q, Postgres, PgArguments>, note: &'q Note) -> Query<'q, Postgres, PgArguments> {
    let fields = &note.fields;
    query
        .bind(note.id)
        .bind(note.version)
        .bind(note.created_at)
        .bind(note.updated_at)
        .bind(&fields.title)
        .bind(&fields.body)
        .bind(Json(&fields.tags))
        .bind(fields.pinned)
}

fn read(row: &PgRow) -> sqlx::Result<Note> {
    Ok(Note {
        id: row.try_get("id")?,
        fields: NoteFields {
            title: row.try_get("title")?,
            body: row.try_get("body")?,
            tags: row.try_get::<Json<_>, _>("tags")?.0,
            pinned: row.try_get("pinned")?,
        },
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
