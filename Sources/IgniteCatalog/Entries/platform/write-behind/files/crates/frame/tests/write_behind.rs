//! What waits, what is written of it, and what a crash, a failure or a conflict does to it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use frame::cache::{Cache, CacheMetrics, CacheSettings, MemoryStore, StoreSettings};
use frame::http::IfMatch;
use frame::metrics::Metrics;
use frame::retry::Backoff;
use frame::write_behind::{
    Change, Journal, MemoryJournal, Origin, RedisJournal, Target, WriteBehind, WriteBehindMetrics,
    WriteBehindSettings, Written, open,
};
use frame::{Error, Reader, RequestContext, Result};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A service that keeps things and counts what it is told.
#[derive(Clone, Default)]
struct Service(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    things: HashMap<Uuid, (i64, Value)>,
    told: Vec<String>,
    failure: Option<Error>,
    /// What it does is done, but no answer comes.
    is_mute: bool,
}

impl Service {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap()
    }

    fn put(&self, id: Uuid, version: i64, n: i64) {
        self.known().things.insert(id, (version, json!({ "n": n })));
    }

    fn told(&self) -> usize {
        self.known().told.len()
    }

    /// The version and the number of a thing.
    fn has(&self, id: Uuid) -> Option<(i64, i64)> {
        let known = self.known();
        let (version, fields) = known.things.get(&id)?;
        Some((*version, fields["n"].as_i64().unwrap()))
    }

    fn change(&self, target: &Target, version: i64, fields: Option<&Value>) -> Result<()> {
        let mut known = self.known();
        let tenant = RequestContext::current().and_then(|context| context.tenant);
        assert_eq!(tenant, target.tenant, "what is written is written for whom it is");
        known.told.push(target.kind.clone());
        if let Some(failure) = &known.failure {
            return Err(failure.clone());
        }
        let Some((current, _)) = known.things.get(&target.id) else {
            return Err(Error::NotFound("nothing".to_owned()));
        };
        if *current != version {
            return Err(Error::PreconditionFailed);
        }
        match fields {
            Some(fields) => known.things.insert(target.id, (version + 1, fields.clone())),
            None => known.things.remove(&target.id),
        };
        if known.is_mute {
            return Err(Error::Unavailable("the line is cut".to_owned()));
        }
        Ok(())
    }
}

#[async_trait]
impl Origin for Service {
    async fn update(&self, target: &Target, version: i64, fields: &Value) -> Result<Written> {
        self.change(target, version, Some(fields))?;
        self.fetch(target).await
    }

    async fn remove(&self, target: &Target, version: i64) -> Result<()> {
        self.change(target, version, None)
    }

    async fn fetch(&self, target: &Target) -> Result<Written> {
        let known = self.known();
        let (version, fields) = known.things.get(&target.id).ok_or(Error::NotFound("nothing".to_owned()))?;
        let mut entity = fields.clone();
        entity["version"] = json!(version);
        Ok(Written { version: *version, entity, fields: fields.clone() })
    }
}

/// Changes that wait, before a service.
#[derive(Clone)]
struct Place {
    behind: WriteBehind,
    cache: Cache,
    journal: Arc<dyn Journal>,
    metrics: Metrics,
    service: Service,
}

fn quick() -> WriteBehindSettings {
    WriteBehindSettings {
        interval: Duration::from_millis(20),
        backoff: Backoff::new(Duration::from_millis(1), Duration::from_millis(2)),
        ..WriteBehindSettings::default()
    }
}

impl Place {
    fn over(journal: Arc<dyn Journal>, settings: WriteBehindSettings, service: Service) -> Self {
        let metrics = Metrics::new("test").unwrap();
        let measured = CacheMetrics::new(&metrics).unwrap();
        let cache = Cache::new(Arc::new(MemoryStore::new(100)), CacheSettings::default(), measured);
        let measured = WriteBehindMetrics::new(&metrics).unwrap();
        let behind = WriteBehind::new(journal.clone(), cache.clone(), settings, measured);
        Self { behind, cache, journal, metrics, service }
    }

    /// One for each journal at hand.
    async fn each(settings: &WriteBehindSettings) -> Vec<Self> {
        let mut journals: Vec<Arc<dyn Journal>> = vec![Arc::new(MemoryJournal::default())];
        match std::env::var("TEST_REDIS_URL") {
            Ok(url) => {
                let prefix = frame::new_id().to_string();
                journals.push(Arc::new(RedisJournal::open(&url.into(), &prefix).await.unwrap()));
            }
            Err(_) => eprintln!("not tested on Redis: TEST_REDIS_URL is not set"),
        }
        let each = journals.into_iter();
        each.map(|journal| Self::over(journal, settings.clone(), Service::default())).collect()
    }

    /// A thing that the service has in version 1.
    fn thing(&self) -> Uuid {
        let id = frame::new_id();
        self.service.put(id, 1, 0);
        id
    }

    /// Changes a thing; gives the version that is seen meanwhile.
    async fn set(&self, id: Uuid, expected: &IfMatch, n: i64) -> Result<i64> {
        let service = self.service.clone();
        let current = move || current(service.clone(), id);
        let fields = json!({ "n": n });
        let shown = self.behind.update(&id.to_string(), target(id), expected, current, fields).await?;
        assert_eq!(shown["n"], n);
        Ok(shown["version"].as_i64().unwrap())
    }

    async fn take_away(&self, id: Uuid, expected: &IfMatch) -> Result<()> {
        let service = self.service.clone();
        let current = move || current(service.clone(), id);
        self.behind.remove(&id.to_string(), target(id), expected, current).await
    }

    async fn flush(&self) -> usize {
        self.behind.flush(&self.service, frame::now().timestamp_millis()).await.unwrap()
    }

    async fn waits(&self) -> usize {
        self.behind.report().await.unwrap().waiting
    }

    async fn reasons(&self) -> Vec<String> {
        let report = self.behind.report().await.unwrap();
        report.refused.into_iter().map(|refused| refused.reason).collect()
    }

    /// Flushes until nothing waits.
    async fn settle(&self) {
        for _ in 0..200 {
            self.flush().await;
            if self.waits().await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("something waits for ever");
    }

    fn counts(&self, outcome: &str, count: usize) {
        let text = self.metrics.render().unwrap();
        let line = format!("cache_writes_total{{outcome=\"{outcome}\",service=\"test\"}} {count}");
        assert!(text.contains(&line), "{line}: {text}");
    }
}

async fn current(service: Service, id: Uuid) -> Result<(i64, Value)> {
    let found = service.fetch(&target(id)).await?;
    Ok((found.version, found.entity))
}

fn target(id: Uuid) -> Target {
    Target { tenant: Some("acme".to_owned()), kind: "shop/things".to_owned(), id }
}

#[tokio::test]
async fn the_last_of_many_changes_is_written_once() {
    for place in Place::each(&quick()).await {
        let id = place.thing();
        let mut seen = place.set(id, &IfMatch::version(1), 1).await.unwrap();
        assert!(seen < 0);
        for n in 2..=10 {
            seen = place.set(id, &IfMatch::version(seen), n).await.unwrap();
        }
        // Neither the service's version nor an older one of here is the one that is seen.
        for wrong in [1, seen + 1] {
            let refused = place.set(id, &IfMatch::version(wrong), 99).await;
            assert_eq!(refused, Err(Error::PreconditionFailed));
        }
        assert_eq!(place.service.has(id), Some((1, 0)), "it waits");
        assert_eq!(place.flush().await, 1);
        assert_eq!((place.service.has(id), place.service.told()), (Some((2, 10)), 1));
        assert_eq!(place.waits().await, 0);
        place.counts("coalesced", 9);
        place.counts("written", 1);
        let kept = place.cache.peek::<Value>(&id.to_string()).await.unwrap().unwrap();
        assert_eq!(kept.value, json!({ "n": 10, "version": 2 }));
        // Who saw it before it was written goes on from there.
        place.set(id, &IfMatch::version(seen), 11).await.unwrap();
        place.settle().await;
        assert_eq!(place.service.has(id), Some((3, 11)));
        let late = place.set(id, &IfMatch::version(seen), 12).await;
        assert_eq!(late, Err(Error::PreconditionFailed));
    }
}

#[tokio::test]
async fn a_service_that_fails_is_tried_again_and_nothing_is_lost() {
    for place in Place::each(&quick()).await {
        let ids = [place.thing(), place.thing()];
        place.service.known().failure = Some(Error::Unavailable("away".to_owned()));
        for id in ids {
            place.set(id, &IfMatch::version(1), 5).await.unwrap();
        }
        for _ in 0..3 {
            place.flush().await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(place.service.told() >= 4, "both are tried again");
        assert_eq!(place.waits().await, 2);
        let metrics = place.metrics.render().unwrap();
        assert!(metrics.contains("cache_writes_waiting{service=\"test\"} 2"), "{metrics}");
        place.service.known().failure = None;
        place.settle().await;
        assert!(ids.iter().all(|id| place.service.has(*id) == Some((2, 5))));
        assert!(place.reasons().await.is_empty());
    }
}

#[tokio::test]
async fn a_failure_makes_others_wait_no_longer() {
    let slow = Backoff::new(Duration::from_secs(3_600), Duration::from_secs(3_600));
    for place in Place::each(&WriteBehindSettings { backoff: slow, batch: 1, ..quick() }).await {
        let failing = place.thing();
        place.service.known().failure = Some(Error::Internal("a fault".to_owned()));
        place.set(failing, &IfMatch::version(1), 1).await.unwrap();
        place.flush().await;
        place.service.known().failure = None;
        let id = place.thing();
        place.set(id, &IfMatch::version(1), 1).await.unwrap();
        assert_eq!(place.flush().await, 1);
        assert_eq!((place.service.has(id), place.service.has(failing)), (Some((2, 1)), Some((1, 0))));
        assert_eq!(place.waits().await, 1);
    }
}

#[tokio::test]
async fn no_more_wait_than_may() {
    for place in Place::each(&WriteBehindSettings { capacity: 2, ..quick() }).await {
        let ids = [place.thing(), place.thing(), place.thing()];
        for id in &ids[..2] {
            place.behind.check_room().await.unwrap();
            place.set(*id, &IfMatch::version(1), 1).await.unwrap();
        }
        assert!(matches!(place.behind.check_room().await, Err(Error::Unavailable(_))));
        let third = place.set(ids[2], &IfMatch::version(1), 1).await;
        assert!(matches!(third, Err(Error::Unavailable(_))));
        // What waits already may change.
        place.set(ids[0], &IfMatch::any(), 2).await.unwrap();
        place.settle().await;
        place.set(ids[2], &IfMatch::version(1), 3).await.unwrap();
        place.counts("full", 1);
    }
}

#[tokio::test]
async fn what_the_service_refuses_is_set_aside() {
    for place in Place::each(&quick()).await {
        let (invalid, changed, gone) = (place.thing(), place.thing(), place.thing());
        place.service.known().failure = Some(Error::Conflict("the number is taken".to_owned()));
        place.set(invalid, &IfMatch::any(), 1).await.unwrap();
        place.settle().await;
        place.service.known().failure = None;
        assert_eq!(place.reasons().await, ["the number is taken"]);
        for id in [changed, gone] {
            place.set(id, &IfMatch::version(1), 1).await.unwrap();
        }
        place.service.put(changed, 7, 70);
        place.service.known().things.remove(&gone);
        place.settle().await;
        assert_eq!(place.service.has(changed), Some((7, 70)), "what others did stays");
        let mut reasons = place.reasons().await;
        reasons.sort_unstable();
        assert_eq!(reasons, ["it was changed meanwhile", "it was removed meanwhile", "the number is taken"]);
        place.counts("refused", 3);
        place.behind.forget_refused().await.unwrap();
        assert!(place.reasons().await.is_empty());
    }
}

#[tokio::test]
async fn who_accepts_any_version_is_written_over_any() {
    for place in Place::each(&quick()).await {
        let id = place.thing();
        place.set(id, &IfMatch::any(), 1).await.unwrap();
        place.service.put(id, 7, 70);
        place.settle().await;
        assert_eq!(place.service.has(id), Some((8, 1)));
    }
}

#[tokio::test]
async fn a_removal_waits_too() {
    for place in Place::each(&quick()).await {
        let id = place.thing();
        let seen = place.set(id, &IfMatch::version(1), 1).await.unwrap();
        place.take_away(id, &IfMatch::version(seen)).await.unwrap();
        let waiting = place.behind.waiting(&[id.to_string(), "nothing".to_owned()]).await;
        assert_eq!(waiting[0].as_ref().unwrap().change, Change::Remove);
        assert_eq!(waiting[1], None);
        let gone = place.set(id, &IfMatch::any(), 2).await;
        assert!(matches!(gone, Err(Error::NotFound(_))));
        // No answer comes although it is done, as before a crash.
        place.service.known().is_mute = true;
        place.flush().await;
        place.service.known().is_mute = false;
        place.settle().await;
        assert_eq!((place.service.has(id), place.reasons().await.len()), (None, 0));
        let absent = place.cache.peek::<Value>(&id.to_string()).await;
        assert!(matches!(absent, Err(Error::NotFound(_))));
    }
}

#[tokio::test]
async fn what_was_written_before_a_crash_is_known_again() {
    for place in Place::each(&quick()).await {
        let id = place.thing();
        let seen = place.set(id, &IfMatch::version(1), 1).await.unwrap();
        place.service.known().is_mute = true;
        place.flush().await;
        assert_eq!(place.service.has(id), Some((2, 1)), "it is done");
        assert_eq!(place.waits().await, 1, "and nobody knows");
        // Another change takes its place.
        place.set(id, &IfMatch::version(seen), 2).await.unwrap();
        place.service.known().is_mute = false;
        place.settle().await;
        assert_eq!(place.service.has(id), Some((3, 2)));
        assert!(place.reasons().await.is_empty());
    }
}

#[tokio::test]
async fn what_waits_in_redis_outlives_the_process() {
    let Ok(url) = std::env::var("TEST_REDIS_URL") else {
        eprintln!("not tested on Redis: TEST_REDIS_URL is not set");
        return;
    };
    let settings = StoreSettings::new(url, frame::new_id().to_string());
    let first = Place::over(open(&settings).await.unwrap(), quick(), Service::default());
    let id = first.thing();
    let big = 9_007_199_254_740_993; // a double would bend it
    first.set(id, &IfMatch::version(1), big).await.unwrap();
    // It had begun to write when it was killed: its claim is over later.
    let lease = Duration::from_millis(300);
    let claimed = first.journal.claim(frame::now().timestamp_millis(), lease, 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let service = first.service.clone();
    drop(first);
    let second = Place::over(open(&settings).await.unwrap(), quick(), service);
    assert_eq!(second.flush().await, 0, "it belongs to the other one");
    tokio::time::sleep(lease).await;
    second.settle().await;
    assert_eq!(second.service.has(id), Some((2, big)));
}

#[tokio::test]
async fn a_stop_writes_what_waits() {
    for place in Place::each(&WriteBehindSettings { interval: Duration::from_secs(3_600), ..quick() }).await {
        let id = place.thing();
        place.set(id, &IfMatch::version(1), 1).await.unwrap();
        let stop = CancellationToken::new();
        let (behind, service) = (place.behind.clone(), place.service.clone());
        let running = tokio::spawn(behind.run(service, Duration::from_secs(5), stop.clone()));
        stop.cancel();
        running.await.unwrap().unwrap();
        assert_eq!(place.service.has(id), Some((2, 1)));
    }
}

#[tokio::test]
async fn or_says_how_much_is_lost() {
    for place in Place::each(&quick()).await {
        let id = place.thing();
        place.service.known().failure = Some(Error::Unavailable("away".to_owned()));
        place.set(id, &IfMatch::version(1), 1).await.unwrap();
        let stop = CancellationToken::new();
        let (behind, service) = (place.behind.clone(), place.service.clone());
        let running = tokio::spawn(behind.run(service, Duration::from_millis(200), stop.clone()));
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.cancel();
        let ended = running.await.unwrap();
        assert!(place.service.told() > 1, "it was tried");
        assert_eq!(place.waits().await, 1);
        if place.journal.is_durable() {
            ended.unwrap();
        } else {
            assert_eq!(ended, Err(Error::Unavailable("1 changes are lost".to_owned())));
            place.counts("lost", 1);
        }
    }
}

#[tokio::test]
async fn many_at_once_end_in_one_of_them() {
    for place in Place::each(&quick()).await {
        let id = place.thing();
        let flushes = async {
            for _ in 0..20 {
                place.flush().await;
                tokio::task::yield_now().await;
            }
        };
        let each = (1..=8).map(|n| {
            let place = place.clone();
            async move { place.set(id, &IfMatch::any(), n).await }
        });
        let (results, ()) = tokio::join!(futures_util::future::join_all(each), flushes);
        place.settle().await;
        let (_, n) = place.service.has(id).unwrap();
        assert!(results.iter().any(Result::is_ok) && (1..=8).contains(&n), "{results:?}");
        assert!(place.reasons().await.is_empty());
    }
}

#[test]
fn settings_are_read_and_checked() {
    let mut reader = Reader::from_pairs([("CACHE_FLUSH_INTERVAL", "5s"), ("CACHE_QUEUE", "7"), ("CACHE_RETRY_MAX", "100ms")]);
    let settings = WriteBehindSettings::read(&mut reader);
    reader.finish().unwrap();
    assert_eq!((settings.interval, settings.capacity), (Duration::from_secs(5), 7));
    assert_eq!(settings.backoff.max(), Duration::from_millis(100));
    for name in ["CACHE_FLUSH_INTERVAL", "CACHE_FLUSH_BATCH", "CACHE_QUEUE"] {
        let mut reader = Reader::from_pairs([(name, if name.ends_with("INTERVAL") { "0s" } else { "0" })]);
        WriteBehindSettings::read(&mut reader);
        assert!(reader.finish().is_err(), "{name}");
    }
}

#[tokio::test]
async fn a_journal_has_a_url() {
    assert!(open(&StoreSettings::new("memory:", "test")).await.is_ok());
    assert!(matches!(open(&StoreSettings::new("none:", "test")).await, Err(Error::Internal(_))));
    let nobody = open(&StoreSettings::new("redis://127.0.0.1:1", "test")).await;
    assert!(matches!(nobody, Err(Error::Unavailable(_))));
}
