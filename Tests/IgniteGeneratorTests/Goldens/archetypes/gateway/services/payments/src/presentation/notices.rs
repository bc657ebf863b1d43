//! What external systems told, for those who heard the event and have its id.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use frame::http::{Json, Path, Problem};
use frame::{Database, Error, documents};
use serde_json::Value;
use utoipa::OpenApi;
use uuid::Uuid;

/// The description of the route.
#[derive(OpenApi)]
#[openapi(paths(fetch))]
pub struct Description;

/// The route that shows a notice.
pub fn routes(database: Database) -> Router {
    Router::new().route("/notices/{source}/{id}", get(fetch)).with_state(database)
}

/// Where the last notice of a source about each thing is kept.
#[must_use]
pub fn collection(source: &str) -> String {
    format!("notices/{source}")
}

/// The last notice about something.
#[utoipa::path(
    get,
    path = "/notices/{source}/{id}",
    params(
        ("source" = String, Path, description = "The name of the external system"),
        ("id" = Uuid, Path, description = "The id that the event carried"),
    ),
    responses(
        (status = 200, description = "It, as the external system sent it", body = Value),
        (status = 404, description = "There is none", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn fetch(
    State(database): State<Database>,
    Path(place): Path<(String, Uuid)>,
) -> Result<Json<Value>, Error> {
    let (source, id) = place;
    let notice = documents::get(&database, &collection(&source), &id.to_string()).await?;
    let notice = notice.ok_or_else(|| Error::NotFound(format!("a notice of {source} about {id}")))?;
    Ok(Json(notice.body))
}
