//! The projections follow what happens, and are rebuilt while it does.

use std::collections::HashMap;
use std::time::Duration;

use frame::http::IfMatch;
use frame::Error;
use orders::{aggregates, projections};

use crate::harness::Harness;

/// Makes, changes and ends some of everything; gives how many changes that was.
async fn live(harness: &Harness) {
    for _ in 0..3 {
        let use_cases = &harness.application.order;
        let made = crate::order::stored(harness).await;
        let fields = crate::order::storable(harness).await;
        use_cases.update(made.id, &IfMatch::version(1), fields).await.unwrap();
        let ended = crate::order::stored(harness).await;
        use_cases.delete(ended.id, &IfMatch::version(1)).await.unwrap();
    }
    assert!(harness.get("/health/ready").await.status.is_success());
}

#[tokio::test]
async fn order_summary_is_rebuilt_without_a_gap_while_changes_go_on() {
    use projections::order_summary::{OrderSummary, OrderSummaryDocument};
    for harness in Harness::everywhere().await {
        let registry = projections::registry(&harness.database);
        let running = registry.clone();
        let running = tokio::spawn(async move {
            loop {
                running.catch_up().await.unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        live(&harness).await;
        registry.rebuild(OrderSummary::NAME).await.unwrap();
        live(&harness).await;
        running.abort();
        assert!(running.await.is_err());
        registry.catch_up().await.unwrap();

        let mut expected: HashMap<String, i64> = HashMap::new();
        for change in aggregates::store(&harness.database).all(0, 10_000).await.unwrap() {
            *expected.entry(format!("{}/{}", change.aggregate, change.id)).or_default() += 1;
        }
        let documents = registry.documents(OrderSummary::NAME).unwrap();
        let found = documents.list::<OrderSummaryDocument>("", 10_000).await.unwrap();
        let found: HashMap<String, i64> = found.into_iter().map(|(id, document)| (id, document.changes)).collect();
        assert_eq!(found, expected, "{}", harness.database.name);
        let states = registry.states().await.unwrap();
        assert!(states.iter().all(|state| state.position == state.head && !state.is_rebuilding));
    }
}

#[tokio::test]
async fn order_summary_is_served_page_by_page() {
    let harness = Harness::start().await;
    live(&harness).await;
    projections::registry(&harness.database).catch_up().await.unwrap();
    let (mut path, mut count) = ("/projections/order-summary?limit=4".to_owned(), 0);
    loop {
        let page = harness.get(&path).await;
        assert_eq!(page.status, 200, "{page:?}");
        count += page.body["items"].as_array().unwrap().len();
        let Some(cursor) = page.body["next_cursor"].as_str() else {
            break;
        };
        path = format!("/projections/order-summary?limit=4&cursor={cursor}");
    }
    let documents = projections::registry(&harness.database).documents("order-summary").unwrap();
    assert_eq!(documents.list::<serde_json::Value>("", 10_000).await.unwrap().len(), count);
}

#[tokio::test]
async fn operators_see_and_rebuild_the_projections() {
    let harness = Harness::start().await;
    live(&harness).await;
    let registry = projections::registry(&harness.database);
    registry.catch_up().await.unwrap();
    let unknown = registry.rebuild("nothing").await;
    assert!(matches!(unknown, Err(Error::NotFound(_))));
    let closed = harness.get("/operations/projections").await;
    assert_eq!(closed.status, 403, "{closed:?}");
}
