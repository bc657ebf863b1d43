//! An issuer of tokens in process, for the tests of a service.

use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Error, Result};

/// Makes tokens with a key of its own, which it shows at every path.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use frame::authentication::issuer::Issuer;
/// use frame::security::jwt::{Authenticator, JwtSettings};
///
/// let issuer = Issuer::start().await?;
/// let token = issuer.token(&issuer.claims("shop", &["clerk"]))?;
/// let settings = JwtSettings::new(issuer.url(), "shop", issuer.url());
/// let caller = Authenticator::new(settings)?.verify(&token).await;
/// assert!(caller.is_ok_and(|caller| caller.has_role("clerk")));
/// # Ok::<(), frame::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Issuer {
    url: String,
    private: Vec<u8>,
    server: JoinHandle<()>,
}

impl Issuer {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is none.
    pub async fn start() -> Result<Self> {
        let fail = |error: std::io::Error| Error::Unavailable(error.to_string());
        let (private, public) = key().map_err(|error| Error::Internal(error.to_string()))?;
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(fail)?;
        let url = format!("http://{}", listener.local_addr().map_err(fail)?);
        let keys = Json(json!({ "keys": [public] }));
        let routes = Router::new().fallback(get(async move || keys));
        let server = tokio::spawn(async move {
            axum::serve(listener, routes).await.ok();
        });
        Ok(Self {
            url,
            private,
            server,
        })
    }

    /// Its address, which its tokens name as their issuer.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What a good token says, its roles in every place where issuers put them.
    #[must_use]
    pub fn claims(&self, audience: &str, roles: &[&str]) -> Value {
        let now = crate::now().timestamp();
        json!({
            "sub": "ada", "iss": self.url, "aud": audience, "exp": now + 300, "nbf": now - 1,
            "roles": roles, "permissions": roles, "cognito:groups": roles,
            "realm_access": { "roles": roles },
        })
    }

    /// A token that says this.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be signed.
    pub fn token(&self, claims: &Value) -> Result<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some("test".to_owned());
        encode(&header, claims, &EncodingKey::from_ec_der(&self.private))
            .map_err(|error| Error::Internal(error.to_string()))
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A private key and what others see of it.
fn key() -> Result<(Vec<u8>, Value), ring::error::Unspecified> {
    let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let document = EcdsaKeyPair::generate_pkcs8(kind, &random)?;
    let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random)
        .map_err(|_| ring::error::Unspecified)?;
    let point = pair.public_key().as_ref();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let public = json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "test",
        "x": text(&point[1..33]), "y": text(&point[33..]),
    });
    Ok((document.as_ref().to_vec(), public))
}
