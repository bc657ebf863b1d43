use std::sync::Arc;
use std::time::Duration;

use super::{
    BreakerSettings, BreakerState, Bulkhead, BulkheadSettings, CircuitBreaker, RateLimiter,
    RateSettings, Rejection, Repeat, RetryBudget, RetryExecutor, RetrySettings, Transient,
};
use crate::config::Reader;
use crate::metrics::CallMetrics;
use crate::retry::Backoff;

/// How long a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeoutSettings {
    /// One attempt.
    pub attempt: Duration,
    /// All attempts together, with the waits in between and in the queue.
    pub total: Duration,
}

impl Default for TimeoutSettings {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(2),
            total: Duration::from_secs(8),
        }
    }
}

/// The policy of one edge; a part that is absent is not applied.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicySettings {
    /// Whether and how calls are repeated.
    pub retry: Option<RetrySettings>,
    /// When calls are given up for a while.
    pub breaker: Option<BreakerSettings>,
    /// How many calls run and wait.
    pub bulkhead: Option<BulkheadSettings>,
    /// How often calls are made.
    pub rate: Option<RateSettings>,
    /// How long a call may take.
    pub timeout: TimeoutSettings,
}

impl Default for PolicySettings {
    /// Everything but a rate limit.
    fn default() -> Self {
        Self {
            retry: Some(RetrySettings::default()),
            breaker: Some(BreakerSettings::default()),
            bulkhead: Some(BulkheadSettings::default()),
            rate: None,
            timeout: TimeoutSettings::default(),
        }
    }
}

impl PolicySettings {
    /// Reads the parts that `base` has from variables that begin with `CALL_`.
    pub fn read(reader: &mut Reader, base: Self) -> Self {
        let retry = base.retry.map(|retry| RetrySettings {
            max_attempts: reader.or("CALL_MAX_ATTEMPTS", retry.max_attempts),
            backoff: Backoff::new(
                reader.or("CALL_RETRY_INITIAL", retry.backoff.initial()),
                reader.or("CALL_RETRY_MAX", retry.backoff.max()),
            )
            .multiplied_by(reader.or("CALL_RETRY_MULTIPLIER", 2.0)),
        });
        let breaker = base.breaker.map(|breaker| {
            let failures = reader.or("CALL_BREAKER_FAILURES", breaker.failure_threshold);
            BreakerSettings {
                failure_threshold: failures,
                window: failures.saturating_mul(2),
                success_threshold: reader.or("CALL_BREAKER_SUCCESSES", breaker.success_threshold),
                open_for: reader.or("CALL_BREAKER_OPEN", breaker.open_for),
            }
        });
        let bulkhead = base.bulkhead.map(|bulkhead| BulkheadSettings {
            max_concurrent: reader.or("CALL_MAX_CONCURRENT", bulkhead.max_concurrent),
            max_queue: reader.or("CALL_MAX_QUEUE", bulkhead.max_queue),
        });
        let timeout = TimeoutSettings {
            attempt: reader.or("CALL_ATTEMPT_TIMEOUT", base.timeout.attempt),
            total: reader.or("CALL_TIMEOUT", base.timeout.total),
        };
        if timeout.attempt.is_zero() || timeout.total < timeout.attempt {
            let reason = "is shorter than CALL_ATTEMPT_TIMEOUT, or that is 0";
            reader.problem("CALL_TIMEOUT", reason, "a longer time");
        }
        let rate = base.rate.map(|rate| RateSettings {
            rps: reader.or("CALL_RATE_RPS", rate.rps),
            burst: reader.or("CALL_RATE_BURST", rate.burst),
        });
        Self {
            retry,
            breaker,
            bulkhead,
            rate,
            timeout,
        }
    }
}

/// The parts of a policy in one: rate limit, bulkhead, retries, and for each attempt the circuit
/// breaker and the timeout. Clones share all of it.
///
/// See [`crate::resilience`] for an example.
#[derive(Debug, Clone)]
pub struct Policy(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    edge: String,
    timeout: TimeoutSettings,
    retry: Option<RetryExecutor>,
    breaker: Option<CircuitBreaker>,
    bulkhead: Option<Bulkhead>,
    limiter: Option<RateLimiter>,
    metrics: Option<CallMetrics>,
}

impl Policy {
    /// A policy for the edge of this name, whose calls nobody counts.
    #[must_use]
    pub fn new(edge: &str, settings: &PolicySettings) -> Self {
        Self::build(edge, settings, None)
    }

    /// A policy for the edge of this name, whose calls are counted.
    #[must_use]
    pub fn measured(edge: &str, settings: &PolicySettings, metrics: &CallMetrics) -> Self {
        Self::build(edge, settings, Some(metrics.clone()))
    }

    fn build(edge: &str, settings: &PolicySettings, metrics: Option<CallMetrics>) -> Self {
        let retry =
            |settings| RetryExecutor::new(settings).budget(Arc::new(RetryBudget::default()));
        Self(Arc::new(Parts {
            edge: edge.to_owned(),
            timeout: settings.timeout,
            retry: settings.retry.map(retry),
            breaker: settings.breaker.map(CircuitBreaker::new),
            bulkhead: settings.bulkhead.map(Bulkhead::new),
            limiter: settings.rate.map(RateLimiter::new),
            metrics,
        }))
    }

    /// What the circuit of this edge does with the next call.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        let breaker = self.0.breaker.as_ref();
        breaker.map_or(BreakerState::Closed, CircuitBreaker::state)
    }

    /// Makes a call under the policy.
    ///
    /// # Errors
    /// A [`Rejection`], or the failure of the last attempt.
    pub async fn run<T, E, F>(&self, repeat: Repeat, call: impl FnMut() -> F) -> Result<T, E>
    where
        E: Transient + From<Rejection>,
        F: Future<Output = Result<T, E>>,
    {
        let total = self.0.timeout.total;
        let result = tokio::time::timeout(total, self.0.guarded(repeat, call)).await;
        let result = result.unwrap_or_else(|_| Err(Rejection::TimedOut(total).into()));
        self.0.count(&result);
        result.map_err(|failure| match failure {
            Failure::Rejected(rejection) => rejection.into(),
            Failure::Failed(error) => error,
        })
    }
}

/// Why an attempt did not succeed: it was rejected, or it failed.
enum Failure<E> {
    Rejected(Rejection),
    Failed(E),
}

impl<E> From<Rejection> for Failure<E> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl<E: Transient> Transient for Failure<E> {
    fn is_transient(&self) -> bool {
        match self {
            // An open circuit stays open for longer than a retry waits.
            Self::Rejected(rejection) => matches!(rejection, Rejection::TimedOut(_)),
            Self::Failed(error) => error.is_transient(),
        }
    }
}

impl Parts {
    async fn guarded<T, E, F>(
        &self,
        repeat: Repeat,
        mut call: impl FnMut() -> F,
    ) -> Result<T, Failure<E>>
    where
        E: Transient,
        F: Future<Output = Result<T, E>>,
    {
        if let Some(limiter) = &self.limiter {
            limiter.check("")?;
        }
        let _place = match &self.bulkhead {
            Some(bulkhead) => Some(bulkhead.enter().await?),
            None => None,
        };
        let mut attempts = 0_u64;
        let mut attempt = || {
            attempts += 1;
            if let Some(metrics) = self.metrics.as_ref().filter(|_| attempts > 1) {
                metrics.retried(&self.edge);
            }
            self.attempt(call())
        };
        match &self.retry {
            Some(retry) => retry.run(repeat, attempt).await,
            None => attempt().await,
        }
    }

    async fn attempt<T, E, F>(&self, call: F) -> Result<T, Failure<E>>
    where
        E: Transient,
        F: Future<Output = Result<T, E>>,
    {
        let limit = self.timeout.attempt;
        let timed = async move {
            match tokio::time::timeout(limit, call).await {
                Ok(result) => result.map_err(Failure::Failed),
                Err(_) => Err(Rejection::TimedOut(limit).into()),
            }
        };
        match &self.breaker {
            Some(breaker) => breaker.run(|| timed).await,
            None => timed.await,
        }
    }

    fn count<T, E: Transient>(&self, result: &Result<T, Failure<E>>) {
        let Some(metrics) = &self.metrics else { return };
        let outcome = match result {
            Ok(_) => "succeeded",
            Err(Failure::Rejected(Rejection::Open(_))) => "open",
            Err(Failure::Rejected(Rejection::Full)) => "full",
            Err(Failure::Rejected(Rejection::Limited(_))) => "limited",
            Err(Failure::Rejected(Rejection::TimedOut(_))) => "timed_out",
            Err(Failure::Failed(error)) if error.is_transient() => "failed",
            Err(Failure::Failed(_)) => "refused",
        };
        let open = self.breaker.as_ref().map(CircuitBreaker::state);
        metrics.ended(&self.edge, outcome, open == Some(BreakerState::Open));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::Error;
    use crate::metrics::Metrics;

    const SECOND: Duration = Duration::from_secs(1);

    fn settings() -> PolicySettings {
        PolicySettings {
            retry: Some(RetrySettings {
                max_attempts: 3,
                backoff: Backoff::new(SECOND / 10, SECOND),
            }),
            breaker: Some(BreakerSettings {
                failure_threshold: 4,
                ..BreakerSettings::default()
            }),
            timeout: TimeoutSettings {
                attempt: SECOND,
                total: SECOND * 5,
            },
            ..PolicySettings::default()
        }
    }

    async fn down(calls: &AtomicU32) -> crate::Result<()> {
        calls.fetch_add(1, Ordering::Relaxed);
        Err(Error::Unavailable("down".to_owned()))
    }

    #[tokio::test(start_paused = true)]
    async fn retries_until_the_circuit_opens_and_counts() {
        let metrics = Metrics::new("orders").unwrap();
        let policy = Policy::measured("stock", &settings(), &metrics.calls);
        let calls = AtomicU32::new(0);
        for _ in 0..3 {
            let result = policy.run(Repeat::Idempotent, || down(&calls)).await;
            assert!(matches!(result, Err(Error::Unavailable(_))));
        }
        assert_eq!(calls.load(Ordering::Relaxed), 4);
        assert_eq!(policy.state(), BreakerState::Open);
        let text = metrics.render().unwrap();
        for line in [
            r#"calls_total{edge="stock",outcome="failed",service="orders"} 1"#,
            r#"calls_total{edge="stock",outcome="open",service="orders"} 2"#,
            r#"call_retries_total{edge="stock",service="orders"} 3"#,
            r#"call_circuit_open{edge="stock",service="orders"} 1"#,
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        tokio::time::advance(SECOND * 30).await;
        let result = policy
            .run(Repeat::Never, || async { Ok::<_, Error>(7) })
            .await;
        assert_eq!(result, Ok(7));
        let text = metrics.render().unwrap();
        assert!(text.contains(r#"call_circuit_open{edge="stock",service="orders"} 0"#));
    }

    #[tokio::test(start_paused = true)]
    async fn slow_calls_are_given_up() {
        let policy = Policy::new("stock", &settings());
        let calls = AtomicU32::new(0);
        let begin = tokio::time::Instant::now();
        let slow = || async {
            calls.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<crate::Result<()>>().await
        };
        let result = policy.run(Repeat::Never, slow).await;
        assert!(result.unwrap_err().to_string().contains("no answer"));
        assert_eq!(begin.elapsed(), SECOND);
        let result = policy.run(Repeat::Idempotent, slow).await;
        assert!(result.is_err());
        assert_eq!(calls.load(Ordering::Relaxed), 4);
        assert!(begin.elapsed() < SECOND * 6);
    }

    #[tokio::test(start_paused = true)]
    async fn the_total_time_ends_everything() {
        let total = PolicySettings {
            timeout: TimeoutSettings {
                attempt: SECOND * 10,
                total: SECOND,
            },
            ..settings()
        };
        let policy = Policy::new("stock", &total);
        let begin = tokio::time::Instant::now();
        let never = std::future::pending::<crate::Result<()>>;
        assert!(policy.run(Repeat::Idempotent, never).await.is_err());
        assert_eq!(begin.elapsed(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_absent_does_not_act() {
        let bare = PolicySettings {
            retry: None,
            breaker: None,
            bulkhead: None,
            rate: Some(RateSettings { rps: 1.0, burst: 2 }),
            timeout: TimeoutSettings::default(),
        };
        let metrics = Metrics::new("orders").unwrap();
        let policy = Policy::measured("stock", &bare, &metrics.calls);
        let calls = AtomicU32::new(0);
        for _ in 0..3 {
            assert!(
                policy
                    .run(Repeat::Idempotent, || down(&calls))
                    .await
                    .is_err()
            );
        }
        assert_eq!(calls.load(Ordering::Relaxed), 2);
        assert_eq!(policy.state(), BreakerState::Closed);
        let text = metrics.render().unwrap();
        assert!(
            text.contains(r#"outcome="limited",service="orders"} 1"#),
            "{text}"
        );
    }

    #[test]
    fn the_environment_decides() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            let mut reader = Reader::from_pairs(pairs.iter().copied());
            let read = PolicySettings::read(&mut reader, PolicySettings::default());
            reader.finish().map(|()| read)
        };
        assert_eq!(read(&[]).unwrap(), PolicySettings::default());
        let other = read(&[
            ("CALL_MAX_ATTEMPTS", "7"),
            ("CALL_RETRY_MULTIPLIER", "3"),
            ("CALL_BREAKER_FAILURES", "2"),
            ("CALL_MAX_QUEUE", "0"),
            ("CALL_TIMEOUT", "1m"),
        ]);
        let other = other.unwrap();
        let retry = other.retry.unwrap();
        assert_eq!(retry.max_attempts, 7);
        assert_eq!(retry.backoff.ceiling(2), Duration::from_millis(300));
        assert_eq!(
            other.breaker.map(|b| (b.failure_threshold, b.window)),
            Some((2, 4))
        );
        assert_eq!(other.bulkhead.map(|b| b.max_queue), Some(0));
        assert_eq!(other.timeout.total, SECOND * 60);
        assert!(read(&[("CALL_TIMEOUT", "1ms")]).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_bulkhead_refuses() {
        let narrow = PolicySettings {
            bulkhead: Some(BulkheadSettings {
                max_concurrent: 1,
                max_queue: 0,
            }),
            ..settings()
        };
        let policy = Policy::new("stock", &narrow);
        let slow = || async {
            tokio::time::sleep(SECOND / 2).await;
            Ok::<_, Error>(())
        };
        let (first, second) = tokio::join!(
            policy.run(Repeat::Idempotent, slow),
            policy.run(Repeat::Idempotent, slow)
        );
        assert_eq!(first, Ok(()));
        assert!(second.is_err());
    }
}
