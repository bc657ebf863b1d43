//! What the service asks of `Stripe`.

use frame::Error;
use frame::integration::{Integration, IntegrationSettings, Provider};
use frame::metrics::CallMetrics;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Calls `Stripe`; give each thing that the service asks of it a function of its own here.
#[derive(Debug, Clone)]
pub struct StripeClient(Integration);

impl Provider for StripeClient {
    fn integration(&self) -> &Integration {
        &self.0
    }
}

impl StripeClient {
    /// # Errors
    /// A client that cannot be made.
    pub fn new(settings: &IntegrationSettings, metrics: &CallMetrics) -> Result<Self, Error> {
        Integration::new(settings.clone(), metrics).map(Self)
    }

    /// Reads something.
    ///
    /// # Errors
    /// What was refused, or [`Error::Unavailable`].
    pub async fn fetch<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.0.fetch(path).await
    }

    /// Sends something. A key, where such keys are known there, makes a repeated call count once, so
    /// that it may be retried.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub async fn send<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        key: Option<&str>,
        body: &B,
    ) -> Result<T, Error> {
        self.0.send(path, key, body).await
    }
}
