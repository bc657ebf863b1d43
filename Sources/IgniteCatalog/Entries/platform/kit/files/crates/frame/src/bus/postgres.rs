use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret as _;
use sqlx::postgres::{PgListener, PgPoolOptions, PgRow};
use sqlx::{PgPool, Row as _};
use tokio::sync::{Mutex, Notify, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::Instrument as _;
use uuid::Uuid;

use super::{Bus, BusError, Consumer, DeadLetter, Delivery, Driver, Subscription, pack};
use crate::config::BusSettings;
use crate::retry::Backoff;
use crate::{Envelope, Result};

/// Publishers hold it shared and founders of groups hold it alone, so that no event falls between.
const LOCK: i64 = 0x6672_616d_655f_6275;
/// How often consumers look although nobody notified them.
const POLL: Duration = Duration::from_secs(1);
/// How often events past their retention are deleted.
const PURGE_EVERY: Duration = Duration::from_secs(600);

pub(super) const DRIVER: Driver = Driver {
    schemes: &["postgres://", "postgresql://"],
    variables: &[],
    open: |settings| {
        Box::pin(async move { Ok(Arc::new(PostgresBus::open(settings).await?) as Arc<dyn Bus>) })
    },
};

/// A bus in PostgreSQL: tables it makes for itself, `SKIP LOCKED` and `NOTIFY`.
#[derive(Debug, Clone)]
pub struct PostgresBus {
    pool: PgPool,
    settings: BusSettings,
    /// Made with the first consumer, and shared by all, because it holds a connection.
    listener: Arc<OnceLock<Listener>>,
}

/// Counts the notifications of publishers.
#[derive(Debug)]
struct Listener {
    published: watch::Receiver<u64>,
    _stop: DropGuard,
}

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS frame_bus_messages (
    seq BIGSERIAL PRIMARY KEY,
    id UUID NOT NULL UNIQUE,
    type TEXT NOT NULL,
    ordering_key TEXT NOT NULL,
    envelope TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS frame_bus_messages_published_at ON frame_bus_messages (published_at);
CREATE TABLE IF NOT EXISTS frame_bus_subscriptions (
    consumer_group TEXT NOT NULL,
    type TEXT NOT NULL,
    PRIMARY KEY (consumer_group, type)
);
CREATE TABLE IF NOT EXISTS frame_bus_deliveries (
    consumer_group TEXT NOT NULL,
    seq BIGINT NOT NULL REFERENCES frame_bus_messages (seq),
    ordering_key TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    lease_until TIMESTAMPTZ,
    leased_by TEXT,
    PRIMARY KEY (consumer_group, seq)
);
CREATE INDEX IF NOT EXISTS frame_bus_deliveries_key
    ON frame_bus_deliveries (consumer_group, ordering_key, seq);
CREATE INDEX IF NOT EXISTS frame_bus_deliveries_seq ON frame_bus_deliveries (seq);
CREATE TABLE IF NOT EXISTS frame_bus_dead_letters (
    consumer_group TEXT NOT NULL,
    seq BIGINT NOT NULL REFERENCES frame_bus_messages (seq),
    reason TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    died_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer_group, seq)
);
CREATE INDEX IF NOT EXISTS frame_bus_dead_letters_seq ON frame_bus_dead_letters (seq);
";

impl PostgresBus {
    /// Connects, and makes the bus's tables if they are not there.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when nothing answers.
    pub async fn open(settings: &BusSettings) -> Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(10)
            .acquire_timeout(Duration::from_secs(5))
            .connect(settings.url.expose_secret())
            .await?;
        let mut tx = pool.begin().await?;
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK);
        lock.execute(&mut *tx).await?;
        sqlx::raw_sql(TABLES).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(Self {
            pool,
            settings: settings.clone(),
            listener: Arc::default(),
        })
    }

    fn published(&self) -> watch::Receiver<u64> {
        let listener = self.listener.get_or_init(|| {
            let (sender, published) = watch::channel(0);
            let stop = CancellationToken::new();
            let listen = listen(self.pool.clone(), sender);
            let listen = stop.clone().run_until_cancelled_owned(listen);
            tokio::spawn(listen.in_current_span());
            Listener {
                published,
                _stop: stop.drop_guard(),
            }
        });
        listener.published.clone()
    }
}

impl From<sqlx::Error> for BusError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code());
        // Data exceptions and exceeded limits: the same event would fail again.
        match code.as_deref().and_then(|code| code.get(..2)) {
            Some("22" | "54") => Self::Rejected(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

const PUBLISH: &str = "
WITH published AS (
    INSERT INTO frame_bus_messages (id, type, ordering_key, envelope)
    SELECT id, type, ordering_key, envelope
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
        WITH ORDINALITY AS given (id, type, ordering_key, envelope, position)
    ORDER BY position
    ON CONFLICT (id) DO NOTHING
    RETURNING seq, type, ordering_key
)
INSERT INTO frame_bus_deliveries (consumer_group, seq, ordering_key)
SELECT s.consumer_group, p.seq, p.ordering_key
FROM published p JOIN frame_bus_subscriptions s ON s.type = p.type";

const BACKFILL: &str = "
INSERT INTO frame_bus_deliveries (consumer_group, seq, ordering_key)
SELECT $1, seq, ordering_key FROM frame_bus_messages WHERE type = ANY($2)
ON CONFLICT DO NOTHING";

#[async_trait]
impl Bus for PostgresBus {
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        let json = pack(envelopes, self.settings.max_message_bytes)?;
        let ids: Vec<Uuid> = envelopes.iter().map(|envelope| envelope.id).collect();
        let kinds: Vec<_> = envelopes.iter().map(|e| e.kind.clone()).collect();
        let keys: Vec<_> = envelopes.iter().map(|e| e.key.clone()).collect();
        let mut tx = self.pool.begin().await?;
        let lock = sqlx::query("SELECT pg_advisory_xact_lock_shared($1)").bind(LOCK);
        lock.execute(&mut *tx).await?;
        let publish = sqlx::query(PUBLISH).bind(ids).bind(kinds).bind(keys);
        publish.bind(json).execute(&mut *tx).await?;
        sqlx::query("NOTIFY frame_bus").execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
        let mut tx = self.pool.begin().await?;
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK);
        lock.execute(&mut *tx).await?;
        let new: Vec<String> = sqlx::query_scalar(
            "INSERT INTO frame_bus_subscriptions (consumer_group, type) \
             SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING RETURNING type",
        )
        .bind(&subscription.group)
        .bind(&subscription.types)
        .fetch_all(&mut *tx)
        .await?;
        let backfill = sqlx::query(BACKFILL).bind(&subscription.group).bind(new);
        backfill.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(Arc::new(PostgresConsumer::start(self, subscription)))
    }

    async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        let rows = sqlx::query(
            "SELECT m.envelope, d.reason, d.attempts FROM frame_bus_dead_letters d \
             JOIN frame_bus_messages m USING (seq) \
             WHERE d.consumer_group = $1 ORDER BY seq LIMIT $2",
        )
        .bind(group)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(dead_letter).collect()
    }

    async fn redrive(&self, group: &str) -> Result<usize, BusError> {
        let moved = sqlx::query(
            "WITH gone AS (DELETE FROM frame_bus_dead_letters WHERE consumer_group = $1 \
             RETURNING consumer_group, seq) \
             INSERT INTO frame_bus_deliveries (consumer_group, seq, ordering_key) \
             SELECT g.consumer_group, g.seq, m.ordering_key \
             FROM gone g JOIN frame_bus_messages m USING (seq)",
        )
        .bind(group)
        .execute(&self.pool)
        .await?;
        sqlx::query("NOTIFY frame_bus").execute(&self.pool).await?;
        Ok(usize::try_from(moved.rows_affected()).unwrap_or(usize::MAX))
    }

    async fn ping(&self) -> Result<(), BusError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

fn dead_letter(row: &PgRow) -> Result<DeadLetter, BusError> {
    let attempts: i32 = row.try_get("attempts")?;
    Ok(DeadLetter {
        envelope: Envelope::from_json(row.try_get("envelope")?)?,
        reason: row.try_get("reason")?,
        attempts: u32::try_from(attempts).unwrap_or(0),
    })
}

/// Leases the first delivery of each key that nobody works on.
const CLAIM: &str = "
WITH first AS (
    SELECT d.consumer_group, d.seq
    FROM frame_bus_deliveries d
    WHERE d.consumer_group = $1
      AND (d.lease_until IS NULL OR d.lease_until < now())
      AND NOT EXISTS (
          SELECT 1 FROM frame_bus_deliveries e
          WHERE e.consumer_group = $1 AND e.ordering_key = d.ordering_key AND e.seq < d.seq)
    ORDER BY d.seq
    LIMIT $2
    FOR UPDATE OF d SKIP LOCKED
)
UPDATE frame_bus_deliveries d
SET attempts = d.attempts + 1, leased_by = $3, lease_until = now() + $4
FROM first f, frame_bus_messages m
WHERE d.consumer_group = f.consumer_group AND d.seq = f.seq AND m.seq = d.seq
RETURNING d.seq, d.attempts, m.envelope";

struct PostgresConsumer {
    pool: PgPool,
    group: String,
    name: String,
    lease: Duration,
    published: Mutex<watch::Receiver<u64>>,
    /// A key of this consumer's is free.
    settled: Notify,
    _keeper: DropGuard,
}

impl PostgresConsumer {
    fn start(bus: &PostgresBus, subscription: &Subscription) -> Self {
        let stop = CancellationToken::new();
        let keeper = Keeper {
            pool: bus.pool.clone(),
            group: subscription.group.clone(),
            name: subscription.consumer.clone(),
            lease: bus.settings.lease,
            retain: bus.settings.retain,
        };
        let keep = stop.clone().run_until_cancelled_owned(keeper.keep());
        tokio::spawn(keep.in_current_span());
        Self {
            pool: bus.pool.clone(),
            group: subscription.group.clone(),
            name: subscription.consumer.clone(),
            lease: bus.settings.lease,
            published: Mutex::new(bus.published()),
            settled: Notify::new(),
            _keeper: stop.drop_guard(),
        }
    }

    async fn claim(&self, max: usize) -> Result<Vec<Delivery>, BusError> {
        let rows = sqlx::query(CLAIM)
            .bind(&self.group)
            .bind(i64::try_from(max).unwrap_or(i64::MAX))
            .bind(&self.name)
            .bind(self.lease)
            .fetch_all(&self.pool)
            .await?;
        let mut deliveries = Vec::new();
        for row in rows {
            let seq: i64 = row.try_get("seq")?;
            let attempts: i32 = row.try_get("attempts")?;
            deliveries.push((
                seq,
                Delivery {
                    envelope: Envelope::from_json(row.try_get("envelope")?)?,
                    attempt: u32::try_from(attempts).unwrap_or(0),
                    token: seq.to_string(),
                },
            ));
        }
        deliveries.sort_by_key(|(seq, _)| *seq);
        Ok(deliveries
            .into_iter()
            .map(|(_, delivery)| delivery)
            .collect())
    }

    fn seq(delivery: &Delivery) -> i64 {
        delivery.token.parse().unwrap_or(-1)
    }

    async fn run(&self, sql: &'static str, delivery: &Delivery) -> Result<(), BusError> {
        let settle = sqlx::query(sql).bind(&self.group).bind(&self.name);
        settle.bind(Self::seq(delivery)).execute(&self.pool).await?;
        self.settled.notify_one();
        Ok(())
    }
}

#[async_trait]
impl Consumer for PostgresConsumer {
    async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            let deliveries = self.claim(max).await?;
            let next = tokio::time::Instant::now() + POLL;
            if !deliveries.is_empty() || tokio::time::Instant::now() >= deadline {
                return Ok(deliveries);
            }
            let mut published = self.published.lock().await;
            // After this comes one more look, because a lease may have ended as well.
            tokio::select! {
                Ok(()) = published.changed() => {}
                () = self.settled.notified() => {}
                () = tokio::time::sleep_until(next.min(deadline)) => {}
            }
        }
    }

    async fn ack(&self, delivery: &Delivery) -> Result<(), BusError> {
        let delete = "DELETE FROM frame_bus_deliveries \
                      WHERE consumer_group = $1 AND leased_by = $2 AND seq = $3";
        self.run(delete, delivery).await
    }

    async fn nack(&self, delivery: &Delivery) -> Result<(), BusError> {
        let release = "UPDATE frame_bus_deliveries \
                       SET lease_until = NULL, leased_by = NULL, attempts = attempts - 1 \
                       WHERE consumer_group = $1 AND leased_by = $2 AND seq = $3";
        self.run(release, delivery).await
    }

    async fn reject(&self, delivery: &Delivery, reason: &str) -> Result<(), BusError> {
        sqlx::query(
            "WITH gone AS (DELETE FROM frame_bus_deliveries \
             WHERE consumer_group = $1 AND leased_by = $2 AND seq = $3 \
             RETURNING consumer_group, seq) \
             INSERT INTO frame_bus_dead_letters (consumer_group, seq, attempts, reason) \
             SELECT consumer_group, seq, $5, $4 FROM gone",
        )
        .bind(&self.group)
        .bind(&self.name)
        .bind(Self::seq(delivery))
        .bind(reason.replace('\0', ""))
        .bind(i32::try_from(delivery.attempt).unwrap_or(i32::MAX))
        .execute(&self.pool)
        .await?;
        self.settled.notify_one();
        Ok(())
    }

    async fn close(&self) -> Result<(), BusError> {
        sqlx::query(
            "UPDATE frame_bus_deliveries \
             SET lease_until = NULL, leased_by = NULL, attempts = attempts - 1 \
             WHERE consumer_group = $1 AND leased_by = $2",
        )
        .bind(&self.group)
        .bind(&self.name)
        .execute(&self.pool)
        .await?;
        sqlx::query("NOTIFY frame_bus").execute(&self.pool).await?;
        Ok(())
    }
}

/// Wakes consumers when events are published; without it, polling goes on.
async fn listen(pool: PgPool, published: watch::Sender<u64>) {
    let pause = Backoff::new(Duration::from_secs(1), Duration::from_secs(1));
    while !pool.is_closed() {
        if let Err(error) = listen_once(&pool, &published).await {
            tracing::debug!(%error, "cannot listen for events");
        }
        tokio::time::sleep(pause.delay(1)).await;
    }
}

async fn listen_once(pool: &PgPool, published: &watch::Sender<u64>) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen("frame_bus").await?;
    loop {
        listener.recv().await?;
        published.send_modify(|count| *count += 1);
    }
}

/// Shows that a consumer is alive and deletes what everyone has had.
struct Keeper {
    pool: PgPool,
    group: String,
    name: String,
    lease: Duration,
    retain: Duration,
}

impl Keeper {
    async fn keep(self) {
        let mut purged = tokio::time::Instant::now();
        loop {
            tokio::time::sleep(self.lease / 3).await;
            if let Err(error) = self.renew().await {
                tracing::warn!(%error, "cannot renew the lease");
            }
            if purged.elapsed() >= PURGE_EVERY {
                purged = tokio::time::Instant::now();
                if let Err(error) = self.purge().await {
                    tracing::warn!(%error, "cannot delete old events");
                }
            }
        }
    }

    async fn renew(&self) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE frame_bus_deliveries SET lease_until = now() + $3 \
             WHERE consumer_group = $1 AND leased_by = $2",
        )
        .bind(&self.group)
        .bind(&self.name)
        .bind(self.lease)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn purge(&self) -> Result<u64, sqlx::Error> {
        let deleted = sqlx::query(
            "DELETE FROM frame_bus_messages m WHERE published_at < now() - $1 \
             AND NOT EXISTS (SELECT 1 FROM frame_bus_deliveries d WHERE d.seq = m.seq) \
             AND NOT EXISTS (SELECT 1 FROM frame_bus_dead_letters d WHERE d.seq = m.seq)",
        )
        .bind(self.retain)
        .execute(&self.pool)
        .await?;
        Ok(deleted.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::messaging::Event;
    use crate::testing;

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Ping;

    impl Event for Ping {
        const TYPE: &'static str = "Ping";
        const VERSION: u32 = 1;

        fn key(&self) -> String {
            "k".to_owned()
        }
    }

    #[tokio::test]
    async fn old_events_are_deleted_when_everyone_had_them() {
        let Some(url) = testing::postgres_url().await.unwrap() else {
            return;
        };
        let settings = BusSettings {
            url: SecretString::from(url),
            ..BusSettings::default()
        };
        let bus = PostgresBus::open(&settings).await.unwrap();
        let subscription = Subscription::new("g", ["Ping"]);
        let consumer = bus.subscribe(&subscription).await.unwrap();
        bus.publish(&[Envelope::of("test", &Ping).unwrap()])
            .await
            .unwrap();
        let keeper = Keeper {
            pool: bus.pool.clone(),
            group: "g".to_owned(),
            name: subscription.consumer.clone(),
            lease: Duration::from_secs(10),
            retain: Duration::ZERO,
        };
        assert_eq!(keeper.purge().await.unwrap(), 0, "it waits for the group");
        let deliveries = consumer.receive(1, Duration::from_secs(5)).await.unwrap();
        keeper.renew().await.unwrap();
        consumer.ack(&deliveries[0]).await.unwrap();
        assert_eq!(keeper.purge().await.unwrap(), 1);
    }
}
