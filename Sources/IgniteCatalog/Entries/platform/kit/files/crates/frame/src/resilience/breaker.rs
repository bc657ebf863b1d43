use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Rejection, Transient};

/// When a circuit opens and closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerSettings {
    /// How many failures among the last [`Self::window`] calls open it.
    pub failure_threshold: u32,
    /// How many of the last calls are looked at.
    pub window: u32,
    /// How many probes in a row close it again.
    pub success_threshold: u32,
    /// How long it stays open before it is probed.
    pub open_for: Duration,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            failure_threshold: 5,
            window: 10,
            success_threshold: 3,
            open_for: Duration::from_secs(30),
        }
    }
}

/// What a circuit does with the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Every call is made.
    Closed,
    /// No call is made.
    Open,
    /// A few calls are made to see whether it works again.
    HalfOpen,
}

/// Stops calling what keeps failing, then probes it.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use frame::Error;
/// use frame::resilience::{BreakerSettings, BreakerState, CircuitBreaker};
///
/// let breaker = CircuitBreaker::new(BreakerSettings { failure_threshold: 1, ..Default::default() });
/// let down = async || Err::<(), _>(Error::Unavailable("down".to_owned()));
/// assert!(breaker.run(down).await.is_err());
/// assert_eq!(breaker.state(), BreakerState::Open); // the next call is not made
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CircuitBreaker {
    settings: BreakerSettings,
    circuit: Mutex<Circuit>,
}

#[derive(Debug)]
struct Circuit {
    phase: Phase,
    /// Grows with each change of phase, so that calls of an earlier one do not count.
    turn: u64,
}

#[derive(Debug)]
enum Phase {
    Closed { failures: VecDeque<bool> },
    Open { until: Instant },
    HalfOpen { probing: u32, succeeded: u32 },
}

impl CircuitBreaker {
    /// A closed circuit.
    #[must_use]
    pub fn new(settings: BreakerSettings) -> Self {
        let phase = Phase::Closed {
            failures: VecDeque::new(),
        };
        Self {
            settings,
            circuit: Mutex::new(Circuit { phase, turn: 0 }),
        }
    }

    /// What happens to the next call.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        match self.lock().phase {
            Phase::Closed { .. } => BreakerState::Closed,
            Phase::Open { until } if Instant::now() < until => BreakerState::Open,
            Phase::Open { .. } | Phase::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// Makes the call unless the circuit is open, and learns from its outcome.
    ///
    /// # Errors
    /// [`Rejection::Open`], or the failure of the call.
    pub async fn run<T, E, F>(&self, call: impl FnOnce() -> F) -> Result<T, E>
    where
        E: Transient + From<Rejection>,
        F: Future<Output = Result<T, E>>,
    {
        let probe = self.admit()?;
        let result = call().await;
        let failed = result.as_ref().is_err_and(Transient::is_transient);
        probe.settle(failed);
        result
    }

    fn admit(&self) -> Result<Call<'_>, Rejection> {
        let mut circuit = self.lock();
        if let Phase::Open { until } = circuit.phase {
            let left = until.saturating_duration_since(Instant::now());
            if !left.is_zero() {
                return Err(Rejection::Open(left));
            }
            circuit.enter(Phase::HalfOpen {
                probing: 0,
                succeeded: 0,
            });
        }
        if let Phase::HalfOpen { probing, succeeded } = &mut circuit.phase {
            if *probing + *succeeded >= self.settings.success_threshold {
                return Err(Rejection::Open(Duration::ZERO));
            }
            *probing += 1;
        }
        Ok(Call {
            breaker: self,
            turn: circuit.turn,
            settled: false,
        })
    }

    fn learn(&self, turn: u64, outcome: Option<bool>) {
        let mut circuit = self.lock();
        if circuit.turn != turn {
            return;
        }
        let settings = &self.settings;
        let next = match (&mut circuit.phase, outcome) {
            (Phase::Closed { failures }, Some(failed)) => {
                failures.push_back(failed);
                let window = settings.window.max(settings.failure_threshold) as usize;
                if failures.len() > window {
                    failures.pop_front();
                }
                let failed = failures.iter().filter(|failed| **failed).count();
                (failed >= settings.failure_threshold as usize).then(|| self.opened())
            }
            (Phase::HalfOpen { .. }, Some(true)) => Some(self.opened()),
            (Phase::HalfOpen { probing, succeeded }, outcome) => {
                *probing -= 1;
                *succeeded += u32::from(outcome.is_some());
                let closed = *succeeded >= settings.success_threshold;
                closed.then(|| Phase::Closed {
                    failures: VecDeque::new(),
                })
            }
            (Phase::Closed { .. } | Phase::Open { .. }, _) => None,
        };
        if let Some(phase) = next {
            circuit.enter(phase);
        }
    }

    fn opened(&self) -> Phase {
        Phase::Open {
            until: Instant::now() + self.settings.open_for,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Circuit {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.turn += 1;
    }
}

/// A call that was let through; when it is given up without an outcome, its place is free again.
struct Call<'b> {
    breaker: &'b CircuitBreaker,
    turn: u64,
    settled: bool,
}

impl Call<'_> {
    fn settle(mut self, failed: bool) {
        self.settled = true;
        self.breaker.learn(self.turn, Some(failed));
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.breaker.learn(self.turn, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    const OPEN_FOR: Duration = Duration::from_secs(30);

    fn breaker() -> CircuitBreaker {
        CircuitBreaker::new(BreakerSettings {
            failure_threshold: 3,
            window: 5,
            success_threshold: 2,
            open_for: OPEN_FOR,
        })
    }

    async fn succeed(breaker: &CircuitBreaker) -> crate::Result<()> {
        breaker.run(async || Ok(())).await
    }

    async fn fail(breaker: &CircuitBreaker) -> crate::Result<()> {
        let down = async || Err(Error::Unavailable("down".to_owned()));
        breaker.run(down).await
    }

    async fn open(breaker: &CircuitBreaker) {
        for _ in 0..3 {
            assert!(fail(breaker).await.is_err());
        }
        assert_eq!(breaker.state(), BreakerState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn looks_at_the_last_calls_only() {
        let breaker = breaker();
        for failing in [true, false, true, false, false, true, false, true] {
            if failing {
                fail(&breaker).await.ok();
            } else {
                succeed(&breaker).await.ok();
            }
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
        fail(&breaker).await.ok();
        assert_eq!(breaker.state(), BreakerState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_nothing_while_open() {
        let breaker = breaker();
        open(&breaker).await;
        let called: crate::Result<()> = breaker.run(async || panic!("was called")).await;
        assert!(called.unwrap_err().to_string().contains("open"));
    }

    #[tokio::test(start_paused = true)]
    async fn closes_after_enough_probes() {
        let breaker = breaker();
        open(&breaker).await;
        tokio::time::advance(OPEN_FOR).await;
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert!(succeed(&breaker).await.is_ok());
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert!(succeed(&breaker).await.is_ok());
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn one_failed_probe_opens_it_again() {
        let breaker = breaker();
        open(&breaker).await;
        tokio::time::advance(OPEN_FOR).await;
        assert!(succeed(&breaker).await.is_ok());
        assert!(fail(&breaker).await.is_err());
        assert_eq!(breaker.state(), BreakerState::Open);
        assert!(succeed(&breaker).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn probes_are_few_and_given_back_when_dropped() {
        let breaker = breaker();
        open(&breaker).await;
        tokio::time::advance(OPEN_FOR).await;
        let slow = || breaker.run(std::future::pending::<crate::Result<()>>);
        let wait = Duration::from_secs(1);
        let (first, second, third) = tokio::join!(
            tokio::time::timeout(wait, slow()),
            tokio::time::timeout(wait, slow()),
            tokio::time::timeout(wait, slow()),
        );
        assert!(first.is_err() && second.is_err());
        assert!(matches!(third, Ok(Err(Error::Unavailable(_)))));
        assert!(succeed(&breaker).await.is_ok());
        assert!(succeed(&breaker).await.is_ok());
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_from_before_do_not_count() {
        let breaker = breaker();
        let early = breaker.admit().unwrap();
        open(&breaker).await;
        tokio::time::advance(OPEN_FOR).await;
        assert!(succeed(&breaker).await.is_ok());
        early.settle(true);
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_are_answers() {
        let breaker = breaker();
        for _ in 0..10 {
            let refused: crate::Result<()> = breaker
                .run(async || Err(Error::Conflict("taken".to_owned())))
                .await;
            assert!(refused.is_err());
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
    }
}
