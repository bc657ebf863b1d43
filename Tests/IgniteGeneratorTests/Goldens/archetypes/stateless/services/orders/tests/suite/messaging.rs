//! What the service tells the others.

use tokio::task::JoinSet;

use crate::harness::Harness;

#[tokio::test]
async fn order_changes_are_told_in_order() {
    for harness in Harness::everywhere().await {
        let use_cases = &harness.application.order;
        let created = crate::order::stored(&harness).await;
        let fields = crate::order::storable(&harness).await;
        use_cases.update(created.id, None, fields).await.unwrap();
        use_cases.delete(created.id, None).await.unwrap();
        let mut told = harness.published().await;
        told.retain(|envelope| envelope.key == created.id.to_string());
        let kinds: Vec<_> = told.iter().map(|envelope| envelope.kind.as_str()).collect();
        let expected = ["OrderPlaced", "OrderCancelled"];
        assert_eq!(kinds, expected, "{}", harness.database.name);
        let event: events::OrderPlaced = told[0].decode().unwrap();
        assert_eq!(event.id, created.id);
        let event: events::OrderCancelled = told[1].decode().unwrap();
        assert_eq!(event.id, created.id);
    }
}

#[tokio::test]
async fn every_concurrent_order_is_told_once() {
    for harness in Harness::everywhere().await {
        let mut creations = JoinSet::new();
        for _ in 0..8 {
            let fields = crate::order::storable(&harness).await;
            let use_cases = harness.application.order.clone();
            creations.spawn(async move { use_cases.create(fields).await.unwrap().id.to_string() });
        }
        let mut created = creations.join_all().await;
        let mut told: Vec<_> = harness.published().await.into_iter().map(|envelope| envelope.key).collect();
        told.retain(|key| created.contains(key));
        told.sort();
        created.sort();
        let per_creation = told.len() / created.len();
        assert!(per_creation > 0, "{}", harness.database.name);
        let expected: Vec<_> = created.iter().flat_map(|key| vec![key.clone(); per_creation]).collect();
        assert_eq!(told, expected, "{}", harness.database.name);
    }
}

#[tokio::test]
async fn stock_ran_low_is_told() {
    let harness = Harness::start().await;
    let event = events::StockRanLow { id: frame::new_id() };
    harness.application.announcements.stock_ran_low(&event).await.unwrap();
    let told = harness.published().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].decode::<events::StockRanLow>().unwrap(), event);
}
