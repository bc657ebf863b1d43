//! Queries and mutations, in process.

use books::domain::author::*;
use serde_json::{Value, json};

use super::{storable, stored};
use crate::graphql::{ask, refused};
use crate::harness::Harness;

const FIELDS: &str = "id version createdAt updatedAt name mentorId";

/// The fields as a client gives them.
fn input(fields: &AuthorFields) -> Value {
    json!({
        "name": fields.name,
        "mentorId": fields.mentor,
    })
}

async fn created(harness: &Harness) -> (Value, Value) {
    let input = input(&storable(harness).await);
    let create = format!("mutation($input: AuthorInput!) {{ createAuthor(input: $input) {{ {FIELDS} }} }}");
    let made = ask(harness, &create, json!({ "input": input })).await;
    (input, made["createAuthor"].clone())
}

fn find() -> String {
    format!("query($id: Uuid!) {{ author(id: $id) {{ {FIELDS} }} }}")
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
        assert_eq!(found["author"], created);
    }
}

#[tokio::test]
async fn a_change_needs_the_current_version() {
    let harness = Harness::start().await;
    let (_, created) = created(&harness).await;
    let input = input(&storable(&harness).await);
    let update = "mutation($id: Uuid!, $version: BigInt!, $input: AuthorInput!) { updateAuthor(id: $id, expectedVersion: $version, input: $input) { version } }";
    let variables = |version: i32| json!({ "id": created["id"], "version": version, "input": input });
    let changed = ask(&harness, update, variables(1)).await;
    assert_eq!(changed["updateAuthor"], json!({ "version": "2" }));
    let stale = refused(&harness, update, variables(1)).await;
    assert_eq!(stale["code"], "PRECONDITION_FAILED");
    assert_eq!(stale["status"], 412);
}

#[tokio::test]
async fn a_removed_one_is_gone() {
    let harness = Harness::start().await;
    let (_, created) = created(&harness).await;
    let delete = "mutation($id: Uuid!, $version: BigInt!) { deleteAuthor(id: $id, expectedVersion: $version) }";
    let variables = |version: i32| json!({ "id": created["id"], "version": version });
    let stale = refused(&harness, delete, variables(9)).await;
    assert_eq!(stale["code"], "PRECONDITION_FAILED");
    let removed = ask(&harness, delete, variables(1)).await;
    assert_eq!(removed["deleteAuthor"], created["id"]);
    let gone = refused(&harness, &find(), json!({ "id": created["id"] })).await;
    assert_eq!(gone["code"], "NOT_FOUND");
}

#[tokio::test]
async fn a_list_goes_on_with_its_cursor() {
    let harness = Harness::start().await;
    let (first, second) = (stored(&harness).await, stored(&harness).await);
    let list = "query($cursor: String) { page: authors(limit: 1, cursor: $cursor) { items { id } nextCursor } }";
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
    let list = "query($filter: AuthorFilter) { page: authors(filter: $filter, limit: 100) { items { id } } }";
    for name in ["name", "mentorId"] {
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
    input["name"] = json!("x".repeat(256));
    let create = "mutation($input: AuthorInput!) { createAuthor(input: $input) { id } }";
    let wrong = refused(&harness, create, json!({ "input": input })).await;
    assert_eq!(wrong["code"], "UNPROCESSABLE_ENTITY");
    assert_eq!(wrong["errors"][0]["pointer"], "#/name");
}
