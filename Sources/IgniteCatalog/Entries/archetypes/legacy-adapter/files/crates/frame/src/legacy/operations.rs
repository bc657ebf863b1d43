use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::adapter::{Adapter, Outcome};
use super::cursor::SyncState;
use super::quarantine::SetAside;
use crate::http::{Path, Query};
use crate::{Error, Result};

/// The most of what is set aside that one answer holds.
const MOST: u32 = 1_000;

impl Adapter {
    /// The routes that show operators what came over and what is set aside.
    pub fn operations(&self) -> Router {
        Router::new()
            .route("/operations/legacy", get(states))
            .route("/operations/legacy/sync", post(sync))
            .route("/operations/quarantine", get(list))
            .route("/operations/quarantine/retry", post(retry_all))
            .route("/operations/quarantine/{id}", delete(discard))
            .route("/operations/quarantine/{id}/retry", post(retry))
            .with_state(self.clone())
    }
}

#[derive(Deserialize)]
struct Part {
    kind: Option<String>,
    after: Option<Uuid>,
    limit: Option<u32>,
}

#[derive(Serialize)]
struct Retried {
    outcome: String,
}

#[derive(Default, Serialize)]
struct AllRetried {
    settled: u32,
    set_aside: u32,
}

async fn states(State(adapter): State<Adapter>) -> Result<Json<Vec<SyncState>>> {
    Ok(Json(adapter.inner.cursors.states().await?))
}

async fn sync(State(adapter): State<Adapter>) -> StatusCode {
    adapter.request();
    StatusCode::ACCEPTED
}

async fn list(
    State(adapter): State<Adapter>,
    Query(part): Query<Part>,
) -> Result<Json<Vec<SetAside>>> {
    let limit = part.limit.unwrap_or(100).min(MOST);
    let list = adapter.set_aside(part.kind.as_deref(), part.after, limit);
    Ok(Json(list.await?))
}

async fn retry(State(adapter): State<Adapter>, Path(id): Path<Uuid>) -> Result<Json<Retried>> {
    let outcome = adapter.retry(id).await?.to_string();
    tracing::info!(%id, outcome, "what was set aside was tried again");
    Ok(Json(Retried { outcome }))
}

/// Tries all of it again, as after a change of the translation.
async fn retry_all(State(adapter): State<Adapter>) -> Result<Json<AllRetried>> {
    let (mut retried, mut after) = (AllRetried::default(), None);
    loop {
        let part = adapter.set_aside(None, after, 100).await?;
        let Some(last) = part.last() else {
            return Ok(Json(retried));
        };
        after = Some(last.id);
        for row in part {
            match adapter.retry(row.id).await {
                Ok(Outcome::SetAside) | Err(Error::Conflict(_)) => retried.set_aside += 1,
                Ok(_) | Err(Error::NotFound(_)) => retried.settled += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

async fn discard(State(adapter): State<Adapter>, Path(id): Path<Uuid>) -> Result<StatusCode> {
    adapter.discard(id).await?;
    tracing::info!(%id, "what was set aside was discarded");
    Ok(StatusCode::NO_CONTENT)
}
