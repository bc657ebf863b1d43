use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use tower::Service;
use tower::layer::layer_fn;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::Problem;
use super::observed::{Observed, REQUEST_ID, Surroundings, TRACEPARENT};
use crate::config::HttpSettings;
use crate::metrics::HttpMetrics;
use crate::resilience::{RateSettings, limit_callers};

/// Bounds the requests of a router: their bodies, their time, how many run at once and how often
/// they come.
pub fn limits(router: Router, settings: &HttpSettings, metrics: &HttpMetrics) -> Router {
    let bounds = Arc::new(Bounds {
        permits: Arc::new(Semaphore::new(settings.max_concurrent)),
        timeout: settings.timeout,
        metrics: metrics.clone(),
    });
    let router = match settings.rate_limit_rps {
        0 => router,
        rps => {
            let (rps, burst) = (f64::from(rps), settings.rate_limit_burst);
            limit_callers(router, RateSettings { rps, burst })
        }
    };
    let bounded = layer_fn(move |inner| Bounded {
        inner,
        bounds: bounds.clone(),
    });
    router.layer((bounded, DefaultBodyLimit::max(settings.body_limit)))
}

struct Bounds {
    permits: Arc<Semaphore>,
    timeout: Duration,
    metrics: HttpMetrics,
}

/// Routes that run only so often at once and only so long.
#[derive(Clone)]
struct Bounded<S> {
    inner: S,
    bounds: Arc<Bounds>,
}

impl<S> Service<Request> for Bounded<S>
where
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Ok(permit) = self.bounds.permits.clone().try_acquire_owned() else {
            self.bounds.metrics.shed.inc();
            return Box::pin(async { Ok(busy("too many requests are running")) });
        };
        let answer = tokio::time::timeout(self.bounds.timeout, self.inner.call(request));
        Box::pin(async move {
            let answer = answer.await;
            drop(permit);
            match answer {
                Ok(answer) => answer.map(IntoResponse::into_response),
                Err(_) => Ok(busy("the answer took too long")),
            }
        })
    }
}

fn busy(detail: &str) -> Response {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE)
        .detail(detail)
        .retry_after(1)
        .into_response()
}

/// Puts around a router what every service has: request ids, traces, access logs under the service's
/// name, metrics, CORS, gzip, and problems for panics, unknown paths and wrong methods.
///
/// It is one service around each route and not one for each of these, because every one of those would
/// be copied for each request.
pub fn layers(
    router: Router,
    settings: &HttpSettings,
    metrics: &HttpMetrics,
    service: &str,
) -> Router {
    let around = Arc::new(Surroundings {
        metrics: metrics.clone(),
        tenant_header: HeaderName::try_from(&settings.tenant_header).ok(),
        cors: cors(settings),
        // A root of its own: the server's tasks are in the span of the service already.
        span: tracing::info_span!(parent: None, "service", service),
    });
    router
        .fallback(async || Problem::new(StatusCode::NOT_FOUND).detail("there is nothing here"))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED).detail("the path has other methods")
        })
        .layer(layer_fn(move |inner| Observed {
            inner,
            around: around.clone(),
        }))
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

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::{get, post};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;
    use crate::metrics::Metrics;
    use crate::{RequestContext, TraceContext};

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
        layers(routes, &settings(), &metrics.http, "test")
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
            "test",
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
            "test",
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
}
