//! Who may hear what.

use frame::Envelope;
use frame::security::jwt::Principal;
use frame::websocket::Access;
use serde_json::Value;

/// What clients can subscribe to.
pub const TOPICS: &[&str] = &[
    "LoanStarted",
    "LoanEnded",
    "FeeRaised",
];

/// The role that a caller needs to hear a topic; others are for everybody with a token.
pub const ROLES: &[(&str, &str)] = &[
    ("FeeRaised", "librarian"),
];

/// The field of an event that names its only reader by the subject of the token.
pub const SUBJECTS: &[(&str, &str)] = &[
    ("LoanEnded", "reader"),
    ("LoanStarted", "reader"),
];

/// The rules of the architecture; change them to what your domain needs.
pub struct Rules;

impl Access for Rules {
    fn topics(&self) -> &[&'static str] {
        TOPICS
    }

    fn may_subscribe(&self, caller: &Principal, topic: &str) -> bool {
        ROLES.iter().all(|(of, role)| *of != topic || caller.has_role(role))
    }

    fn may_see(&self, caller: &Principal, event: &Envelope) -> bool {
        let is_theirs = |field: &str| {
            let named = event.payload.get(field).and_then(Value::as_str);
            named == Some(caller.subject.as_str())
        };
        SUBJECTS.iter().all(|(of, field)| *of != event.kind || is_theirs(field))
    }
}
