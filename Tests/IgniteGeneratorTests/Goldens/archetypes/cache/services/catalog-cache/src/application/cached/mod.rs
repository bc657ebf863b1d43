//! Answers of the services behind this one, kept for a while.

pub mod catalog;
pub mod invalidation;

use frame::RequestContext;
use frame::cache::Cache;

use crate::clients::Clients;

/// What is kept, and where it comes from.
#[derive(Clone)]
pub struct Cached {
    cache: Cache,
    clients: Clients,
}

impl Cached {
    #[must_use]
    pub fn new(cache: Cache, clients: Clients) -> Self {
        Self { cache, clients }
    }

    /// Forgets what may have been changed; where that fails, it is out of date until its time is over.
    async fn forget(&self, key: &str) {
        if let Err(error) = self.cache.remove(key).await {
            tracing::warn!(%error, key, "out of date until its time is over");
        }
    }

    /// Keeps what a change made; where that fails, what is kept is out of date until its time is over.
    async fn keep<T: serde::Serialize + Sync>(&self, key: &str, version: i64, value: &T) {
        if let Err(error) = self.cache.put(key, version, value).await {
            tracing::warn!(%error, key, "out of date until its time is over");
        }
    }

    /// Keeps that something was removed.
    async fn keep_removal(&self, key: &str) {
        if let Err(error) = self.cache.put_absent(key, "it was removed").await {
            tracing::warn!(%error, key, "out of date until its time is over");
        }
    }
}

/// The key of one thing for the tenant at hand.
fn key(kind: &str, id: &str) -> String {
    let tenant = RequestContext::current().and_then(|context| context.tenant);
    key_of(tenant.as_deref(), kind, id)
}

/// The key of one thing, which no two tenants share.
fn key_of(tenant: Option<&str>, kind: &str, id: &str) -> String {
    format!("{}/{kind}/{id}", tenant.unwrap_or_default())
}
