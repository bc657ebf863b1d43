use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rdkafka::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::{Shared, blocking, gone, letters};
use crate::Envelope;
use crate::bus::{BusError, Consumer, DeadLetter, Delivery, Held, Subscription};

/// How many events are read ahead.
const READ_AHEAD: usize = 256;
/// How long one look for events takes at most.
const LOOK: Duration = Duration::from_millis(50);
/// How long a partition stays for its deliveries to be finished; the cluster waits for longer.
const FAREWELL: Duration = Duration::from_secs(240);

/// Where an event stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Place {
    topic: String,
    partition: i32,
    offset: i64,
}

/// What of a partition is not settled, and what comes after all that was read.
#[derive(Debug, Default)]
struct Progress {
    open: BTreeSet<i64>,
    next: i64,
}

impl Progress {
    /// The offset up to which everything is settled.
    fn done(&self) -> i64 {
        self.open.first().copied().unwrap_or(self.next)
    }
}

/// What the consumer and the thread that reads share.
#[derive(Debug, Default)]
struct State {
    held: Held<Place>,
    progress: Mutex<HashMap<(String, i32), Progress>>,
    is_leaving: AtomicBool,
}

impl State {
    fn progress(&self) -> MutexGuard<'_, HashMap<(String, i32), Progress>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Relaxed)
    }

    fn read(&self, place: &Place) {
        let mut progress = self.progress();
        let progress = progress
            .entry((place.topic.clone(), place.partition))
            .or_default();
        progress.open.insert(place.offset);
        progress.next = place.offset + 1;
    }

    /// What may be stored after an event is settled; nothing when its partition is another's.
    fn settled(&self, place: &Place) -> Option<i64> {
        let mut progress = self.progress();
        let progress = progress.get_mut(&(place.topic.clone(), place.partition))?;
        progress.open.remove(&place.offset).then(|| progress.done())
    }

    /// Lets go of partitions once what was handed out of them is settled.
    fn leave(&self, partitions: &TopicPartitionList) {
        let elements = partitions.elements();
        let is_left = |place: &Place| {
            let is =
                |partition: i32, topic: &str| place.partition == partition && place.topic == topic;
            elements
                .iter()
                .any(|element| is(element.partition(), element.topic()))
        };
        let deadline = Instant::now() + FAREWELL;
        loop {
            self.held.forget_waiting(is_left);
            let is_at_work = self.held.all().iter().any(|(_, place)| is_left(place));
            if !is_at_work || self.is_leaving() || Instant::now() > deadline {
                break;
            }
            std::thread::sleep(LOOK / 5);
        }
        for (seq, place) in self.held.all() {
            if is_left(&place) {
                self.held.lose(seq);
            }
        }
        let mut progress = self.progress();
        for element in &elements {
            progress.remove(&(element.topic().to_owned(), element.partition()));
        }
    }
}

/// Hears which partitions come and go.
struct Context {
    state: Arc<State>,
}

impl ClientContext for Context {}

impl ConsumerContext for Context {
    fn pre_rebalance(&self, _consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Revoke(partitions) => self.state.leave(partitions),
            Rebalance::Assign(_) => {}
            Rebalance::Error(error) => tracing::warn!(%error, "kafka cannot share the partitions"),
        }
    }
}

type Client = BaseConsumer<Context>;

pub(super) struct KafkaConsumer {
    shared: Arc<Shared>,
    group: String,
    state: Arc<State>,
    /// The client leaves the group when nobody has it any more.
    client: Mutex<Option<Arc<Client>>>,
    reader: Mutex<Option<JoinHandle<()>>>,
}

impl KafkaConsumer {
    pub fn start(shared: &Arc<Shared>, subscription: &Subscription) -> Result<Self, BusError> {
        let (settings, group) = (&shared.settings, &subscription.group);
        let state = Arc::new(State::default());
        let context = Context {
            state: state.clone(),
        };
        let client = settings.consumer(group).create_with_context(context);
        let client: Arc<Client> = Arc::new(client.map_err(gone)?);
        let (events, again) = (settings.events(), settings.again(group));
        client.subscribe(&[&events, &again]).map_err(gone)?;
        let reader = {
            let (client, state) = (client.clone(), state.clone());
            let types = subscription.types.clone();
            // A thread of its own, because it may have to wait while a partition is left.
            let name = format!("kafka-{group}");
            let thread = std::thread::Builder::new().name(name);
            thread
                .spawn(move || read(&client, &state, &types))
                .map_err(gone)?
        };
        Ok(Self {
            shared: shared.clone(),
            group: group.clone(),
            state,
            client: Mutex::new(Some(client)),
            reader: Mutex::new(Some(reader)),
        })
    }

    fn client(&self) -> Option<Arc<Client>> {
        self.client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for KafkaConsumer {
    fn drop(&mut self) {
        self.state.is_leaving.store(true, Ordering::Relaxed);
    }
}

/// Says that all up to an offset is done; it is committed a little later.
fn store(client: &Client, place: &Place, offset: i64) -> Result<(), BusError> {
    let mut done = TopicPartitionList::new();
    let added = done.add_partition_offset(&place.topic, place.partition, Offset::Offset(offset));
    added
        .and_then(|()| client.store_offsets(&done))
        .map_err(gone)
}

/// Reads until it is told to stop.
fn read(client: &Client, state: &State, types: &[String]) {
    let mut is_paused = false;
    while !state.is_leaving() {
        let is_full = state.held.len() >= READ_AHEAD;
        if is_full || is_paused {
            // Looking goes on, as a sign of life; nothing comes.
            let partitions = client.assignment();
            let told = partitions.and_then(|all| match is_full {
                true => client.pause(&all),
                false => client.resume(&all),
            });
            if let Err(error) = told {
                tracing::warn!(%error, "cannot hold back kafka");
            }
            is_paused = is_full;
        }
        match client.poll(LOOK) {
            None => {}
            Some(Ok(message)) => add(client, state, types, &message),
            Some(Err(error)) => {
                tracing::warn!(%error, "cannot read from kafka");
                std::thread::sleep(LOOK);
            }
        }
    }
}

fn add(client: &Client, state: &State, types: &[String], message: &BorrowedMessage<'_>) {
    let place = Place {
        topic: message.topic().to_owned(),
        partition: message.partition(),
        offset: message.offset(),
    };
    state.read(&place);
    let text = String::from_utf8_lossy(message.payload().unwrap_or_default());
    match Envelope::from_json(&text) {
        Ok(envelope) if types.contains(&envelope.kind) => {
            state.held.add(envelope, 1, place);
            return;
        }
        Ok(_) => {}
        Err(error) => tracing::error!(?place, %error, "a message cannot be read"),
    }
    let stored = state
        .settled(&place)
        .map(|done| store(client, &place, done));
    if let Some(Err(error)) = stored {
        tracing::warn!(%error, "cannot store an offset");
    }
}

#[async_trait]
impl Consumer for KafkaConsumer {
    async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        self.state.held.wait(max, wait, || ()).await
    }

    async fn ack(&self, delivery: &Delivery) -> Result<(), BusError> {
        let place = self.state.held.handle(delivery);
        let stored = match (place, self.client()) {
            (Some(place), Some(client)) => match self.state.settled(&place) {
                Some(done) => store(&client, &place, done),
                None => Err(gone("kafka has given the event to another")),
            },
            _ => Err(gone("kafka has given the event to another")),
        };
        self.state.held.settle(delivery);
        stored
    }

    async fn nack(&self, delivery: &Delivery) -> Result<(), BusError> {
        self.state.held.give_back(delivery);
        Ok(())
    }

    async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError> {
        if self.state.held.handle(delivery).is_some() {
            let letter = DeadLetter {
                envelope: delivery.envelope.clone(),
                reason: reason.to_owned(),
                attempts: delivery.attempt,
            };
            if let Err(error) = letters::bury(&self.shared, &self.group, &letter).await {
                // It stays with this consumer and is tried once more.
                self.state.held.give_back(delivery);
                return Err(error);
            }
        }
        self.ack(delivery).await
    }

    async fn close(&self) -> Result<(), BusError> {
        self.state.is_leaving.store(true, Ordering::Relaxed);
        let client = self
            .client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let reader = self
            .reader
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        blocking(move || {
            if let Some(reader) = reader {
                // A reader that panicked reads no more either.
                reader.join().ok();
            }
            // The last who has it: what is stored is committed, and the group is left.
            drop(client);
            Ok(())
        })
        .await?;
        self.state.held.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messaging::tests::counted;

    fn place(offset: i64) -> Place {
        Place {
            topic: "t".to_owned(),
            partition: 0,
            offset,
        }
    }

    #[test]
    fn offsets_wait_for_the_oldest() {
        let state = State::default();
        for offset in [4, 5, 7] {
            state.read(&place(offset));
        }
        assert_eq!(state.settled(&place(5)), Some(4));
        assert_eq!(state.settled(&place(5)), None, "it is settled once");
        assert_eq!(state.settled(&place(4)), Some(7));
        assert_eq!(state.settled(&place(7)), Some(8));
    }

    #[test]
    fn a_partition_is_left_when_its_deliveries_are_settled() {
        let state = Arc::new(State::default());
        for (key, offset) in [("a", 1), ("a", 2)] {
            state.read(&place(offset));
            state.held.add(counted(key, 1), 1, place(offset));
        }
        let out = state.held.take(1);
        let leaving = std::thread::spawn({
            let state = state.clone();
            move || {
                let mut partitions = TopicPartitionList::new();
                partitions.add_partition("t", 0);
                state.leave(&partitions);
            }
        });
        std::thread::sleep(2 * LOOK);
        assert!(!leaving.is_finished());
        assert_eq!(state.settled(&place(1)), Some(2));
        assert_eq!(state.held.settle(&out[0]), Some(place(1)));
        leaving.join().unwrap();
        assert!(state.held.is_empty());
        assert_eq!(state.settled(&place(2)), None);
    }
}
