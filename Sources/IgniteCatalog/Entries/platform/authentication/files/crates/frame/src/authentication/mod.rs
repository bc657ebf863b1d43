//! Who calls: a token of the platform's issuer is needed on every route but those of operators and
//! those that check signatures.
//!
//! `AUTHENTICATION=off` lets everybody in, for a desk and for tests. Without an issuer nobody is let
//! in. Calls of other services carry the token of who called; work in the background gets tokens for the
//! service itself, where `SERVICE_TOKEN_URL`, `SERVICE_CLIENT_ID` and `SERVICE_CLIENT_SECRET` are set.

#[cfg(feature = "testing")]
pub mod issuer;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};

use crate::client::{Attempt, Authorize, ClientCredentials, ClientSettings};
use crate::config::{Reader, Setting};
use crate::security::jwt::{Authenticator, JwtSettings, require_role};
use crate::{Error, RequestContext, Result, TraceContext};

/// Whether callers are asked who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Everybody needs a token.
    #[default]
    Required,
    /// Everybody is let in.
    Off,
}

impl Setting for Mode {
    const EXPECTED: &'static str = "required or off";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "required" => Some(Self::Required),
            "off" => Some(Self::Off),
            _ => None,
        }
    }
}

/// Whose tokens are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticationSettings {
    /// `AUTHENTICATION`: `required` or `off`.
    pub mode: Mode,
    /// `JWT_ISSUER`: who makes the tokens.
    pub issuer: Option<String>,
    /// `JWT_AUDIENCE`: for whom they are made.
    pub audience: String,
    /// `JWT_JWKS_URL`: where the issuer's keys are.
    pub jwks_url: String,
    /// `JWT_LEEWAY`: how far the clocks may differ.
    pub leeway: Duration,
    /// `JWT_ROLES_CLAIM`: where the roles are in a token.
    pub roles_claim: String,
    /// `JWT_REQUIRED_ROLE`: the role that every caller must have.
    pub required_role: Option<String>,
}

impl AuthenticationSettings {
    /// Reads the variables; `keys` is the path of the keys at the issuer.
    pub fn read(reader: &mut Reader, keys: &str) -> Self {
        let own = [
            "SERVICE_TOKEN_URL",
            "SERVICE_CLIENT_ID",
            "SERVICE_CLIENT_SECRET",
        ];
        let set = own.map(|name| reader.optional::<String>(name).is_some());
        if set.contains(&true)
            && let Some(missing) = own.iter().zip(set).find(|(_, is_set)| !is_set)
        {
            reader.problem(*missing.0, "is not set", "all three of SERVICE_TOKEN_URL, SERVICE_CLIENT_ID and SERVICE_CLIENT_SECRET, or none");
        }
        let issuer: Option<String> = reader.optional("JWT_ISSUER");
        let base = issuer.as_deref().unwrap_or_default();
        let jwks_url = format!("{}{keys}", base.trim_end_matches('/'));
        Self {
            mode: reader.or("AUTHENTICATION", Mode::default()),
            audience: reader.or("JWT_AUDIENCE", String::new()),
            jwks_url: reader.or("JWT_JWKS_URL", jwks_url),
            leeway: reader.or("JWT_LEEWAY", Duration::from_secs(60)),
            roles_claim: reader.or("JWT_ROLES_CLAIM", "roles".to_owned()),
            required_role: reader.optional("JWT_REQUIRED_ROLE"),
            issuer,
        }
    }

    /// What is put around the routes of a service.
    ///
    /// # Errors
    /// [`Error::Internal`] when no HTTP client can be made.
    pub fn guard(&self) -> Result<impl Fn(Router) -> Router + Send + Sync + 'static> {
        let authenticator = match (self.mode, &self.issuer) {
            (Mode::Off, _) => {
                tracing::warn!("AUTHENTICATION is off: everybody is let in");
                None
            }
            (Mode::Required, None) => {
                tracing::error!("JWT_ISSUER is not set: nobody is let in");
                None
            }
            (Mode::Required, Some(issuer)) => Some(Authenticator::new(JwtSettings {
                leeway: self.leeway,
                roles_claim: self.roles_claim.clone(),
                ..JwtSettings::new(issuer, &self.audience, &self.jwks_url)
            })?),
        };
        let (mode, role) = (self.mode, self.required_role.clone());
        Ok(move |mut routes: Router| match (&authenticator, mode) {
            (None, Mode::Off) => routes,
            (None, Mode::Required) => routes.layer(middleware::from_fn(turn_away)),
            (Some(authenticator), _) => {
                routes = routes.layer(middleware::from_fn(remember));
                if let Some(role) = &role {
                    routes = require_role(routes, role);
                }
                authenticator.layer(routes)
            }
        })
    }
}

async fn turn_away(_: Request, _: Next) -> Error {
    Error::Unavailable("JWT_ISSUER is not set".to_owned())
}

async fn remember(request: Request, next: Next) -> Response {
    let Some(mut token) = request.headers().get(header::AUTHORIZATION).cloned() else {
        return next.run(request).await;
    };
    token.set_sensitive(true);
    let new = || RequestContext::new(crate::new_id(), TraceContext::root(), None);
    let mut context = RequestContext::current().unwrap_or_else(new);
    context.token = Some(token);
    context.scope(next.run(request)).await
}

/// Calls other services in the name of who called this one, and in that of the service itself where
/// nobody did: steps of sagas, jobs, what is brought over.
#[derive(Debug, Clone, Default)]
pub struct OnBehalf {
    service: Option<Arc<ClientCredentials>>,
}

impl OnBehalf {
    /// With the name that the settings give the service; without one, work in the background has none.
    #[must_use]
    pub fn new(settings: &ClientSettings) -> Self {
        let service = settings.service.clone();
        Self { service }
    }

    /// The service's own name, where nobody has called it.
    fn own(&self) -> Option<&Arc<ClientCredentials>> {
        let caller = RequestContext::current().and_then(|context| context.token);
        self.service.as_ref().filter(|_| caller.is_none())
    }
}

#[async_trait]
impl Authorize for OnBehalf {
    async fn authorize(&self, attempt: &mut Attempt<'_>) -> Result<()> {
        let caller = RequestContext::current().and_then(|context| context.token);
        let token = match (caller, self.own()) {
            (Some(token), _) => token,
            (None, Some(service)) => {
                let token = service.token().await?;
                let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
                    .map_err(|_| Error::Internal("a token does not fit a header".to_owned()))?;
                header.set_sensitive(true);
                header
            }
            (None, None) => return Ok(()),
        };
        attempt.headers.insert(header::AUTHORIZATION, token);
        Ok(())
    }

    async fn refused(&self) -> bool {
        let Some(service) = self.own() else {
            return false;
        };
        service.forget().await;
        true
    }
}

/// Says in the description of a service that its routes need a token.
pub fn describe(description: &mut OpenApi) {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT");
    let components = description.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    description.security = Some(vec![SecurityRequirement::new(
        "token",
        Vec::<String>::new(),
    )]);
}
