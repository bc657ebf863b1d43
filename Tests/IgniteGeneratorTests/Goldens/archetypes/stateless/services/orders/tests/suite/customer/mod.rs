//! Values of `Customer` to test with.

mod domain;
mod http;
mod storage;
mod use_cases;

use chrono::{Days, NaiveDate};
use orders::domain::customer::*;

use crate::harness::{Harness, number};

/// Valid fields, other ones each time.
pub fn fields() -> CustomerFields {
    let number = number();
    CustomerFields {
        email: format!("email {number}"),
        since: NaiveDate::default() + Days::new(u64::from(number)),
    }
}

/// Valid fields; they refer to nothing that must be stored before.
pub async fn storable(_harness: &Harness) -> CustomerFields {
    fields()
}

/// One that is stored, with all that it refers to.
pub async fn stored(harness: &Harness) -> Customer {
    let use_cases = &harness.application.customer;
    use_cases.create(storable(harness).await).await.unwrap()
}
