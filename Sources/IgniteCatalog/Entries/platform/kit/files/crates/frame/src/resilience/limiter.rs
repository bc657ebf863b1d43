use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::Rejection;
use crate::http::Problem;

/// How often something may happen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateSettings {
    /// How often in a second, over time.
    pub rps: f64,
    /// How often at once, after a rest.
    pub burst: u32,
}

impl Default for RateSettings {
    fn default() -> Self {
        Self {
            rps: 1_000.0,
            burst: 100,
        }
    }
}

/// A token bucket for each key.
///
/// ```
/// use frame::resilience::{RateLimiter, RateSettings};
///
/// let limiter = RateLimiter::new(RateSettings { rps: 1.0, burst: 2 });
/// assert!(limiter.check("alice").is_ok() && limiter.check("alice").is_ok());
/// assert!(limiter.check("alice").is_err());
/// assert!(limiter.check("bob").is_ok());
/// ```
#[derive(Debug)]
pub struct RateLimiter {
    rps: f64,
    burst: f64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// How many keys are remembered before those that rest are forgotten.
const MANY_KEYS: usize = 10_000;

impl RateLimiter {
    /// A limiter whose buckets are full.
    #[must_use]
    pub fn new(settings: RateSettings) -> Self {
        Self {
            rps: settings.rps.max(f64::MIN_POSITIVE),
            burst: f64::from(settings.burst.max(1)),
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// Takes a token of this key.
    ///
    /// # Errors
    /// [`Rejection::Limited`] with the time until there is one.
    pub fn check(&self, key: &str) -> Result<(), Rejection> {
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(key) {
            let tokens = self.take(self.tokens(*bucket, now))?;
            *bucket = Bucket { tokens, at: now };
            return Ok(());
        }
        if buckets.len() >= MANY_KEYS {
            buckets.retain(|_, bucket| self.tokens(*bucket, now) < self.burst);
            if buckets.len() >= MANY_KEYS {
                // As many keys are in use at once: who is new begins anew with all others.
                buckets.clear();
            }
        }
        let tokens = self.take(self.burst)?;
        buckets.insert(key.to_owned(), Bucket { tokens, at: now });
        Ok(())
    }

    fn take(&self, tokens: f64) -> Result<f64, Rejection> {
        let left = tokens - 1.0;
        if left >= 0.0 {
            return Ok(left);
        }
        let wait = Duration::try_from_secs_f64(-left / self.rps).unwrap_or(Duration::MAX);
        Err(Rejection::Limited(wait))
    }

    fn tokens(&self, bucket: Bucket, now: Instant) -> f64 {
        let earned = now.duration_since(bucket.at).as_secs_f64() * self.rps;
        (bucket.tokens + earned).min(self.burst)
    }
}

/// Turns callers of these routes away with 429 when they ask too often, all of them together.
///
/// ```
/// use axum::{Router, routing::get};
/// use frame::resilience::{RateSettings, limit_callers};
///
/// let routes: Router = Router::new().route("/", get(async || "hello"));
/// let routes = limit_callers(routes, RateSettings { rps: 10.0, burst: 5 });
/// # let _ = routes;
/// ```
pub fn limit_callers(routes: Router, settings: RateSettings) -> Router {
    let limiter = Arc::new(RateLimiter::new(settings));
    routes.layer(middleware::from_fn_with_state(limiter, limit))
}

async fn limit(State(limiter): State<Arc<RateLimiter>>, request: Request, next: Next) -> Response {
    match limiter.check("") {
        Ok(()) => next.run(request).await,
        Err(Rejection::Limited(wait)) => too_many(wait),
        Err(rejection) => crate::Error::from(rejection).into_response(),
    }
}

/// Turns a caller of these routes away with 429 when it asks too often, each by itself.
///
/// Callers are told apart by the subject of their token where that was verified before (feature
/// `jwt`), else by a header that stands for them, else by their address. The header must come from
/// something that callers cannot go around, since any value in it counts as another caller.
///
/// ```
/// use axum::{Router, routing::get};
/// use frame::resilience::{RateSettings, limit_each_caller};
///
/// let routes: Router = Router::new().route("/", get(async || "hello"));
/// let routes = limit_each_caller(routes, RateSettings { rps: 10.0, burst: 5 }, Some("x-api-key"));
/// # let _ = routes;
/// ```
pub fn limit_each_caller(routes: Router, settings: RateSettings, header: Option<&str>) -> Router {
    let limiter = Arc::new(CallerLimiter {
        limiter: RateLimiter::new(settings),
        header: header.and_then(|name| HeaderName::try_from(name).ok()),
    });
    routes.layer(middleware::from_fn_with_state(limiter, limit_each))
}

struct CallerLimiter {
    limiter: RateLimiter,
    header: Option<HeaderName>,
}

async fn limit_each(
    State(callers): State<Arc<CallerLimiter>>,
    request: Request,
    next: Next,
) -> Response {
    match callers.limiter.check(&callers.name(&request)) {
        Ok(()) => next.run(request).await,
        Err(Rejection::Limited(wait)) => too_many(wait),
        Err(rejection) => crate::Error::from(rejection).into_response(),
    }
}

impl CallerLimiter {
    fn name(&self, request: &Request) -> String {
        #[cfg(feature = "jwt")]
        if let Some(caller) = request
            .extensions()
            .get::<crate::security::jwt::Principal>()
        {
            return format!("subject {}", caller.subject);
        }
        let header = self
            .header
            .as_ref()
            .and_then(|name| request.headers().get(name));
        if let Some(value) = header {
            // A key may be a secret and may be long.
            return format!("header {:x}", Sha256::digest(value));
        }
        let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
        address.map_or_else(String::new, |address| {
            address.0.ip().to_canonical().to_string()
        })
    }
}

fn too_many(wait: Duration) -> Response {
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
    Problem::new(StatusCode::TOO_MANY_REQUESTS)
        .detail("too many requests, try again later")
        .retry_after(seconds.saturating_add(1))
        .into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    fn limiter(rps: f64, burst: u32) -> RateLimiter {
        RateLimiter::new(RateSettings { rps, burst })
    }

    #[tokio::test(start_paused = true)]
    async fn fills_with_time_up_to_the_burst() {
        let limiter = limiter(2.0, 3);
        let taken = |limiter: &RateLimiter| (0..10).filter(|_| limiter.check("k").is_ok()).count();
        assert_eq!(taken(&limiter), 3);
        let Err(Rejection::Limited(wait)) = limiter.check("k") else {
            panic!("was let through");
        };
        assert_eq!(wait, Duration::from_millis(500));
        tokio::time::advance(wait).await;
        assert_eq!(taken(&limiter), 1);
        tokio::time::advance(Duration::from_secs(3_600)).await;
        assert_eq!(taken(&limiter), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn keys_do_not_share() {
        let limiter = limiter(1.0, 1);
        assert!(limiter.check("a").is_ok() && limiter.check("b").is_ok());
        assert!(limiter.check("a").is_err() && limiter.check("b").is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn remembers_a_bounded_number_of_keys() {
        let limiter = limiter(1.0, 1);
        for key in 0..MANY_KEYS {
            assert!(limiter.check(&key.to_string()).is_ok());
        }
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(limiter.check("busy").is_ok());
        assert_eq!(limiter.buckets.lock().unwrap().len(), 1);
        for key in 0..MANY_KEYS {
            assert!(limiter.check(&key.to_string()).is_ok());
        }
        assert!(limiter.buckets.lock().unwrap().len() <= MANY_KEYS);
    }

    #[tokio::test(start_paused = true)]
    async fn callers_have_limits_of_their_own() {
        let settings = RateSettings { rps: 0.5, burst: 1 };
        let routes = Router::new().route("/", get(async || ""));
        let routes = limit_each_caller(routes, settings, Some("x-api-key"));
        let ask = async |key: Option<&str>, address: &str, subject: Option<&str>| {
            let mut request = Request::get("/").body(Body::empty()).unwrap();
            if let Some(key) = key {
                request
                    .headers_mut()
                    .insert("x-api-key", key.parse().unwrap());
            }
            let address: SocketAddr = address.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(address));
            if let Some(subject) = subject {
                request
                    .extensions_mut()
                    .insert(crate::security::jwt::Principal {
                        subject: subject.to_owned(),
                        roles: Default::default(),
                        claims: Default::default(),
                    });
            }
            routes.clone().oneshot(request).await.unwrap().status() == StatusCode::OK
        };
        let (here, there) = ("10.0.0.1:1000", "10.0.0.2:1000");
        assert!(ask(None, here, None).await && ask(None, there, None).await);
        assert!(!ask(None, "10.0.0.1:2000", None).await);
        assert!(!ask(None, "[::ffff:10.0.0.1]:3000", None).await);
        assert!(ask(Some("a"), here, None).await && ask(Some("b"), here, None).await);
        assert!(!ask(Some("a"), there, None).await);
        assert!(ask(Some("a"), here, Some("ann")).await);
        assert!(!ask(Some("b"), there, Some("ann")).await);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(ask(None, here, None).await);
    }

    #[tokio::test(start_paused = true)]
    async fn callers_are_told_when_to_return() {
        let settings = RateSettings { rps: 0.5, burst: 1 };
        let routes = limit_callers(Router::new().route("/", get(async || "")), settings);
        let ask = async || {
            let request = Request::get("/").body(Body::empty()).unwrap();
            routes.clone().oneshot(request).await.unwrap()
        };
        assert_eq!(ask().await.status(), StatusCode::OK);
        let refused = ask().await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "3");
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(ask().await.status(), StatusCode::OK);
    }
}
