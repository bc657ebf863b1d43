mod channel;
mod consumer;
mod letters;
mod tls;
mod topology;
mod values;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio::sync::Mutex;
use url::Url;

use self::channel::{Channel, Letter};
use self::consumer::RabbitConsumer;
use self::topology::Names;
use self::wire::{Connection, Place};
use super::{Bus, BusError, Consumer, DeadLetter, Driver, Subscription, pack};
use crate::config::BusSettings;
use crate::{Envelope, Error, Result};

/// How many events may be on their way to the server at once.
const IN_FLIGHT: usize = 64;

pub(super) const DRIVER: Driver = Driver {
    schemes: &["amqp://", "amqps://"],
    variables: &[&["RABBITMQ_CA_FILE"]],
    open: |settings| {
        Box::pin(async move { Ok(Arc::new(RabbitBus::open(settings).await?) as Arc<dyn Bus>) })
    },
};

/// A bus in RabbitMQ (3.10 or later): a topic exchange for all events and, for each group, a durable
/// queue for each partition of the keys and one for its dead letters.
///
/// A queue has a single active consumer, which has one event at a time; that keeps the order of its
/// keys. Consumers of a group share the queues among them: one that is active on more than its share
/// goes to the end of the line. The queues are quorum queues, so a cluster keeps them on several
/// machines.
///
/// A handler that works on one event for longer than the server's `consumer_timeout`, half an hour
/// by default, loses it to another.
#[derive(Clone)]
pub struct RabbitBus {
    shared: Arc<Shared>,
}

struct Shared {
    place: Place,
    /// For publishing; consumers have connections of their own.
    publisher: Mutex<Option<Channel>>,
    names: Names,
    max_bytes: usize,
    lease: Duration,
    retain: Duration,
}

impl RabbitBus {
    /// Connects, and makes the exchange if it is missing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server does not answer, [`Error::Internal`] for a bad URL.
    pub async fn open(settings: &BusSettings) -> Result<Self> {
        let url = Url::parse(settings.url.expose_secret())
            .map_err(|_| Error::Internal("BUS_URL cannot be read".to_owned()))?;
        let place = Place::new(url, settings.variable("RABBITMQ_CA_FILE"), settings.lease)?;
        let connection = Connection::open(&place).await?;
        let names = topology::found(&connection, settings).await?;
        Ok(Self {
            shared: Arc::new(Shared {
                place,
                publisher: Mutex::default(),
                names,
                max_bytes: settings.max_message_bytes,
                lease: settings.lease,
                retain: settings.retain,
            }),
        })
    }
}

impl Shared {
    /// A channel for publishing, opened anew when the last was lost.
    async fn publisher(&self, last: Option<Channel>) -> Result<Channel, BusError> {
        if let Some(open) = last.filter(|open| !open.is_closed()) {
            return Ok(open);
        }
        let mut channel = Connection::open(&self.place).await?.channel().await?;
        channel.confirm().await?;
        Ok(channel)
    }

    /// Publishes letters that do not depend on each other's order.
    async fn send(&self, letters: &[Letter<'_>]) -> Result<(), BusError> {
        let mut publisher = self.publisher.lock().await;
        // A channel on which something failed, or nobody waited for the end, is not used again.
        let mut channel = self.publisher(publisher.take()).await?;
        channel.publish(letters).await?;
        *publisher = Some(channel);
        Ok(())
    }

    /// A channel besides the one for publishing.
    async fn channel(&self) -> Result<Channel, BusError> {
        let mut publisher = self.publisher.lock().await;
        let open = self.publisher(publisher.take()).await?;
        let channel = open.connection().channel().await;
        *publisher = Some(open);
        channel
    }
}

#[async_trait]
impl Bus for RabbitBus {
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        let shared = &self.shared;
        let json = pack(envelopes, shared.max_bytes)?;
        let named = envelopes.iter().zip(&json).map(|(envelope, json)| {
            let key = shared.names.routing_key(envelope);
            (envelope, envelope.id.to_string(), key, json)
        });
        let named: Vec<_> = named.collect();
        let (exchange, headers) = (shared.names.exchange(), json!({}));
        let mut rest = named.as_slice();
        while !rest.is_empty() {
            // Events of different keys together, those of the same key one after the other, because
            // of those sent together some may be taken and others not.
            let is_first = |index: &usize| {
                let key = rest.get(*index).map(|(envelope, ..)| &envelope.key);
                let mut before = rest.iter().take(*index);
                before.all(|(envelope, ..)| Some(&envelope.key) != key)
            };
            let together = (0..rest.len().min(IN_FLIGHT)).take_while(is_first).count();
            let (batch, later) = rest.split_at(together);
            let letters = batch.iter().map(|(envelope, id, key, json)| Letter {
                exchange: &exchange,
                key,
                // Where no group wants the event, there is no queue for it.
                must_arrive: false,
                kind: &envelope.kind,
                id,
                headers: &headers,
                body: json.as_bytes(),
            });
            shared.send(&letters.collect::<Vec<_>>()).await?;
            rest = later;
        }
        Ok(())
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
        let shared = &self.shared;
        let connection = Connection::open(&shared.place).await?;
        let Subscription { group, types, .. } = subscription;
        topology::join(&connection, &shared.names, group, types, shared.retain).await?;
        Ok(Arc::new(RabbitConsumer::start(
            shared,
            subscription,
            connection,
        )))
    }

    async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        letters::read(&self.shared, group, limit).await
    }

    async fn redrive(&self, group: &str) -> Result<usize, BusError> {
        letters::redrive(&self.shared, group).await
    }

    async fn ping(&self) -> Result<(), BusError> {
        // Opening a channel is a question and an answer.
        self.shared.channel().await?.close().await
    }

    /// A queue is there from when its group is founded.
    fn keeps_events(&self) -> bool {
        false
    }

    async fn close(&self) {
        if let Some(channel) = self.shared.publisher.lock().await.take() {
            channel.connection().close().await;
        }
    }
}
