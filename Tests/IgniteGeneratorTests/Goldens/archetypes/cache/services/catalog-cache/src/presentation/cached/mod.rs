//! What is kept, over HTTP: below the name of its service, the paths are the service's own.

mod catalog;

use axum::Router;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use frame::cache::Age;
use frame::http::{IfNoneMatch, Json, NotModified, etag};
use serde::Serialize;
use utoipa::OpenApi;

use crate::application::cached::Cached;

/// The description of the routes.
#[must_use]
pub fn description() -> utoipa::openapi::OpenApi {
    let mut description = utoipa::openapi::OpenApi::default();
    description.merge(catalog::Description::openapi());
    description
}

/// The routes of everything that is kept.
pub fn routes(cached: Cached) -> Router {
    Router::new()
        .merge(catalog::routes())
        .with_state(cached)
}

/// What was found, with the ETag of its version and a header that says whether it was kept.
fn found<T: Serialize>(value: T, version: i64, age: Age, known: &IfNoneMatch) -> Response {
    let age = [(HeaderName::from_static("x-cache"), age.word())];
    if known.matches(version) {
        return (age, NotModified(version)).into_response();
    }
    (age, [(header::ETAG, etag(version))], Json(value)).into_response()
}

/// What was changed, with the ETag of its version.
fn tagged<T: Serialize>(value: T, version: i64) -> Response {
    ([(header::ETAG, etag(version))], Json(value)).into_response()
}
