//! A step that creates a `Reservation` at another service.

use std::sync::Arc;

use async_trait::async_trait;
use frame::Error;
use frame::saga::{SagaStep, StepContext};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Input;
use crate::clients::Clients;
use crate::clients::stock::StockClient;

pub struct ReserveStock {
    callee: Arc<dyn StockClient>,
}

impl ReserveStock {
    #[must_use]
    pub fn new(clients: &Clients, ) -> Self {
        Self {
            callee: Arc::clone(&clients.stock),
        }
    }

    /// Creates it, or finds what was created with this key before.
    async fn create(&self, step: &StepContext) -> Result<Uuid, Error> {
        let fields = step.input::<Input>()?.reserve_stock;
        let created = self.callee.create_reservation(&step.key, &fields).await?;
        Ok(created.id)
    }
}

#[async_trait]
impl SagaStep for ReserveStock {
    async fn act(&self, step: &StepContext) -> Result<Value, Error> {
        Ok(json!(self.create(step).await?))
    }

    async fn compensate(&self, step: &StepContext) -> Result<(), Error> {
        let id = match step.output()? {
            Some(id) => id,
            // Nobody knows whether there is one: asked with the same key again, there is.
            None => match self.create(step).await {
                Err(Error::Invalid(_) | Error::Malformed(_)) => return Ok(()),
                created => created?,
            },
        };
        match self.callee.fetch_reservation(id).await {
            Err(Error::NotFound(_)) => Ok(()),
            found => self.callee.remove_reservation(id, found?.version).await,
        }
    }
}
