use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::{BusError, Delivery};
use crate::Envelope;

/// What a consumer has from a server and has not settled: in order, one of a key at a time.
///
/// For buses whose server hands over several events of a key at once, or none of the order. `T` is
/// what the server calls a delivery.
#[derive(Debug)]
pub struct Held<T> {
    state: Mutex<State<T>>,
    changed: Notify,
}

#[derive(Debug)]
struct State<T> {
    next: u64,
    entries: BTreeMap<u64, Entry<T>>,
    busy_keys: HashSet<String>,
    failure: Option<BusError>,
}

#[derive(Debug)]
struct Entry<T> {
    envelope: Arc<Envelope>,
    attempt: u32,
    handle: T,
    is_out: bool,
    /// Whether the server has taken it back, though it is being handled.
    is_lost: bool,
}

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                next: 0,
                entries: BTreeMap::new(),
                busy_keys: HashSet::new(),
                failure: None,
            }),
            changed: Notify::new(),
        }
    }
}

impl<T: Clone> Held<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an event behind all others.
    pub fn add(&self, envelope: Envelope, attempt: u32, handle: T) {
        let mut state = self.state();
        state.next += 1;
        let (seq, envelope) = (state.next, Arc::new(envelope));
        let entry = Entry {
            envelope,
            attempt,
            handle,
            is_out: false,
            is_lost: false,
        };
        state.entries.insert(seq, entry);
        drop(state);
        self.changed.notify_one();
    }

    /// Tells whoever waits that the server does not answer.
    pub fn fail(&self, error: BusError) {
        self.state().failure = Some(error);
        self.changed.notify_one();
    }

    /// Lets whoever waits ask again: what the server brought was not for it.
    pub fn ask_again(&self) {
        self.changed.notify_one();
    }

    /// Hands out up to `max` events, one for each key.
    pub fn take(&self, max: usize) -> Vec<Delivery> {
        let mut state = self.state();
        let State {
            entries, busy_keys, ..
        } = &mut *state;
        let mut taken = Vec::new();
        for (seq, entry) in entries.iter_mut().filter(|(_, entry)| !entry.is_out) {
            if taken.len() == max {
                break;
            }
            if busy_keys.insert(entry.envelope.key.clone()) {
                entry.is_out = true;
                taken.push(Delivery {
                    envelope: Envelope::clone(&entry.envelope),
                    attempt: entry.attempt,
                    token: seq.to_string(),
                });
            }
        }
        taken
    }

    /// As [`Self::take`], but waits for the first; calls `ask` each time there is none, so after
    /// [`Self::ask_again`] too.
    ///
    /// # Errors
    /// What was given to [`Self::fail`].
    pub async fn wait(
        &self,
        max: usize,
        wait: Duration,
        ask: impl Fn() + Send,
    ) -> Result<Vec<Delivery>, BusError> {
        let deadline = Instant::now() + wait;
        loop {
            let changed = self.changed.notified();
            let taken = self.take(max);
            if !taken.is_empty() {
                return Ok(taken);
            }
            if let Some(error) = self.state().failure.take() {
                return Err(error);
            }
            ask();
            let is_late = tokio::time::timeout_at(deadline, changed).await.is_err();
            if is_late || Instant::now() >= deadline {
                return Ok(self.take(max));
            }
        }
    }

    /// Ends a delivery; `None` when it was not handed out, or the server has taken it back.
    pub fn settle(&self, delivery: &Delivery) -> Option<T> {
        let mut state = self.state();
        let seq = delivery.token.parse().ok()?;
        if !state.entries.get(&seq)?.is_out {
            return None;
        }
        let entry = state.entries.remove(&seq)?;
        state.busy_keys.remove(&entry.envelope.key);
        drop(state);
        self.changed.notify_one();
        (!entry.is_lost).then_some(entry.handle)
    }

    /// What the server calls a delivery that was handed out and not taken back.
    pub fn handle(&self, delivery: &Delivery) -> Option<T> {
        let state = self.state();
        let entry = state.entries.get(&delivery.token.parse().ok()?)?;
        (entry.is_out && !entry.is_lost).then(|| entry.handle.clone())
    }

    /// Takes a delivery back to the place it had.
    pub fn give_back(&self, delivery: &Delivery) {
        let mut state = self.state();
        let Some(seq) = delivery.token.parse::<u64>().ok() else {
            return;
        };
        let Some(entry) = state.entries.get_mut(&seq).filter(|entry| entry.is_out) else {
            return;
        };
        entry.is_out = false;
        let (key, is_lost) = (entry.envelope.key.clone(), entry.is_lost);
        state.busy_keys.remove(&key);
        if is_lost {
            state.entries.remove(&seq);
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Everything that is held, oldest first, under the numbers that [`Self::lose`] takes.
    pub fn all(&self) -> Vec<(u64, T)> {
        let state = self.state();
        let held = state.entries.iter().filter(|(_, entry)| !entry.is_lost);
        held.map(|(seq, entry)| (*seq, entry.handle.clone()))
            .collect()
    }

    /// How many events are held.
    pub fn len(&self) -> usize {
        self.state().entries.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The server has taken an event back. Returns what waited behind it with the same key: it must
    /// not overtake, so it is given back too.
    pub fn lose(&self, seq: u64) -> Vec<T> {
        let mut state = self.state();
        let Some(entry) = state.entries.get_mut(&seq) else {
            return Vec::new();
        };
        let key = entry.envelope.key.clone();
        if entry.is_out {
            entry.is_lost = true;
        } else {
            state.entries.remove(&seq);
        }
        let behind = |(later, entry): (&u64, &Entry<T>)| {
            (*later > seq && !entry.is_out && entry.envelope.key == key).then_some(*later)
        };
        let behind: Vec<u64> = state.entries.iter().filter_map(behind).collect();
        let removed = behind.iter().filter_map(|seq| state.entries.remove(seq));
        removed.map(|entry| entry.handle).collect()
    }

    /// Lets go of what belongs and was not handed out.
    pub fn forget_waiting(&self, belongs: impl Fn(&T) -> bool) {
        let mut state = self.state();
        let stays = |_: &u64, entry: &mut Entry<T>| entry.is_out || !belongs(&entry.handle);
        state.entries.retain(stays);
    }

    /// Lets go of everything, the youngest first, as it has to be given back for the order to stay.
    pub fn clear(&self) -> Vec<T> {
        let mut state = self.state();
        state.busy_keys.clear();
        let entries = std::mem::take(&mut state.entries).into_values().rev();
        let kept = entries.filter(|entry| !entry.is_lost);
        kept.map(|entry| entry.handle).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::messaging::tests::counted;

    fn held(keys: &[&str]) -> Held<usize> {
        let held = Held::default();
        for (n, key) in keys.iter().enumerate() {
            held.add(counted(key, 0), 1, n);
        }
        held
    }

    #[test]
    fn keys_wait_for_their_turn() {
        let held = held(&["a", "a", "b"]);
        let first = held.take(10);
        assert_eq!(first.len(), 2);
        assert!(held.take(10).is_empty());
        assert_eq!(held.handle(&first[1]), Some(2));
        assert_eq!(held.settle(&first[0]), Some(0));
        assert_eq!(held.settle(&first[0]), None);
        let second = held.take(10);
        held.give_back(&second[0]);
        held.give_back(&second[0]);
        let again = held.take(10);
        assert_eq!(again, second);
        assert_eq!(held.settle(&again[0]), Some(1));
        assert_eq!((held.len(), held.is_empty()), (1, false));
    }

    #[test]
    fn what_is_lost_takes_the_rest_of_its_key_along() {
        let held = held(&["a", "a", "b", "a"]);
        let out = held.take(1);
        let (seq, _) = held.all()[0];
        assert_eq!(held.lose(seq), [1, 3]);
        assert_eq!(held.all().len(), 1);
        assert_eq!(held.handle(&out[0]), None);
        held.add(counted("a", 1), 2, 7);
        assert_eq!(held.take(10).len(), 1, "the key is still at work");
        assert_eq!(held.settle(&out[0]), None);
        assert_eq!(held.take(10)[0].attempt, 2);
        assert!(held.lose(99).is_empty());
        assert_eq!(held.clear(), [7, 2]);
        assert!(held.is_empty());
    }

    #[test]
    fn what_is_lost_does_not_come_again_when_it_is_given_back() {
        let held = held(&["a"]);
        let out = held.take(1);
        held.lose(held.all()[0].0);
        held.give_back(&out[0]);
        assert!(held.take(1).is_empty() && held.is_empty());
    }

    #[test]
    fn what_waits_is_forgotten_and_what_is_out_stays() {
        let held = held(&["a", "a", "b"]);
        let out = held.take(1);
        held.forget_waiting(|n| *n < 2);
        assert_eq!(held.len(), 2);
        assert_eq!(held.settle(&out[0]), Some(0));
        assert_eq!(held.take(10)[0].envelope.key, "b");
    }

    #[tokio::test]
    async fn waiting_ends_with_an_event_a_failure_or_the_time() {
        let held = Held::<usize>::default();
        let moment = Duration::from_millis(10);
        assert!(held.wait(1, moment, || ()).await.unwrap().is_empty());
        held.fail(BusError::Unavailable("gone".to_owned()));
        assert!(held.wait(1, moment, || ()).await.is_err());
        let ask = || held.add(counted("a", 1), 1, 0);
        assert_eq!(held.wait(1, moment, ask).await.unwrap().len(), 1);
        let asked = AtomicUsize::new(0);
        let ask = || match asked.fetch_add(1, Ordering::Relaxed) {
            0..3 => held.ask_again(),
            _ => held.add(counted("b", 1), 1, 0),
        };
        assert_eq!(held.wait(1, moment, ask).await.unwrap().len(), 1);
        let ask = || held.ask_again();
        assert!(held.wait(1, moment, ask).await.unwrap().is_empty());
    }
}
