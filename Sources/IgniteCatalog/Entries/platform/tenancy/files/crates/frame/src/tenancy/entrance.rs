use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower::Service as _;
use tracing::Instrument as _;

use super::{HEADER, Routing, TenancySettings, Tenant};
use crate::RequestContext;
use crate::http::Problem;

/// Puts the tenant that the host or the path names into the header, before anything else happens.
pub(crate) fn entrance(routes: Router, settings: &TenancySettings) -> Router {
    let settings = Arc::new(settings.clone());
    let service = tower::service_fn(move |request: Request| {
        let (mut routes, settings) = (routes.clone(), Arc::clone(&settings));
        async move {
            match named(request, &settings) {
                Ok(request) => routes.call(request).await,
                Err(reason) => Ok(refused(reason).into_response()),
            }
        }
    });
    Router::new().fallback_service(service)
}

fn named(mut request: Request, settings: &TenancySettings) -> Result<Request, &'static str> {
    let by_path = in_path(&mut request);
    let by_host = match settings.routing {
        Routing::Subdomain => in_host(&request, &settings.domain),
        Routing::Header | Routing::Path => None,
    };
    let Ok(name) = HeaderName::from_bytes(HEADER.as_bytes()) else {
        return Ok(request);
    };
    for tenant in [by_path, by_host].into_iter().flatten() {
        let headers = request.headers_mut();
        let said = headers.get(&name).map(|said| said.as_bytes().to_vec());
        if said.is_some_and(|said| said != tenant.as_bytes()) {
            return Err("the request names two tenants");
        }
        let Ok(value) = HeaderValue::from_str(&tenant) else {
            return Err("the request names no tenant that can be");
        };
        headers.insert(name.clone(), value);
    }
    Ok(request)
}

/// Takes `/t/<tenant>` off the path.
fn in_path(request: &mut Request) -> Option<String> {
    let rest = request.uri().path().strip_prefix("/t/")?;
    let (tenant, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (tenant, path) = (tenant.to_owned(), format!("/{path}"));
    let target = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = Some(target.parse::<PathAndQuery>().ok()?);
    *request.uri_mut() = Uri::from_parts(parts).ok()?;
    Some(tenant)
}

/// The first part of the host, when the rest is the domain.
fn in_host(request: &Request, domain: &str) -> Option<String> {
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    let host = host
        .rsplit_once(':')
        .map_or(host, |(host, _)| host)
        .to_ascii_lowercase();
    let tenant = host.strip_suffix(domain)?.strip_suffix('.')?;
    (!tenant.is_empty()).then(|| tenant.to_owned())
}

pub(super) fn refused(reason: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST).detail(reason)
}

/// The tenant of the request at hand.
pub(super) fn tenant() -> Result<Tenant, String> {
    let Some(name) = RequestContext::current().and_then(|context| context.tenant) else {
        return Err(format!(
            "the header {HEADER} is needed: it names the tenant"
        ));
    };
    Tenant::parse(&name).ok_or_else(|| format!("the header {HEADER} names no tenant"))
}

/// Lets only requests in that name a tenant, for services that keep no data of tenants themselves.
/// Whether the tenant is known, the services know that keep data, unless `TENANTS` lists all.
pub(crate) fn required(routes: Router, settings: &TenancySettings) -> Router {
    routes.layer(middleware::from_fn_with_state(
        Arc::new(settings.clone()),
        require,
    ))
}

async fn require(
    State(settings): State<Arc<TenancySettings>>,
    request: Request,
    next: Next,
) -> Response {
    let tenant = match tenant() {
        Ok(tenant) => tenant,
        Err(_) if is_open(request.uri().path()) => return next.run(request).await,
        Err(reason) => return refused(&reason).into_response(),
    };
    if !settings.known.is_empty() && !settings.known.contains(&tenant) {
        return unknown(&tenant);
    }
    let span = tracing::info_span!("tenant", tenant = %tenant);
    next.run(request).instrument(span).await
}

pub(super) fn unknown(tenant: &Tenant) -> Response {
    Problem::new(StatusCode::NOT_FOUND)
        .detail(format!("there is no tenant {tenant}"))
        .into_response()
}

/// Whether a path is for everybody: what describes the service, and the pages that show it.
pub(super) fn is_open(path: &str) -> bool {
    let open = ["/openapi.json", "/asyncapi.json", "/graphiql", "/docs"];
    open.contains(&path) || path.starts_with("/docs/")
}

/// Lets tokens in only to the tenants that they are for.
pub(crate) fn belonging(routes: Router, settings: &TenancySettings) -> Router {
    #[cfg(feature = "jwt")]
    let routes = {
        let claim: Arc<str> = settings.claim.as_str().into();
        routes.layer(middleware::from_fn_with_state(claim, belong))
    };
    #[cfg(not(feature = "jwt"))]
    let _ = settings;
    routes
}

#[cfg(feature = "jwt")]
async fn belong(State(claim): State<Arc<str>>, request: Request, next: Next) -> Response {
    use serde_json::Value;

    let Some(caller) = request
        .extensions()
        .get::<crate::security::jwt::Principal>()
    else {
        return next.run(request).await;
    };
    let Ok(tenant) = tenant() else {
        return next.run(request).await;
    };
    let is_for = match caller.claims.get(&*claim) {
        Some(Value::String(name)) => name == tenant.as_ref(),
        Some(Value::Array(names)) => names.iter().any(|name| name == tenant.as_ref()),
        _ => false,
    };
    if is_for {
        return next.run(request).await;
    }
    Problem::new(StatusCode::FORBIDDEN)
        .detail(format!("the token is not for the tenant {tenant}"))
        .into_response()
}
