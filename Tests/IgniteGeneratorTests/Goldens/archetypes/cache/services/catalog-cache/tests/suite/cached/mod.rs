//! What is kept, over services that answer as they are told, in memory and in Redis.

mod catalog;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use frame::bus::MemoryBus;
use frame::config::Reader;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::ServiceExt;
use catalog_cache::{Config, assemble};

/// A service with entities by their paths.
pub struct Origin {
    url: String,
    state: &'static Told,
    server: JoinHandle<()>,
}

#[derive(Default)]
pub struct Told(Mutex<Known>);

#[derive(Default)]
pub struct Known {
    entities: BTreeMap<String, Value>,
    is_away: bool,
    calls: Vec<String>,
}

impl Told {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Origin {
    async fn start() -> Self {
        let state: &'static Told = Box::leak(Box::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().fallback(answer).with_state(state);
        let server = tokio::spawn(async move {
            axum::serve(listener, routes).await.unwrap();
        });
        Self { url, state, server }
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(told): State<&'static Told>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // Long enough for others to ask meanwhile.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut known = told.known();
    known.calls.push(format!("{method} {uri}"));
    if known.is_away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let path = uri.path();
    if method == Method::GET {
        return read(&known, path, uri.query().unwrap_or_default());
    }
    if method == Method::POST {
        let id = frame::new_id().to_string();
        let new = entity(&id, 1, serde_json::from_slice(&body).unwrap());
        known.entities.insert(format!("{path}/{id}"), new.clone());
        return (StatusCode::CREATED, axum::Json(new)).into_response();
    }
    let Some(current) = known.entities.get(path).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let version = current["version"].as_i64().unwrap();
    if headers["if-match"] != format!("\"{version}\"") {
        return StatusCode::PRECONDITION_FAILED.into_response();
    }
    if method == Method::DELETE {
        known.entities.remove(path);
        return StatusCode::NO_CONTENT.into_response();
    }
    let id = current["id"].as_str().unwrap();
    let changed = entity(id, version + 1, serde_json::from_slice(&body).unwrap());
    known.entities.insert(path.to_owned(), changed.clone());
    axum::Json(changed).into_response()
}

fn read(known: &Known, path: &str, query: &str) -> Response {
    let all = |route: &str| {
        let each = known.entities.iter();
        let those = each.filter(|(path, _)| path.starts_with(&format!("{route}/")));
        those.map(|(_, entity)| entity.clone()).collect::<Vec<_>>()
    };
    if let Some(entity) = known.entities.get(path) {
        return axum::Json(entity).into_response();
    }
    if let Some(route) = path.strip_suffix("/batch") {
        let mut those = all(route);
        those.retain(|entity| query.contains(entity["id"].as_str().unwrap()));
        return axum::Json(those).into_response();
    }
    let is_one = path.rsplit('/').next().is_some_and(|last| last.parse::<uuid::Uuid>().is_ok());
    if is_one {
        return StatusCode::NOT_FOUND.into_response();
    }
    axum::Json(json!({ "items": all(path) })).into_response()
}

/// An entity as the service serves it.
pub fn entity(id: &str, version: i64, mut fields: Value) -> Value {
    fields["id"] = json!(id);
    fields["version"] = json!(version);
    fields["created_at"] = json!("2026-01-31T12:00:00Z");
    fields["updated_at"] = json!("2026-01-31T12:00:00Z");
    fields
}

/// The service before all that it calls.
pub struct Stage {
    router: Router,
    origins: Vec<(&'static str, Origin)>,
}

pub type Answer = (StatusCode, HeaderMap, Value);

impl Stage {
    /// One for each store at hand.
    pub async fn each(pairs: &[(&'static str, &str)]) -> Vec<Self> {
        let mut stages = vec![Self::set("memory:", pairs).await];
        match std::env::var("TEST_REDIS_URL") {
            Ok(url) => stages.push(Self::set(&url, pairs).await),
            Err(_) => eprintln!("not tested on Redis: TEST_REDIS_URL is not set"),
        }
        stages
    }

    async fn set(store: &str, pairs: &[(&'static str, &str)]) -> Self {
        let prefix = frame::new_id().to_string();
        let origins = vec![
            ("CATALOG_URL", Origin::start().await),
        ];
        let mut all = vec![
            ("PORT", "0"),
            ("HOST", "127.0.0.1"),
            ("CALL_MAX_ATTEMPTS", "1"),
            ("CALL_BREAKER_FAILURES", "1000"),
            ("CACHE_STORE", store),
            ("CACHE_PREFIX", &prefix),
        ];
        all.extend_from_slice(pairs);
        let urls = origins.iter().map(|(name, origin)| (*name, origin.url.as_str()));
        all.extend(urls);
        let config = Config::read(Reader::from_pairs(all)).unwrap();
        let database = frame::Database::open(&config.frame.database).await.unwrap();
        database.migrate_frame().await.unwrap();
        let app = assemble(
            &config,
            database,
            Arc::new(MemoryBus::new()),
        );
        let router = app.await.unwrap().router();
        Self { router, origins }
    }

    /// What a service knows.
    fn known(&self, url_env: &str) -> MutexGuard<'_, Known> {
        let mut origins = self.origins.iter();
        let (_, origin) = origins.find(|(name, _)| *name == url_env).unwrap();
        origin.state.known()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None).await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header("content-type", "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::String(text));
        (head.status, head.headers, body)
    }
}

#[test]
fn a_store_that_is_none_is_told() {
    for wrong in [("CACHE_STORE", "none:"), ("CACHE_CAPACITY", "0")] {
        assert!(Config::read(Reader::from_pairs([("PORT", "0"), wrong])).is_err());
    }
}
