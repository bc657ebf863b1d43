use std::time::Duration;

use crate::config::Reader;
use crate::retry::Backoff;

/// How changes wait and are written.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteBehindSettings {
    /// `CACHE_FLUSH_INTERVAL`: how often what waits is written.
    pub interval: Duration,
    /// `CACHE_FLUSH_BATCH`: how many are written at once.
    pub batch: usize,
    /// `CACHE_QUEUE`: how many keys may wait; further ones are refused.
    pub capacity: usize,
    /// How long to wait after a failure; `CACHE_RETRY_MAX` is the longest.
    pub backoff: Backoff,
}

impl Default for WriteBehindSettings {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            batch: 50,
            capacity: 10_000,
            backoff: Backoff::new(Duration::from_millis(200), Duration::from_secs(30)),
        }
    }
}

impl WriteBehindSettings {
    /// Reads what the environment decides.
    pub fn read(reader: &mut Reader) -> Self {
        let base = Self::default();
        let longest = reader.or("CACHE_RETRY_MAX", base.backoff.max());
        let settings = Self {
            interval: reader.or("CACHE_FLUSH_INTERVAL", base.interval),
            batch: reader.or("CACHE_FLUSH_BATCH", base.batch),
            capacity: reader.or("CACHE_QUEUE", base.capacity),
            backoff: Backoff::new(base.backoff.initial().min(longest), longest),
        };
        if settings.interval.is_zero() {
            reader.problem("CACHE_FLUSH_INTERVAL", "is 0", "a time, as 1s");
        }
        if settings.batch == 0 {
            reader.problem("CACHE_FLUSH_BATCH", "is 0", "how many are written at once");
        }
        if settings.capacity == 0 {
            reader.problem("CACHE_QUEUE", "is 0", "how many may wait");
        }
        settings
    }
}
