use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::Instrument as _;

use super::super::{BusError, Consumer, Delivery, Held, Subscription};
use super::{Shared, seconds};
use crate::Envelope;
use crate::google::Refusal;

/// How many deliveries one call may be about.
const ACK_BATCH: usize = 500;

/// A message as Pub/Sub hands it over.
#[derive(Debug)]
pub(super) struct Message {
    pub subscription: String,
    pub ack_id: String,
    pub attempt: u32,
    pub data: String,
    pub attributes: Value,
}

impl Message {
    fn read(subscription: &str, json: &Value) -> Option<Self> {
        let ack_id = json["ackId"].as_str()?;
        Some(Self::of(json, subscription, ack_id))
    }

    /// One that Pub/Sub brings: the answer settles it.
    pub fn pushed(json: &Value) -> Option<Self> {
        json["message"].as_object()?;
        Some(Self::of(json, json["subscription"].as_str()?, ""))
    }

    fn of(json: &Value, subscription: &str, ack_id: &str) -> Self {
        let data = json["message"]["data"].as_str().unwrap_or_default();
        let data = STANDARD.decode(data).unwrap_or_default();
        let attempt = json["deliveryAttempt"].as_u64().unwrap_or(1);
        Self {
            subscription: subscription.to_owned(),
            ack_id: ack_id.to_owned(),
            attempt: u32::try_from(attempt).unwrap_or(u32::MAX),
            data: String::from_utf8_lossy(&data).into_owned(),
            attributes: json["message"]["attributes"].clone(),
        }
    }
}

impl Shared {
    pub async fn pull(&self, subscription: &str, max: usize) -> Result<Vec<Message>, Refusal> {
        let input = json!({ "maxMessages": max.clamp(1, 1000) });
        let answer = self.api.post(&format!("{subscription}:pull"), &input).await?;
        let messages = answer["receivedMessages"].as_array();
        let messages = messages.into_iter().flatten();
        Ok(messages
            .filter_map(|json| Message::read(subscription, json))
            .collect())
    }

    pub async fn acknowledge(&self, message: &Message) -> Result<(), Refusal> {
        let path = format!("{}:acknowledge", message.subscription);
        let input = json!({ "ackIds": [message.ack_id] });
        self.api.post(&path, &input).await?;
        Ok(())
    }

    /// Keeps messages from others for a time.
    pub async fn hide(&self, messages: &[Arc<Message>], lease: Duration) -> Result<(), Refusal> {
        let mut by_subscription: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for message in messages {
            let ids = by_subscription.entry(&message.subscription).or_default();
            ids.push(&message.ack_id);
        }
        for (subscription, ids) in by_subscription {
            for ids in ids.chunks(ACK_BATCH) {
                let input = json!({ "ackIds": ids, "ackDeadlineSeconds": seconds(lease) });
                let path = format!("{subscription}:modifyAckDeadline");
                self.api.post(&path, &input).await?;
            }
        }
        Ok(())
    }
}

pub(super) struct PubSubConsumer {
    shared: Arc<Shared>,
    group: String,
    held: Arc<Held<Arc<Message>>>,
    /// How many events are wanted.
    wanted: watch::Sender<usize>,
    stop: CancellationToken,
    _stop: DropGuard,
}

impl PubSubConsumer {
    pub fn start(shared: &Arc<Shared>, subscription: &Subscription, paths: Vec<String>) -> Self {
        let stop = CancellationToken::new();
        let held = Arc::new(Held::default());
        let (wanted, _) = watch::channel(0);
        for path in paths {
            let reader = Reader {
                shared: shared.clone(),
                types: subscription.types.clone(),
                group: subscription.group.clone(),
                path,
                held: held.clone(),
                wanted: wanted.subscribe(),
            };
            let read = stop.clone().run_until_cancelled_owned(reader.read());
            tokio::spawn(read.in_current_span());
        }
        let keep = keep_all(shared.clone(), held.clone());
        tokio::spawn(stop.clone().run_until_cancelled_owned(keep).in_current_span());
        Self {
            shared: shared.clone(),
            group: subscription.group.clone(),
            held,
            wanted,
            _stop: stop.clone().drop_guard(),
            stop,
        }
    }
}

/// Renews the leases of all that is held.
async fn keep_all(shared: Arc<Shared>, held: Arc<Held<Arc<Message>>>) {
    loop {
        tokio::time::sleep(shared.lease / 3).await;
        let messages: Vec<_> = held.all().into_iter().map(|(_, message)| message).collect();
        if let Err(error) = shared.hide(&messages, shared.lease).await {
            tracing::warn!(%error, "cannot renew the lease");
        }
    }
}

/// Reads one subscription, when events are wanted.
struct Reader {
    shared: Arc<Shared>,
    types: Vec<String>,
    group: String,
    path: String,
    held: Arc<Held<Arc<Message>>>,
    wanted: watch::Receiver<usize>,
}

impl Reader {
    async fn read(mut self) {
        while self.wanted.changed().await.is_ok() {
            let wanted = *self.wanted.borrow_and_update();
            match self.shared.pull(&self.path, wanted).await {
                Ok(messages) => {
                    let messages: Vec<_> = messages.into_iter().map(Arc::new).collect();
                    // A subscription that others made has a lease of its own, which may be shorter.
                    let leased = self.shared.hide(&messages, self.shared.lease).await;
                    if let Err(error) = leased {
                        tracing::warn!(%error, "cannot take the lease");
                    }
                    for message in messages {
                        self.add(message).await;
                    }
                }
                Err(refusal) => self.held.fail(refusal.into()),
            }
        }
    }

    async fn add(&self, message: Arc<Message>) {
        let done = match Envelope::from_json(&message.data) {
            Ok(envelope) if self.types.contains(&envelope.kind) => {
                self.held.add(envelope, message.attempt, message);
                return;
            }
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(%error, "a message cannot be read and is set aside");
                let reason = error.to_string();
                self.shared.bury(&self.group, &message.data, 1, &reason).await
            }
        };
        let acknowledged = match done {
            Ok(()) => self.shared.acknowledge(&message).await,
            Err(refusal) => Err(refusal),
        };
        if let Err(error) = acknowledged {
            tracing::warn!(%error, "cannot acknowledge a message; it will come again");
        }
        self.held.ask_again();
    }
}

fn lost() -> BusError {
    BusError::Unavailable("the message went to another".to_owned())
}

#[async_trait]
impl Consumer for PubSubConsumer {
    async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        let ask = || {
            self.wanted.send_replace(max);
        };
        self.held.wait(max, wait, ask).await
    }

    async fn ack(&self, delivery: &Delivery) -> Result<(), BusError> {
        // Acknowledged first: until then no other of the key may be handed out.
        let message = self.held.handle(delivery).ok_or_else(lost)?;
        let acknowledged = self.shared.acknowledge(&message).await;
        self.held.settle(delivery);
        Ok(acknowledged?)
    }

    async fn nack(&self, delivery: &Delivery) -> Result<(), BusError> {
        self.held.give_back(delivery);
        Ok(())
    }

    async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError> {
        let message = self.held.handle(delivery).ok_or_else(lost)?;
        let attempts = delivery.attempt;
        let buried = self.shared.bury(&self.group, &message.data, attempts, reason).await;
        let done = match buried {
            Ok(()) => self.shared.acknowledge(&message).await,
            Err(refusal) => Err(refusal),
        };
        self.held.settle(delivery);
        Ok(done?)
    }

    async fn close(&self) -> Result<(), BusError> {
        self.stop.cancel();
        let held = self.held.clear();
        Ok(self.shared.hide(&held, Duration::ZERO).await?)
    }
}
