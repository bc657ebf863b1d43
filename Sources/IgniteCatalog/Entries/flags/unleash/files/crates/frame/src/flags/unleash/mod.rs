//! Flags of an Unleash server: fetched again and again, evaluated here, and known also while the
//! server is away. It is told which flags the service asks for.

mod features;
mod rules;
mod settings;
mod strategies;
mod usage;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use async_trait::async_trait;
use axum::http::{HeaderValue, StatusCode, header};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use self::features::Features;
pub use self::settings::UnleashSettings;
use self::usage::Usage;
use super::{FlagContext, FlagProvider};
use crate::{Error, Result, client, now};

/// The flags of one application at an Unleash server.
pub struct Unleash {
    settings: UnleashSettings,
    http: reqwest::Client,
    app: String,
    features: RwLock<Arc<Features>>,
    fetched: Mutex<Fetched>,
    usage: Mutex<Usage>,
}

#[derive(Default)]
struct Fetched {
    /// Whether the server knows this instance.
    is_registered: bool,
    etag: Option<HeaderValue>,
}

impl Unleash {
    /// A client that knows what the backup holds, and nothing without one.
    ///
    /// # Errors
    /// [`Error::Internal`] when no HTTP client can be made.
    pub fn new(settings: UnleashSettings, service: &str) -> Result<Self> {
        let backup = settings.backup.as_ref().filter(|file| file.exists());
        let features = backup.and_then(|file| match Features::load(file) {
            Ok(features) => Some(features),
            Err(error) => {
                tracing::warn!(file = %file.display(), %error, "the backup of flags is not used");
                None
            }
        });
        Ok(Self {
            http: client::plain(settings.timeout)?,
            app: settings.app.clone().unwrap_or_else(|| service.to_owned()),
            features: RwLock::new(Arc::new(features.unwrap_or_default())),
            fetched: Mutex::default(),
            usage: Mutex::new(Usage::since(now())),
            settings,
        })
    }

    fn features(&self) -> Arc<Features> {
        let features = self.features.read();
        Arc::clone(&features.unwrap_or_else(PoisonError::into_inner))
    }

    fn fetched(&self) -> std::sync::MutexGuard<'_, Fetched> {
        self.fetched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn usage(&self) -> std::sync::MutexGuard<'_, Usage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request to the server, if there is one.
    fn request(&self, method: reqwest::Method, path: &str) -> Option<reqwest::RequestBuilder> {
        let base = self.settings.url.as_deref()?.trim_end_matches('/');
        let mut request = self.http.request(method, format!("{base}{path}"));
        if let Some(token) = &self.settings.token
            && let Ok(mut token) = HeaderValue::from_str(token.expose_secret())
        {
            token.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, token);
        }
        Some(
            request
                .header("unleash-appname", &self.app)
                .header("unleash-instanceid", &self.settings.instance),
        )
    }

    async fn tell(&self, path: &str, body: &Value) -> Result<()> {
        let Some(request) = self.request(reqwest::Method::POST, path) else {
            return Ok(());
        };
        answer(request.json(body).send().await).await.map(drop)
    }

    async fn register(&self) -> Result<()> {
        if self.fetched().is_registered {
            return Ok(());
        }
        let body = json!({
            "appName": self.app,
            "instanceId": self.settings.instance,
            "sdkVersion": concat!("frame:", env!("CARGO_PKG_VERSION")),
            "strategies": strategies::KNOWN,
            "started": now(),
            "interval": u64::try_from(self.settings.interval.as_millis()).unwrap_or(u64::MAX),
        });
        self.tell("/client/register", &body).await?;
        self.fetched().is_registered = true;
        Ok(())
    }

    async fn fetch(&self) -> Result<()> {
        let Some(mut request) = self.request(reqwest::Method::GET, "/client/features") else {
            return Ok(());
        };
        if let Some(etag) = self.fetched().etag.clone() {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let response = answer(request.send().await).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(());
        }
        let etag = response.headers().get(header::ETAG).cloned();
        let fail = |error: reqwest::Error| Error::Unavailable(told(&error));
        let text = response.text().await.map_err(fail)?;
        let features = Features::read(&text)?;
        if let Some(file) = &self.settings.backup
            && let Err(error) = features::save(file, &text)
        {
            tracing::warn!(file = %file.display(), %error, "flags have no backup");
        }
        *self
            .features
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(features);
        self.fetched().etag = etag;
        Ok(())
    }
}

#[async_trait]
impl FlagProvider for Unleash {
    fn evaluate(&self, flag: &str, context: &FlagContext) -> Option<bool> {
        let is_on = self.features().evaluate(flag, context, &self.app)?;
        self.usage().count(flag, is_on);
        Some(is_on)
    }

    fn known(&self) -> Vec<String> {
        self.features().names()
    }

    async fn refresh(&self) -> Result<()> {
        // A server that does not take the registration may still tell the flags.
        let registered = self.register().await;
        self.fetch().await?;
        registered
    }

    async fn report(&self) -> Result<()> {
        let Some(usage) = self.usage().take(now()) else {
            return Ok(());
        };
        let bucket = usage.bucket(now());
        let body = json!({
            "appName": self.app, "instanceId": self.settings.instance, "bucket": bucket,
        });
        let told = self.tell("/client/metrics", &body).await;
        if told.is_err() {
            self.usage().take_back(usage);
        }
        told
    }
}

/// A response that is no refusal.
async fn answer(response: reqwest::Result<reqwest::Response>) -> Result<reqwest::Response> {
    let response = response.map_err(|error| Error::Unavailable(told(&error)))?;
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        return Ok(response);
    }
    Err(Error::Unavailable(format!(
        "the Unleash server answered {status}"
    )))
}

/// What happened, without the address, which may hold a secret.
fn told(error: &reqwest::Error) -> String {
    let what = match error {
        error if error.is_timeout() => "does not answer in time",
        error if error.is_connect() => "cannot be reached",
        _ => "broke off",
    };
    format!("the Unleash server {what}")
}
