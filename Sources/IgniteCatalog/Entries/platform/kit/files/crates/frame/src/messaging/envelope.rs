use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Error, RequestContext, Result, TraceContext, new_id, now};

/// A fact that a service tells others.
pub trait Event: Serialize + DeserializeOwned {
    /// The event's name, as `OrderPlaced`.
    const TYPE: &'static str;
    /// The version of its form.
    const VERSION: u32;

    /// Events with the same key reach each group one after the other, in order.
    fn key(&self) -> String;

    /// Brings the payload of an earlier version to the form of this one.
    #[must_use]
    fn upcast(_version: u32, payload: Value) -> Value {
        payload
    }
}

/// An event on its way: the payload and what the transport needs to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Identifies the event; a repeated delivery has the same id.
    pub id: Uuid,
    /// The event's name.
    #[serde(rename = "type")]
    pub kind: String,
    /// The version of the payload's form.
    pub version: u32,
    /// The service the event comes from.
    pub source: String,
    /// What the event is about; orders deliveries.
    pub key: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The position in the trace, as a W3C `traceparent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The tenant it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The event itself.
    pub payload: Value,
}

impl Envelope {
    /// Wraps an event of the service `source`, with the trace and tenant of the running task.
    ///
    /// # Errors
    /// [`Error::Internal`] when the event cannot be written as JSON.
    pub fn of<E: Event>(source: &str, event: &E) -> Result<Self> {
        let context = RequestContext::current();
        let payload = serde_json::to_value(event)
            .map_err(|error| Error::Internal(format!("{}: {error}", E::TYPE)))?;
        Ok(Self {
            id: new_id(),
            kind: E::TYPE.to_owned(),
            version: E::VERSION,
            source: source.to_owned(),
            key: event.key(),
            occurred_at: now(),
            traceparent: Some(TraceContext::current().traceparent()),
            tenant: context.and_then(|context| context.tenant),
            payload,
        })
    }

    /// The event inside.
    ///
    /// # Errors
    /// [`Error::Malformed`] for another type, a later version or a payload of another form.
    pub fn decode<E: Event>(&self) -> Result<E> {
        if self.kind != E::TYPE || self.version > E::VERSION {
            let (kind, version) = (&self.kind, self.version);
            return Err(Error::Malformed(format!(
                "{kind} version {version} is not {} up to version {}",
                E::TYPE,
                E::VERSION
            )));
        }
        let read = if self.version == E::VERSION {
            E::deserialize(&self.payload)
        } else {
            E::deserialize(E::upcast(self.version, self.payload.clone()))
        };
        read.map_err(|error| Error::Malformed(format!("{}: {error}", self.kind)))
    }

    /// What the event `E` tells, as something of the reader's own with fields of the same names.
    ///
    /// # Errors
    /// As [`Self::decode`], and [`Error::Malformed`] for values that `T` does not know.
    pub fn decode_as<E: Event, T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::to_value(self.decode::<E>()?)
            .and_then(serde_json::from_value)
            .map_err(|error| Error::Malformed(format!("{}: {error}", self.kind)))
    }

    /// The context in which to handle the event: a step further in its trace.
    #[must_use]
    pub fn context(&self) -> RequestContext {
        let trace = self.traceparent.as_deref();
        let parent = trace.and_then(|text| TraceContext::parse(text, None));
        let trace = parent.map_or_else(TraceContext::root, |parent| parent.child());
        RequestContext::new(self.id.to_string(), trace, self.tenant.clone())
    }

    pub(crate) fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))
    }

    pub(crate) fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|error| Error::Malformed(format!("not an envelope: {error}")))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub(crate) struct Counted {
        pub key: String,
        pub n: u32,
    }

    impl Event for Counted {
        const TYPE: &'static str = "Counted";
        const VERSION: u32 = 2;

        fn key(&self) -> String {
            self.key.clone()
        }

        /// The first version counted in tens.
        fn upcast(_version: u32, payload: Value) -> Value {
            let tens = payload["tens"].as_u64().unwrap_or_default();
            serde_json::json!({ "key": payload["key"], "n": tens * 10 })
        }
    }

    pub(crate) fn counted(key: &str, n: u32) -> Envelope {
        let key = key.to_owned();
        Envelope::of("test", &Counted { key, n }).unwrap()
    }

    #[tokio::test]
    async fn carries_the_context() {
        let context = RequestContext::new("r1", TraceContext::root(), Some("acme".to_owned()));
        let envelope = context.clone().scope(async { counted("a", 1) }).await;
        assert_eq!(envelope.tenant.as_deref(), Some("acme"));
        assert_eq!(envelope.traceparent, Some(context.trace.traceparent()));
        let handling = envelope.context();
        assert_eq!(handling.trace.trace_id(), context.trace.trace_id());
        assert_eq!(handling.request_id, envelope.id.to_string());
    }

    #[test]
    fn survives_json() {
        let envelope = counted("a\u{0}b\"", 1);
        let json = envelope.to_json().unwrap();
        assert_eq!(Envelope::from_json(&json).unwrap(), envelope);
        assert!(json.contains(r#""type":"Counted""#), "{json}");
        assert!(matches!(
            Envelope::from_json("{}"),
            Err(Error::Malformed(_))
        ));
    }

    #[test]
    fn brings_earlier_versions_to_the_form_of_this_one() {
        let earlier = Envelope {
            version: 1,
            payload: serde_json::json!({ "key": "a", "tens": 3 }),
            ..counted("a", 7)
        };
        assert_eq!(earlier.decode::<Counted>().unwrap().n, 30);
    }

    #[test]
    fn is_read_as_something_with_the_same_fields() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Copy<T> {
            n: T,
        }
        let copy: Copy<u64> = counted("a", 7).decode_as::<Counted, _>().unwrap();
        assert_eq!(copy, Copy { n: 7 });
        let other = counted("a", 7).decode_as::<Counted, Copy<String>>();
        assert!(matches!(other, Err(Error::Malformed(_))), "{other:?}");
    }

    #[test]
    fn decodes_only_what_it_knows() {
        let envelope = counted("a", 7);
        assert_eq!(envelope.decode::<Counted>().unwrap().n, 7);
        let later = Envelope {
            version: 3,
            ..envelope.clone()
        };
        assert!(matches!(
            later.decode::<Counted>(),
            Err(Error::Malformed(_))
        ));
        let other = Envelope {
            kind: "Other".to_owned(),
            ..envelope.clone()
        };
        assert!(matches!(
            other.decode::<Counted>(),
            Err(Error::Malformed(_))
        ));
        let payload = serde_json::json!({});
        let empty = Envelope {
            payload,
            ..envelope
        };
        assert!(matches!(
            empty.decode::<Counted>(),
            Err(Error::Malformed(_))
        ));
    }
}
