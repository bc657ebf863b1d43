use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::Shared;
use super::consumer::Message;
use crate::Envelope;
use crate::messaging::{ConsumerRunner, HandlerError};

/// What Pub/Sub brings at most: ten megabytes in Base64, and what is around it.
const MAX_BODY: usize = 14 * 1024 * 1024;

#[derive(Clone)]
struct Receiver {
    shared: Arc<Shared>,
    runner: Arc<ConsumerRunner>,
    account: Arc<str>,
}

/// `POST /events`, where Pub/Sub brings one event at a time for as long as the answer is not a 2xx.
///
/// Whoever runs the service has held the token to Google's keys already and hands it on without its
/// signature, as Cloud Run does for a service that not everybody may call; here only remains to see
/// that it is the account of the subscriptions that calls.
pub(super) fn routes(shared: Arc<Shared>, runner: Arc<ConsumerRunner>, account: &str) -> Router {
    let account = account.into();
    Router::new()
        .route("/events", post(receive))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(Receiver { shared, runner, account })
}

async fn receive(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> StatusCode {
    if email(&headers).as_deref() != Some(&*receiver.account) {
        return StatusCode::FORBIDDEN;
    }
    let message = serde_json::from_slice::<Value>(&body).ok();
    let Some(message) = message.as_ref().and_then(Message::pushed) else {
        tracing::error!("what came to /events is no message of a subscription");
        return StatusCode::BAD_REQUEST;
    };
    match receiver.handle(&message).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(reason) => {
            tracing::warn!(attempt = message.attempt, reason, "failed, will come again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Who calls, by the token.
fn email(headers: &HeaderMap) -> Option<String> {
    let token = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims["email"].as_str().map(str::to_owned)
}

impl Receiver {
    async fn handle(&self, message: &Message) -> Result<(), String> {
        let result = match Envelope::from_json(&message.data) {
            Ok(envelope) => self.runner.brought(&envelope, message.attempt).await,
            Err(error) => Err(HandlerError::Reject(error.to_string())),
        };
        match result {
            Ok(()) => Ok(()),
            Err(HandlerError::Retry(reason) | HandlerError::Wait(reason)) => Err(reason),
            Err(HandlerError::Reject(reason)) => {
                tracing::error!(attempt = message.attempt, reason, "set aside as a dead letter");
                let group = self.runner.group();
                let buried = self.shared.bury(group, &message.data, message.attempt, &reason).await;
                buried.map_err(|refusal| refusal.to_string())
            }
        }
    }
}
