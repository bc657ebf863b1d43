use serde_json::{Value, json};

use super::{attributes_of, nanos};
use crate::spans::{Kind, Span};

/// A span as the standard writes it.
pub(super) fn encode(span: &Span) -> Value {
    let kind = match span.kind {
        Kind::Server => 2,
        Kind::Client => 3,
        Kind::Consumer => 5,
    };
    json!({
        "traceId": span.trace.trace_id(),
        "spanId": span.trace.span_id(),
        "parentSpanId": span.trace.parent_id().unwrap_or_default(),
        "name": span.name,
        "kind": kind,
        "startTimeUnixNano": nanos(span.started),
        "endTimeUnixNano": nanos(span.started + span.elapsed),
        "attributes": attributes_of(&span.attributes),
        "status": { "code": if span.has_failed { 2 } else { 0 } },
    })
}
