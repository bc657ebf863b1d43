//! Tenants of the service never see each other.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use frame::bus::MemoryBus;
use frame::config::Reader;
use frame::tenancy::HEADER;
use http_body_util::BodyExt;
use books::{Config, app};
use serde_json::{Value, json};
use tower::ServiceExt;

async fn service(bus: &Arc<MemoryBus>) -> Router {
    let pairs = [("PORT", "0"), ("HOST", "127.0.0.1"), ("TENANTS", "acme,globex")];
    let config = Config::read(Reader::from_pairs(pairs)).unwrap();
    app(&config, Arc::clone(bus) as _).await.unwrap().router()
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
    let service = service(&Arc::new(MemoryBus::new())).await;
    assert_eq!(send(&service, "", "GET", "/health/ready", &[], None).await.0, 200);
    assert_eq!(send(&service, "", "GET", "/openapi.json", &[], None).await.0, 200);
    let known = send(&service, "", "GET", "/operations/tenants", &[], None).await.2;
    assert_eq!(known, json!(["acme", "globex"]));
    assert_eq!(send(&service, "", "PUT", "/operations/tenants/Bad_Name", &[], None).await.0, 400);
    assert_eq!(send(&service, "", "PUT", "/operations/tenants/initech", &[], None).await.0, 204);
    let known = send(&service, "", "GET", "/operations/tenants", &[], None).await.2;
    assert_eq!(known, json!(["acme", "globex", "initech"]));
}

#[tokio::test]
async fn each_book_is_of_one_tenant() {
    let bus = Arc::new(MemoryBus::new());
    let service = service(&bus).await;
    let route = "/api/books";
    for (tenant, status) in [("", 400), ("../acme", 400), ("nobody", 404)] {
        let (refused, headers, problem) = send(&service, tenant, "GET", route, &[], None).await;
        assert_eq!(refused, status, "{tenant}: {problem}");
        assert_eq!(headers["content-type"], "application/problem+json");
    }
    // The same values, under the same key, in both: neither collides with the other.
    let body = serde_json::to_value(crate::book::fields()).unwrap();
    let mut created = Vec::new();
    for tenant in ["acme", "globex"] {
        let (status, headers, made) = send(&service, tenant, "POST", route, &[], Some(&body)).await;
        assert_eq!(status, 201, "{made}");
        created.push((headers["location"].to_str().unwrap().to_owned(), made));
    }
    let (place, made) = &created[0];
    assert_ne!(created[1].1["id"], made["id"]);
    // Nobody else sees it, changes it or removes it, and it is on nobody else's list.
    let current = [("if-match", "\"1\"")];
    for (method, body) in [("GET", None), ("PUT", Some(&body)), ("DELETE", None)] {
        let (status, _, answer) = send(&service, "globex", method, place, &current, body).await;
        assert_eq!(status, 404, "{method}: {answer}");
    }
    let listed = send(&service, "globex", "GET", route, &[], None).await.2;
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{listed}");
    assert_eq!(items[0]["id"], created[1].1["id"]);
    let kept = send(&service, "acme", "GET", place, &[], None).await;
    assert_eq!((kept.0, &kept.2), (200, made));
    use frame::bus::{Bus as _, Subscription};

    // What is told says whose it is.
    let all = ["BookCreated"];
    let listener = bus.subscribe(&Subscription::new("test", all)).await.unwrap();
    let mut told = Vec::new();
    for _ in 0..200 {
        for delivery in listener.receive(10, std::time::Duration::from_millis(50)).await.unwrap() {
            listener.ack(&delivery).await.unwrap();
            told.push((delivery.envelope.key.clone(), delivery.envelope.tenant.clone().unwrap()));
        }
        if told.len() > 1 {
            break;
        }
    }
    for (tenant, (_, made)) in ["acme", "globex"].into_iter().zip(&created) {
        let told_of = (made["id"].as_str().unwrap().to_owned(), tenant.to_owned());
        assert!(told.contains(&told_of), "{told:?}");
    }
}
