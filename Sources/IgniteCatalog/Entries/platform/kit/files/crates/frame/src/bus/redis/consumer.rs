use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::{ConnectionManager, MultiplexedConnection};
use redis::streams::{
    StreamId, StreamPendingCountReply, StreamRangeReply, StreamReadOptions, StreamReadReply,
};
use redis::{AsyncCommands as _, Client, ErrorKind, RedisError, Script};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::super::{BusError, Consumer, Delivery, Subscription};
use super::window::{Entry, Window, place};
use super::{Names, RedisBus};
use crate::Envelope;
use crate::retry::Backoff;

/// The one consumer name of every group: leases say who may read, so Redis need not know.
const READER: &str = "owner";
/// How many events are read ahead.
const READ_AHEAD: usize = 512;
/// How long one read waits for events.
const BLOCK: Duration = Duration::from_millis(200);

/// Renews the leases of a consumer and takes free ones up to its share.
///
/// KEYS: the members, then the leases. ARGV: the consumer, the lease in milliseconds.
/// Returns the share and then the indexes of the leases held.
const BALANCE: &str = "
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local me, lease = ARGV[1], tonumber(ARGV[2])
redis.call('ZADD', KEYS[1], now + lease, me)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local share = math.ceil((#KEYS - 1) / redis.call('ZCARD', KEYS[1]))
local held = { share }
for i = 2, #KEYS do
  if redis.call('GET', KEYS[i]) == me then
    redis.call('PEXPIRE', KEYS[i], lease)
    table.insert(held, i - 2)
  end
end
for i = 2, #KEYS do
  if #held - 1 < share and redis.call('SET', KEYS[i], me, 'NX', 'PX', lease) then
    table.insert(held, i - 2)
  end
end
return held";

/// Gives up the leases in KEYS that ARGV[1] holds.
const RELEASE: &str = "
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end";

pub(super) struct RedisConsumer {
    shared: Arc<Shared>,
    stop: CancellationToken,
    reader: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    client: Client,
    connection: ConnectionManager,
    names: Names,
    group: String,
    name: String,
    types: Vec<String>,
    lease: Duration,
    window: Mutex<Window>,
    /// New events wait, or a key is free.
    ready: Notify,
}

impl RedisConsumer {
    pub fn start(bus: &RedisBus, subscription: &Subscription) -> Self {
        let shared = Arc::new(Shared {
            client: bus.client.clone(),
            connection: bus.connection.clone(),
            names: bus.names.clone(),
            group: subscription.group.clone(),
            name: subscription.consumer.clone(),
            types: subscription.types.clone(),
            lease: bus.settings.lease,
            window: Mutex::default(),
            ready: Notify::new(),
        });
        let stop = CancellationToken::new();
        let reader = tokio::spawn(read(shared.clone(), stop.clone()).in_current_span());
        Self {
            shared,
            stop,
            reader: Mutex::new(Some(reader)),
        }
    }

    /// Tells Redis that events read by an owner before are handed out once more.
    async fn count(&self, taken: &[(Entry, Delivery)]) -> Result<(), RedisError> {
        let shared = &self.shared;
        let streams = shared.names.streams(&shared.group);
        let mut pipe = redis::pipe();
        for (entry, _) in taken.iter().filter(|(entry, _)| entry.deliveries > 0) {
            let stream = streams.get(usize::from(entry.partition));
            pipe.cmd("XCLAIM").arg(stream).arg(&shared.group);
            pipe.arg(READER).arg(0).arg(&entry.id).arg("RETRYCOUNT");
            pipe.arg(entry.deliveries.saturating_add(1))
                .arg("JUSTID")
                .ignore();
        }
        pipe.query_async(&mut shared.connection.clone()).await
    }
}

impl Drop for RedisConsumer {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[async_trait]
impl Consumer for RedisConsumer {
    async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        let deadline = Instant::now() + wait;
        loop {
            let taken = self.shared.window().take(max);
            if !taken.is_empty() {
                if let Err(error) = self.count(&taken).await {
                    tracing::warn!(%error, "cannot count a delivery");
                }
                return Ok(taken.into_iter().map(|(_, delivery)| delivery).collect());
            }
            let ready = self.shared.ready.notified();
            if tokio::time::timeout_at(deadline, ready).await.is_err() {
                return Ok(Vec::new());
            }
        }
    }

    async fn ack(&self, delivery: &Delivery) -> Result<(), BusError> {
        let Some((partition, stream)) = self.shared.stream(delivery) else {
            return Ok(());
        };
        let id = place(delivery).map(|(_, id)| id);
        let mut connection = self.shared.connection.clone();
        let acked: Result<(), RedisError> =
            connection.xack(stream, &self.shared.group, &[id]).await;
        self.shared.settle(delivery, partition, acked)
    }

    async fn nack(&self, delivery: &Delivery) -> Result<(), BusError> {
        self.shared.window().give_back(delivery);
        self.shared.ready.notify_one();
        Ok(())
    }

    async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError> {
        let Some((partition, stream)) = self.shared.stream(delivery) else {
            return Ok(());
        };
        let id = place(delivery).map(|(_, id)| id);
        let fields = [
            ("type", delivery.envelope.kind.clone()),
            ("envelope", delivery.envelope.to_json()?),
            ("reason", reason.to_owned()),
            ("attempts", delivery.attempt.to_string()),
        ];
        let moved = redis::pipe()
            .atomic()
            .xadd(self.shared.names.dead(&self.shared.group), "*", &fields)
            .ignore()
            .xack(stream, &self.shared.group, &[id])
            .ignore()
            .query_async::<()>(&mut self.shared.connection.clone())
            .await;
        self.shared.settle(delivery, partition, moved)
    }

    async fn close(&self) -> Result<(), BusError> {
        self.stop.cancel();
        let reader = {
            let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
            reader.take()
        };
        if let Some(reader) = reader {
            // A reader that panicked reads no more either.
            reader.await.ok();
        }
        let shared = &self.shared;
        let mut connection = shared.connection.clone();
        let members = shared.names.members(&shared.group);
        let _: () = connection.zrem(members, &shared.name).await?;
        let leases = shared.names.leases(&shared.group);
        Ok(shared.release(&leases).await?)
    }
}

impl Shared {
    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stream(&self, delivery: &Delivery) -> Option<(u16, String)> {
        let (partition, _) = place(delivery)?;
        let stream = self.names.streams(&self.group);
        Some((partition, stream.get(usize::from(partition))?.clone()))
    }

    /// Frees the key; a delivery that Redis still holds for unsettled is read anew.
    fn settle(
        &self,
        delivery: &Delivery,
        partition: u16,
        result: Result<(), RedisError>,
    ) -> Result<(), BusError> {
        let mut window = self.window();
        window.settle(delivery);
        if result.is_err() {
            window.doubt_one(partition);
        }
        drop(window);
        self.ready.notify_one();
        Ok(result?)
    }

    async fn balance(&self) -> Result<(), RedisError> {
        let script = Script::new(BALANCE);
        let mut script = script.prepare_invoke();
        script.key(self.names.members(&self.group));
        for lease in self.names.leases(&self.group) {
            script.key(lease);
        }
        let lease = u64::try_from(self.lease.as_millis()).unwrap_or(u64::MAX);
        script.arg(&self.name).arg(lease);
        let held: Vec<u16> = script.invoke_async(&mut self.connection.clone()).await?;
        let (share, granted) = held.split_first().unwrap_or((&0, &[]));
        let left = {
            let mut window = self.window();
            window.own(granted, usize::from(*share));
            window.leave()
        };
        let leases = self.names.leases(&self.group);
        let left = left
            .iter()
            .filter_map(|p| leases.get(usize::from(*p)).cloned());
        self.release(&left.collect::<Vec<_>>()).await
    }

    async fn release(&self, leases: &[String]) -> Result<(), RedisError> {
        if leases.is_empty() {
            return Ok(());
        }
        let script = Script::new(RELEASE);
        let mut script = script.prepare_invoke();
        for lease in leases {
            script.key(lease);
        }
        script.arg(&self.name);
        script.invoke_async(&mut self.connection.clone()).await
    }

    /// Reads what the last owner of a partition left unsettled.
    async fn recover(&self, partition: u16) -> Result<(), RedisError> {
        let streams = self.names.streams(&self.group);
        let Some(stream) = streams.get(usize::from(partition)) else {
            return Ok(());
        };
        let mut connection = self.connection.clone();
        let mut unsettled = Vec::new();
        let mut start = "-".to_owned();
        loop {
            let page: StreamPendingCountReply = connection
                .xpending_count(stream, &self.group, &start, "+", 100)
                .await?;
            let Some(last) = page.ids.last() else { break };
            start = format!("({}", last.id);
            for pending in &page.ids {
                let found: StreamRangeReply =
                    connection.xrange(stream, &pending.id, &pending.id).await?;
                let deliveries = u32::try_from(pending.times_delivered).unwrap_or(u32::MAX);
                let found = found.ids.first();
                if found.is_none() {
                    tracing::error!(
                        id = pending.id,
                        "an event was trimmed before it was handled"
                    );
                }
                match found.and_then(|id| self.entry(partition, id, deliveries)) {
                    Some(entry) => unsettled.push(entry),
                    None => {
                        let done = &[&pending.id];
                        let _: () = connection.xack(stream, &self.group, done).await?;
                    }
                }
            }
        }
        self.window().recover(partition, unsettled);
        self.ready.notify_one();
        Ok(())
    }

    /// The event of an entry; `None` when it is none or of no type this consumer wants.
    fn entry(&self, partition: u16, id: &StreamId, deliveries: u32) -> Option<Entry> {
        let json: String = id.get("envelope")?;
        let envelope = match Envelope::from_json(&json) {
            Ok(envelope) => envelope,
            Err(error) => {
                tracing::error!(id = id.id, %error, "an entry of the stream cannot be read");
                return None;
            }
        };
        let is_wanted = self.types.contains(&envelope.kind);
        is_wanted.then(|| Entry {
            partition,
            id: id.id.clone(),
            envelope,
            deliveries,
        })
    }

    /// Reads new events; those of other types and those that are no events are done with at once.
    async fn read(&self, connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
        let partitions = self.window().reading();
        let streams = self.names.streams(&self.group);
        let named = |p: &u16| Some((*p, streams.get(usize::from(*p))?.clone()));
        let named: Vec<(u16, String)> = partitions.iter().filter_map(named).collect();
        let keys: Vec<&str> = named.iter().map(|(_, stream)| stream.as_str()).collect();
        let options = StreamReadOptions::default()
            .group(&self.group, READER)
            .count((READ_AHEAD / keys.len().max(1)).max(1))
            .block(usize::try_from(BLOCK.as_millis()).unwrap_or(200));
        let reply: Option<StreamReadReply> = connection
            .xread_options(&keys, &vec![">"; keys.len()], &options)
            .await?;
        for stream in reply.into_iter().flat_map(|reply| reply.keys) {
            let partition = named.iter().find(|(_, name)| *name == stream.key);
            let Some((partition, _)) = partition else {
                continue;
            };
            let mut unwanted = Vec::new();
            for id in &stream.ids {
                match self.entry(*partition, id, 0) {
                    Some(entry) => self.window().add(entry),
                    None => unwanted.push(id.id.as_str()),
                }
            }
            self.ready.notify_one();
            if !unwanted.is_empty() {
                let mut connection = self.connection.clone();
                let _: () = connection.xack(&stream.key, &self.group, &unwanted).await?;
            }
        }
        Ok(())
    }
}

/// Holds the leases and reads, until told to stop.
async fn read(shared: Arc<Shared>, stop: CancellationToken) {
    let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
    let mut failures = 0;
    while !stop.is_cancelled() {
        let started = Instant::now();
        let Err(error) = read_until_failure(&shared, &stop).await else {
            return;
        };
        failures = if started.elapsed() > shared.lease {
            1
        } else {
            failures + 1
        };
        tracing::warn!(group = shared.group, %error, "lost redis, connecting again");
        shared.window().doubt();
        tokio::select! {
            () = tokio::time::sleep(backoff.delay(failures)) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn read_until_failure(shared: &Shared, stop: &CancellationToken) -> Result<(), RedisError> {
    let mut connection = shared.client.get_multiplexed_async_connection().await?;
    let mut balanced: Option<Instant> = None;
    while !stop.is_cancelled() {
        if balanced.is_none_or(|at| at.elapsed() >= shared.lease / 5) {
            shared.balance().await?;
            balanced = Some(Instant::now());
        }
        let new = shared.window().new_partitions();
        for partition in new {
            shared.recover(partition).await?;
        }
        let can_read = {
            let window = shared.window();
            window.len() < READ_AHEAD && !window.reading().is_empty()
        };
        if can_read {
            // Without an end of its own a read on a dead network would hold the leases for ever.
            let limit = BLOCK + Duration::from_secs(5);
            tokio::time::timeout(limit, shared.read(&mut connection))
                .await
                .map_err(|_| RedisError::from((ErrorKind::IoError, "no answer to a read")))??;
        } else {
            tokio::time::sleep(BLOCK / 4).await;
        }
    }
    Ok(())
}
