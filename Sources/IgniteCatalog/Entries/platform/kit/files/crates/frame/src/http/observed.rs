//! What surrounds every request, in one service.

use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Either};
use tower::{Layer as _, Service};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tracing::Instrument as _;

use super::Problem;
use crate::metrics::HttpMetrics;
use crate::spans::{Ended, Kind};
use crate::{RequestContext, TraceContext};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub(super) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// What an answer depends on besides its path, for caches on the way.
const VARY: HeaderValue = HeaderValue::from_static(
    "origin, access-control-request-method, access-control-request-headers, accept-encoding",
);

/// What the requests of one service share.
pub(super) struct Surroundings {
    pub metrics: HttpMetrics,
    pub tenant_header: Option<HeaderName>,
    pub cors: CorsLayer,
    pub span: tracing::Span,
}

/// Routes with request ids, traces, access logs, metrics, CORS, gzip, and a problem for a panic.
#[derive(Clone)]
pub(super) struct Observed<S> {
    pub inner: S,
    pub around: Arc<Surroundings>,
}

impl<S> Service<Request> for Observed<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let started = Instant::now();
        let method = method_label(request.method());
        let path = request.extensions().get::<MatchedPath>().cloned();
        let context = self.around.context(request.headers());
        let (request_id, trace) = (context.request_id.clone(), context.trace.clone());
        let span = tracing::info_span!(
            parent: &self.around.span,
            "request",
            request_id,
            trace_id = trace.trace_id(),
            span_id = trace.span_id(),
            method,
            route = route_label(path.as_ref()),
        );
        let (running, ended) = (Running::new(&self.around), trace.clone());
        let answer = if is_plain(&request) {
            Either::Left(self.plain(request))
        } else {
            Either::Right(self.negotiated(request))
        };
        let work = async move {
            let response = answer.await;
            let (status, elapsed) = (response.status(), started.elapsed());
            let route = route_label(path.as_ref());
            let metrics = &running.0.metrics;
            metrics.observe(method, route, status.as_str(), elapsed);
            log(route, status.as_u16(), elapsed);
            // What asks for health all the time would drown the rest.
            if !is_probe(route) {
                metrics.spans.ended(&ended, elapsed, || Ended {
                    name: format!("{method} {route}"),
                    kind: Kind::Server,
                    has_failed: status.is_server_error(),
                    attributes: vec![
                        ("http.request.method", method.to_owned()),
                        ("http.route", route.to_owned()),
                        ("http.response.status_code", status.as_str().to_owned()),
                    ],
                });
            }
            response
        };
        Box::pin(async move {
            let mut response = context.scope(work.instrument(span)).await;
            let headers = response.headers_mut();
            if let Ok(value) = HeaderValue::try_from(request_id) {
                headers.insert(REQUEST_ID, value);
            }
            if let Ok(value) = HeaderValue::try_from(trace.traceparent()) {
                headers.insert(TRACEPARENT, value);
            }
            Ok(response)
        })
    }
}

impl<S> Observed<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    /// The answer to a request that asks neither for another origin nor for packing.
    fn plain(&mut self, request: Request) -> impl Future<Output = Response> + use<S> {
        let answer = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        async {
            let mut response = match answer.await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(cause) => panicked(cause),
            };
            response.headers_mut().append(header::VARY, VARY);
            response
        }
    }

    fn negotiated(&self, request: Request) -> BoxFuture<'static, Response> {
        let safe = CatchPanicLayer::custom(panicked).layer(self.inner.clone());
        let packed = CompressionLayer::new().gzip(true).layer(safe);
        let mut routes = self.around.cors.layer(packed);
        let answer = routes.call(request);
        Box::pin(async {
            match answer.await {
                Ok(response) => response.map(axum::body::Body::new),
                Err(never) => match never {},
            }
        })
    }
}

fn is_plain(request: &Request) -> bool {
    let headers = request.headers();
    let packings = headers.get(header::ACCEPT_ENCODING);
    packings.is_none_or(|packings| packings == "identity")
        && !headers.contains_key(header::ORIGIN)
        && request.method() != Method::OPTIONS
}

fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<&str>().copied();
    let reason = text.or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    tracing::error!(reason = reason.unwrap_or("unknown"), "a handler panicked");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR)
        .detail("the fault is on our side and has been logged")
        .into_response()
}

/// Counts a request as running until it is answered or its caller goes away.
struct Running(Arc<Surroundings>);

impl Running {
    fn new(around: &Arc<Surroundings>) -> Self {
        around.metrics.in_flight.inc();
        Self(Arc::clone(around))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.metrics.in_flight.dec();
    }
}

fn log(route: &str, status: u16, elapsed: Duration) {
    let elapsed_ms = elapsed.as_secs_f64() * 1_000.0;
    if is_probe(route) {
        tracing::debug!(status, elapsed_ms, "answered");
    } else {
        tracing::info!(status, elapsed_ms, "answered");
    }
}

fn is_probe(route: &str) -> bool {
    let probes = ["/health/", "/grpc.health.", "/metrics"];
    probes.iter().any(|probe| route.starts_with(probe))
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
fn route_label(path: Option<&MatchedPath>) -> &str {
    path.map_or("unmatched", MatchedPath::as_str)
}

impl Surroundings {
    fn context(&self, headers: &HeaderMap) -> RequestContext {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let request_id = text(&REQUEST_ID)
            .filter(|id| is_sound_id(id))
            .map_or_else(|| crate::new_id().to_string(), str::to_owned);
        let trace = TraceContext::from_headers(headers)
            .map_or_else(TraceContext::root, |parent| parent.child());
        let tenant = self.tenant_header.as_ref().and_then(text);
        let tenant = tenant.filter(|tenant| is_sound_id(tenant));
        RequestContext::new(request_id, trace, tenant.map(str::to_owned))
    }
}

fn is_sound_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn plain_answers_are_what_negotiated_ones_are() {
        let settings = crate::config::HttpSettings::default();
        let metrics = crate::metrics::Metrics::new("test").unwrap();
        let routes = axum::Router::new()
            .route("/", axum::routing::get(async || "x".repeat(1_000)))
            .route(
                "/broken",
                axum::routing::get(async || -> () { panic!("boom") }),
            );
        let routes = super::super::layers(routes, &settings, &metrics.http, "test");
        for path in ["/", "/broken", "/nowhere"] {
            let mut answers = Vec::new();
            for packing in ["identity", "br"] {
                let request = Request::get(path).header(header::ACCEPT_ENCODING, packing);
                let request = request.header(&REQUEST_ID, "r1");
                let request = request.body(axum::body::Body::empty()).unwrap();
                let response = routes.clone().oneshot(request).await.unwrap();
                let (head, body) = response.into_parts();
                let names = head.headers.keys().map(HeaderName::as_str);
                let of_browsers = |name: &&str| name.starts_with("access-control-");
                let mut names: Vec<_> = names.filter(|name| !of_browsers(name)).collect();
                names.sort_unstable();
                let names = names.join(" ");
                let body = body.collect().await.unwrap().to_bytes();
                answers.push((head.status, names, body));
            }
            assert_eq!(answers[0], answers[1], "{path}");
        }
    }

    #[test]
    fn strange_methods_share_a_label() {
        assert_eq!(method_label(&Method::TRACE), "OTHER");
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            assert_eq!(method_label(&method.parse().unwrap()), method);
        }
    }
}
