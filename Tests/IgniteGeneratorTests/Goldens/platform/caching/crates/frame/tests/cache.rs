//! What is kept, how long, and who loads it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use frame::cache::{
    Age, Body, Cache, CacheMetrics, CacheSettings, CacheStore, Kept, MemoryStore, RedisStore, StoreSettings,
    Ticket,
};
use frame::metrics::Metrics;
use frame::{Error, Reader, Result};
use secrecy::SecretString;
use tokio::sync::Semaphore;
use uuid::Uuid;


const LONG: Duration = Duration::from_secs(3_600);

fn over(store: Arc<dyn CacheStore>, settings: CacheSettings) -> (Cache, Metrics) {
    let metrics = Metrics::new("test").unwrap();
    let measured = CacheMetrics::new(&metrics).unwrap();
    (Cache::new(store, settings, measured), metrics)
}

/// Each store at hand, empty.
async fn stores() -> Vec<Arc<dyn CacheStore>> {
    let mut stores: Vec<Arc<dyn CacheStore>> = vec![Arc::new(MemoryStore::new(100))];
    match std::env::var("TEST_REDIS_URL") {
        Ok(url) => {
            let prefix = frame::new_id().to_string();
            let store = RedisStore::open(&SecretString::from(url), &prefix).await;
            stores.push(Arc::new(store.unwrap()));
        }
        Err(_) => eprintln!("not tested on Redis: TEST_REDIS_URL is not set"),
    }
    stores
}

/// A cache over each store at hand.
async fn caches(settings: &CacheSettings) -> Vec<Cache> {
    let stores = stores().await.into_iter();
    stores.map(|store| over(store, settings.clone()).0).collect()
}

fn kept_for(fresh: Duration, stale: Duration) -> CacheSettings {
    CacheSettings {
        fresh,
        stale,
        absent: fresh,
        ..CacheSettings::default()
    }
}

/// Counts how often it is asked, and says the count.
#[derive(Clone, Default)]
struct Origin(Arc<AtomicU32>);

impl Origin {
    async fn next(self) -> Result<u32> {
        Ok(self.0.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn load(
        &self,
    ) -> impl FnOnce() -> std::pin::Pin<Box<dyn Future<Output = Result<u32>> + Send>> + use<> {
        let origin = self.clone();
        move || Box::pin(origin.next())
    }

    fn count(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Waits until something is so.
async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never was");
}

#[tokio::test]
async fn a_fresh_answer_is_not_loaded_again() {
    for cache in caches(&kept_for(LONG, Duration::ZERO)).await {
        let origin = Origin::default();
        let first = cache.get_or_load("k", origin.load()).await.unwrap();
        assert_eq!((first.value, first.age), (1, Age::Loaded));
        let second = cache.get_or_load("k", origin.load()).await.unwrap();
        assert_eq!((second.value, second.age), (1, Age::Fresh));
        let other = cache.get_or_load("other", origin.load()).await.unwrap();
        assert_eq!(other.value, 2);
    }
}

#[tokio::test]
async fn a_stale_answer_is_given_and_renewed() {
    for cache in caches(&kept_for(Duration::ZERO, LONG)).await {
        let origin = Origin::default();
        cache.get_or_load("k", origin.load()).await.unwrap();
        let stale = cache.get_or_load("k", origin.load()).await.unwrap();
        assert_eq!((stale.value, stale.age), (1, Age::Stale));
        until(async || cache.peek::<u32>("k").await.unwrap().unwrap().value == 2).await;
        assert_eq!(origin.count(), 2);
        // A renewal that fails leaves what is there.
        let failing = || async { Err::<u32, _>(Error::Unavailable("away".to_owned())) };
        let kept = cache.get_or_load("k", failing).await.unwrap();
        assert_eq!(kept.value, 2);
    }
}

#[tokio::test]
async fn an_old_answer_is_loaded_again() {
    for cache in caches(&kept_for(Duration::ZERO, Duration::ZERO)).await {
        let origin = Origin::default();
        for count in 1..=3 {
            let found = cache.get_or_load("k", origin.load()).await.unwrap();
            assert_eq!((found.value, found.age), (count, Age::Loaded));
        }
    }
}

#[tokio::test]
async fn callers_at_once_wait_for_one_load() {
    for cache in caches(&kept_for(LONG, Duration::ZERO)).await {
        let origin = Origin::default();
        let gate = Arc::new(Semaphore::new(0));
        let ask = || {
            let (gate, origin, cache) = (gate.clone(), origin.clone(), cache.clone());
            tokio::spawn(async move {
                let load = || async move {
                    let _open = gate.acquire().await.unwrap();
                    origin.next().await
                };
                cache.get_or_load("k", load).await
            })
        };
        let (first, second, gone) = (ask(), ask(), ask());
        tokio::time::sleep(Duration::from_millis(50)).await;
        // Who gives up does not end the load of the others.
        gone.abort();
        first.abort();
        gate.add_permits(10);
        assert_eq!(second.await.unwrap().unwrap().value, 1);
        assert_eq!(origin.count(), 1);
    }
}

#[tokio::test]
async fn a_failure_is_told_and_not_kept() {
    for cache in caches(&kept_for(LONG, LONG)).await {
        let error = Error::Unavailable("away".to_owned());
        let failing = {
            let error = error.clone();
            || async { Err::<u32, _>(error) }
        };
        assert_eq!(cache.get_or_load("k", failing).await, Err(error));
        let panicking = || async { panic!("a bug") };
        let ended = cache.get_or_load::<u32, _>("k", panicking).await;
        assert!(matches!(ended, Err(Error::Internal(_))));
        let origin = Origin::default();
        assert_eq!(
            cache.get_or_load("k", origin.load()).await.unwrap().value,
            1
        );
    }
}

#[tokio::test]
async fn that_there_is_nothing_is_kept_too() {
    for cache in caches(&kept_for(LONG, LONG)).await {
        let missing = || async { Err::<u32, _>(Error::NotFound("gone".to_owned())) };
        let gone = Err(Error::NotFound("gone".to_owned()));
        assert_eq!(cache.get_or_load("k", missing).await, gone);
        let origin = Origin::default();
        assert_eq!(cache.get_or_load("k", origin.load()).await, gone);
        assert_eq!(origin.count(), 0);
        cache.put("k", 1, &7).await.unwrap();
        assert_eq!(
            cache.get_or_load("k", origin.load()).await.unwrap().value,
            7
        );
        cache.put_absent("k", "gone").await.unwrap();
        assert_eq!(cache.get_or_load("k", origin.load()).await, gone);
    }
}

#[tokio::test]
async fn what_was_removed_does_not_come_back_from_a_load() {
    for cache in caches(&kept_for(LONG, LONG)).await {
        for clear in [false, true] {
            let gate = Arc::new(Semaphore::new(0));
            let slow = {
                let (cache, gate) = (cache.clone(), gate.clone());
                tokio::spawn(async move {
                    let load = || async move {
                        let _open = gate.acquire().await.unwrap();
                        Ok("old".to_owned())
                    };
                    cache.get_or_load("k", load).await
                })
            };
            tokio::time::sleep(Duration::from_millis(50)).await;
            if clear {
                cache.clear().await.unwrap();
            } else {
                cache.remove("k").await.unwrap();
            }
            // Who asks after the removal does not join the load before it.
            let new = || async { Ok("new".to_owned()) };
            assert_eq!(cache.get_or_load("k", new).await.unwrap().value, "new");
            gate.add_permits(1);
            assert_eq!(slow.await.unwrap().unwrap().value, "old");
            let kept = cache.peek::<String>("k").await.unwrap().unwrap();
            assert_eq!(kept.value, "new");
            cache.clear().await.unwrap();
            assert_eq!(cache.peek::<String>("k").await, Ok(None));
        }
    }
}

#[tokio::test]
async fn a_lower_version_does_not_replace_a_higher_one() {
    for cache in caches(&kept_for(LONG, LONG)).await {
        for version in [2, 3, 1] {
            cache.put("k", version, &version).await.unwrap();
        }
        assert_eq!(cache.peek::<i64>("k").await.unwrap().unwrap().value, 3);
    }
}

fn answer(text: &str, version: i64) -> Kept {
    let later = frame::now().timestamp_millis() + 60_000;
    Kept {
        body: Body::Present(text.to_owned()),
        version,
        fresh_until: later,
        gone_at: later,
    }
}

async fn kept(store: &Arc<dyn CacheStore>, key: &str) -> (Option<Kept>, Ticket) {
    store.get(&[key.to_owned()]).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_ticket_ends_with_what_somebody_knows_better() {
    for store in stores().await {
        let (_, ticket) = kept(&store, "a").await;
        let (_, other) = kept(&store, "b").await;
        store.remove("a").await.unwrap();
        store.put("a", &answer("old", 0), Some(ticket)).await.unwrap();
        assert_eq!(kept(&store, "a").await.0, None);
        // What others load meanwhile ends no ticket.
        for text in ["there", "again"] {
            let loaded = answer(text, 0);
            store.put("b", &loaded, Some(other)).await.unwrap();
            assert_eq!(kept(&store, "b").await.0, Some(loaded));
        }
        let (_, early) = kept(&store, "b").await;
        store.put("b", &answer("new", 3), None).await.unwrap();
        let (_, late) = kept(&store, "b").await;
        // A lower version is refused, and yet ends what is being loaded.
        store.put("b", &answer("lower", 2), None).await.unwrap();
        for ticket in [early, late] {
            store.put("b", &answer("old", 0), Some(ticket)).await.unwrap();
        }
        assert_eq!(kept(&store, "b").await.0.unwrap().version, 3);
    }
}

#[tokio::test]
async fn what_is_cleared_is_not_seen_whoever_writes_late() {
    for store in stores().await {
        store.put("there", &answer("there", 9), None).await.unwrap();
        let (_, before) = kept(&store, "new").await;
        store.clear().await.unwrap();
        assert_eq!(kept(&store, "there").await.0, None);
        store.put("new", &answer("old", 0), Some(before)).await.unwrap();
        let (none, after) = kept(&store, "new").await;
        assert_eq!(none, None);
        let new = answer("new", 0);
        store.put("new", &new, Some(after)).await.unwrap();
        store.put("new", &answer("old", 0), Some(before)).await.unwrap();
        assert_eq!(kept(&store, "new").await.0, Some(new));
        // Versions of before do not count any more.
        store.put("there", &answer("back", 1), None).await.unwrap();
        assert_eq!(kept(&store, "there").await.0.unwrap().version, 1);
    }
}

#[tokio::test]
async fn keys_may_be_many_long_and_twice_the_same() {
    for store in stores().await {
        let long = "x".repeat(3_000);
        let mut keys: Vec<_> = (0..120).map(|number| format!("{long}/{number}")).collect();
        keys.push(keys[0].clone());
        let one = answer("ü\"\\", 0);
        for key in ["0", "99"] {
            store.put(&format!("{long}/{key}"), &one, None).await.unwrap();
        }
        let found = store.get(&keys).await.unwrap();
        let found = found.into_iter().enumerate().filter_map(|(number, (kept, _))| {
            kept.map(|kept| (number, kept))
        });
        let there: Vec<_> = found.collect();
        assert_eq!(there, [(0, one.clone()), (99, one.clone()), (120, one)]);
    }
}

#[tokio::test]
async fn what_is_largest_is_kept() {
    for store in stores().await {
        let largest = answer(&"ü".repeat(store.max_bytes().min(2_000_000) / 2), 0);
        store.put("largest", &largest, None).await.unwrap();
        assert!(kept(&store, "largest").await.0 == Some(largest));
    }
}

#[tokio::test]
async fn many_are_loaded_at_once() {
    let load = |asked: Arc<AtomicU32>| {
        move |ids: Vec<Uuid>| {
            let asked = asked.clone();
            async move {
                asked.fetch_add(u32::try_from(ids.len()).unwrap(), Ordering::SeqCst);
                let there = ids.into_iter().filter(|id| *id != Uuid::nil());
                Ok(there.map(|id| (id, id.to_string())).collect())
            }
        }
    };
    let ids = [Uuid::from_u128(1), Uuid::nil(), Uuid::from_u128(2)];
    for cache in caches(&kept_for(LONG, LONG)).await {
        let asked = Arc::new(AtomicU32::new(0));
        for _ in 0..2 {
            let found = cache
                .get_or_load_many("p/", &ids, load(asked.clone()))
                .await
                .unwrap();
            assert_eq!(found.len(), 2);
            assert_eq!(found[&ids[0]], ids[0].to_string());
        }
        assert_eq!(asked.load(Ordering::SeqCst), 3);
        let one = cache
            .peek::<String>(&format!("p/{}", ids[2]))
            .await
            .unwrap();
        assert_eq!(one.unwrap().value, ids[2].to_string());
    }
    for cache in caches(&kept_for(Duration::ZERO, LONG)).await {
        let asked = Arc::new(AtomicU32::new(0));
        for _ in 0..2 {
            let found = cache
                .get_or_load_many("p/", &ids[..1], load(asked.clone()))
                .await;
            assert_eq!(found.unwrap().len(), 1);
        }
        until(async || asked.load(Ordering::SeqCst) == 2).await;
    }
}

#[tokio::test]
async fn a_store_has_a_url() {
    let open = async |url: &str| frame::cache::open(&StoreSettings::new(url, "test"), 10).await;
    assert!(open("memory:").await.is_ok());
    assert!(matches!(open("none:").await, Err(Error::Internal(_))));
    let nobody = open("redis://127.0.0.1:1").await;
    assert!(matches!(nobody, Err(Error::Unavailable(_))));
    let mut reader = Reader::from_pairs([("CACHE_STORE", "none:"), ("CACHE_PREFIX", "own")]);
    assert_eq!(StoreSettings::read(&mut reader, "test".to_owned()).prefix, "own");
    assert_eq!(reader.finish().unwrap_err().problems()[0].name, "CACHE_STORE");
}

#[tokio::test]
async fn memory_has_an_end() {
    let (cache, _) = over(Arc::new(MemoryStore::new(2)), kept_for(LONG, LONG));
    for key in ["a", "b"] {
        cache.put(key, 1, &key).await.unwrap();
    }
    cache.peek::<String>("a").await.unwrap();
    cache.put("c", 1, &"c").await.unwrap();
    let is_kept = async |key| cache.peek::<String>(key).await.unwrap().is_some();
    assert!(is_kept("a").await && !is_kept("b").await && is_kept("c").await);
}

/// A store of answers that are short.
struct Narrow(MemoryStore);

#[async_trait]
impl CacheStore for Narrow {
    async fn get(&self, keys: &[String]) -> Result<Vec<(Option<Kept>, Ticket)>> {
        self.0.get(keys).await
    }

    async fn put(&self, key: &str, kept: &Kept, ticket: Option<Ticket>) -> Result<()> {
        self.0.put(key, kept, ticket).await
    }

    async fn remove(&self, key: &str) -> Result<()> {
        self.0.remove(key).await
    }

    async fn clear(&self) -> Result<()> {
        self.0.clear().await
    }

    fn max_bytes(&self) -> usize {
        8
    }
}

#[tokio::test]
async fn what_is_too_large_is_counted_and_not_kept() {
    let store = Arc::new(Narrow(MemoryStore::new(10)));
    let (cache, metrics) = over(store, kept_for(LONG, LONG));
    let long = || async { Ok("too long to be kept".to_owned()) };
    for _ in 0..2 {
        let found = cache.get_or_load("k", long).await.unwrap();
        assert_eq!(found.age, Age::Loaded);
    }
    cache.put("k", 1, &"short").await.unwrap();
    assert!(cache.peek::<String>("k").await.unwrap().is_some());
    cache.put("k", 2, &"too long to be kept").await.unwrap();
    assert_eq!(cache.peek::<String>("k").await, Ok(None));
    let text = metrics.render().unwrap();
    assert!(text.contains("cache_too_large_total{service=\"test\"} 3"), "{text}");
}

/// A store that is away.
struct Away;

#[async_trait]
impl CacheStore for Away {
    async fn get(&self, _: &[String]) -> Result<Vec<(Option<Kept>, Ticket)>> {
        Err(Error::Unavailable("away".to_owned()))
    }

    async fn put(&self, _: &str, _: &Kept, _: Option<Ticket>) -> Result<()> {
        Err(Error::Unavailable("away".to_owned()))
    }

    async fn remove(&self, _: &str) -> Result<()> {
        Err(Error::Unavailable("away".to_owned()))
    }

    async fn clear(&self) -> Result<()> {
        Err(Error::Unavailable("away".to_owned()))
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_gone_around() {
    let (cache, metrics) = over(Arc::new(Away), kept_for(LONG, LONG));
    let origin = Origin::default();
    for count in 1..=2 {
        assert_eq!(
            cache.get_or_load("k", origin.load()).await.unwrap().value,
            count
        );
    }
    assert!(cache.remove("k").await.is_err());
    let text = metrics.render().unwrap();
    assert!(
        text.contains("cache_store_failures_total{service=\"test\"} 2"),
        "{text}"
    );
    assert!(
        text.contains("cache_requests_total{outcome=\"miss\",service=\"test\"} 2"),
        "{text}"
    );
}
