//! The views, over services that answer as they are told.

mod customers;
mod orders;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use frame::config::Reader;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::ServiceExt;
use uuid::Uuid;
use web::{Config, assemble};

/// How many of each kind there are.
pub const COUNT: u128 = 3;

/// The id of one of them, which is that of what it leads to as well.
pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// How a service behaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mood {
    Well,
    Away,
    Slow,
}

/// One of a number.
pub type Sample = fn(u128) -> Value;

/// A service that knows three of each of its kinds.
struct Upstream {
    url: String,
    state: &'static Told,
    server: JoinHandle<()>,
}

struct Told {
    answers: HashMap<String, Value>,
    mood: Mutex<Mood>,
    calls: Mutex<Vec<String>>,
}

impl Upstream {
    /// Starts one with these kinds, by their routes.
    async fn start(kinds: Vec<(&str, Sample)>) -> Self {
        let mut answers = HashMap::new();
        for (route, sample) in kinds {
            let all: Vec<_> = (1..=COUNT).map(sample).collect();
            answers.insert(format!("{route}/batch"), json!(all));
            answers.insert(route.to_owned(), json!({ "items": all }));
            for number in 1..=COUNT {
                answers.insert(format!("{route}/{}", id(number)), sample(number));
            }
        }
        let state: &'static Told = Box::leak(Box::new(Told {
            answers,
            mood: Mutex::new(Mood::Well),
            calls: Mutex::new(Vec::new()),
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().fallback(answer).with_state(state);
        let server = tokio::spawn(async move {
            axum::serve(listener, routes).await.unwrap();
        });
        Self { url, state, server }
    }

    fn is(&self, mood: Mood) {
        *self.state.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    fn calls(&self) -> usize {
        self.state.calls.lock().unwrap().len()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(told): State<&'static Told>, uri: Uri) -> Response {
    told.calls.lock().unwrap().push(uri.to_string());
    let mood = *told.mood.lock().unwrap();
    match mood {
        Mood::Away => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::Slow => tokio::time::sleep(Duration::from_secs(60)).await,
        Mood::Well => {}
    }
    match told.answers.get(uri.path()) {
        Some(answer) => axum::Json(answer).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The service over all that it calls.
pub struct Stage {
    pub router: Router,
    upstreams: Vec<(&'static str, Upstream)>,
}

impl Stage {
    pub async fn set(pairs: &[(&'static str, &str)]) -> Self {
        let upstreams = vec![
            ("CUSTOMERS_URL", Upstream::start(customers::kinds()).await),
            ("ORDERS_URL", Upstream::start(orders::kinds()).await),
        ];
        let mut all = vec![
            ("PORT", "0"),
            ("CALL_MAX_ATTEMPTS", "1"),
            ("CALL_BREAKER_FAILURES", "1000"),
            ("CACHE_TTL", "0s"),
            ("CACHE_STALE", "0s"),
        ];
        all.extend_from_slice(pairs);
        let urls = upstreams.iter().map(|(name, upstream)| (*name, upstream.url.as_str()));
        all.extend(urls);
        let config = Config::read(Reader::from_pairs(all)).unwrap();
        let app = assemble(
            &config,
        );
        let router = app.await.unwrap().router();
        Self { router, upstreams }
    }

    async fn get(&self, path: &str) -> (StatusCode, HeaderMap, Value) {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }


    async fn ask(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Value) {
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (head.status, head.headers, serde_json::from_slice(&bytes).unwrap())
    }

    pub fn calls(&self) -> usize {
        self.upstreams.iter().map(|(_, upstream)| upstream.calls()).sum()
    }

    pub fn all_are(&self, mood: Mood) {
        for (_, upstream) in &self.upstreams {
            upstream.is(mood);
        }
    }
}

/// The parts of an overview, by service.
fn parts(home: &Value) -> Vec<Vec<&Value>> {
    let services = home.as_object().unwrap().values();
    services.map(|service| service.as_object().unwrap().values().collect()).collect()
}

#[tokio::test]
async fn the_overview_asks_for_everything_at_once() {
    let stage = Stage::set(&[]).await;
    let (status, _, home) = stage.get("/home").await;
    assert_eq!(status, 200);
    let all: Vec<_> = parts(&home).concat();
    assert_eq!(stage.calls(), all.len());
    for part in all {
        assert_eq!(part["data"]["items"].as_array().unwrap().len(), 3, "{home}");
    }
}

#[tokio::test]
async fn a_service_that_is_away_is_told_and_the_others_are_shown() {
    let stage = Stage::set(&[]).await;
    for away in 0..stage.upstreams.len() {
        stage.all_are(Mood::Well);
        stage.upstreams[away].1.is(Mood::Away);
        let (status, _, home) = stage.get("/home").await;
        let missing = parts(&home).into_iter().filter(|parts| parts[0]["reason"] == "unavailable");
        assert_eq!(missing.count(), 1, "{home}");
        let is_alone = stage.upstreams.len() == 1;
        assert_eq!(status, if is_alone { 503 } else { 200 });
    }
}

#[tokio::test]
async fn a_slow_service_is_not_waited_for() {
    let stage = Stage::set(&[("VIEW_TIMEOUT", "200ms")]).await;
    stage.upstreams[0].1.is(Mood::Slow);
    let started = Instant::now();
    let (_, _, home) = stage.get("/home").await;
    assert!(started.elapsed() < Duration::from_secs(2));
    let late = parts(&home).into_iter().filter(|parts| parts[0]["reason"] == "deadline");
    assert_eq!(late.count(), 1, "{home}");
    stage.all_are(Mood::Slow);
    let (status, _, home) = stage.get("/home").await;
    assert_eq!(status, 503, "{home}");
}

#[tokio::test]
async fn answers_are_kept_while_they_are_fresh() {
    let stage = Stage::set(&[("CACHE_TTL", "1h")]).await;
    let (_, _, first) = stage.get("/home").await;
    let calls = stage.calls();
    stage.all_are(Mood::Away);
    let (status, _, second) = stage.get("/home").await;
    assert_eq!((status, second), (StatusCode::OK, first));
    assert_eq!(stage.calls(), calls);
}

#[tokio::test]
async fn old_answers_are_given_and_renewed_behind() {
    let stage = Stage::set(&[("CACHE_TTL", "0s"), ("CACHE_STALE", "1h")]).await;
    let (_, _, first) = stage.get("/home").await;
    let calls = stage.calls();
    stage.all_are(Mood::Slow);
    let started = Instant::now();
    let (_, _, second) = stage.get("/home").await;
    assert_eq!(second, first);
    assert!(started.elapsed() < Duration::from_secs(2));
    // Each is renewed once, however often it is asked for meanwhile.
    stage.get("/home").await;
    for _ in 0..200 {
        if stage.calls() == 2 * calls {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(stage.calls(), 2 * calls);
}

#[tokio::test]
async fn one_caller_does_not_use_up_what_others_may() {
    let pairs = [
        ("CALLER_RATE_LIMIT_RPS", "0.01"),
        ("CALLER_RATE_LIMIT_BURST", "2"),
        ("CALLER_RATE_LIMIT_HEADER", "x-api-key"),
    ];
    let stage = Stage::set(&pairs).await;
    let ask = async |key: &str| {
        let request = Request::get("/home").header("x-api-key", key);
        stage.ask(request.body(Body::empty()).unwrap()).await
    };
    for _ in 0..2 {
        assert_eq!(ask("greedy").await.0, 200);
    }
    let (status, headers, _) = ask("greedy").await;
    assert_eq!(status, 429);
    assert!(headers.contains_key("retry-after"));
    assert_eq!(ask("modest").await.0, 200);
}

#[tokio::test]
async fn views_are_described() {
    let description = serde_json::to_value(web::presentation::views::description()).unwrap();
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.contains_key("/home"));
    let schemas = description["components"]["schemas"].as_object().unwrap();
    assert!(schemas.contains_key("Home"), "{schemas:?}");
}
