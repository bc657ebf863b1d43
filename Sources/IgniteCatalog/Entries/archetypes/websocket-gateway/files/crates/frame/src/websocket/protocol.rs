use axum::extract::ws::Utf8Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::Envelope;

/// The protocol that a client may name when it connects.
pub const SUBPROTOCOL: &str = "events.v1";
/// How a client that cannot set headers names its token among the protocols.
pub(super) const TOKEN_PROTOCOL: &str = "bearer.";

/// What clients say.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Request {
    /// Shows a token, the first one or one that is valid for longer.
    Authenticate { token: String },
    /// Asks to be told of a topic, or of one key of it.
    Subscribe {
        id: String,
        topic: String,
        key: Option<String>,
    },
    /// Ends a subscription, or that to presence.
    Unsubscribe { id: String },
    /// Asks who is connected, and to be told of those who come and go.
    Presence { id: String },
    /// Asks for a sign of life, where pings of the transport are out of reach.
    Ping,
}

/// What clients are told.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Reply<'a> {
    Welcome {
        connection: Uuid,
        user: &'a str,
        heartbeat_ms: u128,
        topics: &'a [&'static str],
    },
    Subscribed {
        id: &'a str,
    },
    Unsubscribed {
        id: &'a str,
    },
    Event {
        id: &'a str,
        event: &'a Told<'a>,
    },
    Present {
        id: &'a str,
        users: Vec<&'a str>,
    },
    Joined {
        id: &'a str,
        user: &'a str,
    },
    Left {
        id: &'a str,
        user: &'a str,
    },
    Dropped {
        count: u64,
    },
    Error {
        id: Option<&'a str>,
        code: Refusal,
        detail: &'a str,
    },
    Pong,
}

impl Reply<'_> {
    /// As it is sent. Everything in a reply can be written as JSON.
    pub fn text(&self) -> Utf8Bytes {
        serde_json::to_string(self).unwrap_or_default().into()
    }
}

/// An event as clients see it: nothing of how it travelled.
#[derive(Debug, Serialize)]
pub(super) struct Told<'a> {
    id: Uuid,
    #[serde(rename = "type")]
    kind: &'a str,
    version: u32,
    key: &'a str,
    occurred_at: DateTime<Utc>,
    payload: &'a Value,
}

impl<'a> Told<'a> {
    pub fn of(envelope: &'a Envelope) -> Self {
        Self {
            id: envelope.id,
            kind: &envelope.kind,
            version: envelope.version,
            key: &envelope.key,
            occurred_at: envelope.occurred_at,
            payload: &envelope.payload,
        }
    }
}

/// Why a request was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Refusal {
    Malformed,
    UnknownTopic,
    Forbidden,
    IdTaken,
    UnknownId,
    TooManySubscriptions,
}

/// Why a connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closing {
    pub code: u16,
    pub reason: &'static str,
}

impl Closing {
    pub const MALFORMED: Self = Self::new(4400, "the message is not understood");
    pub const FORBIDDEN: Self = Self::new(4403, "the token is not accepted");
    pub const UNINITIALISED: Self = Self::new(4408, "the connection was not initialised in time");
    pub const ID_TAKEN: Self = Self::new(4409, "a subscriber with this id exists already");
    pub const INITIALISED: Self = Self::new(4429, "the connection is initialised already");
    pub const BINARY: Self = Self::new(1003, "only text is understood");
    pub const SLOW: Self = Self::new(1008, "events are not read as fast as they come");
    pub const RESTART: Self = Self::new(1012, "the service restarts");
    pub const NO_KEYS: Self = Self::new(1013, "tokens cannot be checked now");
    pub const UNAUTHENTICATED: Self = Self::new(4401, "a valid token is needed");
    pub const EXPIRED: Self = Self::new(4401, "the token is no longer valid");
    pub const SILENT: Self = Self::new(4408, "nothing was heard for two heartbeats");
    pub const TOO_MANY: Self = Self::new(4429, "too many connections of this user");

    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason }
    }
}
