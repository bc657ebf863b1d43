//! Calls of others over HTTP (feature `client`).

use std::time::Duration;

use crate::{Error, Result};

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
