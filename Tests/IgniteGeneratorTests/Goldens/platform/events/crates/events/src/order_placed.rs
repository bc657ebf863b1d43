use chrono::{DateTime, Utc};
use frame::Bytes;
use frame::Event;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Published when one \`Order\` was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrderPlaced {
    pub id: Uuid,
    pub customer: Uuid,
    pub total: Decimal,
    pub kind: String,
    pub placed_at: DateTime<Utc>,
    #[serde(default)]
    pub extra: Option<Value>,
    #[serde(default)]
    pub scan: Option<Bytes>,
}

impl Event for OrderPlaced {
    const TYPE: &'static str = "OrderPlaced";
    const VERSION: u32 = 1;

    /// Events of one key arrive in their order.
    fn key(&self) -> String {
        self.id.to_string()
    }
}
