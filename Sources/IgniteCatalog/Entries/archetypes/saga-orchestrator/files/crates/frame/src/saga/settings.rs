use std::time::Duration;

use crate::config::Reader;
use crate::retry::Backoff;

/// How sagas are led.
#[derive(Debug, Clone, PartialEq)]
pub struct SagaSettings {
    /// `SAGA_MAX_ATTEMPTS`: how often each step and each compensation is tried.
    pub max_attempts: u32,
    /// `SAGA_RETRY_INITIAL`, `SAGA_RETRY_MAX`, `SAGA_RETRY_MULTIPLIER`: the waits in between.
    pub backoff: Backoff,
    /// `SAGA_LEASE`: after how long without a sign of life another run takes a saga over.
    pub lease: Duration,
    /// `SAGA_POLL`: how often to look for sagas that wait, or whose run died.
    pub poll: Duration,
    /// `SAGA_CONCURRENCY`: how many sagas one instance leads at once.
    pub concurrency: usize,
    /// `SAGA_HISTORY`: how long sagas that ended are remembered; those parked stay.
    pub history: Duration,
}

impl Default for SagaSettings {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            backoff: Backoff::new(Duration::from_millis(200), Duration::from_secs(30)),
            lease: Duration::from_secs(15),
            poll: Duration::from_millis(500),
            concurrency: 16,
            history: Duration::from_secs(30 * 86_400),
        }
    }
}

impl SagaSettings {
    /// Reads them; problems stay in the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let base = Self::default();
        let settings = Self {
            max_attempts: reader.or("SAGA_MAX_ATTEMPTS", base.max_attempts),
            backoff: Backoff::new(
                reader.or("SAGA_RETRY_INITIAL", base.backoff.initial()),
                reader.or("SAGA_RETRY_MAX", base.backoff.max()),
            )
            .multiplied_by(reader.or("SAGA_RETRY_MULTIPLIER", 2.0)),
            lease: reader.or("SAGA_LEASE", base.lease),
            poll: reader.or("SAGA_POLL", base.poll),
            concurrency: reader.or("SAGA_CONCURRENCY", base.concurrency),
            history: reader.or("SAGA_HISTORY", base.history),
        };
        if settings.max_attempts == 0 {
            reader.problem("SAGA_MAX_ATTEMPTS", "is out of range", "1 or more");
        }
        if !(1..=10_000).contains(&settings.concurrency) {
            reader.problem("SAGA_CONCURRENCY", "is out of range", "from 1 to 10000");
        }
        if settings.lease < Duration::from_secs(1) {
            reader.problem("SAGA_LEASE", "is too short", "at least 1s");
        }
        if settings.poll < Duration::from_millis(10) {
            reader.problem("SAGA_POLL", "is too short", "at least 10ms");
        }
        settings
    }
}
