use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::SlowClients;
use crate::Envelope;

/// What waits for one client, and never more than it may.
pub(super) struct Queue {
    capacity: usize,
    slow_clients: SlowClients,
    waiting: Mutex<Waiting>,
    changed: Notify,
    overflowed: CancellationToken,
}

#[derive(Default)]
struct Waiting {
    messages: VecDeque<Message>,
    dropped: u64,
}

/// What waits for a client.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Message {
    /// A text as it is sent.
    Text(Utf8Bytes),
    /// An event for a subscription, which shows of it what it asks for.
    Event(String, Arc<Envelope>),
}

/// What comes next for the client.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// So many messages were dropped before those that follow.
    Dropped(u64),
    Message(Message),
}

impl Queue {
    pub fn new(capacity: usize, slow_clients: SlowClients) -> Self {
        Self {
            capacity,
            slow_clients,
            waiting: Mutex::default(),
            changed: Notify::new(),
            overflowed: CancellationToken::new(),
        }
    }

    /// Adds a message; `false` when it or an older one is lost by that.
    pub fn push(&self, message: Message) -> bool {
        let mut waiting = self.lock();
        let is_full = waiting.messages.len() >= self.capacity;
        match (is_full, self.slow_clients) {
            (true, SlowClients::Disconnect) => {
                self.overflowed.cancel();
                return false;
            }
            (true, SlowClients::DropOldest) => {
                waiting.messages.pop_front();
                waiting.dropped += 1;
            }
            (false, _) => {}
        }
        waiting.messages.push_back(message);
        drop(waiting);
        self.changed.notify_one();
        !is_full
    }

    /// Waits for what comes next; for one reader.
    pub async fn next(&self) -> Next {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.changed.notified().await;
        }
    }

    /// Waits until the client turned out to be too slow.
    pub async fn overflowed(&self) {
        self.overflowed.cancelled().await;
    }

    fn take(&self) -> Option<Next> {
        let mut waiting = self.lock();
        if waiting.dropped > 0 {
            return Some(Next::Dropped(std::mem::take(&mut waiting.dropped)));
        }
        waiting.messages.pop_front().map(Next::Message)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &'static str) -> Message {
        Message::Text(Utf8Bytes::from_static(text))
    }

    fn message(told: &'static str) -> Next {
        Next::Message(text(told))
    }

    #[tokio::test]
    async fn the_oldest_give_way() {
        let queue = Queue::new(2, SlowClients::DropOldest);
        let kept = ["a", "b", "c", "d"].map(|told| queue.push(text(told)));
        assert_eq!(kept, [true, true, false, false]);
        let told = [queue.next().await, queue.next().await, queue.next().await];
        assert_eq!(told, [Next::Dropped(2), message("c"), message("d")]);
        assert!(queue.push(text("e")));
        assert_eq!(queue.next().await, message("e"));
    }

    #[tokio::test]
    async fn or_the_client_goes() {
        let queue = Queue::new(1, SlowClients::Disconnect);
        assert!(queue.push(text("a")));
        assert!(!queue.overflowed.is_cancelled());
        assert!(!queue.push(text("b")));
        queue.overflowed().await;
    }

    #[tokio::test]
    async fn a_reader_waits() {
        let queue = std::sync::Arc::new(Queue::new(1, SlowClients::DropOldest));
        let reading = queue.clone();
        let reader = tokio::spawn(async move { reading.next().await });
        tokio::task::yield_now().await;
        queue.push(text("a"));
        assert_eq!(reader.await.unwrap(), message("a"));
    }
}
