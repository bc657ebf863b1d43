use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt as _, Full};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Error, Result};

/// A service in process that answers each call with its next reply, the last one again and again.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use frame::testing::{Callee, Reply};
///
/// let callee = Callee::start(vec![Reply::status(503), Reply::status(204)]).await?;
/// assert!(callee.url().starts_with("http://127.0.0.1:"));
/// assert!(callee.calls().is_empty());
/// # Ok::<(), frame::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Callee {
    url: String,
    script: Script,
    server: JoinHandle<()>,
}

type Script = Arc<Mutex<(Vec<Reply>, Vec<Call>)>>;

/// What a [`Callee`] answers.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    body: Value,
    raw: Option<Raw>,
    delay: Duration,
}

/// A body that is not JSON, with what stands before and after it.
#[derive(Debug, Clone)]
struct Raw {
    headers: HeaderMap,
    body: Vec<u8>,
    trailers: HeaderMap,
}

/// A call that a [`Callee`] received.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its method.
    pub method: Method,
    /// Its path and parameters.
    pub uri: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, if that is JSON.
    pub body: Value,
    /// Its body as it came.
    pub bytes: Bytes,
}

impl Reply {
    /// A status and nothing else.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::json(status, &Value::Null)
    }

    /// A status and a body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            body: body.clone(),
            raw: None,
            delay: Duration::ZERO,
        }
    }

    /// A body of any kind between headers and trailers.
    #[must_use]
    pub fn raw(headers: HeaderMap, body: Vec<u8>, trailers: HeaderMap) -> Self {
        Self {
            raw: Some(Raw {
                headers,
                body,
                trailers,
            }),
            ..Self::status(200)
        }
    }

    /// The same after a while.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

impl Callee {
    /// Starts the service on a free port.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is none.
    pub async fn start(replies: Vec<Reply>) -> Result<Self> {
        let fail = |error: std::io::Error| Error::Unavailable(error.to_string());
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(fail)?;
        let url = format!("http://{}", listener.local_addr().map_err(fail)?);
        let script: Script = Arc::new(Mutex::new((replies, Vec::new())));
        let routes = Router::new().fallback(answer).with_state(script.clone());
        let server = tokio::spawn(async move {
            axum::serve(listener, routes).await.ok();
        });
        Ok(Self {
            url,
            script,
            server,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The calls it has received.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        let script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.1.clone()
    }
}

impl Drop for Callee {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(script): State<Script>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let reply = {
        let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
        script.1.push(Call {
            method,
            uri: uri.to_string(),
            headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
            bytes: body,
        });
        let next = (script.1.len() - 1).min(script.0.len().saturating_sub(1));
        script
            .0
            .get(next)
            .cloned()
            .unwrap_or_else(|| Reply::status(404))
    };
    tokio::time::sleep(reply.delay).await;
    if let Some(raw) = reply.raw {
        let trailers = async move { Some(Ok(raw.trailers)) };
        let body = Full::new(Bytes::from(raw.body)).with_trailers(trailers);
        return (raw.headers, Body::new(body)).into_response();
    }
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match reply.body {
        Value::Null => status.into_response(),
        body => (status, axum::Json(body)).into_response(),
    }
}
