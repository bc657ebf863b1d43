//! The views of what one service keeps.

use serde_json::{Value, json};

use super::{Mood, Sample, Stage, id};

/// What the service knows, by its routes.
pub fn kinds() -> Vec<(&'static str, Sample)> {
    vec![
        ("/api/orders", order_sample),
        ("/api/lines", line_sample),
    ]
}

/// One that leads to others with the same number.
fn order_sample(number: u128) -> Value {
    json!({
        "id": id(number),
        "version": 1,
        "created_at": "2026-01-31T12:00:00Z",
        "updated_at": "2026-01-31T12:00:00Z",
        "customer_id": id(number),
        "total_cents": 7_000_000_000_i64,
    })
}

#[tokio::test]
async fn a_page_of_order_is_put_together_in_few_calls() {
    let stage = Stage::set(&[]).await;
    let path = "/views/orders/orders?limit=3";
    let (status, headers, page) = stage.get(path).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(headers["x-cache"], "miss");
    for (index, number) in (1..=3).enumerate() {
        let view = &page["items"][index];
        assert_eq!(view["item"], order_sample(number));
        assert_eq!(view["linked"]["customer_id"]["data"]["id"], json!(id(number)));
    }
    let links: &[&str] = &["customer_id",];
    assert!(stage.calls() <= 1 + links.len(), "one call for each kind, whatever the number of items");
}

#[tokio::test]
async fn one_order_is_shown_with_what_it_leads_to() {
    let stage = Stage::set(&[]).await;
    let path = format!("/views/orders/orders/{}", id(2));
    let (status, _, view) = stage.get(&path).await;
    assert_eq!(status, 200, "{view}");
    assert_eq!(view["item"], order_sample(2));
    assert_eq!(view["linked"]["customer_id"]["data"]["id"], json!(id(2)));
    let path = format!("/views/orders/orders/{}", id(9));
    let (status, _, _) = stage.get(&path).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn without_its_service_order_is_refused() {
    let stage = Stage::set(&[]).await;
    stage.all_are(Mood::Away);
    let path = "/views/orders/orders";
    let (status, _, problem) = stage.get(path).await;
    assert_eq!(status, 503, "{problem}");
    assert_eq!(problem["status"], 503);
}

/// One that leads to others with the same number.
fn line_sample(number: u128) -> Value {
    json!({
        "id": id(number),
        "version": 1,
        "created_at": "2026-01-31T12:00:00Z",
        "updated_at": "2026-01-31T12:00:00Z",
        "order": id(number),
        "text": "a word",
        "quantity": 7,
    })
}

#[tokio::test]
async fn a_page_of_line_is_put_together_in_few_calls() {
    let stage = Stage::set(&[]).await;
    let path = "/views/orders/lines?limit=3";
    let (status, headers, page) = stage.get(path).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(headers["x-cache"], "miss");
    for (index, number) in (1..=3).enumerate() {
        let view = &page["items"][index];
        assert_eq!(view["item"], line_sample(number));
        assert_eq!(view["linked"]["order"]["data"]["id"], json!(id(number)));
    }
    let links: &[&str] = &["order",];
    assert!(stage.calls() <= 1 + links.len(), "one call for each kind, whatever the number of items");
}

#[tokio::test]
async fn one_line_is_shown_with_what_it_leads_to() {
    let stage = Stage::set(&[]).await;
    let path = format!("/views/orders/lines/{}", id(2));
    let (status, _, view) = stage.get(&path).await;
    assert_eq!(status, 200, "{view}");
    assert_eq!(view["item"], line_sample(2));
    assert_eq!(view["linked"]["order"]["data"]["id"], json!(id(2)));
    let path = format!("/views/orders/lines/{}", id(9));
    let (status, _, _) = stage.get(&path).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn without_its_service_line_is_refused() {
    let stage = Stage::set(&[]).await;
    stage.all_are(Mood::Away);
    let path = "/views/orders/lines";
    let (status, _, problem) = stage.get(path).await;
    assert_eq!(status, 503, "{problem}");
    assert_eq!(problem["status"], 503);
}
