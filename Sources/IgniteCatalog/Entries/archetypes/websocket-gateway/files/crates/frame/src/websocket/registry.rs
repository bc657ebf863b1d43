use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use super::presence::{Change, Presence};
use super::protocol::{Reply, Told};
use super::queue::{Message, Queue};
use super::Access;
use crate::Envelope;
use crate::security::jwt::Principal;

/// A subscription of a connection: the connection and the name it gave to it.
pub(super) type Key = (Uuid, String);

/// Who listens to a topic.
pub(super) struct Subscriber {
    pub queue: Arc<Queue>,
    pub caller: Arc<Principal>,
    /// Only events of this key, where there is one.
    pub key: Option<String>,
    /// Whether it says itself what it wants to see of an event.
    pub is_choosing: bool,
}

/// Who is connected to this instance, and what they listen to.
#[derive(Default)]
pub(super) struct Registry {
    topics: HashMap<String, HashMap<Key, Subscriber>>,
    watchers: HashMap<Key, Arc<Queue>>,
    connections: HashMap<String, usize>,
    pub presence: Presence,
}

/// How many subscribers got an event, and how many lost one by it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Delivered {
    pub kept: u64,
    pub lost: u64,
}

impl Registry {
    /// Counts a connection of a user; `None` when there are too many, else whether it is the first.
    pub fn enter(&mut self, user: &str, most: usize) -> Option<bool> {
        let count = self.connections.entry(user.to_owned()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(*count == 1)
    }

    /// Takes a connection of a user off; whether it was the last.
    pub fn leave(&mut self, user: &str) -> bool {
        let Some(count) = self.connections.get_mut(user) else {
            return false;
        };
        *count -= 1;
        let is_last = *count == 0;
        if is_last {
            self.connections.remove(user);
        }
        is_last
    }

    /// The users who are connected here.
    pub fn users(&self) -> BTreeSet<String> {
        self.connections.keys().cloned().collect()
    }

    pub fn subscribe(&mut self, topic: &str, key: Key, subscriber: Subscriber) {
        let subscribers = self.topics.entry(topic.to_owned()).or_default();
        subscribers.insert(key, subscriber);
    }

    pub fn unsubscribe(&mut self, topic: &str, key: &Key) {
        if let Some(subscribers) = self.topics.get_mut(topic) {
            subscribers.remove(key);
        }
    }

    /// Tells a queue who is there, and from then on who comes and goes.
    pub fn watch(&mut self, key: Key, queue: Arc<Queue>) {
        let users = self.presence.users().into_iter().collect();
        queue.push(Message::Text(Reply::Present { id: &key.1, users }.text()));
        self.watchers.insert(key, queue);
    }

    pub fn unwatch(&mut self, key: &Key) {
        self.watchers.remove(key);
    }

    /// Puts an event into the queues of those who listen to it and may see it.
    pub fn deliver(&self, envelope: &Envelope, access: &dyn Access) -> Delivered {
        let mut delivered = Delivered::default();
        let (told, whole) = (Told::of(envelope), LazyCell::new(|| Arc::new(envelope.clone())));
        for ((_, id), subscriber) in self.topics.get(&envelope.kind).into_iter().flatten() {
            let is_meant = subscriber.key.as_ref().is_none_or(|key| *key == envelope.key);
            if !is_meant || !access.may_see(&subscriber.caller, envelope) {
                continue;
            }
            let message = if subscriber.is_choosing {
                Message::Event(id.clone(), Arc::clone(&whole))
            } else {
                Message::Text(Reply::Event { id, event: &told }.text())
            };
            if subscriber.queue.push(message) {
                delivered.kept += 1;
            } else {
                delivered.lost += 1;
            }
        }
        delivered
    }

    /// Tells those who watch who came and who went.
    pub fn announce(&self, change: &Change) {
        for ((_, id), queue) in &self.watchers {
            for user in &change.joined {
                queue.push(Message::Text(Reply::Joined { id, user }.text()));
            }
            for user in &change.left {
                queue.push(Message::Text(Reply::Left { id, user }.text()));
            }
        }
    }
}
