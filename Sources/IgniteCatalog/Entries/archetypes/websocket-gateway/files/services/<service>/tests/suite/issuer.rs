//! An issuer of tokens, in process, with a key that is made here.

use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;

const NAME: &str = "https://id.example";

pub struct Issuer {
    key: EncodingKey,
    keys_url: String,
}

impl Issuer {
    pub async fn start() -> Self {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let keys = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "one",
            "x": text(&point[1..33]), "y": text(&point[33..]),
        }] });
        let routes = Router::new().route("/jwks.json", get(async move || axum::Json(keys)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let keys_url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self {
            key: EncodingKey::from_ec_der(document.as_ref()),
            keys_url,
        }
    }

    /// The variables that make a service accept its tokens.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let pairs = [
            ("JWT_ISSUER", NAME),
            ("JWT_AUDIENCE", "tests"),
            ("JWT_JWKS_URL", &self.keys_url),
            ("JWT_ROLES_CLAIM", "roles"),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    pub fn token(&self, user: &str, roles: &[&str]) -> String {
        self.token_for(user, roles, 300)
    }

    /// A token that is valid for so many seconds.
    pub fn token_for(&self, user: &str, roles: &[&str], seconds: i64) -> String {
        let end = frame::now().timestamp() + seconds;
        let claims = json!({ "sub": user, "iss": NAME, "aud": "tests", "exp": end, "roles": roles });
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some("one".to_owned());
        encode(&header, &claims, &self.key).unwrap()
    }
}
