use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::LaunchDarkly;
use crate::Result;
use crate::config::Reader;
use crate::flags::FlagProvider;

/// Where LaunchDarkly is and what it knows this service as.
#[derive(Debug, Clone)]
pub struct LaunchDarklySettings {
    /// `LAUNCHDARKLY_SDK_KEY`: the server-side key of an environment.
    pub key: Option<SecretString>,
    /// `LAUNCHDARKLY_URL`: where flags are told, that of LaunchDarkly itself or of a relay.
    pub url: String,
    /// `LAUNCHDARKLY_BACKUP`: a file that keeps the flags for a start without the server.
    pub backup: Option<PathBuf>,
    /// `LAUNCHDARKLY_TIMEOUT`: how long an answer may take.
    pub timeout: Duration,
}

impl LaunchDarklySettings {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let key: Option<String> = reader.optional("LAUNCHDARKLY_SDK_KEY");
        let url = reader.or(
            "LAUNCHDARKLY_URL",
            "https://sdk.launchdarkly.com".to_owned(),
        );
        if !Url::parse(&url).is_ok_and(|url| ["http", "https"].contains(&url.scheme())) {
            let expected = "a URL such as https://sdk.launchdarkly.com";
            reader.problem("LAUNCHDARKLY_URL", "is no address", expected);
        }
        let backup: Option<String> = reader.optional("LAUNCHDARKLY_BACKUP");
        Self {
            key: key.map(SecretString::from),
            url,
            backup: backup.map(PathBuf::from),
            timeout: reader.or("LAUNCHDARKLY_TIMEOUT", Duration::from_secs(5)),
        }
    }

    /// The flags of this environment; without a key all are as `FLAGS_DEFAULT` says.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn open(&self, _service: &str) -> Result<Arc<dyn FlagProvider>> {
        if self.key.is_none() {
            tracing::warn!("LAUNCHDARKLY_SDK_KEY is not set: flags are as FLAGS_DEFAULT says");
        }
        Ok(Arc::new(LaunchDarkly::new(self.clone())?))
    }
}
