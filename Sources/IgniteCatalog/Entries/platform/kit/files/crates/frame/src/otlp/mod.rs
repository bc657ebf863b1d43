//! Traces and metrics for a collector of OpenTelemetry (feature `otlp`): JSON over HTTP.
//!
//! It is on where `OTEL_EXPORTER_OTLP_ENDPOINT` is set, and reads the other variables that the
//! standard has for it; see [`crate::config::TelemetrySettings`]. Spans wait in a queue with an
//! end; what does not fit, and what the collector does not take, is counted and dropped.

mod metrics;
mod spans;

use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::config::Settings;
use crate::metrics::Metrics;
use crate::retry::Backoff;
use crate::spans::{Span, Spans};
use crate::{Result, config::TelemetrySettings};

/// How many spans wait at most.
const QUEUE: usize = 2048;
/// How many spans go together, and after how long fewer do.
const BATCH: usize = 512;
const LINGER: Duration = Duration::from_secs(2);
/// How long the collector may take, and how often it is asked.
const PATIENCE: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 3;

/// Brings what a service does to a collector.
pub struct Exporter {
    http: reqwest::Client,
    settings: TelemetrySettings,
    headers: HeaderMap,
    endpoint: String,
    resource: Value,
    started: SystemTime,
    metrics: Metrics,
    spans: Spans,
    queue: Option<mpsc::Receiver<Span>>,
}

impl Exporter {
    /// `None` when the settings name no collector.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when there can be no HTTP client.
    pub fn new(settings: &Settings, metrics: &Metrics) -> Result<Option<Self>> {
        let Some(endpoint) = settings.telemetry.endpoint.clone() else {
            return Ok(None);
        };
        let telemetry = settings.telemetry.clone();
        let spans = metrics.spans.clone();
        let queue = telemetry.exports_traces.then(|| spans.listen(QUEUE));
        let mut attributes = telemetry.resource.clone();
        let name = telemetry.name.clone().unwrap_or_else(|| settings.name.clone());
        attributes.push(("service.name".to_owned(), name));
        Ok(Some(Self {
            http: crate::client::plain(PATIENCE)?,
            headers: telemetry.headers(),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            resource: json!({ "attributes": attributes_of(&attributes) }),
            started: SystemTime::now(),
            metrics: metrics.clone(),
            spans,
            queue: queue.flatten(),
            settings: telemetry,
        }))
    }

    /// Exports until `stop`, then what is left.
    ///
    /// # Errors
    /// None: a collector that is away costs spans, never the service.
    pub async fn run(mut self, stop: CancellationToken) -> Result<()> {
        let mut queue = self.queue.take();
        let mut batch = Vec::new();
        let mut next_metrics = Instant::now() + self.settings.interval;
        let mut next_spans = Instant::now() + LINGER;
        loop {
            tokio::select! {
                Some(span) = receive(&mut queue) => {
                    batch.push(span);
                    if batch.len() < BATCH {
                        continue;
                    }
                }
                () = tokio::time::sleep_until(next_spans) => {}
                () = tokio::time::sleep_until(next_metrics), if self.settings.exports_metrics => {
                    next_metrics = Instant::now() + self.settings.interval;
                    self.export_metrics().await;
                    continue;
                }
                () = stop.cancelled() => break,
            }
            self.export_spans(&mut batch).await;
            next_spans = Instant::now() + LINGER;
        }
        while let Some(span) = queue.as_mut().and_then(|queue| queue.try_recv().ok()) {
            batch.push(span);
        }
        self.export_spans(&mut batch).await;
        if self.settings.exports_metrics {
            self.export_metrics().await;
        }
        Ok(())
    }

    async fn export_spans(&self, batch: &mut Vec<Span>) {
        let all = std::mem::take(batch);
        for part in all.chunks(BATCH) {
            let spans: Vec<Value> = part.iter().map(spans::encode).collect();
            let body = json!({ "resourceSpans": [{
                "resource": self.resource,
                "scopeSpans": [{ "scope": { "name": "frame" }, "spans": spans }],
            }] });
            if !self.send("traces", &body).await {
                self.spans.drop_some(part.len());
                let dropped = self.spans.dropped();
                tracing::warn!(dropped, "the collector takes no traces");
            }
        }
    }

    async fn export_metrics(&self) {
        let families = self.metrics.gather();
        let now = SystemTime::now();
        let mut encoded: Vec<Value> = families
            .iter()
            .filter_map(|family| metrics::encode(family, self.started, now))
            .collect();
        encoded.push(metrics::dropped(self.spans.dropped(), self.started, now));
        let body = json!({ "resourceMetrics": [{
            "resource": self.resource,
            "scopeMetrics": [{ "scope": { "name": "frame" }, "metrics": encoded }],
        }] });
        if !self.send("metrics", &body).await {
            tracing::warn!("the collector takes no metrics");
        }
    }

    /// Whether the collector has taken it.
    async fn send(&self, signal: &str, body: &Value) -> bool {
        let url = format!("{}/v1/{signal}", self.endpoint);
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));
        for attempt in 1..=ATTEMPTS {
            let request = self.http.post(&url).headers(self.headers.clone());
            match request.json(body).send().await.map(|answer| answer.status()) {
                Ok(status) if status.is_success() => return true,
                Ok(status) if !may_be_repeated(status) => {
                    tracing::warn!(%status, signal, "the collector refuses");
                    return false;
                }
                _ => {}
            }
            if attempt < ATTEMPTS {
                tokio::time::sleep(backoff.delay(attempt)).await;
            }
        }
        false
    }
}

async fn receive(queue: &mut Option<mpsc::Receiver<Span>>) -> Option<Span> {
    match queue {
        Some(queue) => queue.recv().await,
        None => None,
    }
}

fn may_be_repeated(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// Attributes as the standard writes them.
fn attributes_of<N: AsRef<str>>(attributes: &[(N, String)]) -> Value {
    let attribute = |(name, value): &(N, String)| {
        json!({ "key": name.as_ref(), "value": { "stringValue": value } })
    };
    attributes.iter().map(attribute).collect()
}

/// A point in time as the standard writes it.
fn nanos(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_nanos().to_string()
}
