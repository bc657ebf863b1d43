use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::StoreSettings;
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

    /// How long the body of an answer may be.
    fn max_bytes(&self) -> usize {
        usize::MAX
    }
}

/// A kind of store that a URL can name.
pub(super) struct Driver {
    /// How its URLs begin.
    pub schemes: &'static [&'static str],
    /// What its settings are besides those of [`StoreSettings`].
    pub variables: &'static [&'static [&'static str]],
    /// Connects, to keep so many answers where they are kept in memory.
    pub open: fn(&StoreSettings, usize) -> Opening<'_>,
}

type Opening<'a> = BoxFuture<'a, Result<Arc<dyn CacheStore>>>;

const DRIVERS: &[Driver] = &[
    super::memory::DRIVER,
    super::redis::DRIVER,
];

impl Driver {
    /// The kind of store that a URL names.
    pub(super) fn of(url: &SecretString) -> Option<&'static Self> {
        let url = url.expose_secret();
        let names = |driver: &&Driver| driver.schemes.iter().any(|s| url.starts_with(s));
        DRIVERS.iter().find(names)
    }
}

/// Opens the store that the settings name; `memory:` keeps `capacity` answers at most.
///
/// # Errors
/// [`Error::Internal`] for another URL, [`Error::Unavailable`] when nothing answers.
pub async fn open(settings: &StoreSettings, capacity: usize) -> Result<Arc<dyn CacheStore>> {
    match Driver::of(&settings.url) {
        Some(driver) => (driver.open)(settings, capacity).await,
        None => Err(Error::Internal(
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
