use std::time::Duration;

use axum::http::header;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::form_urlencoded;

use super::plain;
use crate::config::Reader;
use crate::security::Sensitive;
use crate::{Error, Result};

/// How long before its end a token is replaced.
const EARLY: Duration = Duration::from_secs(30);
/// How long a token is good that does not say it.
const USUAL: Duration = Duration::from_secs(300);
/// How long the server of tokens may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Gets tokens of an OAuth 2 server for the service itself, and keeps each while it is good.
#[derive(Debug)]
pub struct ClientCredentials {
    url: String,
    id: Sensitive<String>,
    secret: Sensitive<String>,
    scope: Option<String>,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    token: Sensitive<String>,
    until: Instant,
}

#[derive(Deserialize)]
struct Issued {
    access_token: Sensitive<String>,
    expires_in: Option<u32>,
}

impl ClientCredentials {
    /// Credentials for the server of tokens at this address.
    #[must_use]
    pub fn new(
        url: String,
        id: Sensitive<String>,
        secret: Sensitive<String>,
        scope: Option<String>,
    ) -> Self {
        Self {
            url,
            id,
            secret,
            scope,
            kept: Mutex::new(None),
        }
    }

    /// Reads `…_TOKEN_URL`, `…_CLIENT_ID`, `…_CLIENT_SECRET` and `…_SCOPE`; `None` unless the first
    /// three are set.
    pub fn read(reader: &mut Reader, prefix: &str) -> Option<Self> {
        let mut read = |name: &str| reader.optional::<String>(&format!("{prefix}_{name}"));
        let (url, id) = (read("TOKEN_URL"), read("CLIENT_ID").map(Sensitive::new));
        let (secret, scope) = (read("CLIENT_SECRET").map(Sensitive::new), read("SCOPE"));
        Some(Self::new(url?, id?, secret?, scope))
    }

    /// A token that is good.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server does not answer, [`Error::Internal`] when it refuses.
    pub async fn token(&self) -> Result<Sensitive<String>> {
        // Others wait while one asks: a burst of calls needs one token.
        let mut kept = self.kept.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| Instant::now() < kept.until) {
            return Ok(kept.token.clone());
        }
        let issued = self.ask().await?;
        let lasts = issued
            .expires_in
            .map_or(USUAL, |s| Duration::from_secs(s.into()));
        let until = Instant::now() + lasts.saturating_sub(EARLY.min(lasts / 2));
        let token = issued.access_token;
        *kept = Some(Kept {
            token: token.clone(),
            until,
        });
        Ok(token)
    }

    /// Drops the token, because it was not accepted.
    pub async fn forget(&self) {
        *self.kept.lock().await = None;
    }

    fn form(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if let Some(scope) = &self.scope {
            form.append_pair("scope", scope);
        }
        form.finish()
    }

    async fn ask(&self) -> Result<Issued> {
        let request = plain(PATIENCE)?
            .post(&self.url)
            .basic_auth(self.id.expose(), Some(self.secret.expose()))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(self.form());
        let lost = |error: reqwest::Error| {
            Error::Unavailable(format!("the server of tokens: {}", error.without_url()))
        };
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        if status.is_client_error() {
            return Err(Error::Internal(format!(
                "the server of tokens answered {status}"
            )));
        }
        // What it answered may hold a token, so it is not told.
        let answer = answer.error_for_status().map_err(lost)?;
        let body = answer.bytes().await.map_err(lost)?;
        serde_json::from_slice(&body)
            .map_err(|_| Error::Internal("the server of tokens gave none".to_owned()))
    }
}
