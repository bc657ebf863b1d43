//! `Book`, and what makes one valid.

use chrono::{DateTime, NaiveDate, Utc};
use frame::{Error, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One `Book` as it is stored and served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Book {
    pub id: Uuid,
    #[serde(flatten)]
    pub fields: BookFields,
    /// Grows by one with every change; its quoted form is the ETag.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a client decides about `Book`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BookFields {
    #[schema(min_length = 1, max_length = 255)]
    pub title: String,
    #[schema(min_length = 1, max_length = 255)]
    pub isbn: String,
    pub pages: i32,
    #[serde(default)]
    pub published_on: Option<NaiveDate>,
}

impl Book {
    /// Makes one with a new id.
    ///
    /// # Errors
    /// The fields that are not valid.
    pub fn new(fields: BookFields) -> Result<Self, Error> {
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
    pub fn change(self, fields: BookFields) -> Result<Self, Error> {
        fields.validate()?;
        Ok(Self {
            fields,
            version: self.version + 1,
            updated_at: frame::now(),
            ..self
        })
    }
}

impl BookFields {
    fn validate(&self) -> Result<(), Error> {
        let mut invalid = Invalid::new();
        invalid.text("title", &self.title, 1..=255);
        invalid.text("isbn", &self.isbn, 1..=255);
        invalid.finish()
    }
}
