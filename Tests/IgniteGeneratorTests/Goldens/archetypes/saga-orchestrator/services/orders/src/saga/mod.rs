//! The saga of the service: its steps in order, and what it is started with.
//!
//! A step may be done again after a crash, always with the same key. What fails is undone, last step
//! first.

pub mod reserve_stock;
pub mod charge_card;
pub mod tell_warehouse;

use std::sync::Arc;
use std::time::Duration;

use frame::Error;
use frame::bus::Bus;
use frame::saga::{Saga, StepContext};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use self::reserve_stock::ReserveStock;
use self::charge_card::ChargeCard;
use self::tell_warehouse::TellWarehouse;
use crate::clients::Clients;
use crate::clients::stock;
use crate::clients::payments;

/// What a saga is started with; each step takes what it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[derive(ToSchema)]
pub struct Input {
    pub reserve_stock: stock::reservation::ReservationFields,
    pub charge_card: payments::charge::ChargeFields,
    #[serde(default)]
    pub tell_warehouse: Value,
}

/// The steps, each with what undoes it.
#[must_use]
pub fn saga(clients: &Clients, bus: &Arc<dyn Bus>) -> Saga {
    Saga::new("PlaceOrder", Duration::from_secs(120))
        .timed_step(
            "ReserveStock",
            Duration::from_secs(10),
            ReserveStock::new(clients, ),
        )
        .step("ChargeCard", ChargeCard::new(clients, ))
        .step("TellWarehouse", TellWarehouse::new(bus))
}

/// Tells whoever subscribes to `command` what to do; with the same id in every attempt.
async fn tell(bus: &Arc<dyn Bus>, step: &StepContext, command: &str, input: Value) -> Result<(), Error> {
    let payload = json!({ "saga": step.saga, "input": input, "outputs": step.outputs });
    Ok(bus.publish(&[step.command(crate::NAME, command, payload)]).await?)
}
