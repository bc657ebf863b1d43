mod api;
mod consumer;
mod letters;
mod push;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use self::api::Api;
use self::consumer::PubSubConsumer;
use super::{Bus, BusError, Consumer, DeadLetter, Driver, Subscription, pack};
use crate::config::BusSettings;
use crate::google::Refusal;
use crate::messaging::ConsumerRunner;
use crate::{Envelope, Result};

/// The longest ordering key.
const MAX_KEY: usize = 1024;
/// How many messages, and how many bytes of them, one call takes; Base64 and the frame come on top.
const BATCH: usize = 100;
const BATCH_BYTES: usize = 5_000_000;

pub(super) const DRIVER: Driver = Driver {
    schemes: &["pubsub:"],
    variables: &[
        crate::google::VARIABLES,
        &[
            "BUS_CREATE",
            "PUBSUB_EMULATOR_HOST",
            "PUBSUB_PREFIX",
            "PUBSUB_PROJECT",
            "PUBSUB_PUSH_ACCOUNT",
        ],
    ],
    open: |settings| {
        Box::pin(async move { Ok(Arc::new(PubSubBus::open(settings)?) as Arc<dyn Bus>) })
    },
};

/// A bus on Google Cloud Pub/Sub: one topic an event, one subscription a group and event.
///
/// Events of different types about the same key go through different topics; Pub/Sub does not
/// promise the order between them. With `BUS_CREATE=true` the bus makes what is missing, as for
/// tests; else somebody has made the topics and the subscriptions. With `PUBSUB_PUSH_ACCOUNT`, the email
/// of the account that subscriptions push as, nothing is asked for: `POST /events` takes what they bring.
#[derive(Clone)]
pub struct PubSubBus {
    shared: Arc<Shared>,
}

struct Shared {
    api: Api,
    prefix: String,
    /// Whether the bus makes what is missing.
    creates: bool,
    /// The topics that it has made.
    made: Mutex<HashSet<String>>,
    /// Who brings events, where Pub/Sub does.
    push_account: Option<String>,
    max_bytes: usize,
    lease: Duration,
}

impl PubSubBus {
    /// A bus with these settings; nothing is asked yet.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when a variable is missing.
    pub fn open(settings: &BusSettings) -> Result<Self> {
        let prefix = settings.variable("PUBSUB_PREFIX").unwrap_or(&settings.prefix);
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        Ok(Self {
            shared: Arc::new(Shared {
                api: Api::new(&settings.own)?,
                prefix: prefix.chars().map(plain).collect(),
                creates: settings.variable("BUS_CREATE") == Some("true"),
                made: Mutex::default(),
                push_account: settings.variable("PUBSUB_PUSH_ACCOUNT").map(str::to_owned),
                max_bytes: settings.max_message_bytes,
                // Pub/Sub takes no less than ten seconds when a subscription is made, but one when
                // a delivery is renewed.
                lease: settings.lease,
            }),
        })
    }
}

impl Shared {
    /// The path of a topic, made first where the bus makes what is missing.
    async fn topic(&self, name: &str) -> Result<String, Refusal> {
        let path = format!("topics/{}-{name}", self.prefix);
        let is_made = |path: &String| {
            let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            made.contains(path)
        };
        if self.creates && !is_made(&path) {
            self.api.make(&path, &json!({})).await?;
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            made.insert(path.clone());
        }
        Ok(path)
    }

    fn subscription(&self, name: &str) -> String {
        format!("subscriptions/{}-{name}", self.prefix)
    }

    /// The path of a subscription to a topic, made first where the bus makes what is missing.
    async fn subscribe(&self, name: &str, topic: &str, is_ordered: bool) -> Result<String, Refusal> {
        let path = self.subscription(name);
        if self.creates {
            let topic = self.topic(topic).await?;
            let input = json!({
                "topic": self.api.name(&topic),
                "enableMessageOrdering": is_ordered,
                "ackDeadlineSeconds": seconds(self.lease).max(10),
                "messageRetentionDuration": "604800s",
                "expirationPolicy": {},
            });
            self.api.make(&path, &input).await?;
        }
        Ok(path)
    }

    /// Publishes to a topic in order, as many at once as may go together.
    async fn publish(&self, topic: &str, messages: Vec<Value>) -> Result<(), Refusal> {
        let path = self.topic(topic).await?;
        let mut batch: Vec<Value> = Vec::new();
        let mut bytes = 0;
        for message in messages {
            let size = message["data"].as_str().map_or(0, str::len);
            if batch.len() == BATCH || (bytes + size > BATCH_BYTES && !batch.is_empty()) {
                self.send(&path, std::mem::take(&mut batch)).await?;
                bytes = 0;
            }
            bytes += size;
            batch.push(message);
        }
        if batch.is_empty() {
            return Ok(());
        }
        self.send(&path, batch).await
    }

    async fn send(&self, path: &str, batch: Vec<Value>) -> Result<(), Refusal> {
        let input = json!({ "messages": batch });
        self.api.post(&format!("{path}:publish"), &input).await?;
        Ok(())
    }
}

/// A length of time as Pub/Sub takes it.
fn seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).try_into().unwrap_or(600).min(600)
}

/// A message with an event and what else is to be known of it.
fn message(envelope: &Envelope, json: &str, attributes: Value) -> Value {
    let mut message = json!({
        "data": STANDARD.encode(json),
        "orderingKey": ordering_key(&envelope.key),
        "attributes": attributes,
    });
    message["attributes"]["id"] = envelope.id.to_string().into();
    message
}

/// The key by which Pub/Sub orders: the event's, or a hash where it would not take it.
fn ordering_key(key: &str) -> String {
    if !key.is_empty() && key.len() <= MAX_KEY {
        return key.to_owned();
    }
    let hash = Sha256::digest(key);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[async_trait]
impl Bus for PubSubBus {
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        let json = pack(envelopes, self.shared.max_bytes)?;
        let mut events = envelopes.iter().zip(&json).peekable();
        while let Some((first, text)) = events.next() {
            let mut messages = vec![message(first, text, json!({}))];
            while let Some((next, text)) = events.next_if(|(next, _)| next.kind == first.kind) {
                messages.push(message(next, text, json!({})));
            }
            self.shared.publish(&first.kind, messages).await?;
        }
        Ok(())
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
        let (shared, group) = (&self.shared, &subscription.group);
        let mut paths = Vec::new();
        for event in &subscription.types {
            let name = format!("{group}-{event}");
            paths.push(shared.subscribe(&name, event, true).await?);
        }
        let (again, dead) = (format!("{group}-again"), format!("{group}-dlq"));
        paths.push(shared.subscribe(&again, &again, true).await?);
        shared.subscribe(&dead, &dead, false).await?;
        Ok(Arc::new(PubSubConsumer::start(shared, subscription, paths)))
    }

    async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        Ok(self.shared.dead_letters(group, limit).await?)
    }

    async fn redrive(&self, group: &str) -> Result<usize, BusError> {
        Ok(self.shared.redrive(group).await?)
    }

    async fn ping(&self) -> Result<(), BusError> {
        Ok(self.shared.api.ping().await?)
    }

    fn keeps_events(&self) -> bool {
        false
    }

    fn routes(&self, runner: &Arc<ConsumerRunner>) -> Option<Router> {
        let account = self.shared.push_account.as_deref()?;
        Some(push::routes(self.shared.clone(), runner.clone(), account))
    }

    async fn close(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_keys_are_hashed() {
        assert_eq!(ordering_key("ü"), "ü");
        for strange in ["", &"x".repeat(1025)] {
            assert_eq!(ordering_key(strange).len(), 64);
        }
        assert_eq!(seconds(Duration::from_millis(1500)), 2);
        assert_eq!(seconds(Duration::MAX), 600);
    }
}
