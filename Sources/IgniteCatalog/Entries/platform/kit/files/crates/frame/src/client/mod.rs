//! Calls of other services over HTTP, each edge with its own policy.
//!
//! ```no_run
//! # async fn example() -> frame::Result<()> {
//! use frame::client::{Client, ClientSettings};
//! use frame::metrics::Metrics;
//! use frame::resilience::PolicySettings;
//!
//! let settings = ClientSettings::new("http://inventory:8080", PolicySettings::default());
//! let client = Client::new("inventory", &settings, &Metrics::new("orders")?.calls)?;
//! let stock: u32 = client.get("/stock").query("sku", "apple").json().await?;
//! # let _ = stock;
//! # Ok(())
//! # }
//! ```
//!
//! A call carries the trace and the id of the request at hand. What the other service refuses comes
//! back as the [`Error`] it was there; a failure of its own is [`Error::Unavailable`] here. Only calls
//! that may be made twice are retried.

mod answer;
mod authorize;
mod identity;
mod request;

use std::sync::Arc;
use std::time::Duration;

pub use answer::Answer;
pub use authorize::{Attempt, Authorize};
pub use identity::CallIdentity;
pub use request::Request;
use url::Url;

use axum::http::Method;
use identity::Identity;

use crate::config::Reader;
use crate::metrics::CallMetrics;
use crate::resilience::{BreakerState, Policy, PolicySettings};
use crate::{Error, Result};

/// Where a service is and how it is called.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientSettings {
    /// Its address, as `http://inventory:8080`.
    pub url: String,
    /// The policy of the edge.
    pub policy: PolicySettings,
    /// How it is shown who calls.
    pub identity: CallIdentity,
}

impl ClientSettings {
    /// Settings with this address and policy.
    pub fn new(url: impl Into<String>, policy: PolicySettings) -> Self {
        Self {
            url: url.into(),
            policy,
            identity: CallIdentity::None,
        }
    }

    /// Reads the address from the variable of this name, and how it is shown who calls.
    pub fn read(reader: &mut Reader, name: &str, default: &str, policy: PolicySettings) -> Self {
        let url = reader.or(name, default.to_owned());
        let is_http = |url: Url| ["http", "https"].contains(&url.scheme());
        if !Url::parse(&url).is_ok_and(is_http) {
            reader.problem(name, "is no address", "a URL such as http://inventory:8080");
        }
        Self {
            identity: CallIdentity::read(reader),
            ..Self::new(url, policy)
        }
    }
}

/// Calls one service.
#[derive(Debug, Clone)]
pub struct Client {
    name: String,
    http: reqwest::Client,
    base: String,
    policy: Policy,
    authorizer: Option<Arc<dyn Authorize>>,
    identity: Option<Arc<Identity>>,
}

impl Client {
    /// A client of the service of this name.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be made.
    pub fn new(name: &str, settings: &ClientSettings, metrics: &CallMetrics) -> Result<Self> {
        let base = settings.url.trim_end_matches('/').to_owned();
        let identity = match &settings.identity {
            CallIdentity::None => None,
            CallIdentity::Google(metadata) => Some(Arc::new(Identity::new(metadata, &base)?)),
        };
        Ok(Self {
            name: name.to_owned(),
            http: plain(settings.policy.timeout.total)?,
            base,
            policy: Policy::measured(name, &settings.policy, metrics),
            authorizer: None,
            identity,
        })
    }

    /// Proves who calls, in each attempt.
    #[must_use]
    pub fn authorized_by(mut self, authorizer: Arc<dyn Authorize>) -> Self {
        self.authorizer = Some(authorizer);
        self
    }

    /// What the circuit of this edge does with the next call.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.policy.state()
    }

    /// A call that reads.
    pub fn get(&self, path: &str) -> Request<'_> {
        Request::new(self, Method::GET, path)
    }

    /// A call that creates or commands.
    pub fn post(&self, path: &str) -> Request<'_> {
        Request::new(self, Method::POST, path)
    }

    /// A call that replaces.
    pub fn put(&self, path: &str) -> Request<'_> {
        Request::new(self, Method::PUT, path)
    }

    /// A call that removes.
    pub fn delete(&self, path: &str) -> Request<'_> {
        Request::new(self, Method::DELETE, path)
    }

    /// A call with any method.
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        Request::new(self, method, path)
    }
}

/// A client without a policy, whose requests end after `timeout` and whose redirects are not followed.
///
/// # Errors
/// [`Error::Internal`] when it cannot be made.
pub fn plain(timeout: Duration) -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| Error::Internal(format!("http client: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_url() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            let mut reader = Reader::from_pairs(pairs.iter().copied());
            let default = "http://127.0.0.1:8080";
            let policy = PolicySettings::default();
            let settings = ClientSettings::read(&mut reader, "STOCK_URL", default, policy);
            reader.finish().map(|()| settings.url)
        };
        assert_eq!(read(&[]).unwrap(), "http://127.0.0.1:8080");
        assert_eq!(
            read(&[("STOCK_URL", "https://stock")]).unwrap(),
            "https://stock"
        );
        for wrong in ["stock", "ftp://stock", "stock:8080"] {
            assert!(read(&[("STOCK_URL", wrong)]).is_err(), "{wrong}");
        }
    }
}
