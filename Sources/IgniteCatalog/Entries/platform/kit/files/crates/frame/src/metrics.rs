//! Metrics for Prometheus.
//!
//! ```
//! use prometheus::IntCounter;
//!
//! let metrics = frame::metrics::Metrics::new("orders")?;
//! let placed = IntCounter::new("orders_placed_total", "Orders placed.")?;
//! metrics.register(Box::new(placed.clone()))?;
//! placed.inc();
//! assert!(metrics.render()?.contains("orders_placed_total"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::HashMap;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Encoder as _, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TextEncoder,
};

use crate::{Error, Result};

/// The metrics of one service, all with the label `service`.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    /// Requests.
    pub http: HttpMetrics,
    /// The outbox.
    pub outbox: OutboxMetrics,
    /// Consumed events.
    pub consumer: ConsumerMetrics,
    /// Jobs.
    pub jobs: JobMetrics,
    /// Calls of other services.
    pub calls: CallMetrics,
}

impl From<prometheus::Error> for Error {
    fn from(error: prometheus::Error) -> Self {
        Self::Internal(format!("metrics: {error}"))
    }
}

impl Metrics {
    /// The kit's metrics for the service of this name.
    ///
    /// # Errors
    /// [`Error::Internal`] when the registry refuses one.
    pub fn new(service: &str) -> Result<Self> {
        let labels = HashMap::from([("service".to_owned(), service.to_owned())]);
        let registry = Registry::new_custom(None, Some(labels))?;
        Ok(Self {
            http: HttpMetrics::new(&registry)?,
            outbox: OutboxMetrics::new(&registry)?,
            consumer: ConsumerMetrics::new(&registry)?,
            jobs: JobMetrics::new(&registry)?,
            calls: CallMetrics::new(&registry)?,
            registry,
        })
    }

    /// Adds a metric of the service's own.
    ///
    /// # Errors
    /// [`Error::Internal`] when there is one of the same name.
    pub fn register(&self, metric: Box<dyn Collector>) -> Result<()> {
        Ok(self.registry.register(metric)?)
    }

    /// All metrics as Prometheus reads them.
    ///
    /// # Errors
    /// [`Error::Internal`] when one cannot be written.
    pub fn render(&self) -> Result<String> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        String::from_utf8(text).map_err(|error| Error::Internal(error.to_string()))
    }
}

fn counter(registry: &Registry, name: &str, help: &str) -> Result<IntCounter> {
    let metric = IntCounter::new(name, help)?;
    registry.register(Box::new(metric.clone()))?;
    Ok(metric)
}

fn counters(registry: &Registry, name: &str, help: &str, by: &[&str]) -> Result<IntCounterVec> {
    let metric = IntCounterVec::new(Opts::new(name, help), by)?;
    registry.register(Box::new(metric.clone()))?;
    Ok(metric)
}

fn gauge(registry: &Registry, name: &str, help: &str) -> Result<IntGauge> {
    let metric = IntGauge::new(name, help)?;
    registry.register(Box::new(metric.clone()))?;
    Ok(metric)
}

/// What is measured of requests.
#[derive(Debug, Clone)]
pub struct HttpMetrics {
    requests: IntCounterVec,
    seconds: HistogramVec,
    /// Requests that run now.
    pub in_flight: IntGauge,
    /// Requests refused because too many ran.
    pub shed: IntCounter,
}

impl HttpMetrics {
    fn new(registry: &Registry) -> Result<Self> {
        let seconds = HistogramOpts::new("http_request_seconds", "Time to answer a request.");
        let seconds = HistogramVec::new(seconds, &["method", "route"])?;
        registry.register(Box::new(seconds.clone()))?;
        Ok(Self {
            requests: counters(
                registry,
                "http_requests_total",
                "Requests answered.",
                &["method", "route", "status"],
            )?,
            seconds,
            in_flight: gauge(registry, "http_requests_in_flight", "Requests running.")?,
            shed: counter(registry, "http_requests_shed_total", "Requests shed.")?,
        })
    }

    /// Counts one answered request.
    pub fn observe(&self, method: &str, route: &str, status: &str, elapsed: Duration) {
        self.requests
            .with_label_values(&[method, route, status])
            .inc();
        self.seconds
            .with_label_values(&[method, route])
            .observe(elapsed.as_secs_f64());
    }
}

/// What is measured of the outbox.
#[derive(Debug, Clone)]
pub struct OutboxMetrics {
    /// Events that wait to be published.
    pub pending: IntGauge,
    /// The age of the oldest of them in seconds.
    pub oldest_seconds: IntGauge,
    /// Events set aside because the bus refuses them.
    pub poisoned: IntGauge,
    /// Events published.
    pub published: IntCounter,
    /// Attempts that failed.
    pub failures: IntCounter,
}

impl OutboxMetrics {
    fn new(registry: &Registry) -> Result<Self> {
        Ok(Self {
            pending: gauge(registry, "outbox_pending", "Events waiting.")?,
            oldest_seconds: gauge(
                registry,
                "outbox_oldest_seconds",
                "Age of the oldest event.",
            )?,
            poisoned: gauge(registry, "outbox_poisoned", "Events set aside.")?,
            published: counter(registry, "outbox_published_total", "Events published.")?,
            failures: counter(registry, "outbox_failures_total", "Attempts that failed.")?,
        })
    }
}

/// What is measured of consumed events.
#[derive(Debug, Clone)]
pub struct ConsumerMetrics {
    handled: IntCounterVec,
    seconds: Histogram,
    /// Events handled now.
    pub in_flight: IntGauge,
}

impl ConsumerMetrics {
    fn new(registry: &Registry) -> Result<Self> {
        let seconds = HistogramOpts::new("consumer_seconds", "Time to handle an event.");
        let seconds = Histogram::with_opts(seconds)?;
        registry.register(Box::new(seconds.clone()))?;
        Ok(Self {
            handled: counters(
                registry,
                "consumer_events_total",
                "Events handled.",
                &["group", "type", "outcome"],
            )?,
            seconds,
            in_flight: gauge(registry, "consumer_in_flight", "Events being handled.")?,
        })
    }

    /// Counts one outcome: an attempt that `handled` or `failed`, an event that is `dead` or `dropped`.
    pub fn observe(&self, group: &str, kind: &str, outcome: &str, elapsed: Duration) {
        self.handled
            .with_label_values(&[group, kind, outcome])
            .inc();
        if matches!(outcome, "handled" | "failed") {
            self.seconds.observe(elapsed.as_secs_f64());
        }
    }

    /// How many events of a group and type had this outcome.
    #[must_use]
    pub fn count(&self, group: &str, kind: &str, outcome: &str) -> u64 {
        self.handled
            .with_label_values(&[group, kind, outcome])
            .get()
    }
}

/// What is measured of jobs.
#[derive(Debug, Clone)]
pub struct JobMetrics {
    /// Runs that ended, by job and outcome: `succeeded`, `failed` or `timed-out`.
    pub runs: IntCounterVec,
}

impl JobMetrics {
    fn new(registry: &Registry) -> Result<Self> {
        let by = ["job", "outcome"];
        Ok(Self {
            runs: counters(registry, "job_runs_total", "Runs that ended.", &by)?,
        })
    }
}

/// What is measured of calls under a [`Policy`](crate::resilience::Policy).
#[derive(Debug, Clone)]
pub struct CallMetrics {
    ended: IntCounterVec,
    retries: IntCounterVec,
    open: IntGaugeVec,
}

impl CallMetrics {
    fn new(registry: &Registry) -> Result<Self> {
        let open = Opts::new("call_circuit_open", "Whether the circuit is open.");
        let open = IntGaugeVec::new(open, &["edge"])?;
        registry.register(Box::new(open.clone()))?;
        Ok(Self {
            ended: counters(
                registry,
                "calls_total",
                "Calls of others, by how they ended.",
                &["edge", "outcome"],
            )?,
            retries: counters(registry, "call_retries_total", "Calls repeated.", &["edge"])?,
            open,
        })
    }

    /// Counts one call that ended, with all its attempts, and notes whether its circuit is open.
    pub fn ended(&self, edge: &str, outcome: &str, is_open: bool) {
        self.ended.with_label_values(&[edge, outcome]).inc();
        self.open.with_label_values(&[edge]).set(i64::from(is_open));
    }

    /// Counts one repeated attempt.
    pub fn retried(&self, edge: &str) {
        self.retries.with_label_values(&[edge]).inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_with_the_service_label() {
        let metrics = Metrics::new("orders").unwrap();
        metrics
            .http
            .observe("GET", "/orders", "200", Duration::from_millis(3));
        metrics
            .consumer
            .observe("g", "T", "handled", Duration::ZERO);
        metrics.outbox.published.inc();
        let text = metrics.render().unwrap();
        assert!(text.contains(
            r#"http_requests_total{method="GET",route="/orders",status="200",service="orders"} 1"#
        ), "{text}");
        assert!(
            text.contains(r#"outbox_published_total{service="orders"} 1"#),
            "{text}"
        );
    }

    #[test]
    fn names_are_unique() {
        let metrics = Metrics::new("orders").unwrap();
        let twin = IntCounter::new("outbox_published_total", "Again.").unwrap();
        assert!(metrics.register(Box::new(twin)).is_err());
    }
}
