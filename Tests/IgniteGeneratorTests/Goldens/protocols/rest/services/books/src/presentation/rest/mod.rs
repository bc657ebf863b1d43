//! The use cases over HTTP, and their description.

mod book;

use axum::Router;
use axum::routing::get;
use frame::http::Json;
use utoipa::OpenApi;

use crate::application::Application;

#[derive(OpenApi)]
#[openapi(info(title = "books", description = "The service books."))]
struct Description;

/// The OpenAPI 3.1 description of the service, made from its code.
#[must_use]
pub fn description() -> utoipa::openapi::OpenApi {
    let mut description = Description::openapi();
    // cargo gives packages without a licence an empty one.
    description.info.license = None;
    description.merge(book::Description::openapi());
    description
}

/// Every route of the service.
pub fn routes(application: Application) -> Router {
    Router::new()
        .merge(book::routes(application.book))
        .route("/openapi.json", get(async || Json(description())))
}
