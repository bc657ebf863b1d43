use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Deserialize;
use uuid::Uuid;

use super::{SagaOrchestrator, SagaRecord, SagaState};
use crate::Result;
use crate::http::{Json, Path, Query};

/// The routes that show operators the sagas, and retry those that are parked.
pub fn operations(orchestrator: SagaOrchestrator) -> Router {
    Router::new()
        .route("/operations/sagas", get(list))
        .route("/operations/sagas/{id}", get(fetch))
        .route("/operations/sagas/{id}/retry", post(retry))
        .with_state(orchestrator)
}

#[derive(Debug, Deserialize)]
struct Filter {
    state: Option<SagaState>,
    limit: Option<u32>,
}

async fn list(
    State(orchestrator): State<SagaOrchestrator>,
    Query(filter): Query<Filter>,
) -> Result<Json<Vec<SagaRecord>>> {
    let limit = filter.limit.unwrap_or(100).clamp(1, 1_000);
    Ok(Json(orchestrator.list(filter.state, limit).await?))
}

async fn fetch(
    State(orchestrator): State<SagaOrchestrator>,
    Path(id): Path<Uuid>,
) -> Result<Json<SagaRecord>> {
    Ok(Json(orchestrator.find(id).await?))
}

async fn retry(
    State(orchestrator): State<SagaOrchestrator>,
    Path(id): Path<Uuid>,
) -> Result<(StatusCode, Json<SagaRecord>)> {
    let record = orchestrator.retry(id).await?;
    tracing::info!(%id, "a parked saga is undone again");
    Ok((StatusCode::ACCEPTED, Json(record)))
}
