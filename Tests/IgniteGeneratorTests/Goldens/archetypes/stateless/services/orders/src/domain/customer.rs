//! `Customer`, and what makes one valid.

use chrono::{DateTime, NaiveDate, Utc};
use frame::{Error, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One `Customer` as it is stored and served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Customer {
    pub id: Uuid,
    #[serde(flatten)]
    pub fields: CustomerFields,
    /// Grows by one with every change; its quoted form is the ETag.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a client decides about `Customer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerFields {
    pub email: String,
    pub since: NaiveDate,
}

impl Customer {
    /// Makes one with a new id.
    ///
    /// # Errors
    /// The fields that are not valid.
    pub fn new(fields: CustomerFields) -> Result<Self, Error> {
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
    pub fn change(self, fields: CustomerFields) -> Result<Self, Error> {
        fields.validate()?;
        Ok(Self {
            fields,
            version: self.version + 1,
            updated_at: frame::now(),
            ..self
        })
    }
}

impl CustomerFields {
    fn validate(&self) -> Result<(), Error> {
        let mut invalid = Invalid::new();
        invalid.text("email", &self.email, 1..=255);
        invalid.finish()
    }
}
