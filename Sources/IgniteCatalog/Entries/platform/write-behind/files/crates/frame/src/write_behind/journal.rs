use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{MemoryJournal, RedisJournal};
use crate::cache::StoreSettings;
use crate::{Error, Result};

/// How many refused changes are remembered.
pub(super) const REFUSED: usize = 1_000;

/// What shall become of a thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It gets these fields; `shown` is all of it until it is written.
    Update {
        /// The fields as its service takes them.
        fields: Value,
        /// The thing as callers see it meanwhile.
        shown: Value,
    },
    /// It is removed.
    Remove,
}

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Whose it is.
    pub tenant: Option<String>,
    /// The service and the kind of thing, as `catalog/products`.
    pub kind: String,
    /// Which one.
    pub id: Uuid,
}

/// A change that waits; those of one key become one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Write {
    /// Tells states of this record apart.
    pub revision: i64,
    /// The version that callers see meanwhile. It is negative, so that it is no version of the service's.
    pub version: i64,
    /// What it is about.
    pub target: Target,
    /// What shall become of it.
    pub change: Change,
    /// The version in its service that it was made from.
    pub base: i64,
    /// Whether it may be made from any other version, too.
    pub is_forced: bool,
    /// Digests of what may have reached the service already.
    pub sent: Vec<String>,
    /// How often it failed.
    pub attempts: u32,
    /// Since when it waits, in milliseconds since 1970.
    pub since: i64,
}

/// A change that its service did not take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// What it was about.
    pub target: Target,
    /// What should have become of it.
    pub change: Change,
    /// Why it did not.
    pub reason: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// What became of a record that was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is kept.
    Done,
    /// The record is in another state than expected.
    Changed,
    /// So many wait already.
    Full,
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many changes.
    pub count: usize,
    /// Since when the oldest does, in milliseconds since 1970.
    pub since: Option<i64>,
}

/// Where changes wait.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Whether changes outlive the process.
    fn is_durable(&self) -> bool;

    /// What waits under each key.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn get(&self, keys: &[String]) -> Result<Vec<Option<Write>>>;

    /// Keeps a change if the record is in the expected revision, 0 for none. A new one is due at once,
    /// another is due when it was, or at `due`.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn put(&self, key: &str, expected: i64, write: &Write, capacity: usize, due: Option<i64>) -> Result<Put>;

    /// Forgets a change if it is in the expected revision; says whether it was.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn remove(&self, key: &str, expected: i64) -> Result<bool>;

    /// Changes that are due, those first that are due longest; nobody else gets them before the lease is over.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn claim(&self, now: i64, lease: Duration, limit: usize) -> Result<Vec<(String, Write)>>;

    /// How much waits.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn waiting(&self) -> Result<Waiting>;

    /// Remembers a change that was refused, among the last of them.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn refuse(&self, refused: &Refused) -> Result<()>;

    /// The last that were refused, the newest first.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn refused(&self) -> Result<Vec<Refused>>;

    /// Forgets those that were refused.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn forget_refused(&self) -> Result<()>;
}

/// Opens the journal in the store of a cache: `memory:` or `redis://…`.
///
/// # Errors
/// [`Error::Internal`] for another URL, [`Error::Unavailable`] when nothing answers.
pub async fn open(settings: &StoreSettings) -> Result<Arc<dyn Journal>> {
    let (url, prefix) = (&settings.url, &settings.prefix);
    match url.expose_secret() {
        "memory:" => Ok(Arc::new(MemoryJournal::default())),
        redis if redis.starts_with("redis://") || redis.starts_with("rediss://") => {
            Ok(Arc::new(RedisJournal::open(url, prefix).await?))
        }
        _ => Err(Error::Internal("changes cannot wait where CACHE_STORE says".to_owned())),
    }
}
