use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde::Serialize;

use super::{FeatureFlags, FlagContext, Flags};
use crate::http::Problem;

/// Routes that are there only for callers for whom the flag is on.
pub fn behind(routes: Router, flag: impl Into<Arc<str>>) -> Router {
    routes.route_layer(middleware::from_fn_with_state(flag.into(), admit))
}

async fn admit(State(flag): State<Arc<str>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match FeatureFlags::of(&parts) {
        Ok(flags) if flags.is_on(&flag) => next.run(Request::from_parts(parts, body)).await,
        Ok(_) => Problem::new(StatusCode::NOT_FOUND)
            .detail("there is nothing here")
            .into_response(),
        Err(error) => error.into_response(),
    }
}

/// Makes flags known to routes, which answer 503 while the switch for maintenance is on.
pub(crate) fn known_to(routes: Router, flags: &Flags, service: &str) -> Router {
    let switch: Arc<str> = format!("{service}-maintenance").into();
    routes
        .layer(middleware::from_fn_with_state(switch, maintain))
        .layer(Extension(flags.clone()))
}

async fn maintain(State(switch): State<Arc<str>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if FeatureFlags::of(&parts).is_ok_and(|flags| flags.is_switched_on(&switch)) {
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE)
            .detail("the service is under maintenance")
            .retry_after(60)
            .into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}

#[derive(Serialize)]
struct Shown {
    name: String,
    /// Whether it is on for a caller of whom nothing is known.
    on: bool,
}

/// The route that shows operators what is known.
pub(crate) fn operations(flags: Flags) -> Router {
    let show = async move || {
        let nobody = FlagContext::default();
        let shown = flags.known().into_iter().map(|name| Shown {
            on: flags.is_on(&name, &nobody),
            name,
        });
        Json(shown.collect::<Vec<_>>())
    };
    Router::new().route("/operations/flags", get(show))
}
