use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::journal::{Change, Put, Refused, Target, Write};
use super::{WriteBehind, age, alias, number};
use crate::clock::now_ms;
use crate::{Error, RequestContext, Result, TraceContext, new_id};

/// For how long a change belongs to the instance that writes it.
const LEASE: Duration = Duration::from_secs(60);
/// The longest a write may take.
const LONGEST: Duration = Duration::from_secs(30);
/// How many digests of what was sent are remembered.
const SENT: usize = 16;

/// A thing as its service has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Its version.
    pub version: i64,
    /// All of it.
    pub entity: Value,
    /// What can be changed of it, as the service takes it.
    pub fields: Value,
}

/// The services where changes are written.
#[async_trait]
pub trait Origin: Send + Sync + 'static {
    /// Gives a thing in this version new fields.
    ///
    /// # Errors
    /// What the service says.
    async fn update(&self, target: &Target, version: i64, fields: &Value) -> Result<Written>;

    /// Removes a thing in this version.
    ///
    /// # Errors
    /// What the service says.
    async fn remove(&self, target: &Target, version: i64) -> Result<()>;

    /// A thing as it is.
    ///
    /// # Errors
    /// What the service says.
    async fn fetch(&self, target: &Target) -> Result<Written>;
}

/// What became of one attempt.
enum Outcome {
    /// It is written; `None` where it is gone, as it was to be.
    Written(Option<Written>),
    /// It must be made from another version.
    Rebased(i64),
    Failed(Error),
    Refused(String),
}

impl WriteBehind {
    /// Writes what waits until `stop`, then all that is left, for at most `grace`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when changes in memory could not be written before the end: they are lost.
    pub async fn run(self, origin: impl Origin, grace: Duration, stop: CancellationToken) -> Result<()> {
        let pause = || tokio::time::sleep(self.0.settings.interval);
        while stop.run_until_cancelled(pause()).await.is_some() {
            if let Err(error) = self.flush(&origin, now_ms()).await {
                tracing::warn!(%error, "cannot write what waits");
            }
        }
        self.drain(&origin, grace).await
    }

    /// Writes everything that is due by now, in batches; gives how many were tried.
    ///
    /// # Errors
    /// A journal that does not answer.
    pub async fn flush(&self, origin: &impl Origin, now: i64) -> Result<usize> {
        let batch = self.0.settings.batch;
        let most = self.0.journal.waiting().await?.count;
        let mut tried = 0;
        // What fails is due again later, but everything is when draining.
        while tried < most {
            let claimed = self.0.journal.claim(now, LEASE, batch).await?;
            let count = claimed.len();
            let each = claimed.into_iter().map(|(key, write)| self.write(origin, key, write));
            join_all(each).await;
            tried += count;
            if count < batch {
                break;
            }
        }
        let waiting = self.0.journal.waiting().await?;
        self.0.metrics.waiting(waiting.count, age(&waiting));
        Ok(tried)
    }

    /// What waits in Redis waits for the next instance; what waits in memory is tried until it is
    /// written.
    async fn drain(&self, origin: &impl Origin, grace: Duration) -> Result<()> {
        if self.0.journal.is_durable() {
            let flushed = tokio::time::timeout(grace, self.flush(origin, now_ms())).await;
            if let Ok(Err(error)) = flushed {
                tracing::warn!(%error, "what waits is left for the next instance");
            }
            return Ok(());
        }
        let end = Instant::now() + grace;
        let mut attempt = 1;
        loop {
            // Nobody else has a lease here, and nobody waits for what failed any longer.
            let tried = tokio::time::timeout_at(end, self.flush(origin, i64::MAX)).await;
            let left = self.0.journal.waiting().await?.count;
            if left == 0 {
                return Ok(());
            }
            let pause = self.0.settings.backoff.delay(attempt);
            if tried.is_err() || Instant::now() + pause >= end {
                (0..left).for_each(|_| self.0.metrics.count("lost"));
                return Err(Error::Unavailable(format!("{left} changes are lost")));
            }
            attempt += 1;
            tokio::time::sleep(pause).await;
        }
    }

    /// Writes one change; what goes wrong on the way is tried again when its lease is over.
    async fn write(&self, origin: &impl Origin, key: String, write: Write) {
        let tenant = write.target.tenant.clone();
        let context = RequestContext::new(new_id().to_string(), TraceContext::root(), tenant);
        let written = context.scope(self.attempt(origin, &key, write)).await;
        if let Err(error) = written {
            tracing::warn!(%error, key, "a change is tried again");
        }
    }

    async fn attempt(&self, origin: &impl Origin, key: &str, write: Write) -> Result<()> {
        let Some(write) = self.mark(key, write).await? else {
            return Ok(());
        };
        let outcome = match tokio::time::timeout(LONGEST, tell(origin, &write)).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::Failed(Error::Unavailable(format!("no answer in {LONGEST:?}"))),
        };
        match outcome {
            Outcome::Written(written) => self.settle(key, &write, written).await,
            Outcome::Rebased(base) => {
                let change = |write: &mut Write| write.base = base;
                self.amend(key, write, now_ms(), change).await
            }
            Outcome::Failed(error) => {
                self.0.metrics.count("failed");
                tracing::warn!(%error, key, attempts = write.attempts + 1, "not written");
                let pause = self.0.settings.backoff.delay(write.attempts + 1);
                let due = now_ms() + i64::try_from(pause.as_millis()).unwrap_or(i64::MAX / 2);
                self.amend(key, write, due, |write| write.attempts += 1).await
            }
            Outcome::Refused(reason) => self.refuse(key, write, reason).await,
        }
    }

    /// Notes what is about to be sent, so that it is known again after a crash; `None` where nothing
    /// waits any more.
    async fn mark(&self, key: &str, mut write: Write) -> Result<Option<Write>> {
        let Change::Update { fields, .. } = &write.change else {
            return Ok(Some(write));
        };
        let digest = digest(fields);
        if write.sent.contains(&digest) {
            return Ok(Some(write));
        }
        let expected = write.revision;
        write.revision = number();
        write.sent.push(digest);
        let beginning = write.sent.len().saturating_sub(SENT);
        write.sent.drain(..beginning);
        let put = self.0.journal.put(key, expected, &write, usize::MAX, None).await?;
        match put {
            Put::Done => Ok(Some(write)),
            // Somebody was quicker; what waits now is due at the next flush.
            Put::Changed | Put::Full => {
                self.release(key).await?;
                Ok(None)
            }
        }
    }

    /// Makes what waits under a key due.
    async fn release(&self, key: &str) -> Result<()> {
        let keys = [key.to_owned()];
        if let Some(newer) = self.0.journal.get(&keys).await?.pop().flatten() {
            self.amend(key, newer, now_ms(), |_| {}).await?;
        }
        Ok(())
    }

    /// Changes the record of a change, and of the one that has taken its place meanwhile.
    async fn amend(&self, key: &str, mut write: Write, due: i64, change: impl Fn(&mut Write)) -> Result<()> {
        let keys = [key.to_owned()];
        loop {
            let expected = write.revision;
            write.revision = number();
            change(&mut write);
            let put = self.0.journal.put(key, expected, &write, usize::MAX, Some(due)).await?;
            if put == Put::Done {
                return Ok(());
            }
            match self.0.journal.get(&keys).await?.pop().flatten() {
                Some(newer) => write = newer,
                None => return Ok(()),
            }
        }
    }

    async fn settle(&self, key: &str, write: &Write, written: Option<Written>) -> Result<()> {
        let cache = &self.0.cache;
        let kept = match &written {
            Some(written) => {
                let seen = cache.put(&alias(key, write.version), 0, &written.version).await;
                seen.and(cache.put(key, written.version, &written.entity).await)
            }
            None => cache.put_absent(key, "it was removed").await,
        };
        if let Err(error) = kept {
            tracing::warn!(%error, key, "out of date until its time is over");
        }
        self.0.metrics.count("written");
        if self.0.journal.remove(key, write.revision).await? {
            return Ok(());
        }
        let keys = [key.to_owned()];
        let newer = self.0.journal.get(&keys).await?.pop().flatten();
        let (Some(newer), Some(written)) = (newer, written) else {
            return Ok(());
        };
        let rebase = |write: &mut Write| {
            write.base = written.version;
            write.sent.clear();
            write.attempts = 0;
        };
        self.amend(key, newer, now_ms(), rebase).await
    }

    async fn refuse(&self, key: &str, write: Write, reason: String) -> Result<()> {
        if !self.0.journal.remove(key, write.revision).await? {
            // What has taken its place meanwhile may be better.
            return self.release(key).await;
        }
        self.0.metrics.count("refused");
        tracing::error!(key, reason, "a change was refused and set aside");
        let (target, change) = (write.target, write.change);
        let refused = Refused { target, change, reason, at: now_ms() };
        self.0.journal.refuse(&refused).await?;
        self.0.cache.remove(key).await
    }
}

/// Tells the service of one change.
async fn tell(origin: &impl Origin, write: &Write) -> Outcome {
    let told = match &write.change {
        Change::Update { fields, .. } => {
            let updated = origin.update(&write.target, write.base, fields).await;
            updated.map(Some)
        }
        Change::Remove => origin.remove(&write.target, write.base).await.map(|()| None),
    };
    match told {
        Ok(written) => Outcome::Written(written),
        Err(Error::PreconditionFailed | Error::NotFound(_)) => compare(origin, write).await,
        Err(error @ (Error::Unavailable(_) | Error::Internal(_))) => Outcome::Failed(error),
        Err(error) => Outcome::Refused(error.to_string()),
    }
}

/// What to do where the service has another version: it may be what was sent before.
async fn compare(origin: &impl Origin, write: &Write) -> Outcome {
    let is_removal = write.change == Change::Remove;
    let current = match origin.fetch(&write.target).await {
        Ok(current) => current,
        Err(Error::NotFound(_)) if is_removal => return Outcome::Written(None),
        Err(Error::NotFound(_)) => return Outcome::Refused("it was removed meanwhile".to_owned()),
        Err(error) => return Outcome::Failed(error),
    };
    let there = digest(&current.fields);
    if current.version > write.base && write.sent.contains(&there) {
        return match &write.change {
            Change::Update { fields, .. } if digest(fields) == there => {
                Outcome::Written(Some(current))
            }
            _ => Outcome::Rebased(current.version),
        };
    }
    if write.is_forced && current.version != write.base {
        return Outcome::Rebased(current.version);
    }
    Outcome::Refused("it was changed meanwhile".to_owned())
}

/// One word for the same fields in whatever order.
fn digest(fields: &Value) -> String {
    format!("{:x}", Sha256::digest(fields.to_string()))
}
