use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use prometheus::{IntCounterVec, IntGauge, Opts};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;
use uuid::Uuid;

use super::fan_out::{FanOut, Feed, Word};
use super::presence::{Change, Presence, TELL_EVERY};
use super::queue::Queue;
use super::registry::{Key, Registry, Subscriber};
use super::{Access, WebsocketSettings};
use crate::metrics::Metrics;
use crate::security::jwt::{Authenticator, Principal, TokenError};
use crate::{Envelope, Handler, HandlerError, Result, new_id};

/// The connections of one instance. As a [`Handler`] it takes events and tells all instances.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    instance: Uuid,
    settings: WebsocketSettings,
    access: Box<dyn Access>,
    authenticator: Option<Authenticator>,
    fan_out: FanOut,
    registry: Mutex<Registry>,
    seats: Arc<Semaphore>,
    draining: CancellationToken,
    sessions: TaskTracker,
    connections: IntGauge,
    events: IntCounterVec,
}

impl Hub {
    /// A hub that is connected to the other instances; hand the feed to [`Self::run`].
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when Redis does not answer.
    pub async fn open(settings: WebsocketSettings, access: impl Access) -> Result<(Self, Feed)> {
        let (fan_out, feed) = FanOut::open(&settings).await?;
        let authenticator = settings.tokens.clone().map(Authenticator::new).transpose()?;
        let events = Opts::new(
            "websocket_events_total",
            "Events for clients, by what became of them.",
        );
        let inner = Inner {
            instance: new_id(),
            access: Box::new(access),
            authenticator,
            fan_out,
            registry: Mutex::default(),
            seats: Arc::new(Semaphore::new(settings.max_connections)),
            draining: CancellationToken::new(),
            sessions: TaskTracker::new(),
            connections: IntGauge::new("websocket_connections", "Clients that are connected.")?,
            events: IntCounterVec::new(events, &["outcome"])?,
            settings,
        };
        Ok((Self(Arc::new(inner)), feed))
    }

    /// Adds how many clients there are and what became of events to the service's metrics.
    ///
    /// # Errors
    /// Metrics of the same names.
    pub fn measure(&self, metrics: &Metrics) -> Result<()> {
        metrics.register(Box::new(self.0.connections.clone()))?;
        metrics.register(Box::new(self.0.events.clone()))
    }

    /// Tells the clients what the feed brings until `stop`, then closes every connection in order.
    ///
    /// # Errors
    /// None: Redis that is gone is tried again until `stop`.
    pub async fn run(self, mut feed: Feed, stop: CancellationToken) -> Result<()> {
        let mut tell = interval(TELL_EVERY);
        tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = tell.tick() => self.tell_roster().await,
                word = feed.next() => self.hear(word).await,
            }
        }
        self.0.draining.cancel();
        self.0.sessions.close();
        self.0.sessions.wait().await;
        let instance = self.0.instance;
        self.tell_others(Word::Gone { instance }).await;
        Ok(())
    }

    async fn hear(&self, word: Word) {
        match word {
            Word::Event(envelope) => {
                let delivered = self.registry().deliver(&envelope, &*self.0.access);
                self.count("queued", delivered.kept);
                self.count("lost", delivered.lost);
            }
            // What this instance says of itself it knew before.
            Word::Joined { instance, .. }
            | Word::Left { instance, .. }
            | Word::Gone { instance }
            | Word::Roster { instance, .. }
                if instance == self.0.instance => {}
            Word::Joined { instance, user } => self.note(|presence| presence.join(instance, user)),
            Word::Left { instance, user } => self.note(|presence| presence.leave(instance, user)),
            Word::Gone { instance } => self.note(|presence| presence.forget(instance)),
            Word::Roster { instance, users } => {
                let is_new = !self.registry().presence.knows(instance);
                self.note(|presence| presence.tell(instance, users));
                if is_new {
                    self.tell_roster().await;
                }
            }
        }
    }

    /// Changes what is known of who is connected, and tells those who watch.
    fn note(&self, change: impl FnOnce(&mut Presence) -> Change) {
        let mut registry = self.registry();
        let change = change(&mut registry.presence);
        registry.announce(&change);
    }

    async fn tell_roster(&self) {
        let (instance, users) = (self.0.instance, self.registry().users());
        self.note(|presence| presence.tell(instance, users.clone()));
        self.note(Presence::expire);
        self.tell_others(Word::Roster { instance, users }).await;
    }

    async fn tell_others(&self, word: Word) {
        if let Err(error) = self.0.fan_out.tell_others(word).await {
            tracing::warn!(%error, "the other instances do not hear who is connected");
        }
    }

    fn count(&self, outcome: &str, events: u64) {
        self.0.events.with_label_values(&[outcome]).inc_by(events);
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What sessions ask of their hub.
impl Hub {
    pub(super) fn settings(&self) -> &WebsocketSettings {
        &self.0.settings
    }

    pub(super) fn access(&self) -> &dyn Access {
        &*self.0.access
    }

    /// A place for one more connection; it is given back by dropping it.
    pub(super) fn seat(&self) -> Option<Seat> {
        let permit = self.0.seats.clone().try_acquire_owned().ok()?;
        self.0.connections.inc();
        Some(Seat {
            connections: self.0.connections.clone(),
            _session: self.0.sessions.token(),
            _permit: permit,
        })
    }

    /// Waits until connections have to end.
    pub(super) async fn draining(&self) {
        self.0.draining.cancelled().await;
    }

    pub(super) fn is_draining(&self) -> bool {
        self.0.draining.is_cancelled()
    }

    /// Who shows this token.
    pub(super) async fn verify(&self, token: &str) -> Result<Principal, TokenError> {
        match &self.0.authenticator {
            Some(authenticator) => authenticator.verify(token).await,
            None => Err(TokenError::Refused("JWT_ISSUER is not set".to_owned())),
        }
    }

    /// Somebody without a token, where those come in.
    pub(super) fn stranger(&self) -> Option<Principal> {
        let is_open = self.0.settings.is_open && self.0.authenticator.is_none();
        is_open.then(|| Principal {
            subject: format!("anonymous-{}", new_id()),
            roles: BTreeSet::new(),
            claims: serde_json::Map::new(),
        })
    }

    /// Counts a connection of a user; `false` when there are too many.
    pub(super) async fn enter(&self, user: &str) -> bool {
        let instance = self.0.instance;
        let is_first = {
            let mut registry = self.registry();
            let Some(is_first) = registry.enter(user, self.0.settings.max_per_user) else {
                return false;
            };
            let change = registry.presence.join(instance, user.to_owned());
            registry.announce(&change);
            is_first
        };
        if is_first {
            let user = user.to_owned();
            self.tell_others(Word::Joined { instance, user }).await;
        }
        true
    }

    /// Takes a connection of a user off.
    pub(super) async fn leave(&self, user: &str) {
        let instance = self.0.instance;
        {
            let mut registry = self.registry();
            if !registry.leave(user) {
                return;
            }
            let change = registry.presence.leave(instance, user.to_owned());
            registry.announce(&change);
        }
        let user = user.to_owned();
        self.tell_others(Word::Left { instance, user }).await;
    }

    pub(super) fn subscribe(&self, topic: &str, key: Key, subscriber: Subscriber) {
        self.registry().subscribe(topic, key, subscriber);
    }

    pub(super) fn unsubscribe(&self, topic: &str, key: &Key) {
        self.registry().unsubscribe(topic, key);
    }

    pub(super) fn watch(&self, key: Key, queue: Arc<Queue>) {
        self.registry().watch(key, queue);
    }

    pub(super) fn unwatch(&self, key: &Key) {
        self.registry().unwatch(key);
    }
}

/// The place of one connection.
pub(super) struct Seat {
    connections: IntGauge,
    _session: TaskTrackerToken,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connections.dec();
    }
}

#[async_trait]
impl Handler for Hub {
    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        let word = Word::Event(Box::new(envelope.clone()));
        Ok(self.0.fan_out.say(word).await?)
    }
}
