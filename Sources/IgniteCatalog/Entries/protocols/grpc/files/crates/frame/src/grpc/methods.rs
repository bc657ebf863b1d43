//! Methods of gRPC that routes answer as REST would, for tests (feature `testing`).
//!
//! ```
//! use axum::routing::get;
//! use axum::{Json, Router};
//! use frame::grpc::methods::{Asked, method};
//! use frame::grpc::pb::health::{HealthCheckRequest, HealthCheckResponse};
//!
//! let rest = Router::new().route("/health/{name}", get(async || Json(1)));
//! let check = method(
//!     &rest,
//!     |asked: HealthCheckRequest| Ok(Asked::get(format!("/health/{}", asked.service))),
//!     |status: i32| HealthCheckResponse { status },
//! );
//! let _: Router = rest.route("/grpc.health.v1.Health/Check", check);
//! ```

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::routing::{MethodRouter, post};
use http_body_util::BodyExt as _;
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tonic::{Code, Response, Status};
use tower::{ServiceExt as _, service_fn};
use url::form_urlencoded;

use super::status::status_of;
use crate::http::{Problem, etag};
use crate::{Error, Result};

/// What a call asks for, as REST has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    method: Method,
    path: String,
    version: Option<i64>,
    body: Option<Value>,
}

impl Asked {
    /// Asks for what is there.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            version: None,
            body: None,
        }
    }

    /// Asks for a page of a list.
    #[must_use]
    pub fn page(route: &str, size: i32, token: &str) -> Self {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("limit", &size.to_string());
        if !token.is_empty() {
            query.append_pair("cursor", token);
        }
        Self::get(format!("{route}?{}", query.finish()))
    }

    /// Asks for those with these ids.
    #[must_use]
    pub fn many(route: &str, ids: &[String]) -> Self {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("ids", &ids.join(","));
        Self::get(format!("{route}?{}", query.finish()))
    }

    /// Makes one.
    ///
    /// # Errors
    /// A body that cannot be written.
    pub fn post(path: impl Into<String>, body: &impl Serialize) -> Result<Self> {
        Ok(Self {
            method: Method::POST,
            body: Some(written(body)?),
            ..Self::get(path)
        })
    }

    /// Changes the one in this version.
    ///
    /// # Errors
    /// A body that cannot be written.
    pub fn put(path: impl Into<String>, version: i64, body: &impl Serialize) -> Result<Self> {
        Ok(Self {
            method: Method::PUT,
            version: Some(version),
            body: Some(written(body)?),
            ..Self::get(path)
        })
    }

    /// Removes the one in this version.
    #[must_use]
    pub fn delete(path: impl Into<String>, version: i64) -> Self {
        Self {
            method: Method::DELETE,
            version: Some(version),
            ..Self::get(path)
        }
    }

    /// The request, with what the call told beside its message.
    fn request(self, told: HeaderMap) -> Result<Request> {
        let fail = |error: axum::http::Error| Error::Malformed(error.to_string());
        let body = self.body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = Request::builder().method(self.method).uri(self.path);
        let mut request = request.body(body).map_err(fail)?;
        *request.headers_mut() = told;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        if let Some(version) = self.version {
            request.headers_mut().insert(header::IF_MATCH, etag(version));
        }
        Ok(request)
    }
}

fn written(body: &impl Serialize) -> Result<Value> {
    serde_json::to_value(body).map_err(|error| Error::Internal(error.to_string()))
}

/// A method that takes `Q`: `ask` says what `rest` is asked, `tell` what its answer is as a message.
/// What `rest` refuses becomes a status.
pub fn method<Q, T, A>(
    rest: &Router,
    ask: fn(Q) -> Result<Asked>,
    tell: fn(T) -> A,
) -> MethodRouter
where
    Q: Message + Default + 'static,
    T: DeserializeOwned + 'static,
    A: Message + 'static,
{
    let rest = rest.clone();
    post(move |request: Request| async move {
        let call = service_fn(|request| call(rest.clone(), request, ask, tell));
        let codec = tonic_prost::ProstCodec::<A, Q>::default();
        tonic::server::Grpc::new(codec).unary(call, request).await.map(Body::new)
    })
}

async fn call<Q, T: DeserializeOwned, A>(
    rest: Router,
    request: tonic::Request<Q>,
    ask: fn(Q) -> Result<Asked>,
    tell: fn(T) -> A,
) -> Result<Response<A>, Status> {
    let (told, _, message) = request.into_parts();
    let request = ask(message)?.request(told.into_headers())?;
    let answer: Result<_, Infallible> = rest.oneshot(request).await;
    let (head, body) = answer.unwrap_or_else(|never| match never {}).into_parts();
    let body = body.collect().await.map_err(|error| Status::internal(error.to_string()))?;
    let said: Value = serde_json::from_slice(&body.to_bytes()).unwrap_or_default();
    if head.status.is_success() {
        let said = serde_json::from_value(said);
        return said
            .map(|said| Response::new(tell(said)))
            .map_err(|error| Status::internal(error.to_string()));
    }
    let problem = serde_json::from_value(said).unwrap_or_else(|_| Problem::new(head.status));
    Err(status_of(&problem, Code::NotFound))
}

#[cfg(test)]
mod tests {
    use axum::Json;
    use axum::response::IntoResponse;

    use super::*;
    use crate::grpc::explorer::framed;

    type Ask = fn(String) -> Result<Asked>;

    /// Says what it was asked.
    async fn echo(request: Request) -> Json<String> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let header = |name: &str| {
            let value = head.headers.get(name);
            value.map_or("-", |value| value.to_str().unwrap()).to_owned()
        };
        let (version, key) = (header("if-match"), header("x-key"));
        let body = String::from_utf8_lossy(&body);
        Json(format!("{} {} {version} {key} {body}", head.method, head.uri))
    }

    /// The status and the message that come of this answer.
    async fn told(rest: Router, ask: Ask) -> (String, String) {
        let router = Router::new().route("/m", method(&rest, ask, |said: String| said));
        let message = framed(&"it".to_owned().encode_to_vec());
        let request = Request::post("/m")
            .header("content-type", "application/grpc")
            .header("x-key", "k");
        let request = request.body(Body::from(message)).unwrap();
        let (head, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap();
        let trailers = body.trailers().cloned().unwrap_or_default();
        let code = head.headers.get("grpc-status").or(trailers.get("grpc-status"));
        let code = code.unwrap().to_str().unwrap().to_owned();
        let bytes = body.to_bytes();
        let message = String::decode(bytes.get(5..).unwrap_or_default()).unwrap();
        (code, message)
    }

    #[tokio::test]
    async fn routes_are_asked_as_rest_asks_them() {
        let cases: [(Ask, &str); 6] = [
            (|it| Ok(Asked::get(format!("/x/{it}"))), "GET /x/it - k "),
            (|_| Ok(Asked::page("/x", 5, "")), "GET /x?limit=5 - k "),
            (
                |it| Ok(Asked::page("/x", 5, &it)),
                "GET /x?limit=5&cursor=it - k ",
            ),
            (
                |it| Ok(Asked::many("/x", &[it, "a".to_owned()])),
                "GET /x?ids=it%2Ca - k ",
            ),
            (|it| Asked::post("/x", &it), "POST /x - k \"it\""),
            (|it| Asked::put("/x", 7, &it), "PUT /x \"7\" k \"it\""),
        ];
        for (ask, expected) in cases {
            let rest = Router::new().fallback(echo);
            assert_eq!(told(rest, ask).await, ("0".to_owned(), expected.to_owned()));
        }
        let rest = Router::new().fallback(echo);
        let removed = told(rest, |_| Ok(Asked::delete("/x", 7))).await;
        assert_eq!(removed.1, "DELETE /x \"7\" k ");
    }

    #[tokio::test]
    async fn refusals_become_statuses() {
        for (error, code) in [
            (Error::NotFound("it".to_owned()), "5"),
            (Error::PreconditionFailed, "10"),
            (Error::Invalid(Vec::new()), "3"),
            (Error::Unavailable("it".to_owned()), "14"),
        ] {
            let answer = move || async move { error.clone().into_response() };
            let rest = Router::new().fallback(answer);
            assert_eq!(told(rest, |it| Ok(Asked::get(format!("/{it}")))).await.0, code);
        }
        let refused = told(Router::new(), |_| Err(Error::PreconditionRequired)).await;
        assert_eq!(refused.0, "9");
        // Nothing behind the path, an answer of another kind, a path that is none.
        assert_eq!(told(Router::new(), |_| Ok(Asked::get("/"))).await.0, "5");
        let other = Router::new().fallback(async || Json(7));
        assert_eq!(told(other, |_| Ok(Asked::get("/"))).await.0, "13");
        let none = told(Router::new(), |_| Ok(Asked::get("not a path"))).await;
        assert_eq!(none.0, "3");
    }
}
