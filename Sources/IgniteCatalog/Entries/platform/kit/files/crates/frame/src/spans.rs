//! What requests, calls and events took, for whoever exports it as traces.
//!
//! Nothing is kept unless somebody listens, and nobody is waited for: what does not fit is counted
//! and dropped.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;

use crate::TraceContext;

/// Which side of what a span shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A request is answered.
    Server,
    /// Another service is called.
    Client,
    /// An event is handled.
    Consumer,
}

/// One piece of work within a trace.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// What was done, as `GET /orders/{id}`.
    pub name: String,
    /// Which side it is.
    pub kind: Kind,
    /// Its place in the trace.
    pub trace: TraceContext,
    /// When it began.
    pub started: SystemTime,
    /// How long it took.
    pub elapsed: Duration,
    /// What else is known of it.
    pub attributes: Vec<(&'static str, String)>,
    /// Whether it failed.
    pub has_failed: bool,
}

/// Where the spans of a service go; clones go to the same place.
#[derive(Debug, Clone, Default)]
pub struct Spans(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    listener: OnceLock<mpsc::Sender<Span>>,
    dropped: AtomicU64,
}

impl Spans {
    /// Listens, unless somebody does already; `capacity` spans wait at most.
    #[must_use]
    pub fn listen(&self, capacity: usize) -> Option<mpsc::Receiver<Span>> {
        let (sender, receiver) = mpsc::channel(capacity);
        self.0.listener.set(sender).ok().map(|()| receiver)
    }

    /// How many spans did not fit.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    /// Counts spans that got lost behind the listener.
    pub fn drop_some(&self, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.0.dropped.fetch_add(count, Ordering::Relaxed);
    }

    /// Takes note of a piece of work that ended just now, if its trace is recorded.
    pub fn ended(&self, trace: &TraceContext, elapsed: Duration, span: impl FnOnce() -> Ended) {
        let Some(listener) = self.0.listener.get().filter(|_| trace.is_sampled()) else {
            return;
        };
        let ended = span();
        let span = Span {
            name: ended.name,
            kind: ended.kind,
            trace: trace.clone(),
            started: SystemTime::now()
                .checked_sub(elapsed)
                .unwrap_or(SystemTime::UNIX_EPOCH),
            elapsed,
            attributes: ended.attributes,
            has_failed: ended.has_failed,
        };
        if listener.try_send(span).is_err() {
            self.drop_some(1);
        }
    }
}

/// What is to be said of a piece of work that ended.
#[derive(Debug)]
pub struct Ended {
    /// As [`Span::name`].
    pub name: String,
    /// As [`Span::kind`].
    pub kind: Kind,
    /// As [`Span::attributes`].
    pub attributes: Vec<(&'static str, String)>,
    /// As [`Span::has_failed`].
    pub has_failed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended() -> Ended {
        Ended {
            name: "GET /".to_owned(),
            kind: Kind::Server,
            attributes: Vec::new(),
            has_failed: false,
        }
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let spans = Spans::default();
        let trace = TraceContext::root();
        spans.ended(&trace, Duration::ZERO, || panic!("nobody listens"));
        let mut listener = spans.listen(1).unwrap();
        assert!(spans.listen(1).is_none());
        for _ in 0..3 {
            spans.ended(&trace, Duration::from_secs(1), ended);
        }
        assert_eq!(spans.dropped(), 2);
        assert_eq!(listener.try_recv().unwrap().trace, trace);
    }
}
