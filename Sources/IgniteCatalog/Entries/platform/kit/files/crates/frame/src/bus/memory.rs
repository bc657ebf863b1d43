use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;

use super::{Bus, BusError, Consumer, DeadLetter, Delivery, Driver, Subscription, pack};
use crate::Envelope;
use crate::config::BusSettings;

pub(super) const DRIVER: Driver = Driver {
    schemes: &["memory:"],
    variables: &[],
    open: |settings| {
        Box::pin(async move { Ok(Arc::new(MemoryBus::open(settings)) as Arc<dyn Bus>) })
    },
};

/// A bus within one process, for development and tests; clones are the same bus.
#[derive(Debug, Clone)]
pub struct MemoryBus {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
    max_bytes: usize,
    retain: usize,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    /// The latest events, for groups yet to come.
    log: VecDeque<(u64, Arc<Envelope>)>,
    groups: HashMap<String, Group>,
}

#[derive(Debug, Default)]
struct Group {
    types: HashSet<String>,
    /// What is not settled, in order, those being handled included.
    waiting: BTreeMap<u64, Entry>,
    busy_keys: HashSet<String>,
    dead: Vec<(u64, DeadLetter)>,
}

#[derive(Debug)]
struct Entry {
    envelope: Arc<Envelope>,
    attempts: u32,
    holder: Option<String>,
}

impl MemoryBus {
    /// A bus with the settings of an empty environment.
    #[must_use]
    pub fn new() -> Self {
        Self::open(&BusSettings::default())
    }

    /// A bus with these limits.
    #[must_use]
    pub fn open(settings: &BusSettings) -> Self {
        Self {
            shared: Arc::new(Shared {
                state: Mutex::default(),
                changed: Notify::new(),
                max_bytes: settings.max_message_bytes,
                retain: settings.retain_messages,
            }),
        }
    }
}

impl Default for MemoryBus {
    fn default() -> Self {
        Self::new()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on a group and wakes the consumers.
    fn change<T>(&self, group: &str, work: impl FnOnce(&mut Group) -> T) -> T {
        let result = work(self.state().groups.entry(group.to_owned()).or_default());
        self.changed.notify_waiters();
        result
    }
}

impl Group {
    fn add(&mut self, seq: u64, envelope: &Arc<Envelope>) {
        if self.types.contains(&envelope.kind) {
            self.waiting.insert(
                seq,
                Entry {
                    envelope: envelope.clone(),
                    attempts: 0,
                    holder: None,
                },
            );
        }
    }

    fn take(&mut self, max: usize, consumer: &str) -> Vec<Delivery> {
        let mut taken = Vec::new();
        for (seq, entry) in &mut self.waiting {
            if taken.len() == max {
                break;
            }
            if !self.busy_keys.insert(entry.envelope.key.clone()) {
                continue;
            }
            entry.attempts += 1;
            entry.holder = Some(consumer.to_owned());
            taken.push(Delivery {
                envelope: Envelope::clone(&entry.envelope),
                attempt: entry.attempts,
                token: seq.to_string(),
            });
        }
        taken
    }

    /// Removes a delivery that this consumer holds.
    fn settle(&mut self, delivery: &Delivery, consumer: &str) -> Option<(u64, Entry)> {
        let seq = delivery.token.parse().ok()?;
        let entry = self.waiting.get(&seq)?;
        if entry.holder.as_deref() != Some(consumer) {
            return None;
        }
        self.busy_keys.remove(&entry.envelope.key);
        self.waiting.remove(&seq).map(|entry| (seq, entry))
    }

    fn give_back(&mut self, is_meant: impl Fn(u64, &Entry) -> bool) {
        for (seq, entry) in &mut self.waiting {
            if entry.holder.is_some() && is_meant(*seq, entry) {
                entry.holder = None;
                entry.attempts = entry.attempts.saturating_sub(1);
                self.busy_keys.remove(&entry.envelope.key);
            }
        }
    }
}

#[async_trait]
impl Bus for MemoryBus {
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        pack(envelopes, self.shared.max_bytes)?;
        let mut state = self.shared.state();
        for envelope in envelopes {
            let envelope = Arc::new(envelope.clone());
            state.next += 1;
            let seq = state.next;
            for group in state.groups.values_mut() {
                group.add(seq, &envelope);
            }
            state.log.push_back((seq, envelope));
            if state.log.len() > self.shared.retain {
                state.log.pop_front();
            }
        }
        drop(state);
        self.shared.changed.notify_waiters();
        Ok(())
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
        let mut state = self.shared.state();
        let State { log, groups, .. } = &mut *state;
        let group = groups.entry(subscription.group.clone()).or_default();
        let new: HashSet<_> = subscription.types.iter().cloned().collect();
        let new: HashSet<_> = new.difference(&group.types).cloned().collect();
        group.types.extend(new.iter().cloned());
        for (seq, envelope) in log.iter().filter(|(_, e)| new.contains(&e.kind)) {
            group.add(*seq, envelope);
        }
        Ok(Arc::new(MemoryConsumer {
            shared: self.shared.clone(),
            group: subscription.group.clone(),
            name: subscription.consumer.clone(),
        }))
    }

    async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        let state = self.shared.state();
        let dead = state.groups.get(group).map(|group| group.dead.iter());
        let letters = dead.into_iter().flatten().take(limit);
        Ok(letters.map(|(_, letter)| letter.clone()).collect())
    }

    async fn redrive(&self, group: &str) -> Result<usize, BusError> {
        Ok(self.shared.change(group, |group| {
            let dead = std::mem::take(&mut group.dead);
            let count = dead.len();
            for (seq, letter) in dead {
                group.add(seq, &Arc::new(letter.envelope));
            }
            count
        }))
    }

    async fn ping(&self) -> Result<(), BusError> {
        Ok(())
    }

    async fn close(&self) {}
}

#[derive(Debug)]
struct MemoryConsumer {
    shared: Arc<Shared>,
    group: String,
    name: String,
}

impl MemoryConsumer {
    fn take(&self, max: usize) -> Vec<Delivery> {
        let mut state = self.shared.state();
        let group = state.groups.get_mut(&self.group);
        group.map_or_else(Vec::new, |group| group.take(max, &self.name))
    }

    fn leave(&self) {
        self.shared.change(&self.group, |group| {
            group.give_back(|_, entry| entry.holder.as_ref() == Some(&self.name));
        });
    }
}

#[async_trait]
impl Consumer for MemoryConsumer {
    async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            // From here on no change is missed, even before the wait below begins.
            changed.as_mut().enable();
            let taken = self.take(max);
            let is_over = tokio::time::timeout_at(deadline, async {
                if taken.is_empty() {
                    changed.await;
                }
            });
            if is_over.await.is_err() || !taken.is_empty() {
                return Ok(taken);
            }
        }
    }

    async fn ack(&self, delivery: &Delivery) -> Result<(), BusError> {
        let settle = |group: &mut Group| group.settle(delivery, &self.name);
        self.shared.change(&self.group, settle);
        Ok(())
    }

    async fn nack(&self, delivery: &Delivery) -> Result<(), BusError> {
        self.shared.change(&self.group, |group| {
            group.give_back(|seq, entry| {
                seq.to_string() == delivery.token && entry.holder.as_ref() == Some(&self.name)
            });
        });
        Ok(())
    }

    async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError> {
        self.shared.change(&self.group, |group| {
            if let Some((seq, entry)) = group.settle(delivery, &self.name) {
                let letter = DeadLetter {
                    envelope: Envelope::clone(&entry.envelope),
                    reason: reason.to_owned(),
                    attempts: delivery.attempt,
                };
                group.dead.push((seq, letter));
            }
        });
        Ok(())
    }

    async fn close(&self) -> Result<(), BusError> {
        self.leave();
        Ok(())
    }
}

impl Drop for MemoryConsumer {
    fn drop(&mut self) {
        self.leave();
    }
}
