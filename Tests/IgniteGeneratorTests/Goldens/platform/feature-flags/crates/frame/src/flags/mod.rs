//! What can be switched while a service runs.
//!
//! A handler takes [`FeatureFlags`] and asks; routes that belong to a flag stand [`behind`] it and are
//! not there while it is off. While the flag `<service>-maintenance` is on, the routes of a service
//! answer 503. Who knows the flags is a [`FlagProvider`]; what it does not know is decided by
//! `FLAGS_DEFAULT`.
//!
//! ```
//! use axum::{Router, routing::get};
//! use frame::flags::{self, FeatureFlags};
//!
//! async fn greeting(flags: FeatureFlags) -> &'static str {
//!     if flags.is_on("new-greeting") { "Hello there" } else { "Hello" }
//! }
//!
//! let beta: Router = Router::new().route("/beta", get(async || "soon"));
//! let routes = Router::new().route("/", get(greeting)).merge(flags::behind(beta, "beta"));
//! # let _: Router = routes;
//! ```

mod bucket;
mod context;
mod guard;
mod settings;
pub mod env;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

pub use self::bucket::bucket;
pub use self::context::{FeatureFlags, FlagContext};
pub use self::guard::behind;
pub(crate) use self::guard::{known_to, operations};
pub use self::settings::{FlagDefault, FlagSettings};
use crate::Result;

/// Where the flags of this platform come from.
pub use self::env::EnvSettings as ProviderSettings;

/// Knows which flags are on.
#[async_trait]
pub trait FlagProvider: Send + Sync + 'static {
    /// Whether a flag is on here; `None` when it is not known.
    fn evaluate(&self, flag: &str, context: &FlagContext) -> Option<bool>;

    /// The names of the flags that are known, sorted.
    fn known(&self) -> Vec<String>;

    /// Brings what is known up to date; what was known before stays known when that fails.
    ///
    /// # Errors
    /// Why it could not.
    async fn refresh(&self) -> Result<()>;

    /// Tells the provider how often flags were on and off.
    ///
    /// # Errors
    /// Why it could not.
    async fn report(&self) -> Result<()> {
        Ok(())
    }
}

/// The flags of a service; clones are the same.
#[derive(Clone)]
pub struct Flags {
    provider: Arc<dyn FlagProvider>,
    settings: FlagSettings,
}

impl Flags {
    /// The flags that a provider knows, and for others what the settings say.
    #[must_use]
    pub fn new(provider: Arc<dyn FlagProvider>, settings: FlagSettings) -> Self {
        Self { provider, settings }
    }

    /// Whether a flag is on here.
    #[must_use]
    pub fn is_on(&self, flag: &str, context: &FlagContext) -> bool {
        let known = self.provider.evaluate(flag, context);
        known.unwrap_or_else(|| self.settings.default.is_on(flag, context))
    }

    /// Whether somebody who knows the flag says that it is on; for switches that are off by nature.
    #[must_use]
    pub fn is_switched_on(&self, flag: &str, context: &FlagContext) -> bool {
        self.provider.evaluate(flag, context) == Some(true)
    }

    /// The names of the flags that are known, sorted.
    #[must_use]
    pub fn known(&self) -> Vec<String> {
        self.provider.known()
    }

    /// Keeps the flags up to date until `stop`.
    ///
    /// # Errors
    /// None: a provider that is away is asked again.
    pub async fn run(self, stop: CancellationToken) -> Result<()> {
        loop {
            if let Err(error) = self.provider.refresh().await {
                tracing::warn!(%error, "flags stay as they were known last");
            }
            let wait = tokio::time::sleep(self.settings.sync);
            let goes_on = stop.run_until_cancelled(wait).await.is_some();
            if let Err(error) = self.provider.report().await {
                tracing::warn!(%error, "the use of flags could not be told");
            }
            if !goes_on {
                return Ok(());
            }
        }
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flags").finish_non_exhaustive()
    }
}
