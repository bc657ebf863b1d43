//! What `catalog` keeps, over HTTP.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use frame::Error;
use frame::http::{IdsRequest, IfMatch, IfNoneMatch, Json, Page, PageRequest, Path, Problem, Query};
use utoipa::OpenApi;
use uuid::Uuid;

use super::{found, tagged};
use crate::application::cached::Cached;
use crate::application::cached::catalog as cached_of;
use crate::clients::catalog as origin;

/// The description of these routes.
#[derive(OpenApi)]
#[openapi(paths(list_product, create_product, fetch_many_product, fetch_product, update_product, remove_product,))]
pub struct Description;

/// The routes.
pub fn routes() -> Router<Cached> {
    Router::new()
        .route("/catalog/api/products", get(list_product).post(create_product))
        .route("/catalog/api/products/batch", get(fetch_many_product))
        .route("/catalog/api/products/{id}", get(fetch_product).put(update_product).delete(remove_product))
}

#[utoipa::path(
    get,
    path = "/catalog/api/products",
    tag = "catalog",
    operation_id = "list_catalog_product",
    params(PageRequest),
    responses(
        (status = 200, description = "A page as the service has it", body = Page<origin::product::Product>),
        (status = 503, description = "The service does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list_product(State(cached): State<Cached>, Query(page): Query<PageRequest>) -> Result<Json<Page<origin::product::Product>>, Error> {
    Ok(Json(cached_of::list_product(&cached, &page).await?))
}

#[utoipa::path(
    post,
    path = "/catalog/api/products",
    tag = "catalog",
    operation_id = "create_catalog_product",
    request_body = origin::product::ProductFields,
    responses(
        (status = 201, description = "It was created", body = origin::product::Product),
        (status = 409, description = "A value is taken, or refers to nothing", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Fields that are not valid", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create_product(
    State(cached): State<Cached>,
    Json(fields): Json<origin::product::ProductFields>,
) -> Result<Response, Error> {
    let created = cached_of::create_product(&cached, &fields).await?;
    let location = format!("/catalog/api/products/{}", created.id);
    let version = created.version;
    let headers = [(header::LOCATION, location)];
    Ok((StatusCode::CREATED, headers, tagged(created, version)).into_response())
}

#[utoipa::path(
    get,
    path = "/catalog/api/products/batch",
    tag = "catalog",
    operation_id = "fetch_many_catalog_product",
    params(IdsRequest),
    responses(
        (status = 200, description = "Those that are there, in the order of their ids", body = Vec<origin::product::Product>),
        (status = 400, description = "Something that is not an id, or too many", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn fetch_many_product(State(cached): State<Cached>, Query(request): Query<IdsRequest>) -> Result<Json<Vec<origin::product::Product>>, Error> {
    Ok(Json(cached_of::get_many_product(&cached, &request.ids()?).await?))
}

#[utoipa::path(
    get,
    path = "/catalog/api/products/{id}",
    tag = "catalog",
    operation_id = "fetch_catalog_product",
    params(("id" = Uuid, Path), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "It; `x-cache` says whether it was kept", body = origin::product::Product),
        (status = 304, description = "It is still the version that the caller has"),
        (status = 404, description = "The service has nothing with this id", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn fetch_product(
    State(cached): State<Cached>,
    Path(id): Path<Uuid>,
    known: IfNoneMatch,
) -> Result<Response, Error> {
    let one = cached_of::get_product(&cached, id).await?;
    let version = one.value.version;
    Ok(found(one.value, version, one.age, &known))
}

#[utoipa::path(
    put,
    path = "/catalog/api/products/{id}",
    tag = "catalog",
    operation_id = "update_catalog_product",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag of the version to change, or *")),
    request_body = origin::product::ProductFields,
    responses(
        (status = 200, description = "It was changed", body = origin::product::Product),
        (status = 404, description = "The service has nothing with this id", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It was changed meanwhile", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Fields that are not valid", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn update_product(
    State(cached): State<Cached>,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(fields): Json<origin::product::ProductFields>,
) -> Result<Response, Error> {
    let updated = cached_of::update_product(&cached, id, &expected, &fields).await?;
    let version = updated.version;
    Ok(tagged(updated, version))
}

#[utoipa::path(
    delete,
    path = "/catalog/api/products/{id}",
    tag = "catalog",
    operation_id = "remove_catalog_product",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag of the version to change, or *")),
    responses(
        (status = 204, description = "It was removed"),
        (status = 404, description = "The service has nothing with this id", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It was changed meanwhile", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove_product(State(cached): State<Cached>, Path(id): Path<Uuid>, expected: IfMatch) -> Result<StatusCode, Error> {
    cached_of::remove_product(&cached, id, &expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
