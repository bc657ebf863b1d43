use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use prometheus::{IntCounterVec, Opts};
use tonic::{Code, Status};

use crate::Result;
use crate::metrics::Metrics;

/// What is measured of calls.
#[derive(Debug, Clone)]
pub(super) struct GrpcMetrics {
    handled: IntCounterVec,
}

impl GrpcMetrics {
    pub(super) fn new(metrics: &Metrics) -> Result<Self> {
        let handled = Opts::new(
            "grpc_server_handled_total",
            "Calls answered, by their code.",
        );
        let handled = IntCounterVec::new(handled, &["grpc_service", "grpc_method", "grpc_code"])?;
        metrics.register(Box::new(handled.clone()))?;
        Ok(Self { handled })
    }
}

/// Counts and logs how a call ended; a stream counts by how it began.
pub(super) async fn observe(
    State(metrics): State<GrpcMetrics>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let path = path.as_ref().map_or("", MatchedPath::as_str);
    let (service, method) = path
        .trim_start_matches('/')
        .split_once('/')
        .unwrap_or_default();
    let code = Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code());
    let name = format!("{code:?}");
    metrics
        .handled
        .with_label_values(&[service, method, &name])
        .inc();
    if code != Code::Ok {
        tracing::info!(code = name, "refused");
    }
    response
}
