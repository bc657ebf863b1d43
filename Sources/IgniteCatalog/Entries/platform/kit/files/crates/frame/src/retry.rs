//! How long to wait before the next attempt.

use std::time::Duration;

use crate::config::Setting;

/// How the waits grow from attempt to attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Growth {
    /// Each wait is a multiple of the one before, twice as long unless told otherwise.
    #[default]
    Exponential,
    /// Each wait is longer by the first one.
    Linear,
    /// All waits are the same.
    Fixed,
}

impl Setting for Growth {
    const EXPECTED: &'static str = "exponential, linear or fixed";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "exponential" => Some(Self::Exponential),
            "linear" => Some(Self::Linear),
            "fixed" => Some(Self::Fixed),
            _ => None,
        }
    }
}

/// Waits with jitter that grow and are bounded.
///
/// ```
/// use std::time::Duration;
/// let backoff = frame::retry::Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
/// assert!(backoff.delay(1) <= Duration::from_millis(100));
/// assert!(backoff.delay(40) <= Duration::from_secs(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    initial: Duration,
    max: Duration,
    growth: Growth,
    multiplier: f64,
}

impl Backoff {
    /// A backoff that starts at `initial`, doubles and stays at `max`.
    #[must_use]
    pub const fn new(initial: Duration, max: Duration) -> Self {
        let growth = Growth::Exponential;
        Self {
            initial,
            max,
            growth,
            multiplier: 2.0,
        }
    }

    /// The longest wait after the first failed attempt.
    #[must_use]
    pub fn initial(&self) -> Duration {
        self.initial
    }

    /// The longest wait of all.
    #[must_use]
    pub fn max(&self) -> Duration {
        self.max
    }

    /// The same backoff with waits that grow in another way.
    #[must_use]
    pub fn growing(self, growth: Growth) -> Self {
        Self { growth, ..self }
    }

    /// The same backoff with waits that grow exponentially by this factor, which is 1 at least.
    #[must_use]
    pub fn multiplied_by(self, multiplier: f64) -> Self {
        Self {
            growth: Growth::Exponential,
            multiplier: multiplier.max(1.0),
            ..self
        }
    }

    /// The longest wait after the given failed attempt, the first being 1.
    #[must_use]
    pub fn ceiling(&self, attempt: u32) -> Duration {
        let factor = match self.growth {
            Growth::Exponential => self.multiplier.powf(f64::from(attempt.max(1)) - 1.0),
            Growth::Linear => f64::from(attempt.max(1)),
            Growth::Fixed => 1.0,
        };
        let wait = Duration::try_from_secs_f64(self.initial.as_secs_f64() * factor);
        wait.map_or(self.max, |wait| wait.min(self.max))
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

    #[test]
    fn grows_as_it_is_told() {
        let ceilings = |growth: &str| {
            let growth = Growth::parse(growth).unwrap();
            let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5));
            [1, 2, 3, 9].map(|attempt| backoff.growing(growth).ceiling(attempt).as_secs())
        };
        assert_eq!(ceilings("exponential"), [1, 2, 4, 5]);
        assert_eq!(ceilings("linear"), [1, 2, 3, 5]);
        assert_eq!(ceilings("fixed"), [1, 1, 1, 1]);
        assert_eq!(Growth::parse("none"), None);
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(50));
        let seconds = |attempt| backoff.multiplied_by(3.0).ceiling(attempt).as_secs();
        assert_eq!([1, 2, 3, 4, u32::MAX].map(seconds), [1, 3, 9, 27, 50]);
    }
}
