use prometheus::{IntCounterVec, Opts};

use crate::Result;
use crate::metrics::Metrics;

/// What is measured of sagas.
#[derive(Debug, Clone)]
pub struct SagaMetrics {
    ended: IntCounterVec,
    attempts: IntCounterVec,
}

impl SagaMetrics {
    /// Adds them to the metrics of a service.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) when they are there already.
    pub fn new(metrics: &Metrics) -> Result<Self> {
        let ended = Opts::new("sagas_total", "Sagas that came to an end, by which.");
        let ended = IntCounterVec::new(ended, &["saga", "state"])?;
        metrics.register(Box::new(ended.clone()))?;
        let attempts = "Attempts at steps and compensations, by how they ended.";
        let attempts = Opts::new("saga_attempts_total", attempts);
        let attempts = IntCounterVec::new(attempts, &["saga", "step", "action", "outcome"])?;
        metrics.register(Box::new(attempts.clone()))?;
        Ok(Self { ended, attempts })
    }

    pub(super) fn ended(&self, saga: &str, state: &str) {
        self.ended.with_label_values(&[saga, state]).inc();
    }

    /// Counts an attempt at an `action`, which is `act` or `compensate`.
    pub(super) fn attempt(&self, saga: &str, step: &str, action: &str, is_done: bool) {
        let outcome = if is_done { "done" } else { "failed" };
        let labels = [saga, step, action, outcome];
        self.attempts.with_label_values(&labels).inc();
    }
}
