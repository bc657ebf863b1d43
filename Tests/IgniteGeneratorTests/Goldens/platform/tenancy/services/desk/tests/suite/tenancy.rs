//! Tenants of the service never see each other.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use frame::config::Reader;
use frame::tenancy::HEADER;
use http_body_util::BodyExt;
use desk::{Config, app};
use serde_json::Value;
use tower::ServiceExt;

async fn service() -> Router {
    let pairs = [("PORT", "0"), ("HOST", "127.0.0.1"), ("TENANTS", "acme,globex")];
    let config = Config::read(Reader::from_pairs(pairs)).unwrap();
    app(&config).await.unwrap().router()
}

/// Sends a request in the name of a tenant.
async fn send(service: &Router, tenant: &str, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> (u16, HeaderMap, Value) {
    let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    if !tenant.is_empty() {
        request = request.header(HEADER, tenant);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let response = service.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (head.status.as_u16(), head.headers, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn who_runs_it_needs_no_tenant() {
    let service = service().await;
    assert_eq!(send(&service, "", "GET", "/health/ready", &[], None).await.0, 200);
    assert_eq!(send(&service, "", "GET", "/openapi.json", &[], None).await.0, 200);
}
