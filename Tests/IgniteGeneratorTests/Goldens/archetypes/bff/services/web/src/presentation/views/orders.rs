//! Views of what `orders` keeps, over HTTP.

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
use crate::application::views::orders as views_of;

/// The description of these routes.
#[derive(OpenApi)]
#[openapi(paths(order_page, order_view,line_page, line_view,))]
pub struct Description;

/// The routes.
pub fn routes() -> Router<Views> {
    Router::new()
        .route("/views/orders/orders", get(order_page))
        .route("/views/orders/orders/{id}", get(order_view))
        .route("/views/orders/lines", get(line_page))
        .route("/views/orders/lines/{id}", get(line_view))
}

#[utoipa::path(
    get,
    path = "/views/orders/orders",
    tag = "orders",
    operation_id = "orders_order_page",
    params(PageRequest),
    responses(
        (status = 200, description = "A page; `x-cache` says whether it was kept", body = Page<views_of::OrderView>),
        (status = 400, description = "A cursor that is not one", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The caller asks too often", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer in time", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn order_page(State(views): State<Views>, Query(page): Query<PageRequest>) -> Result<Response, Error> {
    Ok(aged(views_of::order_page(&views, &page).await?))
}

#[utoipa::path(
    get,
    path = "/views/orders/orders/{id}",
    tag = "orders",
    operation_id = "orders_order_view",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, description = "It; `x-cache` says whether it was kept", body = views_of::OrderView),
        (status = 404, description = "Nothing has this id", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The caller asks too often", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer in time", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn order_view(State(views): State<Views>, Path(id): Path<Uuid>) -> Result<Response, Error> {
    Ok(aged(views_of::order_view(&views, id).await?))
}

#[utoipa::path(
    get,
    path = "/views/orders/lines",
    tag = "orders",
    operation_id = "orders_line_page",
    params(PageRequest),
    responses(
        (status = 200, description = "A page; `x-cache` says whether it was kept", body = Page<views_of::LineView>),
        (status = 400, description = "A cursor that is not one", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The caller asks too often", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer in time", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn line_page(State(views): State<Views>, Query(page): Query<PageRequest>) -> Result<Response, Error> {
    Ok(aged(views_of::line_page(&views, &page).await?))
}

#[utoipa::path(
    get,
    path = "/views/orders/lines/{id}",
    tag = "orders",
    operation_id = "orders_line_view",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, description = "It; `x-cache` says whether it was kept", body = views_of::LineView),
        (status = 404, description = "Nothing has this id", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The caller asks too often", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer in time", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn line_view(State(views): State<Views>, Path(id): Path<Uuid>) -> Result<Response, Error> {
    Ok(aged(views_of::line_view(&views, id).await?))
}
