//! The service in process: no port, no server.

use std::sync::atomic::{AtomicU16, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use frame::config::Reader;
use frame::testing::{self, TestDatabase};
use http_body_util::BodyExt;
use books::{Config, assemble};
use books::application::Application;
use books::infrastructure;
use books::infrastructure::MIGRATIONS;
use serde_json::Value;
use tower::ServiceExt;

/// A number that no other test has had.
pub fn number() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The service in one state.
pub struct Harness {
    pub application: Application,
    pub database: TestDatabase,
    router: Router,
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Harness {
    /// The service over an empty database in memory.
    pub async fn start() -> Self {
        Self::over(testing::sqlite(Some(&MIGRATIONS)).await.unwrap()).await
    }

    /// The service over an empty database of every kind that can be reached.
    pub async fn everywhere() -> Vec<Self> {
        let databases = testing::databases(Some(&MIGRATIONS)).await.unwrap();
        let mut harnesses = Vec::new();
        for database in databases {
            harnesses.push(Self::over(database).await);
        }
        harnesses
    }

    async fn over(database: TestDatabase) -> Self {
        let config = Config::read(Reader::from_pairs([("PORT", "0")])).unwrap();
        let app = assemble(&config, (*database).clone()).await.unwrap();
        Self {
            application: infrastructure::application(&database),
            database,
            router: app.router(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None).await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status: head.status,
            headers: head.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::String(text)),
        }
    }
}

impl Answer {
    /// A header's text, empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
