use frame::Event;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Published by the code of its service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StockRanLow {
    pub id: Uuid,
}

impl Event for StockRanLow {
    const TYPE: &'static str = "StockRanLow";
    const VERSION: u32 = 1;

    /// Events of one key arrive in their order.
    fn key(&self) -> String {
        self.id.to_string()
    }
}
