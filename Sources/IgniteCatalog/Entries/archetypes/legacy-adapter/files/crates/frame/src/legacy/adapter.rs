use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use prometheus::{IntCounterVec, Opts};
use serde_json::Value;
use uuid::Uuid;

use super::cursor::Cursors;
use super::quarantine::{self, SetAside};
use super::record::{Item, is_before};
use super::sources::Source;
use super::spec::KindSpec;
use super::translation::{KindMap, Translation};
use super::{LegacySettings, ids};
use crate::metrics::Metrics;
use crate::{Database, Error, Result, Transaction};

/// Where records of one kind go.
#[async_trait]
pub trait Target: Send + Sync + 'static {
    /// The kind.
    fn spec(&self) -> &'static KindSpec;

    /// Keeps what a record says and tells the other services.
    ///
    /// # Errors
    /// What does not fit; then nothing is kept and the record is set aside.
    async fn keep(&self, tx: &mut Transaction, id: Uuid, fields: Value, is_new: bool)
    -> Result<()>;

    /// Removes it and tells the other services.
    ///
    /// # Errors
    /// As [`Self::keep`].
    async fn forget(&self, tx: &mut Transaction, id: Uuid) -> Result<()>;
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It is new here.
    Created,
    /// It says something else than before.
    Updated,
    /// It says what it said before.
    Unchanged,
    /// It is gone.
    Deleted,
    /// It is older than what is here.
    Stale,
    /// It could not come over.
    SetAside,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Deleted => "deleted",
            Self::Stale => "stale",
            Self::SetAside => "set-aside",
        })
    }
}

/// Brings over what a legacy system holds; clones are one.
#[derive(Clone)]
pub struct Adapter {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub database: Database,
    pub translation: Translation,
    pub source: Arc<dyn Source>,
    pub targets: BTreeMap<&'static str, Arc<dyn Target>>,
    pub cursors: Cursors,
    pub settings: LegacySettings,
    pub requested: tokio::sync::Notify,
    /// One sync at a time in this instance.
    pub turn: tokio::sync::Mutex<()>,
    records: IntCounterVec,
}

impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adapter").finish_non_exhaustive()
    }
}

impl Adapter {
    /// An adapter of a source; what it brings over goes to the targets.
    ///
    /// # Errors
    /// [`Error::Internal`] when its metrics cannot be made.
    pub fn new(
        database: Database,
        translation: Translation,
        source: impl Source,
        targets: Vec<Arc<dyn Target>>,
        settings: LegacySettings,
    ) -> Result<Self> {
        let about = "Records of the legacy system, by what became of them.";
        let about = Opts::new("legacy_records_total", about);
        let targets = targets
            .into_iter()
            .map(|target| (target.spec().name, target));
        let inner = Inner {
            cursors: Cursors::new(database.clone(), settings.lease),
            database,
            translation,
            source: Arc::new(source),
            targets: targets.collect(),
            settings,
            requested: tokio::sync::Notify::new(),
            turn: tokio::sync::Mutex::new(()),
            records: IntCounterVec::new(about, &["kind", "outcome"])?,
        };
        let inner = Arc::new(inner);
        Ok(Self { inner })
    }

    /// Adds what it counts to the metrics of a service.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is there already.
    pub fn measured(self, metrics: &Metrics) -> Result<Self> {
        metrics.register(Box::new(self.inner.records.clone()))?;
        Ok(self)
    }

    /// How records become ours.
    #[must_use]
    pub fn translation(&self) -> &Translation {
        &self.inner.translation
    }

    /// Our id of a thing of the legacy system, if it was ever heard of.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn id_of(&self, kind: &str, legacy: &str) -> Result<Option<Uuid>> {
        ids::find(&self.inner.database, kind, legacy).await
    }

    /// What is set aside, of one kind or of all.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn set_aside(
        &self,
        kind: Option<&str>,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<SetAside>> {
        quarantine::list(&self.inner.database, kind, after, limit).await
    }

    /// Tries again what is set aside.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown id, [`Error::Conflict`] for what is no record.
    pub async fn retry(&self, id: Uuid) -> Result<Outcome> {
        let mut tx = self.inner.database.begin().await?;
        let row = quarantine::lock(&mut tx, id).await?;
        if !row.is_readable {
            let reason = "it is no record; discard it when it has been sent again".to_owned();
            return Err(Error::Conflict(reason));
        }
        let kind = self.inner.translation.kind(&row.kind);
        let kind =
            kind.ok_or_else(|| Error::Conflict(format!("{} no longer comes over", row.kind)))?;
        let outcome = self.apply(&mut tx, kind, &row.item()).await?;
        if outcome != Outcome::SetAside {
            quarantine::resolve(&mut tx, &row.kind, &row.legacy_key).await?;
        }
        tx.commit().await?;
        self.count(kind, outcome);
        Ok(outcome)
    }

    /// Drops what is set aside.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown id.
    pub async fn discard(&self, id: Uuid) -> Result<()> {
        quarantine::discard(&self.inner.database, id).await
    }

    pub(super) fn count(&self, kind: &KindMap, outcome: Outcome) {
        let labels = [kind.name(), &outcome.to_string()];
        self.inner.records.with_label_values(&labels).inc();
    }

    /// Gives a record its effect, or sets it aside.
    ///
    /// # Errors
    /// What passes, as a database that does not answer; then the transaction should be given up.
    pub(super) async fn apply(
        &self,
        tx: &mut Transaction,
        kind: &KindMap,
        item: &Item,
    ) -> Result<Outcome> {
        let id = kind.legacy_id(&item.record);
        let key = id.clone().unwrap_or_else(|| item.digest());
        let refused = match (&item.broken, &id) {
            (Some(reason), _) => Some(reason.clone()),
            (None, None) => Some(format!("it has no id in {}", kind.id)),
            (None, Some(_)) => None,
        };
        if let Some(reason) = refused {
            return self.put_aside(tx, kind, &key, item, &reason, false).await;
        }
        let savepoint = tx.savepoint().await?;
        match self.take(tx, kind, &key, item).await {
            Ok(outcome) => {
                tx.release(savepoint).await?;
                quarantine::resolve(tx, kind.name(), &key).await?;
                Ok(outcome)
            }
            // These pass by themselves: all of it comes again.
            Err(error @ (Error::Unavailable(_) | Error::PreconditionFailed)) => Err(error),
            Err(error) => {
                tx.roll_back_to(savepoint).await?;
                // What it refers to, or what stands in its way, may change.
                let waits = matches!(error, Error::Conflict(_));
                self.put_aside(tx, kind, &key, item, &error.to_string(), waits)
                    .await
            }
        }
    }

    async fn put_aside(
        &self,
        tx: &mut Transaction,
        kind: &KindMap,
        key: &str,
        item: &Item,
        reason: &str,
        waits: bool,
    ) -> Result<Outcome> {
        let (kind, place) = (kind.name(), &item.place);
        // Neither the record nor what is wrong with it is told: both may be personal.
        tracing::warn!(kind, place, "a record is set aside");
        quarantine::put(tx, kind, key, item, reason, waits).await?;
        Ok(Outcome::SetAside)
    }

    async fn take(
        &self,
        tx: &mut Transaction,
        kind: &KindMap,
        legacy: &str,
        item: &Item,
    ) -> Result<Outcome> {
        let mut translated = kind.translate(item).map_err(Error::Malformed)?;
        let target = self.inner.targets.get(kind.name());
        let target =
            target.ok_or_else(|| Error::Internal(format!("{} goes nowhere", kind.name())))?;
        let known = ids::lock(tx, kind.name(), legacy).await?;
        let (old, new) = (known.changed.as_deref(), translated.changed.as_deref());
        if let (Some(old), Some(new)) = (old, new)
            && is_before(new, old)
        {
            return Ok(Outcome::Stale);
        }
        let changed = new.or(old).map(str::to_owned);
        if translated.is_deleted {
            let is_here = known.digest.is_some();
            if is_here {
                target.forget(tx, known.id).await?;
            }
            ids::note(tx, kind.name(), legacy, None, changed.as_deref()).await?;
            return Ok(if is_here {
                Outcome::Deleted
            } else {
                Outcome::Unchanged
            });
        }
        for (field, of) in translated.references.clone() {
            let Some(value) = translated.fields.get_mut(field) else {
                continue;
            };
            refer(tx, of, value).await?;
        }
        let digest = translated.digest(kind);
        let outcome = match &known.digest {
            None => Outcome::Created,
            Some(old) if *old == digest => Outcome::Unchanged,
            Some(_) => Outcome::Updated,
        };
        if outcome != Outcome::Unchanged {
            let fields = Value::Object(translated.fields);
            let is_new = outcome == Outcome::Created;
            target.keep(tx, known.id, fields, is_new).await?;
        }
        if outcome != Outcome::Unchanged || changed != known.changed {
            ids::note(tx, kind.name(), legacy, Some(&digest), changed.as_deref()).await?;
        }
        Ok(outcome)
    }
}

/// Puts our ids in the place of those of the legacy system.
async fn refer(tx: &mut Transaction, kind: &str, value: &mut Value) -> Result<()> {
    let values = match value {
        Value::Array(values) => values.iter_mut().collect(),
        value => vec![value],
    };
    for value in values {
        if let Some(legacy) = value.as_str() {
            let known = ids::lock(tx, kind, legacy).await?;
            *value = Value::String(known.id.to_string());
        }
    }
    Ok(())
}
