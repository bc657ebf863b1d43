//! `Book` over HTTP.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use frame::Error;
use frame::http::{IdsRequest, IfMatch, IfNoneMatch, Json, NotModified, Page, PageRequest, Path, Problem, Query, etag};
use utoipa::OpenApi;
use uuid::Uuid;

use crate::application::book::{BookFilter, BookUseCases};
use crate::domain::book::{Book, BookFields};

/// The description of these routes.
#[derive(OpenApi)]
#[openapi(paths(list, create, fetch_many, fetch, update, remove))]
pub struct Description;

/// The routes, over the use cases.
pub fn routes(use_cases: BookUseCases) -> Router {
    Router::new()
        .route("/api/books", get(list).post(create))
        .route("/api/books/batch", get(fetch_many))
        .route("/api/books/{id}", get(fetch).put(update).delete(remove))
        .with_state(use_cases)
}

#[utoipa::path(
    get,
    path = "/api/books",
    tag = "book",
    operation_id = "list_book",
    params(PageRequest, BookFilter),
    responses(
        (status = 200, description = "A page, and the cursor of the next one", body = Page<Book>),
        (status = 400, description = "A cursor or filter that is not one", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(use_cases): State<BookUseCases>,
    Query(page): Query<PageRequest>,
    Query(filter): Query<BookFilter>,
) -> Result<Json<Page<Book>>, Error> {
    Ok(Json(use_cases.list(&filter, &page).await?))
}

#[utoipa::path(
    post,
    path = "/api/books",
    tag = "book",
    operation_id = "create_book",
    request_body = BookFields,
    responses(
        (status = 201, description = "It was created", body = Book),
        (status = 400, description = "A body that is not JSON of this shape", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "A value is taken, or refers to nothing", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Fields that are not valid", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create(
    State(use_cases): State<BookUseCases>,
    Json(fields): Json<BookFields>,
) -> Result<Response, Error> {
    let created = use_cases.create(fields).await?;
    let location = format!("/api/books/{}", created.id);
    let headers = [(header::LOCATION, location)];
    Ok((StatusCode::CREATED, headers, tagged(created)).into_response())
}

#[utoipa::path(
    get,
    path = "/api/books/batch",
    tag = "book",
    operation_id = "fetch_many_book",
    params(IdsRequest),
    responses(
        (status = 200, description = "Those that are there, in the order of their ids", body = Vec<Book>),
        (status = 400, description = "Something that is not an id, or too many", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn fetch_many(
    State(use_cases): State<BookUseCases>,
    Query(request): Query<IdsRequest>,
) -> Result<Json<Vec<Book>>, Error> {
    Ok(Json(use_cases.find_many(&request.ids()?).await?))
}

#[utoipa::path(
    get,
    path = "/api/books/{id}",
    tag = "book",
    operation_id = "fetch_book",
    params(("id" = Uuid, Path), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "It, with its ETag", body = Book),
        (status = 304, description = "It is still the version that the client has"),
        (status = 404, description = "Nothing has this id", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn fetch(
    State(use_cases): State<BookUseCases>,
    Path(id): Path<Uuid>,
    known: IfNoneMatch,
) -> Result<Response, Error> {
    let found = use_cases.get(id).await?;
    if known.matches(found.version) {
        return Ok(NotModified(found.version).into_response());
    }
    Ok(tagged(found))
}

#[utoipa::path(
    put,
    path = "/api/books/{id}",
    tag = "book",
    operation_id = "update_book",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag of the version to change")),
    request_body = BookFields,
    responses(
        (status = 200, description = "It was changed", body = Book),
        (status = 404, description = "Nothing has this id", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "A value is taken, or refers to nothing", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It was changed meanwhile", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Fields that are not valid", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn update(
    State(use_cases): State<BookUseCases>,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(fields): Json<BookFields>,
) -> Result<Response, Error> {
    Ok(tagged(use_cases.update(id, &expected, fields).await?))
}

#[utoipa::path(
    delete,
    path = "/api/books/{id}",
    tag = "book",
    operation_id = "remove_book",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag of the version to remove, or *")),
    responses(
        (status = 204, description = "It was removed"),
        (status = 404, description = "Nothing has this id", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Something still refers to it", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It was changed meanwhile", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove(
    State(use_cases): State<BookUseCases>,
    Path(id): Path<Uuid>,
    expected: IfMatch,
) -> Result<StatusCode, Error> {
    use_cases.delete(id, &expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body with the ETag of its version.
fn tagged(book: Book) -> Response {
    ([(header::ETAG, etag(book.version))], Json(book)).into_response()
}
