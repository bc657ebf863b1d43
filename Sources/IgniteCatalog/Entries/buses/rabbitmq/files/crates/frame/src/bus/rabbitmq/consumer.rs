use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::try_join_all;
use serde_json::json;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::Instrument as _;

use super::channel::{Channel, Message};
use super::wire::{Connection, gone};
use super::{Shared, letters, topology};
use crate::Envelope;
use crate::bus::{BusError, Consumer, Delivery, Held, Subscription};
use crate::retry::Backoff;

/// What the server calls a delivery, and who has to tell it that it is done.
#[derive(Clone)]
struct Handle {
    tag: u64,
    acks: mpsc::UnboundedSender<Ack>,
}

/// A delivery that is done, and who wants to know that the server was told.
struct Ack {
    tag: u64,
    told: oneshot::Sender<()>,
}

pub(super) struct RabbitConsumer {
    shared: Arc<Shared>,
    group: String,
    held: Arc<Held<Handle>>,
    stop: CancellationToken,
    reader: Mutex<Option<JoinHandle<()>>>,
    _stop: DropGuard,
}

impl RabbitConsumer {
    pub fn start(
        shared: &Arc<Shared>,
        subscription: &Subscription,
        connection: Arc<Connection>,
    ) -> Self {
        let stop = CancellationToken::new();
        let held = Arc::new(Held::default());
        let group = Group {
            shared: shared.clone(),
            name: subscription.group.clone(),
            types: subscription.types.clone(),
            held: held.clone(),
        };
        let reader = tokio::spawn(group.read(connection, stop.clone()).in_current_span());
        Self {
            shared: shared.clone(),
            group: subscription.group.clone(),
            held,
            reader: Mutex::new(Some(reader)),
            _stop: stop.clone().drop_guard(),
            stop,
        }
    }
}

#[async_trait]
impl Consumer for RabbitConsumer {
    async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        self.held.wait(max, wait, || ()).await
    }

    async fn ack(&self, delivery: &Delivery) -> Result<(), BusError> {
        let Some(handle) = self.held.handle(delivery) else {
            self.held.settle(delivery);
            return Err(gone("rabbitmq has given the event to another"));
        };
        let (told, is_told) = oneshot::channel();
        let sent = handle.acks.send(Ack {
            tag: handle.tag,
            told,
        });
        let told = match sent {
            Ok(()) => is_told.await.map_err(gone),
            Err(error) => Err(gone(error)),
        };
        self.held.settle(delivery);
        told
    }

    async fn nack(&self, delivery: &Delivery) -> Result<(), BusError> {
        self.held.give_back(delivery);
        Ok(())
    }

    async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError> {
        if self.held.handle(delivery).is_none() {
            // To be told so, and not buried a second time.
            return self.ack(delivery).await;
        }
        let Delivery {
            envelope, attempt, ..
        } = delivery;
        if let Err(error) =
            letters::bury(&self.shared, &self.group, envelope, *attempt, reason).await
        {
            // It stays with this consumer and is tried once more.
            self.held.give_back(delivery);
            return Err(error);
        }
        self.ack(delivery).await
    }

    async fn close(&self) -> Result<(), BusError> {
        self.stop.cancel();
        let reader = self
            .reader
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(reader) = reader {
            // A reader that panicked reads no more either.
            reader.await.ok();
        }
        self.held.clear();
        Ok(())
    }
}

/// A consumer's part of a group.
struct Group {
    shared: Arc<Shared>,
    name: String,
    types: Vec<String>,
    held: Arc<Held<Handle>>,
}

/// How many queues a consumer is active on and how many consumers share them.
#[derive(Debug)]
struct Share {
    queues: u64,
    active: AtomicU64,
    consumers: watch::Sender<u64>,
}

impl Share {
    fn new(queues: u64) -> Self {
        Self {
            queues,
            active: AtomicU64::new(0),
            consumers: watch::Sender::new(1),
        }
    }

    /// Whether a consumer is to leave one of the queues that it is active on; if so, it counts as left.
    fn is_too_large(&self) -> bool {
        let fair = self.queues.div_ceil((*self.consumers.borrow()).max(1));
        let left = |active: u64| (active > fair).then(|| active - 1);
        let (set, get) = (Ordering::Relaxed, Ordering::Relaxed);
        self.active.fetch_update(set, get, left).is_ok()
    }
}

impl Group {
    async fn read(self, connection: Arc<Connection>, stop: CancellationToken) {
        let backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(5));
        let mut failures = 0;
        let mut connection = Some(connection);
        loop {
            let reading = async {
                let connection = match connection.take() {
                    Some(open) => open,
                    None => Connection::open(&self.shared.place).await?,
                };
                failures = 0;
                let ended = stop.run_until_cancelled(self.read_all(&connection)).await;
                if ended.is_none() {
                    connection.close().await;
                }
                ended.unwrap_or(Ok(()))
            };
            let ended: Result<(), BusError> = reading.await;
            // What came over this connection is with the server again.
            for (seq, _) in self.held.all() {
                self.held.lose(seq);
            }
            let Err(error) = ended else { return };
            failures += 1;
            tracing::warn!(group = self.name, %error, "cannot read from rabbitmq");
            let pause = tokio::time::sleep(backoff.delay(failures));
            if stop.run_until_cancelled(pause).await.is_none() {
                return;
            }
        }
    }

    /// Reads all queues over one connection until it fails.
    async fn read_all(&self, connection: &Arc<Connection>) -> Result<(), BusError> {
        let queues = self.shared.names.partitions;
        let share = Share::new(queues);
        let readers = try_join_all((0..queues).map(|n| self.read_queue(connection, n, &share)));
        tokio::try_join!(readers, self.count(connection, &share))?;
        Ok(())
    }

    /// Asks again and again how many consumers the group has. Of the queues themselves the server
    /// counts the active one alone.
    async fn count(&self, connection: &Arc<Connection>, share: &Share) -> Result<(), BusError> {
        let mut channel = connection.channel().await?;
        let members = self.shared.names.members(&self.name);
        channel.consume(&members, 1, &json!({})).await?;
        loop {
            tokio::time::sleep(self.shared.lease / 5).await;
            let (_, consumers) = channel.look_at(&members).await?;
            share.consumers.send_replace(consumers.into());
        }
    }

    async fn read_queue(
        &self,
        connection: &Arc<Connection>,
        partition: u64,
        share: &Share,
    ) -> Result<(), BusError> {
        let queue = self.shared.names.queue(&self.name, partition);
        loop {
            let mut channel = connection.channel().await?;
            channel.consume(&queue, 1, &json!({})).await?;
            self.read_until_surplus(&mut channel, share).await?;
            // Closing gives back what is on its way here and lets the next in line be active, in one.
            channel.close().await?;
        }
    }

    /// Reads a queue until others should have it.
    async fn read_until_surplus(
        &self,
        channel: &mut Channel,
        share: &Share,
    ) -> Result<(), BusError> {
        let (acks, mut done) = mpsc::unbounded_channel::<Ack>();
        let mut consumers = share.consumers.subscribe();
        let (mut is_active, mut is_busy) = (false, false);
        loop {
            tokio::select! {
                message = channel.next() => {
                    let message = message?;
                    if !is_active {
                        is_active = true;
                        share.active.fetch_add(1, Ordering::Relaxed);
                    }
                    is_busy = self.add(&message, &acks);
                    if !is_busy {
                        channel.ack(message.tag).await?;
                    }
                }
                Some(ack) = done.recv() => {
                    channel.ack(ack.tag).await?;
                    is_busy = false;
                    // Who asked may have given up.
                    ack.told.send(()).ok();
                }
                _ = consumers.changed() => {}
            }
            if is_active && !is_busy && share.is_too_large() {
                return Ok(());
            }
        }
    }

    /// Holds an event; false when there is nothing to hold.
    fn add(&self, message: &Message, acks: &mpsc::UnboundedSender<Ack>) -> bool {
        let text = String::from_utf8_lossy(&message.body);
        match Envelope::from_json(&text) {
            Ok(envelope) if self.types.contains(&envelope.kind) => {
                let handle = Handle {
                    tag: message.tag,
                    acks: acks.clone(),
                };
                self.held.add(envelope, topology::attempt(message), handle);
                return true;
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "a message cannot be read"),
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_fair_part() {
        let share = Share::new(8);
        share.active.store(8, Ordering::Relaxed);
        assert!(!share.is_too_large(), "it is alone");
        share.consumers.send_replace(3);
        let left = (0..8).filter(|_| share.is_too_large()).count();
        assert_eq!(left, 5);
    }
}
