//! Routes for the people who run a service: below `/operations`, behind a token.
//!
//! They need `Authorization: Bearer` with what `OPERATIONS_TOKEN` says. Without that variable they
//! are open where the service listens to its own machine only, and closed everywhere else.
//!
//! ```
//! use frame::MemoryBus;
//! use std::sync::Arc;
//!
//! let routes = frame::operations::dead_letters(Arc::new(MemoryBus::new()), "mailer");
//! assert!(routes.has_routes());
//! ```

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Error, Result};
use crate::bus::{Bus, DeadLetter};
use crate::config::Settings;
use crate::http::{Problem, Query};

/// The most dead letters one answer holds.
const MOST: usize = 1_000;

/// The routes that show and redrive the dead letters of a consumer group.
pub fn dead_letters(bus: Arc<dyn Bus>, group: &str) -> Router {
    let path = format!("/operations/consumers/{group}/dead-letters");
    let group = Group {
        bus,
        name: group.into(),
    };
    Router::new()
        .route(&path, get(list))
        .route(&format!("{path}/redrive"), post(redrive))
        .with_state(group)
}

#[derive(Clone)]
struct Group {
    bus: Arc<dyn Bus>,
    name: Arc<str>,
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

/// What a redrive did.
#[derive(Serialize)]
struct Redriven {
    redriven: usize,
}

/// Redrives the dead letters of a group from a process of its own; gives how many.
///
/// # Errors
/// [`Error::Unavailable`] when the bus does not answer, [`Error::Conflict`] for a bus in memory,
/// which only the running service can reach.
pub async fn redrive_outside(settings: &Settings, bus: &dyn Bus) -> Result<usize> {
    let group = &settings.name;
    if settings.bus.url.expose_secret().starts_with("memory:") {
        return Err(Error::Conflict(format!(
            "the bus is in the memory of the running service: \
             POST /operations/consumers/{group}/dead-letters/redrive there"
        )));
    }
    Ok(bus.redrive(group).await?)
}

async fn list(
    State(group): State<Group>,
    Query(Limit { limit }): Query<Limit>,
) -> Result<Json<Vec<DeadLetter>>> {
    let limit = limit.unwrap_or(100).min(MOST);
    Ok(Json(group.bus.dead_letters(&group.name, limit).await?))
}

async fn redrive(State(group): State<Group>) -> Result<Json<Redriven>> {
    let redriven = group.bus.redrive(&group.name).await?;
    tracing::info!(group = &*group.name, redriven, "dead letters go again");
    Ok(Json(Redriven { redriven }))
}

/// Lets only those in who may run the service.
pub(crate) fn guarded(routes: Router, settings: &Settings) -> Router {
    if !routes.has_routes() {
        return routes;
    }
    let guard = match &settings.operations_token {
        Some(token) => Guard::Token(token.clone()),
        None if settings.http.host.is_loopback() => return routes,
        None => Guard::Closed,
    };
    routes.route_layer(middleware::from_fn_with_state(guard, admit))
}

#[derive(Clone)]
enum Guard {
    Token(SecretString),
    Closed,
}

async fn admit(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let Guard::Token(token) = guard else {
        let problem = Problem::new(StatusCode::FORBIDDEN);
        return problem
            .detail("OPERATIONS_TOKEN is not set")
            .into_response();
    };
    let given = request.headers().get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if given.is_some_and(|given| is_same(given, token.expose_secret())) {
        return next.run(request).await;
    }
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
    let problem = Problem::new(StatusCode::UNAUTHORIZED);
    (challenge, problem.detail("the token is missing or wrong")).into_response()
}

/// Compares digests, so that the time it takes tells nothing about the token.
fn is_same(given: &str, token: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(token)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use tower::ServiceExt as _;

    use super::*;
    use crate::MemoryBus;
    use crate::config::Defaults;
    use crate::messaging::tests::counted;

    const DEFAULTS: Defaults = Defaults {
        name: "orders",
        port: 0,
    };

    async fn status(routes: &Router, token: Option<&str>) -> StatusCode {
        let mut request = Request::get("/operations/consumers/g/dead-letters");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Body::empty()).unwrap();
        routes.clone().oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn only_the_token_opens_them() {
        let routes = dead_letters(Arc::new(MemoryBus::new()), "g");
        let mut settings = Settings::new(DEFAULTS);
        let closed = guarded(routes.clone(), &settings);
        assert_eq!(status(&closed, Some("x")).await, StatusCode::FORBIDDEN);
        settings.http.host = [127, 0, 0, 1].into();
        let local = guarded(routes.clone(), &settings);
        assert_eq!(status(&local, None).await, StatusCode::OK);
        settings.operations_token = Some(SecretString::from("right"));
        let guarded = guarded(routes, &settings);
        assert_eq!(status(&guarded, None).await, StatusCode::UNAUTHORIZED);
        let wrong = status(&guarded, Some("wrong")).await;
        assert_eq!(wrong, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&guarded, Some("right")).await, StatusCode::OK);
    }

    #[tokio::test]
    async fn dead_letters_are_shown_and_go_again() {
        let bus = Arc::new(MemoryBus::new());
        let subscription = crate::bus::Subscription::new("g", ["Counted"]);
        let consumer = bus.subscribe(&subscription).await.unwrap();
        bus.publish(&[counted("a", 1)]).await.unwrap();
        let wait = std::time::Duration::from_secs(1);
        let delivery = consumer.receive(1, wait).await.unwrap().remove(0);
        consumer.reject(&delivery, "nonsense").await.unwrap();

        let group = Group {
            bus: bus.clone(),
            name: "g".into(),
        };
        let limit = || Query(Limit { limit: None });
        let Json(letters) = list(State(group.clone()), limit()).await.unwrap();
        let shown = serde_json::to_value(&letters[0]).unwrap();
        assert_eq!(
            (&shown["reason"], &shown["attempts"]),
            (&"nonsense".into(), &1.into())
        );
        assert_eq!(shown["envelope"]["type"], "Counted");
        assert_eq!(shown["envelope"]["source"], "test");
        let Json(Redriven { redriven }) = redrive(State(group.clone())).await.unwrap();
        assert_eq!(redriven, 1);
        let again = consumer.receive(1, wait).await.unwrap();
        assert_eq!(again[0].envelope, letters[0].envelope);
        let Json(letters) = list(State(group), limit()).await.unwrap();
        assert!(letters.is_empty());
    }
}
