//! Where records of `Order` go.

use std::sync::Arc;

use async_trait::async_trait;
use frame::legacy::{FieldForm, FieldSpec, KindSpec, Target};
use frame::{Error, Publisher, Transaction};
use serde_json::Value;
use uuid::Uuid;

use crate::application::order::{created, deleted, updated};
use crate::domain::order::OrderFields;
use crate::infrastructure::order;

/// What a record becomes.
pub static SPEC: KindSpec = KindSpec {
    name: "Order",
    fields: &[
        FieldSpec {
            name: "customer",
            form: FieldForm::Reference("Customer"),
            is_optional: false,
            is_list: false,
        },
        FieldSpec {
            name: "total",
            form: FieldForm::Decimal,
            is_optional: false,
            is_list: false,
        },
        FieldSpec {
            name: "placed_at",
            form: FieldForm::Timestamp,
            is_optional: false,
            is_list: false,
        },
        FieldSpec {
            name: "tags",
            form: FieldForm::Text,
            is_optional: false,
            is_list: true,
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
        let fields: OrderFields = serde_json::from_value(fields)
            .map_err(|error| Error::Malformed(error.to_string()))?;
        let kept = order::keep(tx, id, fields).await?;
        let events = if is_new { created(&kept)? } else { updated(&kept)? };
        for event in &events {
            self.publisher.publish(tx, event).await?;
        }
        Ok(())
    }

    async fn forget(&self, tx: &mut Transaction, id: Uuid) -> Result<(), Error> {
        if let Some(gone) = order::forget(tx, id).await? {
            for event in &deleted(&gone)? {
                self.publisher.publish(tx, event).await?;
            }
        }
        Ok(())
    }
}
