//! Whether the service lives and whether it can take requests.
//!
//! ```
//! # tokio::runtime::Runtime::new().map(|runtime| runtime.block_on(async {
//! let health = frame::health::Health::default();
//! health.check("disk", || async { Ok(()) });
//! assert!(health.report().await.is_ready());
//! health.drain();
//! assert!(!health.report().await.is_ready());
//! # })).ok();
//! ```

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::future::{BoxFuture, FutureExt as _, join_all};
use serde::Serialize;

use crate::Result;

type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// The checks of a service; clones share them.
#[derive(Clone, Default)]
pub struct Health(Arc<Inner>);

#[derive(Default)]
struct Inner {
    checks: RwLock<Vec<(String, Check)>>,
    is_draining: AtomicBool,
}

impl Health {
    /// The longest a check may take.
    pub const TIMEOUT: Duration = Duration::from_secs(2);

    /// Adds a check that readiness depends on.
    pub fn check<F>(&self, name: impl Into<String>, check: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let check: Check = Arc::new(move || check().boxed());
        let mut checks = self
            .0
            .checks
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        checks.push((name.into(), check));
    }

    /// Turns readiness off for good, because the service stops.
    pub fn drain(&self) {
        self.0.is_draining.store(true, Ordering::SeqCst);
    }

    /// Whether the service stops.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.is_draining.load(Ordering::SeqCst)
    }

    /// Runs all checks side by side.
    pub async fn report(&self) -> Report {
        let checks = self.0.checks.read();
        let checks = checks.unwrap_or_else(PoisonError::into_inner).clone();
        let results = join_all(checks.into_iter().map(|(name, check)| async move {
            let result = run(&name, check).await;
            (name, result)
        }));
        Report {
            is_draining: self.is_draining(),
            checks: results.await.into_iter().collect(),
        }
    }

    /// The routes `/health/live` and `/health/ready`.
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/health/live", get(async || Json(Live { status: "live" })))
            .route("/health/ready", get(ready))
            .with_state(self.clone())
    }
}

#[derive(Serialize)]
struct Live {
    status: &'static str,
}

async fn ready(State(health): State<Health>) -> Response {
    let report = health.report().await;
    let status = if report.is_ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(report)).into_response()
}

async fn run(name: &str, check: Check) -> CheckReport {
    let started = Instant::now();
    let result = tokio::time::timeout(Health::TIMEOUT, check()).await;
    let reason = match result {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(format!("no answer in {:?}", Health::TIMEOUT)),
    };
    if let Some(reason) = &reason {
        tracing::warn!(check = name, reason, "not ready");
    }
    CheckReport {
        status: if reason.is_none() { "up" } else { "down" },
        elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

/// What the checks said; reasons are logged and not shown to callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    is_draining: bool,
    checks: BTreeMap<String, CheckReport>,
}

/// What one check said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// `up` or `down`.
    pub status: &'static str,
    /// How long the check took.
    pub elapsed_ms: u64,
}

impl Report {
    /// Whether the service can take requests.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.is_draining && self.checks.values().all(|check| check.status == "up")
    }

    /// What each check said.
    #[must_use]
    pub fn checks(&self) -> &BTreeMap<String, CheckReport> {
        &self.checks
    }
}

impl Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            status: &'static str,
            checks: &'a BTreeMap<String, CheckReport>,
        }
        let status = match (self.is_draining, self.is_ready()) {
            (true, _) => "draining",
            (false, true) => "ready",
            (false, false) => "not-ready",
        };
        Body {
            status,
            checks: &self.checks,
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;
    use crate::Error;

    async fn get_json(health: &Health, uri: &str) -> (u16, serde_json::Value) {
        let request = Request::get(uri).body(Body::empty()).unwrap();
        let response = health.routes().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn ready_when_all_checks_are_up() {
        let health = Health::default();
        health.check("database", || async { Ok(()) });
        let (status, body) = get_json(&health, "/health/ready").await;
        assert_eq!((status, &body["status"]), (200, &"ready".into()));
        assert_eq!(body["checks"]["database"]["status"], "up");

        health.check("bus", || async {
            Err(Error::Unavailable("at 10.0.0.1".to_owned()))
        });
        let (status, body) = get_json(&health, "/health/ready").await;
        assert_eq!((status, &body["status"]), (503, &"not-ready".into()));
        assert_eq!(body["checks"]["bus"]["status"], "down");
        assert!(!body.to_string().contains("10.0.0.1"));
        assert_eq!(get_json(&health, "/health/live").await.0, 200);
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_hangs_is_down() {
        let health = Health::default();
        health.check("slow", std::future::pending);
        let report = health.report().await;
        assert_eq!(report.checks()["slow"].status, "down");
    }

    #[tokio::test]
    async fn draining_is_not_ready() {
        let health = Health::default();
        health.drain();
        let (status, body) = get_json(&health, "/health/ready").await;
        assert_eq!((status, &body["status"]), (503, &"draining".into()));
    }
}
