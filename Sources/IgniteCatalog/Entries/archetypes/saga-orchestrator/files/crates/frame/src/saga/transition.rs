use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;

use super::rows::{self, Held};
use super::{SagaOrchestrator, SagaRecord, SagaState, StepContext, StepState};
use crate::resilience::Transient as _;
use crate::{Error, Result, now};

/// How long an attempt may go on when the service stops.
const LAST_MOMENT: Duration = Duration::from_secs(10);

/// What a transition leaves to do.
pub(super) enum Next {
    /// The next transition.
    GoOn,
    /// The same again after a while.
    Wait(Duration),
    /// Nothing: it ended, or another run leads it.
    End,
}

/// How an attempt ended.
enum Attempt<T> {
    Ended(Result<T>),
    /// The service stops, and what it did is not known.
    BrokenOff,
    /// Another run leads the saga.
    Lost,
}

impl SagaOrchestrator {
    /// Does or undoes the next step.
    pub(super) async fn transition(
        &self,
        held: &mut Held,
        stop: &CancellationToken,
    ) -> Result<Next> {
        match held.record.state {
            SagaState::Running => self.forward(held, stop).await,
            SagaState::Compensating => self.backward(held, stop).await,
            SagaState::Completed | SagaState::Compensated | SagaState::Parked => Ok(Next::End),
        }
    }

    async fn forward(&self, held: &mut Held, stop: &CancellationToken) -> Result<Next> {
        let Some(index) = held.record.next_step() else {
            held.record.state = SagaState::Completed;
            return self.end(held).await;
        };
        let name = held.record.steps[index].name.clone();
        let Some(step) = self.saga.find(&name) else {
            let reason = format!("{name} is no step of the saga any more");
            return self.give_up(held, reason).await;
        };
        let left = (held.record.deadline - now()).to_std().unwrap_or_default();
        if left.is_zero() {
            let reason = "the saga took too long".to_owned();
            return self.give_up(held, reason).await;
        }
        let context = begin(&mut held.record, index, StepState::Acting);
        if let Next::End = self.note(held).await? {
            return Ok(Next::End);
        }
        let work = step.work.act(&context);
        let result = match self.attempt(held, step.timeout.min(left), work, stop).await {
            Attempt::Ended(result) => result,
            Attempt::BrokenOff => return Ok(Next::GoOn),
            Attempt::Lost => return Ok(Next::End),
        };
        self.count(&name, "act", result.is_ok());
        let noted = &mut held.record.steps[index];
        noted.error = result.as_ref().err().map(Error::to_string);
        match result {
            Ok(output) => {
                noted.state = StepState::Done;
                noted.output = Some(output);
                self.note(held).await
            }
            Err(error) if error.is_transient() && context.attempt < self.settings.max_attempts => {
                tracing::info!(%error, step = name, "the step is tried again");
                let wait = self.settings.backoff.delay(context.attempt);
                Ok(Next::Wait(wait.min(left)))
            }
            Err(error) => {
                // An earlier attempt, of which nobody knows, may have had the effect.
                if context.attempt == 1 && is_refusal(&error) {
                    noted.state = StepState::Refused;
                }
                self.give_up(held, format!("{name}: {error}")).await
            }
        }
    }

    /// Undoes the last step that is not undone, and goes on past one that cannot be.
    async fn backward(&self, held: &mut Held, stop: &CancellationToken) -> Result<Next> {
        let Some(index) = held.record.next_compensation() else {
            held.record.undone();
            return self.end(held).await;
        };
        let name = held.record.steps[index].name.clone();
        let Some(step) = self.saga.find(&name) else {
            held.record.steps[index].state = StepState::Stuck;
            return self.note(held).await;
        };
        if held.record.steps[index].state != StepState::Compensating {
            held.record.steps[index].attempts = 0;
        }
        let context = begin(&mut held.record, index, StepState::Compensating);
        if let Next::End = self.note(held).await? {
            return Ok(Next::End);
        }
        let work = step.work.compensate(&context);
        let result = match self.attempt(held, step.timeout, work, stop).await {
            Attempt::Ended(result) => result,
            Attempt::BrokenOff => return Ok(Next::GoOn),
            Attempt::Lost => return Ok(Next::End),
        };
        self.count(&name, "compensate", result.is_ok());
        let noted = &mut held.record.steps[index];
        noted.error = result.as_ref().err().map(Error::to_string);
        match result {
            Ok(()) => noted.state = StepState::Compensated,
            Err(error) if context.attempt < self.settings.max_attempts => {
                tracing::warn!(%error, step = name, "undoing is tried again");
                let wait = self.settings.backoff.delay(context.attempt);
                return Ok(Next::Wait(wait));
            }
            Err(error) => {
                tracing::error!(%error, step = name, "cannot be undone");
                noted.state = StepState::Stuck;
            }
        }
        self.note(held).await
    }

    /// Lets a step work as long as this run leads the saga and the service runs.
    async fn attempt<T>(
        &self,
        held: &Held,
        limit: Duration,
        work: impl Future<Output = Result<T>>,
        stop: &CancellationToken,
    ) -> Attempt<T> {
        let work = AssertUnwindSafe(work).catch_unwind();
        let last_moment = async {
            stop.cancelled().await;
            tokio::time::sleep(LAST_MOMENT).await;
        };
        tokio::select! {
            ended = tokio::time::timeout(limit, work) => Attempt::Ended(match ended {
                Ok(Ok(result)) => result,
                Ok(Err(_)) => Err(Error::Internal("the step panicked".to_owned())),
                Err(_) => Err(Error::Unavailable(format!("not done in {limit:?}"))),
            }),
            () = self.lose(held) => Attempt::Lost,
            () = last_moment => Attempt::BrokenOff,
        }
    }

    /// Keeps the lease, and ends when it is lost.
    async fn lose(&self, held: &Held) {
        loop {
            tokio::time::sleep(self.settings.lease / 3).await;
            match rows::renew(&self.database, held, self.settings.lease).await {
                Ok(true) => {}
                Ok(false) => return tracing::warn!("another run has taken the saga over"),
                Err(error) => tracing::warn!(%error, "cannot renew the lease"),
            }
        }
    }

    /// Turns to undoing.
    async fn give_up(&self, held: &mut Held, reason: String) -> Result<Next> {
        tracing::warn!(reason, "the saga is undone");
        held.record.state = SagaState::Compensating;
        held.record.reason = Some(reason);
        self.note(held).await
    }

    /// Writes it down and keeps the lead.
    async fn note(&self, held: &mut Held) -> Result<Next> {
        let (due, lease) = (Duration::ZERO, self.settings.lease);
        let leads = rows::save(&self.database, held, due, lease).await?;
        Ok(if leads { Next::GoOn } else { Next::End })
    }

    async fn end(&self, held: &mut Held) -> Result<Next> {
        let ended = rows::save(&self.database, held, Duration::ZERO, Duration::ZERO).await?;
        let state = held.record.state.text();
        if let (true, Some(metrics)) = (ended, &self.metrics) {
            metrics.ended(&self.saga.name, state);
        }
        tracing::info!(state, "the saga ended");
        Ok(Next::End)
    }

    fn count(&self, step: &str, action: &str, is_done: bool) {
        if let Some(metrics) = &self.metrics {
            metrics.attempt(&self.saga.name, step, action, is_done);
        }
    }
}

/// Whether an error says that there was no effect.
fn is_refusal(error: &Error) -> bool {
    !error.is_transient() && !matches!(error, Error::Internal(_))
}

/// Notes that an attempt begins, and gives what the step will know.
fn begin(record: &mut SagaRecord, index: usize, state: StepState) -> StepContext {
    let step = &mut record.steps[index];
    step.state = state;
    step.attempts = step.attempts.saturating_add(1);
    let (key, attempt) = (format!("{}:{}", record.id, step.name), step.attempts);
    let earlier = record.steps.iter().take(index);
    let outputs = earlier.filter_map(|step| Some((step.name.clone(), step.output.clone()?)));
    StepContext {
        saga: record.id,
        key,
        attempt,
        input: record.input.clone(),
        outputs: outputs.collect(),
        output: record.steps[index].output.clone(),
    }
}
