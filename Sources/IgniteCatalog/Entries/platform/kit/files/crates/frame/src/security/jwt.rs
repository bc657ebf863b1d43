//! Who a caller is, told by a token (feature `jwt`).
//!
//! ```
//! use axum::{Router, routing::get};
//! use frame::security::jwt::{Authenticator, JwtSettings, Principal, require_role};
//!
//! async fn me(caller: Principal) -> String {
//!     caller.subject
//! }
//!
//! let settings = JwtSettings::new("https://id.example", "shop", "https://id.example/jwks.json");
//! let authenticator = Authenticator::new(settings)?;
//! let admin: Router = Router::new().route("/admin", get(me));
//! let routes = Router::new().route("/me", get(me)).merge(require_role(admin, "admin"));
//! let routes: Router = authenticator.layer(routes);
//! # let _ = routes;
//! # Ok::<(), frame::Error>(())
//! ```

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::http::Problem;
use crate::idempotency::Caller;
use crate::{Error, Result};

/// What a token must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtSettings {
    /// Who made it (`iss`).
    pub issuer: String,
    /// For whom it was made (`aud`).
    pub audience: String,
    /// Where the issuer's keys are.
    pub jwks_url: String,
    /// How far the clocks may differ.
    pub leeway: Duration,
    /// The claim that lists the roles, as `roles`, or below others as `realm_access.roles`.
    pub roles_claim: String,
    /// How long keys are used before they are fetched again.
    pub keys_for: Duration,
}

impl JwtSettings {
    /// Settings for an issuer, with a minute of leeway and roles in the claim `roles`.
    pub fn new(
        issuer: impl Into<String>,
        audience: impl Into<String>,
        jwks_url: impl Into<String>,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            jwks_url: jwks_url.into(),
            leeway: Duration::from_secs(60),
            roles_claim: "roles".to_owned(),
            keys_for: Duration::from_secs(600),
        }
    }
}

/// A caller whose token was accepted; as an extractor it answers 401 where there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Principal {
    /// Who it is (`sub`).
    pub subject: String,
    /// What they may be.
    pub roles: BTreeSet<String>,
    /// Everything the token says.
    pub claims: Map<String, Value>,
}

impl Principal {
    /// Whether the caller has a role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.contains(role)
    }

    /// Who it is, through which program, and what they may be: what a renewed token says, too.
    fn words(&self) -> Vec<String> {
        let program = ["azp", "client_id"].map(|name| self.claims.get(name));
        let program = program.into_iter().flatten().find_map(Value::as_str);
        let names = [self.subject.as_str(), program.unwrap_or_default()];
        let roles = self.roles.iter().map(String::as_str);
        names.into_iter().chain(roles).map(str::to_owned).collect()
    }
}

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let known = parts.extensions.get::<Self>().cloned();
        known.ok_or_else(|| unauthorized("a token is needed"))
    }
}

/// Verifies tokens; clones share the issuer's keys.
#[derive(Debug, Clone)]
pub struct Authenticator {
    settings: Arc<JwtSettings>,
    keys: Arc<Keys>,
}

/// Why a token was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not one, or not signed by the issuer, or not for this service, or not valid now.
    #[error("{0}")]
    Refused(String),
    /// The issuer's keys cannot be fetched.
    #[error("the keys of the issuer cannot be fetched: {0}")]
    NoKeys(String),
}

impl Authenticator {
    /// An authenticator that fetches its keys when the first token comes.
    ///
    /// # Errors
    /// [`Error::Internal`] when no HTTP client can be made.
    pub fn new(settings: JwtSettings) -> Result<Self> {
        Ok(Self {
            keys: Arc::new(Keys::new(&settings)?),
            settings: Arc::new(settings),
        })
    }

    /// Reads a token.
    ///
    /// # Errors
    /// [`TokenError`] when it is not accepted.
    pub async fn verify(&self, token: &str) -> Result<Principal, TokenError> {
        let header = decode_header(token).map_err(refused)?;
        let algorithm = header.alg;
        if is_symmetric(algorithm) {
            let what = "the algorithm of the token is not accepted";
            return Err(TokenError::Refused(what.to_owned()));
        }
        let key = self.keys.find(header.kid.as_deref()).await?;
        let named = key.common.key_algorithm;
        if named.is_some_and(|named| named.to_string() != format!("{algorithm:?}")) {
            let what = "the key of the token is for another algorithm";
            return Err(TokenError::Refused(what.to_owned()));
        }
        let mut validation = Validation::new(algorithm);
        validation.leeway = self.settings.leeway.as_secs();
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_audience(&[&self.settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let key = DecodingKey::from_jwk(&key).map_err(refused)?;
        let token = decode::<Map<String, Value>>(token, &key, &validation).map_err(refused)?;
        Ok(self.principal(token.claims))
    }

    fn principal(&self, claims: Map<String, Value>) -> Principal {
        let mut place = Some(&Value::Null);
        for (depth, name) in self.settings.roles_claim.split('.').enumerate() {
            place = match (depth, place) {
                (0, _) => claims.get(name),
                (_, Some(value)) => value.get(name),
                (_, None) => None,
            };
        }
        let roles = match place {
            Some(Value::Array(roles)) => roles.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(roles)) => roles.split_whitespace().collect(),
            _ => Vec::new(),
        };
        let subject = claims
            .get("sub")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Principal {
            subject: subject.to_owned(),
            roles: roles.into_iter().map(str::to_owned).collect(),
            claims,
        }
    }

    /// Lets only requests with a token through, and tells the routes who called.
    pub fn layer(&self, routes: Router) -> Router {
        routes.layer(middleware::from_fn_with_state(self.clone(), authenticate))
    }
}

fn refused(error: jsonwebtoken::errors::Error) -> TokenError {
    TokenError::Refused(format!("the token is not accepted: {error}"))
}

fn is_symmetric(algorithm: Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512
    )
}

async fn authenticate(
    State(authenticator): State<Authenticator>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(token) = bearer(request.headers()) else {
        return unauthorized("a token is needed");
    };
    match authenticator.verify(token).await {
        Ok(principal) => {
            request.extensions_mut().insert(Caller(principal.words()));
            request.extensions_mut().insert(principal);
            next.run(request).await
        }
        Err(TokenError::Refused(reason)) => {
            tracing::info!(reason, "a caller was turned away");
            unauthorized("the token is not accepted")
        }
        Err(error @ TokenError::NoKeys(_)) => Error::Unavailable(error.to_string()).into_response(),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthorized(detail: &str) -> Response {
    let problem = Problem::new(StatusCode::UNAUTHORIZED).detail(detail);
    let mut response = problem.into_response();
    let challenge = HeaderValue::from_static("Bearer");
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// Lets only callers with a role through; the routes must be behind an [`Authenticator`].
pub fn require_role(routes: Router, role: &str) -> Router {
    let role = role.to_owned();
    routes.layer(middleware::from_fn_with_state(role, check_role))
}

async fn check_role(
    State(role): State<String>,
    caller: Principal,
    request: Request,
    next: Next,
) -> Response {
    if caller.has_role(&role) {
        return next.run(request).await;
    }
    Problem::new(StatusCode::FORBIDDEN)
        .detail("the caller does not have the role that is needed")
        .into_response()
}

/// How long to wait before fetching again because of a key that is not among them.
const FETCH_AT_MOST_EVERY: Duration = Duration::from_secs(10);

/// The issuer's keys, fetched when they are needed.
#[derive(Debug)]
struct Keys {
    url: String,
    keys_for: Duration,
    client: reqwest::Client,
    fetched: Mutex<Option<Fetched>>,
}

#[derive(Debug)]
struct Fetched {
    keys: JwkSet,
    /// When fetching was last tried.
    tried: Instant,
}

impl Keys {
    fn new(settings: &JwtSettings) -> Result<Self> {
        let client = crate::client::plain(Duration::from_secs(5))?;
        Ok(Self {
            url: settings.jwks_url.clone(),
            keys_for: settings.keys_for,
            client,
            fetched: Mutex::new(None),
        })
    }

    async fn find(&self, id: Option<&str>) -> Result<Jwk, TokenError> {
        // Others wait while one fetches: a burst of tokens is one request.
        let mut fetched = self.fetched.lock().await;
        if let Some(known) = &mut *fetched {
            let age = known.tried.elapsed();
            let found = pick(&known.keys, id);
            if found.is_some() && age < self.keys_for {
                return found.ok_or_else(unknown_key);
            }
            if age < FETCH_AT_MOST_EVERY {
                return found.ok_or_else(unknown_key);
            }
        }
        match (self.fetch().await, &mut *fetched) {
            (Ok(keys), fetched) => {
                let tried = Instant::now();
                pick(&fetched.insert(Fetched { keys, tried }).keys, id).ok_or_else(unknown_key)
            }
            (Err(error), Some(known)) => {
                tracing::warn!(%error, "the keys of the issuer are used on");
                known.tried = Instant::now();
                pick(&known.keys, id).ok_or_else(unknown_key)
            }
            (Err(error), None) => Err(TokenError::NoKeys(error.to_string())),
        }
    }

    async fn fetch(&self) -> Result<JwkSet, reqwest::Error> {
        let response = self.client.get(&self.url).send().await?;
        response.error_for_status()?.json().await
    }
}

fn unknown_key() -> TokenError {
    TokenError::Refused("the key of the token is not the issuer's".to_owned())
}

/// The key of this id, or the only one when the token names none.
fn pick(keys: &JwkSet, id: Option<&str>) -> Option<Jwk> {
    match (id, keys.keys.as_slice()) {
        (Some(id), _) => keys.find(id).cloned(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}
