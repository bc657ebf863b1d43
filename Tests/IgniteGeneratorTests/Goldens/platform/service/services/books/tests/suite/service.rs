//! The service as a whole.

use frame::config::Reader;
use books::Config;

use crate::harness::Harness;

#[tokio::test]
async fn it_says_how_it_is() {
    let harness = Harness::start().await;
    let live = harness.get("/health/live").await;
    assert_eq!(live.status, 200, "{live:?}");
    let ready = harness.get("/health/ready").await;
    assert_eq!(ready.status, 200, "{ready:?}");
    let metrics = harness.get("/metrics").await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.body.as_str().unwrap().contains("# TYPE"));
    let unknown = harness.get("/unknown").await;
    assert_eq!(unknown.status, 404);
    assert_eq!(unknown.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn it_is_not_ready_without_its_database() {
    let harness = Harness::start().await;
    harness.database.close().await;
    let ready = harness.get("/health/ready").await;
    assert_eq!(ready.status, 503, "{ready:?}");
    let live = harness.get("/health/live").await;
    assert_eq!(live.status, 200, "{live:?}");
}

#[tokio::test]
async fn it_describes_itself() {
    let harness = Harness::start().await;
    let description = harness.get("/openapi.json").await.body;
    assert_eq!(description["openapi"], "3.1.0");
    assert!(description["paths"]["/api/books/{id}"]["put"].is_object());
    assert!(description["components"]["schemas"]["Book"].is_object());
}

#[tokio::test]
async fn the_page_about_it_is_for_its_own_machine() {
    let harness = Harness::start().await;
    assert_eq!(harness.get("/docs").await.status, 404);
    let config = Config::read(Reader::from_pairs([("PORT", "0"), ("HOST", "127.0.0.1")])).unwrap();
    assert!(config.docs.is_shown);
}

#[test]
fn every_wrong_setting_is_told_at_once() {
    let reader = Reader::from_pairs([("PORT", "none"), ("DATABASE_URL", "none:"), ("BUS_URL", "none:")]);
    let Err(error) = Config::read(reader) else {
        panic!("it was taken");
    };
    assert_eq!(error.problems().len(), 3);
}
