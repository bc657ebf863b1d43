//! The services that the saga calls, in one: it keeps what it is told, and counts a key once.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Where callers put the key of a request.
const KEYS: &[&str] = &["Idempotency-Key", "Idempotency-Key"];
const DATE: &str = "2026-01-31T12:00:00Z";

#[derive(Clone)]
pub struct World {
    pub url: String,
    state: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    /// By their paths.
    things: BTreeMap<String, Value>,
    answers: HashMap<String, Value>,
    created: usize,
    refused: Option<&'static str>,
    is_stuck: bool,
    delay: Duration,
}

type Answer = (StatusCode, axum::Json<Value>);

impl World {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::<Mutex<Kept>>::default();
        let routes = Router::new().fallback(answer).with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, state }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        change(&mut self.state.lock().unwrap())
    }

    /// What there is, by paths.
    pub fn things(&self) -> BTreeMap<String, Value> {
        self.change(|kept| kept.things.clone())
    }

    /// How many things were created in all, removed or not.
    pub fn created(&self) -> usize {
        self.change(|kept| kept.created)
    }

    /// Refuses to create anything at this route.
    pub fn refuse(&self, route: &'static str) {
        self.change(|kept| kept.refused = Some(route));
    }

    /// Whether removing and changing fail.
    pub fn stick(&self, is_stuck: bool) {
        self.change(|kept| kept.is_stuck = is_stuck);
    }

    /// Answers after a while only.
    pub fn slow_down(&self, delay: Duration) {
        self.change(|kept| kept.delay = delay);
    }
}

fn thing(fields: &Value) -> (uuid::Uuid, Value) {
    let (id, mut thing) = (frame::new_id(), fields.clone());
    thing["id"] = json!(id);
    thing["version"] = json!(1);
    thing["created_at"] = json!(DATE);
    thing["updated_at"] = json!(DATE);
    (id, thing)
}

fn problem(status: StatusCode) -> Answer {
    let problem = json!({ "type": "about:blank", "title": "no", "status": status.as_u16(), "detail": "refused" });
    (status, axum::Json(problem))
}

async fn answer(
    State(state): State<Arc<Mutex<Kept>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let (delay, answer) = {
        let mut kept = state.lock().unwrap();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        (kept.delay, kept.answer(&method, uri.path(), &headers, body))
    };
    tokio::time::sleep(delay).await;
    answer
}

impl Kept {
    fn answer(&mut self, method: &Method, path: &str, headers: &HeaderMap, body: Value) -> Answer {
        if *method == Method::POST {
            return self.create(path, headers, &body);
        }
        let Some(mut thing) = self.things.get(path).cloned() else {
            return problem(StatusCode::NOT_FOUND);
        };
        if *method == Method::GET {
            return (StatusCode::OK, axum::Json(thing));
        }
        let version = thing["version"].as_u64().unwrap();
        if self.is_stuck {
            return problem(StatusCode::SERVICE_UNAVAILABLE);
        }
        if headers["if-match"] != format!("\"{version}\"") {
            return problem(StatusCode::PRECONDITION_FAILED);
        }
        if *method == Method::DELETE {
            self.things.remove(path);
            return (StatusCode::NO_CONTENT, axum::Json(Value::Null));
        }
        for (name, value) in body.as_object().unwrap() {
            thing[name] = value.clone();
        }
        thing["version"] = json!(version + 1);
        self.things.insert(path.to_owned(), thing.clone());
        (StatusCode::OK, axum::Json(thing))
    }

    fn create(&mut self, path: &str, headers: &HeaderMap, body: &Value) -> Answer {
        if self.refused == Some(path) {
            return problem(StatusCode::UNPROCESSABLE_ENTITY);
        }
        let key = KEYS.iter().find_map(|name| headers.get(*name)?.to_str().ok());
        if let Some(answer) = key.and_then(|key| self.answers.get(key)) {
            return (StatusCode::CREATED, axum::Json(answer.clone()));
        }
        let (id, thing) = thing(body);
        self.created += 1;
        self.things.insert(format!("{path}/{id}"), thing.clone());
        if let Some(key) = key {
            self.answers.insert(key.to_owned(), thing.clone());
        }
        (StatusCode::CREATED, axum::Json(thing))
    }
}
