use std::time::Duration;

use secrecy::SecretString;

use super::store::Driver;
use crate::config::{Reader, Variables};

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

/// Where answers are kept.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// `CACHE_STORE`: `memory:`, `redis://…`, over TLS `rediss://…`, or what another store of the kit
    /// answers to.
    pub url: SecretString,
    /// `CACHE_PREFIX`: what keys start with; what has the same prefix is shared.
    pub prefix: String,
    /// The variables that only this kind of store has.
    pub own: Variables,
}

impl StoreSettings {
    /// The settings of a store that needs no others.
    #[must_use]
    pub fn new(url: impl Into<SecretString>, prefix: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: prefix.into(),
            own: Variables::default(),
        }
    }

    /// Reads what the environment decides.
    pub fn read(reader: &mut Reader, prefix: String) -> Self {
        let url = reader.secret_or("CACHE_STORE", "memory:");
        let mut settings = Self::new(url, reader.or("CACHE_PREFIX", prefix));
        match Driver::of(&settings.url) {
            Some(driver) => settings.own.read(reader, driver.variables),
            None => {
                let expected = "memory: or the URL of a store that the kit has";
                reader.problem("CACHE_STORE", "names no known store", expected);
            }
        }
        settings
    }
}
