//! The external systems behind the service: a typed client of each, all of them one [`Provider`].

pub mod stripe;
pub mod parcels;
pub mod ledger;
pub mod rates;

use frame::Error;
use frame::config::Reader;
use frame::integration::{IntegrationSettings, Provider, Scheme};
use frame::metrics::CallMetrics;
use frame::resilience::{PolicySettings, RateSettings};

use self::stripe::StripeClient;
use self::parcels::ParcelsClient;
use self::ledger::LedgerClient;
use self::rates::RatesClient;

/// Where they are, what proves to them who calls, and how they are called.
#[derive(Debug, Clone)]
pub struct Settings {
    pub stripe: IntegrationSettings,
    pub parcels: IntegrationSettings,
    pub ledger: IntegrationSettings,
    pub rates: IntegrationSettings,
}

impl Settings {
    /// Reads addresses and secrets from variables such as `STRIPE_BASE_URL`, and the policy from those in `CALL_…`.
    pub fn read(reader: &mut Reader) -> Self {
        let base = PolicySettings {
            rate: Some(RateSettings::default()),
            ..PolicySettings::default()
        };
        let policy = PolicySettings::read(reader, base);
        let system = |name, prefix| {
            IntegrationSettings::new(name, prefix, policy.clone())
        };
        Self {
            stripe: system("stripe", "STRIPE").read(
                reader,
                Some("https://api.stripe.com"),
                Scheme::Bearer,
            ),
            parcels: system("parcels", "PARCELS").read(
                reader,
                None,
                Scheme::ApiKey,
            ),
            ledger: system("ledger", "LEDGER").read(
                reader,
                Some("https://ledger.example.com/v2"),
                Scheme::OAuth2,
            ),
            rates: system("rates", "RATES").read(
                reader,
                None,
                Scheme::Hmac,
            ),
        }
    }
}

/// A client of each, for routes as `Extension<Providers>`.
#[derive(Debug, Clone)]
pub struct Providers {
    pub stripe: StripeClient,
    pub parcels: ParcelsClient,
    pub ledger: LedgerClient,
    pub rates: RatesClient,
}

impl Providers {
    /// Clients over HTTP; each has a circuit, a bulkhead and a retry budget of its own.
    ///
    /// # Errors
    /// A client that cannot be made.
    pub fn over_http(settings: &Settings, metrics: &CallMetrics) -> Result<Self, Error> {
        Ok(Self {
            stripe: StripeClient::new(&settings.stripe, metrics)?,
            parcels: ParcelsClient::new(&settings.parcels, metrics)?,
            ledger: LedgerClient::new(&settings.ledger, metrics)?,
            rates: RatesClient::new(&settings.rates, metrics)?,
        })
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<&dyn Provider> {
        vec![
            &self.stripe,
            &self.parcels,
            &self.ledger,
            &self.rates,
        ]
    }

    /// The one of this name.
    ///
    /// # Errors
    /// [`Error::NotFound`] when none has it.
    pub fn named(&self, name: &str) -> Result<&dyn Provider, Error> {
        let named = self.all().into_iter().find(|provider| provider.integration().name() == name);
        named.ok_or_else(|| Error::NotFound(format!("the integration {name}")))
    }
}
