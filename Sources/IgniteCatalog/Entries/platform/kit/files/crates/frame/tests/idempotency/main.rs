//! `Idempotency-Key` over every store: in the database, in Redis, in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod lost;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use frame::Error;
use frame::config::IdempotencySettings;
use frame::idempotency::{
    Begin, Claim, DatabaseStore, Idempotency, IdempotencyStore, MemoryStore, RedisStore,
    StoredResponse,
};
use frame::testing::{self, TestDatabase};
use futures_util::future::join_all;
use http_body_util::BodyExt as _;
use secrecy::SecretString;
use tower::ServiceExt as _;

struct Subject {
    name: &'static str,
    store: Arc<dyn IdempotencyStore>,
    /// Where the requests take effect.
    database: TestDatabase,
}

async fn subjects() -> Vec<Subject> {
    let memory = Subject {
        name: "memory",
        store: Arc::new(MemoryStore::default()),
        database: testing::sqlite_file(None).await.unwrap(),
    };
    let mut subjects = vec![memory];
    for database in testing::databases(None).await.unwrap() {
        subjects.push(Subject {
            name: database.name,
            store: Arc::new(DatabaseStore::new(database.database.clone())),
            database,
        });
    }
    match std::env::var("TEST_REDIS_URL") {
        Ok(url) => {
            let prefix = format!("test:{}", frame::new_id());
            let store = RedisStore::open(&SecretString::from(url), prefix).await;
            subjects.push(Subject {
                name: "redis",
                store: Arc::new(store.unwrap()),
                database: testing::sqlite_file(None).await.unwrap(),
            });
        }
        Err(_) => eprintln!("not tested on Redis: TEST_REDIS_URL is not set"),
    }
    subjects
}

#[derive(Clone)]
struct Service {
    router: Router,
    calls: Arc<AtomicU32>,
    idempotency: Idempotency,
}

impl Service {
    fn new(store: Arc<dyn IdempotencyStore>, settings: IdempotencySettings) -> Self {
        let calls = Arc::new(AtomicU32::new(0));
        let idempotency = Idempotency::new(store, None, "orders", settings);
        let counter = |answer: fn(u32) -> Response| {
            let calls = calls.clone();
            async move |body: String| {
                let n = calls.fetch_add(1, Ordering::SeqCst) + 1;
                if let Some(ms) = body.strip_prefix("wait ") {
                    tokio::time::sleep(Duration::from_millis(ms.parse().unwrap())).await;
                }
                answer(n)
            }
        };
        let made = |n: u32| {
            let headers = [
                (header::LOCATION, format!("/orders/{n}")),
                (header::ETAG, "\"1\"".to_owned()),
                (header::DATE, "now".to_owned()),
            ];
            (StatusCode::CREATED, headers, format!("order {n}")).into_response()
        };
        let router = Router::new()
            .route("/orders", post(counter(made)).get(counter(made)))
            .route("/other", post(counter(made)))
            .route(
                "/broken",
                post(counter(|_| StatusCode::BAD_GATEWAY.into_response())),
            )
            .route(
                "/taken",
                post(counter(|_| StatusCode::CONFLICT.into_response())),
            )
            .route("/panic", post(counter(|_| panic!("boom"))))
            .route(
                "/bad",
                post(counter(|_| StatusCode::BAD_REQUEST.into_response())),
            )
            .route("/health", get(async || "up"));
        Self {
            router: idempotency.layer(router),
            calls,
            idempotency,
        }
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    async fn post(&self, path: &str, key: &str, body: &str) -> Answer {
        self.send(Request::post(path).header("idempotency-key", key), body)
            .await
    }

    async fn send(&self, request: axum::http::request::Builder, body: &str) -> Answer {
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let header = |name: &str| {
            let value = parts.headers.get(name);
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        Answer {
            status: parts.status.as_u16(),
            location: header("location"),
            etag: header("etag"),
            replayed: header("idempotency-replayed").is_some(),
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Answer {
    status: u16,
    location: Option<String>,
    etag: Option<String>,
    replayed: bool,
    body: String,
}

fn patient() -> IdempotencySettings {
    IdempotencySettings {
        wait: Duration::from_secs(5),
        ..IdempotencySettings::default()
    }
}

fn impatient() -> IdempotencySettings {
    IdempotencySettings {
        wait: Duration::ZERO,
        ..IdempotencySettings::default()
    }
}

#[tokio::test]
async fn the_same_request_gets_the_stored_response() {
    for subject in subjects().await {
        let service = Service::new(subject.store, patient());
        let first = service.post("/orders", "k1", "a").await;
        assert_eq!(
            (first.status, first.replayed),
            (201, false),
            "{}",
            subject.name
        );
        let again = service.post("/orders", "k1", "a").await;
        let expected = Answer {
            replayed: true,
            ..first
        };
        assert_eq!(again, expected, "{}", subject.name);
        let other = service.post("/orders", "k2", "a").await;
        assert_eq!(other.body, "order 2", "{}", subject.name);
        assert_eq!(service.calls(), 2, "{}", subject.name);
    }
}

#[tokio::test]
async fn another_request_with_the_key_is_refused() {
    for subject in subjects().await {
        let service = Service::new(subject.store, patient());
        service.post("/orders", "k", "a").await;
        for (path, body) in [("/orders", "b"), ("/other", "a"), ("/orders?x=1", "a")] {
            let answer = service.post(path, "k", body).await;
            assert_eq!(answer.status, 422, "{} {path} {body}", subject.name);
            assert!(answer.body.contains("another request"), "{}", subject.name);
        }
        assert_eq!(service.calls(), 1, "{}", subject.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_duplicates_take_effect_once() {
    for subject in subjects().await {
        let service = Service::new(subject.store, patient());
        let all = (0..10).map(|_| service.post("/orders", "k", "wait 100"));
        for answer in join_all(all).await {
            assert_eq!(answer.status, 201, "{}", subject.name);
            assert_eq!(answer.body, "order 1", "{}", subject.name);
        }
        assert_eq!(service.calls(), 1, "{}", subject.name);
    }
}

#[tokio::test]
async fn a_duplicate_that_may_not_wait_conflicts() {
    for subject in subjects().await {
        let service = Service::new(subject.store, impatient());
        let second = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            service.post("/orders", "k", "wait 400").await
        };
        let (first, second) = tokio::join!(service.post("/orders", "k", "wait 400"), second);
        assert_eq!(
            (first.status, second.status),
            (201, 409),
            "{}",
            subject.name
        );
        assert_eq!(service.calls(), 1, "{}", subject.name);
    }
}

#[tokio::test]
async fn our_failures_are_not_stored() {
    for subject in subjects().await {
        let service = Service::new(subject.store, patient());
        for (path, status, calls) in [("/broken", 502, 2), ("/taken", 409, 4), ("/bad", 400, 5)] {
            for _ in 0..2 {
                let answer = service.post(path, path, "a").await;
                assert_eq!(answer.status, status, "{} {path}", subject.name);
            }
            assert_eq!(service.calls(), calls, "{} {path}", subject.name);
        }
    }
}

#[tokio::test]
async fn a_panic_frees_the_key() {
    for subject in subjects().await {
        let service = Service::new(subject.store, patient());
        for _ in 0..2 {
            let twin = service.clone();
            let panicking = tokio::spawn(async move { twin.post("/panic", "k", "a").await });
            assert!(panicking.await.unwrap_err().is_panic(), "{}", subject.name);
        }
        assert_eq!(service.calls(), 2, "{}", subject.name);
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_the_request() {
    for subject in subjects().await {
        let service = Service::new(subject.store, patient());
        let gone = service.post("/orders", "k", "wait 300");
        let gone = tokio::time::timeout(Duration::from_millis(150), gone).await;
        assert!(gone.is_err(), "{}", subject.name);
        service.idempotency.finish().await;
        let again = service.post("/orders", "k", "wait 300").await;
        assert!(again.replayed, "{}", subject.name);
        assert_eq!((again.body.as_str(), service.calls()), ("order 1", 1));
    }
}

#[tokio::test]
async fn callers_do_not_see_each_others_responses() {
    for subject in subjects().await {
        let service = Service::new(subject.store, patient());
        for (token, body) in [("ada", "order 1"), ("bob", "order 2"), ("ada", "order 1")] {
            let request = Request::post("/orders")
                .header("idempotency-key", "k")
                .header("authorization", token);
            assert_eq!(
                service.send(request, "a").await.body,
                body,
                "{}",
                subject.name
            );
        }
    }
}

#[tokio::test]
async fn only_some_requests_have_keys() {
    let store = Arc::new(MemoryStore::default());
    let service = Service::new(store.clone(), patient());
    for n in 1..=2 {
        let plain = service.send(Request::post("/orders"), "a").await;
        assert_eq!((plain.status, service.calls()), (201, n));
    }
    for n in 3..=4 {
        let request = Request::get("/orders").header("idempotency-key", "k");
        let read = service.send(request, "a").await;
        assert_eq!((read.status, service.calls()), (201, n));
    }
    for bad in ["", &"x".repeat(256)] {
        assert_eq!(service.post("/orders", bad, "a").await.status, 400);
    }
    let twice = Request::post("/orders")
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    assert_eq!(service.send(twice, "a").await.status, 400);
    let strict = IdempotencySettings {
        required: true,
        ..patient()
    };
    let strict = Service::new(store, strict);
    assert_eq!(strict.send(Request::post("/orders"), "a").await.status, 400);
    assert_eq!(strict.send(Request::get("/health"), "").await.status, 200);
}

/// A store that is away when it should forget something, three times.
#[derive(Default)]
struct Away {
    store: MemoryStore,
    asked: AtomicU32,
}

#[async_trait]
impl IdempotencyStore for Away {
    async fn begin(&self, claim: &Claim) -> Result<Begin, Error> {
        self.store.begin(claim).await
    }

    async fn complete(&self, claim: &Claim, response: &StoredResponse) -> Result<(), Error> {
        self.store.complete(claim, response).await
    }

    async fn abandon(&self, claim: &Claim) -> Result<(), Error> {
        match self.asked.fetch_add(1, Ordering::SeqCst) {
            0..3 => Err(Error::Unavailable("away".to_owned())),
            _ => self.store.abandon(claim).await,
        }
    }

    async fn purge(&self) -> Result<u64, Error> {
        self.store.purge().await
    }
}

#[tokio::test]
async fn a_failed_request_is_forgotten_when_its_store_is_back() {
    let service = Service::new(Arc::new(Away::default()), patient());
    for calls in 1..=2 {
        // The second waits for that, and not for the minute of a lease.
        assert_eq!(service.post("/broken", "k", "a").await.status, 502);
        assert_eq!(service.calls(), calls);
    }
}

fn claim(key: &str, lease: Duration, ttl: Duration) -> Claim {
    Claim {
        scope: "s".to_owned(),
        key: key.to_owned(),
        fingerprint: vec![0, 255, 1],
        attempt: frame::new_id(),
        lease,
        ttl,
    }
}

const SHORT: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_crashed_request_is_taken_over_when_its_lease_ends() {
    for Subject { name, store, .. } in subjects().await {
        let crashed = claim("k", SHORT, LONG);
        assert_eq!(store.begin(&crashed).await, Ok(Begin::Started), "{name}");
        let heir = claim("k", LONG, LONG);
        assert_eq!(store.begin(&heir).await, Ok(Begin::InProgress), "{name}");
        tokio::time::sleep(2 * SHORT).await;
        assert_eq!(store.begin(&heir).await, Ok(Begin::Started), "{name}");
        let late = response("late");
        store.complete(&crashed, &late).await.unwrap();
        store.abandon(&crashed).await.unwrap();
        assert_eq!(store.begin(&heir).await, Ok(Begin::InProgress), "{name}");
        let kept = response("kept");
        store.complete(&heir, &kept).await.unwrap();
        store.abandon(&crashed).await.unwrap();
        assert_eq!(store.begin(&crashed).await, Ok(Begin::Done(kept)), "{name}");
    }
}

fn response(body: &str) -> StoredResponse {
    StoredResponse {
        status: 201,
        headers: vec![("etag".to_owned(), "\"1\"".to_owned())],
        body: body.as_bytes().to_vec().into(),
    }
}

#[tokio::test]
async fn responses_are_kept_for_a_while() {
    for Subject { name, store, .. } in subjects().await {
        let first = claim("k", SHORT, SHORT);
        assert_eq!(store.begin(&first).await, Ok(Begin::Started), "{name}");
        store.complete(&first, &response("old")).await.unwrap();
        tokio::time::sleep(2 * SHORT).await;
        let other = Claim {
            fingerprint: vec![7],
            ..claim("k", LONG, SHORT)
        };
        assert_eq!(store.begin(&other).await, Ok(Begin::Started), "{name}");
        tokio::time::sleep(2 * SHORT).await;
        let purged = store.purge().await.unwrap();
        let expected = if name == "redis" { 0 } else { 1 };
        assert_eq!(purged, expected, "{name}");
        assert_eq!(store.begin(&first).await, Ok(Begin::Started), "{name}");
    }
}
