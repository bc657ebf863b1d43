//! Answers that are kept for a while: fresh at first, then stale and renewed behind the caller's back,
//! then gone.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use std::sync::Arc;
//! use std::time::Duration;
//! use frame::cache::{Cache, CacheMetrics, CacheSettings, MemoryStore};
//! use frame::metrics::Metrics;
//!
//! let settings = CacheSettings { fresh: Duration::from_secs(60), ..CacheSettings::default() };
//! let store = Arc::new(MemoryStore::new(1_000));
//! let cache = Cache::new(store, settings, CacheMetrics::new(&Metrics::new("shop")?)?);
//! for _ in 0..2 {
//!     let price = cache.get_or_load("price/apple", || async { Ok(3_u64) }).await?;
//!     assert_eq!(price.value, 3); // loaded once
//! }
//! # Ok::<(), frame::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Callers who miss the same key at once wait for one load. That something is not there is kept too,
//! for a shorter time. What was loaded before a removal does not come back after it. A store that
//! fails is gone around: answers are loaded then. An answer that a store cannot hold is not kept, and
//! counted.

mod flights;
mod memory;
mod metrics;
mod redis;
mod settings;
mod store;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use memory::MemoryStore;
pub use metrics::CacheMetrics;
pub use redis::RedisStore;
pub use settings::{CacheSettings, StoreSettings};
pub use store::{Body, CacheStore, Kept, Ticket, open};

use self::flights::{Flight, Flights};
use crate::clock::now_ms;
use crate::{Error, Result};

/// Keeps answers; clones share them.
#[derive(Clone)]
pub struct Cache(Arc<Parts>);

struct Parts {
    store: Arc<dyn CacheStore>,
    settings: CacheSettings,
    metrics: CacheMetrics,
    flights: Flights,
}

/// How an answer was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// It was kept and is not old.
    Fresh,
    /// It was kept and is being renewed.
    Stale,
    /// It was loaded for this caller.
    Loaded,
    /// It was changed here and is not written yet.
    Waiting,
}

impl Age {
    /// A word for a header.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fresh => "hit",
            Self::Stale => "stale",
            Self::Loaded => "miss",
            Self::Waiting => "waiting",
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// What it says.
    pub value: T,
    /// How it was found.
    pub age: Age,
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.0.settings;
        f.debug_struct("Cache")
            .field("settings", settings)
            .finish_non_exhaustive()
    }
}

impl Cache {
    /// An empty cache, or one with what others left in the store.
    #[must_use]
    pub fn new(store: Arc<dyn CacheStore>, settings: CacheSettings, metrics: CacheMetrics) -> Self {
        Self(Arc::new(Parts {
            store,
            settings,
            metrics,
            flights: Flights::default(),
        }))
    }

    /// The answer of this key; `load` gives it where none is kept. A load that was begun goes on even
    /// if nobody waits for it any longer.
    ///
    /// # Errors
    /// What `load` says; [`Error::NotFound`] without asking it while that is kept.
    pub async fn get_or_load<T, F>(
        &self,
        key: &str,
        load: impl FnOnce() -> F + Send + 'static,
    ) -> Result<Found<T>>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let (kept, ticket) = self.look(key).await;
        if let Some(kept) = kept {
            let age = self.age(&kept);
            if age == Age::Stale {
                // Nobody waits for it.
                drop(self.fly(key, ticket, load));
            }
            return read(&kept.body).map(|value| Found { value, age });
        }
        self.0.metrics.asked("miss");
        let body = self.fly(key, ticket, load).await?;
        let value = read(&body)?;
        Ok(Found {
            value,
            age: Age::Loaded,
        })
    }

    /// Answers for several ids at once, under keys that begin with `prefix`; `load` is asked once for
    /// all that are not kept. An id without an answer is not in the result.
    ///
    /// # Errors
    /// What `load` says.
    pub async fn get_or_load_many<T, F>(
        &self,
        prefix: &str,
        ids: &[Uuid],
        load: impl Fn(Vec<Uuid>) -> F,
    ) -> Result<HashMap<Uuid, T>>
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
        F: Future<Output = Result<Vec<(Uuid, T)>>> + Send + 'static,
    {
        let keys: Vec<_> = ids.iter().map(|id| format!("{prefix}{id}")).collect();
        let looked = self.look_all(&keys).await;
        let (mut found, mut missing, mut old) = (HashMap::new(), Vec::new(), Vec::new());
        for ((id, key), (kept, ticket)) in ids.iter().zip(keys).zip(looked) {
            let Some(kept) = kept else {
                self.0.metrics.asked("miss");
                missing.push((*id, key, ticket));
                continue;
            };
            if self.age(&kept) == Age::Stale {
                old.push((*id, key, ticket));
            }
            if let Body::Present(json) = &kept.body {
                found.insert(*id, decode(json)?);
            }
        }
        let asked = |wanted: &[(Uuid, String, Option<Ticket>)]| {
            load(wanted.iter().map(|(id, _, _)| *id).collect())
        };
        let renewal = old
            .first()
            .and_then(|(_, key, _)| self.0.flights.begin(key));
        if let Some(landing) = renewal {
            let (cache, answers) = (self.clone(), asked(&old));
            flights::spawn(async move {
                let _landing = landing;
                if let Ok(answers) = answers.await {
                    cache.keep_all(&old, &answers).await;
                }
            });
        }
        if !missing.is_empty() {
            let answers = asked(&missing).await?;
            self.keep_all(&missing, &answers).await;
            found.extend(answers);
        }
        Ok(found)
    }

    /// What is kept, without loading anything.
    ///
    /// # Errors
    /// [`Error::NotFound`] while it is kept that there is nothing.
    pub async fn peek<T: DeserializeOwned>(&self, key: &str) -> Result<Option<Found<T>>> {
        let (kept, _) = self.look(key).await;
        let Some(kept) = kept else {
            self.0.metrics.asked("miss");
            return Ok(None);
        };
        let age = self.age(&kept);
        let value = read(&kept.body)?;
        Ok(Some(Found { value, age }))
    }

    /// Keeps an answer that the caller knows to be true; one of a higher version stays.
    ///
    /// # Errors
    /// What the store says, for the caller to decide.
    pub async fn put<T: Serialize>(&self, key: &str, version: i64, value: &T) -> Result<()> {
        self.0.flights.forget(key);
        let kept = self.kept(version, Body::Present(encode(value)?));
        if self.is_too_large(&kept) {
            // What is kept is older than what cannot be.
            return self.0.store.remove(key).await;
        }
        self.0.store.put(key, &kept, None).await
    }

    /// Keeps that there is nothing under a key.
    ///
    /// # Errors
    /// What the store says.
    pub async fn put_absent(&self, key: &str, reason: &str) -> Result<()> {
        self.0.flights.forget(key);
        self.0.store.remove(key).await?;
        let kept = self.kept(0, Body::Absent(reason.to_owned()));
        self.0.store.put(key, &kept, None).await
    }

    /// Forgets an answer; loads that run do not bring it back.
    ///
    /// # Errors
    /// What the store says: the answer may still be there then.
    pub async fn remove(&self, key: &str) -> Result<()> {
        self.0.flights.forget(key);
        self.0.store.remove(key).await
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// What the store says.
    pub async fn clear(&self) -> Result<()> {
        self.0.flights.forget_all();
        self.0.store.clear().await
    }

    /// What is kept under a key, and the right to put something there; neither when the store fails.
    async fn look(&self, key: &str) -> (Option<Kept>, Option<Ticket>) {
        let looked = self.look_all(&[key.to_owned()]).await;
        looked.into_iter().next().unwrap_or_default()
    }

    async fn look_all(&self, keys: &[String]) -> Vec<(Option<Kept>, Option<Ticket>)> {
        match self.0.store.get(keys).await {
            Ok(found) => {
                let now = now_ms();
                let there = |kept: &Kept| now < kept.gone_at;
                let each = found.into_iter();
                each.map(|(kept, ticket)| (kept.filter(there), Some(ticket)))
                    .collect()
            }
            Err(error) => {
                self.failed(&error);
                vec![(None, None); keys.len()]
            }
        }
    }

    fn age(&self, kept: &Kept) -> Age {
        let (age, word) = match &kept.body {
            _ if now_ms() >= kept.fresh_until => (Age::Stale, "stale"),
            Body::Present(_) => (Age::Fresh, "hit"),
            Body::Absent(_) => (Age::Fresh, "absent"),
        };
        self.0.metrics.asked(word);
        age
    }

    /// Joins the load of this key that runs, or begins one.
    fn fly<T, F>(
        &self,
        key: &str,
        ticket: Option<Ticket>,
        load: impl FnOnce() -> F + Send + 'static,
    ) -> Flight
    where
        T: Serialize,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let cache = self.clone();
        let name = key.to_owned();
        self.0.flights.join(key, move || {
            async move {
                let loaded = load().await.and_then(|value| encode(&value));
                let body = match loaded {
                    Ok(json) => Body::Present(json),
                    Err(Error::NotFound(reason)) => Body::Absent(reason),
                    Err(error) => {
                        cache.0.metrics.loaded("failed");
                        return Err(error);
                    }
                };
                cache.0.metrics.loaded("done");
                cache.keep(&name, ticket, body.clone()).await;
                Ok(body)
            }
            .boxed()
        })
    }

    async fn keep(&self, key: &str, ticket: Option<Ticket>, body: Body) {
        let Some(ticket) = ticket else { return };
        let kept = self.kept(0, body);
        if kept.gone_at <= now_ms() || self.is_too_large(&kept) {
            return;
        }
        if let Err(error) = self.0.store.put(key, &kept, Some(ticket)).await {
            self.failed(&error);
        }
    }

    async fn keep_all<T: Serialize>(
        &self,
        wanted: &[(Uuid, String, Option<Ticket>)],
        answers: &[(Uuid, T)],
    ) {
        let answers: HashMap<_, _> = answers.iter().map(|(id, value)| (id, value)).collect();
        let each = wanted.iter().map(|(id, key, ticket)| {
            let body = match answers.get(id).map(encode) {
                Some(Ok(json)) => Some(Body::Present(json)),
                Some(Err(_)) => None,
                None => Some(Body::Absent(format!("nothing has the id {id}"))),
            };
            async move {
                if let Some(body) = body {
                    self.keep(key, *ticket, body).await;
                }
            }
        });
        join_all(each).await;
    }

    fn kept(&self, version: i64, body: Body) -> Kept {
        let settings = &self.0.settings;
        let (fresh, stale) = match body {
            Body::Present(_) => (settings.fresh, settings.stale),
            Body::Absent(_) => (settings.absent, Duration::ZERO),
        };
        let fresh_until = now_ms() + jittered(fresh, settings.jitter);
        Kept {
            body,
            version,
            fresh_until,
            gone_at: fresh_until + milliseconds(stale),
        }
    }

    /// Whether the store cannot hold it, which is counted.
    fn is_too_large(&self, kept: &Kept) -> bool {
        let (Body::Present(text) | Body::Absent(text)) = &kept.body;
        let is_so = text.len() > self.0.store.max_bytes();
        if is_so {
            self.0.metrics.refused();
        }
        is_so
    }

    fn failed(&self, error: &Error) {
        self.0.metrics.failed();
        tracing::warn!(%error, "the cache's store failed");
    }
}

fn read<T: DeserializeOwned>(body: &Body) -> Result<T> {
    match body {
        Body::Present(json) => decode(json),
        Body::Absent(reason) => Err(Error::NotFound(reason.clone())),
    }
}

fn encode(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::Internal(format!("an answer cannot be written: {error}")))
}

fn decode<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json)
        .map_err(|error| Error::Internal(format!("an answer cannot be read: {error}")))
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).map_or(1 << 40, |number| number.min(1 << 40))
}

/// A time that is shorter by chance, so that not everything ends at once.
fn jittered(duration: Duration, jitter: f64) -> i64 {
    milliseconds(duration.mul_f64(1.0 - jitter * fastrand::f64()))
}
