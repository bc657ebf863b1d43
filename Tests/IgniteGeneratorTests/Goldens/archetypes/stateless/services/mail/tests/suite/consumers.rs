//! What the service does when others tell it something.

use frame::{Envelope, Event, Handler, HandlerError, InTransaction, testing};
use serde_json::{Value, json};
use mail::NAME;

/// The event of a payload, as it comes from the bus.
fn envelope<E: Event>(payload: Value) -> Envelope {
    let event: E = serde_json::from_value(payload).unwrap();
    Envelope::of("test", &event).unwrap()
}

#[tokio::test]
async fn on_order_placed() {
    let payload = json!({
        "id": "018f4e6a-7c00-7000-8000-000000000001",
        "customer": "018f4e6a-7c00-7000-8000-000000000002",
        "total": "12.50",
        "kind": "web",
        "placed_at": "2026-01-31T12:00:00Z",
        "extra": { "any": ["thing"] },
        "scan": "Ynl0ZXM=",
    });
    for database in testing::databases(None).await.unwrap() {
        let handler = mail::application::on_order_placed::OnOrderPlaced;
        let handler = InTransaction::new(database.database.clone(), NAME, handler);
        let mut envelope = envelope::<events::OrderPlaced>(payload.clone());
        assert_eq!(handler.handle(&envelope).await, Ok(()), "{}", database.name);
        assert_eq!(handler.handle(&envelope).await, Ok(()), "{}", database.name);
        envelope.id = frame::new_id();
        envelope.payload = json!("nothing like it");
        let refused = handler.handle(&envelope).await;
        assert!(matches!(refused, Err(HandlerError::Reject(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn on_stock_ran_low() {
    let payload = json!({
        "id": "018f4e6a-7c00-7000-8000-000000000001",
    });
    for database in testing::databases(None).await.unwrap() {
        let handler = mail::application::on_stock_ran_low::OnStockRanLow;
        let handler = InTransaction::new(database.database.clone(), NAME, handler);
        let mut envelope = envelope::<events::StockRanLow>(payload.clone());
        assert_eq!(handler.handle(&envelope).await, Ok(()), "{}", database.name);
        assert_eq!(handler.handle(&envelope).await, Ok(()), "{}", database.name);
        envelope.id = frame::new_id();
        envelope.payload = json!("nothing like it");
        let refused = handler.handle(&envelope).await;
        assert!(matches!(refused, Err(HandlerError::Reject(_))), "{refused:?}");
    }
}
