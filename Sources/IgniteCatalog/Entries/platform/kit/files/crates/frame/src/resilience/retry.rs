use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Transient;
use crate::retry::Backoff;

/// Whether a call may be made twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Twice has the effect of once: it may be retried.
    Idempotent,
    /// It may have had its effect although it failed: it is never retried.
    Never,
}

/// How often and after what waits a call is repeated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetrySettings {
    /// How many times it is called at most, the first included.
    pub max_attempts: u32,
    /// The waits between the attempts.
    pub backoff: Backoff,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            backoff: Backoff::new(Duration::from_millis(100), Duration::from_secs(10)),
        }
    }
}

/// Repeats what failed in passing.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use frame::Error;
/// use frame::resilience::{Repeat, RetryExecutor, RetrySettings};
///
/// let calls = AtomicU32::new(0);
/// let retry = RetryExecutor::new(RetrySettings::default());
/// let result = retry.run(Repeat::Idempotent, || async {
///     match calls.fetch_add(1, Ordering::Relaxed) {
///         0 => Err(Error::Unavailable("warming up".to_owned())),
///         _ => Ok("here"),
///     }
/// });
/// assert_eq!(result.await, Ok("here"));
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RetryExecutor {
    settings: RetrySettings,
    budget: Option<Arc<RetryBudget>>,
    adaptive: Option<Arc<AdaptiveRetry>>,
}

impl RetryExecutor {
    /// An executor with these settings, and neither budget nor adaptation.
    #[must_use]
    pub fn new(settings: RetrySettings) -> Self {
        Self {
            settings,
            budget: None,
            adaptive: None,
        }
    }

    /// Takes retries from a budget, which others may share.
    #[must_use]
    pub fn budget(mut self, budget: Arc<RetryBudget>) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Adapts the number of attempts to how the callee fares.
    #[must_use]
    pub fn adaptive(mut self, adaptive: Arc<AdaptiveRetry>) -> Self {
        self.adaptive = Some(adaptive);
        self
    }

    /// Calls until it succeeds, fails for good, or may not be repeated again.
    ///
    /// # Errors
    /// The failure of the last attempt.
    pub async fn run<T, E, F>(&self, repeat: Repeat, mut call: impl FnMut() -> F) -> Result<T, E>
    where
        E: Transient,
        F: Future<Output = Result<T, E>>,
    {
        if let Some(budget) = &self.budget {
            budget.deposit();
        }
        let mut attempt = 1;
        loop {
            let result = call().await;
            let failed = result.as_ref().is_err_and(Transient::is_transient);
            if let Some(adaptive) = &self.adaptive {
                adaptive.observe(!failed);
            }
            if !failed || repeat == Repeat::Never || !self.may_repeat(attempt) {
                return result;
            }
            tokio::time::sleep(self.settings.backoff.delay(attempt)).await;
            attempt += 1;
        }
    }

    fn may_repeat(&self, attempt: u32) -> bool {
        let most = self.settings.max_attempts;
        let most = match &self.adaptive {
            Some(adaptive) => adaptive.attempts(most),
            None => most,
        };
        attempt < most && self.budget.as_ref().is_none_or(|budget| budget.withdraw())
    }
}

/// How many retries there may be: a share of the calls, and a few a second.
///
/// ```
/// let budget = frame::resilience::RetryBudget::new(0.5, 0.0);
/// budget.deposit();
/// assert!(!budget.withdraw()); // one call pays for half a retry
/// budget.deposit();
/// assert!(budget.withdraw());
/// ```
#[derive(Debug)]
pub struct RetryBudget {
    ratio: f64,
    per_second: f64,
    balance: Mutex<(f64, Instant)>,
}

/// The longest time whose unused retries are kept, in seconds.
const KEPT_SECONDS: f64 = 10.0;

impl RetryBudget {
    /// Allows `ratio` retries for each call, and `per_second` besides.
    #[must_use]
    pub fn new(ratio: f64, per_second: f64) -> Self {
        Self {
            ratio: ratio.max(0.0),
            per_second: per_second.max(0.0),
            balance: Mutex::new((per_second.max(0.0) * KEPT_SECONDS, Instant::now())),
        }
    }

    /// Counts a call.
    pub fn deposit(&self) {
        self.change(|balance| {
            *balance += self.ratio;
            true
        });
    }

    /// Takes a retry; `false` when there is none left.
    pub fn withdraw(&self) -> bool {
        self.change(|balance| {
            let enough = *balance >= 1.0;
            if enough {
                *balance -= 1.0;
            }
            enough
        })
    }

    fn change(&self, change: impl FnOnce(&mut f64) -> bool) -> bool {
        let now = Instant::now();
        let mut guard = self.balance.lock().unwrap_or_else(PoisonError::into_inner);
        let (balance, at) = &mut *guard;
        let most = (self.per_second * KEPT_SECONDS)
            .max(100.0 * self.ratio)
            .max(1.0);
        let earned = now.duration_since(*at).as_secs_f64() * self.per_second;
        *balance = (*balance + earned).min(most);
        *at = now;
        change(balance)
    }
}

impl Default for RetryBudget {
    /// One retry for five calls, and one a second.
    fn default() -> Self {
        Self::new(0.2, 1.0)
    }
}

/// Fewer attempts while the callee fails, all of them again when it has recovered.
///
/// ```
/// let adaptive = frame::resilience::AdaptiveRetry::new();
/// assert_eq!(adaptive.attempts(4), 4);
/// (0..50).for_each(|_| adaptive.observe(false));
/// assert_eq!(adaptive.attempts(4), 1);
/// ```
#[derive(Debug)]
pub struct AdaptiveRetry(Mutex<f64>);

/// How much one outcome weighs against all before it.
const WEIGHT: f64 = 0.1;

impl AdaptiveRetry {
    /// Begins with trust.
    #[must_use]
    pub fn new() -> Self {
        Self(Mutex::new(1.0))
    }

    /// Counts the outcome of an attempt.
    pub fn observe(&self, succeeded: bool) {
        let mut rate = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *rate += WEIGHT * (f64::from(u8::from(succeeded)) - *rate);
    }

    /// The share of attempts that succeeded of late.
    #[must_use]
    pub fn success_rate(&self) -> f64 {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many attempts are worth it, of `most`: below half success, ever fewer.
    #[must_use]
    pub fn attempts(&self, most: u32) -> u32 {
        let trust = (self.success_rate() * 2.0).min(1.0);
        let more = f64::from(most.saturating_sub(1)) * trust;
        (1..most).rev().find(|&n| f64::from(n) <= more).unwrap_or(0) + 1
    }
}

impl Default for AdaptiveRetry {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::Error;

    struct Flaky {
        fails: u32,
        calls: AtomicU32,
    }

    impl Flaky {
        fn new(fails: u32) -> Self {
            let calls = AtomicU32::new(0);
            Self { fails, calls }
        }

        async fn call(&self) -> crate::Result<u32> {
            match self.calls.fetch_add(1, Ordering::Relaxed) + 1 {
                call if call <= self.fails => Err(Error::Unavailable("no".to_owned())),
                call => Ok(call),
            }
        }

        fn calls(&self) -> u32 {
            self.calls.load(Ordering::Relaxed)
        }
    }

    fn executor(max_attempts: u32) -> RetryExecutor {
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(8));
        RetryExecutor::new(RetrySettings {
            max_attempts,
            backoff,
        })
    }

    #[tokio::test(start_paused = true)]
    async fn repeats_with_growing_waits() {
        let flaky = Flaky::new(2);
        let begin = Instant::now();
        let result = executor(3).run(Repeat::Idempotent, || flaky.call()).await;
        assert_eq!(result, Ok(3));
        let waited = begin.elapsed();
        assert!((1_500..=3_002).contains(&waited.as_millis()), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_after_the_last_attempt() {
        let flaky = Flaky::new(9);
        let result = executor(3).run(Repeat::Idempotent, || flaky.call()).await;
        assert!(result.is_err());
        assert_eq!(flaky.calls(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn never_repeats_what_must_not_be() {
        let flaky = Flaky::new(1);
        assert!(
            executor(3)
                .run(Repeat::Never, || flaky.call())
                .await
                .is_err()
        );
        assert_eq!(flaky.calls(), 1);
        let calls = AtomicU32::new(0);
        let refused: crate::Result<()> = executor(3)
            .run(Repeat::Idempotent, || async {
                calls.fetch_add(1, Ordering::Relaxed);
                Err(Error::Conflict("taken".to_owned()))
            })
            .await;
        assert_eq!(refused, Err(Error::Conflict("taken".to_owned())));
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_shared_budget_ends_a_storm() {
        let budget = Arc::new(RetryBudget::new(0.1, 0.0));
        let executor = executor(10).budget(budget);
        let flaky = Flaky::new(u32::MAX);
        for _ in 0..100 {
            let result = executor.run(Repeat::Idempotent, || flaky.call()).await;
            assert!(result.is_err());
        }
        assert!((105..=110).contains(&flaky.calls()), "{}", flaky.calls());
    }

    #[tokio::test(start_paused = true)]
    async fn a_budget_earns_with_time() {
        let budget = RetryBudget::new(0.0, 2.0);
        while budget.withdraw() {}
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(budget.withdraw() && budget.withdraw() && !budget.withdraw());
        tokio::time::advance(Duration::from_secs(3_600)).await;
        let saved = std::iter::repeat_with(|| budget.withdraw()).take_while(|ok| *ok);
        assert_eq!(saved.count(), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_follow_success() {
        let adaptive = Arc::new(AdaptiveRetry::default());
        let executor = executor(4).adaptive(adaptive.clone());
        let flaky = Flaky::new(60);
        for _ in 0..30 {
            executor.run(Repeat::Idempotent, || flaky.call()).await.ok();
        }
        assert!(adaptive.success_rate() < 0.1);
        let before = flaky.calls();
        executor.run(Repeat::Idempotent, || flaky.call()).await.ok();
        assert_eq!(flaky.calls(), before + 1);
        for _ in 0..60 {
            executor.run(Repeat::Idempotent, || flaky.call()).await.ok();
        }
        assert_eq!(adaptive.attempts(4), 4);
    }
}
