//! The services that this one calls, each behind a trait.

pub mod stock;

use std::sync::Arc;

use frame::Error;
use frame::client::ClientSettings;
use frame::config::Reader;
use frame::metrics::CallMetrics;
use frame::resilience::PolicySettings;

use self::stock::{StockClient, HttpStockClient};

/// Where they are, and how they are called.
#[derive(Debug, Clone)]
pub struct Settings {
    pub stock: ClientSettings,
}

impl Settings {
    /// Reads addresses from variables such as `STOCK_URL`, and the policy from those in `CALL_…`.
    pub fn read(reader: &mut Reader) -> Self {
        let policy = PolicySettings::read(reader, PolicySettings::default());
        Self {
            stock: ClientSettings::read(
                reader,
                "STOCK_URL",
                "http://127.0.0.1:10693",
                policy.clone(),
            ),
        }
    }
}

/// A client of each, for routes as `Extension<Clients>`.
#[derive(Clone)]
pub struct Clients {
    pub stock: Arc<dyn StockClient>,
}

impl Clients {
    /// Clients over the network; each edge has a circuit, a bulkhead and a retry budget of its own.
    ///
    /// # Errors
    /// A client that cannot be made.
    pub fn over_http(settings: &Settings, metrics: &CallMetrics) -> Result<Self, Error> {
        Ok(Self {
            stock: Arc::new(HttpStockClient::new(&settings.stock, metrics)?),
        })
    }
}
