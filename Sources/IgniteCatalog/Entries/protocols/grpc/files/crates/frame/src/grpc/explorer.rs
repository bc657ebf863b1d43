use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use axum::middleware::from_fn;
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use http_body_util::BodyExt as _;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, SerializeOptions};
use serde_json::{Map, Value, json};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use tower::ServiceExt as _;

use super::{deadline, sketch};
use crate::http::{Json, Path};
use crate::{Error, Result};

/// The page, with nothing from elsewhere.
const PAGE: &str = include_str!("explorer.html");

/// The page to try calls; it tells nothing by itself.
pub(super) fn page() -> Router {
    Router::new().route("/grpc", get(show))
}

async fn show() -> impl IntoResponse {
    // The page shows what services answer and runs nothing that they send.
    let policy = "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; \
                  style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                  frame-ancestors 'none'";
    let policy = HeaderValue::from_static(policy);
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(PAGE))
}

/// What the page asks: which methods there are, and calls with JSON in place of messages.
pub(super) fn bridge(pool: DescriptorPool, services: Router) -> Router {
    let services = services.layer(from_fn(deadline::keep));
    let bridge = Bridge { pool, services };
    Router::new()
        .route("/grpc/services", get(describe))
        .route("/grpc/call/{service}/{method}", post(call))
        .with_state(bridge)
}

#[derive(Clone)]
struct Bridge {
    pool: DescriptorPool,
    services: Router,
}

async fn describe(State(bridge): State<Bridge>) -> Json<Value> {
    Json(sketch::services(&bridge.pool))
}

async fn call(
    State(bridge): State<Bridge>,
    Path((service, method)): Path<(String, String)>,
    headers: HeaderMap,
    Json(message): Json<Value>,
) -> Result<Json<Value>> {
    let method = bridge.method(&service, &method)?;
    let input = DynamicMessage::deserialize(method.input(), message)
        .map_err(|error| Error::Malformed(format!("the message cannot be read: {error}")))?;
    let mut request = Request::post(format!("/{service}/{}", method.name()))
        .body(Body::from(framed(&input.encode_to_vec())))
        .map_err(|error| Error::Malformed(error.to_string()))?;
    *request.headers_mut() = metadata(headers);
    let response = bridge.services.oneshot(request).await;
    let response = response.unwrap_or_else(|never| match never {});
    let (head, body) = response.into_parts();
    let body = body.collect().await;
    let body = body.map_err(|error| Error::Internal(format!("the answer broke off: {error}")))?;
    let trailers = body.trailers().cloned().unwrap_or_default();
    let status = Status::from_header_map(&head.headers);
    let status = status.or_else(|| Status::from_header_map(&trailers));
    let status = status.unwrap_or_else(|| Status::new(Code::Unknown, "the answer has no status"));
    Ok(Json(json!({
        "code": format!("{:?}", status.code()),
        "message": status.message(),
        "details": details(&status),
        "response": response_of(&method, &body.to_bytes()),
    })))
}

impl Bridge {
    fn method(&self, service: &str, name: &str) -> Result<MethodDescriptor> {
        let service = self.pool.get_service_by_name(service);
        let found = service.and_then(|found| found.methods().find(|method| method.name() == name));
        let method = found.ok_or_else(|| Error::NotFound(format!("the method {name}")))?;
        if method.is_client_streaming() || method.is_server_streaming() {
            return Err(Error::Malformed("streams cannot be tried here".to_owned()));
        }
        Ok(method)
    }
}

/// The headers of the page's request as metadata of the call.
fn metadata(mut headers: HeaderMap) -> HeaderMap {
    for name in [
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
        header::TRANSFER_ENCODING,
        header::CONNECTION,
        header::COOKIE,
        header::HOST,
    ] {
        headers.remove(name);
    }
    let kind = HeaderValue::from_static("application/grpc");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::TE, HeaderValue::from_static("trailers"));
    headers
}

/// A message as it travels: not packed, and with its length.
pub(super) fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let mut bytes = vec![0];
    bytes.extend(length.to_be_bytes());
    bytes.extend(message);
    bytes
}

/// What came, as JSON; nothing where no whole message did.
fn response_of(method: &MethodDescriptor, bytes: &[u8]) -> Option<Value> {
    let message = DynamicMessage::decode(method.output(), bytes.get(5..)?).ok()?;
    let options = SerializeOptions::new()
        .skip_default_fields(false)
        .use_proto_field_name(true);
    message
        .serialize_with_options(serde_json::value::Serializer, &options)
        .ok()
}

fn details(status: &Status) -> Value {
    let details = status.get_error_details();
    let mut told = Map::new();
    if let Some(info) = details.error_info() {
        told.insert("reason".to_owned(), json!(info.reason));
    }
    if let Some(request) = details.bad_request() {
        let violations = request.field_violations.iter();
        let fields: Vec<_> = violations
            .map(|one| json!({ "field": one.field, "description": one.description }))
            .collect();
        told.insert("field_violations".to_owned(), json!(fields));
    }
    if let Some(request) = details.request_info() {
        told.insert("request_id".to_owned(), json!(request.request_id));
    }
    Value::Object(told)
}
