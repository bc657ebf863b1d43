use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::{Error, Result};

/// The `ETag` of a version of an entity, as `"3"`.
///
/// ```
/// assert_eq!(frame::http::etag(3), "\"3\"");
/// ```
#[must_use]
pub fn etag(version: i64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// The versions a caller accepts, from `If-Match`; a request without the header is answered with 428.
///
/// ```
/// use frame::http::IfMatch;
///
/// let expected = IfMatch::version(3);
/// assert!(expected.check(3).is_ok());
/// assert_eq!(expected.check(4), Err(frame::Error::PreconditionFailed));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Tags);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Tags {
    Any,
    Versions(Vec<i64>),
}

impl IfMatch {
    /// What a caller that read this version sends.
    #[must_use]
    pub fn version(version: i64) -> Self {
        Self(Tags::Versions(vec![version]))
    }

    /// What a caller that accepts any version sends: `*`.
    #[must_use]
    pub fn any() -> Self {
        Self(Tags::Any)
    }

    /// Compares with the stored version.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] when the caller expects another one.
    pub fn check(&self, current: i64) -> Result<()> {
        match &self.0 {
            Tags::Any => Ok(()),
            Tags::Versions(versions) if versions.contains(&current) => Ok(()),
            Tags::Versions(_) => Err(Error::PreconditionFailed),
        }
    }

    /// The expected version, for the `WHERE` of an update; `None` for `*` and for several versions.
    #[must_use]
    pub fn expected(&self) -> Option<i64> {
        match &self.0 {
            Tags::Versions(versions) if versions.len() == 1 => versions.first().copied(),
            _ => None,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let tags = tags(&parts.headers, &header::IF_MATCH, is_strong)?;
        tags.map(Self).ok_or(Error::PreconditionRequired)
    }
}

/// The versions a caller has already, from `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfNoneMatch(Option<Tags>);

impl IfNoneMatch {
    /// Whether the caller has this version, so that 304 is the answer.
    #[must_use]
    pub fn matches(&self, current: i64) -> bool {
        match &self.0 {
            None => false,
            Some(Tags::Any) => true,
            Some(Tags::Versions(versions)) => versions.contains(&current),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        tags(&parts.headers, &header::IF_NONE_MATCH, |_| true).map(Self)
    }
}

fn is_strong(tag: &str) -> bool {
    !tag.starts_with("W/")
}

/// Reads a list of tags; a tag this service cannot have given is read and matches nothing.
fn tags(
    headers: &HeaderMap,
    name: &HeaderName,
    counts: impl Fn(&str) -> bool,
) -> Result<Option<Tags>> {
    if !headers.contains_key(name) {
        return Ok(None);
    }
    let mut versions = Vec::new();
    for value in headers.get_all(name) {
        let text = value
            .to_str()
            .map_err(|_| Error::Malformed(format!("the header {name} is not text")))?;
        if text.trim() == "*" {
            return Ok(Some(Tags::Any));
        }
        for tag in text.split(',').map(str::trim).filter(|tag| counts(tag)) {
            let opaque = tag.strip_prefix("W/").unwrap_or(tag);
            let inner = opaque.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
            versions.extend(inner.and_then(|inner| inner.parse::<i64>().ok()));
        }
    }
    Ok(Some(Tags::Versions(versions)))
}

/// The answer to a caller that has the current version: 304 and its `ETag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotModified(
    /// The current version.
    pub i64,
);

impl IntoResponse for NotModified {
    fn into_response(self) -> Response {
        (StatusCode::NOT_MODIFIED, [(header::ETAG, etag(self.0))]).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(name: &str, value: &str) -> Parts {
        let request = Request::get("/").header(name, value).body(());
        request.unwrap().into_parts().0
    }

    async fn if_match(value: &str) -> IfMatch {
        IfMatch::from_request_parts(&mut parts("if-match", value), &())
            .await
            .unwrap()
    }

    async fn if_none_match(name: &str, value: &str) -> IfNoneMatch {
        IfNoneMatch::from_request_parts(&mut parts(name, value), &())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn updates_state_what_they_saw() {
        let one = if_match("\"3\"").await;
        assert_eq!((one.expected(), one.check(3)), (Some(3), Ok(())));
        assert_eq!(one.check(4), Err(Error::PreconditionFailed));
        let several = if_match("\"3\", \"4\"").await;
        assert_eq!((several.expected(), several.check(4)), (None, Ok(())));
        assert_eq!(if_match("*").await, IfMatch::any());
        assert_eq!(IfMatch::any().check(9), Ok(()));
        for never in ["W/\"3\"", "\"abc\"", "3", ""] {
            let result = if_match(never).await.check(3);
            assert_eq!(result, Err(Error::PreconditionFailed), "{never}");
        }
    }

    #[tokio::test]
    async fn updates_must_state_it() {
        let rejection = IfMatch::from_request_parts(&mut parts("x", "y"), &()).await;
        assert_eq!(rejection, Err(Error::PreconditionRequired));
        let mut parts = parts("x", "y");
        let strange = HeaderValue::from_bytes(&[200]).unwrap();
        parts.headers.insert("if-match", strange);
        let rejection = IfMatch::from_request_parts(&mut parts, &()).await;
        assert!(matches!(rejection, Err(Error::Malformed(_))));
    }

    #[tokio::test]
    async fn reads_say_what_they_have() {
        assert!(if_none_match("if-none-match", "W/\"3\"").await.matches(3));
        assert!(if_none_match("if-none-match", "*").await.matches(3));
        assert!(!if_none_match("if-none-match", "\"2\"").await.matches(3));
        assert!(!if_none_match("x", "y").await.matches(3));
        let response = NotModified(3).into_response();
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(response.headers()["etag"], "\"3\"");
    }
}
