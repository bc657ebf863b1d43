//! Tokens, signed with keys that are made here, and an issuer in process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frame::config::IdempotencySettings;
use frame::idempotency::{Idempotency, MemoryStore};
use frame::security::jwt::{Authenticator, JwtSettings, Principal, TokenError, require_role};
use http_body_util::BodyExt as _;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use tower::ServiceExt as _;

struct Key {
    id: &'static str,
    private: EncodingKey,
    public: Value,
}

fn key(id: &'static str) -> Key {
    let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap();
    let point = pair.public_key().as_ref();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let public = json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": id,
        "x": text(&point[1..33]), "y": text(&point[33..]),
    });
    Key {
        id,
        private: EncodingKey::from_ec_der(document.as_ref()),
        public,
    }
}

/// An issuer that can be taken away and can change its keys.
#[derive(Clone, Default)]
struct Issuer {
    keys: Arc<std::sync::Mutex<Vec<Value>>>,
    fetched: Arc<AtomicU32>,
    down: Arc<AtomicBool>,
}

impl Issuer {
    async fn start(keys: &[&Key]) -> (Self, JwtSettings) {
        let issuer = Self::default();
        issuer.publish(keys);
        let answering = issuer.clone();
        let routes = Router::new().route("/jwks.json", get(async move || answering.answer()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (issuer, JwtSettings::new("https://id.example", "shop", url))
    }

    fn publish(&self, keys: &[&Key]) {
        *self.keys.lock().unwrap() = keys.iter().map(|key| key.public.clone()).collect();
    }

    fn answer(&self) -> Response {
        self.fetched.fetch_add(1, Ordering::Relaxed);
        if self.down.load(Ordering::Relaxed) {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        axum::Json(json!({ "keys": *self.keys.lock().unwrap() })).into_response()
    }
}

fn claims() -> Value {
    let now = frame::now().timestamp();
    json!({
        "sub": "ada", "iss": "https://id.example", "aud": "shop",
        "exp": now + 300, "nbf": now - 1, "roles": ["admin", "clerk"],
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn sign(key: &Key, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(key.id.to_owned());
    encode(&header, claims, &key.private).unwrap()
}

#[tokio::test]
async fn accepts_what_the_issuer_signed_for_us() {
    let key = key("one");
    let (issuer, settings) = Issuer::start(&[&key]).await;
    let authenticator = Authenticator::new(settings).unwrap();
    let principal = authenticator.verify(&sign(&key, &claims())).await.unwrap();
    assert_eq!(principal.subject, "ada");
    assert!(principal.has_role("clerk") && !principal.has_role("owner"));
    assert_eq!(principal.claims["aud"], "shop");
    for _ in 0..5 {
        assert!(authenticator.verify(&sign(&key, &claims())).await.is_ok());
    }
    assert_eq!(issuer.fetched.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_key_outlives_the_token_but_not_the_caller() {
    let key = key("one");
    let (_issuer, settings) = Issuer::start(&[&key]).await;
    let store = Arc::new(MemoryStore::default());
    let keys = Idempotency::new(store, None, "orders", IdempotencySettings::default());
    let calls = Arc::<AtomicU32>::default();
    let order = async move || calls.fetch_add(1, Ordering::SeqCst).to_string();
    let routes = keys.layer(Router::new().route("/orders", post(order)));
    let routes = Authenticator::new(settings).unwrap().layer(routes);
    let now = frame::now().timestamp();
    for (order, claims) in [
        ("0", claims()),
        ("0", with("exp", json!(now + 600))),
        ("0", with("jti", json!("another"))),
        ("1", with("sub", json!("bob"))),
        ("2", with("azp", json!("a program"))),
        ("3", with("roles", json!(["clerk"]))),
        ("4", with("roles", json!(["clerk", "owner"]))),
        ("0", claims()),
    ] {
        let request = Request::post("/orders")
            .header("authorization", format!("Bearer {}", sign(&key, &claims)))
            .header("idempotency-key", "k");
        let request = request.body(Body::empty()).unwrap();
        let answer = routes.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200, "{claims}");
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, order, "{claims}");
    }
}

#[tokio::test]
async fn refuses_everything_else() {
    let (key, stranger) = (key("one"), self::key("one"));
    let (_issuer, settings) = Issuer::start(&[&key]).await;
    let authenticator = Authenticator::new(settings).unwrap();
    let now = frame::now().timestamp();
    let mut no_subject = claims();
    no_subject.as_object_mut().unwrap().remove("sub");
    let mut tokens = vec![
        (
            "another issuer",
            sign(&key, &with("iss", json!("https://evil.example"))),
        ),
        ("another audience", sign(&key, &with("aud", json!("bank")))),
        ("expired", sign(&key, &with("exp", json!(now - 90)))),
        ("not yet valid", sign(&key, &with("nbf", json!(now + 90)))),
        ("nobody", sign(&key, &no_subject)),
        ("another signer", sign(&stranger, &claims())),
        ("an unknown key", sign(&self::key("two"), &claims())),
        ("no token", "abc".to_owned()),
    ];
    let secret = EncodingKey::from_secret(b"public key as a secret");
    let symmetric = encode(&Header::new(Algorithm::HS256), &claims(), &secret).unwrap();
    tokens.push(("a symmetric signature", symmetric));
    let signed = sign(&key, &claims());
    let (head, rest) = signed.split_once('.').unwrap();
    let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    tokens.push((
        "no signature",
        format!("{unsigned}.{}", rest.split_once('.').unwrap().0),
    ));
    tokens.push((
        "other claims",
        format!("{head}.e30.{}", rest.split_once('.').unwrap().1),
    ));
    for (what, token) in tokens {
        let result = authenticator.verify(&token).await;
        assert!(
            matches!(result, Err(TokenError::Refused(_))),
            "{what}: {result:?}"
        );
    }
}

#[tokio::test]
async fn clocks_may_differ_a_little() {
    let key = key("one");
    let (_issuer, settings) = Issuer::start(&[&key]).await;
    let authenticator = Authenticator::new(settings.clone()).unwrap();
    let now = frame::now().timestamp();
    for claims in [with("exp", json!(now - 30)), with("nbf", json!(now + 30))] {
        assert!(authenticator.verify(&sign(&key, &claims)).await.is_ok());
    }
    let leeway = Duration::ZERO;
    let strict = Authenticator::new(JwtSettings { leeway, ..settings }).unwrap();
    let late = sign(&key, &with("exp", json!(now - 30)));
    assert!(strict.verify(&late).await.is_err());
}

#[tokio::test]
async fn roles_may_lie_deeper() {
    let key = key("one");
    let (_issuer, settings) = Issuer::start(&[&key]).await;
    let roles_claim = "realm_access.roles".to_owned();
    let deeper = Authenticator::new(JwtSettings {
        roles_claim,
        ..settings.clone()
    })
    .unwrap();
    let token = sign(&key, &with("realm_access", json!({ "roles": ["owner"] })));
    assert!(deeper.verify(&token).await.unwrap().has_role("owner"));
    let roles_claim = "scope".to_owned();
    let scopes = Authenticator::new(JwtSettings {
        roles_claim,
        ..settings
    })
    .unwrap();
    let token = sign(&key, &with("scope", json!("read write")));
    assert!(scopes.verify(&token).await.unwrap().has_role("write"));
    assert!(
        scopes
            .verify(&sign(&key, &claims()))
            .await
            .unwrap()
            .roles
            .is_empty()
    );
}

#[tokio::test]
async fn keys_are_kept_and_renewed() {
    let (old, new) = (key("old"), key("new"));
    let (issuer, settings) = Issuer::start(&[&old]).await;
    let settings = JwtSettings {
        keys_for: Duration::ZERO,
        ..settings
    };
    let authenticator = Authenticator::new(settings).unwrap();
    assert!(authenticator.verify(&sign(&old, &claims())).await.is_ok());
    tokio::time::pause();
    issuer.publish(&[&new]);
    // Within ten seconds a strange key does not make it fetch again.
    assert!(authenticator.verify(&sign(&new, &claims())).await.is_err());
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    assert!(authenticator.verify(&sign(&new, &claims())).await.is_ok());
    assert!(authenticator.verify(&sign(&old, &claims())).await.is_err());
    assert_eq!(issuer.fetched.load(Ordering::Relaxed), 2);

    issuer.down.store(true, Ordering::Relaxed);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    assert!(authenticator.verify(&sign(&new, &claims())).await.is_ok());
    assert_eq!(issuer.fetched.load(Ordering::Relaxed), 3);
}

fn routes(authenticator: &Authenticator) -> Router {
    let admin = Router::new().route("/admin", get(async || "all of it"));
    let owner = Router::new().route("/owner", get(async || "the keys"));
    let routes = Router::new()
        .route("/me", get(async |caller: Principal| caller.subject))
        .merge(require_role(admin, "admin"))
        .merge(require_role(owner, "owner"));
    authenticator.layer(routes)
}

async fn ask(routes: &Router, path: &str, authorization: Option<&str>) -> Response {
    let mut request = Request::get(path);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let request = request.body(Body::empty()).unwrap();
    routes.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn routes_know_who_calls() {
    let key = key("one");
    let (_issuer, settings) = Issuer::start(&[&key]).await;
    let routes = routes(&Authenticator::new(settings).unwrap());
    let good = format!("bearer {}", sign(&key, &claims()));
    for (path, authorization, status) in [
        ("/me", Some(good.as_str()), 200),
        ("/admin", Some(good.as_str()), 200),
        ("/owner", Some(good.as_str()), 403),
        ("/me", Some("Bearer nonsense"), 401),
        ("/me", Some("Basic YTpi"), 401),
        ("/me", None, 401),
    ] {
        let response = ask(&routes, path, authorization).await;
        assert_eq!(
            response.status().as_u16(),
            status,
            "{path} {authorization:?}"
        );
        let challenged = response.headers().contains_key("www-authenticate");
        assert_eq!(challenged, status == 401);
    }
    let unguarded = Router::new().route("/me", get(async |caller: Principal| caller.subject));
    assert_eq!(ask(&unguarded, "/me", Some(&good)).await.status(), 401);
}

#[tokio::test]
async fn without_keys_nobody_is_refused_for_good() {
    let key = key("one");
    let (issuer, settings) = Issuer::start(&[&key]).await;
    issuer.down.store(true, Ordering::Relaxed);
    let routes = routes(&Authenticator::new(settings).unwrap());
    let good = format!("Bearer {}", sign(&key, &claims()));
    assert_eq!(ask(&routes, "/me", Some(&good)).await.status(), 503);
    issuer.down.store(false, Ordering::Relaxed);
    assert_eq!(ask(&routes, "/me", Some(&good)).await.status(), 200);
}
