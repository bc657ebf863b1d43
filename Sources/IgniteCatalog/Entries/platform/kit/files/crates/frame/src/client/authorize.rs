use std::fmt;

use async_trait::async_trait;
use axum::http::{HeaderMap, Method};

use crate::Result;

/// Proves to the other side who calls; see [`Client::authorized_by`](super::Client::authorized_by).
#[async_trait]
pub trait Authorize: fmt::Debug + Send + Sync {
    /// Adds what proves it to an attempt that is about to be made.
    ///
    /// # Errors
    /// When it cannot be proven now; then the attempt is not made.
    async fn authorize(&self, attempt: &mut Attempt<'_>) -> Result<()>;

    /// Hears that the other side did not accept it (401); `true` asks for one more attempt.
    async fn refused(&self) -> bool {
        false
    }
}

/// One attempt of a call.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Where it goes, parameters included.
    pub url: &'a str,
    /// What it carries, as it is sent.
    pub body: &'a [u8],
    /// Its headers so far.
    pub headers: HeaderMap,
}
