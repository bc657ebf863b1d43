use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use futures_util::FutureExt as _;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{Envelope, Handler, HandlerError};
use crate::Result;
use crate::bus::{Bus, BusError, Consumer, Delivery, Subscription};
use crate::config::ConsumerSettings;
use crate::metrics::ConsumerMetrics;
use crate::retry::Backoff;
use crate::spans::{Ended, Kind};

/// How long one wait for events lasts, and so how long a stop takes when there are none.
const WAIT: Duration = Duration::from_millis(500);

/// Receives the events of a group and calls a handler: in order within a key, side by side across
/// keys, again after a failure, and never again after too many.
pub struct ConsumerRunner {
    bus: Arc<dyn Bus>,
    subscription: Subscription,
    handler: Arc<dyn Handler>,
    settings: ConsumerSettings,
    metrics: ConsumerMetrics,
}

impl ConsumerRunner {
    /// A runner that has not started.
    #[must_use]
    pub fn new(
        bus: Arc<dyn Bus>,
        subscription: Subscription,
        handler: Arc<dyn Handler>,
        settings: ConsumerSettings,
        metrics: ConsumerMetrics,
    ) -> Self {
        Self {
            bus,
            subscription,
            handler,
            settings,
            metrics,
        }
    }

    /// Runs until `stop`, then lets the handlers at work finish and gives the rest back.
    ///
    /// # Errors
    /// None: a bus that is gone is tried again until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) -> Result<()> {
        let Some(consumer) = self.subscribe(&stop).await else {
            return Ok(());
        };
        let worker = Worker {
            runner: self.clone(),
            consumer: consumer.clone(),
            backoff: Backoff::new(self.settings.backoff, Duration::from_secs(60))
                .growing(self.settings.growth),
            stop: stop.clone(),
        };
        let mut tasks = JoinSet::new();
        let mut failures = 0;
        while !stop.is_cancelled() {
            let free = self.settings.concurrency.saturating_sub(tasks.len());
            if free == 0 {
                tasks.join_next().await;
                continue;
            }
            match consumer.receive(free, WAIT).await {
                Ok(deliveries) => {
                    failures = 0;
                    for delivery in deliveries {
                        let worker = worker.clone();
                        tasks.spawn(async move { worker.work(delivery).await }.in_current_span());
                    }
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(%error, "cannot receive");
                    pause(Backoff::default().delay(failures), &stop).await;
                }
            }
            while tasks.try_join_next().is_some() {}
        }
        tasks.join_all().await;
        if let Err(error) = consumer.close().await {
            tracing::warn!(%error, "cannot give back events; others get them when the lease ends");
        }
        Ok(())
    }

    /// The group whose events it handles.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.subscription.group
    }

    /// The routes by which the bus brings events in requests, if it does.
    pub(crate) fn routes(self: &Arc<Self>) -> Option<Router> {
        self.bus.routes(self)
    }

    /// Calls the handler once, for a bus that brings events in requests.
    ///
    /// # Errors
    /// As [`Handler::handle`].
    pub async fn once(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        self.in_context(envelope, self.attempt(envelope)).await
    }

    async fn in_context<F: Future>(&self, envelope: &Envelope, work: F) -> F::Output {
        let context = envelope.context();
        let (trace, started) = (context.trace.clone(), Instant::now());
        let span = tracing::info_span!(
            "event",
            request_id = context.request_id,
            trace_id = context.trace.trace_id(),
            span_id = context.trace.span_id(),
            group = self.subscription.group,
            event = envelope.kind,
            key = envelope.key,
        );
        self.metrics.in_flight.inc();
        let output = context.scope(work.instrument(span)).await;
        self.metrics.in_flight.dec();
        self.metrics.spans.ended(&trace, started.elapsed(), || Ended {
            name: format!("process {}", envelope.kind),
            kind: Kind::Consumer,
            has_failed: false,
            attributes: vec![
                ("messaging.operation.type", "process".to_owned()),
                ("messaging.destination.name", envelope.kind.clone()),
                ("messaging.consumer.group.name", self.subscription.group.clone()),
                ("messaging.message.id", envelope.id.to_string()),
            ],
        });
        output
    }

    async fn attempt(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        let started = Instant::now();
        let work = self.handler.handle(envelope);
        let work = AssertUnwindSafe(work).catch_unwind();
        let result = match tokio::time::timeout(self.settings.timeout, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(HandlerError::Retry("the handler panicked".to_owned())),
            Err(_) => Err(HandlerError::Retry("the handler took too long".to_owned())),
        };
        let outcome = if result.is_ok() { "handled" } else { "failed" };
        self.observe(envelope, outcome, started.elapsed());
        result
    }

    fn observe(&self, envelope: &Envelope, outcome: &str, elapsed: Duration) {
        let group = &self.subscription.group;
        self.metrics.observe(group, &envelope.kind, outcome, elapsed);
    }

    async fn subscribe(&self, stop: &CancellationToken) -> Option<Arc<dyn Consumer>> {
        for attempt in 1.. {
            match self.bus.subscribe(&self.subscription).await {
                Ok(consumer) => return Some(consumer),
                Err(error) => {
                    tracing::warn!(group = self.subscription.group, %error, "cannot subscribe");
                    pause(Backoff::default().delay(attempt), stop).await;
                }
            }
            if stop.is_cancelled() {
                return None;
            }
        }
        None
    }
}

/// Waits, but not beyond `stop`.
async fn pause(duration: Duration, stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(duration) => {}
        () = stop.cancelled() => {}
    }
}

#[derive(Clone)]
struct Worker {
    runner: Arc<ConsumerRunner>,
    consumer: Arc<dyn Consumer>,
    backoff: Backoff,
    stop: CancellationToken,
}

impl Worker {
    async fn work(self, delivery: Delivery) {
        let settle = self.settle(&delivery);
        self.runner.in_context(&delivery.envelope, settle).await;
    }

    /// Handles a delivery until it is done with: handled, dead or given back.
    async fn settle(&self, delivery: &Delivery) {
        let mut attempt = delivery.attempt;
        let result = loop {
            if attempt > self.runner.settings.max_attempts {
                // Every attempt ended with the process, so it is not tried once more.
                break self.bury(delivery, attempt, "delivered too often").await;
            }
            match self.runner.attempt(&delivery.envelope).await {
                Ok(()) => break self.consumer.ack(delivery).await,
                Err(HandlerError::Retry(reason))
                    if attempt < self.runner.settings.max_attempts =>
                {
                    tracing::warn!(attempt, reason, "failed, will try again");
                    pause(self.backoff.delay(attempt), &self.stop).await;
                    if self.stop.is_cancelled() {
                        break self.consumer.nack(delivery).await;
                    }
                    attempt += 1;
                }
                Err(HandlerError::Retry(reason) | HandlerError::Reject(reason)) => {
                    break self.bury(delivery, attempt, &reason).await;
                }
            }
        };
        if let Err(error) = result {
            tracing::warn!(%error, "cannot settle the delivery; it will come again");
        }
    }

    async fn bury(&self, delivery: &Delivery, attempt: u32, reason: &str) -> Result<(), BusError> {
        if !self.runner.settings.dead_letters {
            tracing::error!(attempt, reason, event = %delivery.envelope.id, "dropped");
            self.runner.observe(&delivery.envelope, "dropped", Duration::ZERO);
            return self.consumer.ack(delivery).await;
        }
        tracing::error!(attempt, reason, "set aside as a dead letter");
        self.runner.observe(&delivery.envelope, "dead", Duration::ZERO);
        let delivery = Delivery {
            attempt,
            ..delivery.clone()
        };
        self.consumer.reject(&delivery, reason).await
    }
}

impl From<BusError> for HandlerError {
    fn from(error: BusError) -> Self {
        Self::Retry(error.to_string())
    }
}
