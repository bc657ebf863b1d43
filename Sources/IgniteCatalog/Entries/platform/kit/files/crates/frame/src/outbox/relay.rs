use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Outbox;
use super::rows::{self, Row, outbox_state};
use crate::bus::{Bus, BusError};
use crate::clock::{ms, now_ms};
use crate::config::RelaySettings;
use crate::metrics::OutboxMetrics;
use crate::retry::Backoff;
use crate::{Database, Envelope, Error, Result, new_id};

/// How often the metrics of the outbox are refreshed.
const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Publishes the rows of an outbox. Several relays may work on one database.
///
/// While the bus is gone nothing happens to the rows. A row the bus refuses blocks its key, is tried
/// again with growing waits and set aside after [`RelaySettings::max_attempts`].
pub struct Relay {
    id: Uuid,
    database: Database,
    appended: Arc<Notify>,
    bus: Arc<dyn Bus>,
    settings: RelaySettings,
    metrics: OutboxMetrics,
    backoff: Backoff,
}

impl Relay {
    /// A relay that has not started.
    #[must_use]
    pub fn new(
        database: Database,
        outbox: &Outbox,
        bus: Arc<dyn Bus>,
        settings: RelaySettings,
        metrics: OutboxMetrics,
    ) -> Self {
        Self {
            id: new_id(),
            database,
            appended: outbox.appended.clone(),
            bus,
            settings,
            metrics,
            backoff: Backoff::new(Duration::from_millis(200), Duration::from_secs(30)),
        }
    }

    /// Publishes until `stop`, and then what is left.
    ///
    /// # Errors
    /// None: failures are logged and tried again, and what cannot be flushed stays in the outbox.
    pub async fn run(self, stop: CancellationToken) -> Result<()> {
        let mut failures = 0;
        let mut measured: Option<Instant> = None;
        while !stop.is_cancelled() {
            if measured.is_none_or(|at| at.elapsed() >= MEASURE_EVERY) {
                self.measure().await;
                measured = Some(Instant::now());
            }
            let wait = match self.publish_batch().await {
                Ok(0) => {
                    failures = 0;
                    self.settings.poll
                }
                Ok(_) => {
                    failures = 0;
                    continue;
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(%error, failures, "cannot publish the outbox");
                    self.backoff.delay(failures)
                }
            };
            // While the bus is gone, new rows are no reason to hurry.
            let hurry = async {
                match failures {
                    0 => self.appended.notified().await,
                    _ => std::future::pending().await,
                }
            };
            tokio::select! {
                () = hurry => {}
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => {}
            }
        }
        if let Err(error) = self.flush().await {
            tracing::warn!(%error, "events stay in the outbox until the next start");
        }
        self.measure().await;
        Ok(())
    }

    /// Publishes until nothing is left that can be published now.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the bus or the database does not answer; the rows stay.
    pub async fn flush(&self) -> Result<()> {
        while self.publish_batch().await? > 0 {}
        Ok(())
    }

    /// Claims and publishes once; returns how many rows were claimed.
    async fn publish_batch(&self) -> Result<usize> {
        let (batch, lease) = (i64::from(self.settings.batch), ms(self.settings.lease));
        let rows = rows::claim(&self.database, self.id, batch, lease).await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let result = self.publish_rows(&rows).await;
        if let Err(error) = &result {
            self.metrics.failures.inc();
            tracing::debug!(%error, "giving rows back");
        }
        // What was published is deleted by now, so this gives back the rest.
        rows::release(&self.database, self.id).await?;
        result.map(|()| rows.len())
    }

    async fn publish_rows(&self, rows: &[Row]) -> Result<()> {
        let unpacked: Result<Vec<_>> = rows.iter().map(unpack).collect();
        if let Ok(envelopes) = unpacked {
            match self.send(&envelopes).await {
                Ok(()) => return self.done(rows).await,
                Err(BusError::Rejected(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        // One of them is refused: find out which, and hold up only its key.
        let mut blocked = HashSet::new();
        for row in rows {
            if !blocked.contains(&row.ordering_key) && !self.publish_one(row).await? {
                blocked.insert(&row.ordering_key);
            }
        }
        Ok(())
    }

    /// Publishes one row; `false` when its key has to wait.
    async fn publish_one(&self, row: &Row) -> Result<bool> {
        let reason = match unpack(row) {
            Ok(envelope) => match self.send(&[envelope]).await {
                Ok(()) => {
                    self.done(std::slice::from_ref(row)).await?;
                    return Ok(true);
                }
                Err(BusError::Rejected(reason)) => reason,
                Err(error) => return Err(error.into()),
            },
            Err(error) => error.to_string(),
        };
        self.metrics.failures.inc();
        let attempt = u32::try_from(row.attempts)
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let is_poisoned = attempt >= self.settings.max_attempts;
        tracing::error!(
            seq = row.seq,
            attempt,
            reason,
            is_poisoned,
            "an event is refused"
        );
        let available_at = now_ms() + ms(self.backoff.delay(attempt));
        rows::fail(&self.database, row.seq, &reason, available_at, is_poisoned).await?;
        Ok(is_poisoned)
    }

    async fn send(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        // A slow bus must not outlive the lease, or another relay publishes the same rows.
        tokio::time::timeout(self.settings.lease / 2, self.bus.publish(envelopes))
            .await
            .unwrap_or_else(|_| Err(BusError::Unavailable("no answer".to_owned())))
    }

    async fn done(&self, rows: &[Row]) -> Result<()> {
        let seqs: Vec<i64> = rows.iter().map(|row| row.seq).collect();
        rows::delete(&self.database, self.id, &seqs).await?;
        self.metrics
            .published
            .inc_by(u64::try_from(seqs.len()).unwrap_or(0));
        Ok(())
    }

    async fn measure(&self) {
        match outbox_state(&self.database).await {
            Ok(state) => {
                self.metrics.pending.set(state.pending);
                self.metrics.poisoned.set(state.poisoned);
                let age = if state.pending == 0 {
                    0
                } else {
                    now_ms() - state.oldest_at
                };
                self.metrics.oldest_seconds.set(age / 1_000);
            }
            Err(error) => tracing::warn!(%error, "cannot measure the outbox"),
        }
    }
}

fn unpack(row: &Row) -> Result<Envelope, Error> {
    Envelope::from_json(&row.envelope)
}
