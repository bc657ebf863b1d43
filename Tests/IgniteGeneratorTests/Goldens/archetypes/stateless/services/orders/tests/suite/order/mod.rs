//! Values of `Order` to test with.

mod domain;
mod http;
mod storage;
mod use_cases;

use chrono::DateTime;
use frame::Bytes;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;
use orders::domain::order::*;

use crate::harness::{Harness, number};

/// Valid fields, other ones each time.
pub fn fields() -> OrderFields {
    let number = number();
    OrderFields {
        customer: Uuid::from_u128(u128::from(number)),
        total: Decimal::new(i64::from(number) * 100 + 50, 2),
        kind: OrderKind::Web,
        placed_at: DateTime::UNIX_EPOCH + std::time::Duration::from_micros(u64::from(number)),
        extra: Some(json!({ "number": number, "list": [null, true, "text"] })),
        scan: Some(Bytes::from(number.to_be_bytes().to_vec())),
    }
}

/// Valid fields that refer to stored entities.
pub async fn storable(harness: &Harness) -> OrderFields {
    OrderFields {
        customer: crate::customer::stored(harness).await.id,
        ..fields()
    }
}

/// One that is stored, with all that it refers to.
pub async fn stored(harness: &Harness) -> Order {
    let use_cases = &harness.application.order;
    use_cases.create(storable(harness).await).await.unwrap()
}
