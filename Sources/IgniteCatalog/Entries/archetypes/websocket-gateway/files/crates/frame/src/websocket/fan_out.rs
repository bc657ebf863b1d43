use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use redis::aio::{ConnectionManager, PubSub};
use redis::{AsyncCommands as _, Client};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::WebsocketSettings;
use crate::bus::connect_redis;
use crate::{Envelope, Error, Result};

/// How much waits in memory before those who send wait, too.
const BACKLOG: usize = 1_024;
/// How long to wait before connecting again.
const PAUSE: Duration = Duration::from_millis(200);

/// What instances tell each other, and themselves.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Word {
    Event(Box<Envelope>),
    Joined { instance: Uuid, user: String },
    Left { instance: Uuid, user: String },
    Roster { instance: Uuid, users: BTreeSet<String> },
    Gone { instance: Uuid },
}

/// Where an instance says what all of them shall hear.
pub(super) enum FanOut {
    Memory(mpsc::Sender<Word>),
    Redis {
        connection: ConnectionManager,
        channel: String,
    },
}

impl FanOut {
    /// Connects; what is said from now on is heard through the feed.
    pub async fn open(settings: &WebsocketSettings) -> Result<(Self, Feed)> {
        let url = settings.fan_out.expose_secret();
        if url.starts_with("memory:") {
            let (sender, receiver) = mpsc::channel(BACKLOG);
            return Ok((Self::Memory(sender), Feed(Source::Memory(receiver))));
        }
        let (client, connection) = connect_redis(url).await?;
        let channel = settings.channel.clone();
        let listening = Some(listen(&client, &channel).await?);
        let feed = Feed(Source::Redis {
            client: Box::new(client),
            channel: channel.clone(),
            listening,
        });
        Ok((Self::Redis { connection, channel }, feed))
    }

    /// Says something to all instances, this one included.
    pub async fn say(&self, word: Word) -> Result<()> {
        match self {
            Self::Memory(sender) => {
                let gone = |_| Error::Unavailable("nobody listens to the hub".to_owned());
                sender.send(word).await.map_err(gone)
            }
            Self::Redis { connection, channel } => {
                let text = serde_json::to_string(&word)
                    .map_err(|error| Error::Internal(error.to_string()))?;
                let _: i64 = connection.clone().publish(channel, text).await?;
                Ok(())
            }
        }
    }

    /// Says something that this instance knows already.
    pub async fn tell_others(&self, word: Word) -> Result<()> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis { .. } => self.say(word).await,
        }
    }
}

/// What one instance hears; to be handed to [`Hub::run`](super::Hub::run).
pub struct Feed(Source);

enum Source {
    Memory(mpsc::Receiver<Word>),
    Redis {
        client: Box<Client>,
        channel: String,
        listening: Option<PubSub>,
    },
}

impl Feed {
    /// Waits for the next word. What is said while Redis is away is lost to this instance.
    pub(super) async fn next(&mut self) -> Word {
        match &mut self.0 {
            Source::Memory(receiver) => match receiver.recv().await {
                Some(word) => word,
                None => std::future::pending().await,
            },
            Source::Redis {
                client,
                channel,
                listening,
            } => loop {
                let Some(connected) = listening else {
                    tokio::time::sleep(PAUSE).await;
                    match listen(client, channel).await {
                        Ok(again) => *listening = Some(again),
                        Err(error) => tracing::warn!(%error, "cannot hear the other instances"),
                    }
                    continue;
                };
                let heard = connected.on_message().next().await;
                match heard {
                    Some(message) => match serde_json::from_slice(message.get_payload_bytes()) {
                        Ok(word) => return word,
                        Err(error) => tracing::warn!(%error, "another instance is not understood"),
                    },
                    None => *listening = None,
                }
            },
        }
    }
}

async fn listen(client: &Client, channel: &str) -> Result<PubSub> {
    let mut listening = client.get_async_pubsub().await?;
    listening.subscribe(channel).await?;
    Ok(listening)
}
