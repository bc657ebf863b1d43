mod consumer;
mod stream;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use url::Url;

use self::consumer::NatsConsumer;
use self::stream::Names;
use self::wire::{Connection, Way, gone};
use super::{Bus, BusError, Consumer, DeadLetter, Driver, Subscription, pack};
use crate::config::BusSettings;
use crate::{Envelope, Error, Result};

/// How many events may be on their way to the stream at once.
const IN_FLIGHT: usize = 64;

pub(super) const DRIVER: Driver = Driver {
    schemes: &["nats://"],
    variables: &[&["NATS_REPLICAS"]],
    open: |settings| {
        Box::pin(async move { Ok(Arc::new(NatsBus::open(settings).await?) as Arc<dyn Bus>) })
    },
};

/// A bus in NATS (2.9 or later, with JetStream): a stream of events, spread by their keys over
/// partitions, and a durable consumer a group and partition.
///
/// A partition hands out one event at a time to a group, to whichever consumer asks; that keeps the
/// order of its keys. The connection is not encrypted: NATS stands beside the services, in a network
/// that is theirs.
#[derive(Clone)]
pub struct NatsBus {
    shared: Arc<Shared>,
}

struct Shared {
    way: Way,
    names: Names,
    max_bytes: usize,
    lease: Duration,
}

impl NatsBus {
    /// Connects, and makes the streams if they are missing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server does not answer, [`Error::Internal`] for a bad URL.
    pub async fn open(settings: &BusSettings) -> Result<Self> {
        let url = Url::parse(settings.url.expose_secret())
            .map_err(|_| Error::Internal("BUS_URL cannot be read".to_owned()))?;
        let connection = Arc::new(Connection::open(&url).await?);
        let names = stream::found(&connection, settings).await?;
        Ok(Self {
            shared: Arc::new(Shared {
                way: Way::new(url, Some(connection)),
                names,
                max_bytes: settings.max_message_bytes,
                lease: settings.lease,
            }),
        })
    }
}

impl Shared {
    /// The connection, opened anew when it was lost.
    async fn connection(&self) -> Result<Arc<Connection>, BusError> {
        self.way.connection().await
    }

    /// Calls JetStream; `None` for what it does not have.
    async fn api(&self, action: &str, input: &Value) -> Result<Option<Value>, BusError> {
        stream::call(&*self.connection().await?, action, input).await
    }

    /// Publishes in order: events of different keys together, those of the same key one after the
    /// other, because of a batch some may be taken and others not.
    async fn publish(&self, events: &[(String, &Envelope, &[u8])]) -> Result<(), BusError> {
        let connection = self.connection().await?;
        let mut rest = events;
        while !rest.is_empty() {
            let is_first = |index: &usize| {
                let key = rest.get(*index).map(|(_, envelope, _)| &envelope.key);
                let mut before = rest.iter().take(*index);
                before.all(|(_, envelope, _)| Some(&envelope.key) != key)
            };
            let together = (0..rest.len().min(IN_FLIGHT)).take_while(is_first).count();
            let (batch, later) = rest.split_at(together);
            let mut answers = Vec::new();
            for (subject, envelope, json) in batch {
                let id = envelope.id.to_string();
                let headers = [("Nats-Msg-Id", id.as_str())];
                answers.push(connection.ask(subject, &headers, json).await?);
            }
            for answer in answers {
                stream::taken(&answer.wait().await?)?;
            }
            rest = later;
        }
        Ok(())
    }
}

#[async_trait]
impl Bus for NatsBus {
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        let json = pack(envelopes, self.shared.max_bytes)?;
        let events: Vec<_> = envelopes
            .iter()
            .zip(&json)
            .map(|(envelope, json)| {
                let subject = self.shared.names.event(envelope);
                (subject, envelope, json.as_bytes())
            })
            .collect();
        self.shared.publish(&events).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
        let (shared, group) = (&self.shared, &subscription.group);
        for partition in shared.names.partitions() {
            let config = shared.names.consumer(group, partition, shared.lease);
            let name = shared.names.durable(group, partition);
            let action = format!("CONSUMER.DURABLE.CREATE.{}.{name}", shared.names.stream);
            shared.api(&action, &config).await?;
        }
        Ok(Arc::new(NatsConsumer::start(shared, subscription)))
    }

    async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        let letters = self.shared.letters(group, limit).await?;
        Ok(letters.into_iter().map(|(_, letter)| letter).collect())
    }

    async fn redrive(&self, group: &str) -> Result<usize, BusError> {
        let shared = &self.shared;
        let mut count = 0;
        loop {
            let letters = shared.letters(group, 100).await?;
            if letters.is_empty() {
                return Ok(count);
            }
            for (seq, letter) in letters {
                let json = letter.envelope.to_json()?;
                let subject = shared.names.again(group);
                let connection = shared.connection().await?;
                let answer = connection.request(&subject, json.as_bytes()).await?;
                stream::taken(&answer)?;
                let action = format!("STREAM.MSG.DELETE.{}", shared.names.dead_stream());
                shared
                    .api(&action, &json!({ "seq": seq, "no_erase": true }))
                    .await?;
                count += 1;
            }
        }
    }

    async fn ping(&self) -> Result<(), BusError> {
        self.shared.connection().await?.ping().await
    }

    async fn close(&self) {
        self.shared.way.close().await;
    }
}

impl Shared {
    /// Puts an event among the dead letters of a group.
    async fn bury(
        &self,
        group: &str,
        envelope: &Envelope,
        attempts: u32,
        reason: &str,
    ) -> Result<(), BusError> {
        let letter = DeadLetter {
            envelope: envelope.clone(),
            reason: reason.to_owned(),
            attempts,
        };
        let json = serde_json::to_vec(&letter).map_err(gone)?;
        let subject = self.names.dead(group);
        let answer = self.connection().await?.request(&subject, &json).await?;
        stream::taken(&answer)
    }

    /// The oldest dead letters of a group and where they stand.
    async fn letters(&self, group: &str, limit: usize) -> Result<Vec<(u64, DeadLetter)>, BusError> {
        let action = format!("STREAM.MSG.GET.{}", self.names.dead_stream());
        let mut letters = Vec::new();
        let mut seq = 1;
        while letters.len() < limit {
            let input = json!({ "seq": seq, "next_by_subj": self.names.dead(group) });
            let Some(found) = self.api(&action, &input).await? else {
                break;
            };
            let at = found["message"]["seq"].as_u64().unwrap_or(seq);
            match stream::letter(&found["message"]["data"]) {
                Some(letter) => letters.push((at, letter)),
                None => tracing::error!(seq = at, "a dead letter cannot be read"),
            }
            seq = at + 1;
        }
        Ok(letters)
    }
}
