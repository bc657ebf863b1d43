//! How events get from one service to others.
//!
//! Every [`Bus`] keeps the same promises, and one suite of tests holds all of them to it:
//! - an event reaches every group that subscribes to its type at least once;
//! - within a group, events of one key are delivered one after the other, in order;
//! - a new group starts with the oldest event still kept;
//! - what a consumer did not finish goes to another when it closes or dies.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use frame::bus::{Bus, MemoryBus, Subscription};
//! use std::time::Duration;
//!
//! let bus = MemoryBus::new();
//! let consumer = bus.subscribe(&Subscription::new("mailer", ["OrderPlaced"])).await?;
//! assert!(consumer.receive(10, Duration::ZERO).await?.is_empty());
//! # Ok::<(), frame::bus::BusError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod memory;
mod postgres;
mod redis;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

pub use self::memory::MemoryBus;
pub use self::postgres::PostgresBus;
pub use self::redis::RedisBus;
pub(crate) use self::redis::connect as connect_redis;
use crate::config::BusSettings;
use crate::{Envelope, Error, new_id};

/// Why the bus did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// The bus does not answer; another attempt may succeed.
    #[error("the bus is not available: {0}")]
    Unavailable(String),
    /// The bus will never take this event.
    #[error("the bus refuses the event: {0}")]
    Rejected(String),
}

impl From<BusError> for Error {
    fn from(error: BusError) -> Self {
        match error {
            BusError::Unavailable(_) => Self::Unavailable(error.to_string()),
            BusError::Rejected(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<Error> for BusError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(reason) => Self::Unavailable(reason),
            error => Self::Rejected(error.to_string()),
        }
    }
}

/// Which events a group wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The group; each event is handled by one consumer of it.
    pub group: String,
    /// The names of the events.
    pub types: Vec<String>,
    /// This consumer, unlike all others.
    pub consumer: String,
}

impl Subscription {
    /// A new consumer of a group.
    pub fn new<T: Into<String>>(
        group: impl Into<String>,
        types: impl IntoIterator<Item = T>,
    ) -> Self {
        Self {
            group: group.into(),
            types: types.into_iter().map(Into::into).collect(),
            consumer: new_id().to_string(),
        }
    }
}

/// An event handed to a consumer, until it is settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The event.
    pub envelope: Envelope,
    /// How often it was delivered to the group, this time included.
    pub attempt: u32,
    /// The bus's own name for it.
    pub(crate) token: String,
}

/// An event a group could not handle, with everything it came with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeadLetter {
    /// The event.
    pub envelope: Envelope,
    /// Why it was given up.
    pub reason: String,
    /// How often it was attempted.
    pub attempts: u32,
}

/// Carries events.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Takes over events, in order; after an error some may have been taken over.
    ///
    /// # Errors
    /// [`BusError::Rejected`] when one can never be taken, else [`BusError::Unavailable`].
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError>;

    /// Joins a group, and founds it if it is new.
    ///
    /// # Errors
    /// [`BusError::Unavailable`] when the bus does not answer.
    async fn subscribe(&self, subscription: &Subscription) -> Result<Arc<dyn Consumer>, BusError>;

    /// The oldest dead letters of a group.
    ///
    /// # Errors
    /// [`BusError::Unavailable`] when the bus does not answer.
    async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError>;

    /// Delivers the dead letters of a group anew; returns how many.
    ///
    /// # Errors
    /// [`BusError::Unavailable`] when the bus does not answer.
    async fn redrive(&self, group: &str) -> Result<usize, BusError>;

    /// Asks for a sign of life.
    ///
    /// # Errors
    /// [`BusError::Unavailable`] when there is none.
    async fn ping(&self) -> Result<(), BusError>;

    /// Lets go of all connections.
    async fn close(&self);
}

/// One consumer of a group.
#[async_trait]
pub trait Consumer: Send + Sync {
    /// Up to `max` deliveries, no two of the same key; none when there were none for `wait`.
    ///
    /// A future that is dropped may leave deliveries behind that come again when the lease ends.
    ///
    /// # Errors
    /// [`BusError::Unavailable`] when the bus does not answer.
    async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError>;

    /// Says that a delivery was handled.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]: it will be delivered again.
    async fn ack(&self, delivery: &Delivery) -> Result<(), BusError>;

    /// Gives a delivery back as if it had not been received.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]: it is given back when the lease ends.
    async fn nack(&self, delivery: &Delivery) -> Result<(), BusError>;

    /// Makes a delivery a dead letter, after as many attempts as it says.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]: it will be delivered again.
    async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError>;

    /// Leaves the group and gives back everything not settled.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]: it is given back when the lease ends.
    async fn close(&self) -> Result<(), BusError>;
}

/// The buses a URL can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Memory,
    Postgres,
    Redis,
}

impl Kind {
    pub(crate) fn of(url: &SecretString) -> Option<Self> {
        let url = url.expose_secret();
        let starts = |scheme| url.starts_with(scheme);
        if starts("memory:") {
            Some(Self::Memory)
        } else if starts("postgres://") || starts("postgresql://") {
            Some(Self::Postgres)
        } else if starts("redis://") {
            Some(Self::Redis)
        } else {
            None
        }
    }
}

/// Opens the bus that the settings name.
///
/// # Errors
/// [`Error::Internal`] for a URL that names none, [`Error::Unavailable`] when nothing answers.
pub async fn open(settings: &BusSettings) -> Result<Arc<dyn Bus>, Error> {
    Ok(match Kind::of(&settings.url) {
        Some(Kind::Memory) => Arc::new(MemoryBus::open(settings)),
        Some(Kind::Postgres) => Arc::new(PostgresBus::open(settings).await?),
        Some(Kind::Redis) => Arc::new(RedisBus::open(settings).await?),
        None => return Err(Error::Internal("BUS_URL names no known bus".to_owned())),
    })
}

/// The JSON of each envelope, if the bus can carry it.
fn pack(envelopes: &[Envelope], max_bytes: usize) -> Result<Vec<String>, BusError> {
    let pack_one = |envelope: &Envelope| {
        let json = envelope.to_json()?;
        if json.len() > max_bytes {
            let (kind, size) = (&envelope.kind, json.len());
            return Err(BusError::Rejected(format!(
                "{kind} has {size} bytes, more than {max_bytes}"
            )));
        }
        // PostgreSQL keeps keys and types as text, which cannot hold this character.
        if envelope.key.contains('\0') || envelope.kind.contains('\0') {
            return Err(BusError::Rejected("the key holds NUL".to_owned()));
        }
        Ok(json)
    };
    envelopes.iter().map(pack_one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn opens_what_the_url_names() {
        let open = async |url: &str| {
            let url = SecretString::from(url);
            super::open(&BusSettings {
                url,
                ..BusSettings::default()
            })
            .await
        };
        open("memory:").await.unwrap().ping().await.unwrap();
        assert!(matches!(
            open("nats://x").await.err(),
            Some(Error::Internal(_))
        ));
        for url in ["redis://127.0.0.1:1", "postgres://u:hunter2@127.0.0.1:1/x"] {
            let Some(Error::Unavailable(reason)) = open(url).await.err() else {
                panic!("{url} does not answer");
            };
            assert!(!reason.contains("hunter2"));
        }
    }

    #[test]
    fn errors_keep_their_kind() {
        let gone = BusError::Unavailable("x".to_owned());
        assert!(matches!(Error::from(gone.clone()), Error::Unavailable(_)));
        assert!(matches!(
            BusError::from(Error::from(gone)),
            BusError::Unavailable(_)
        ));
        let refused = Error::from(BusError::Rejected("x".to_owned()));
        assert!(matches!(&refused, Error::Internal(_)));
        assert!(matches!(BusError::from(refused), BusError::Rejected(_)));
    }
}
