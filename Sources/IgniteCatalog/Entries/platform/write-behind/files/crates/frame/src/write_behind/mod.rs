//! Changes that are answered at once and written later.
//!
//! A change waits under the key of its thing; a later one of the same key takes its place, so that the
//! service hears of the last one only. Until it is written, callers see it under a version that is
//! negative, and may go on from there. What fails is tried again for as long as it takes; what the
//! service refuses is set aside with the reason. Where so many wait that no more fit, changes are
//! refused.
//!
//! Where changes wait in Redis they outlive the process, as far as Redis keeps what it has; a change
//! that was written just before a crash is found to be there and not taken for somebody else's. In
//! memory a crash loses what waits, at most what was accepted since the last flush while the service
//! behind takes changes, everything since it failed where it does not. A stop in order writes all.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use frame::http::IfMatch;
//! use frame::write_behind::{MemoryJournal, Target, WriteBehind, WriteBehindMetrics, WriteBehindSettings};
//! use serde_json::json;
//! # use std::sync::Arc;
//! # use frame::cache::{Cache, CacheMetrics, CacheSettings, MemoryStore};
//! # let metrics = frame::metrics::Metrics::new("shop")?;
//! # let store = Arc::new(MemoryStore::new(10));
//! # let cache = Cache::new(store, CacheSettings::default(), CacheMetrics::new(&metrics)?);
//!
//! let journal = Arc::new(MemoryJournal::default());
//! let measured = WriteBehindMetrics::new(&metrics)?;
//! let behind = WriteBehind::new(journal, cache, WriteBehindSettings::default(), measured);
//! let target = Target { tenant: None, kind: "shop/prices".to_owned(), id: frame::new_id() };
//! let current = || async { Ok((3, json!({ "version": 3, "cents": 100 }))) };
//! let fields = json!({ "cents": 120 });
//! let shown = behind.update("a", target, &IfMatch::version(3), current, fields).await?;
//! assert_eq!(shown["cents"], 120);
//! assert!(shown["version"].as_i64() < Some(0)); // not the service's
//! # Ok::<(), frame::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod flush;
mod journal;
mod memory;
mod metrics;
mod redis;
mod settings;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::Serialize;
use serde_json::Value;

pub use flush::{Origin, Written};
pub use journal::{Change, Journal, Put, Refused, Target, Waiting, Write, open};
pub use memory::MemoryJournal;
pub use metrics::WriteBehindMetrics;
pub use redis::RedisJournal;
pub use settings::WriteBehindSettings;

use crate::cache::Cache;
use crate::clock::now_ms;
use crate::http::IfMatch;
use crate::{Error, Result};

/// How often a change is tried against others of the same key.
const TRIES: usize = 20;

/// Takes changes and writes them later; clones share what waits.
#[derive(Clone)]
pub struct WriteBehind(Arc<Parts>);

struct Parts {
    journal: Arc<dyn Journal>,
    cache: Cache,
    settings: WriteBehindSettings,
    metrics: WriteBehindMetrics,
}

/// What waits and what was refused.
#[derive(Debug, Serialize)]
pub struct Report {
    /// How many changes are not written yet.
    pub waiting: usize,
    /// How long the oldest of them waits.
    pub oldest_ms: i64,
    /// The last that were refused, the newest first.
    pub refused: Vec<Refused>,
}

impl fmt::Debug for WriteBehind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.0.settings;
        f.debug_struct("WriteBehind").field("settings", settings).finish_non_exhaustive()
    }
}

impl WriteBehind {
    /// Takes changes into a journal; what is written goes into the cache.
    #[must_use]
    pub fn new(
        journal: Arc<dyn Journal>,
        cache: Cache,
        settings: WriteBehindSettings,
        metrics: WriteBehindMetrics,
    ) -> Self {
        Self(Arc::new(Parts { journal, cache, settings, metrics }))
    }

    /// What waits under each key; where the journal does not answer it is as if nothing did.
    pub async fn waiting(&self, keys: &[String]) -> Vec<Option<Write>> {
        match self.0.journal.get(keys).await {
            Ok(writes) => writes,
            Err(error) => {
                tracing::warn!(%error, "changes that wait are not seen");
                vec![None; keys.len()]
            }
        }
    }

    /// Takes new fields for a thing; `current` gives its version and all of it as they are. Answers
    /// what callers see until it is written.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] for another version, [`Error::NotFound`] for what is to be removed,
    /// [`Error::Unavailable`] when no more can wait, what `current` says.
    pub async fn update<F: Future<Output = Result<(i64, Value)>> + Send + 'static>(
        &self,
        key: &str,
        target: Target,
        expected: &IfMatch,
        current: impl Fn() -> F + Send + Sync,
        fields: Value,
    ) -> Result<Value> {
        let made = |version: i64, seen: &Value| {
            let mut shown = seen.clone();
            if let (Some(shown), Some(fields)) = (shown.as_object_mut(), fields.as_object()) {
                shown.extend(fields.clone());
                shown.insert("version".to_owned(), version.into());
            }
            Change::Update { fields: fields.clone(), shown }
        };
        match self.take(key, &target, expected, current, made).await? {
            Change::Update { shown, .. } => Ok(shown),
            Change::Remove => Err(Error::Internal("an update became a removal".to_owned())),
        }
    }

    /// Takes the removal of a thing.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub async fn remove<F: Future<Output = Result<(i64, Value)>> + Send + 'static>(
        &self,
        key: &str,
        target: Target,
        expected: &IfMatch,
        current: impl Fn() -> F + Send + Sync,
    ) -> Result<()> {
        self.take(key, &target, expected, current, |_, _| Change::Remove).await.map(drop)
    }

    async fn take<F: Future<Output = Result<(i64, Value)>> + Send + 'static>(
        &self,
        key: &str,
        target: &Target,
        expected: &IfMatch,
        current: impl Fn() -> F + Send + Sync,
        made: impl Fn(i64, &Value) -> Change + Send + Sync,
    ) -> Result<Change> {
        let Parts { journal, settings, metrics, .. } = &*self.0;
        let keys = [key.to_owned()];
        for _ in 0..TRIES {
            let old = journal.get(&keys).await?.pop().flatten();
            let number = number();
            let is_forced = *expected == IfMatch::any();
            let (revision, write) = match old {
                Some(old) => {
                    let Change::Update { shown, .. } = &old.change else {
                        return Err(Error::NotFound(target.id.to_string()));
                    };
                    expected.check(old.version)?;
                    let change = made(-number, shown);
                    let is_forced = is_forced || old.is_forced;
                    let (revision, version) = (number, -number);
                    (old.revision, Write { revision, version, change, is_forced, ..old })
                }
                None => {
                    let (base, seen) = current().await?;
                    self.check(key, expected, base).await?;
                    let write = Write {
                        revision: number,
                        version: -number,
                        target: target.clone(),
                        change: made(-number, &seen),
                        base,
                        is_forced,
                        sent: Vec::new(),
                        attempts: 0,
                        since: now_ms(),
                    };
                    (0, write)
                }
            };
            match journal.put(key, revision, &write, settings.capacity, None).await? {
                Put::Done => {
                    metrics.count(if revision == 0 { "accepted" } else { "coalesced" });
                    return Ok(write.change);
                }
                Put::Changed => {}
                Put::Full => {
                    metrics.count("full");
                    let most = settings.capacity;
                    return Err(Error::Unavailable(format!("{most} changes wait to be written")));
                }
            }
        }
        Err(Error::Unavailable(format!("too many change {} at once", target.id)))
    }

    /// Compares with the version of the service, and with the one under which it was seen before it was
    /// written.
    async fn check(&self, key: &str, expected: &IfMatch, base: i64) -> Result<()> {
        let seen = expected.expected().filter(|version| *version < 0);
        let Some(seen) = seen else {
            return expected.check(base);
        };
        match self.0.cache.peek::<i64>(&alias(key, seen)).await? {
            Some(written) if written.value == base => Ok(()),
            _ => Err(Error::PreconditionFailed),
        }
    }

    /// What waits and what was refused.
    ///
    /// # Errors
    /// A journal that does not answer.
    pub async fn report(&self) -> Result<Report> {
        let waiting = self.0.journal.waiting().await?;
        Ok(Report {
            waiting: waiting.count,
            oldest_ms: age(&waiting),
            refused: self.0.journal.refused().await?,
        })
    }

    /// Forgets what was refused.
    ///
    /// # Errors
    /// A journal that does not answer.
    pub async fn forget_refused(&self) -> Result<()> {
        self.0.journal.forget_refused().await
    }

    /// Whether changes can be taken, for readiness.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no more can wait or the journal does not answer.
    pub async fn check_room(&self) -> Result<()> {
        let count = self.0.journal.waiting().await?.count;
        if count < self.0.settings.capacity {
            return Ok(());
        }
        Err(Error::Unavailable(format!("{count} changes wait to be written")))
    }
}

/// How long the oldest change waits, in milliseconds.
fn age(waiting: &Waiting) -> i64 {
    waiting.since.map_or(0, |since| (now_ms() - since).max(0))
}

/// The key under which the version is kept that a change got when it was written.
fn alias(key: &str, version: i64) -> String {
    format!("{key}/written/{version}")
}

/// A number that is higher than all before it in this process, and that other instances hardly make.
/// JavaScript can hold it.
fn number() -> i64 {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let next = now_ms() * 1_000 + fastrand::i64(0..1_000);
    let last = LAST.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next.max(last + 1)));
    last.map_or(next, |last| next.max(last + 1))
}
