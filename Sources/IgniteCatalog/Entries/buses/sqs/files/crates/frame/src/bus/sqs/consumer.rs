use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::Instrument as _;

use super::super::{BusError, Consumer, Delivery, Held, Subscription};
use super::Shared;
use super::letters::Attributes;
use crate::Envelope;
use crate::aws::Refusal;

/// How long SQS may keep a question for events open.
const LONG_POLL: Duration = Duration::from_secs(10);
/// How many messages one call may be about.
pub(super) const BATCH: usize = 10;

/// A message as SQS hands it over.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Message {
    pub message_id: String,
    pub receipt_handle: String,
    pub body: String,
    #[serde(default)]
    pub attributes: System,
    #[serde(default)]
    pub message_attributes: Attributes,
}

/// What SQS adds to a message.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct System {
    pub approximate_receive_count: Option<String>,
    pub message_group_id: Option<String>,
    pub sent_timestamp: Option<String>,
}

impl Message {
    /// How often it was handed over, this time included.
    pub fn attempt(&self) -> u32 {
        let count = self.attributes.approximate_receive_count.as_deref();
        count.and_then(|count| count.parse().ok()).unwrap_or(1)
    }
}

impl Shared {
    /// The next messages of a queue, which nobody else gets for the time of a lease.
    pub async fn receive(
        &self,
        queue: &str,
        max: usize,
        wait: Duration,
        lease: Duration,
    ) -> Result<Vec<Message>, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            #[serde(default)]
            messages: Option<Vec<Message>>,
        }
        let input = json!({
            "QueueUrl": queue,
            "MaxNumberOfMessages": max.clamp(1, BATCH),
            "WaitTimeSeconds": wait.as_secs(),
            "VisibilityTimeout": seconds(lease),
            "AttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        });
        let answer: Answer = self.api.sqs("ReceiveMessage", &input, wait).await?;
        Ok(answer.messages.unwrap_or_default())
    }

    pub async fn delete(&self, queue: &str, receipt: &str) -> Result<(), Refusal> {
        let input = json!({ "QueueUrl": queue, "ReceiptHandle": receipt });
        let _: Value = self.api.sqs("DeleteMessage", &input, Duration::ZERO).await?;
        Ok(())
    }

    /// Keeps messages from others for a time; returns which of them are lost already.
    pub async fn hide(
        &self,
        queue: &str,
        receipts: &[String],
        lease: Duration,
    ) -> Result<Vec<usize>, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Failed {
            id: String,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            #[serde(default)]
            failed: Option<Vec<Failed>>,
        }
        let mut lost = Vec::new();
        for (batch, receipts) in receipts.chunks(BATCH).enumerate() {
            let entry = |(index, receipt): (usize, &String)| {
                json!({
                    "Id": index.to_string(),
                    "ReceiptHandle": receipt,
                    "VisibilityTimeout": seconds(lease),
                })
            };
            let entries: Vec<Value> = receipts.iter().enumerate().map(entry).collect();
            let input = json!({ "QueueUrl": queue, "Entries": entries });
            let action = "ChangeMessageVisibilityBatch";
            let answer: Answer = self.api.sqs(action, &input, Duration::ZERO).await?;
            let failed = answer.failed.unwrap_or_default();
            let failed = failed.iter().filter_map(|failed| failed.id.parse().ok());
            lost.extend(failed.map(|index: usize| batch * BATCH + index));
        }
        Ok(lost)
    }
}

/// A length of time as SQS takes it.
fn seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).try_into().unwrap_or(43_200)
}

pub(super) struct SqsConsumer {
    shared: Arc<Shared>,
    group: String,
    queue: String,
    reader: Arc<Reader>,
    stop: CancellationToken,
    _stop: DropGuard,
}

/// Reads ahead of the consumer, but not more than it asks for.
struct Reader {
    shared: Arc<Shared>,
    group: String,
    queue: String,
    types: Vec<String>,
    held: Held<Arc<Message>>,
    wanted: AtomicUsize,
    asked: Notify,
}

impl SqsConsumer {
    pub fn start(shared: Arc<Shared>, subscription: &Subscription, queue: String) -> Self {
        let reader = Arc::new(Reader {
            shared: shared.clone(),
            group: subscription.group.clone(),
            queue: queue.clone(),
            types: subscription.types.clone(),
            held: Held::default(),
            wanted: AtomicUsize::new(0),
            asked: Notify::new(),
        });
        let stop = CancellationToken::new();
        for work in [Reader::read as fn(_) -> _, Reader::keep_all] {
            let work = stop.clone().run_until_cancelled_owned(work(reader.clone()));
            tokio::spawn(work.in_current_span());
        }
        Self {
            shared,
            group: subscription.group.clone(),
            queue,
            reader,
            _stop: stop.clone().drop_guard(),
            stop,
        }
    }

    /// Deletes a message, and only then lets the next of its key be handed out.
    async fn finish(&self, delivery: &Delivery, message: &Message) -> Result<(), Refusal> {
        let deleted = self.shared.delete(&self.queue, &message.receipt_handle).await;
        self.reader.held.settle(delivery);
        deleted
    }

    fn message(&self, delivery: &Delivery) -> Result<Arc<Message>, BusError> {
        let Some(message) = self.reader.held.handle(delivery) else {
            self.reader.held.settle(delivery);
            return Err(BusError::Unavailable("the message went to another".to_owned()));
        };
        Ok(message)
    }
}

type Work = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

impl Reader {
    fn read(self: Arc<Self>) -> Work {
        Box::pin(async move {
            loop {
                self.asked.notified().await;
                let wanted = self.wanted.load(Ordering::Relaxed);
                let lease = self.shared.lease;
                let read = self.shared.receive(&self.queue, wanted, LONG_POLL, lease);
                match read.await {
                    Ok(messages) => {
                        for message in messages {
                            self.add(message).await;
                        }
                    }
                    Err(refusal) => self.held.fail(refusal.into()),
                }
            }
        })
    }

    async fn add(&self, message: Message) {
        let done = match Envelope::from_json(&message.body) {
            Ok(envelope) if self.types.contains(&envelope.kind) => {
                let attempt = message.attempt();
                self.held.add(envelope, attempt, Arc::new(message));
                return;
            }
            Ok(_) => Ok(()),
            Err(error) => {
                let id = &message.message_id;
                tracing::error!(id, %error, "a message cannot be read and is set aside");
                let reason = error.to_string();
                self.shared.bury(&self.group, &message, 1, &reason).await
            }
        };
        let deleted = match done {
            Ok(()) => self.shared.delete(&self.queue, &message.receipt_handle).await,
            Err(refusal) => Err(refusal),
        };
        if let Err(error) = deleted {
            tracing::warn!(%error, "cannot delete a message; it will come again");
        }
        self.held.ask_again();
    }

    /// Renews the leases of all that is held.
    fn keep_all(self: Arc<Self>) -> Work {
        Box::pin(async move {
            let lease = self.shared.lease;
            loop {
                tokio::time::sleep(lease / 3).await;
                let held = self.held.all();
                let receipts: Vec<_> = held.iter().map(|(_, m)| m.receipt_handle.clone()).collect();
                match self.shared.hide(&self.queue, &receipts, lease).await {
                    Ok(lost) => {
                        let lost = lost.iter().filter_map(|index| held.get(*index));
                        let behind = lost.flat_map(|(seq, _)| self.held.lose(*seq));
                        let behind: Vec<_> = behind.map(|m| m.receipt_handle.clone()).collect();
                        self.give_back(&behind).await;
                    }
                    Err(error) => tracing::warn!(%error, "cannot renew the lease"),
                }
            }
        })
    }

    async fn give_back(&self, receipts: &[String]) {
        let back = self.shared.hide(&self.queue, receipts, Duration::ZERO);
        if let Err(error) = back.await {
            tracing::warn!(%error, "cannot give back; others get it when the lease ends");
        }
    }
}

#[async_trait]
impl Consumer for SqsConsumer {
    async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        let reader = &self.reader;
        let ask = || {
            reader.wanted.store(max, Ordering::Relaxed);
            reader.asked.notify_one();
        };
        reader.held.wait(max, wait, ask).await
    }

    async fn ack(&self, delivery: &Delivery) -> Result<(), BusError> {
        let message = self.message(delivery)?;
        Ok(self.finish(delivery, &message).await?)
    }

    async fn nack(&self, delivery: &Delivery) -> Result<(), BusError> {
        self.reader.held.give_back(delivery);
        Ok(())
    }

    async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError> {
        let message = self.message(delivery)?;
        let attempts = delivery.attempt;
        let buried = self.shared.bury(&self.group, &message, attempts, reason);
        if let Err(refusal) = buried.await {
            self.reader.held.settle(delivery);
            return Err(refusal.into());
        }
        Ok(self.finish(delivery, &message).await?)
    }

    async fn close(&self) -> Result<(), BusError> {
        self.stop.cancel();
        // The youngest first: a group whose first message is still hidden hands out no other.
        for message in self.reader.held.clear() {
            let receipt = [message.receipt_handle.clone()];
            self.shared
                .hide(&self.queue, &receipt, Duration::ZERO)
                .await?;
        }
        Ok(())
    }
}
