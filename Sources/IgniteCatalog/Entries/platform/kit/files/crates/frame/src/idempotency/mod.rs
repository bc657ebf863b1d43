//! `Idempotency-Key`: a request that is sent twice takes effect once.
//!
//! The first request with a key runs and its response is stored; the same request again gets the
//! stored response, another request with the key gets 422, and one that comes while the first is
//! running waits a little and then gets 409. Failures of ours (5xx) are not stored.
//!
//! The response is stored right after the request has taken effect. When it is lost between the two,
//! because the process died or the database did and never answered the commit, the request runs again
//! once it is repeated. So that it does nothing twice, the transaction [`note`]s what it does, and
//! whoever does something asks first whether it is [`done`]:
//!
//! ```
//! # use frame::{Database, Result, idempotency, new_id};
//! # use uuid::Uuid;
//! async fn order(database: &Database) -> Result<Uuid> {
//!     if let Some(id) = idempotency::done()? {
//!         return Ok(id);
//!     }
//!     let (id, mut tx) = (new_id(), database.begin().await?);
//!     // … write the order …
//!     idempotency::note(&mut tx, &id).await?;
//!     tx.commit().await?;
//!     Ok(id)
//! }
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! # let database = Database::memory().await?;
//! # order(&database).await
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Of two attempts that run at once, as after a lease that ended too early, one is committed and the
//! other gets 409. A request that does several things does them one after the other, each in a
//! transaction with its note; tasks that it spawns have no key. What a request does elsewhere, as a
//! call of another service or an event that is published without the outbox, is in no transaction.
//!
//! The middleware:
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
//! let idempotency = Idempotency::new(store, None, "orders", IdempotencySettings::default());
//! let routes = idempotency.layer(routes);
//! # let _: Router = routes;
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod database;
mod done;
mod layer;
mod memory;
mod redis;

use std::time::Duration;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::database::DatabaseStore;
pub use self::done::{Note, done, note, purge_notes};
pub use self::layer::{Caller, Idempotency, Told};
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

fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| crate::Error::Internal(error.to_string()))
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| crate::Error::Internal(error.to_string()))
}
