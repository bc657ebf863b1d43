use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use crate::http::Problem;
use crate::{Error, Result};

/// What the other side answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// What its body is.
    pub content_type: Option<HeaderValue>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads the body as JSON; `from` is who answered.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is something else.
    pub fn json<T: DeserializeOwned>(&self, from: &str) -> Result<T> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Error::Internal(format!("{from} answered something else: {error}")))
    }

    /// Whether the other side may do better a little later, or with other credentials.
    pub(super) fn is_failure(&self) -> bool {
        let failures = [
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::TOO_MANY_REQUESTS,
        ];
        !self.status.is_success()
            && (!self.status.is_client_error() || failures.contains(&self.status))
    }

    /// The error that the answer tells of.
    pub(super) fn refusal(&self, name: &str) -> Error {
        let problem: Option<Problem> = serde_json::from_slice(&self.body).ok();
        let (detail, errors) = problem.map_or((None, Vec::new()), |problem| {
            (problem.detail, problem.errors)
        });
        let status = self.status;
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
}

/// The same answer, passed on.
impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_TYPE);
        if let Some(kind) = self.content_type {
            headers.insert(header::CONTENT_TYPE, kind);
        }
        response
    }
}
