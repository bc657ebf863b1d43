//! Queries for what one service keeps.

use serde_json::{Value, json};

use crate::views::{COUNT, Mood, Stage, id};

/// What is shown of one that leads to others with the same number.
fn member_shown(number: u128) -> Value {
    json!({
        "id": id(number),
        "version": "1",
        "createdAt": "2026-01-31T12:00:00Z",
        "updatedAt": "2026-01-31T12:00:00Z",
        "name": "a word",
    })
}

#[tokio::test]
async fn a_page_of_member_is_put_together_in_few_calls() {
    let stage = Stage::set(&[]).await;
    let query = "{ page: loansMembers(limit: 3) { items { id version createdAt updatedAt name } nextCursor } }";
    let answer = stage.query(query).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
    let items: Vec<_> = (1..=COUNT).map(member_shown).collect();
    assert_eq!(answer["data"]["page"], json!({ "items": items, "nextCursor": null }));
    let links: &[&str] = &[];
    assert!(stage.calls() <= 1 + links.len(), "one call for each kind, whatever the number of items");
}

#[tokio::test]
async fn a_list_of_member_goes_on_with_its_cursor() {
    let stage = Stage::set(&[]).await;
    let answer = stage.query(r#"{ page: loansMembers(limit: 2, cursor: "next") { nextCursor } }"#).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
    assert_eq!(stage.asked(), ["/api/members?limit=2&cursor=next"]);
}

#[tokio::test]
async fn several_member_are_asked_for_at_once() {
    let stage = Stage::set(&[]).await;
    let one = |number| format!("loansMember(id: \"{}\") {{ id }}", id(number));
    let query = format!("{{ one: {} two: {} again: {} none: {} }}", one(1), one(2), one(1), one(9));
    let answer = stage.query(&query).await;
    let expected = json!({ "one": { "id": id(1) }, "two": { "id": id(2) }, "again": { "id": id(1) }, "none": null });
    assert_eq!(answer["data"], expected);
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{answer}");
    assert_eq!(errors[0]["path"], json!(["none"]));
    assert_eq!(errors[0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(stage.calls(), 1, "{:?}", stage.asked());
}

/// What is shown of one that leads to others with the same number.
fn loan_shown(number: u128) -> Value {
    json!({
        "id": id(number),
        "version": "1",
        "createdAt": "2026-01-31T12:00:00Z",
        "updatedAt": "2026-01-31T12:00:00Z",
        "memberId": id(number),
        "bookId": id(number),
        "weight": 0.5,
        "until": "2026-01-31T12:00:00Z",
        "note": "some words",
        "member": { "id": id(number) },
        "book": { "id": id(number) },
    })
}

#[tokio::test]
async fn a_page_of_loan_is_put_together_in_few_calls() {
    let stage = Stage::set(&[]).await;
    let query = "{ page: loans(limit: 3) { items { id version createdAt updatedAt memberId bookId weight until note member { id } book { id } } nextCursor } }";
    let answer = stage.query(query).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
    let items: Vec<_> = (1..=COUNT).map(loan_shown).collect();
    assert_eq!(answer["data"]["page"], json!({ "items": items, "nextCursor": null }));
    let links: &[&str] = &["member","book_id",];
    assert!(stage.calls() <= 1 + links.len(), "one call for each kind, whatever the number of items");
}

#[tokio::test]
async fn a_list_of_loan_goes_on_with_its_cursor() {
    let stage = Stage::set(&[]).await;
    let answer = stage.query(r#"{ page: loans(limit: 2, cursor: "next") { nextCursor } }"#).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
    assert_eq!(stage.asked(), ["/api/loans?limit=2&cursor=next"]);
}

#[tokio::test]
async fn several_loan_are_asked_for_at_once() {
    let stage = Stage::set(&[]).await;
    let one = |number| format!("loan(id: \"{}\") {{ id }}", id(number));
    let query = format!("{{ one: {} two: {} again: {} none: {} }}", one(1), one(2), one(1), one(9));
    let answer = stage.query(&query).await;
    let expected = json!({ "one": { "id": id(1) }, "two": { "id": id(2) }, "again": { "id": id(1) }, "none": null });
    assert_eq!(answer["data"], expected);
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{answer}");
    assert_eq!(errors[0]["path"], json!(["none"]));
    assert_eq!(errors[0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(stage.calls(), 1, "{:?}", stage.asked());
}

#[tokio::test]
async fn what_loan_leads_to_may_be_missing() {
    let stage = Stage::set(&[]).await;
    stage.all_are(Mood::Short);
    let answer = stage.query("{ page: loans { items { id member { id } book { id } } } }").await;
    let links: &[&str] = &["member","book",];
    let items = answer["data"]["page"]["items"].as_array().unwrap();
    for (item, number) in items.iter().zip(1..=COUNT) {
        assert_eq!(item["id"], json!(id(number)));
        assert!(links.iter().all(|link| item[link].is_null()), "{answer}");
    }
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), items.len() * links.len(), "{answer}");
    for error in errors {
        assert_eq!(error["extensions"]["code"], "SERVICE_UNAVAILABLE");
        assert_eq!((&error["path"][0], &error["path"][1]), (&json!("page"), &json!("items")));
    }
    assert!(stage.calls() <= 1 + links.len(), "{:?}", stage.asked());
}
