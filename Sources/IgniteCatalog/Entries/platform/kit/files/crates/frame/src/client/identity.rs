use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::form_urlencoded;

use crate::config::{Reader, Setting};
use crate::{Error, Result};

/// The header that Cloud Run takes the caller's identity from and keeps from the service, so that
/// `Authorization` is free for whoever the call is made for.
const HEADER: HeaderName = HeaderName::from_static("x-serverless-authorization");
/// How long before its end a token is asked for anew.
const MARGIN: Duration = Duration::from_secs(300);

/// How calls of other services show which service makes them: `CALL_IDENTITY`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CallIdentity {
    /// Not at all.
    #[default]
    None,
    /// By tokens of Google Cloud's metadata server, which this host is asked for.
    Google(String),
}

impl CallIdentity {
    /// Reads `CALL_IDENTITY` (`none` or `google`) and `GCE_METADATA_HOST`.
    pub fn read(reader: &mut Reader) -> Self {
        match reader.or("CALL_IDENTITY", Kind::None) {
            Kind::None => Self::None,
            Kind::Google => {
                let usual = "metadata.google.internal".to_owned();
                Self::Google(reader.or("GCE_METADATA_HOST", usual))
            }
        }
    }
}

enum Kind {
    None,
    Google,
}

impl Setting for Kind {
    const EXPECTED: &'static str = "none or google";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "none" => Some(Self::None),
            "google" => Some(Self::Google),
            _ => None,
        }
    }
}

/// The tokens for calls of one service.
#[derive(Debug)]
pub(crate) struct Identity {
    http: reqwest::Client,
    url: String,
    kept: Mutex<Option<(HeaderValue, SystemTime)>>,
}

impl Identity {
    /// The tokens for the service at an address.
    pub(super) fn new(metadata: &str, audience: &str) -> Result<Self> {
        let account = "computeMetadata/v1/instance/service-accounts/default";
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("audience", audience)
            .finish();
        Ok(Self {
            http: super::plain(Duration::from_secs(5))?,
            url: format!("http://{metadata}/{account}/identity?{query}"),
            kept: Mutex::new(None),
        })
    }

    /// Adds the token to the headers of an attempt.
    pub(crate) async fn show(&self, headers: &mut HeaderMap) -> Result<()> {
        headers.insert(HEADER, self.header().await?);
        Ok(())
    }

    async fn header(&self) -> Result<HeaderValue> {
        let mut kept = self.kept.lock().await;
        let now = SystemTime::now();
        if let Some((header, ends)) = &*kept
            && *ends > now + MARGIN
        {
            return Ok(header.clone());
        }
        match (self.fetch().await, &*kept) {
            (Ok((header, ends)), _) => {
                *kept = Some((header.clone(), ends));
                Ok(header)
            }
            (Err(_), Some((header, ends))) if *ends > now => Ok(header.clone()),
            (Err(error), _) => Err(error),
        }
    }

    async fn fetch(&self) -> Result<(HeaderValue, SystemTime)> {
        let lost = |error: reqwest::Error| {
            Error::Unavailable(format!("no identity token: {}", error.without_url()))
        };
        let request = self.http.get(&self.url).header("metadata-flavor", "Google");
        let answer = request.send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        let token = answer.map_err(lost)?.text().await.map_err(lost)?;
        let odd = || Error::Unavailable("no identity token: the answer is none".to_owned());
        let token = token.trim();
        let ends = expiry(token).ok_or_else(odd)?;
        let mut header = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| odd())?;
        header.set_sensitive(true);
        Ok((header, ends))
    }
}

#[derive(Deserialize)]
struct Claims {
    exp: u64,
}

/// When a token ends; its signature is the other side's business.
fn expiry(token: &str) -> Option<SystemTime> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(claims.exp))
}
