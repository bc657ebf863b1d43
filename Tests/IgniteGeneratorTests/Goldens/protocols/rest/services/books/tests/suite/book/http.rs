//! The routes, in process.

use serde_json::{Value, json};

use super::{storable, stored};
use crate::harness::{Answer, Harness};

const ROUTE: &str = "/api/books";

async fn body(harness: &Harness) -> Value {
    serde_json::to_value(storable(harness).await).unwrap()
}

async fn create(harness: &Harness) -> Answer {
    let body = body(harness).await;
    harness.send("POST", ROUTE, &[], Some(&body)).await
}

#[tokio::test]
async fn a_created_one_is_served_where_it_says() {
    let harness = Harness::start().await;
    let created = create(&harness).await;
    assert_eq!(created.status, 201, "{created:?}");
    assert_eq!(created.header("etag"), "\"1\"");
    let found = harness.get(created.header("location")).await;
    assert_eq!(found.status, 200);
    assert_eq!(found.header("etag"), "\"1\"");
    assert_eq!(found.body, created.body);
}

#[tokio::test]
async fn a_known_version_is_not_sent_again() {
    let harness = Harness::start().await;
    let created = create(&harness).await;
    let path = created.header("location");
    let known = harness.send("GET", path, &[("if-none-match", "\"1\"")], None).await;
    assert_eq!(known.status, 304);
    let other = harness.send("GET", path, &[("if-none-match", "\"2\"")], None).await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn a_change_needs_the_current_version() {
    let harness = Harness::start().await;
    let created = create(&harness).await;
    let path = created.header("location");
    let body = body(&harness).await;
    let blind = harness.send("PUT", path, &[], Some(&body)).await;
    assert_eq!(blind.status, 428);
    let changed = harness.send("PUT", path, &[("if-match", "\"1\"")], Some(&body)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.header("etag"), "\"2\"");
    let stale = harness.send("PUT", path, &[("if-match", "\"1\"")], Some(&body)).await;
    assert_eq!(stale.status, 412);
    assert_eq!(stale.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn a_removed_one_is_gone() {
    let harness = Harness::start().await;
    let created = create(&harness).await;
    let path = created.header("location");
    let stale = harness.send("DELETE", path, &[("if-match", "\"9\"")], None).await;
    assert_eq!(stale.status, 412);
    let removed = harness.send("DELETE", path, &[("if-match", "\"1\"")], None).await;
    assert_eq!(removed.status, 204);
    let gone = harness.get(path).await;
    assert_eq!(gone.status, 404);
    assert_eq!(gone.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn many_are_served_at_once() {
    let harness = Harness::start().await;
    let first = stored(&harness).await;
    let second = stored(&harness).await;
    let path = format!("{ROUTE}/batch?ids={},{},{}", second.id, first.id, frame::new_id());
    let both = harness.get(&path).await;
    assert_eq!(both.status, 200);
    assert_eq!(both.body, json!([first, second]));
    let wrong = harness.get(&format!("{ROUTE}/batch?ids=wrong")).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn a_list_goes_on_with_its_cursor() {
    let harness = Harness::start().await;
    let first = stored(&harness).await;
    let second = stored(&harness).await;
    let page = harness.get(&format!("{ROUTE}?limit=1")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.body["items"][0]["id"], first.id.to_string());
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let rest = harness.get(&format!("{ROUTE}?limit=1&cursor={cursor}")).await;
    assert_eq!(rest.body["items"][0]["id"], second.id.to_string());
    assert_eq!(rest.body["next_cursor"], Value::Null);
    let wrong = harness.get(&format!("{ROUTE}?cursor=wrong")).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn a_body_without_the_fields_is_a_problem() {
    let harness = Harness::start().await;
    let wrong = harness.send("POST", ROUTE, &[], Some(&json!(7))).await;
    assert!(wrong.status.is_client_error(), "{wrong:?}");
    assert_eq!(wrong.header("content-type"), "application/problem+json");
    let path = format!("{ROUTE}/not-an-id");
    assert_eq!(harness.get(&path).await.status, 400);
}
