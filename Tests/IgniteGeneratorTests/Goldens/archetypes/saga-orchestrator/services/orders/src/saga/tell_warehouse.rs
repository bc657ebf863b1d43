//! A step that is a message on the bus, done when the bus has it.

use std::sync::Arc;

use async_trait::async_trait;
use frame::Error;
use frame::bus::Bus;
use frame::saga::{SagaStep, StepContext};
use serde_json::Value;

use super::{Input, tell};

pub struct TellWarehouse {
    bus: Arc<dyn Bus>,
}

impl TellWarehouse {
    #[must_use]
    pub fn new(bus: &Arc<dyn Bus>) -> Self {
        Self {
            bus: Arc::clone(bus),
        }
    }
}

#[async_trait]
impl SagaStep for TellWarehouse {
    async fn act(&self, step: &StepContext) -> Result<Value, Error> {
        let input = step.input::<Input>()?.tell_warehouse;
        tell(&self.bus, step, "PackOrder", input).await?;
        Ok(Value::Null)
    }

    /// There is nothing to undo.
    async fn compensate(&self, _step: &StepContext) -> Result<(), Error> {
        Ok(())
    }
}
