use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};

use crate::Result;
use crate::cqrs::{ProjectionRegistry, ProjectionState};
use crate::http::Path;

/// The routes that show how far the projections are, and rebuild one: for
/// [`crate::App::operations`].
pub fn operations(projections: ProjectionRegistry) -> Router {
    Router::new()
        .route("/operations/projections", get(states))
        .route("/operations/projections/{name}/rebuild", post(rebuild))
        .with_state(projections)
}

async fn states(
    State(projections): State<ProjectionRegistry>,
) -> Result<Json<Vec<ProjectionState>>> {
    Ok(Json(projections.states().await?))
}

async fn rebuild(
    State(projections): State<ProjectionRegistry>,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    projections.rebuild(&name).await?;
    tracing::info!(projection = name, "a projection is made anew");
    Ok(StatusCode::ACCEPTED)
}
