use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use super::{Documents, GRAPHQL_SUBPROTOCOL, Hub};
use super::protocol::{SUBPROTOCOL, TOKEN_PROTOCOL};
use super::session::Session;
use crate::http::Problem;
use crate::security::jwt::{Principal, TokenError};

impl Hub {
    /// The route where clients connect.
    pub fn routes(&self, path: &str) -> Router {
        self.route(path, None)
    }

    /// As [`Self::routes`], for clients who speak GraphQL, too.
    pub fn graphql_routes(&self, path: &str, documents: impl Documents) -> Router {
        self.route(path, Some(Arc::new(documents)))
    }

    fn route(&self, path: &str, documents: Option<Arc<dyn Documents>>) -> Router {
        let state = (self.clone(), documents);
        Router::new().route(path, any(connect)).with_state(state)
    }
}

async fn connect(
    State((hub, documents)): State<(Hub, Option<Arc<dyn Documents>>)>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(refused) => return problem(refused.status(), &refused.body_text()),
    };
    if hub.is_draining() {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "the service restarts");
    }
    let Some(seat) = hub.seat() else {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "too many connections");
    };
    let caller = match identify(&hub, &headers).await {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    let session = Session::new(hub.clone(), seat);
    upgrade
        .protocols(std::iter::once(SUBPROTOCOL).chain(documents.is_some().then_some(GRAPHQL_SUBPROTOCOL)))
        .max_message_size(hub.settings().max_message)
        .on_upgrade(async move |socket| {
            let is_graphql = socket.protocol().is_some_and(|named| named == GRAPHQL_SUBPROTOCOL);
            session.run(socket, caller, documents.filter(|_| is_graphql)).await;
        })
}

/// Who connects; `None` for those who have to say so in their first message.
async fn identify(hub: &Hub, headers: &HeaderMap) -> Result<Option<Principal>, Response> {
    let Some(token) = token(headers) else {
        return Ok(hub.stranger());
    };
    match hub.verify(token).await {
        Ok(caller) => Ok(Some(caller)),
        Err(TokenError::Refused(reason)) => {
            tracing::info!(reason, "a client was turned away");
            let mut response = problem(StatusCode::UNAUTHORIZED, "the token is not accepted");
            let challenge = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            Err(response)
        }
        Err(TokenError::NoKeys(reason)) => {
            tracing::warn!(reason, "tokens cannot be checked");
            Err(problem(StatusCode::SERVICE_UNAVAILABLE, "tokens cannot be checked now"))
        }
    }
}

/// The token in the header for it or, from browsers, among the protocols.
fn token(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if let Some((scheme, token)) = text(header::AUTHORIZATION).and_then(|value| value.split_once(' '))
        && scheme.eq_ignore_ascii_case("bearer")
    {
        return Some(token.trim());
    }
    let protocols = text(header::SEC_WEBSOCKET_PROTOCOL)?;
    protocols.split(',').find_map(|protocol| protocol.trim().strip_prefix(TOKEN_PROTOCOL))
}

fn problem(status: StatusCode, detail: &str) -> Response {
    Problem::new(status).detail(detail).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_where_clients_can_put_it() {
        let of = |pairs: &[(header::HeaderName, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
            token(&headers.collect()).map(str::to_owned)
        };
        let protocols = header::SEC_WEBSOCKET_PROTOCOL;
        assert_eq!(of(&[(header::AUTHORIZATION, "bearer a.b.c")]).as_deref(), Some("a.b.c"));
        assert_eq!(of(&[(protocols.clone(), "events.v1, bearer.a.b.c")]).as_deref(), Some("a.b.c"));
        assert_eq!(of(&[(header::AUTHORIZATION, "Basic abc")]), None);
        assert_eq!(of(&[(protocols, "events.v1")]), None);
        assert_eq!(of(&[]), None);
    }
}
