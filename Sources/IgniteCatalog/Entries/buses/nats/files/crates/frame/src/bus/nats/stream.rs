use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::{BusError, DeadLetter};
use super::wire::{Connection, Message, gone};
use crate::config::BusSettings;
use crate::{Envelope, Error, Result};

/// What JetStream answers when it does not have something.
const NOT_FOUND: u64 = 404;
/// For how long JetStream knows the ids of events, so that one sent twice is taken once.
const DUPLICATES: Duration = Duration::from_secs(120);

/// What the streams, their consumers and subjects are called.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub stream: String,
    partitions: u64,
}

/// A word of a subject.
fn word(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    text.chars().map(plain).collect()
}

impl Names {
    /// The partition of a key.
    fn partition(&self, key: &str) -> u64 {
        let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        hash % self.partitions.max(1)
    }

    /// All partitions of a group, the last with what comes again.
    pub fn partitions(&self) -> std::ops::RangeInclusive<u64> {
        0..=self.partitions
    }

    pub fn event(&self, envelope: &Envelope) -> String {
        let partition = self.partition(&envelope.key);
        format!("{}.events.{partition}.{}", self.stream, word(&envelope.kind))
    }

    pub fn again(&self, group: &str) -> String {
        format!("{}.again.{}", self.stream, word(group))
    }

    pub fn dead(&self, group: &str) -> String {
        format!("{}.dead.{}", self.stream, word(group))
    }

    pub fn dead_stream(&self) -> String {
        format!("{}-dead", self.stream)
    }

    /// The consumer of a group's partition.
    pub fn durable(&self, group: &str, partition: u64) -> String {
        format!("{}-{partition}", word(group))
    }

    /// What this consumer is: it hands out one event at a time, until somebody says it is done.
    pub fn consumer(&self, group: &str, partition: u64, lease: Duration) -> Value {
        let filter = if partition == self.partitions {
            self.again(group)
        } else {
            format!("{}.events.{partition}.*", self.stream)
        };
        json!({
            "stream_name": self.stream,
            "config": {
                "durable_name": self.durable(group, partition),
                "deliver_policy": "all",
                "ack_policy": "explicit",
                "ack_wait": nanos(lease),
                "max_deliver": -1,
                "max_ack_pending": 1,
                "filter_subject": filter,
                "replay_policy": "instant",
            },
        })
    }
}

pub(super) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Makes the streams if they are missing. The first to connect decides how many partitions there
/// are, and the stream says so to the others.
pub(super) async fn found(connection: &Connection, settings: &BusSettings) -> Result<Names> {
    let mut names = Names {
        stream: word(&settings.prefix),
        partitions: u64::from(settings.partitions),
    };
    let replicas: u64 = match settings.variable("NATS_REPLICAS") {
        None => 1,
        Some(text) => text
            .parse()
            .map_err(|_| Error::Internal("NATS_REPLICAS is no number".to_owned()))?,
    };
    let (stream, dead) = (names.stream.clone(), names.dead_stream());
    let streams = [
        json!({
            "name": stream,
            "description": format!("{} partitions", names.partitions),
            "subjects": [format!("{stream}.events.>"), format!("{stream}.again.>")],
            "max_age": nanos(settings.retain),
            "duplicate_window": nanos(DUPLICATES.min(settings.retain)),
        }),
        json!({ "name": dead, "subjects": [format!("{stream}.dead.>")], "max_age": 0 }),
    ];
    for mut config in streams {
        let name = config["name"].as_str().unwrap_or_default().to_owned();
        if call(connection, &format!("STREAM.INFO.{name}"), &json!({})).await?.is_some() {
            continue;
        }
        config["num_replicas"] = replicas.into();
        config["retention"] = "limits".into();
        config["storage"] = "file".into();
        config["discard"] = "old".into();
        let made = call(connection, &format!("STREAM.CREATE.{name}"), &config).await;
        if let Err(error) = made {
            // Another service may have been faster.
            tracing::warn!(name, %error, "cannot make the stream");
        }
    }
    let info = call(connection, &format!("STREAM.INFO.{stream}"), &json!({})).await?;
    let info = info.ok_or_else(|| Error::Unavailable("nats has no stream".to_owned()))?;
    let description = info["config"]["description"].as_str().unwrap_or_default();
    let partitions = description.split(' ').next().unwrap_or_default();
    names.partitions = partitions.parse().unwrap_or(names.partitions);
    Ok(names)
}

/// Calls JetStream; `None` for what it does not have.
pub(super) async fn call(
    connection: &Connection,
    action: &str,
    input: &Value,
) -> Result<Option<Value>, BusError> {
    let subject = format!("$JS.API.{action}");
    let answer = connection
        .request(&subject, input.to_string().as_bytes())
        .await?;
    if answer.status.is_some() {
        return Err(gone("nats has no JetStream"));
    }
    let answer: Value = serde_json::from_slice(&answer.payload).map_err(gone)?;
    let error = &answer["error"];
    match error["code"].as_u64() {
        None => Ok(Some(answer)),
        Some(NOT_FOUND) => Ok(None),
        Some(_) => {
            let reason = error["description"].as_str().unwrap_or_default();
            Err(gone(format!("{action}: {reason}")))
        }
    }
}

/// Whether a stream has taken a message.
pub(super) fn taken(answer: &Message) -> Result<(), BusError> {
    if answer.status.is_some() {
        return Err(gone("no stream of nats takes the message"));
    }
    let answer: Value = serde_json::from_slice(&answer.payload).map_err(gone)?;
    match answer["error"]["description"].as_str() {
        None => Ok(()),
        Some(reason) => Err(gone(reason)),
    }
}

/// The dead letter in a message as JetStream tells of it.
pub(super) fn letter(data: &Value) -> Option<DeadLetter> {
    let json = STANDARD.decode(data.as_str()?).ok()?;
    let json: Value = serde_json::from_slice(&json).ok()?;
    Some(DeadLetter {
        envelope: Envelope::from_json(&json["envelope"].to_string()).ok()?,
        reason: json["reason"].as_str()?.to_owned(),
        attempts: u32::try_from(json["attempts"].as_u64()?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_letter_is_left() {
        assert!(letter(&Value::Null).is_none());
        assert!(letter(&STANDARD.encode("{}").into()).is_none());
    }

    #[test]
    fn refusals_are_told() {
        let answer = |status, payload: &str| Message {
            status,
            payload: payload.as_bytes().to_vec(),
            ..Message::default()
        };
        assert!(taken(&answer(None, r#"{"seq":1}"#)).is_ok());
        assert!(taken(&answer(Some(503), "")).is_err());
        assert!(taken(&answer(None, r#"{"error":{"description":"full"}}"#)).is_err());
    }

    #[test]
    fn keys_have_partitions() {
        let names = Names {
            stream: word("shop:1"),
            partitions: 4,
        };
        assert_eq!(names.stream, "shop-1");
        assert_ne!(names.partition("a"), names.partition("b"));
        assert_eq!(names.again("a.b"), "shop-1.again.a-b");
    }
}
