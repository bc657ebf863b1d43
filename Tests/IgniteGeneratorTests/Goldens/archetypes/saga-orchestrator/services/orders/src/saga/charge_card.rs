//! A step that creates a `Charge` at another service.

use std::sync::Arc;

use async_trait::async_trait;
use frame::Error;
use frame::saga::{SagaStep, StepContext};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Input;
use crate::clients::Clients;
use crate::clients::payments::PaymentsClient;

pub struct ChargeCard {
    callee: Arc<dyn PaymentsClient>,
}

impl ChargeCard {
    #[must_use]
    pub fn new(clients: &Clients, ) -> Self {
        Self {
            callee: Arc::clone(&clients.payments),
        }
    }

    /// Creates it, or finds what was created with this key before.
    async fn create(&self, step: &StepContext) -> Result<Uuid, Error> {
        let fields = step.input::<Input>()?.charge_card;
        let created = self.callee.create_charge(&step.key, &fields).await?;
        Ok(created.id)
    }
}

#[async_trait]
impl SagaStep for ChargeCard {
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
        match self.callee.fetch_charge(id).await {
            Err(Error::NotFound(_)) => Ok(()),
            found => self.callee.remove_charge(id, found?.version).await,
        }
    }
}
