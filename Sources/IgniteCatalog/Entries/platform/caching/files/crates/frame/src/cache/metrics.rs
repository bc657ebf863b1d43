use prometheus::{IntCounter, IntCounterVec, Opts};

use crate::Result;
use crate::metrics::Metrics;

/// What is measured of a cache.
#[derive(Debug, Clone)]
pub struct CacheMetrics {
    asked: IntCounterVec,
    loads: IntCounterVec,
    failures: IntCounter,
    refused: IntCounter,
}

impl CacheMetrics {
    /// Adds them to the metrics of a service.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) when the service has them already.
    pub fn new(metrics: &Metrics) -> Result<Self> {
        let asked = Opts::new(
            "cache_requests_total",
            "Answers asked for, by what was kept.",
        );
        let loads = Opts::new("cache_loads_total", "Answers loaded, by how that ended.");
        let failures = "Times that the store of the cache failed.";
        let refused = "Answers that were not kept because they are larger than the store takes.";
        let new = Self {
            asked: IntCounterVec::new(asked, &["outcome"])?,
            loads: IntCounterVec::new(loads, &["outcome"])?,
            failures: IntCounter::new("cache_store_failures_total", failures)?,
            refused: IntCounter::new("cache_too_large_total", refused)?,
        };
        metrics.register(Box::new(new.asked.clone()))?;
        metrics.register(Box::new(new.loads.clone()))?;
        metrics.register(Box::new(new.failures.clone()))?;
        metrics.register(Box::new(new.refused.clone()))?;
        Ok(new)
    }

    /// Counts one question: a `hit`, `stale`, `absent` or a `miss`.
    pub(super) fn asked(&self, outcome: &str) {
        self.asked.with_label_values(&[outcome]).inc();
    }

    /// Counts one load: `done` or `failed`.
    pub(super) fn loaded(&self, outcome: &str) {
        self.loads.with_label_values(&[outcome]).inc();
    }

    /// Counts an answer that the store cannot hold.
    pub(super) fn refused(&self) {
        self.refused.inc();
    }

    pub(super) fn failed(&self) {
        self.failures.inc();
    }
}
