//! The views of what one service keeps.

use serde_json::{Value, json};

use super::{Mood, Sample, Stage, id};

/// What the service knows, by its routes.
pub fn kinds() -> Vec<(&'static str, Sample)> {
    vec![
        ("/api/customers", customer_sample),
    ]
}

/// One that leads to others with the same number.
fn customer_sample(number: u128) -> Value {
    json!({
        "id": id(number),
        "version": 1,
        "created_at": "2026-01-31T12:00:00Z",
        "updated_at": "2026-01-31T12:00:00Z",
        "name": "a word",
        "kind": "person",
    })
}

#[tokio::test]
async fn a_page_of_customer_is_put_together_in_few_calls() {
    let stage = Stage::set(&[]).await;
    let path = "/views/customers/customers?limit=3";
    let (status, headers, page) = stage.get(path).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(headers["x-cache"], "miss");
    for (index, number) in (1..=3).enumerate() {
        let view = &page["items"][index];
        assert_eq!(view["item"], customer_sample(number));
    }
    let links: &[&str] = &[];
    assert!(stage.calls() <= 1 + links.len(), "one call for each kind, whatever the number of items");
}

#[tokio::test]
async fn one_customer_is_shown_with_what_it_leads_to() {
    let stage = Stage::set(&[]).await;
    let path = format!("/views/customers/customers/{}", id(2));
    let (status, _, view) = stage.get(&path).await;
    assert_eq!(status, 200, "{view}");
    assert_eq!(view["item"], customer_sample(2));
    let path = format!("/views/customers/customers/{}", id(9));
    let (status, _, _) = stage.get(&path).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn without_its_service_customer_is_refused() {
    let stage = Stage::set(&[]).await;
    stage.all_are(Mood::Away);
    let path = "/views/customers/customers";
    let (status, _, problem) = stage.get(path).await;
    assert_eq!(status, 503, "{problem}");
    assert_eq!(problem["status"], 503);
}
