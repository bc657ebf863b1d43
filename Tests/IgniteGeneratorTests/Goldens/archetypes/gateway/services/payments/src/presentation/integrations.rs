//! The external systems over HTTP: what is asked below `/integrations/NAME` is passed on to them, under
//! their policy and with the service's credentials.

use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Method};
use axum::routing::{any, get};
use axum::Router;
use frame::Error;
use frame::client::Answer;
use frame::http::{Json, Path, Problem};
use frame::resilience::BreakerState;
use serde::Serialize;
use utoipa::OpenApi;

use crate::providers::Providers;

/// The description of the routes.
#[derive(OpenApi)]
#[openapi(paths(pass_on))]
pub struct Description;

/// The routes that pass calls on.
pub fn routes(providers: Providers) -> Router {
    Router::new().route("/integrations/{provider}/{*path}", any(pass_on)).with_state(providers)
}

/// The routes for those who run the service: how each system fares.
pub fn operations(providers: Providers) -> Router {
    Router::new().route("/operations/integrations", get(list)).with_state(providers)
}

/// Passes a call on to an external system; what it refuses comes back as it answered.
#[utoipa::path(
    method(get, post, put, patch, delete),
    path = "/integrations/{provider}/{path}",
    params(
        ("provider" = String, Path, description = "The name of the system"),
        ("path" = String, Path, description = "The path there, which may have several parts"),
        ("idempotency-key" = Option<String>, Header, description = "Makes a repeated call count once where the system knows such keys"),
    ),
    request_body(content = serde_json::Value, description = "What the system is sent"),
    responses(
        (status = "default", description = "What the system answered"),
        (status = 400, description = "The path leads elsewhere", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No system has the name", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The system does not answer, or is not called for now", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn pass_on(
    State(providers): State<Providers>,
    Path(place): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Answer, Error> {
    // As it was written, since what is decoded twice may mean something else.
    let written = uri.path_and_query().map_or("", |path| path.as_str());
    let path = written.splitn(4, '/').nth(3).unwrap_or_default();
    let provider = providers.named(&place.0)?;
    provider.forward(method, &format!("/{path}"), &headers, body.into()).await
}

/// How a system fares.
#[derive(Serialize)]
struct Health {
    name: String,
    /// What the circuit does with the next call: `closed` makes it, `open` does not.
    circuit: &'static str,
    /// The variables without which it is off.
    missing: Vec<String>,
}

async fn list(State(providers): State<Providers>) -> Json<Vec<Health>> {
    let health = |provider: &dyn frame::integration::Provider| Health {
        name: provider.integration().name().to_owned(),
        circuit: match provider.integration().state() {
            BreakerState::Closed => "closed",
            BreakerState::Open => "open",
            BreakerState::HalfOpen => "half-open",
        },
        missing: provider.integration().missing().to_vec(),
    };
    Json(providers.all().into_iter().map(health).collect())
}
