use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::Instrument as _;

use super::super::{BusError, Consumer, Delivery, Held, Subscription};
use super::Shared;
use super::stream::nanos;
use super::wire::{Message, gone};
use crate::Envelope;
use crate::retry::Backoff;

/// How long one question for an event stands.
const LONG_POLL: Duration = Duration::from_secs(5);

pub(super) struct NatsConsumer {
    shared: Arc<Shared>,
    group: String,
    /// What is held, under the subjects to which one says what became of it.
    held: Arc<Held<String>>,
    wanted: watch::Sender<()>,
    stop: CancellationToken,
    _stop: DropGuard,
}

impl NatsConsumer {
    pub fn start(shared: &Arc<Shared>, subscription: &Subscription) -> Self {
        let stop = CancellationToken::new();
        let held = Arc::new(Held::default());
        let (wanted, _) = watch::channel(());
        for partition in shared.names.partitions() {
            let reader = Reader {
                shared: shared.clone(),
                types: subscription.types.clone(),
                group: subscription.group.clone(),
                partition,
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

    /// Tells what became of a delivery, and only then lets the next of its key be handed out.
    async fn settle(&self, delivery: &Delivery, word: &str) -> Result<(), BusError> {
        let Some(subject) = self.held.handle(delivery) else {
            return Err(gone("the delivery is not held"));
        };
        let said = self.shared.say(&subject, word).await;
        self.held.settle(delivery);
        said
    }
}

impl Shared {
    /// Says what became of a delivery, and waits until the server knows.
    async fn say(&self, subject: &str, word: &str) -> Result<(), BusError> {
        let connection = self.connection().await?;
        connection.request(subject, word.as_bytes()).await?;
        Ok(())
    }
}

/// Says that all that is held is worked on.
async fn keep_all(shared: Arc<Shared>, held: Arc<Held<String>>) {
    loop {
        tokio::time::sleep(shared.lease / 3).await;
        for (_, subject) in held.all() {
            let told = match shared.connection().await {
                Ok(connection) => connection.publish(&subject, "", &[], b"+WPI").await,
                Err(error) => Err(error),
            };
            if let Err(error) = told {
                tracing::warn!(%error, "cannot renew the lease");
            }
        }
    }
}

/// Reads one partition, when events are wanted.
struct Reader {
    shared: Arc<Shared>,
    types: Vec<String>,
    group: String,
    partition: u64,
    held: Arc<Held<String>>,
    wanted: watch::Receiver<()>,
}

impl Reader {
    async fn read(mut self) {
        let backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(5));
        let mut failures = 0;
        loop {
            match self.read_until_failure(&mut failures).await {
                Ok(()) => return,
                Err(error) => {
                    failures += 1;
                    tracing::warn!(group = self.group, %error, "cannot read from nats");
                    tokio::time::sleep(backoff.delay(failures)).await;
                }
            }
        }
    }

    async fn read_until_failure(&mut self, failures: &mut u32) -> Result<(), BusError> {
        let connection = self.shared.connection().await?;
        let mut listener = connection.listen().await?;
        let names = &self.shared.names;
        let durable = names.durable(&self.group, self.partition);
        let next = format!("$JS.API.CONSUMER.MSG.NEXT.{}.{durable}", names.stream);
        let question = json!({ "batch": 1, "expires": nanos(LONG_POLL) }).to_string();
        while self.wanted.changed().await.is_ok() {
            connection
                .publish(&next, &listener.subject, &[], question.as_bytes())
                .await?;
            // The server ends the question itself; a little later it is not there any more.
            let answer = tokio::time::timeout(2 * LONG_POLL, listener.messages.recv()).await;
            let message = answer.map_err(gone)?;
            let message = message.ok_or_else(|| gone("nats closed the connection"))?;
            match message.status {
                None | Some(200) => self.add(&message).await?,
                // There was none, or the time was over.
                Some(404 | 408) => {}
                Some(status) => return Err(gone(format!("nats answers {status}"))),
            }
            *failures = 0;
        }
        Ok(())
    }

    async fn add(&self, message: &Message) -> Result<(), BusError> {
        let Some(subject) = message.reply.clone() else {
            return Ok(());
        };
        let text = String::from_utf8_lossy(&message.payload);
        match Envelope::from_json(&text) {
            Ok(envelope) if self.types.contains(&envelope.kind) => {
                self.held.add(envelope, attempt(&subject), subject);
                return Ok(());
            }
            Ok(_) => {}
            Err(error) => tracing::error!(subject, %error, "an entry of the stream cannot be read"),
        }
        self.shared.say(&subject, "+ACK").await?;
        self.held.ask_again();
        Ok(())
    }
}

/// How often an event was handed over, as the subject for what became of it tells.
fn attempt(subject: &str) -> u32 {
    let words: Vec<&str> = subject.split('.').collect();
    // Newer servers put a domain and an account before the stream.
    let place = if words.len() >= 11 { 6 } else { 4 };
    let attempt = words.get(place).and_then(|word| word.parse().ok());
    attempt.unwrap_or(1)
}

#[async_trait]
impl Consumer for NatsConsumer {
    async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        let ask = || {
            self.wanted.send_replace(());
        };
        self.held.wait(max, wait, ask).await
    }

    async fn ack(&self, delivery: &Delivery) -> Result<(), BusError> {
        self.settle(delivery, "+ACK").await
    }

    async fn nack(&self, delivery: &Delivery) -> Result<(), BusError> {
        self.held.give_back(delivery);
        Ok(())
    }

    async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError> {
        let envelope = &delivery.envelope;
        let buried = self.shared.bury(&self.group, envelope, delivery.attempt, reason);
        if let Err(error) = buried.await {
            self.held.settle(delivery);
            return Err(error);
        }
        self.settle(delivery, "+ACK").await
    }

    async fn close(&self) -> Result<(), BusError> {
        self.stop.cancel();
        for subject in self.held.clear() {
            self.shared.say(&subject, "-NAK").await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_stand_in_the_subject() {
        assert_eq!(attempt("$JS.ACK.shop.mail-0.3.17.9.1669.0"), 3);
        assert_eq!(attempt("$JS.ACK.hub.ACC.shop.mail-0.4.17.9.1669.0.x"), 4);
        assert_eq!(attempt("else"), 1);
    }
}
