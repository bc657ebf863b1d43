//! Where records of `Customer` go.

use std::sync::Arc;

use async_trait::async_trait;
use frame::legacy::{FieldForm, FieldSpec, KindSpec, Target};
use frame::{Error, Publisher, Transaction};
use serde_json::Value;
use uuid::Uuid;

use crate::application::customer::{created, deleted, updated};
use crate::domain::customer::CustomerFields;
use crate::infrastructure::customer;

/// What a record becomes.
pub static SPEC: KindSpec = KindSpec {
    name: "Customer",
    fields: &[
        FieldSpec {
            name: "customer_no",
            form: FieldForm::Text,
            is_optional: false,
            is_list: false,
        },
        FieldSpec {
            name: "name",
            form: FieldForm::Text,
            is_optional: false,
            is_list: false,
        },
        FieldSpec {
            name: "status",
            form: FieldForm::Word(&[
                "active",
                "closed",
            ]),
            is_optional: false,
            is_list: false,
        },
        FieldSpec {
            name: "credit_cents",
            form: FieldForm::Integer,
            is_optional: false,
            is_list: false,
        },
        FieldSpec {
            name: "since",
            form: FieldForm::Date,
            is_optional: true,
            is_list: false,
        },
    ],
};

/// Keeps records as rows and tells the other services.
pub struct Records {
    publisher: Arc<dyn Publisher>,
}

impl Records {
    #[must_use]
    pub fn new(publisher: &Arc<dyn Publisher>) -> Self {
        let publisher = Arc::clone(publisher);
        Self { publisher }
    }
}

#[async_trait]
impl Target for Records {
    fn spec(&self) -> &'static KindSpec {
        &SPEC
    }

    async fn keep(
        &self,
        tx: &mut Transaction,
        id: Uuid,
        fields: Value,
        is_new: bool,
    ) -> Result<(), Error> {
        let fields: CustomerFields = serde_json::from_value(fields)
            .map_err(|error| Error::Malformed(error.to_string()))?;
        let kept = customer::keep(tx, id, fields).await?;
        let events = if is_new { created(&kept)? } else { updated(&kept)? };
        for event in &events {
            self.publisher.publish(tx, event).await?;
        }
        Ok(())
    }

    async fn forget(&self, tx: &mut Transaction, id: Uuid) -> Result<(), Error> {
        if let Some(gone) = customer::forget(tx, id).await? {
            for event in &deleted(&gone)? {
                self.publisher.publish(tx, event).await?;
            }
        }
        Ok(())
    }
}
