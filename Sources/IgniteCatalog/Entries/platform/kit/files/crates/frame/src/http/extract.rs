use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Problem;
use crate::FieldProblem;

/// A JSON body; what cannot be read is answered with a [`Problem`] that points at the place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE)
                .detail("the Content-Type must be application/json"));
        }
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|rejection| body_problem(&rejection))?;
        parse(&bytes).map(Self).map_err(|problem| *problem)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn body_problem(rejection: &BytesRejection) -> Problem {
    Problem::new(rejection.status()).detail(rejection.body_text())
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Box<Problem>> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let cause = error.into_inner();
        if cause.is_data() {
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY)
                .detail("the body does not have the expected form")
                .errors(vec![FieldProblem {
                    pointer,
                    detail: cause.to_string(),
                }]);
            return Box::new(problem);
        }
        malformed(&cause)
    })?;
    deserializer.end().map_err(|cause| malformed(&cause))?;
    Ok(value)
}

fn malformed(cause: &serde_json::Error) -> Box<Problem> {
    let detail = format!("the body is not JSON: {cause}");
    Box::new(Problem::new(StatusCode::BAD_REQUEST).detail(detail))
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;

    let mut pointer = "#".to_owned();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// The parameters of the path; what cannot be read is a 400 [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|rejection: PathRejection| {
                Problem::new(rejection.status()).detail(rejection.body_text())
            })
    }
}

/// The parameters of the query; what cannot be read is a 400 [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Query::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection: QueryRejection| {
                Problem::new(rejection.status()).detail(rejection.body_text())
            })
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::extract::DefaultBodyLimit;
    use axum::routing::{get, post};
    use http_body_util::BodyExt as _;
    use serde::Deserialize;
    use tower::ServiceExt as _;

    use super::*;

    #[derive(Deserialize, Serialize)]
    struct Order {
        lines: Vec<Line>,
    }

    #[derive(Deserialize, Serialize)]
    struct Line {
        quantity: u32,
    }

    async fn send(request: Request<Body>) -> (u16, serde_json::Value) {
        let router = Router::new()
            .route(
                "/orders",
                post(|Json(order): Json<Order>| async { Json(order) }),
            )
            .route(
                "/orders/{n}",
                get(|Path(n): Path<u32>| async move { Json(n) }),
            )
            .route("/", get(|Query(line): Query<Line>| async { Json(line) }))
            .layer(DefaultBodyLimit::max(64));
        let response = router.oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    async fn post_json(body: &str) -> (u16, serde_json::Value) {
        let request = Request::post("/orders").header("content-type", "application/json");
        send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    #[tokio::test]
    async fn bodies() {
        let (status, body) = post_json(r#"{"lines":[{"quantity":1}]}"#).await;
        assert_eq!((status, &body["lines"][0]["quantity"]), (200, &1.into()));
        let (status, body) = post_json(r#"{"lines":[{"quantity":1},{"quantity":-1}]}"#).await;
        assert_eq!(status, 422);
        assert_eq!(body["errors"][0]["pointer"], "#/lines/1/quantity");
        assert_eq!(post_json("{").await.0, 400);
        assert_eq!(post_json(r#"{"lines":[]} x"#).await.0, 400);
        assert_eq!(post_json(&" ".repeat(65)).await.0, 413);
        let request = Request::post("/orders").body(Body::from("{}")).unwrap();
        assert_eq!(send(request).await.0, 415);
        let request = Request::post("/orders").header("content-type", "application/ld+json");
        let request = request.body(Body::from(r#"{"lines":[]}"#)).unwrap();
        assert_eq!(send(request).await.0, 200);
    }

    #[tokio::test]
    async fn paths_and_queries() {
        for (uri, status) in [
            ("/orders/7", 200),
            ("/orders/x", 400),
            ("/?quantity=1", 200),
            ("/?quantity=x", 400),
            ("/", 400),
        ] {
            let request = Request::get(uri).body(Body::empty()).unwrap();
            assert_eq!(send(request).await.0, status, "{uri}");
        }
    }

    #[test]
    fn pointers_escape_keys() {
        let text = r#"{"a/b~c":{"x":1}}"#;
        type Map = std::collections::BTreeMap<String, std::collections::BTreeMap<String, bool>>;
        let problem = parse::<Map>(text.as_bytes()).unwrap_err();
        assert_eq!(problem.errors[0].pointer, "#/a~1b~0c/x");
    }
}
