use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing::Instrument as _;

use super::Problem;
use crate::config::HttpSettings;
use crate::metrics::HttpMetrics;
use crate::resilience::{RateSettings, limit_callers};
use crate::{RequestContext, TraceContext};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Bounds the requests of a router: their bodies, their time, how many run at once and how often
/// they come.
pub fn limits(router: Router, settings: &HttpSettings, metrics: &HttpMetrics) -> Router {
    let limits = Limits {
        permits: Arc::new(Semaphore::new(settings.max_concurrent)),
        timeout: settings.timeout,
        metrics: metrics.clone(),
    };
    let router = match settings.rate_limit_rps {
        0 => router,
        rps => {
            let (rps, burst) = (f64::from(rps), settings.rate_limit_burst);
            limit_callers(router, RateSettings { rps, burst })
        }
    };
    router
        .layer(DefaultBodyLimit::max(settings.body_limit))
        .layer(middleware::from_fn_with_state(limits, limit))
}

#[derive(Clone)]
struct Limits {
    permits: Arc<Semaphore>,
    timeout: Duration,
    metrics: HttpMetrics,
}

async fn limit(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let Ok(_permit) = limits.permits.try_acquire() else {
        limits.metrics.shed.inc();
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE)
            .detail("too many requests are running")
            .retry_after(1)
            .into_response();
    };
    match tokio::time::timeout(limits.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE)
            .detail("the answer took too long")
            .retry_after(1)
            .into_response(),
    }
}

/// Puts around a router what every service has: request ids, traces, access logs, metrics, CORS,
/// gzip, and problems for panics, unknown paths and wrong methods.
pub fn layers(router: Router, settings: &HttpSettings, metrics: &HttpMetrics) -> Router {
    let observer = Observer {
        metrics: metrics.clone(),
        tenant_header: HeaderName::try_from(&settings.tenant_header).ok(),
    };
    router
        .fallback(async || Problem::new(StatusCode::NOT_FOUND).detail("there is nothing here"))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED).detail("the path has other methods")
        })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new().gzip(true))
        .layer(cors(settings))
        .layer(middleware::from_fn_with_state(observer, observe))
}

fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<&str>().copied();
    let reason = text.or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    tracing::error!(reason = reason.unwrap_or("unknown"), "a handler panicked");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR)
        .detail("the fault is on our side and has been logged")
        .into_response()
}

fn cors(settings: &HttpSettings) -> CorsLayer {
    let origins = &settings.cors_origins;
    let allowed = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|origin| origin.parse().ok()))
    };
    let mut headers = vec![
        header::ACCEPT,
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        HeaderName::from_static("idempotency-key"),
        REQUEST_ID,
        TRACEPARENT,
        HeaderName::from_static("tracestate"),
    ];
    headers.extend(HeaderName::try_from(&settings.tenant_header));
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers(headers)
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            REQUEST_ID,
        ])
        .max_age(Duration::from_secs(600))
}

#[derive(Clone)]
struct Observer {
    metrics: HttpMetrics,
    tenant_header: Option<HeaderName>,
}

async fn observe(State(observer): State<Observer>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = method_label(request.method());
    let route = route_label(&request);
    let context = context(&observer, request.headers());
    let (request_id, trace) = (context.request_id.clone(), context.trace.clone());
    let span = tracing::info_span!(
        "request",
        request_id,
        trace_id = trace.trace_id(),
        span_id = trace.span_id(),
        method,
        route,
    );
    observer.metrics.in_flight.inc();
    let in_flight = InFlight(observer.metrics.clone());
    let work = async move {
        let response = next.run(request).await;
        let elapsed = started.elapsed();
        let status = response.status().as_u16();
        in_flight.0.observe(method, &route, status, elapsed);
        log(&route, status, elapsed);
        response
    };
    let mut response = context.scope(work.instrument(span)).await;
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Ok(value) = HeaderValue::from_str(&trace.traceparent()) {
        headers.insert(TRACEPARENT, value);
    }
    response
}

/// Counts a request as running until it is answered or its caller goes away.
struct InFlight(HttpMetrics);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.dec();
    }
}

fn log(route: &str, status: u16, elapsed: Duration) {
    let elapsed_ms = elapsed.as_secs_f64() * 1_000.0;
    if route.starts_with("/health/") || route == "/metrics" {
        tracing::debug!(status, elapsed_ms, "answered");
    } else {
        tracing::info!(status, elapsed_ms, "answered");
    }
}

/// The method, with what is not a common one under one label, so that callers cannot make metrics.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

/// The route as it was declared, never the path as it was sent.
fn route_label(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned())
}

fn context(observer: &Observer, headers: &HeaderMap) -> RequestContext {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let request_id = text(&REQUEST_ID)
        .filter(|id| is_sound_id(id))
        .map_or_else(|| crate::new_id().to_string(), str::to_owned);
    let trace = TraceContext::from_headers(headers)
        .map_or_else(TraceContext::root, |parent| parent.child());
    let tenant = observer.tenant_header.as_ref().and_then(text);
    let tenant = tenant.filter(|tenant| is_sound_id(tenant));
    RequestContext::new(request_id, trace, tenant.map(str::to_owned))
}

fn is_sound_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::{get, post};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;
    use crate::metrics::Metrics;

    fn settings() -> HttpSettings {
        HttpSettings {
            body_limit: 16,
            timeout: Duration::from_millis(50),
            max_concurrent: 1,
            cors_origins: vec!["https://shop.example".to_owned()],
            ..HttpSettings::default()
        }
    }

    fn router(metrics: &Metrics) -> Router {
        async fn slow() {
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        async fn broken() {
            panic!("boom");
        }
        let routes = Router::new()
            .route("/items/{id}", get(async || "x".repeat(1_000)))
            .route(
                "/tenant",
                get(async || {
                    RequestContext::current()
                        .and_then(|context| context.tenant)
                        .unwrap_or_default()
                }),
            )
            .route("/slow", get(slow))
            .route("/broken", get(broken))
            .route("/echo", post(async |body: String| body));
        let routes = limits(routes, &settings(), &metrics.http);
        layers(routes, &settings(), &metrics.http)
    }

    async fn send(request: axum::http::request::Builder, body: &str) -> Response {
        let metrics = Metrics::new("test").unwrap();
        let request = request.body(Body::from(body.to_owned())).unwrap();
        router(&metrics).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn ids_and_traces_go_in_and_out() {
        let request = Request::get("/items/1")
            .header("x-request-id", "r1")
            .header(
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            );
        let response = send(request, "").await;
        assert_eq!(response.headers()["x-request-id"], "r1");
        let trace = TraceContext::from_headers(response.headers()).unwrap();
        assert_eq!(trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_ne!(trace.span_id(), "b7ad6b7169203331");

        let response = send(Request::get("/nowhere").header("x-request-id", "a b"), "").await;
        let id = response.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(uuid::Uuid::parse_str(&id).is_ok(), "{id}");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!((problem.status, problem.request_id), (404, Some(id)));
    }

    #[tokio::test]
    async fn failures_are_problems() {
        for (request, body, status) in [
            (Request::get("/nowhere"), "", 404),
            (Request::delete("/tenant"), "", 405),
            (Request::get("/broken"), "", 500),
            (Request::get("/slow"), "", 503),
        ] {
            let response = send(request, body).await;
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(
                response.headers()["content-type"],
                "application/problem+json"
            );
        }
        let response = send(Request::delete("/tenant"), "").await;
        assert_eq!(response.headers()["allow"], "GET,HEAD");
        let response = send(Request::post("/echo"), "more than sixteen bytes").await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn too_many_requests_are_shed() {
        let metrics = Metrics::new("test").unwrap();
        let router = router(&metrics);
        let get = |uri: &str| Request::get(uri).body(Body::empty()).unwrap();
        let (first, second) = tokio::join!(
            router.clone().oneshot(get("/slow")),
            router.clone().oneshot(get("/items/1"))
        );
        assert_eq!(first.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
        let second = second.unwrap();
        assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(second.headers()["retry-after"], "1");
        assert_eq!(metrics.http.shed.get(), 1);
        let third = router.oneshot(get("/items/2")).await.unwrap();
        assert_eq!(third.status(), StatusCode::OK);
        let text = metrics.render().unwrap();
        assert!(text.contains(r#"route="/items/{id}""#), "{text}");
        assert!(!text.contains("/items/2"), "{text}");
        assert_eq!(metrics.http.in_flight.get(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn callers_that_ask_too_often_are_turned_away() {
        let metrics = Metrics::new("test").unwrap();
        let strict = HttpSettings {
            rate_limit_rps: 1,
            rate_limit_burst: 2,
            ..HttpSettings::default()
        };
        let routes = Router::new().route("/", get(async || ""));
        let routes = layers(
            limits(routes, &strict, &metrics.http),
            &strict,
            &metrics.http,
        );
        let mut statuses = Vec::new();
        for _ in 0..3 {
            let request = Request::get("/").body(Body::empty()).unwrap();
            let response = routes.clone().oneshot(request).await.unwrap();
            statuses.push(response.status().as_u16());
        }
        assert_eq!(statuses, [200, 200, 429]);
    }

    #[tokio::test]
    async fn browsers_of_known_origins_may_call() {
        let request = Request::builder()
            .method("OPTIONS")
            .uri("/items/1")
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "GET");
        let response = send(request, "").await;
        assert_eq!(response.status(), StatusCode::OK);
        let allowed = &response.headers()["access-control-allow-origin"];
        assert_eq!(allowed, "https://shop.example");
        let request = Request::get("/items/1").header("origin", "https://evil.example");
        let response = send(request, "").await;
        assert!(
            !response
                .headers()
                .contains_key("access-control-allow-origin")
        );
    }

    #[tokio::test]
    async fn any_origin_when_asked_for() {
        let any = HttpSettings {
            cors_origins: vec!["*".to_owned()],
            ..settings()
        };
        let metrics = Metrics::new("test").unwrap();
        let router = layers(
            Router::new().route("/", get(async || "")),
            &any,
            &metrics.http,
        );
        let request = Request::get("/").header("origin", "https://evil.example");
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await;
        let response = response.unwrap();
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
    }

    #[tokio::test]
    async fn long_answers_are_packed() {
        let response = send(
            Request::get("/items/1").header("accept-encoding", "gzip"),
            "",
        )
        .await;
        assert_eq!(response.headers()["content-encoding"], "gzip");
    }

    #[tokio::test]
    async fn the_tenant_is_known() {
        let response = send(Request::get("/tenant").header("x-tenant-id", "acme"), "").await;
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, "acme");
    }

    #[test]
    fn strange_methods_share_a_label() {
        assert_eq!(method_label(&Method::TRACE), "OTHER");
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            assert_eq!(method_label(&method.parse().unwrap()), method);
        }
    }
}
