use std::time::Duration;

use crate::config::Reader;

/// How long answers are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct CacheSettings {
    /// `CACHE_TTL`: how long an answer is fresh; nothing is kept where this and `stale` are 0.
    pub fresh: Duration,
    /// `CACHE_STALE`: how long after that it is still given, while it is renewed.
    pub stale: Duration,
    /// `CACHE_ABSENT_TTL`: how long it is kept that there is nothing.
    pub absent: Duration,
    /// The part of the time, from 0 to 1, by which it may be shorter, by chance.
    pub jitter: f64,
    /// `CACHE_CAPACITY`: how many answers are kept in memory.
    pub capacity: usize,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self {
            fresh: Duration::from_secs(60),
            stale: Duration::ZERO,
            absent: Duration::from_secs(5),
            jitter: 0.1,
            capacity: 10_000,
        }
    }
}

impl CacheSettings {
    /// Reads what the environment decides.
    pub fn read(reader: &mut Reader) -> Self {
        let base = Self::default();
        let settings = Self {
            fresh: reader.or("CACHE_TTL", base.fresh),
            stale: reader.or("CACHE_STALE", base.stale),
            absent: reader.or("CACHE_ABSENT_TTL", base.absent),
            jitter: base.jitter,
            capacity: reader.or("CACHE_CAPACITY", base.capacity),
        };
        if settings.capacity == 0 {
            reader.problem("CACHE_CAPACITY", "is 0", "how many answers are kept");
        }
        settings
    }
}
