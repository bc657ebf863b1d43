//! What one of the services keeps, nearer.

use std::sync::Arc;

use frame::cache::{Age, Cache, CacheMetrics, CacheSettings, MemoryStore};
use frame::metrics::Metrics;
use frame::{Envelope, Handler};
use catalog_cache::application::cached::{Cached, catalog as cached_of, invalidation};
use catalog_cache::clients::{Clients, Settings};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Stage, entity};

const NAME: &str = "CATALOG_URL";

fn product_fields() -> Value {
    json!({
        "name": "a word",
        "price_cents": 7_000_000_000_i64,
    })
}

/// Makes one known to the service; gives its path before and behind the cache.
fn product_known(stage: &Stage) -> (String, String) {
    let id = frame::new_id().to_string();
    let behind = format!("/api/products/{id}");
    let before = format!("/catalog{behind}");
    let one = entity(&id, 1, product_fields());
    stage.known(NAME).entities.insert(behind.clone(), one);
    (before, behind)
}

#[tokio::test]
async fn product_is_read_once_however_many_ask() {
    for stage in Stage::each(&[("CACHE_TTL", "1h")]).await {
        let (path, behind) = product_known(&stage);
        let at_once = tokio::join!(stage.get(&path), stage.get(&path), stage.get(&path));
        for (status, headers, body) in [at_once.0, at_once.1, at_once.2] {
            assert_eq!(status, 200, "{body}");
            assert_eq!(headers["x-cache"], "miss");
            assert_eq!(headers["etag"], "\"1\"");
            assert_eq!(body, stage.known(NAME).entities[&behind]);
        }
        stage.known(NAME).is_away = true;
        let (status, headers, _) = stage.get(&path).await;
        assert_eq!(status, 200);
        assert_eq!(headers["x-cache"], "hit");
        assert_eq!(stage.send("GET", &path, &[("if-none-match", "\"1\"")], None).await.0, 304);
        assert_eq!(stage.known(NAME).calls.len(), 1);
        let metrics = stage.get("/metrics").await.2;
        assert!(metrics.as_str().unwrap().contains("cache_requests_total{outcome=\"hit\""));
    }
}

#[tokio::test]
async fn that_there_is_no_product_is_kept_too() {
    for stage in Stage::each(&[("CACHE_ABSENT_TTL", "1h")]).await {
        let path = format!("/catalog/api/products/{}", frame::new_id());
        for _ in 0..2 {
            assert_eq!(stage.get(&path).await.0, 404);
        }
        assert_eq!(stage.known(NAME).calls.len(), 1);
    }
}

#[tokio::test]
async fn an_old_product_is_read_again() {
    for stage in Stage::each(&[("CACHE_TTL", "0s")]).await {
        let (path, _) = product_known(&stage);
        for _ in 0..2 {
            assert_eq!(stage.get(&path).await.1["x-cache"], "miss");
        }
        stage.known(NAME).is_away = true;
        assert_eq!(stage.get(&path).await.0, 503);
    }
}

#[tokio::test]
async fn a_changed_product_is_shown_as_it_is() {
    for stage in Stage::each(&[("CACHE_TTL", "1h")]).await {
        let (path, _) = product_known(&stage);
        stage.get(&path).await;
        let fields = product_fields();
        let (status, headers, _) = stage.send("PUT", &path, &[("if-match", "\"1\"")], Some(&fields)).await;
        assert_eq!(status, 200);
        assert_eq!(headers["etag"], "\"2\"");
        let (_, headers, changed) = stage.get(&path).await;
        assert_eq!(changed["version"], 2);
        assert_eq!(headers["x-cache"], "hit", "what was written is kept");
        let stale = stage.send("PUT", &path, &[("if-match", "\"1\"")], Some(&fields)).await;
        assert_eq!(stale.0, 412);
        let any = stage.send("PUT", &path, &[("if-match", "*")], Some(&fields)).await;
        assert_eq!(any.0, 200);
        assert_eq!(stage.get(&path).await.2["version"], 3);
        assert_eq!(stage.send("DELETE", &path, &[("if-match", "\"1\"")], None).await.0, 412);
        assert_eq!(stage.send("DELETE", &path, &[("if-match", "\"3\"")], None).await.0, 204);
        assert_eq!(stage.get(&path).await.0, 404);
    }
}

#[tokio::test]
async fn a_new_product_is_found_where_it_says() {
    for stage in Stage::each(&[("CACHE_TTL", "1h")]).await {
        let route = "/catalog/api/products";
        let (status, headers, created) = stage.send("POST", route, &[], Some(&product_fields())).await;
        assert_eq!(status, 201);
        let path = headers["location"].to_str().unwrap();
        let (status, headers, found) = stage.get(path).await;
        assert_eq!((status.as_u16(), &found), (200, &created));
        assert_eq!(headers["x-cache"], "hit");
        assert_eq!(stage.get(route).await.2["items"], json!([created]));
    }
}

#[tokio::test]
async fn many_of_product_are_read_at_once() {
    for stage in Stage::each(&[("CACHE_TTL", "1h")]).await {
        let (first, _) = product_known(&stage);
        let (second, _) = product_known(&stage);
        stage.get(&first).await;
        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let ids = format!("{},{},{}", id(&first), id(&second), Uuid::nil());
        let batch = format!("/catalog/api/products/batch?ids={ids}");
        for _ in 0..2 {
            let (status, _, both) = stage.get(&batch).await;
            assert_eq!(status, 200, "{both}");
            assert_eq!(both.as_array().unwrap().len(), 2);
        }
        assert_eq!(stage.known(NAME).calls.len(), 2, "the first one, then the others");
    }
}

#[tokio::test]
async fn an_event_makes_product_be_forgotten() {
    let stage = Stage::set("memory:", &[]).await;
    let (_, behind) = product_known(&stage);
    let id: Uuid = behind.rsplit('/').next().unwrap().parse().unwrap();
    let reader = frame::Reader::from_pairs(stage.origins.iter().map(|(name, origin)| (*name, origin.url.clone())));
    let metrics = Metrics::new("test").unwrap();
    let clients = Clients::over_http(&Settings::read(&mut { reader }), &metrics.calls).unwrap();
    let measured = CacheMetrics::new(&metrics).unwrap();
    let cache = Cache::new(Arc::new(MemoryStore::new(10)), CacheSettings::default(), measured);
    let cached = Cached::new(cache.clone(), clients);
    let age = async || cached_of::get_product(&cached, id).await.unwrap().age;
    assert_eq!((age().await, age().await), (Age::Loaded, Age::Fresh));
    let kinds = ["ProductUpdated","ProductDeleted",];
    let heard = invalidation::handlers(&cache);
    for kind in kinds.into_iter().filter(|kind| heard.types().iter().any(|heard| heard == kind)) {
        let mut envelope = Envelope {
            id: frame::new_id(),
            kind: kind.to_owned(),
            version: 1,
            source: "test".to_owned(),
            key: id.to_string(),
            occurred_at: frame::now(),
            traceparent: None,
            tenant: None,
            payload: json!({ "id": id }),
        };
        heard.handle(&envelope).await.unwrap();
        assert_eq!(age().await, Age::Loaded, "{kind}");
        assert_eq!(age().await, Age::Fresh, "{kind}");
        envelope.payload = json!({});
        heard.handle(&envelope).await.unwrap();
        assert_eq!(age().await, Age::Fresh, "an event about nothing changes nothing");
    }
}
