use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use prometheus::core::Collector;
use prometheus::{IntCounterVec, Opts};
use tokio_util::sync::CancellationToken;

use super::windows::{Open, Rows};
use super::{Processor, Window, Windowing, delta};
use crate::clock::{ms, now_ms};
use crate::{Database, now};
use crate::{Envelope, Error, HandlerError, Publisher, Result, Transaction, TransactionHandler};

/// How many windows one transaction closes.
const BATCH: i64 = 500;
/// How far an event may be ahead of the clock on the wall before it is taken for the present.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

/// How a stream is processed.
#[derive(Debug, Clone)]
pub struct StreamOptions {
    /// The stream's name, unlike that of any other in the database.
    pub name: String,
    /// How time is cut up.
    pub windowing: Windowing,
    /// How late an event may come and still count.
    pub tolerance: Duration,
    /// After how long without events the clock on the wall closes windows.
    pub idle: Duration,
}

/// A processor with its windows in a database; clones share them.
pub struct Stream<P> {
    options: StreamOptions,
    processor: Arc<P>,
    database: Database,
    publisher: Arc<dyn Publisher>,
    events: IntCounterVec,
}

impl<P> Clone for Stream<P> {
    fn clone(&self) -> Self {
        Self {
            options: self.options.clone(),
            processor: self.processor.clone(),
            database: self.database.clone(),
            publisher: self.publisher.clone(),
            events: self.events.clone(),
        }
    }
}

impl<P: Processor> Stream<P> {
    /// A stream that tells what its windows say through `publisher`.
    ///
    /// # Errors
    /// [`Error::Internal`] when its metrics cannot be made.
    pub fn new(
        options: StreamOptions,
        processor: P,
        database: Database,
        publisher: Arc<dyn Publisher>,
    ) -> Result<Self> {
        let help = "Events of streams, and windows closed.";
        let events = Opts::new("stream_events_total", help);
        Ok(Self {
            options,
            processor: Arc::new(processor),
            database,
            publisher,
            events: IntCounterVec::new(events, &["outcome"])?,
        })
    }

    /// Its metric, to be registered.
    #[must_use]
    pub fn metric(&self) -> Box<dyn Collector> {
        Box::new(self.events.clone())
    }

    /// How many events were `counted` or `late`, and how many windows `closed`.
    #[must_use]
    pub fn count(&self, outcome: &str) -> u64 {
        self.events.with_label_values(&[outcome]).get()
    }

    /// Closes windows when no events come, until `stop`.
    ///
    /// # Errors
    /// None: a database that is gone is asked again until `stop`.
    pub async fn run(self, stop: CancellationToken) -> Result<()> {
        let started = now_ms();
        let pause =
            (self.options.idle / 4).clamp(Duration::from_millis(50), Duration::from_secs(5));
        let sleep = || stop.run_until_cancelled(tokio::time::sleep(pause));
        while sleep().await.is_some() {
            if let Err(error) = self.tick(started).await {
                tracing::warn!(%error, "cannot close windows");
            }
        }
        Ok(())
    }

    /// Moves the watermark on if no event came since `started` and for the idle time.
    async fn tick(&self, started: i64) -> Result<()> {
        let mut tx = self.database.begin().await?;
        let stream = &self.options.name;
        let mut rows = Rows {
            stream,
            tx: &mut tx,
        };
        let Some((latest, seen)) = rows.clock().await? else {
            return Ok(());
        };
        let idle = ms(self.options.idle);
        let present = now_ms();
        if present - seen.max(started) < idle {
            return Ok(());
        }
        let latest = latest.max(present - idle);
        rows.wind(latest).await?;
        let latest = DateTime::from_timestamp_millis(latest).unwrap_or_else(now);
        let closed = self.close(&mut tx, self.watermark(latest)).await?;
        tx.commit().await?;
        self.observe("closed", closed);
        Ok(())
    }

    fn watermark(&self, latest: DateTime<Utc>) -> DateTime<Utc> {
        latest - TimeDelta::milliseconds(ms(self.options.tolerance))
    }

    /// Adds an event to its windows; `false` when they are all closed.
    async fn add(
        &self,
        envelope: &Envelope,
        time: DateTime<Utc>,
        watermark: DateTime<Utc>,
        tx: &mut Transaction,
    ) -> Result<bool, HandlerError> {
        let key = self.processor.key(envelope);
        let mut is_counted = false;
        for window in self.options.windowing.windows(time) {
            let stream = &self.options.name;
            let mut rows = Rows { stream, tx };
            let (window, state) = match self.options.windowing {
                Windowing::Session { .. } => {
                    let joined = rows.around(&key, window.end, window.start).await?;
                    self.join(&mut rows, window, joined).await?
                }
                _ => match rows.find(&key, window).await? {
                    Some(open) => (window, self.read(&open)?),
                    None => (window, P::State::default()),
                },
            };
            if window.end <= watermark {
                continue;
            }
            let mut state = state;
            self.processor.add(&mut state, envelope)?;
            rows.put(&key, window, &written(&state)?).await?;
            is_counted = true;
        }
        Ok(is_counted)
    }

    /// Makes one session of those that an event touches.
    async fn join(
        &self,
        rows: &mut Rows<'_>,
        mut window: Window,
        joined: Vec<Open>,
    ) -> Result<(Window, P::State)> {
        let mut whole: Option<P::State> = None;
        for open in joined {
            let state = self.read(&open)?;
            let Window { start, end } = open.window()?;
            window.start = window.start.min(start);
            window.end = window.end.max(end);
            rows.remove(&open).await?;
            match &mut whole {
                Some(whole) => self.processor.merge(whole, state),
                None => whole = Some(state),
            }
        }
        Ok((window, whole.unwrap_or_default()))
    }

    /// Tells and forgets the windows that the watermark has passed; gives how many.
    async fn close(&self, tx: &mut Transaction, watermark: DateTime<Utc>) -> Result<u64> {
        let stream = &self.options.name;
        let ended = Rows { stream, tx }.ended(watermark, BATCH).await?;
        let mut closed = 0;
        for open in ended {
            let (window, state) = (open.window()?, self.read(&open)?);
            self.tell(tx, &open.ordering_key, window, state).await?;
            Rows { stream, tx }.remove(&open).await?;
            closed += 1;
        }
        Ok(closed)
    }

    async fn tell(
        &self,
        tx: &mut Transaction,
        key: &str,
        window: Window,
        state: P::State,
    ) -> Result<()> {
        for mut envelope in self.processor.emit(key, window, state)? {
            envelope.id = window.id(&self.options.name, key, &envelope.kind);
            self.publisher.publish(tx, &envelope).await?;
        }
        Ok(())
    }

    fn read(&self, open: &Open) -> Result<P::State> {
        serde_json::from_str(&open.state).map_err(|error| {
            let stream = &self.options.name;
            Error::Internal(format!("a window of {stream} cannot be read: {error}"))
        })
    }

    fn observe(&self, outcome: &str, count: u64) {
        self.events.with_label_values(&[outcome]).inc_by(count);
    }
}

fn written(state: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(state).map_err(|error| Error::Internal(format!("a window: {error}")))
}

#[async_trait]
impl<P: Processor> TransactionHandler for Stream<P> {
    async fn handle(&self, envelope: &Envelope, tx: &mut Transaction) -> Result<(), HandlerError> {
        let present = now();
        let ahead = envelope.occurred_at > present + AHEAD;
        let time = if ahead { present } else { envelope.occurred_at };
        let time = time.duration_trunc(delta(Duration::from_millis(1)));
        let time = time.unwrap_or(present);
        if self.options.windowing == Windowing::Single {
            let mut state = P::State::default();
            self.processor.add(&mut state, envelope)?;
            let (start, end) = (time, time);
            let key = envelope.id.to_string();
            self.tell(tx, &key, Window { start, end }, state).await?;
            self.observe("counted", 1);
            return Ok(());
        }
        let stream = &self.options.name;
        let latest = Rows { stream, tx }.advance(time).await?;
        let watermark = self.watermark(latest);
        let is_counted = self.add(envelope, time, watermark, tx).await?;
        let closed = self.close(tx, watermark).await?;
        if !is_counted {
            tracing::warn!(event = %envelope.id, %time, %watermark, "too late for every window");
        }
        let outcome = if is_counted { "counted" } else { "late" };
        self.observe(outcome, 1);
        self.observe("closed", closed);
        Ok(())
    }
}
