use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::{Answer, Attempt, Client, identity};
use crate::http::etag;
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

    /// Says whether the call may be made twice.
    pub fn repeated(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// Sends a body that is already written.
    pub fn raw(self, content_type: &str, body: Vec<u8>) -> Self {
        let mut request = self.header(header::CONTENT_TYPE.as_str(), content_type);
        request.body = Ok(Some(body));
        request
    }

    /// Makes the call and reads the answer.
    ///
    /// # Errors
    /// What the other service refused, or [`Error::Unavailable`].
    pub async fn json<T: DeserializeOwned>(self) -> Result<T> {
        let name = self.client.name.clone();
        self.send(false).await?.json(&name)
    }

    /// Makes the call, whatever the answer holds.
    ///
    /// # Errors
    /// As [`Self::json`].
    pub async fn done(self) -> Result<()> {
        self.send(false).await.map(drop)
    }

    /// Makes the call; what is refused because of what was asked for is an answer too.
    ///
    /// # Errors
    /// [`Error::Unavailable`], or [`Error::Internal`] when the other side does not let this one in.
    pub async fn answer(self) -> Result<Answer> {
        self.send(true).await
    }

    async fn send(mut self, keeps_refusals: bool) -> Result<Answer> {
        let mut url = format!("{}{}", self.client.base, self.path);
        if !self.query.is_empty() {
            url.push('?');
            let pairs = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&self.query)
                .finish();
            url.push_str(&pairs);
        }
        let body = self.body?;
        if body.is_some() && !self.headers.contains_key(header::CONTENT_TYPE) {
            let json = HeaderValue::from_static("application/json");
            self.headers.insert(header::CONTENT_TYPE, json);
        }
        TraceContext::current().inject(&mut self.headers);
        let call = Call {
            client: self.client,
            method: self.method,
            url,
            headers: self.headers,
            body,
            keeps_refusals,
        };
        self.client.policy.run(self.repeat, || call.attempt()).await
    }
}

/// A call as it is made, once or several times.
struct Call<'c> {
    client: &'c Client,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    keeps_refusals: bool,
}

impl Call<'_> {
    async fn attempt(&self) -> Result<Answer> {
        let mut answer = self.exchange().await?;
        if answer.status == StatusCode::UNAUTHORIZED
            && let Some(authorizer) = &self.client.authorizer
            && authorizer.refused().await
        {
            answer = self.exchange().await?;
        }
        let is_kept = self.keeps_refusals && !answer.is_failure();
        if answer.status.is_success() || is_kept {
            return Ok(answer);
        }
        Err(answer.refusal(&self.client.name))
    }

    async fn exchange(&self) -> Result<Answer> {
        let (client, url) = (self.client, self.url.as_str());
        let mut headers = self.headers.clone();
        if let Some(authorizer) = &client.authorizer {
            let mut attempt = Attempt {
                method: &self.method,
                url,
                body: self.body.as_deref().unwrap_or_default(),
                headers,
            };
            authorizer.authorize(&mut attempt).await?;
            headers = attempt.headers;
        }
        if let Some(identity) = &client.identity {
            let name = HeaderName::from_static(identity::HEADER);
            headers.insert(name, identity.header().await?);
        }
        let mut request = client.http.request(self.method.clone(), url);
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        read(&client.name, request.headers(headers)).await
    }
}

async fn read(name: &str, request: reqwest::RequestBuilder) -> Result<Answer> {
    // The URL may hold what nobody should read in a log.
    let lost =
        |error: reqwest::Error| Error::Unavailable(format!("{name}: {}", error.without_url()));
    let mut response = request.send().await.map_err(lost)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Error::Internal(format!("{name} answered too much")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status: response.status(),
        content_type: response.headers().get(header::CONTENT_TYPE).cloned(),
        body,
    })
}
