//! Values of `Book` to test with.

mod domain;
mod http;
mod storage;
mod use_cases;

use chrono::{Days, NaiveDate};
use ::books::domain::book::*;

use crate::harness::{Harness, number};

/// Valid fields, other ones each time.
pub fn fields() -> BookFields {
    let number = number();
    BookFields {
        title: format!("title {number}"),
        isbn: format!("isbn {number}"),
        pages: i32::from(number),
        published_on: Some(NaiveDate::default() + Days::new(u64::from(number))),
    }
}

/// Valid fields; they refer to nothing that must be stored before.
pub async fn storable(_harness: &Harness) -> BookFields {
    fields()
}

/// One that is stored, with all that it refers to.
pub async fn stored(harness: &Harness) -> Book {
    let use_cases = &harness.application.book;
    use_cases.create(storable(harness).await).await.unwrap()
}
