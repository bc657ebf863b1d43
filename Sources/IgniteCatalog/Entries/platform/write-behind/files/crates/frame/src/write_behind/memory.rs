use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::journal::{Journal, Put, REFUSED, Refused, Waiting, Write};
use crate::Result;
use crate::clock::now_ms;

/// Keeps changes in this process; a crash loses those that wait.
#[derive(Debug, Default)]
pub struct MemoryJournal(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    writes: HashMap<String, (Write, i64)>,
    refused: VecDeque<Refused>,
}

impl MemoryJournal {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    fn is_durable(&self) -> bool {
        false
    }

    async fn get(&self, keys: &[String]) -> Result<Vec<Option<Write>>> {
        let state = self.state();
        let each = keys.iter().map(|key| state.writes.get(key));
        Ok(each.map(|found| found.map(|(write, _)| write.clone())).collect())
    }

    async fn put(&self, key: &str, expected: i64, write: &Write, capacity: usize, due: Option<i64>) -> Result<Put> {
        let mut state = self.state();
        let old = state.writes.get(key).map(|(write, due)| (write.revision, *due));
        if old.map_or(0, |(revision, _)| revision) != expected {
            return Ok(Put::Changed);
        }
        if old.is_none() && state.writes.len() >= capacity {
            return Ok(Put::Full);
        }
        let due = due.or(old.map(|(_, due)| due)).unwrap_or_else(now_ms);
        state.writes.insert(key.to_owned(), (write.clone(), due));
        Ok(Put::Done)
    }

    async fn remove(&self, key: &str, expected: i64) -> Result<bool> {
        let mut state = self.state();
        let is_same = state.writes.get(key).is_some_and(|(write, _)| write.revision == expected);
        if is_same {
            state.writes.remove(key);
        }
        Ok(is_same)
    }

    async fn claim(&self, now: i64, lease: Duration, limit: usize) -> Result<Vec<(String, Write)>> {
        let mut state = self.state();
        let due = state.writes.iter().filter(|(_, (_, due))| *due <= now);
        let mut keys: Vec<_> = due.map(|(key, (_, due))| (*due, key.clone())).collect();
        keys.sort_unstable();
        keys.truncate(limit);
        let until = now.saturating_add(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX));
        let mut claimed = Vec::new();
        for (_, key) in keys {
            if let Some((write, due)) = state.writes.get_mut(&key) {
                *due = until;
                claimed.push((key, write.clone()));
            }
        }
        Ok(claimed)
    }

    async fn waiting(&self) -> Result<Waiting> {
        let state = self.state();
        Ok(Waiting {
            count: state.writes.len(),
            since: state.writes.values().map(|(write, _)| write.since).min(),
        })
    }

    async fn refuse(&self, refused: &Refused) -> Result<()> {
        let mut state = self.state();
        state.refused.push_front(refused.clone());
        state.refused.truncate(REFUSED);
        Ok(())
    }

    async fn refused(&self) -> Result<Vec<Refused>> {
        Ok(self.state().refused.iter().cloned().collect())
    }

    async fn forget_refused(&self) -> Result<()> {
        self.state().refused.clear();
        Ok(())
    }
}
