use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::Refusal;
use crate::config::Variables;
use crate::now;

/// Where the agent of ECS answers.
const CONTAINER_HOST: &str = "http://169.254.170.2";
/// How long before their end credentials are asked for anew.
const EARLY: Duration = Duration::from_secs(300);

/// Who signs.
#[derive(Clone)]
pub(super) struct Credentials {
    pub id: String,
    pub secret: String,
    pub token: Option<String>,
    /// Until when they are good, if not for ever.
    pub ends: Option<DateTime<Utc>>,
}

/// Where credentials come from.
#[derive(Clone)]
enum Source {
    Fixed(Credentials),
    Container {
        url: String,
        token: Option<String>,
        token_file: Option<String>,
    },
}

/// Credentials, kept until shortly before their end.
pub(super) struct Provider {
    source: Source,
    http: reqwest::Client,
    cached: Mutex<Option<Credentials>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
    expiration: Option<DateTime<Utc>>,
}

impl Provider {
    /// `None` when the variables name no source.
    pub fn new(variables: &Variables, http: reqwest::Client) -> Option<Self> {
        let text = |name| variables.get(name).map(str::to_owned);
        let fixed = || {
            Some(Source::Fixed(Credentials {
                id: text("AWS_ACCESS_KEY_ID")?,
                secret: text("AWS_SECRET_ACCESS_KEY")?,
                token: text("AWS_SESSION_TOKEN"),
                ends: None,
            }))
        };
        let container = || {
            let path = text("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
            let url = path.map(|path| format!("{CONTAINER_HOST}{path}"));
            Some(Source::Container {
                url: url.or_else(|| text("AWS_CONTAINER_CREDENTIALS_FULL_URI"))?,
                token: text("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
                token_file: text("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
            })
        };
        Some(Self {
            source: fixed().or_else(container)?,
            http,
            cached: Mutex::new(None),
        })
    }

    /// Credentials that are good for a while.
    pub async fn get(&self) -> Result<Credentials, Refusal> {
        let (url, token, file) = match &self.source {
            Source::Fixed(credentials) => return Ok(credentials.clone()),
            Source::Container {
                url,
                token,
                token_file,
            } => (url, token, token_file),
        };
        // Others wait while one asks.
        let mut cached = self.cached.lock().await;
        if let Some(known) = &*cached
            && known.ends.is_none_or(|ends| ends - EARLY > now())
        {
            return Ok(known.clone());
        }
        match self.fetch(url, token.as_deref(), file.as_deref()).await {
            Ok(credentials) => {
                *cached = Some(credentials.clone());
                Ok(credentials)
            }
            Err(reason) => match &*cached {
                Some(known) if known.ends.is_some_and(|ends| ends > now()) => Ok(known.clone()),
                _ => Err(Refusal::unavailable(format!("no credentials: {reason}"))),
            },
        }
    }

    async fn fetch(
        &self,
        url: &str,
        token: Option<&str>,
        file: Option<&str>,
    ) -> Result<Credentials, String> {
        let mut request = self.http.get(url);
        // The file first: it is renewed, while the variable stays.
        let token = match file {
            Some(file) => {
                let text = tokio::fs::read_to_string(file).await;
                Some(text.map_err(|error| error.to_string())?)
            }
            None => token.map(str::to_owned),
        };
        if let Some(token) = token {
            request = request.header("authorization", token.trim());
        }
        let reason = |error: reqwest::Error| error.without_url().to_string();
        let answer = request.send().await.map_err(reason)?;
        let answer = answer.error_for_status().map_err(reason)?;
        let answer: Answer = answer.json().await.map_err(reason)?;
        Ok(Credentials {
            id: answer.access_key_id,
            secret: answer.secret_access_key,
            token: answer.token,
            ends: answer.expiration,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use axum::http::HeaderMap;
    use axum::routing::get;
    use axum::{Json, Router};
    use secrecy::SecretString;
    use serde_json::json;

    use super::*;

    fn provider(variables: &[(&'static str, &str)]) -> Option<Provider> {
        let secret = |(name, value): &(&'static str, &str)| (*name, SecretString::from(*value));
        let http = crate::client::plain(Duration::from_secs(5)).unwrap();
        Provider::new(&variables.iter().map(secret).collect(), http)
    }

    #[tokio::test]
    async fn the_environment_comes_first() {
        assert!(provider(&[("AWS_ACCESS_KEY_ID", "a")]).is_none());
        let fixed = provider(&[
            ("AWS_ACCESS_KEY_ID", "a"),
            ("AWS_SECRET_ACCESS_KEY", "b"),
            ("AWS_SESSION_TOKEN", "c"),
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/d"),
        ]);
        let credentials = fixed.unwrap().get().await.unwrap();
        assert_eq!(credentials.token.as_deref(), Some("c"));
    }

    #[tokio::test]
    async fn a_container_asks_its_agent_and_renews() {
        let asked = Arc::new(AtomicU32::new(0));
        let counted = asked.clone();
        let answer = move |headers: HeaderMap| async move {
            assert_eq!(headers["authorization"], "opened");
            // The first are about to end, the next are good for an hour.
            let minutes = if counted.fetch_add(1, Ordering::SeqCst) == 0 { 4 } else { 60 };
            let ends = now() + chrono::Duration::minutes(minutes);
            let id = format!("id{minutes}");
            Json(json!({
                "AccessKeyId": id, "SecretAccessKey": "s", "Token": "t", "Expiration": ends
            }))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/role", listener.local_addr().unwrap());
        let routes = Router::new().route("/role", get(answer));
        let server = tokio::spawn(async { axum::serve(listener, routes).await });
        let file = std::env::temp_dir().join(crate::new_id().to_string());
        std::fs::write(&file, "opened\n").unwrap();
        let provider = provider(&[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.to_str().unwrap()),
        ])
        .unwrap();
        assert_eq!(provider.get().await.unwrap().id, "id4");
        for _ in 0..3 {
            assert_eq!(provider.get().await.unwrap().id, "id60");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        server.abort();
        std::fs::remove_file(file).unwrap();
    }

    #[tokio::test]
    async fn without_an_agent_there_are_none() {
        let gone = provider(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")]);
        let refused = gone.unwrap().get().await.err().unwrap();
        assert!(refused.message.starts_with("no credentials"), "{refused}");
    }
}
