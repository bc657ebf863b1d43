use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::store::{CacheStore, Driver, Kept, Ticket, group};
use crate::Result;
use crate::clock::now_ms;

pub(super) const DRIVER: Driver = Driver {
    schemes: &["memory:"],
    variables: &[],
    open: |_, capacity| {
        Box::pin(async move { Ok(Arc::new(MemoryStore::new(capacity)) as Arc<dyn CacheStore>) })
    },
};

/// Keeps a bounded number of answers in this process; those that were used last stay.
#[derive(Debug)]
pub struct MemoryStore {
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    answers: HashMap<Arc<str>, Answer>,
    /// The keys by when they were used.
    uses: BTreeMap<u64, Arc<str>>,
    last_use: u64,
    removals: HashMap<u64, u64>,
}

#[derive(Debug)]
struct Answer {
    kept: Kept,
    used: u64,
}

impl MemoryStore {
    /// A store of at most so many answers.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            state: Mutex::new(State::default()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn get(&mut self, key: &str) -> Option<Kept> {
        let (name, answer) = self.answers.get_key_value(key)?;
        let (name, kept, used) = (name.clone(), answer.kept.clone(), answer.used);
        if kept.gone_at <= now_ms() {
            self.remove(key);
            return None;
        }
        self.uses.remove(&used);
        let now = self.next_use();
        self.uses.insert(now, name);
        if let Some(answer) = self.answers.get_mut(key) {
            answer.used = now;
        }
        Some(kept)
    }

    fn put(&mut self, key: &str, kept: &Kept, capacity: usize) {
        self.remove(key);
        let (name, used): (Arc<str>, u64) = (Arc::from(key), self.next_use());
        self.uses.insert(used, name.clone());
        let kept = kept.clone();
        self.answers.insert(name, Answer { kept, used });
        while self.answers.len() > capacity {
            let Some((_, oldest)) = self.uses.pop_first() else {
                return;
            };
            self.answers.remove(&oldest);
        }
    }

    fn remove(&mut self, key: &str) {
        if let Some(answer) = self.answers.remove(key) {
            self.uses.remove(&answer.used);
        }
    }

    fn next_use(&mut self) -> u64 {
        self.last_use += 1;
        self.last_use
    }

    fn ticket(&self, key: &str) -> Ticket {
        Ticket(self.removals.get(&group(key)).copied().unwrap_or(0))
    }

    fn end_tickets(&mut self, key: &str) {
        *self.removals.entry(group(key)).or_default() += 1;
    }
}

#[async_trait]
impl CacheStore for MemoryStore {
    async fn get(&self, keys: &[String]) -> Result<Vec<(Option<Kept>, Ticket)>> {
        let mut state = self.state();
        let each = keys.iter();
        Ok(each
            .map(|key| (state.get(key), state.ticket(key)))
            .collect())
    }

    async fn put(&self, key: &str, kept: &Kept, ticket: Option<Ticket>) -> Result<()> {
        let mut state = self.state();
        match ticket {
            None => state.end_tickets(key),
            Some(ticket) if ticket != state.ticket(key) => return Ok(()),
            Some(_) => {}
        }
        let newer = state.get(key).is_some_and(|old| old.version > kept.version);
        if !newer || ticket.is_some() {
            state.put(key, kept, self.capacity);
        }
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<()> {
        let mut state = self.state();
        state.end_tickets(key);
        state.remove(key);
        Ok(())
    }

    async fn clear(&self) -> Result<()> {
        let mut state = self.state();
        for number in 0..super::store::GROUPS {
            *state.removals.entry(number).or_default() += 1;
        }
        state.answers.clear();
        state.uses.clear();
        Ok(())
    }
}
