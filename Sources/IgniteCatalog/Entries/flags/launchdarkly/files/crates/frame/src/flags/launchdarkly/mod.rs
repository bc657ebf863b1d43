//! Flags of LaunchDarkly: fetched again and again, evaluated here by its rules, and known also while it is
//! away.
//!
//! A caller is a context of the kinds `user`, `session`, `tenant` and `request`, as far as they are known;
//! properties are attributes of each. Flags with values other than true and false are not known here. How
//! often flags are asked for is not told.

mod clauses;
mod evaluation;
mod facts;
mod rules;
mod settings;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use async_trait::async_trait;
use axum::http::{HeaderValue, StatusCode, header};
use secrecy::ExposeSecret as _;

use self::evaluation::Evaluation;
use self::facts::Facts;
use self::rules::Rules;
pub use self::settings::LaunchDarklySettings;
use super::{FlagContext, FlagProvider};
use crate::{Error, Result, client};

/// The flags of one environment of LaunchDarkly.
pub struct LaunchDarkly {
    settings: LaunchDarklySettings,
    http: reqwest::Client,
    rules: RwLock<Arc<Rules>>,
    etag: Mutex<Option<HeaderValue>>,
}

impl LaunchDarkly {
    /// A client that knows what the backup holds, and nothing without one.
    ///
    /// # Errors
    /// [`Error::Internal`] when no HTTP client can be made.
    pub fn new(settings: LaunchDarklySettings) -> Result<Self> {
        let backup = settings.backup.as_ref().filter(|file| file.exists());
        let rules = backup.and_then(|file| match kept(file) {
            Ok(rules) => Some(rules),
            Err(error) => {
                tracing::warn!(file = %file.display(), %error, "the backup of flags is not used");
                None
            }
        });
        Ok(Self {
            http: client::plain(settings.timeout)?,
            rules: RwLock::new(Arc::new(rules.unwrap_or_default())),
            etag: Mutex::default(),
            settings,
        })
    }

    fn rules(&self) -> Arc<Rules> {
        let rules = self.rules.read();
        Arc::clone(&rules.unwrap_or_else(PoisonError::into_inner))
    }

    fn etag(&self) -> std::sync::MutexGuard<'_, Option<HeaderValue>> {
        self.etag.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request for all flags, if there is a key.
    fn request(&self) -> Option<reqwest::RequestBuilder> {
        let key = self.settings.key.as_ref()?;
        let mut key = HeaderValue::from_str(key.expose_secret()).ok()?;
        key.set_sensitive(true);
        let base = self.settings.url.trim_end_matches('/');
        let request = self.http.get(format!("{base}/sdk/latest-all"));
        let request = request.header(header::AUTHORIZATION, key);
        Some(match self.etag().clone() {
            Some(etag) => request.header(header::IF_NONE_MATCH, etag),
            None => request,
        })
    }
}

#[async_trait]
impl FlagProvider for LaunchDarkly {
    fn evaluate(&self, flag: &str, context: &FlagContext) -> Option<bool> {
        let rules = self.rules();
        let facts = Facts::of(context);
        Evaluation::new(&rules, &facts).evaluate(flag)
    }

    fn known(&self) -> Vec<String> {
        self.rules().flags.keys().cloned().collect()
    }

    async fn refresh(&self) -> Result<()> {
        let Some(request) = self.request() else {
            return Ok(());
        };
        let response = request.send().await.map_err(|error| told(&error))?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED {
            return Ok(());
        }
        if !status.is_success() {
            return Err(Error::Unavailable(format!(
                "LaunchDarkly answered {status}"
            )));
        }
        let etag = response.headers().get(header::ETAG).cloned();
        let text = response.text().await.map_err(|error| told(&error))?;
        let rules = Rules::read(&text)?;
        if let Some(file) = &self.settings.backup
            && let Err(error) = keep(file, &text)
        {
            tracing::warn!(file = %file.display(), %error, "flags have no backup");
        }
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
        *self.etag() = etag;
        Ok(())
    }
}

/// Reads what was kept.
fn kept(file: &Path) -> Result<Rules> {
    let text = std::fs::read_to_string(file);
    Rules::read(&text.map_err(|error| Error::Unavailable(error.to_string()))?)
}

/// Keeps what was told, whole or not at all.
fn keep(file: &Path, text: &str) -> std::io::Result<()> {
    let draft = file.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&draft, text)?;
    std::fs::rename(&draft, file)
}

/// What happened, without the address.
fn told(error: &reqwest::Error) -> Error {
    let what = match error {
        error if error.is_timeout() => "does not answer in time",
        error if error.is_connect() => "cannot be reached",
        _ => "broke off",
    };
    Error::Unavailable(format!("LaunchDarkly {what}"))
}
