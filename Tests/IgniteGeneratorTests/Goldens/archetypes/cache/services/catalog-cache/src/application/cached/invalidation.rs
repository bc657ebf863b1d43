//! What is kept is forgotten when somebody tells that it changed.

use async_trait::async_trait;
use frame::cache::Cache;
use frame::{Envelope, Handler, HandlerError, Handlers};

use super::key_of;

/// The events of the services behind this one that are about something that is kept, and what that is.
const KINDS: &[(&str, &str)] = &[
    ("ProductUpdated", "catalog/products"),
    ("ProductDeleted", "catalog/products"),
];

/// Forgets what an event is about; to do so twice does no harm.
#[derive(Clone)]
pub struct Invalidation(Cache);

/// What happens when an event arrives.
#[must_use]
pub fn handlers(cache: &Cache) -> Handlers {
    Handlers::new()
        .on_type("ProductUpdated", Invalidation(cache.clone()))
        .on_type("ProductDeleted", Invalidation(cache.clone()))
}

#[async_trait]
impl Handler for Invalidation {
    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        let kind = KINDS.iter().find(|(event, _)| *event == envelope.kind);
        let (Some((_, kind)), Some(id)) = (kind, envelope.payload["id"].as_str()) else {
            tracing::debug!(event = envelope.kind, "about nothing that is kept");
            return Ok(());
        };
        let key = key_of(envelope.tenant.as_deref(), kind, id);
        Ok(self.0.remove(&key).await?)
    }
}
