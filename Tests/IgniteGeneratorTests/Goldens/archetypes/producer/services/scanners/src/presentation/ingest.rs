//! Taking events in over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::Router;
use frame::http::{Json, Problem};
use frame::intake::{Intake, IntakeError};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::application::incoming::Incoming;

/// Where events are taken in.
pub const PATH: &str = "/ingest";

/// What was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accepted {
    /// The ids of the events, in the order in which they came.
    pub ids: Vec<Uuid>,
}

/// The description of the route.
#[derive(OpenApi)]
#[openapi(paths(ingest))]
pub struct Description;

/// The route that takes events in.
pub fn routes(intake: Intake) -> Router {
    Router::new().route(PATH, post(ingest)).with_state(intake)
}

/// Takes events in; answers when they are safe, all of them or none.
#[utoipa::path(
    post,
    path = "/ingest",
    request_body = Vec<Incoming>,
    responses(
        (status = 202, description = "They are safe", body = Accepted),
        (status = 422, description = "One of them is not an event", body = Problem),
        (status = 429, description = "Too many wait, come back later", body = Problem),
        (status = 503, description = "They cannot be stored now, come back later", body = Problem),
    )
)]
async fn ingest(
    State(intake): State<Intake>,
    Json(events): Json<Vec<Incoming>>,
) -> Result<(StatusCode, Json<Accepted>), IntakeError> {
    let mut envelopes = Vec::with_capacity(events.len());
    for event in &events {
        envelopes.push(event.envelope()?);
    }
    let ids = envelopes.iter().map(|envelope| envelope.id).collect();
    intake.send(envelopes).await?;
    Ok((StatusCode::ACCEPTED, Json(Accepted { ids })))
}
