//! The client, against a service that answers as it is told.

use std::time::Duration;

use frame::http::PageRequest;
use frame::metrics::Metrics;
use frame::testing::{Callee, Reply};
use frame::{Error, RequestContext, TraceContext};
use checkout::clients::stock::{StockClient, HttpStockClient};
use serde_json::json;
use uuid::Uuid;

use super::settings;

async fn client(replies: Vec<Reply>) -> (Callee, HttpStockClient) {
    let callee = Callee::start(replies).await.unwrap();
    let metrics = Metrics::new("test").unwrap();
    let client = HttpStockClient::new(&settings(&callee), &metrics.calls).unwrap();
    (callee, client)
}

fn page() -> PageRequest {
    PageRequest {
        cursor: Some("next".to_owned()),
        limit: Some(5),
    }
}

#[tokio::test]
async fn item_entity_is_read_again_when_that_failed_in_passing() {
    let empty = json!({ "items": [], "next_cursor": null });
    let replies = vec![Reply::status(503), Reply::status(502), Reply::json(200, &empty)];
    let (callee, client) = client(replies).await;
    let trace = TraceContext::root();
    let context = RequestContext::new("r1", trace.clone(), None);
    let page = context.scope(client.list_item_entity(&page())).await.unwrap();
    assert!(page.items.is_empty());
    let calls = callee.calls();
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[0].uri, "/api/items?limit=5&cursor=next");
    let sent = TraceContext::from_headers(&calls[2].headers).unwrap();
    assert_eq!(sent.trace_id(), trace.trace_id());
}

#[tokio::test]
async fn many_of_item_entity_are_one_call() {
    let (callee, client) = client(vec![Reply::json(200, &json!([]))]).await;
    let ids = [Uuid::nil(), Uuid::max()];
    assert_eq!(client.fetch_many_item_entity(&ids).await, Ok(vec![]));
    let asked = format!("/api/items/batch?ids={}%2C{}", ids[0], ids[1]);
    assert_eq!(callee.calls()[0].uri, asked);
}

#[tokio::test]
async fn item_entity_is_changed_once_at_most() {
    let (callee, client) = client(vec![Reply::status(503), Reply::status(204)]).await;
    let removed = client.remove_item_entity(Uuid::nil(), 7).await;
    assert!(matches!(removed, Err(Error::Unavailable(_))));
    assert_eq!(callee.calls().len(), 1);
    assert_eq!(client.remove_item_entity(Uuid::nil(), 7).await, Ok(()));
    let calls = callee.calls();
    assert_eq!(calls[1].method, "DELETE");
    assert_eq!(calls[1].headers["if-match"], "\"7\"");
}

#[tokio::test]
async fn refusals_of_item_entity_keep_their_meaning() {
    let missing = json!({ "type": "about:blank", "title": "Not Found", "status": 404, "detail": "gone" });
    let (callee, client) = client(vec![Reply::json(404, &missing), Reply::status(412)]).await;
    let fetched = client.fetch_item_entity(Uuid::nil()).await;
    assert_eq!(fetched, Err(Error::NotFound("gone".to_owned())));
    let removed = client.remove_item_entity(Uuid::nil(), 7).await;
    assert_eq!(removed, Err(Error::PreconditionFailed));
    assert_eq!(callee.calls().len(), 2);
}

#[tokio::test]
async fn a_service_without_item_entity_is_left_alone() {
    let (callee, client) = client(vec![Reply::status(500)]).await;
    for _ in 0..4 {
        let fetched = client.fetch_item_entity(Uuid::nil()).await;
        assert!(matches!(fetched, Err(Error::Unavailable(_))));
    }
    assert_eq!(callee.calls().len(), 4);
}

#[tokio::test]
async fn a_slow_item_entity_is_not_waited_for() {
    let slow = Reply::status(204).after(Duration::from_secs(60));
    let (callee, client) = client(vec![slow]).await;
    let removed = client.remove_item_entity(Uuid::nil(), 7).await;
    assert!(matches!(removed, Err(Error::Unavailable(_))), "{removed:?}");
    assert_eq!(callee.calls().len(), 1);
}
