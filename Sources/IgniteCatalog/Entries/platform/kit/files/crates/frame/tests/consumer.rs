//! The consumer runner: attempts, dead letters, order and the drain.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use frame::bus::{Bus, BusError, Consumer, DeadLetter, Delivery, Subscription};
use frame::config::ConsumerSettings;
use frame::messaging::ConsumerRunner;
use frame::metrics::{ConsumerMetrics, Metrics};
use frame::{Envelope, Handler, HandlerError, MemoryBus, RequestContext};
use support::{counted, number};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

type Call = dyn Fn(u32, u32) -> Result<Duration, HandlerError> + Send + Sync;

/// Calls a function with the event's number and the count of calls for it, and waits as it says.
struct Scripted {
    script: Box<Call>,
    calls: Mutex<HashMap<u32, u32>>,
    done: Mutex<Vec<u32>>,
}

impl Scripted {
    fn new(
        script: impl Fn(u32, u32) -> Result<Duration, HandlerError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            script: Box::new(script),
            calls: Mutex::default(),
            done: Mutex::default(),
        })
    }

    fn done(&self) -> Vec<u32> {
        self.done.lock().unwrap().clone()
    }

    fn calls(&self, n: u32) -> u32 {
        self.calls.lock().unwrap().get(&n).copied().unwrap_or(0)
    }
}

#[async_trait]
impl Handler for Scripted {
    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        let context = RequestContext::current().expect("a handler has a context");
        assert_eq!(context.request_id, envelope.id.to_string());
        let n = number(envelope);
        let call = {
            let mut calls = self.calls.lock().unwrap();
            let call = calls.entry(n).or_default();
            *call += 1;
            *call
        };
        tokio::time::sleep((self.script)(n, call)?).await;
        self.done.lock().unwrap().push(n);
        Ok(())
    }
}

struct Running {
    task: JoinHandle<frame::Result<()>>,
    stop: CancellationToken,
    metrics: ConsumerMetrics,
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        let stopped = tokio::time::timeout(Duration::from_secs(10), self.task).await;
        stopped.unwrap().unwrap().unwrap();
    }
}

fn start(bus: Arc<dyn Bus>, handler: Arc<dyn Handler>) -> Running {
    let settings = ConsumerSettings {
        concurrency: 4,
        max_attempts: 3,
        timeout: Duration::from_millis(200),
        backoff: Duration::from_millis(10),
        ..ConsumerSettings::default()
    };
    start_with(bus, handler, settings)
}

fn start_with(bus: Arc<dyn Bus>, handler: Arc<dyn Handler>, settings: ConsumerSettings) -> Running {
    let (stop, metrics) = (
        CancellationToken::new(),
        Metrics::new("test").unwrap().consumer,
    );
    let subscription = Subscription::new("g", ["Counted"]);
    let runner = ConsumerRunner::new(bus, subscription, handler, settings, metrics.clone());
    let runner = Arc::new(runner);
    Running {
        task: tokio::spawn(runner.run(stop.clone())),
        stop,
        metrics,
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..1_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

fn retry() -> HandlerError {
    HandlerError::Retry("not yet".to_owned())
}

#[tokio::test]
async fn a_failure_is_tried_again() {
    let bus = Arc::new(MemoryBus::new());
    let handler = Scripted::new(|_, call| {
        if call < 3 {
            Err(retry())
        } else {
            Ok(Duration::ZERO)
        }
    });
    let running = start(bus.clone(), handler.clone());
    bus.publish(&[counted("a", 1)]).await.unwrap();
    until("handled", async || handler.done() == [1]).await;
    assert_eq!(handler.calls(1), 3);
    assert_eq!(running.metrics.count("g", "Counted", "failed"), 2);
    assert_eq!(running.metrics.count("g", "Counted", "handled"), 1);
    running.stop().await;
    assert!(bus.dead_letters("g", 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn waiting_for_what_all_events_need_does_not_count() {
    let bus = Arc::new(MemoryBus::new());
    let handler = Scripted::new(|_, call| {
        if call < 8 {
            Err(HandlerError::Wait("the database is away".to_owned()))
        } else {
            Ok(Duration::ZERO)
        }
    });
    let running = start(bus.clone(), handler.clone());
    bus.publish(&[counted("a", 1)]).await.unwrap();
    until("handled", async || handler.done() == [1]).await;
    assert_eq!(handler.calls(1), 8);
    running.stop().await;
    assert!(bus.dead_letters("g", 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn too_many_failures_make_a_dead_letter() {
    let bus = Arc::new(MemoryBus::new());
    let handler = Scripted::new(|n, _| match n {
        1 => Err(retry()),
        2 => Err(HandlerError::Reject("nonsense".to_owned())),
        3 => panic!("boom"),
        4 => Ok(Duration::from_secs(60)),
        _ => Ok(Duration::ZERO),
    });
    let running = start(bus.clone(), handler.clone());
    let events: Vec<_> = (1..=5).map(|n| counted("a", n)).collect();
    bus.publish(&events).await.unwrap();
    until("the last is handled", async || handler.done() == [5]).await;
    let dead = bus.dead_letters("g", 10).await.unwrap();
    let reasons: Vec<_> = dead.iter().map(|letter| letter.reason.as_str()).collect();
    let expected = [
        "not yet",
        "nonsense",
        "the handler panicked",
        "the handler took too long",
    ];
    assert_eq!(reasons, expected);
    let calls: Vec<_> = (1..=5).map(|n| handler.calls(n)).collect();
    assert_eq!(calls, [3, 1, 3, 3, 1]);
    assert_eq!(running.metrics.count("g", "Counted", "dead"), 4);
    running.stop().await;
}

#[tokio::test]
async fn without_dead_letters_an_event_is_dropped() {
    let bus = Arc::new(MemoryBus::new());
    let handler = Scripted::new(|n, _| match n {
        1 => Err(HandlerError::Reject("nonsense".to_owned())),
        _ => Ok(Duration::ZERO),
    });
    let settings = ConsumerSettings {
        dead_letters: false,
        ..ConsumerSettings::default()
    };
    let running = start_with(bus.clone(), handler.clone(), settings);
    bus.publish(&[counted("a", 1), counted("a", 2)])
        .await
        .unwrap();
    until("the next is handled", async || handler.done() == [2]).await;
    assert_eq!(running.metrics.count("g", "Counted", "dropped"), 1);
    running.stop().await;
    assert!(bus.dead_letters("g", 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn keys_go_side_by_side_and_each_in_order() {
    let bus = Arc::new(MemoryBus::new());
    // The first event of key a is slow: b overtakes it, the second of a does not.
    let handler = Scripted::new(|n, _| Ok(Duration::from_millis(if n == 1 { 100 } else { 0 })));
    let running = start(bus.clone(), handler.clone());
    bus.publish(&[counted("a", 1), counted("a", 2), counted("b", 3)])
        .await
        .unwrap();
    until("all handled", async || handler.done().len() == 3).await;
    assert_eq!(handler.done(), [3, 1, 2]);
    running.stop().await;
}

#[tokio::test]
async fn no_more_run_at_once_than_allowed() {
    struct Gauge(AtomicU32, AtomicU32);

    #[async_trait]
    impl Handler for Gauge {
        async fn handle(&self, _: &Envelope) -> Result<(), HandlerError> {
            let running = self.0.fetch_add(1, Ordering::SeqCst) + 1;
            self.1.fetch_max(running, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            self.0.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }
    }

    let bus = Arc::new(MemoryBus::new());
    let gauge = Arc::new(Gauge(AtomicU32::new(0), AtomicU32::new(0)));
    let running = start(bus.clone(), gauge.clone());
    let events: Vec<_> = (0..50).map(|n| counted(&format!("k{n}"), n)).collect();
    bus.publish(&events).await.unwrap();
    let metrics = running.metrics.clone();
    until("all handled", async || {
        metrics.count("g", "Counted", "handled") == 50
    })
    .await;
    assert_eq!(gauge.1.load(Ordering::SeqCst), 4);
    running.stop().await;
}

#[tokio::test]
async fn a_stop_finishes_what_runs_and_gives_back_the_rest() {
    let bus = Arc::new(MemoryBus::new());
    let handler = Scripted::new(|n, _| match n {
        1 => Ok(Duration::from_millis(100)),
        _ => Err(retry()),
    });
    let running = start(bus.clone(), handler.clone());
    bus.publish(&[counted("a", 1), counted("b", 2)])
        .await
        .unwrap();
    until("both begun", async || {
        handler.calls(1) + handler.calls(2) >= 2
    })
    .await;
    running.stop().await;
    assert_eq!(handler.done(), [1]);
    let heir = bus
        .subscribe(&Subscription::new("g", ["Counted"]))
        .await
        .unwrap();
    let left = heir.receive(10, Duration::from_secs(1)).await.unwrap();
    let left: Vec<_> = left.iter().map(|d| number(&d.envelope)).collect();
    assert_eq!(left, [2]);
}

/// A memory bus whose every second call fails.
struct Flaky {
    bus: MemoryBus,
    fails: Arc<AtomicBool>,
}

impl Flaky {
    fn fail(fails: &AtomicBool) -> Result<(), BusError> {
        match fails.fetch_xor(true, Ordering::SeqCst) {
            true => Err(BusError::Unavailable("flaky".to_owned())),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl Bus for Flaky {
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        self.bus.publish(envelopes).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
        Self::fail(&self.fails)?;
        let consumer = self.bus.subscribe(subscription).await?;
        let fails = self.fails.clone();
        Ok(Arc::new(FlakyConsumer { consumer, fails }))
    }

    async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        self.bus.dead_letters(group, limit).await
    }

    async fn redrive(&self, group: &str) -> Result<usize, BusError> {
        self.bus.redrive(group).await
    }

    async fn ping(&self) -> Result<(), BusError> {
        self.bus.ping().await
    }

    async fn close(&self) {}
}

struct FlakyConsumer {
    consumer: Arc<dyn Consumer>,
    fails: Arc<AtomicBool>,
}

#[async_trait]
impl Consumer for FlakyConsumer {
    async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        Flaky::fail(&self.fails)?;
        self.consumer.receive(max, wait).await
    }

    async fn ack(&self, delivery: &Delivery) -> Result<(), BusError> {
        self.consumer.ack(delivery).await?;
        Err(BusError::Unavailable("nobody heard it".to_owned()))
    }

    async fn nack(&self, delivery: &Delivery) -> Result<(), BusError> {
        self.consumer.nack(delivery).await
    }

    async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError> {
        self.consumer.reject(delivery, reason).await
    }

    async fn close(&self) -> Result<(), BusError> {
        self.consumer.close().await?;
        Err(BusError::Unavailable("nobody heard it".to_owned()))
    }
}

#[tokio::test]
async fn a_flaky_bus_is_tried_again() {
    let fails = Arc::new(AtomicBool::new(true));
    let bus = MemoryBus::new();
    let flaky = Arc::new(Flaky {
        bus: bus.clone(),
        fails,
    });
    let handler = Scripted::new(|_, _| Ok(Duration::ZERO));
    let running = start(flaky, handler.clone());
    let events: Vec<_> = (0..5).map(|n| counted("a", n)).collect();
    bus.publish(&events).await.unwrap();
    until("all handled", async || handler.done() == [0, 1, 2, 3, 4]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_bus_that_never_comes_does_not_hold_up_the_stop() {
    struct Gone;

    #[async_trait]
    impl Bus for Gone {
        async fn publish(&self, _: &[Envelope]) -> Result<(), BusError> {
            self.ping().await
        }

        async fn subscribe(&self, _: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
            Err(BusError::Unavailable("gone".to_owned()))
        }

        async fn dead_letters(&self, _: &str, _: usize) -> Result<Vec<DeadLetter>, BusError> {
            self.ping().await.map(|()| Vec::new())
        }

        async fn redrive(&self, _: &str) -> Result<usize, BusError> {
            self.ping().await.map(|()| 0)
        }

        async fn ping(&self) -> Result<(), BusError> {
            Err(BusError::Unavailable("gone".to_owned()))
        }

        async fn close(&self) {}
    }

    let running = start(Arc::new(Gone), Scripted::new(|_, _| Ok(Duration::ZERO)));
    tokio::time::sleep(Duration::from_millis(50)).await;
    running.stop().await;
}

/// An event whose handling always ends the process must not come for ever.
#[tokio::test]
async fn an_event_delivered_too_often_is_not_tried_again() {
    let bus = Arc::new(MemoryBus::new());
    bus.publish(&[counted("a", 1)]).await.unwrap();

    /// Delivers everything as if it had been delivered many times before.
    struct Old(Arc<dyn Consumer>);

    #[async_trait]
    impl Consumer for Old {
        async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
            let mut deliveries = self.0.receive(max, wait).await?;
            deliveries
                .iter_mut()
                .for_each(|delivery| delivery.attempt = 9);
            Ok(deliveries)
        }

        async fn ack(&self, delivery: &Delivery) -> Result<(), BusError> {
            self.0.ack(delivery).await
        }

        async fn nack(&self, delivery: &Delivery) -> Result<(), BusError> {
            self.0.nack(delivery).await
        }

        async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError> {
            self.0.reject(delivery, reason).await
        }

        async fn close(&self) -> Result<(), BusError> {
            self.0.close().await
        }
    }

    struct OldBus(Arc<MemoryBus>);

    #[async_trait]
    impl Bus for OldBus {
        async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
            self.0.publish(envelopes).await
        }

        async fn subscribe(&self, s: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
            Ok(Arc::new(Old(self.0.subscribe(s).await?)))
        }

        async fn dead_letters(&self, g: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
            self.0.dead_letters(g, limit).await
        }

        async fn redrive(&self, group: &str) -> Result<usize, BusError> {
            self.0.redrive(group).await
        }

        async fn ping(&self) -> Result<(), BusError> {
            self.0.ping().await
        }

        async fn close(&self) {}
    }

    let handler = Scripted::new(|_, _| Ok(Duration::ZERO));
    let running = start(Arc::new(OldBus(bus.clone())), handler.clone());
    until("it is dead", async || {
        !bus.dead_letters("g", 1).await.unwrap().is_empty()
    })
    .await;
    assert_eq!(handler.calls(1), 0);
    running.stop().await;
}
