//! The views over HTTP.

mod customers;
mod orders;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use frame::cache::Found;
use frame::http::Json;
use serde::Serialize;
use utoipa::OpenApi;

use crate::application::views::{Home, Views};

#[derive(OpenApi)]
#[openapi(paths(home))]
struct Description;

/// The description of the views.
#[must_use]
pub fn description() -> utoipa::openapi::OpenApi {
    let mut description = Description::openapi();
    description.merge(customers::Description::openapi());
    description.merge(orders::Description::openapi());
    description
}

/// The routes of all views.
pub fn routes(views: Views) -> Router {
    Router::new()
        .route("/home", get(home))
        .merge(customers::routes())
        .merge(orders::routes())
        .with_state(views)
}

/// The first of everything; a part that is missing says why.
#[utoipa::path(
    get,
    path = "/home",
    operation_id = "home",
    responses(
        (status = 200, description = "What the services know that answered in time", body = Home),
        (status = 429, description = "The caller asks too often"),
        (status = 503, description = "None of them answered in time", body = Home),
    )
)]
async fn home(State(views): State<Views>) -> Response {
    let home = views.home().await;
    let status = if home.is_empty() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    (status, Json(home)).into_response()
}

/// An answer with a header that says whether it was kept.
fn aged<T: Serialize>(found: Found<T>) -> Response {
    let age = [(HeaderName::from_static("x-cache"), found.age.word())];
    (age, Json(found.value)).into_response()
}
