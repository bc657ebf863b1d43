//! Views of what `customers` keeps, over HTTP.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use frame::Error;
use frame::http::{Page, PageRequest, Path, Problem, Query};
use utoipa::OpenApi;
use uuid::Uuid;

use super::aged;
use crate::application::views::Views;
use crate::application::views::customers as views_of;

/// The description of these routes.
#[derive(OpenApi)]
#[openapi(paths(customer_page, customer_view,))]
pub struct Description;

/// The routes.
pub fn routes() -> Router<Views> {
    Router::new()
        .route("/views/customers/customers", get(customer_page))
        .route("/views/customers/customers/{id}", get(customer_view))
}

#[utoipa::path(
    get,
    path = "/views/customers/customers",
    tag = "customers",
    operation_id = "customers_customer_page",
    params(PageRequest),
    responses(
        (status = 200, description = "A page; `x-cache` says whether it was kept", body = Page<views_of::CustomerView>),
        (status = 400, description = "A cursor that is not one", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The caller asks too often", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer in time", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn customer_page(State(views): State<Views>, Query(page): Query<PageRequest>) -> Result<Response, Error> {
    Ok(aged(views_of::customer_page(&views, &page).await?))
}

#[utoipa::path(
    get,
    path = "/views/customers/customers/{id}",
    tag = "customers",
    operation_id = "customers_customer_view",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, description = "It; `x-cache` says whether it was kept", body = views_of::CustomerView),
        (status = 404, description = "Nothing has this id", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The caller asks too often", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer in time", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn customer_view(State(views): State<Views>, Path(id): Path<Uuid>) -> Result<Response, Error> {
    Ok(aged(views_of::customer_view(&views, id).await?))
}
