//! The documents of the projections over HTTP.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use frame::http::{Json, Page, PageRequest, Problem, Query};
use frame::{Error, ProjectionRegistry};
use serde::de::DeserializeOwned;
use utoipa::OpenApi;

use crate::projections::order_summary::{OrderSummary, OrderSummaryDocument};

/// The description of these routes.
#[derive(OpenApi)]
#[openapi(paths(order_summary))]
pub struct Description;

/// The routes, over the projections.
pub fn routes(projections: ProjectionRegistry) -> Router {
    Router::new()
        .route("/projections/order-summary", get(order_summary))
        .with_state(projections)
}

#[utoipa::path(
    get,
    path = "/projections/order-summary",
    tag = "projections",
    operation_id = "list_order_summary",
    params(PageRequest),
    responses(
        (status = 200, description = "A page, and the cursor of the next one", body = Page<OrderSummaryDocument>),
        (status = 400, description = "A cursor that is not one", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn order_summary(
    State(projections): State<ProjectionRegistry>,
    Query(page): Query<PageRequest>,
) -> Result<Json<Page<OrderSummaryDocument>>, Error> {
    documents(&projections, OrderSummary::NAME, &page).await
}

async fn documents<D: DeserializeOwned>(
    projections: &ProjectionRegistry,
    name: &str,
    page: &PageRequest,
) -> Result<Json<Page<D>>, Error> {
    let after: Option<String> = page.after()?;
    let documents = projections.documents(name)?;
    let found = documents.list(&after.unwrap_or_default(), page.limit() + 1).await?;
    let found: Page<(String, D)> = Page::of(found, page.limit(), |(id, _)| id.clone());
    Ok(Json(Page {
        items: found.items.into_iter().map(|(_, document)| document).collect(),
        next_cursor: found.next_cursor,
    }))
}
