use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt as _, Full};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use super::done::Running;
use super::{Begin, Claim, IdempotencyStore, StoredResponse};
use crate::config::IdempotencySettings;
use crate::http::Problem;
use crate::retry::Backoff;
use crate::{Bytes, Database, RequestContext, new_id};

/// The headers of a response that are kept.
const KEPT: [HeaderName; 7] = [
    header::CONTENT_TYPE,
    header::CONTENT_LANGUAGE,
    header::CACHE_CONTROL,
    header::ETAG,
    header::LAST_MODIFIED,
    header::LINK,
    header::LOCATION,
];

/// Before the name of what came after a body.
const TRAILER: &str = "trailer:";

/// How often a duplicate looks whether the first request is done.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How often a store that is away is asked to forget a request.
const FORGET_AGAIN: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));

/// The middleware; clones are the same.
#[derive(Clone)]
pub struct Idempotency(Arc<Inner>);

struct Inner {
    store: Arc<dyn IdempotencyStore>,
    database: Option<Database>,
    scope: String,
    settings: IdempotencySettings,
    running: TaskTracker,
}

impl Idempotency {
    /// A middleware for the service `scope`. In the database is what its requests do.
    #[must_use]
    pub fn new(
        store: Arc<dyn IdempotencyStore>,
        database: Option<Database>,
        scope: impl Into<String>,
        settings: IdempotencySettings,
    ) -> Self {
        Self(Arc::new(Inner {
            store,
            database,
            scope: scope.into(),
            settings,
            running: TaskTracker::new(),
        }))
    }

    /// Puts the middleware around routes.
    pub fn layer(&self, router: Router) -> Router {
        router.layer(middleware::from_fn_with_state(self.clone(), guard))
    }

    /// The store, for its cleaning.
    #[must_use]
    pub fn store(&self) -> Arc<dyn IdempotencyStore> {
        self.0.store.clone()
    }

    /// Waits for requests that run on although their caller went away.
    pub async fn finish(&self) {
        self.0.running.close();
        self.0.running.wait().await;
    }

    fn claim(&self, key: &str, request: &Request, body: &[u8]) -> Claim {
        let settings = &self.0.settings;
        Claim {
            scope: format!("{}:{}", self.0.scope, caller(request)),
            key: key.to_owned(),
            fingerprint: fingerprint(request, body),
            attempt: new_id(),
            lease: settings.lease,
            ttl: settings.ttl,
        }
    }

    /// Begins, and while the first request runs waits for it a little.
    async fn begin(&self, claim: &Claim) -> crate::Result<Begin> {
        let deadline = Instant::now() + self.0.settings.wait;
        loop {
            let begin = self.0.store.begin(claim).await?;
            if begin != Begin::InProgress || Instant::now() >= deadline {
                return Ok(begin);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Runs the request to its end, whether or not the caller stays to see it.
    async fn run(&self, claim: Claim, request: Request, next: Next) -> Response {
        let this = self.clone();
        let context = RequestContext::current();
        let work = async move {
            let mut guard = Unfinished::new(this.clone(), claim.clone());
            let response = this.once(&claim, next.run(request));
            let response = match context {
                Some(context) => context.scope(response).await,
                None => response.await,
            };
            let response = match response {
                Ok(response) => this.keep(&claim, response).await,
                Err(refusal) => {
                    this.forget(&claim).await;
                    refusal
                }
            };
            guard.finished = true;
            response
        };
        let work = self.0.running.spawn(work.in_current_span());
        match work.await {
            Ok(response) => response,
            Err(error) => match error.try_into_panic() {
                Ok(cause) => std::panic::resume_unwind(cause),
                Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE).into_response(),
            },
        }
    }

    /// Lets a request that ran before know what it has done; refuses it where that was another one.
    async fn once(
        &self,
        claim: &Claim,
        request: impl Future<Output = Response>,
    ) -> Result<Response, Response> {
        let Some(database) = &self.0.database else {
            return Ok(request.await);
        };
        match Running::find(database, claim).await {
            Ok(Some(running)) => Ok(running.scope(request).await),
            Ok(None) => Err(mismatch()),
            Err(error) => Err(error.into_response()),
        }
    }

    /// Stores a response that a repeated request would get again.
    async fn keep(&self, claim: &Claim, response: Response) -> Response {
        if !is_kept(&response) {
            self.forget(claim).await;
            return response;
        }
        let (parts, body) = response.into_parts();
        let body = match body.collect().await {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(%error, "a response broke off");
                self.forget(claim).await;
                return Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response();
            }
        };
        let trailers = body.trailers().cloned();
        let body = body.to_bytes();
        let mut headers = kept_headers(&parts.headers);
        for (name, value) in trailers.iter().flatten() {
            if let Ok(value) = value.to_str() {
                headers.push((format!("{TRAILER}{name}"), value.to_owned()));
            }
        }
        let stored = StoredResponse {
            status: parts.status.as_u16(),
            headers,
            body: Bytes::from(body.to_vec()),
        };
        if let Err(error) = self.0.store.complete(claim, &stored).await {
            tracing::error!(%error, "a response could not be kept");
        }
        Response::from_parts(parts, whole(body, trailers))
    }

    async fn forget(&self, claim: &Claim) {
        if let Err(error) = self.0.store.abandon(claim).await {
            tracing::warn!(%error, "a failed request is remembered for now");
            let (this, claim) = (self.clone(), claim.clone());
            tokio::spawn(async move { this.forget_later(&claim).await }.in_current_span());
        }
    }

    /// Forgets a request as soon as the store is back, which may be long before its lease ends.
    async fn forget_later(&self, claim: &Claim) {
        let deadline = Instant::now() + claim.lease;
        for attempt in 1.. {
            tokio::time::sleep(FORGET_AGAIN.delay(attempt)).await;
            if Instant::now() >= deadline || self.0.store.abandon(claim).await.is_ok() {
                return;
            }
        }
    }
}

/// A body with what comes after it.
fn whole(body: axum::body::Bytes, trailers: Option<HeaderMap>) -> Body {
    match trailers {
        Some(trailers) => {
            let trailers = async move { Some(Ok(trailers)) };
            Body::new(Full::new(body).with_trailers(trailers))
        }
        None => Body::from(body),
    }
}

/// Forgets a request whose handler panicked.
struct Unfinished {
    idempotency: Idempotency,
    claim: Claim,
    finished: bool,
}

impl Unfinished {
    fn new(idempotency: Idempotency, claim: Claim) -> Self {
        Self {
            idempotency,
            claim,
            finished: false,
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.finished {
            let (idempotency, claim) = (self.idempotency.clone(), self.claim.clone());
            tokio::spawn(async move { idempotency.forget(&claim).await });
        }
    }
}

async fn guard(State(idempotency): State<Idempotency>, request: Request, next: Next) -> Response {
    let settings = &idempotency.0.settings;
    let method = request.method().as_str();
    if !settings
        .methods
        .iter()
        .any(|m| m.eq_ignore_ascii_case(method))
    {
        return next.run(request).await;
    }
    let key = match key(request.headers(), settings) {
        Ok(Some(key)) => key,
        Ok(None) => return next.run(request).await,
        Err(reason) => {
            let detail = format!("the header {} {reason}", settings.header);
            return Problem::new(StatusCode::BAD_REQUEST)
                .detail(detail)
                .into_response();
        }
    };
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let body = match axum::body::Bytes::from_request(whole, &()).await {
        Ok(body) => body,
        Err(rejection) => {
            let problem = Problem::new(rejection.status()).detail(rejection.body_text());
            return problem.into_response();
        }
    };
    let request = Request::from_parts(parts, Body::from(body.clone()));
    let claim = idempotency.claim(&key, &request, &body);
    match idempotency.begin(&claim).await {
        Ok(Begin::Started) => idempotency.run(claim, request, next).await,
        Ok(Begin::Done(response)) => replay(response),
        Ok(Begin::InProgress) => Problem::new(StatusCode::CONFLICT)
            .detail("a request with this key is running")
            .retry_after(1)
            .into_response(),
        Ok(Begin::Mismatch) => mismatch(),
        Err(error) => error.into_response(),
    }
}

fn mismatch() -> Response {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY)
        .detail("the key belongs to another request")
        .into_response()
}

/// The caller's key, or what is wrong with it.
fn key(
    headers: &HeaderMap,
    settings: &IdempotencySettings,
) -> Result<Option<String>, &'static str> {
    let mut values = headers.get_all(&settings.header).iter();
    match (values.next(), values.next()) {
        // Over gRPC reading is a `POST`, too.
        (None, _) if settings.required && !is_grpc(headers) => Err("is missing"),
        (None, _) => Ok(None),
        (Some(_), Some(_)) => Err("is there twice"),
        (Some(value), None) => match value.to_str().map(str::trim) {
            Ok(key) if (1..=255).contains(&key.len()) => Ok(Some(key.to_owned())),
            _ => Err("must have 1 to 255 visible characters"),
        },
    }
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// Who sends a request, in words that stay the same when a token is renewed; an extension of the request,
/// from what found out who it is. Without it callers are told apart by their credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller(pub Vec<String>);

/// Who calls, as a hash: one caller never sees another's response.
fn caller(request: &Request) -> String {
    let mut hash = Sha256::new();
    if let Some(Caller(words)) = request.extensions().get() {
        for word in words {
            hash.update([1]);
            hash.update(Sha256::digest(word));
        }
    } else if let Some(credentials) = request.headers().get(header::AUTHORIZATION) {
        hash.update(credentials.as_bytes());
    }
    if let Some(tenant) = RequestContext::current().and_then(|context| context.tenant) {
        hash.update([0]);
        hash.update(tenant.as_bytes());
    }
    hash.finalize()
        .iter()
        .take(16)
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn fingerprint(request: &Request, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    let target = request
        .uri()
        .path_and_query()
        .map_or("", |target| target.as_str());
    for part in [request.method().as_str(), target] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let precondition = request.headers().get(header::IF_MATCH);
    hash.update(precondition.map_or(&b""[..], HeaderValue::as_bytes));
    hash.update([0]);
    hash.update(body);
    hash.finalize().to_vec()
}

/// Whether a repeated request would get the same: not after our failures, nor after refusals that
/// depend on the moment or on who calls.
fn is_kept(response: &Response) -> bool {
    let is_stream = response.headers().get(header::CONTENT_TYPE);
    let is_stream = is_stream.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    let told = response.extensions().get::<Told>();
    let is_refused = is_momentary(response.status().as_u16())
        || told.is_some_and(|told| told.0.iter().any(|status| is_momentary(*status)))
        || is_refused_for_now(response.headers());
    !is_stream && !is_refused
}

fn is_momentary(status: u16) -> bool {
    matches!(status, 401 | 403 | 408 | 409 | 423 | 425 | 429 | 500..)
}

/// The statuses of what a response tells beside its own, as one of GraphQL does that is 200 in any case;
/// an extension of the response.
#[derive(Debug, Clone)]
pub struct Told(pub Vec<u16>);

/// Whether a call over gRPC was refused in a way that a repeated one would be spared.
fn is_refused_for_now(headers: &HeaderMap) -> bool {
    let code = headers
        .get("grpc-status")
        .and_then(|code| code.to_str().ok());
    code.is_some_and(|code| !matches!(code, "0" | "3" | "5" | "6" | "10" | "11" | "12"))
}

fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let is_kept = |name: &HeaderName| KEPT.contains(name) || name.as_str().starts_with("grpc-");
    let kept = headers.iter().filter(|(name, _)| is_kept(name));
    kept.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect()
}

fn replay(stored: StoredResponse) -> Response {
    let mut trailers: Option<HeaderMap> = None;
    let mut headers = HeaderMap::new();
    for (name, value) in stored.headers {
        let (name, of) = match name.strip_prefix(TRAILER) {
            Some(name) => (name, trailers.get_or_insert_default()),
            None => (name.as_str(), &mut headers),
        };
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            of.append(name, value);
        }
    }
    let body = whole(stored.body.into_inner().into(), trailers);
    let mut response = Response::new(body);
    *response.headers_mut() = headers;
    *response.status_mut() =
        StatusCode::from_u16(stored.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let replayed = HeaderName::from_static("idempotency-replayed");
    response
        .headers_mut()
        .insert(replayed, HeaderValue::from_static("true"));
    response
}
