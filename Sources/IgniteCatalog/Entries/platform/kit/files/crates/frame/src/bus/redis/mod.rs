mod consumer;
mod window;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::streams::{StreamId, StreamMaxlen, StreamRangeReply};
use redis::{AsyncCommands as _, Client, ErrorKind, RedisError};
use secrecy::ExposeSecret as _;

use self::consumer::RedisConsumer;
use super::{Bus, BusError, Consumer, DeadLetter, Driver, Subscription, pack};
use crate::config::BusSettings;
use crate::{Envelope, Error, Result};

pub(super) const DRIVER: Driver = Driver {
    schemes: &["redis://", "rediss://"],
    variables: &[],
    open: |settings| {
        Box::pin(async move { Ok(Arc::new(RedisBus::open(settings).await?) as Arc<dyn Bus>) })
    },
};

/// A bus in Redis (6.2 or later): streams, and consumer groups that own partitions for a while.
///
/// Keys are spread over a fixed number of streams. A consumer owns some of them by a lease, reads
/// only these, and takes over what their last owner left unsettled; that keeps the order of a key.
#[derive(Clone)]
pub struct RedisBus {
    client: Client,
    connection: ConnectionManager,
    names: Names,
    settings: BusSettings,
}

/// The keys of the bus in Redis.
#[derive(Debug, Clone)]
struct Names {
    prefix: String,
    partitions: u16,
}

impl Names {
    fn stream(&self, partition: u16) -> String {
        format!("{}:events:{partition}", self.prefix)
    }

    /// The streams a group reads: all partitions and, behind them, its own for redriven events.
    fn streams(&self, group: &str) -> Vec<String> {
        let partitions = (0..self.partitions).map(|partition| self.stream(partition));
        partitions.chain([self.redrive(group)]).collect()
    }

    fn leases(&self, group: &str) -> Vec<String> {
        let lease = |partition| format!("{}:lease:{group}:{partition}", self.prefix);
        (0..=self.partitions).map(lease).collect()
    }

    fn redrive(&self, group: &str) -> String {
        format!("{}:redrive:{group}", self.prefix)
    }

    fn dead(&self, group: &str) -> String {
        format!("{}:dead:{group}", self.prefix)
    }

    fn members(&self, group: &str) -> String {
        format!("{}:members:{group}", self.prefix)
    }

    /// The partition of a key, by FNV-1a: the same in every process and every language.
    fn partition(&self, key: &str) -> u16 {
        let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        u16::try_from(hash % u64::from(self.partitions.max(1))).unwrap_or(0)
    }
}

impl From<RedisError> for BusError {
    fn from(error: RedisError) -> Self {
        Self::Unavailable(format!("redis: {error}"))
    }
}

impl From<RedisError> for Error {
    fn from(error: RedisError) -> Self {
        Self::Unavailable(format!("redis: {error}"))
    }
}

/// Connects to Redis so that commands fail soon when it is gone and work again when it is back.
///
/// Over TLS (`rediss://`) it must show a certificate that the machine's authorities vouch for, or
/// those in `SSL_CERT_FILE`.
pub(crate) async fn connect(url: &str) -> Result<(Client, ConnectionManager)> {
    crate::security::choose_cryptography();
    let client = Client::open(url)
        .map_err(|_| Error::Internal("the URL cannot be read as Redis'".to_owned()))?;
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_connection_timeout(Duration::from_secs(2))
        .set_response_timeout(Duration::from_secs(5));
    let connection = ConnectionManager::new_with_config(client.clone(), config).await?;
    Ok((client, connection))
}

impl RedisBus {
    /// Connects, and settles with others on the number of partitions.
    ///
    /// # Errors
    /// [`Error::Internal`] for a URL that cannot be read, [`Error::Unavailable`] when nothing answers.
    pub async fn open(settings: &BusSettings) -> Result<Self> {
        let (client, mut connection) = connect(settings.url.expose_secret()).await?;
        let key = format!("{}:partitions", settings.prefix);
        let _: bool = connection.set_nx(&key, settings.partitions.max(1)).await?;
        let partitions: u16 = connection.get(&key).await?;
        Ok(Self {
            client,
            connection,
            names: Names {
                prefix: settings.prefix.clone(),
                partitions,
            },
            settings: settings.clone(),
        })
    }
}

#[async_trait]
impl Bus for RedisBus {
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        let mut pipe = redis::pipe();
        pipe.atomic();
        let partitions = usize::from(self.names.partitions.max(1));
        let retain = (self.settings.retain_messages / partitions).max(1);
        for (envelope, json) in envelopes
            .iter()
            .zip(pack(envelopes, self.settings.max_message_bytes)?)
        {
            let stream = self.names.stream(self.names.partition(&envelope.key));
            let fields = [("type", &envelope.kind), ("envelope", &json)];
            pipe.xadd_maxlen(stream, StreamMaxlen::Approx(retain), "*", &fields)
                .ignore();
        }
        pipe.query_async::<()>(&mut self.connection.clone()).await?;
        Ok(())
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
        let mut connection = self.connection.clone();
        for stream in self.names.streams(&subscription.group) {
            let founded: Result<(), RedisError> = connection
                .xgroup_create_mkstream(stream, &subscription.group, "0")
                .await;
            match founded {
                Err(error) if error.code() != Some("BUSYGROUP") => return Err(error.into()),
                _ => {}
            }
        }
        Ok(Arc::new(RedisConsumer::start(self, subscription)))
    }

    async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        let mut connection = self.connection.clone();
        let dead = self.names.dead(group);
        let reply: StreamRangeReply = connection.xrange_count(dead, "-", "+", limit).await?;
        reply.ids.iter().map(dead_letter).collect()
    }

    async fn redrive(&self, group: &str) -> Result<usize, BusError> {
        let mut connection = self.connection.clone();
        let (dead, redrive) = (self.names.dead(group), self.names.redrive(group));
        let reply: StreamRangeReply = connection.xrange_all(&dead).await?;
        for entry in &reply.ids {
            let envelope: String = entry.get("envelope").unwrap_or_default();
            let kind: String = entry.get("type").unwrap_or_default();
            redis::pipe()
                .atomic()
                .xadd(&redrive, "*", &[("type", kind), ("envelope", envelope)])
                .ignore()
                .xdel(&dead, &[&entry.id])
                .ignore()
                .query_async::<()>(&mut connection)
                .await?;
        }
        Ok(reply.ids.len())
    }

    async fn ping(&self) -> Result<(), BusError> {
        let mut connection = self.connection.clone();
        let ping = redis::cmd("PING");
        match ping.query_async::<String>(&mut connection).await {
            // The manager reconnects after it has reported that a connection was lost.
            Err(error) if error.is_connection_dropped() || error.kind() == ErrorKind::IoError => {
                ping.query_async::<String>(&mut connection).await?;
            }
            answer => drop(answer?),
        }
        Ok(())
    }

    async fn close(&self) {}
}

fn dead_letter(entry: &StreamId) -> Result<DeadLetter, BusError> {
    let envelope: String = entry.get("envelope").unwrap_or_default();
    Ok(DeadLetter {
        envelope: Envelope::from_json(&envelope)?,
        reason: entry.get("reason").unwrap_or_default(),
        attempts: entry.get("attempts").unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_stable_and_spread() {
        let names = Names {
            prefix: "p".to_owned(),
            partitions: 8,
        };
        assert_eq!(names.partition(""), 5);
        assert_eq!(names.partition("a"), 4);
        let mut counts = [0; 8];
        for n in 0..8_000 {
            counts[usize::from(names.partition(&format!("order-{n}")))] += 1;
        }
        assert!(
            counts.iter().all(|count| (500..1_500).contains(count)),
            "{counts:?}"
        );
    }

    #[tokio::test]
    async fn a_url_of_another_kind_is_refused() {
        let refused = connect("redis://[::bad").await.err();
        assert!(matches!(refused, Some(Error::Internal(_))));
    }
}
