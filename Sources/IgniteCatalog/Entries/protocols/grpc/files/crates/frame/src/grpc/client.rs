use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Request, Response, Status};

use super::{error_of, left};
use crate::client::{Attempt, Authorize, ClientSettings, Identity};
use crate::metrics::CallMetrics;
use crate::resilience::{BreakerState, Policy, Repeat};
use crate::{Error, Result, TraceContext};

/// Calls one service over gRPC, under the policy of its edge; the connection is made by the first call.
///
/// A call carries the trace and the id of the request at hand, and no longer a deadline than that has.
/// What the other service refuses comes back as the [`Error`] it was there.
#[derive(Debug, Clone)]
pub struct GrpcClient {
    name: String,
    url: String,
    channel: Channel,
    policy: Policy,
    attempt: Duration,
    authorizer: Option<Arc<dyn Authorize>>,
    identity: Option<Arc<Identity>>,
}

impl GrpcClient {
    /// A client of the service of this name; needs a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be made.
    pub fn new(name: &str, settings: &ClientSettings, metrics: &CallMetrics) -> Result<Self> {
        let fail = |error: tonic::transport::Error| Error::Internal(format!("{name}: {error}"));
        let attempt = settings.policy.timeout.attempt;
        let mut endpoint = Endpoint::from_shared(settings.url.clone())
            .map_err(fail)?
            .connect_timeout(attempt);
        if settings.url.starts_with("https:") {
            let tls = ClientTlsConfig::new().with_enabled_roots();
            endpoint = endpoint.tls_config(tls).map_err(fail)?;
        }
        Ok(Self {
            name: name.to_owned(),
            url: settings.url.clone(),
            channel: endpoint.connect_lazy(),
            policy: Policy::measured(name, &settings.policy, metrics),
            attempt,
            authorizer: None,
            identity: settings.tokens()?,
        })
    }

    /// Proves who calls, in each attempt.
    #[must_use]
    pub fn authorized_by(mut self, authorizer: Arc<dyn Authorize>) -> Self {
        self.authorizer = Some(authorizer);
        self
    }

    /// What the circuit of this edge does with the next call.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.policy.state()
    }

    /// Makes a call that reads, or that may be made twice for another reason.
    ///
    /// # Errors
    /// What the other service refused, or [`Error::Unavailable`].
    pub async fn read<M: Clone, R, F>(
        &self,
        message: M,
        call: impl Fn(Channel, Request<M>) -> F,
    ) -> Result<R>
    where
        F: Future<Output = Result<Response<R>, Status>>,
    {
        self.run(Repeat::Idempotent, HeaderMap::new(), message, call)
            .await
    }

    /// Makes a call that is made once at most.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn change<M: Clone, R, F>(
        &self,
        message: M,
        call: impl Fn(Channel, Request<M>) -> F,
    ) -> Result<R>
    where
        F: Future<Output = Result<Response<R>, Status>>,
    {
        self.run(Repeat::Never, HeaderMap::new(), message, call)
            .await
    }

    /// Makes a call that counts once however often it is made, because of a key in this header.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn once<M: Clone, R, F>(
        &self,
        header: &str,
        key: &str,
        message: M,
        call: impl Fn(Channel, Request<M>) -> F,
    ) -> Result<R>
    where
        F: Future<Output = Result<Response<R>, Status>>,
    {
        let mut headers = HeaderMap::new();
        let pair = (HeaderName::try_from(header), HeaderValue::try_from(key));
        if let (Ok(name), Ok(value)) = pair {
            headers.insert(name, value);
        }
        self.run(Repeat::Idempotent, headers, message, call).await
    }

    async fn run<M: Clone, R, F>(
        &self,
        repeat: Repeat,
        mut headers: HeaderMap,
        message: M,
        call: impl Fn(Channel, Request<M>) -> F,
    ) -> Result<R>
    where
        F: Future<Output = Result<Response<R>, Status>>,
    {
        TraceContext::current().inject(&mut headers);
        let (headers, message, call) = (&headers, &message, &call);
        let attempt = || async move {
            let answer = self.exchange(headers.clone(), message.clone(), call).await;
            let answer = match (answer, &self.authorizer) {
                (Err(Refusal::Answered(status)), Some(authorizer))
                    if status.code() == Code::Unauthenticated && authorizer.refused().await =>
                {
                    self.exchange(headers.clone(), message.clone(), call).await
                }
                (answer, _) => answer,
            };
            answer.map_err(|refusal| match refusal {
                Refusal::Answered(status) => error_of(&self.name, &status),
                Refusal::NotSent(error) => error,
            })
        };
        self.policy.run(repeat, attempt).await
    }

    async fn exchange<M, R, F>(
        &self,
        mut headers: HeaderMap,
        message: M,
        call: &impl Fn(Channel, Request<M>) -> F,
    ) -> Result<R, Refusal>
    where
        F: Future<Output = Result<Response<R>, Status>>,
    {
        if let Some(authorizer) = &self.authorizer {
            let mut attempt = Attempt {
                method: &Method::POST,
                url: &self.url,
                body: &[],
                headers,
            };
            let proven = authorizer.authorize(&mut attempt).await;
            proven.map_err(Refusal::NotSent)?;
            headers = attempt.headers;
        }
        if let Some(identity) = &self.identity {
            let shown = identity.show(&mut headers).await;
            shown.map_err(Refusal::NotSent)?;
        }
        let mut request = Request::new(message);
        *request.metadata_mut() = MetadataMap::from_headers(headers);
        let timeout = left().map_or(self.attempt, |left| left.min(self.attempt));
        request.set_timeout(timeout);
        let answer = call(self.channel.clone(), request).await;
        answer.map(Response::into_inner).map_err(Refusal::Answered)
    }
}

/// Why an attempt did not succeed.
enum Refusal {
    Answered(Status),
    NotSent(Error),
}

/// What the service `name` answered, read; what cannot be read is its fault.
///
/// # Errors
/// [`Error::Internal`] for what cannot be read.
pub fn understood<T>(name: &str, answer: Result<T>) -> Result<T> {
    answer.map_err(|error| Error::Internal(format!("{name} answered something else: {error}")))
}
