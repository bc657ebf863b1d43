use prometheus::{Gauge, IntCounterVec, IntGauge, Opts};

use crate::Result;
use crate::metrics::Metrics;

/// What is measured of changes that wait.
#[derive(Debug, Clone)]
pub struct WriteBehindMetrics {
    writes: IntCounterVec,
    waiting: IntGauge,
    oldest: Gauge,
}

impl WriteBehindMetrics {
    /// Adds them to the metrics of a service.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) when the service has them already.
    pub fn new(metrics: &Metrics) -> Result<Self> {
        let writes = Opts::new("cache_writes_total", "Changes, by what became of them.");
        let waiting = "Changes that are not written yet.";
        let oldest = "How long the oldest of them waits.";
        let new = Self {
            writes: IntCounterVec::new(writes, &["outcome"])?,
            waiting: IntGauge::new("cache_writes_waiting", waiting)?,
            oldest: Gauge::new("cache_writes_oldest_seconds", oldest)?,
        };
        metrics.register(Box::new(new.writes.clone()))?;
        metrics.register(Box::new(new.waiting.clone()))?;
        metrics.register(Box::new(new.oldest.clone()))?;
        Ok(new)
    }

    /// Counts one change: `accepted`, `coalesced`, `full`, `written`, `failed`, `refused` or `lost`.
    pub(super) fn count(&self, outcome: &str) {
        self.writes.with_label_values(&[outcome]).inc();
    }

    pub(super) fn waiting(&self, count: usize, oldest_ms: i64) {
        self.waiting.set(i64::try_from(count).unwrap_or(i64::MAX));
        self.oldest.set(oldest_ms as f64 / 1_000.0);
    }
}
