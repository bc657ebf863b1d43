use std::sync::Arc;

use axum::http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::IntegrationSettings;
use crate::client::{Client, ClientSettings, Request};
use crate::metrics::CallMetrics;
use crate::resilience::{BreakerState, Repeat};
use crate::{Error, Result};

/// The header of a key that makes a repeated call count once.
pub(super) const KEY: &str = "idempotency-key";

/// Calls one external system; clones share its policy and its tokens.
#[derive(Debug, Clone)]
pub struct Integration {
    name: String,
    base: String,
    missing: Arc<[String]>,
    repeat_unsafe: Repeat,
    client: Client,
}

impl Integration {
    /// A client of the system; one without its address or secrets is off.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be made.
    pub fn new(settings: IntegrationSettings, metrics: &CallMetrics) -> Result<Self> {
        let IntegrationSettings { name, missing, .. } = settings;
        if !missing.is_empty() {
            let variables = missing.join(", ");
            tracing::warn!(integration = name, variables, "off until these are set");
        }
        let base = settings.url.unwrap_or_default();
        let base = base.trim_end_matches('/').to_owned();
        let client = ClientSettings::new(base.clone(), settings.policy);
        let client = Client::new(&name, &client, metrics)?;
        Ok(Self {
            client: client.authorized_by(Arc::new(settings.credentials)),
            name,
            base,
            missing: missing.into(),
            repeat_unsafe: settings.repeat_unsafe,
        })
    }

    /// The name of the system.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The variables without which it is off.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// What the circuit does with the next call.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.client.state()
    }

    /// Reads something.
    ///
    /// # Errors
    /// What the system refused, or [`Error::Unavailable`].
    pub async fn fetch<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call(Method::GET, path, None)?.json().await
    }

    /// Sends something with POST. A key, where the system knows such keys, makes a repeated call
    /// count once, so that it may be retried.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub async fn send<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        key: Option<&str>,
        body: &B,
    ) -> Result<T> {
        self.call(Method::POST, path, key)?.body(body).json().await
    }

    /// A call that has not been made yet, with retries where twice has the effect of once.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the system is off, [`Error::Malformed`] for a path that leads
    /// out of what it serves.
    pub fn call(&self, method: Method, path: &str, key: Option<&str>) -> Result<Request<'_>> {
        if !self.missing.is_empty() {
            let (name, variables) = (&self.name, self.missing.join(", "));
            return Err(Error::Unavailable(format!(
                "{name} is off without {variables}"
            )));
        }
        if !is_within(&self.base, path) {
            return Err(Error::Malformed("the path leads elsewhere".to_owned()));
        }
        let is_safe = method.is_idempotent() || key.is_some();
        let repeat = if is_safe {
            Repeat::Idempotent
        } else {
            self.repeat_unsafe
        };
        let request = self.client.request(method, path).repeated(repeat);
        Ok(match key {
            Some(key) => request.idempotent(KEY, key),
            None => request,
        })
    }
}

/// Whether a path, dots and escapes resolved, is below the address.
fn is_within(base: &str, path: &str) -> bool {
    let (Ok(base), Ok(url)) = (Url::parse(base), Url::parse(&format!("{base}{path}"))) else {
        return false;
    };
    if path.is_empty() {
        return true;
    }
    let below = base.path().trim_end_matches('/');
    path.starts_with('/')
        && url.origin() == base.origin()
        && url
            .path()
            .strip_prefix(below)
            .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_address() {
        let base = "https://api.example/v1";
        for path in ["", "/charges", "/charges/7?expand=a", "/a/../b", "/%C3%A4"] {
            assert!(is_within(base, path), "{path}");
        }
        for path in [
            "charges",
            "@evil.example/",
            ".evil.example",
            "/../v2",
            "/%2e%2e/v2",
            "/..\\v2",
        ] {
            assert!(!is_within(base, path), "{path}");
        }
        assert!(is_within("https://api.example", "//charges"));
    }
}
