use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::Client;
use crate::http::{Problem, etag};
use crate::resilience::Repeat;
use crate::{Error, Result, TraceContext};

/// The largest answer that is read.
const LARGEST: usize = 8 * 1024 * 1024;

/// A call that has not been made yet.
#[must_use = "a call is made by `json` or `done`"]
pub struct Request<'c> {
    client: &'c Client,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Result<Option<Vec<u8>>>,
    repeat: Repeat,
}

impl<'c> Request<'c> {
    pub(super) fn new(client: &'c Client, method: Method, path: &str) -> Self {
        let repeat = match method {
            Method::GET => Repeat::Idempotent,
            _ => Repeat::Never,
        };
        Self {
            client,
            method,
            path: path.to_owned(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Ok(None),
            repeat,
        }
    }

    /// Adds a parameter to the path.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends a body as JSON.
    pub fn body(mut self, body: &impl Serialize) -> Self {
        let json = serde_json::to_vec(body);
        self.body = json
            .map(Some)
            .map_err(|error| Error::Internal(format!("a body cannot be written: {error}")));
        self
    }

    /// Adds a header; one that HTTP does not allow is left out.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let (name, value) = (HeaderName::try_from(name), HeaderValue::try_from(value));
        if let (Ok(name), Ok(value)) = (name, value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Expects the resource in this version.
    pub fn if_match(mut self, version: i64) -> Self {
        self.headers.insert(header::IF_MATCH, etag(version));
        self
    }

    /// Lets the call be made twice, because a key in this header makes it count once.
    pub fn idempotent(self, header: &str, key: &str) -> Self {
        let mut request = self.header(header, key);
        request.repeat = Repeat::Idempotent;
        request
    }

    /// Makes the call and reads the answer.
    ///
    /// # Errors
    /// What the other service refused, or [`Error::Unavailable`].
    pub async fn json<T: DeserializeOwned>(self) -> Result<T> {
        let name = self.client.name.clone();
        let body = self.send().await?;
        serde_json::from_slice(&body)
            .map_err(|error| Error::Internal(format!("{name} answered something else: {error}")))
    }

    /// Makes the call, whatever the answer holds.
    ///
    /// # Errors
    /// As [`Self::json`].
    pub async fn done(self) -> Result<()> {
        self.send().await.map(drop)
    }

    async fn send(mut self) -> Result<Vec<u8>> {
        let mut url = format!("{}{}", self.client.base, self.path);
        if !self.query.is_empty() {
            url.push('?');
            let pairs = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&self.query)
                .finish();
            url.push_str(&pairs);
        }
        let body = self.body?;
        if body.is_some() {
            let json = HeaderValue::from_static("application/json");
            self.headers.insert(header::CONTENT_TYPE, json);
        }
        TraceContext::current().inject(&mut self.headers);
        let client = self.client;
        let attempt = || {
            let mut request = client.http.request(self.method.clone(), &url);
            if let Some(body) = &body {
                request = request.body(body.clone());
            }
            answer(&client.name, request.headers(self.headers.clone()))
        };
        client.policy.run(self.repeat, attempt).await
    }
}

async fn answer(name: &str, request: reqwest::RequestBuilder) -> Result<Vec<u8>> {
    // The URL may hold what nobody should read in a log.
    let lost =
        |error: reqwest::Error| Error::Unavailable(format!("{name}: {}", error.without_url()));
    let mut response = request.send().await.map_err(lost)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Error::Internal(format!("{name} answered too much")));
        }
        body.extend_from_slice(&chunk);
    }
    if status.is_success() {
        return Ok(body);
    }
    Err(refusal(name, status, &body))
}

/// The error that an answer tells of.
fn refusal(name: &str, status: StatusCode, body: &[u8]) -> Error {
    let problem: Option<Problem> = serde_json::from_slice(body).ok();
    let (detail, errors) = problem.map_or((None, Vec::new()), |problem| {
        (problem.detail, problem.errors)
    });
    let detail = detail.unwrap_or_else(|| format!("{name} answered {status}"));
    match status {
        StatusCode::BAD_REQUEST => Error::Malformed(detail),
        StatusCode::NOT_FOUND => Error::NotFound(detail),
        StatusCode::CONFLICT => Error::Conflict(detail),
        StatusCode::PRECONDITION_FAILED => Error::PreconditionFailed,
        StatusCode::PRECONDITION_REQUIRED => Error::PreconditionRequired,
        StatusCode::UNPROCESSABLE_ENTITY => Error::Invalid(errors),
        StatusCode::TOO_MANY_REQUESTS => Error::Unavailable(format!("{name}: {detail}")),
        status if status.is_server_error() => Error::Unavailable(format!("{name}: {detail}")),
        status => Error::Internal(format!("{name} answered {status}: {detail}")),
    }
}
