use std::sync::Arc;

use async_trait::async_trait;

use super::Tenant;
use crate::Envelope;
use crate::bus::{Bus, BusError, Consumer, DeadLetter, Subscription};

/// The bus of one tenant's part of a service: whatever it publishes says whose it is.
pub(super) struct TenantBus {
    pub bus: Arc<dyn Bus>,
    pub tenant: Tenant,
}

#[async_trait]
impl Bus for TenantBus {
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        let mut envelopes = envelopes.to_vec();
        for envelope in &mut envelopes {
            envelope.tenant = Some(self.tenant.to_string());
        }
        self.bus.publish(&envelopes).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
        self.bus.subscribe(subscription).await
    }

    async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        self.bus.dead_letters(group, limit).await
    }

    async fn redrive(&self, group: &str) -> Result<usize, BusError> {
        self.bus.redrive(group).await
    }

    async fn ping(&self) -> Result<(), BusError> {
        self.bus.ping().await
    }

    /// The bus is that of all tenants, so it stays open.
    async fn close(&self) {}
}
