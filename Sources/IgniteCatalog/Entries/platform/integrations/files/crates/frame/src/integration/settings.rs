use url::Url;

use super::{Credentials, Scheme};
use crate::config::Reader;
use crate::resilience::{PolicySettings, Repeat};

/// Where an external system is and how it is called.
#[derive(Debug, Clone)]
pub struct IntegrationSettings {
    /// Its name, as `stripe`.
    pub name: String,
    /// What its variables begin with, as `STRIPE`.
    pub prefix: String,
    /// Its address; absent where nobody has said it.
    pub url: Option<String>,
    /// What proves who calls.
    pub credentials: Credentials,
    /// The policy of the edge.
    pub policy: PolicySettings,
    /// What is done about calls that may have had an effect although they failed.
    pub repeat_unsafe: Repeat,
    /// The variables that are needed and not set.
    pub missing: Vec<String>,
}

impl IntegrationSettings {
    /// Settings of a system whose address and credentials are yet to be read.
    #[must_use]
    pub fn new(name: &str, prefix: &str, policy: PolicySettings) -> Self {
        Self {
            name: name.to_owned(),
            prefix: prefix.to_owned(),
            url: None,
            credentials: Credentials::None,
            policy,
            repeat_unsafe: Repeat::Never,
            missing: Vec::new(),
        }
    }

    /// Repeats every call that failed in passing, also one that may change something twice.
    #[must_use]
    pub fn repeating_everything(mut self) -> Self {
        self.repeat_unsafe = Repeat::Idempotent;
        self
    }

    /// Reads `…_BASE_URL` and the secrets of the scheme.
    #[must_use]
    pub fn read(mut self, reader: &mut Reader, url: Option<&str>, scheme: Scheme) -> Self {
        let variable = format!("{}_BASE_URL", self.prefix);
        self.url = reader.optional(&variable).or(url.map(str::to_owned));
        match self.url.as_deref().map(Url::parse) {
            None => self.missing.push(variable),
            Some(Ok(url)) if ["http", "https"].contains(&url.scheme()) => {}
            Some(_) => {
                let expected = "a URL such as https://api.example.com";
                reader.problem(variable, "is no address", expected);
            }
        }
        let base = self.url.as_deref().unwrap_or_default();
        match Credentials::read(reader, &self.prefix, base, scheme) {
            Ok(credentials) => self.credentials = credentials,
            Err(missing) => self.missing.extend(missing),
        }
        self
    }
}
