//! Each event keeps the shape that its consumers were promised.

#![allow(clippy::unwrap_used, clippy::panic)]

use frame::{Envelope, Event};
use serde_json::{Value, json};
use utoipa::PartialSchema;

/// The names of a schema's properties with those that are required, sorted.
fn shape<E: PartialSchema>() -> (Vec<String>, Vec<String>) {
    let schema = serde_json::to_value(E::schema()).unwrap();
    let mut required: Vec<String> = serde_json::from_value(schema["required"].clone()).unwrap();
    required.sort();
    let mut properties: Vec<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
    properties.sort();
    (properties, required)
}

/// Reads a payload as the event, writes it again, and gives it as it would travel.
fn travel<E: Event>(payload: Value) -> Envelope {
    let event: E = serde_json::from_value(payload.clone()).unwrap();
    let envelope = Envelope::of("contract", &event).unwrap();
    assert_eq!(envelope.kind, E::TYPE);
    assert_eq!(envelope.version, E::VERSION);
    assert_eq!(envelope.key, event.key());
    let back: E = envelope.decode().unwrap();
    assert_eq!(serde_json::to_value(&back).unwrap(), payload);
    envelope
}

#[test]
fn order_cancelled() {
    let payload = json!({
        "id": "018f4e6a-7c00-7000-8000-000000000001",
        "customer": "018f4e6a-7c00-7000-8000-000000000002",
        "total": "12.50",
        "kind": "web",
        "placed_at": "2026-01-31T12:00:00Z",
        "extra": { "any": ["thing"] },
        "scan": "Ynl0ZXM=",
    });
    travel::<events::OrderCancelled>(payload);
    let (properties, required) = shape::<events::OrderCancelled>();
    assert_eq!(properties, ["customer", "extra", "id", "kind", "placed_at", "scan", "total"]);
    assert_eq!(required, ["customer", "id", "kind", "placed_at", "total"]);
}

#[test]
fn order_placed() {
    let payload = json!({
        "id": "018f4e6a-7c00-7000-8000-000000000001",
        "customer": "018f4e6a-7c00-7000-8000-000000000002",
        "total": "12.50",
        "kind": "web",
        "placed_at": "2026-01-31T12:00:00Z",
        "extra": { "any": ["thing"] },
        "scan": "Ynl0ZXM=",
    });
    travel::<events::OrderPlaced>(payload);
    let (properties, required) = shape::<events::OrderPlaced>();
    assert_eq!(properties, ["customer", "extra", "id", "kind", "placed_at", "scan", "total"]);
    assert_eq!(required, ["customer", "id", "kind", "placed_at", "total"]);
}

#[test]
fn stock_ran_low() {
    let payload = json!({
        "id": "018f4e6a-7c00-7000-8000-000000000001",
    });
    travel::<events::StockRanLow>(payload);
    let (properties, required) = shape::<events::StockRanLow>();
    assert_eq!(properties, ["id"]);
    assert_eq!(required, ["id"]);
}
