//! `Idempotency-Key`: a request that is sent twice takes effect once.
//!
//! The first request with a key runs and its response is stored; the same request again gets the
//! stored response, another request with the key gets 422, and one that comes while the first is
//! running waits a little and then gets 409. Failures of ours (5xx) are not stored.
//!
//! The response is stored right after the request has taken effect and not in its transaction: when
//! the process dies between the two, the request can run again once its lease ends. Where even that
//! must not happen, give the entity a unique value of the caller's choice.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use axum::{Router, routing::post};
//! use frame::config::IdempotencySettings;
//! use frame::idempotency::{Idempotency, MemoryStore};
//! use std::sync::Arc;
//!
//! let routes = Router::new().route("/orders", post(async || "made"));
//! let store = Arc::new(MemoryStore::default());
//! let idempotency = Idempotency::new(store, "orders", IdempotencySettings::default());
//! let routes = idempotency.layer(routes);
//! # let _: Router = routes;
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod database;
mod layer;
mod memory;
mod redis;

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::database::DatabaseStore;
pub use self::layer::Idempotency;
pub use self::memory::MemoryStore;
pub use self::redis::RedisStore;
use crate::{Bytes, Result};

/// A request that may be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Whose keys these are: the service and the caller.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// What the request is: a hash of method, path and body.
    pub fingerprint: Vec<u8>,
    /// This attempt at the request.
    pub attempt: Uuid,
    /// How long the attempt may run before another may take over.
    pub lease: Duration,
    /// How long the response is kept.
    pub ttl: Duration,
}

/// What a store knows about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// Nothing: this attempt is to run.
    Started,
    /// Its response.
    Done(StoredResponse),
    /// That it runs right now.
    InProgress,
    /// That its key belongs to another request.
    Mismatch,
}

/// A response that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResponse {
    /// The status.
    pub status: u16,
    /// The headers that matter.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// Keeps responses.
#[async_trait]
pub trait IdempotencyStore: Send + Sync + 'static {
    /// Begins a request, unless it is known.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn begin(&self, claim: &Claim) -> Result<Begin>;

    /// Keeps the response of an attempt that still holds its key.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn complete(&self, claim: &Claim, response: &StoredResponse) -> Result<()>;

    /// Forgets an attempt, so that the request can be tried again.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn abandon(&self, claim: &Claim) -> Result<()>;

    /// Forgets what is past its time; returns how much.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn purge(&self) -> Result<u64>;
}

fn to_json(response: &StoredResponse) -> Result<String> {
    serde_json::to_string(response).map_err(|error| crate::Error::Internal(error.to_string()))
}

fn from_json(text: &str) -> Result<StoredResponse> {
    serde_json::from_str(text).map_err(|error| crate::Error::Internal(error.to_string()))
}
