use async_trait::async_trait;
use axum::http::{HeaderMap, Method};

use super::Integration;
use super::calls::KEY;
use crate::Result;
use crate::client::Answer;

/// The headers of a caller that an external system hears of.
const PASSED: [&str; 4] = ["accept", "accept-language", "if-match", "if-none-match"];

/// What every external system behind a service can do, whatever it is.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The client that makes the calls.
    fn integration(&self) -> &Integration;

    /// Makes a call as it came; what the system refuses is an answer too.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when the system does not answer.
    async fn forward(
        &self,
        method: Method,
        path: &str,
        headers: &HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let mut call = self.integration().call(method, path, text(KEY))?;
        for name in PASSED {
            if let Some(value) = text(name) {
                call = call.header(name, value);
            }
        }
        if !body.is_empty() {
            let kind = text("content-type").unwrap_or("application/octet-stream");
            call = call.raw(kind, body);
        }
        call.answer().await
    }
}
