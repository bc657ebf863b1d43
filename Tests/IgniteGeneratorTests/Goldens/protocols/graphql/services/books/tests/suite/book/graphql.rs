//! Queries and mutations, in process.

use juniper::Variables;
use books::presentation::graphql::{Context, schema};
use books::domain::book::*;
use serde_json::{Value, json};

use super::{storable, stored};
use crate::graphql::{ask, refused};
use crate::harness::Harness;

const FIELDS: &str = "id version createdAt updatedAt title authorId pages copies price kind tags publishedOn extra cover lent";

/// The fields as a client gives them.
fn input(fields: &BookFields) -> Value {
    json!({
        "title": fields.title,
        "authorId": fields.author,
        "pages": fields.pages,
        "copies": fields.copies.to_string(),
        "price": fields.price,
        "kind": "PAPER",
        "tags": fields.tags,
        "publishedOn": fields.published_on,
        "extra": fields.extra.as_ref().map(ToString::to_string),
        "cover": fields.cover,
        "lent": fields.lent,
    })
}

async fn created(harness: &Harness) -> (Value, Value) {
    let input = input(&storable(harness).await);
    let create = format!("mutation($input: BookInput!) {{ createBook(input: $input) {{ {FIELDS} }} }}");
    let made = ask(harness, &create, json!({ "input": input })).await;
    (input, made["createBook"].clone())
}

fn find() -> String {
    format!("query($id: Uuid!) {{ book(id: $id) {{ {FIELDS} }} }}")
}

#[tokio::test]
async fn a_created_one_is_what_was_given_and_is_found() {
    for harness in Harness::everywhere().await {
        let (input, created) = created(&harness).await;
        assert_eq!(created["version"], "1");
        for (name, value) in input.as_object().unwrap() {
            assert_eq!(&created[name], value, "{name} on {}", harness.database.name);
        }
        let found = ask(&harness, &find(), json!({ "id": created["id"] })).await;
        assert_eq!(found["book"], created);
    }
}

#[tokio::test]
async fn a_change_needs_the_current_version() {
    let harness = Harness::start().await;
    let (_, created) = created(&harness).await;
    let input = input(&storable(&harness).await);
    let update = "mutation($id: Uuid!, $version: BigInt!, $input: BookInput!) { updateBook(id: $id, expectedVersion: $version, input: $input) { version } }";
    let variables = |version: i32| json!({ "id": created["id"], "version": version, "input": input });
    let changed = ask(&harness, update, variables(1)).await;
    assert_eq!(changed["updateBook"], json!({ "version": "2" }));
    let stale = refused(&harness, update, variables(1)).await;
    assert_eq!(stale["code"], "PRECONDITION_FAILED");
    assert_eq!(stale["status"], 412);
}

#[tokio::test]
async fn a_removed_one_is_gone() {
    let harness = Harness::start().await;
    let (_, created) = created(&harness).await;
    let delete = "mutation($id: Uuid!, $version: BigInt!) { deleteBook(id: $id, expectedVersion: $version) }";
    let variables = |version: i32| json!({ "id": created["id"], "version": version });
    let stale = refused(&harness, delete, variables(9)).await;
    assert_eq!(stale["code"], "PRECONDITION_FAILED");
    let removed = ask(&harness, delete, variables(1)).await;
    assert_eq!(removed["deleteBook"], created["id"]);
    let gone = refused(&harness, &find(), json!({ "id": created["id"] })).await;
    assert_eq!(gone["code"], "NOT_FOUND");
}

#[tokio::test]
async fn a_list_goes_on_with_its_cursor() {
    let harness = Harness::start().await;
    let (first, second) = (stored(&harness).await, stored(&harness).await);
    let list = "query($cursor: String) { page: books(limit: 1, cursor: $cursor) { items { id } nextCursor } }";
    let page = ask(&harness, list, json!({})).await["page"].clone();
    assert_eq!(page["items"], json!([{ "id": first.id }]));
    let rest = ask(&harness, list, json!({ "cursor": page["nextCursor"] })).await["page"].clone();
    assert_eq!(rest, json!({ "items": [{ "id": second.id }], "nextCursor": null }));
    let wrong = refused(&harness, list, json!({ "cursor": "wrong" })).await;
    assert_eq!(wrong["code"], "BAD_REQUEST");
}

#[tokio::test]
async fn filters_find_what_has_the_value() {
    let harness = Harness::start().await;
    stored(&harness).await;
    let (_, created) = created(&harness).await;
    let list = "query($filter: BookFilter) { page: books(filter: $filter, limit: 100) { items { id } } }";
    for name in ["title", "authorId", "kind"] {
        let filter = json!({ name: created[name] });
        let page = ask(&harness, list, json!({ "filter": filter })).await;
        let found = page["page"]["items"].as_array().unwrap();
        assert!(found.contains(&json!({ "id": created["id"] })), "{name}: {page}");
    }
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let harness = Harness::start().await;
    let mut input = input(&storable(&harness).await);
    input["title"] = json!("x".repeat(256));
    let create = "mutation($input: BookInput!) { createBook(input: $input) { id } }";
    let wrong = refused(&harness, create, json!({ "input": input })).await;
    assert_eq!(wrong["code"], "UNPROCESSABLE_ENTITY");
    assert_eq!(wrong["errors"][0]["pointer"], "#/title");
}

#[tokio::test]
async fn each_author_of_a_list_is_read_in_one_go() {
    let harness = Harness::start().await;
    stored(&harness).await;
    stored(&harness).await;
    let context = Context::new(&harness.application);
    let list = "{ page: books { items { is: authorId one: author { id } } } }";
    let (page, errors) = juniper::execute(list, None, &schema(), &Variables::new(), &context).await.unwrap();
    assert!(errors.is_empty(), "{errors:?}");
    let page = serde_json::to_value(page).unwrap();
    let items = page["page"]["items"].as_array().unwrap();
    assert!(items.len() > 1);
    for item in items {
        assert_eq!(item["one"]["id"], item["is"]);
    }
    assert_eq!(context.author.reads(), 1);
}
