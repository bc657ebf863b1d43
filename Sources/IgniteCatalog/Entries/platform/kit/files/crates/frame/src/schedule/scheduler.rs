use std::collections::BTreeMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use chrono::DateTime;
use futures_util::FutureExt as _;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use super::runs::{Plan, RunRecord, Runs};
use super::{Job, JobRun, Overlap, Schedule, routes};
use crate::clock::now_ms;
use crate::config::JobSettings;
use crate::metrics::JobMetrics;
use crate::{Database, Error, RequestContext, Result, TraceContext};

/// How often old runs are forgotten.
const PURGE_EVERY: Duration = Duration::from_secs(3_600);

/// How a job is run.
#[derive(Debug, Clone)]
pub struct JobOptions {
    /// When it is due.
    pub schedule: Schedule,
    /// How long it may take.
    pub timeout: Duration,
    /// What happens when it is due while it still runs.
    pub overlap: Overlap,
}

pub(super) struct Entry {
    pub name: String,
    pub options: JobOptions,
    job: Arc<dyn Job>,
}

impl Entry {
    pub fn plan(&self) -> Plan<'_> {
        Plan {
            job: &self.name,
            schedule: &self.options.schedule,
            overlap: self.options.overlap,
        }
    }
}

/// Runs jobs when they are due; clones share them.
#[derive(Clone)]
pub struct Scheduler {
    pub(super) jobs: Arc<BTreeMap<String, Arc<Entry>>>,
    pub(super) runs: Runs,
    settings: JobSettings,
    requested: Arc<Notify>,
}

impl Scheduler {
    /// A scheduler without jobs.
    #[must_use]
    pub fn new(database: Database, settings: JobSettings) -> Self {
        Self {
            jobs: Arc::default(),
            runs: Runs::new(database, settings.clone()),
            settings,
            requested: Arc::default(),
        }
    }

    /// Adds a job.
    #[must_use]
    pub fn job(mut self, name: impl Into<String>, options: JobOptions, job: impl Job) -> Self {
        let (name, job) = (name.into(), Arc::new(job));
        let entry = Arc::new(Entry {
            name: name.clone(),
            options,
            job,
        });
        let mut jobs = BTreeMap::clone(&self.jobs);
        jobs.insert(name, entry);
        self.jobs = Arc::new(jobs);
        self
    }

    /// Runs a job now, on whichever instance comes first; gives the run's id.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown job, [`Error::Conflict`] when it runs already and may not
    /// overlap.
    pub async fn request(&self, name: &str) -> Result<Uuid> {
        let entry = self.entry(name)?;
        let id = self.runs.request(entry.plan(), now_ms()).await?;
        self.requested.notify_one();
        Ok(id)
    }

    /// The latest runs of a job, the last one first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown job, or what the database answers.
    pub async fn history(&self, name: &str, limit: u32) -> Result<Vec<RunRecord>> {
        self.entry(name)?;
        self.runs.history(name, limit).await
    }

    /// The routes that show the jobs and their history and run them on request.
    pub fn routes(&self) -> Router {
        routes::routes(self.clone())
    }

    /// Runs until `stop`, then waits for the jobs at work; they see `stop`, too.
    ///
    /// # Errors
    /// None: a database that is gone is asked again until `stop`.
    pub async fn run(self, metrics: JobMetrics, stop: CancellationToken) -> Result<()> {
        let mut tasks = JoinSet::new();
        let mut purged = Instant::now();
        let mut is_declared = false;
        while !stop.is_cancelled() {
            let turn = self.turn(&mut is_declared, &mut tasks, &metrics, &stop);
            let wait = match turn.await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(%error, "cannot look for due jobs");
                    self.settings.poll
                }
            };
            if purged.elapsed() >= PURGE_EVERY {
                purged = Instant::now();
                if let Err(error) = self.runs.purge(now_ms()).await {
                    tracing::warn!(%error, "cannot forget old runs");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.requested.notified() => {}
                Some(_) = tasks.join_next() => {}
                () = stop.cancelled() => {}
            }
        }
        tasks.join_all().await;
        Ok(())
    }

    /// Begins what is due and tells how long to wait for the next.
    async fn turn(
        &self,
        is_declared: &mut bool,
        tasks: &mut JoinSet<()>,
        metrics: &JobMetrics,
        stop: &CancellationToken,
    ) -> Result<Duration> {
        if !*is_declared {
            for entry in self.jobs.values() {
                self.runs.declare(entry.plan(), now_ms()).await?;
            }
            *is_declared = true;
        }
        let mut wait = self.settings.poll;
        for entry in self.jobs.values() {
            while let Some(run) = self.runs.claim(entry.plan(), now_ms()).await? {
                let work = self
                    .clone()
                    .execute(entry.clone(), run, metrics.clone(), stop.clone());
                tasks.spawn(work.in_current_span());
            }
            if let Some(due) = self.runs.next_due(&entry.name).await? {
                let left = u64::try_from(due - now_ms()).unwrap_or(0);
                wait = wait.min(Duration::from_millis(left));
            }
        }
        Ok(wait)
    }

    async fn execute(
        self,
        entry: Arc<Entry>,
        record: RunRecord,
        metrics: JobMetrics,
        stop: CancellationToken,
    ) {
        let (id, job) = (record.id, entry.name.as_str());
        let context = RequestContext::new(id.to_string(), TraceContext::root(), None);
        let span = tracing::info_span!("job", job, run = %id, trace_id = context.trace.trace_id());
        let run = JobRun {
            id,
            job: entry.name.clone(),
            due: DateTime::from_timestamp_millis(record.due_at).unwrap_or_else(crate::now),
            attempt: u32::try_from(record.attempt).unwrap_or(u32::MAX),
            stop: stop.clone(),
        };
        let work = async {
            let outcome = tokio::select! {
                outcome = attempt(&entry, &run) => outcome,
                () = self.lose(id) => {
                    tracing::warn!("the lease is lost; another instance runs it");
                    return;
                }
            };
            self.settle(id, outcome, &metrics, job, &stop).await;
        };
        context.scope(work.instrument(span)).await;
    }

    /// Keeps the lease, and ends when it is lost.
    async fn lose(&self, run: Uuid) {
        loop {
            tokio::time::sleep(self.settings.lease / 3).await;
            match self.runs.renew(run, now_ms()).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, "cannot renew the lease"),
            }
        }
    }

    async fn settle(
        &self,
        run: Uuid,
        outcome: Outcome,
        metrics: &JobMetrics,
        job: &str,
        stop: &CancellationToken,
    ) {
        let (state, error) = match &outcome {
            Outcome::Succeeded => ("succeeded", None),
            Outcome::Failed(reason) => ("failed", Some(reason.as_str())),
            Outcome::TimedOut => ("timed-out", None),
        };
        let ended = if error.is_some() && stop.is_cancelled() {
            tracing::info!(error, "stopped before its end; it will run again");
            self.runs.give_back(run).await
        } else {
            match error {
                Some(error) => tracing::error!(error, state, "the job failed"),
                None => tracing::info!(state, "the job ended"),
            }
            metrics.runs.with_label_values(&[job, state]).inc();
            let finished = self.runs.finish(run, state, error, now_ms()).await;
            finished.map(drop)
        };
        if let Err(error) = ended {
            tracing::warn!(%error, "cannot note how the job ended; it will run again");
        }
    }

    pub(super) fn entry(&self, name: &str) -> Result<&Arc<Entry>> {
        let entry = self.jobs.get(name);
        entry.ok_or_else(|| Error::NotFound(format!("the job {name}")))
    }
}

enum Outcome {
    Succeeded,
    Failed(String),
    TimedOut,
}

async fn attempt(entry: &Entry, run: &JobRun) -> Outcome {
    let work = AssertUnwindSafe(entry.job.run(run)).catch_unwind();
    match tokio::time::timeout(entry.options.timeout, work).await {
        Ok(Ok(Ok(()))) => Outcome::Succeeded,
        Ok(Ok(Err(error))) => Outcome::Failed(error.to_string()),
        Ok(Err(_)) => Outcome::Failed("the job panicked".to_owned()),
        Err(_) => Outcome::TimedOut,
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.jobs.keys().collect();
        f.debug_struct("Scheduler")
            .field("jobs", &names)
            .finish_non_exhaustive()
    }
}
