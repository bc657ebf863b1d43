//! `Order`, and what makes one valid.

use chrono::{DateTime, Utc};
use frame::Bytes;
use frame::{Error, Invalid};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// One `Order` as it is stored and served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Order {
    pub id: Uuid,
    #[serde(flatten)]
    pub fields: OrderFields,
    /// Grows by one with every change; its quoted form is the ETag.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a client decides about `Order`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrderFields {
    pub customer: Uuid,
    pub total: Decimal,
    pub kind: OrderKind,
    pub placed_at: DateTime<Utc>,
    #[serde(default)]
    pub extra: Option<Value>,
    #[serde(default)]
    pub scan: Option<Bytes>,
}

/// The values that a client may choose.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, strum::Display, strum::EnumString,
)]
pub enum OrderKind {
    #[serde(rename = "web")]
    #[strum(serialize = "web")]
    Web,
    #[serde(rename = "phone")]
    #[strum(serialize = "phone")]
    Phone,
}

impl Order {
    /// Makes one with a new id.
    ///
    /// # Errors
    /// The fields that are not valid.
    pub fn new(fields: OrderFields) -> Result<Self, Error> {
        fields.validate()?;
        let now = frame::now();
        Ok(Self {
            id: frame::new_id(),
            fields,
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }

    /// The next version of this one, with other fields.
    ///
    /// # Errors
    /// The fields that are not valid.
    pub fn change(self, fields: OrderFields) -> Result<Self, Error> {
        fields.validate()?;
        Ok(Self {
            fields,
            version: self.version + 1,
            updated_at: frame::now(),
            ..self
        })
    }
}

impl OrderFields {
    /// Every value of these types is valid; say here what your domain rules out.
    fn validate(&self) -> Result<(), Error> {
        Invalid::new().finish()
    }
}
