//! Calls to services of Google Cloud, with tokens of the metadata server.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::config::Variables;
use crate::resilience::Transient;
use crate::{Error, Result};

/// The variables that tell where tokens come from.
pub(crate) const VARIABLES: &[&str] = &["GCE_METADATA_HOST"];

/// How long before its end a token is asked for anew.
const EARLY: Duration = Duration::from_secs(300);

/// Calls Google Cloud.
pub(crate) struct Google {
    http: reqwest::Client,
    /// Where tokens come from; an emulator wants none.
    tokens: Option<String>,
    token: Mutex<Option<(String, Instant)>>,
}

/// What Google says of a call that it refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status} {message}")]
pub(crate) struct Refusal {
    pub status: u16,
    /// As `ALREADY_EXISTS`.
    pub reason: String,
    pub message: String,
}

impl Refusal {
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self {
            status: 503,
            reason: "UNAVAILABLE".to_owned(),
            message: message.into(),
        }
    }
}

impl Transient for Refusal {
    fn is_transient(&self) -> bool {
        matches!(self.status, 429 | 500..) || self.reason == "ABORTED"
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        // What is a matter of rights or names is mended outside, as load passes.
        Self::Unavailable(refusal.to_string())
    }
}

fn lost(error: reqwest::Error) -> Refusal {
    Refusal::unavailable(error.without_url().to_string())
}

impl Google {
    /// One whose calls take no longer than `patience`; with tokens unless it calls an emulator.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be made.
    pub fn new(variables: &Variables, is_emulated: bool, patience: Duration) -> Result<Self> {
        let metadata = variables.get("GCE_METADATA_HOST");
        let metadata = metadata.unwrap_or("metadata.google.internal");
        let account = "computeMetadata/v1/instance/service-accounts/default";
        let tokens = format!("http://{metadata}/{account}/token");
        Ok(Self {
            http: crate::client::plain(patience)?,
            tokens: (!is_emulated).then_some(tokens),
            token: Mutex::new(None),
        })
    }

    /// Asks an address for any answer at all.
    ///
    /// # Errors
    /// [`Refusal::unavailable`] when there is none.
    pub async fn ping(&self, url: &str) -> Result<(), Refusal> {
        self.token().await?;
        let answer = self.http.get(url).send().await.map_err(lost)?;
        if answer.status().is_server_error() {
            return Err(Refusal::unavailable(answer.status().to_string()));
        }
        Ok(())
    }

    /// A call.
    ///
    /// # Errors
    /// What the service says.
    pub async fn call(&self, method: Method, url: &str, input: &Value) -> Result<Value, Refusal> {
        let mut request = self.http.request(method, url);
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
        // What answers with a list puts the error into one.
        let error = json.get(0).unwrap_or(&json);
        let said = |name: &str| error["error"][name].as_str().unwrap_or_default().to_owned();
        Err(Refusal {
            status: status.as_u16(),
            reason: said("status"),
            message: said("message"),
        })
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
            _ => Err(Refusal::unavailable(format!("no token: {}", error.without_url()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use axum::http::{HeaderMap, StatusCode};
    use axum::routing::{get, put};
    use axum::{Json, Router};
    use secrecy::SecretString;

    use super::*;

    const PATH: &str = "/computeMetadata/v1/instance/service-accounts/default/token";

    fn google(host: &str, is_emulated: bool) -> Google {
        let variables = [("GCE_METADATA_HOST", SecretString::from(host))];
        let variables = variables.into_iter().collect();
        Google::new(&variables, is_emulated, Duration::from_secs(5)).unwrap()
    }

    async fn serve(routes: Router) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        tokio::spawn(async { axum::serve(listener, routes).await });
        host
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
        let host = serve(Router::new().route(PATH, get(answer))).await;
        let google = google(&host, false);
        for token in ["t0", "t1", "t1"] {
            assert_eq!(google.token().await.unwrap().as_deref(), Some(token));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn refusals_say_why() {
        let refused = google("127.0.0.1:1", false).ping("http://127.0.0.1:1").await.unwrap_err();
        assert!(refused.message.starts_with("no token"), "{refused}");
        assert!(refused.is_transient());
        assert!(matches!(Error::from(refused), Error::Unavailable(_)));
        let error = json!({ "error": { "message": "is there", "status": "ALREADY_EXISTS" } });
        let alone = error.clone();
        let routes = Router::new()
            .route("/alone", put(async move || (StatusCode::CONFLICT, Json(alone))))
            .route("/list", put(async move || (StatusCode::CONFLICT, Json(json!([error])))))
            .route("/broken", get(async || StatusCode::BAD_GATEWAY));
        let host = serve(routes).await;
        let google = google("127.0.0.1:1", true);
        for path in ["alone", "list"] {
            let url = format!("http://{host}/{path}");
            let refused = google.call(Method::PUT, &url, &json!({})).await.unwrap_err();
            assert_eq!((refused.status, refused.reason.as_str()), (409, "ALREADY_EXISTS"));
            assert!(!refused.is_transient());
        }
        assert!(google.ping(&format!("http://{host}/broken")).await.unwrap_err().is_transient());
        google.ping(&format!("http://{host}/")).await.unwrap();
    }
}
