use std::sync::Arc;

use async_trait::async_trait;
use axum::http::{HeaderName, HeaderValue, header};

use super::{ClientCredentials, sign};
use crate::client::{Attempt, Authorize};
use crate::config::Reader;
use crate::security::Sensitive;
use crate::{Error, Result};

/// How a service proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Not at all.
    None,
    /// By a key in a header: `…_API_KEY`, in the header that `…_API_KEY_HEADER` names.
    ApiKey,
    /// By a token that does not change: `…_TOKEN`.
    Bearer,
    /// By a signature of each request: `…_SIGNING_SECRET`, and `…_KEY_ID` where keys have names.
    Hmac,
    /// By tokens of an OAuth 2 server: `…_CLIENT_ID`, `…_CLIENT_SECRET`, `…_TOKEN_URL`, `…_SCOPE`.
    OAuth2,
}

/// What proves who calls; its secrets are never printed.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// Nothing.
    None,
    /// A key in a header.
    ApiKey {
        /// The header.
        header: HeaderName,
        /// The key.
        key: Sensitive<String>,
    },
    /// A token that does not change.
    Bearer(Sensitive<String>),
    /// A signature of each request, in `x-signature`.
    Hmac {
        /// The name of the key, sent in `x-key-id`.
        key_id: Option<String>,
        /// The key.
        secret: Sensitive<String>,
    },
    /// Tokens of an OAuth 2 server, kept while they are good.
    OAuth2(Arc<ClientCredentials>),
}

impl Credentials {
    /// Reads the variables of a scheme; without some of them gives their names.
    ///
    /// # Errors
    /// The names of the variables that are not set.
    pub fn read(
        reader: &mut Reader,
        prefix: &str,
        base: &str,
        scheme: Scheme,
    ) -> Result<Self, Vec<String>> {
        let mut secrets = Secrets {
            reader,
            prefix,
            missing: Vec::new(),
        };
        let credentials = match scheme {
            Scheme::None => Self::None,
            Scheme::ApiKey => Self::ApiKey {
                header: secrets.header(),
                key: secrets.needed("API_KEY"),
            },
            Scheme::Bearer => Self::Bearer(secrets.needed("TOKEN")),
            Scheme::Hmac => Self::Hmac {
                key_id: secrets.optional("KEY_ID"),
                secret: secrets.needed("SIGNING_SECRET"),
            },
            Scheme::OAuth2 => Self::OAuth2(Arc::new(ClientCredentials::new(
                secrets
                    .optional("TOKEN_URL")
                    .unwrap_or_else(|| format!("{}/oauth/token", base.trim_end_matches('/'))),
                secrets.needed("CLIENT_ID"),
                secrets.needed("CLIENT_SECRET"),
                secrets.optional("SCOPE"),
            ))),
        };
        if secrets.missing.is_empty() {
            Ok(credentials)
        } else {
            Err(secrets.missing)
        }
    }
}

/// Reads the variables of one system.
struct Secrets<'r> {
    reader: &'r mut Reader,
    prefix: &'r str,
    missing: Vec<String>,
}

impl Secrets<'_> {
    fn optional(&mut self, name: &str) -> Option<String> {
        self.reader.optional(&format!("{}_{name}", self.prefix))
    }

    fn needed(&mut self, name: &str) -> Sensitive<String> {
        let value = self.optional(name);
        if value.is_none() {
            self.missing.push(format!("{}_{name}", self.prefix));
        }
        Sensitive::new(value.unwrap_or_default())
    }

    fn header(&mut self) -> HeaderName {
        let name = self.optional("API_KEY_HEADER");
        let name = name.unwrap_or_else(|| "x-api-key".to_owned());
        HeaderName::try_from(&name).unwrap_or_else(|_| {
            let variable = format!("{}_API_KEY_HEADER", self.prefix);
            self.reader
                .problem(variable, "is no header name", "a header name");
            header::AUTHORIZATION
        })
    }
}

#[async_trait]
impl Authorize for Credentials {
    async fn authorize(&self, attempt: &mut Attempt<'_>) -> Result<()> {
        match self {
            Self::None => {}
            Self::ApiKey { header, key } => {
                let key = secret(key.expose())?;
                attempt.headers.insert(header, key);
            }
            Self::Bearer(token) => bearer(attempt, token.expose())?,
            Self::Hmac {
                key_id,
                secret: key,
            } => {
                if let Some(id) = key_id {
                    attempt.headers.insert("x-key-id", secret(id)?);
                }
                let now = crate::now().timestamp();
                let signature = sign(key, now, &signed_part(attempt));
                attempt.headers.insert("x-signature", secret(&signature)?);
            }
            Self::OAuth2(tokens) => bearer(attempt, tokens.token().await?.expose())?,
        }
        Ok(())
    }

    async fn refused(&self) -> bool {
        match self {
            Self::OAuth2(tokens) => {
                tokens.forget().await;
                true
            }
            _ => false,
        }
    }
}

fn bearer(attempt: &mut Attempt<'_>, token: &str) -> Result<()> {
    let value = secret(&format!("Bearer {token}"))?;
    attempt.headers.insert(header::AUTHORIZATION, value);
    Ok(())
}

/// What a request's signature is over: its method, path with parameters, and body.
fn signed_part(attempt: &Attempt<'_>) -> Vec<u8> {
    let path = attempt
        .url
        .split_once("://")
        .map_or(attempt.url, |(_, rest)| {
            rest.find('/').map_or("/", |start| &rest[start..])
        });
    let mut part = format!("{}.{path}.", attempt.method).into_bytes();
    part.extend_from_slice(attempt.body);
    part
}

/// A header's value that logs do not show.
fn secret(text: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| Error::Internal("a secret does not fit into a header".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}
