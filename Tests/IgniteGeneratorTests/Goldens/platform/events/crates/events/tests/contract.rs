//! Each event keeps the shape that its consumers were promised.

#![allow(clippy::unwrap_used, clippy::panic)]

mod schema;

use std::fs;

use frame::{Envelope, Event};
use serde_json::{Value, json};
use utoipa::PartialSchema;

use schema::breaches;

/// The names of a schema's properties with those that are required, sorted.
fn shape<E: PartialSchema>() -> (Vec<String>, Vec<String>) {
    let schema = serde_json::to_value(E::schema()).unwrap();
    let mut required: Vec<String> = serde_json::from_value(schema["required"].clone()).unwrap();
    required.sort();
    let mut properties: Vec<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
    properties.sort();
    (properties, required)
}

/// The contract of the event's version, as others have it.
fn contract<E: Event>() -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contracts/events");
    let text = fs::read_to_string(format!("{folder}/{}.v{}.schema.json", E::TYPE, E::VERSION));
    serde_json::from_str(&text.unwrap()).unwrap()
}

/// Holds what really travels against the contract, and the contract against what must not travel.
fn keeps_the_contract<E: Event>(envelope: &Envelope) {
    let contract = contract::<E>();
    let broken = |value: &Value| breaches(&contract, &contract, value, E::TYPE);
    let sent = serde_json::to_value(envelope).unwrap();
    assert_eq!(broken(&sent), Vec::<String>::new());
    let payload = &contract["definitions"]["payload"];
    for name in payload["required"].as_array().unwrap() {
        let mut without = sent.clone();
        without["payload"].as_object_mut().unwrap().remove(name.as_str().unwrap());
        assert_eq!(broken(&without).len(), 1, "without {name}");
    }
    for (name, schema) in payload["properties"].as_object().unwrap() {
        let mut wrong = sent.clone();
        wrong["payload"][name] = json!({ "of": "another type" });
        assert_eq!(broken(&wrong).is_empty(), schema.get("type").is_none(), "a wrong {name}");
    }
    let mut later = sent;
    later["version"] = json!(E::VERSION + 1);
    assert_eq!(broken(&later).len(), 1);
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
    let sent = travel::<events::OrderCancelled>(payload);
    keeps_the_contract::<events::OrderCancelled>(&sent);
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
    let sent = travel::<events::OrderPlaced>(payload);
    keeps_the_contract::<events::OrderPlaced>(&sent);
    let (properties, required) = shape::<events::OrderPlaced>();
    assert_eq!(properties, ["customer", "extra", "id", "kind", "placed_at", "scan", "total"]);
    assert_eq!(required, ["customer", "id", "kind", "placed_at", "total"]);
}

#[test]
fn stock_ran_low() {
    let payload = json!({
        "id": "018f4e6a-7c00-7000-8000-000000000001",
    });
    let sent = travel::<events::StockRanLow>(payload);
    keeps_the_contract::<events::StockRanLow>(&sent);
    let (properties, required) = shape::<events::StockRanLow>();
    assert_eq!(properties, ["id"]);
    assert_eq!(required, ["id"]);
}
