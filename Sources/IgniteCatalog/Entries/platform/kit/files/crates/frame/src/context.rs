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

use std::sync::OnceLock;

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

/// Which traces are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Sampler {
    /// All.
    Always,
    /// None.
    Never,
    /// This share, by the ids of the traces.
    Share(f64),
    /// Those whose caller records them; of new ones all.
    #[default]
    Parent,
    /// Those whose caller records them; of new ones this share.
    ParentOrShare(f64),
}

impl Sampler {
    fn takes(self, trace_id: u128, parent: Option<bool>) -> bool {
        // The lower half of an id is random in every system that makes some.
        let half = (trace_id & u128::from(u64::MAX)) as f64;
        let within = |share: f64| share >= 1.0 || half < share * 2_f64.powi(64);
        match (self, parent) {
            (Self::Always, _) | (Self::Parent, None) => true,
            (Self::Never, _) => false,
            (Self::Parent | Self::ParentOrShare(_), Some(parent)) => parent,
            (Self::Share(share), _) | (Self::ParentOrShare(share), None) => within(share),
        }
    }
}

/// How traces go from process to process, and which are recorded: the same for all of a process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Propagation {
    /// Whether by `traceparent` and `tracestate`, the standard of the W3C.
    pub w3c: bool,
    /// Whether by `b3`, the header of Zipkin; the older `x-b3-…` are read then, too.
    pub b3: bool,
    /// Whether by `x-b3-traceid` and the others.
    pub b3_multi: bool,
    /// Which traces are recorded.
    pub sampler: Sampler,
}

impl Default for Propagation {
    fn default() -> Self {
        Self {
            w3c: true,
            b3: false,
            b3_multi: false,
            sampler: Sampler::default(),
        }
    }
}

static PROPAGATION: OnceLock<Propagation> = OnceLock::new();

impl Propagation {
    /// Decides for the whole process, unless that was done before.
    pub fn install(self) {
        PROPAGATION.set(self).ok();
    }

    fn current() -> Self {
        PROPAGATION.get().copied().unwrap_or_default()
    }

    fn extract(self, headers: &HeaderMap) -> Option<TraceContext> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let w3c = || TraceContext::parse(text("traceparent")?, text("tracestate"));
        let b3 = || TraceContext::parse_b3(text("b3")?);
        let multi = || {
            let (trace, span) = (text("x-b3-traceid")?, text("x-b3-spanid")?);
            let sampled = text("x-b3-sampled").unwrap_or("1");
            TraceContext::parse_b3(&format!("{trace}-{span}-{sampled}"))
        };
        let found = self.w3c.then(w3c).flatten();
        let has_b3 = self.b3 || self.b3_multi;
        let found = found.or_else(|| has_b3.then(b3).flatten());
        let mut trace = found.or_else(|| has_b3.then(multi).flatten())?;
        trace.sampled = self.sampler.takes(trace.trace_id, Some(trace.sampled));
        Some(trace)
    }

    fn inject(self, trace: &TraceContext, mut put: impl FnMut(&'static str, &str)) {
        let sampled = if trace.sampled { "1" } else { "0" };
        let (trace_id, span_id) = (trace.trace_id(), trace.span_id());
        if self.w3c {
            put("traceparent", &trace.traceparent());
            if let Some(state) = &trace.state {
                put("tracestate", state);
            }
        }
        if self.b3 {
            put("b3", &format!("{trace_id}-{span_id}-{sampled}"));
        }
        if self.b3_multi {
            put("x-b3-traceid", &trace_id);
            put("x-b3-spanid", &span_id);
            put("x-b3-sampled", sampled);
        }
    }
}

/// A position in a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    parent: Option<u64>,
    sampled: bool,
    state: Option<String>,
}

impl TraceContext {
    /// The start of a new trace.
    #[must_use]
    pub fn root() -> Self {
        let trace_id = fastrand::u128(1..);
        Self {
            trace_id,
            span_id: fastrand::u64(1..),
            parent: None,
            sampled: Propagation::current().sampler.takes(trace_id, None),
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
            parent: None,
            sampled: flags & 1 == 1,
            state: tracestate
                .filter(|state| !state.is_empty() && state.len() <= 512)
                .map(str::to_owned),
        })
    }

    /// Reads a header `b3`, which may hold the trace's id with half as many digits.
    fn parse_b3(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let trace_id = parts.next()?;
        let trace_id = hex(trace_id, 32).or_else(|| hex(trace_id, 16))?;
        let span_id = u64::try_from(hex(parts.next()?, 16)?).ok()?;
        let sampled = !matches!(parts.next(), Some("0" | "false"));
        (trace_id != 0 && span_id != 0).then_some(Self {
            trace_id,
            span_id,
            parent: None,
            sampled,
            state: None,
        })
    }

    /// Reads the headers of a request, by the standards that the process speaks.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        Propagation::current().extract(headers)
    }

    /// A new span below this one, in the same trace.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            span_id: fastrand::u64(1..),
            parent: Some(self.span_id),
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

    /// The id of the span above, in hexadecimal.
    #[must_use]
    pub fn parent_id(&self) -> Option<String> {
        self.parent.map(|parent| format!("{parent:016x}"))
    }

    /// Whether the trace is recorded.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.sampled
    }

    /// Puts the trace, and the request's id and tenant if known, into the headers of a call.
    pub fn inject(&self, headers: &mut HeaderMap) {
        let mut put = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        Propagation::current().inject(self, &mut put);
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

    fn speaking(w3c: bool, b3: bool, b3_multi: bool) -> Propagation {
        Propagation {
            w3c,
            b3,
            b3_multi,
            ..Propagation::default()
        }
    }

    #[test]
    fn every_standard_carries_the_trace() {
        let trace = TraceContext::parse(PARENT, None).unwrap();
        for standard in [
            speaking(true, false, false),
            speaking(false, true, false),
            speaking(false, false, true),
            speaking(true, true, true),
        ] {
            let mut headers = HeaderMap::new();
            standard.inject(&trace, |name, value| {
                headers.insert(name, value.parse().unwrap());
            });
            assert_eq!(standard.extract(&headers), Some(trace.clone()));
            let other = speaking(!standard.w3c, !standard.b3, false);
            let is_shared = standard.w3c && other.w3c || standard.b3_multi && other.b3;
            assert_eq!(other.extract(&headers).is_some(), is_shared, "{standard:?}");
        }
        let short = TraceContext::parse_b3("b7ad6b7169203331-b7ad6b7169203331-0").unwrap();
        assert!(!short.is_sampled() && short.trace_id().starts_with("0000000000000000b7"));
        for bad in ["", "0", "b7ad6b7169203331", "b7ad6b7169203331-0000000000000000"] {
            assert_eq!(TraceContext::parse_b3(bad), None, "{bad}");
        }
    }

    #[test]
    fn samplers_take_what_they_say() {
        let (low, high) = (1, u128::from(u64::MAX) - 1);
        for (sampler, parent, takes) in [
            (Sampler::Always, Some(false), (true, true)),
            (Sampler::Never, Some(true), (false, false)),
            (Sampler::Share(0.5), Some(false), (true, false)),
            (Sampler::Parent, Some(false), (false, false)),
            (Sampler::Parent, None, (true, true)),
            (Sampler::ParentOrShare(0.5), Some(true), (true, true)),
            (Sampler::ParentOrShare(0.5), None, (true, false)),
        ] {
            let taken = (sampler.takes(low, parent), sampler.takes(high, parent));
            assert_eq!(taken, takes, "{sampler:?} {parent:?}");
        }
        assert!(!Sampler::Share(0.0).takes(low, None) && Sampler::Share(1.0).takes(high, None));
    }

    #[test]
    fn a_new_trace_is_sampled() {
        let root = TraceContext::current();
        assert!(root.traceparent().ends_with("-01"));
        assert_eq!(TraceContext::parse(&root.traceparent(), None), Some(root));
    }
}
