//! Calls that may fail: retried, timed, cut off and bounded, as one [`Policy`] for each edge.
//!
//! | part | what it does |
//! |---|---|
//! | [`RetryExecutor`] | repeats what failed in passing, where repeating is safe |
//! | [`RetryBudget`] | keeps retries a small share of all calls, so that they cannot pile up |
//! | [`AdaptiveRetry`] | lowers the number of attempts while the callee fails |
//! | [`CircuitBreaker`] | stops calling what keeps failing, then probes it |
//! | [`Bulkhead`] | bounds the calls that run and wait |
//! | [`RateLimiter`] | bounds calls in time, for each key |
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use frame::Error;
//! use frame::resilience::{Policy, PolicySettings, Repeat};
//!
//! let policy = Policy::new("inventory", &PolicySettings::default());
//! let stock = policy.run(Repeat::Idempotent, || async { Ok::<_, Error>(3) }).await;
//! assert_eq!(stock, Ok(3));
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The attributes `#[retry]`, `#[circuit_breaker]` and `#[rate_limited]` put one part around one
//! function:
//!
//! ```
//! use frame::resilience::{circuit_breaker, rate_limited, retry};
//!
//! #[rate_limited(rps = 50, burst = 10)]
//! #[retry(max_attempts = 3, initial_ms = 20)]
//! #[circuit_breaker(failure_threshold = 5)]
//! async fn price(sku: &str) -> frame::Result<u64> {
//!     Ok(sku.len() as u64)
//! }
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! assert_eq!(price("apple").await, Ok(5));
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod breaker;
mod bulkhead;
mod limiter;
mod policy;
mod retry;

use std::time::Duration;

pub use breaker::{BreakerSettings, BreakerState, CircuitBreaker};
pub use bulkhead::{Bulkhead, BulkheadSettings, Place};
pub use frame_macros::{circuit_breaker, rate_limited, retry};
pub use limiter::{RateLimiter, RateSettings, limit_callers, limit_each_caller};
pub use policy::{Policy, PolicySettings, TimeoutSettings};
pub use retry::{AdaptiveRetry, Repeat, RetryBudget, RetryExecutor, RetrySettings};

use crate::Error;

/// Whether a failure may pass by itself; only such failures are retried, and only they count for a
/// circuit breaker.
pub trait Transient {
    /// Whether the same call may succeed a little later.
    fn is_transient(&self) -> bool;
}

impl Transient for Error {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// A call that was not made, or not waited for any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The circuit is open until this time has gone by.
    #[error("the circuit is open for another {0:?}")]
    Open(Duration),
    /// Too many calls run and wait.
    #[error("too many calls run and wait")]
    Full,
    /// Too many calls were made; the next may be made after this time.
    #[error("too many calls, the next may be made in {0:?}")]
    Limited(Duration),
    /// No answer came in this time.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Unavailable(rejection.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_unavailable_may_pass() {
        for rejection in [
            Rejection::Open(Duration::from_secs(1)),
            Rejection::Full,
            Rejection::Limited(Duration::ZERO),
            Rejection::TimedOut(Duration::from_secs(1)),
        ] {
            assert!(Error::from(rejection).is_transient(), "{rejection}");
        }
        assert!(!Error::Conflict("taken".to_owned()).is_transient());
        assert!(!Error::Internal("bug".to_owned()).is_transient());
    }
}
