//! Starting sagas over HTTP, and seeing how far they are.

use axum::Router;
use axum::extract::State;
use axum::http::header::{HeaderName, LOCATION};
use axum::http::StatusCode;
use axum::routing::{get, post};
use frame::Error;
use frame::http::{Json, Path, Problem};
use frame::saga::{SagaOrchestrator, SagaRecord};
use utoipa::OpenApi;
use uuid::Uuid;

use crate::saga::Input;

/// Where sagas are started.
pub const PATH: &str = "/api/sagas/place-order";

/// The description of the routes.
#[derive(OpenApi)]
#[openapi(paths(start, fetch))]
pub struct Description;

/// The routes that start sagas and show them.
pub fn routes(sagas: SagaOrchestrator) -> Router {
    Router::new()
        .route(PATH, post(start))
        .route(&format!("{PATH}/{{id}}"), get(fetch))
        .with_state(sagas)
}

/// Writes a saga down; whatever happens, it goes on until it is done or undone.
#[utoipa::path(
    post,
    path = "/api/sagas/place-order",
    tag = "sagas",
    operation_id = "start_saga",
    request_body = Input,
    responses(
        (status = 202, description = "It is written down", body = SagaRecord),
        (status = 422, description = "What the steps need is not there", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn start(
    State(sagas): State<SagaOrchestrator>,
    Json(input): Json<Input>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<SagaRecord>), Error> {
    let id = sagas.start(&input).await?;
    let location = [(LOCATION, format!("{PATH}/{id}"))];
    Ok((StatusCode::ACCEPTED, location, Json(sagas.find(id).await?)))
}

/// Tells how far a saga is, step by step.
#[utoipa::path(
    get,
    path = "/api/sagas/place-order/{id}",
    tag = "sagas",
    operation_id = "fetch_saga",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, description = "Where it is", body = SagaRecord),
        (status = 404, description = "Nothing has this id", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn fetch(
    State(sagas): State<SagaOrchestrator>,
    Path(id): Path<Uuid>,
) -> Result<Json<SagaRecord>, Error> {
    Ok(Json(sagas.find(id).await?))
}
