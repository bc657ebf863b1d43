use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::Unleash;
use crate::config::Reader;
use crate::flags::FlagProvider;
use crate::{Result, new_id};

/// Where the server is and what it knows this service as.
#[derive(Debug, Clone)]
pub struct UnleashSettings {
    /// `UNLEASH_URL`: the address of its API, as `https://unleash.example.com/api`.
    pub url: Option<String>,
    /// `UNLEASH_TOKEN`: the token of a client.
    pub token: Option<SecretString>,
    /// `UNLEASH_APP`: the name of the application, else that of the service.
    pub app: Option<String>,
    /// `UNLEASH_INSTANCE`: the name of this process.
    pub instance: String,
    /// `UNLEASH_BACKUP`: a file that keeps the flags for a start without the server.
    pub backup: Option<PathBuf>,
    /// `UNLEASH_TIMEOUT`: how long an answer may take.
    pub timeout: Duration,
    /// `FLAGS_SYNC`: how often the server is asked, which it is told.
    pub interval: Duration,
}

impl UnleashSettings {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let url: Option<String> = reader.optional("UNLEASH_URL");
        let is_http = |url: Url| ["http", "https"].contains(&url.scheme());
        if url
            .as_deref()
            .is_some_and(|url| !Url::parse(url).is_ok_and(is_http))
        {
            let expected = "a URL such as https://unleash.example.com/api";
            reader.problem("UNLEASH_URL", "is no address", expected);
        }
        let token: Option<String> = reader.optional("UNLEASH_TOKEN");
        let backup: Option<String> = reader.optional("UNLEASH_BACKUP");
        Self {
            url,
            token: token.map(SecretString::from),
            app: reader.optional("UNLEASH_APP"),
            instance: reader.or("UNLEASH_INSTANCE", new_id().to_string()),
            backup: backup.map(PathBuf::from),
            timeout: reader.or("UNLEASH_TIMEOUT", Duration::from_secs(5)),
            interval: reader.or("FLAGS_SYNC", Duration::from_secs(30)),
        }
    }

    /// The flags of this server; without an address all are as `FLAGS_DEFAULT` says.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn open(&self, service: &str) -> Result<Arc<dyn FlagProvider>> {
        if self.url.is_none() {
            tracing::warn!("UNLEASH_URL is not set: flags are as FLAGS_DEFAULT says");
        }
        Ok(Arc::new(Unleash::new(self.clone(), service)?))
    }
}
