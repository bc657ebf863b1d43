//! What makes one valid, and what a change does.

use frame::Error;
use books::domain::book::*;

use super::fields;

#[test]
fn a_new_one_has_the_first_version() {
    let fields = fields();
    let created = Book::new(fields.clone()).unwrap();
    assert_eq!(created.fields, fields);
    assert_eq!(created.version, 1);
    assert_eq!(created.created_at, created.updated_at);
}

#[test]
fn a_change_keeps_the_id_and_counts_the_version() {
    let created = Book::new(fields()).unwrap();
    let other = fields();
    let changed = created.clone().change(other.clone()).unwrap();
    assert_eq!(changed.id, created.id);
    assert_eq!(changed.created_at, created.created_at);
    assert_eq!(changed.fields, other);
    assert_eq!(changed.version, 2);
}

#[test]
fn json_gives_the_same_one_back() {
    let created = Book::new(fields()).unwrap();
    let text = serde_json::to_string(&created).unwrap();
    assert_eq!(serde_json::from_str::<Book>(&text).unwrap(), created);
}

#[test]
fn an_overlong_title_is_refused() {
    let long = "x".repeat(256);
    let fields = BookFields {
        title: long,
        ..fields()
    };
    let Err(Error::Invalid(problems)) = Book::new(fields) else {
        panic!("it was taken");
    };
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].pointer, "#/title");
}

#[test]
fn an_overlong_isbn_is_refused() {
    let long = "x".repeat(256);
    let fields = BookFields {
        isbn: long,
        ..fields()
    };
    let Err(Error::Invalid(problems)) = Book::new(fields) else {
        panic!("it was taken");
    };
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].pointer, "#/isbn");
}
