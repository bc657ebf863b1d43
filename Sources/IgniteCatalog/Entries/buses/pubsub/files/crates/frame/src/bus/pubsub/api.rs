use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::super::BusError;
use crate::config::BusSettings;
use crate::{Error, Result};

/// How long a call may take; a pull waits for messages, but not as long.
const PATIENCE: Duration = Duration::from_secs(100);
/// How long before its end a token is asked for anew.
const EARLY: Duration = Duration::from_secs(300);

/// Calls Pub/Sub.
pub(super) struct Api {
    http: reqwest::Client,
    base: String,
    /// Where tokens come from; an emulator wants none.
    tokens: Option<String>,
    token: Mutex<Option<(String, Instant)>>,
}

/// What Pub/Sub says of a call that it refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status} {message}")]
pub(super) struct Refusal {
    pub status: u16,
    pub message: String,
}

impl From<Refusal> for BusError {
    fn from(refusal: Refusal) -> Self {
        // What is a matter of rights, names or load is not the event's fault.
        match refusal.status {
            400 | 413 => Self::Rejected(refusal.to_string()),
            _ => Self::Unavailable(refusal.to_string()),
        }
    }
}

fn lost(error: reqwest::Error) -> Refusal {
    Refusal {
        status: 503,
        message: error.without_url().to_string(),
    }
}

impl Api {
    pub fn new(settings: &BusSettings) -> Result<Self> {
        let project = settings.variable("PUBSUB_PROJECT");
        let project = project.ok_or_else(|| Error::Internal("PUBSUB_PROJECT is not set".to_owned()))?;
        let emulator = settings.variable("PUBSUB_EMULATOR_HOST");
        let origin = match emulator {
            Some(host) => format!("http://{host}"),
            None => "https://pubsub.googleapis.com".to_owned(),
        };
        let metadata = settings.variable("GCE_METADATA_HOST");
        let metadata = metadata.unwrap_or("metadata.google.internal");
        let account = "computeMetadata/v1/instance/service-accounts/default";
        let tokens = format!("http://{metadata}/{account}/token");
        Ok(Self {
            http: crate::client::plain(PATIENCE)?,
            base: format!("{origin}/v1/projects/{project}"),
            tokens: emulator.is_none().then_some(tokens),
            token: Mutex::new(None),
        })
    }

    /// Does something with a topic or subscription, as `topics/name:publish`.
    pub async fn post(&self, path: &str, input: &Value) -> Result<Value, Refusal> {
        self.call(Method::POST, path, input).await
    }

    /// Makes a topic or subscription; one that is there is as good.
    pub async fn make(&self, path: &str, input: &Value) -> Result<(), Refusal> {
        match self.call(Method::PUT, path, input).await {
            Err(refusal) if refusal.status != StatusCode::CONFLICT.as_u16() => Err(refusal),
            _ => Ok(()),
        }
    }

    /// Asks for any answer at all.
    pub async fn ping(&self) -> Result<(), Refusal> {
        self.token().await?;
        let url = self.base.split("/v1/").next().unwrap_or_default();
        let answer = self.http.get(url).send().await.map_err(lost)?;
        let status = answer.status();
        if status.is_server_error() {
            let (status, message) = (status.as_u16(), String::new());
            return Err(Refusal { status, message });
        }
        Ok(())
    }

    /// The full name of a topic, for what refers to one.
    pub fn name(&self, path: &str) -> String {
        let (_, project) = self.base.split_once("/v1/").unwrap_or_default();
        format!("{project}/{path}")
    }

    async fn call(&self, method: Method, path: &str, input: &Value) -> Result<Value, Refusal> {
        let mut request = self.http.request(method, format!("{}/{path}", self.base));
        if let Some(token) = self.token().await? {
            request = request.bearer_auth(token);
        }
        let answer = request.json(input).send().await.map_err(lost)?;
        let status = answer.status();
        let text = answer.text().await.map_err(lost)?;
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|_| json!({}));
        if status.is_success() {
            return Ok(json);
        }
        let message = json["error"]["message"].as_str().unwrap_or(path).to_owned();
        let status = status.as_u16();
        Err(Refusal { status, message })
    }

    async fn token(&self) -> Result<Option<String>, Refusal> {
        #[derive(Deserialize)]
        struct Answer {
            access_token: String,
            expires_in: u64,
        }
        let Some(url) = &self.tokens else {
            return Ok(None);
        };
        // Others wait while one asks.
        let mut kept = self.token.lock().await;
        if let Some((token, ends)) = &*kept
            && *ends > Instant::now() + EARLY
        {
            return Ok(Some(token.clone()));
        }
        let request = self.http.get(url).header("metadata-flavor", "Google");
        let answer = request.timeout(Duration::from_secs(5)).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        let answer: Result<Answer, _> = match answer {
            Ok(answer) => answer.json().await,
            Err(error) => Err(error),
        };
        let error = match answer {
            Ok(answer) => {
                let ends = Instant::now() + Duration::from_secs(answer.expires_in);
                *kept = Some((answer.access_token.clone(), ends));
                return Ok(Some(answer.access_token));
            }
            Err(error) => error,
        };
        match &*kept {
            Some((token, ends)) if *ends > Instant::now() => Ok(Some(token.clone())),
            _ => Err(Refusal {
                status: 503,
                message: format!("no token: {}", error.without_url()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use axum::http::HeaderMap;
    use axum::routing::get;
    use axum::{Json, Router};
    use secrecy::SecretString;

    use super::*;

    fn api(variables: &[(&'static str, &str)]) -> Result<Api> {
        let secret = |(name, value): &(&'static str, &str)| (*name, SecretString::from(*value));
        let own = variables.iter().map(secret).collect();
        Api::new(&BusSettings {
            own,
            ..BusSettings::default()
        })
    }

    #[tokio::test]
    async fn tokens_are_kept_until_shortly_before_their_end() {
        let asked = Arc::new(AtomicU64::new(0));
        let counted = asked.clone();
        let answer = move |headers: HeaderMap| async move {
            assert_eq!(headers["metadata-flavor"], "Google");
            // The first is about to end, the next is good for an hour.
            let n = counted.fetch_add(1, Ordering::SeqCst);
            let ends = if n == 0 { 10 } else { 3600 };
            Json(json!({ "access_token": format!("t{n}"), "expires_in": ends }))
        };
        let path = "/computeMetadata/v1/instance/service-accounts/default/token";
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let routes = Router::new().route(path, get(answer));
        let server = tokio::spawn(async { axum::serve(listener, routes).await });
        let api = api(&[("PUBSUB_PROJECT", "p"), ("GCE_METADATA_HOST", &host)]).unwrap();
        for token in ["t0", "t1", "t1"] {
            assert_eq!(api.token().await.unwrap().as_deref(), Some(token));
        }
        server.abort();
        assert_eq!(api.name("topics/x"), "projects/p/topics/x");
    }

    #[tokio::test]
    async fn what_is_missing_is_told() {
        assert!(matches!(api(&[]).err(), Some(Error::Internal(_))));
        let nowhere = [("PUBSUB_PROJECT", "p"), ("GCE_METADATA_HOST", "127.0.0.1:1")];
        let refused = api(&nowhere).unwrap().ping().await.unwrap_err();
        assert!(refused.message.starts_with("no token"), "{refused}");
        assert!(matches!(BusError::from(refused), BusError::Unavailable(_)));
        let bad = Refusal {
            status: 400,
            message: "x".to_owned(),
        };
        assert!(matches!(BusError::from(bad), BusError::Rejected(_)));
    }
}
