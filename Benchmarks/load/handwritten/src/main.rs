//! The routes of the generated service that are measured, written by hand over the same tables with
//! nothing around them: no limits, request ids, traces, logs, metrics, CORS, gzip or problem details.

use std::error::Error;
use std::str::FromStr;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{FromRow, PgPool, SqlitePool, postgres::PgPoolOptions};
use uuid::Uuid;

const SELECT: &str =
    "SELECT id, version, created_at, updated_at, title, body, score FROM notes WHERE id = $1";
const LIST: &str = "SELECT id, version, created_at, updated_at, title, body, score FROM notes ORDER BY id LIMIT $1";
const INSERT: &str = "INSERT INTO notes (id, version, created_at, updated_at, title, body, score) VALUES ($1, $2, $3, $4, $5, $6, $7)";

#[derive(Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

#[derive(Deserialize)]
struct Fields {
    title: String,
    body: String,
    score: i64,
}

#[derive(Serialize, FromRow)]
struct Note {
    id: Uuid,
    title: String,
    body: String,
    score: i64,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Paging {
    limit: Option<i64>,
}

#[derive(Serialize)]
struct Page {
    items: Vec<Note>,
}

fn tagged(note: Note) -> Response {
    (
        [(header::ETAG, format!("\"{}\"", note.version))],
        Json(note),
    )
        .into_response()
}

fn failed(error: sqlx::Error) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn fetch(State(pool): State<Pool>, Path(id): Path<Uuid>) -> Result<Response, StatusCode> {
    let found: Option<Note> = match &pool {
        Pool::Sqlite(pool) => sqlx::query_as(SELECT).bind(id).fetch_optional(pool).await,
        Pool::Postgres(pool) => sqlx::query_as(SELECT).bind(id).fetch_optional(pool).await,
    }
    .map_err(failed)?;
    found.map(tagged).ok_or(StatusCode::NOT_FOUND)
}

async fn list(
    State(pool): State<Pool>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page>, StatusCode> {
    let limit = paging.limit.unwrap_or(20).clamp(1, 100);
    let items = match &pool {
        Pool::Sqlite(pool) => sqlx::query_as(LIST).bind(limit).fetch_all(pool).await,
        Pool::Postgres(pool) => sqlx::query_as(LIST).bind(limit).fetch_all(pool).await,
    }
    .map_err(failed)?;
    Ok(Json(Page { items }))
}

async fn create(
    State(pool): State<Pool>,
    Json(fields): Json<Fields>,
) -> Result<Response, StatusCode> {
    let now = Utc::now().trunc_subsecs(6);
    let note = Note {
        id: Uuid::now_v7(),
        title: fields.title,
        body: fields.body,
        score: fields.score,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    macro_rules! insert {
        ($pool:expr, $begin:expr) => {{
            let mut transaction = $begin;
            sqlx::query(INSERT)
                .bind(note.id)
                .bind(note.version)
                .bind(note.created_at)
                .bind(note.updated_at)
                .bind(&note.title)
                .bind(&note.body)
                .bind(note.score)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            transaction.commit().await.map_err(failed)?;
        }};
    }
    match &pool {
        Pool::Sqlite(pool) => insert!(
            pool,
            pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?
        ),
        Pool::Postgres(pool) => insert!(pool, pool.begin().await.map_err(failed)?),
    }
    Ok((StatusCode::CREATED, tagged(note)).into_response())
}

/// Opens the database that the generated service has made, with the same settings.
async fn open(url: &str, connections: u32) -> Result<Pool, sqlx::Error> {
    if url.starts_with("postgres") {
        let options = PgPoolOptions::new().max_connections(connections);
        return Ok(Pool::Postgres(options.connect(url).await?));
    }
    let options = SqliteConnectOptions::from_str(url)?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true);
    let pool = SqlitePoolOptions::new().max_connections(connections);
    Ok(Pool::Sqlite(pool.connect_with(options).await?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::var("DATABASE_URL")?;
    let connections = std::env::var("DATABASE_MAX_CONNECTIONS")?.parse()?;
    let routes = Router::new()
        .route("/api/notes", get(list).post(create))
        .route("/api/notes/{id}", get(fetch))
        .with_state(open(&url, connections).await?);
    let listener =
        tokio::net::TcpListener::bind(("127.0.0.1", std::env::var("PORT")?.parse()?)).await?;
    axum::serve(listener, routes).await?;
    Ok(())
}
