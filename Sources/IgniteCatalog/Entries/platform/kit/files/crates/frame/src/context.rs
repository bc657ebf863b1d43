//! What belongs to the request or event at hand: its id, its place in a trace, its tenant.
//!
//! ```
//! # tokio::runtime::Runtime::new().map(|runtime| runtime.block_on(async {
//! use frame::{RequestContext, TraceContext};
//!
//! let trace = TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", None);
//! let context = RequestContext::new("request-1", trace.unwrap_or_else(TraceContext::root), None);
//! let seen = context.scope(async { RequestContext::current() }).await;
//! assert_eq!(seen.map(|c| c.request_id).as_deref(), Some("request-1"));
//! # })).ok();
//! ```

use axum::http::{HeaderMap, HeaderValue};
use sha2::{Digest as _, Sha256};

tokio::task_local! {
    static CURRENT: RequestContext;
}

/// The request or event a task works for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestContext {
    /// The request's id, from `x-request-id` or new.
    pub request_id: String,
    /// The place in the trace.
    pub trace: TraceContext,
    /// The tenant, when the caller named one.
    pub tenant: Option<String>,
    /// What the caller proved with who it is; absent for work in the background.
    pub token: Option<HeaderValue>,
}

impl RequestContext {
    /// A context with these parts.
    #[must_use]
    pub fn new(request_id: impl Into<String>, trace: TraceContext, tenant: Option<String>) -> Self {
        Self {
            request_id: request_id.into(),
            trace,
            tenant,
            token: None,
        }
    }

    /// Tells callers apart without telling their tokens: one word for each token.
    #[must_use]
    pub fn caller(&self) -> Option<String> {
        let token = self.token.as_ref()?;
        Some(format!("{:x}", Sha256::digest(token.as_bytes())))
    }

    /// The context of the running task, if it has one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs a future in this context; tasks it spawns start without one.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }
}

/// A position in a W3C trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    sampled: bool,
    state: Option<String>,
}

impl TraceContext {
    /// The start of a new trace.
    #[must_use]
    pub fn root() -> Self {
        Self {
            trace_id: fastrand::u128(1..),
            span_id: fastrand::u64(1..),
            sampled: true,
            state: None,
        }
    }

    /// The position of the running task, or a new trace.
    #[must_use]
    pub fn current() -> Self {
        RequestContext::current().map_or_else(Self::root, |context| context.trace)
    }

    /// Reads a `traceparent` and its `tracestate`; `None` when it breaks the standard.
    #[must_use]
    pub fn parse(traceparent: &str, tracestate: Option<&str>) -> Option<Self> {
        let mut parts = traceparent.trim().splitn(5, '-');
        let version = hex(parts.next()?, 2)?;
        let trace_id = hex(parts.next()?, 32)?;
        let span_id = u64::try_from(hex(parts.next()?, 16)?).ok()?;
        let flags = hex(parts.next()?, 2)?;
        let has_more = parts.next().is_some();
        if version == 0xff || (version == 0 && has_more) || trace_id == 0 || span_id == 0 {
            return None;
        }
        Some(Self {
            trace_id,
            span_id,
            sampled: flags & 1 == 1,
            state: tracestate
                .filter(|state| !state.is_empty() && state.len() <= 512)
                .map(str::to_owned),
        })
    }

    /// Reads the headers of a request.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Self::parse(text("traceparent")?, text("tracestate"))
    }

    /// A new span below this one, in the same trace.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            span_id: fastrand::u64(1..),
            ..self.clone()
        }
    }

    /// The value of a `traceparent` header.
    #[must_use]
    pub fn traceparent(&self) -> String {
        let flags = u8::from(self.sampled);
        format!(
            "00-{:032x}-{:016x}-{flags:02x}",
            self.trace_id, self.span_id
        )
    }

    /// The trace's id in hexadecimal.
    #[must_use]
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// The span's id in hexadecimal.
    #[must_use]
    pub fn span_id(&self) -> String {
        format!("{:016x}", self.span_id)
    }

    /// Puts the trace, and the request's id and tenant if known, into the headers of a call.
    pub fn inject(&self, headers: &mut HeaderMap) {
        let mut put = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put("traceparent", &self.child().traceparent());
        if let Some(state) = &self.state {
            put("tracestate", state);
        }
        if let Some(context) = RequestContext::current() {
            put("x-request-id", &context.request_id);
        }
    }
}

/// The number of exactly `length` lower-case hexadecimal digits.
fn hex(text: &str, length: usize) -> Option<u128> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (text.len() == length && text.bytes().all(is_hex))
        .then(|| u128::from_str_radix(text, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn keeps_what_it_reads() {
        let trace = TraceContext::parse(PARENT, Some("a=1")).unwrap();
        assert_eq!(trace.traceparent(), PARENT);
        assert_eq!(trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(trace.span_id(), "b7ad6b7169203331");
        let child = trace.child();
        assert_eq!(child.trace_id(), trace.trace_id());
        assert_ne!(child.span_id(), trace.span_id());
    }

    #[test]
    fn refuses_what_breaks_the_standard() {
        for bad in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-01",
        ] {
            assert_eq!(TraceContext::parse(bad, None), None, "{bad}");
        }
        let later = "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-x";
        assert!(TraceContext::parse(later, None).is_some());
    }

    #[tokio::test]
    async fn calls_carry_the_trace() {
        let trace = TraceContext::parse(PARENT, Some("vendor=1")).unwrap();
        let context = RequestContext::new("r1", trace.clone(), None);
        let headers = context
            .scope(async {
                let mut headers = HeaderMap::new();
                TraceContext::current().inject(&mut headers);
                headers
            })
            .await;
        let sent = TraceContext::from_headers(&headers).unwrap();
        assert_eq!(sent.trace_id(), trace.trace_id());
        assert_eq!(headers["tracestate"], "vendor=1");
        assert_eq!(headers["x-request-id"], "r1");
        assert_eq!(RequestContext::current(), None);
    }

    #[test]
    fn a_new_trace_is_sampled() {
        let root = TraceContext::current();
        assert!(root.traceparent().ends_with("-01"));
        assert_eq!(TraceContext::parse(&root.traceparent(), None), Some(root));
    }
}
