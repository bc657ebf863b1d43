use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use super::rows::{self, Held};
use super::transition::Next;
use super::{Saga, SagaMetrics, SagaRecord, SagaSettings, SagaState, StepRecord, StepState};
use crate::clock::now_ms;
use crate::{Database, Error, RequestContext, Result, TraceContext, idempotency, new_id, now};

/// How often sagas that ended long ago are forgotten.
const PURGE_EVERY: Duration = Duration::from_secs(3_600);

/// Leads sagas of one kind; clones are the same leader.
#[derive(Clone)]
pub struct SagaOrchestrator {
    pub(super) database: Database,
    pub(super) saga: Arc<Saga>,
    pub(super) settings: SagaSettings,
    pub(super) metrics: Option<SagaMetrics>,
    started: Arc<Notify>,
}

impl SagaOrchestrator {
    /// A leader of sagas, over a database with the kit's tables.
    #[must_use]
    pub fn new(database: Database, saga: Saga, settings: SagaSettings) -> Self {
        Self {
            database,
            saga: Arc::new(saga),
            settings,
            metrics: None,
            started: Arc::default(),
        }
    }

    /// The same leader, which counts what it does.
    #[must_use]
    pub fn measured(self, metrics: SagaMetrics) -> Self {
        let metrics = Some(metrics);
        Self { metrics, ..self }
    }

    /// Writes a new saga down; it is led as soon as [`Self::run`] of any instance gets to it. A request
    /// that did so before and whose response was lost gets the same saga again.
    ///
    /// # Errors
    /// [`Error::Internal`] for an input that is not JSON, or what the database answers.
    pub async fn start(&self, input: &impl Serialize) -> Result<Uuid> {
        if let Some(id) = idempotency::done()? {
            return Ok(id);
        }
        let input = serde_json::to_value(input)
            .map_err(|error| Error::Internal(format!("the input of a saga: {error}")))?;
        let started_at = now();
        let steps = self.saga.steps.iter();
        let record = SagaRecord {
            id: new_id(),
            state: SagaState::Running,
            input,
            steps: steps.map(|step| StepRecord::waiting(&step.name)).collect(),
            reason: None,
            traceparent: TraceContext::current().traceparent(),
            started_at,
            deadline: started_at + self.saga.timeout,
        };
        let mut tx = self.database.begin().await?;
        rows::insert(&mut tx, &self.saga.name, &record).await?;
        idempotency::note(&mut tx, &record.id).await?;
        tx.commit().await?;
        self.started.notify_one();
        Ok(record.id)
    }

    /// What is known of a saga.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database answers.
    pub async fn find(&self, id: Uuid) -> Result<SagaRecord> {
        self.held(id).await.map(|held| held.record)
    }

    async fn held(&self, id: Uuid) -> Result<Held> {
        let found = rows::find(&self.database, &self.saga.name, id).await?;
        found.ok_or_else(|| Error::NotFound(format!("the saga {id}")))
    }

    /// The latest sagas, those in one state if one is given.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn list(&self, state: Option<SagaState>, limit: u32) -> Result<Vec<SagaRecord>> {
        let state = state.map_or("", SagaState::text);
        rows::list(&self.database, &self.saga.name, state, i64::from(limit)).await
    }

    /// Undoes again what is stuck in a parked saga, once its cause is mended.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it is not parked; or what the database answers.
    pub async fn retry(&self, id: Uuid) -> Result<SagaRecord> {
        let mut held = self.held(id).await?;
        if held.record.state != SagaState::Parked {
            let reason = "only a parked saga can be retried";
            return Err(Error::Conflict(reason.to_owned()));
        }
        held.record.state = SagaState::Compensating;
        for step in &mut held.record.steps {
            if step.state == StepState::Stuck {
                step.state = StepState::Compensating;
                step.attempts = 0;
            }
        }
        if !rows::save(&self.database, &mut held, Duration::ZERO, Duration::ZERO).await? {
            return Err(Error::Conflict("the saga was retried already".to_owned()));
        }
        self.started.notify_one();
        Ok(held.record)
    }

    /// Leads sagas until `stop`. An attempt that is under way then has ten seconds to end; after
    /// that it counts as broken off, and another run makes it again.
    ///
    /// # Errors
    /// None: what fails is logged and tried again.
    pub async fn run(self, stop: CancellationToken) -> Result<()> {
        let (mut led, mut purged) = (JoinSet::new(), Instant::now());
        while !stop.is_cancelled() {
            while led.try_join_next().is_some() {}
            if self.begin_next(&mut led, &stop).await {
                continue;
            }
            if purged.elapsed() >= PURGE_EVERY {
                purged = Instant::now();
                self.forget().await;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.started.notified() => {}
                () = tokio::time::sleep(self.settings.poll) => {}
                Some(_) = led.join_next() => {}
            }
        }
        led.join_all().await;
        Ok(())
    }

    /// Leads every saga that is due until it ends or must wait.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn work(&self) -> Result<()> {
        while let Some(held) = self.claim().await? {
            self.lead(held, &CancellationToken::new()).await;
        }
        Ok(())
    }

    /// Whether there was another saga to lead.
    async fn begin_next(&self, led: &mut JoinSet<()>, stop: &CancellationToken) -> bool {
        if led.len() >= self.settings.concurrency {
            return false;
        }
        match self.claim().await {
            Ok(Some(held)) => {
                let (this, stop) = (self.clone(), stop.clone());
                led.spawn(async move { this.lead(held, &stop).await }.in_current_span());
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(%error, "cannot look for sagas");
                false
            }
        }
    }

    async fn claim(&self) -> Result<Option<Held>> {
        rows::claim(&self.database, &self.saga.name, self.settings.lease).await
    }

    async fn forget(&self) {
        let before = now_ms() - rows::millis(self.settings.history);
        if let Err(error) = rows::purge(&self.database, &self.saga.name, before).await {
            tracing::warn!(%error, "cannot forget sagas that ended");
        }
    }

    /// Leads a saga until it ends, must wait, or belongs to another run, in the trace of whoever
    /// started it.
    async fn lead(&self, held: Held, stop: &CancellationToken) {
        let (id, saga) = (held.record.id, &self.saga.name);
        let trace = TraceContext::parse(&held.record.traceparent, None);
        let trace = trace.map_or_else(TraceContext::root, |trace| trace.child());
        let span = tracing::info_span!("saga", saga, %id, trace_id = trace.trace_id());
        let context = RequestContext::new(id.to_string(), trace, None);
        context.scope(self.go_on(held, stop).instrument(span)).await;
    }

    async fn go_on(&self, mut held: Held, stop: &CancellationToken) {
        loop {
            let wait = match self.transition(&mut held, stop).await {
                Ok(Next::GoOn) if !stop.is_cancelled() => continue,
                Ok(Next::GoOn) => Duration::ZERO,
                Ok(Next::Wait(wait)) => wait,
                Ok(Next::End) => return,
                // Its lease ends by itself, and whoever leads it then does this step again.
                Err(error) => return tracing::warn!(%error, "saga interrupted"),
            };
            let saved = rows::save(&self.database, &mut held, wait, Duration::ZERO).await;
            if let Err(error) = saved {
                tracing::warn!(%error, "saga interrupted");
            }
            return;
        }
    }
}
