use std::sync::Arc;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{MemoryStore, RedisStore};
use crate::{Error, Result};

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// JSON.
    Present(String),
    /// That there is nothing, in words.
    Absent(String),
}

/// An answer as it is kept; times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What it says.
    pub body: Body,
    /// The version of what it says, 0 where there are none; a lower one does not replace a higher one.
    pub version: i64,
    /// When it begins to be stale.
    pub fresh_until: i64,
    /// When it is no answer any more.
    pub gone_at: i64,
}

/// The right to put what is loaded now; a removal in the meantime ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(pub u64);

/// Where answers are kept.
#[async_trait]
pub trait CacheStore: Send + Sync {
    /// What is kept under each key, and a ticket for it.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn get(&self, keys: &[String]) -> Result<Vec<(Option<Kept>, Ticket)>>;

    /// Keeps an answer, if the ticket is good; without one it is kept in any case and ends others'
    /// tickets.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn put(&self, key: &str, kept: &Kept, ticket: Option<Ticket>) -> Result<()>;

    /// Forgets an answer.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn remove(&self, key: &str) -> Result<()>;

    /// Forgets all answers.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn clear(&self) -> Result<()>;
}

/// Opens the store that a URL names: `memory:` with so many answers at most, or `redis://…` with keys
/// that start with `prefix`.
///
/// # Errors
/// [`Error::Internal`] for another URL, [`Error::Unavailable`] when nothing answers.
pub async fn open(
    url: &SecretString,
    prefix: &str,
    capacity: usize,
) -> Result<Arc<dyn CacheStore>> {
    match url.expose_secret() {
        "memory:" => Ok(Arc::new(MemoryStore::new(capacity))),
        redis if redis.starts_with("redis://") || redis.starts_with("rediss://") => {
            Ok(Arc::new(RedisStore::open(url, prefix).await?))
        }
        _ => Err(Error::Internal(
            "CACHE_STORE names no known store".to_owned(),
        )),
    }
}

/// How many groups of keys have tickets of their own; a removal ends those of the whole group.
pub(super) const GROUPS: u64 = 256;

/// The group of a key, by FNV-1a: the same in every process.
pub(super) fn group(key: &str) -> u64 {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash % GROUPS
}
