//! External systems: calls with credentials under a policy, and notices that come back signed.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use frame::integration::{Integration, IntegrationSettings, Scheme};
//! use frame::metrics::Metrics;
//! use frame::resilience::PolicySettings;
//! use frame::testing::{Callee, Reply};
//! use frame::Reader;
//! use serde_json::{Value, json};
//!
//! let stripe = Callee::start(vec![Reply::json(200, &json!({ "paid": true }))]).await?;
//! let mut reader = Reader::from_pairs([("STRIPE_BASE_URL", stripe.url()), ("STRIPE_TOKEN", "secret")]);
//! let settings = IntegrationSettings::new("stripe", "STRIPE", PolicySettings::default())
//!     .read(&mut reader, None, Scheme::Bearer);
//! let client = Integration::new(settings, &Metrics::new("payments")?.calls)?;
//! let charge: Value = client.fetch("/charges/7").await?;
//! assert_eq!(charge["paid"], true);
//! assert_eq!(stripe.calls()[0].headers["authorization"], "Bearer secret");
//! # Ok::<(), frame::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Without its address or its secrets an integration is off: the service runs, its calls answer
//! [`Error::Unavailable`](crate::Error::Unavailable), and a log line names the variables.

mod calls;
mod credentials;
mod notice;
mod notices;
mod provider;
mod settings;
mod signature;

pub use crate::client::ClientCredentials;
pub use calls::Integration;
pub use credentials::{Credentials, Scheme};
pub use notice::Notice;
pub use notices::{NoticeHandler, NoticeSettings, Notices};
pub use provider::Provider;
pub use settings::IntegrationSettings;
pub use signature::{Signature, sign};
