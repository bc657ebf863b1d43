//! How long to wait before the next attempt.

use std::time::Duration;

/// Exponential backoff with jitter, bounded.
///
/// ```
/// use std::time::Duration;
/// let backoff = frame::retry::Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
/// assert!(backoff.delay(1) <= Duration::from_millis(100));
/// assert!(backoff.delay(40) <= Duration::from_secs(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    initial: Duration,
    max: Duration,
}

impl Backoff {
    /// A backoff that starts at `initial`, doubles and stays at `max`.
    #[must_use]
    pub fn new(initial: Duration, max: Duration) -> Self {
        Self { initial, max }
    }

    /// The longest wait after the given failed attempt, the first being 1.
    #[must_use]
    pub fn ceiling(&self, attempt: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.initial.saturating_mul(factor).min(self.max)
    }

    /// The wait after the given failed attempt: between half the ceiling and the ceiling, at random.
    #[must_use]
    pub fn delay(&self, attempt: u32) -> Duration {
        self.ceiling(attempt).mul_f64(0.5 + fastrand::f64() * 0.5)
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_millis(100), Duration::from_secs(30))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_and_stays_bounded() {
        let backoff = Backoff::default();
        for attempt in 1..200 {
            assert!(backoff.ceiling(attempt) <= backoff.ceiling(attempt + 1));
            assert!(backoff.delay(attempt) <= backoff.ceiling(attempt));
            assert!(backoff.delay(attempt) >= backoff.ceiling(attempt) / 2);
        }
        assert_eq!(backoff.ceiling(200), Duration::from_secs(30));
    }
}
