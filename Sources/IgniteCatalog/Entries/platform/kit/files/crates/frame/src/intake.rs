//! Taking in events from outside: in batches, and no more than can be stored.
//!
//! An [`Intake`] answers when its events are safe. What arrives meanwhile is gathered and written
//! as one batch; when too much waits, the caller is told to come back later.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use frame::MemoryBus;
//! use frame::config::IntakeSettings;
//! use frame::intake::{BusSink, Intake};
//! use std::sync::Arc;
//! use tokio_util::sync::CancellationToken;
//!
//! let (intake, runner) = Intake::new(IntakeSettings::default());
//! let sink = BusSink::new(Arc::new(MemoryBus::new()));
//! let stop = CancellationToken::new();
//! let running = tokio::spawn(runner.run(sink, stop.clone()));
//! intake.send(Vec::new()).await?;
//! stop.cancel();
//! # running.await.ok();
//! # Ok::<(), frame::intake::IntakeError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::bus::Bus;
use crate::config::IntakeSettings;
use crate::http::Problem;
use crate::idempotency::Note;
use crate::outbox::outbox_state;
use crate::{Database, Envelope, Error, Outbox, Result};

/// Where the batches of an intake go.
#[async_trait]
pub trait Sink: Send + Sync + 'static {
    /// Makes a batch safe, all of it or nothing, and with it the notes of the requests that brought it
    /// where there is a transaction.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when another attempt may succeed.
    async fn write(&self, batch: &[Envelope], notes: &[Note]) -> Result<()>;
}

/// Writes each batch to the outbox in one transaction, as long as the outbox is not too long.
#[derive(Debug, Clone)]
pub struct OutboxSink {
    database: Database,
    outbox: Outbox,
    max_backlog: u64,
}

impl OutboxSink {
    /// A sink that refuses batches while more than `max_backlog` events wait to be published.
    #[must_use]
    pub fn new(database: Database, outbox: &Outbox, max_backlog: u64) -> Self {
        Self {
            database,
            outbox: outbox.clone(),
            max_backlog,
        }
    }
}

#[async_trait]
impl Sink for OutboxSink {
    async fn write(&self, batch: &[Envelope], notes: &[Note]) -> Result<()> {
        let pending = outbox_state(&self.database).await?.pending;
        if u64::try_from(pending).unwrap_or(0) > self.max_backlog {
            return Err(Error::Unavailable(format!("{pending} events wait")));
        }
        let mut tx = self.database.begin().await?;
        for envelope in batch {
            self.outbox.append(&mut tx, envelope).await?;
        }
        for note in notes {
            note.write(&mut tx).await?;
        }
        tx.commit().await
    }
}

/// Publishes each batch right away; a request whose response is lost does so again when it is repeated.
#[derive(Clone)]
pub struct BusSink {
    bus: Arc<dyn Bus>,
}

impl BusSink {
    /// A sink on this bus.
    #[must_use]
    pub fn new(bus: Arc<dyn Bus>) -> Self {
        Self { bus }
    }
}

#[async_trait]
impl Sink for BusSink {
    async fn write(&self, batch: &[Envelope], _: &[Note]) -> Result<()> {
        Ok(self.bus.publish(batch).await?)
    }
}

/// Why events were not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// Too many wait already (429).
    #[error("too many events wait to be stored")]
    Full,
    /// There are more than can ever wait (413).
    #[error("at most {0} events are taken at once")]
    TooMany(usize),
    /// They could not be stored.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl IntoResponse for IntakeError {
    fn into_response(self) -> Response {
        let problem = |status| Problem::new(status).detail(self.to_string());
        match &self {
            Self::Full => problem(StatusCode::TOO_MANY_REQUESTS)
                .retry_after(1)
                .into_response(),
            Self::TooMany(_) => problem(StatusCode::PAYLOAD_TOO_LARGE).into_response(),
            Self::Failed(error) => error.clone().into_response(),
        }
    }
}

struct Waiting {
    envelopes: Vec<Envelope>,
    note: Option<Note>,
    done: oneshot::Sender<Result<()>>,
    _permit: OwnedSemaphorePermit,
}

/// Takes events; clones share the buffer.
#[derive(Debug, Clone)]
pub struct Intake {
    sender: mpsc::UnboundedSender<Waiting>,
    room: Arc<Semaphore>,
    capacity: usize,
}

impl Intake {
    /// An intake, and what writes its batches.
    #[must_use]
    pub fn new(settings: IntakeSettings) -> (Self, IntakeRunner) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let intake = Self {
            sender,
            room: Arc::new(Semaphore::new(settings.capacity)),
            capacity: settings.capacity,
        };
        let runner = IntakeRunner { receiver, settings };
        (intake, runner)
    }

    /// Takes events together and returns when they are safe. A request whose response was lost finds
    /// their ids to be [done](crate::idempotency::done).
    ///
    /// # Errors
    /// [`IntakeError::Full`] when the caller should come back later.
    pub async fn send(&self, envelopes: Vec<Envelope>) -> Result<(), IntakeError> {
        if envelopes.is_empty() {
            return Ok(());
        }
        let count = u32::try_from(envelopes.len()).unwrap_or(u32::MAX);
        if envelopes.len() > self.capacity {
            return Err(IntakeError::TooMany(self.capacity));
        }
        let ids: Vec<_> = envelopes.iter().map(|envelope| envelope.id).collect();
        let note = Note::of(&ids)?;
        let room = self.room.clone().try_acquire_many_owned(count);
        let (done, answer) = oneshot::channel();
        let waiting = Waiting {
            envelopes,
            note,
            done,
            _permit: room.map_err(|_| IntakeError::Full)?,
        };
        let stopping = || Error::Unavailable("the service stops".to_owned());
        self.sender.send(waiting).map_err(|_| stopping())?;
        Ok(answer.await.map_err(|_| stopping())??)
    }
}

/// Writes what an [`Intake`] takes.
#[derive(Debug)]
pub struct IntakeRunner {
    receiver: mpsc::UnboundedReceiver<Waiting>,
    settings: IntakeSettings,
}

impl IntakeRunner {
    /// Runs until `stop`, then writes what still waits.
    ///
    /// # Errors
    /// None: a sink that fails is an answer to those who wait.
    pub async fn run(mut self, sink: impl Sink, stop: CancellationToken) -> Result<()> {
        while let Some(Some(first)) = stop.run_until_cancelled(self.receiver.recv()).await {
            let batch = self.gather(first, self.settings.linger).await;
            write(&sink, batch).await;
        }
        self.receiver.close();
        while let Some(first) = self.receiver.recv().await {
            let batch = self.gather(first, Duration::ZERO).await;
            write(&sink, batch).await;
        }
        Ok(())
    }

    /// Adds to the first what arrives until the batch is full or the time is over.
    async fn gather(&mut self, first: Waiting, linger: Duration) -> Vec<Waiting> {
        let deadline = Instant::now() + linger;
        let mut count = first.envelopes.len();
        let mut batch = vec![first];
        while count < self.settings.batch {
            let Ok(Some(next)) = timeout_at(deadline, self.receiver.recv()).await else {
                break;
            };
            count += next.envelopes.len();
            batch.push(next);
        }
        batch
    }
}

async fn write(sink: &impl Sink, batch: Vec<Waiting>) {
    let all: Vec<_> = batch.iter().flat_map(|one| one.envelopes.clone()).collect();
    let notes: Vec<_> = batch.iter().filter_map(|one| one.note.clone()).collect();
    let written = sink.write(&all, &notes).await;
    let is_refused = matches!(&written, Err(error) if !matches!(error, Error::Unavailable(_)));
    for waiting in batch {
        // One event that is refused must not fail its neighbours.
        let answer = if is_refused && waiting.envelopes.len() < all.len() {
            sink.write(&waiting.envelopes, waiting.note.as_slice())
                .await
        } else {
            written.clone()
        };
        // Nobody waits any more: the client is gone, the events are safe all the same.
        waiting.done.send(answer).ok();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::messaging::tests::counted;
    use crate::{MemoryBus, testing};

    /// Notes the sizes of batches; refuses events of the key `bad`, and waits for leave to write.
    #[derive(Clone)]
    struct Notes {
        batches: Arc<Mutex<Vec<usize>>>,
        leave: Arc<Semaphore>,
    }

    impl Notes {
        fn new(leave: usize) -> Self {
            Self {
                batches: Arc::default(),
                leave: Arc::new(Semaphore::new(leave)),
            }
        }

        fn batches(&self) -> Vec<usize> {
            self.batches.lock().unwrap().clone()
        }
    }

    #[async_trait]
    impl Sink for Notes {
        async fn write(&self, batch: &[Envelope], _: &[Note]) -> Result<()> {
            self.leave.acquire().await.unwrap().forget();
            if batch.iter().any(|envelope| envelope.key == "bad") {
                return Err(Error::Internal("refused".to_owned()));
            }
            self.batches.lock().unwrap().push(batch.len());
            Ok(())
        }
    }

    fn settings() -> IntakeSettings {
        IntakeSettings {
            batch: 3,
            linger: Duration::from_millis(50),
            capacity: 6,
            ..IntakeSettings::default()
        }
    }

    fn events(count: u32) -> Vec<Envelope> {
        (0..count).map(|n| counted("a", n)).collect()
    }

    #[tokio::test]
    async fn what_arrives_together_is_written_together() {
        let (intake, runner) = Intake::new(settings());
        let (sink, stop) = (Notes::new(100), CancellationToken::new());
        let running = tokio::spawn(runner.run(sink.clone(), stop.clone()));
        let sends = (0..5).map(|_| intake.send(events(1)));
        for sent in futures_util::future::join_all(sends).await {
            assert_eq!(sent, Ok(()));
        }
        assert_eq!(sink.batches(), [3, 2]);
        stop.cancel();
        running.await.unwrap().unwrap();
        let late = intake.send(events(1)).await;
        assert!(matches!(
            late,
            Err(IntakeError::Failed(Error::Unavailable(_)))
        ));
    }

    #[tokio::test]
    async fn a_full_buffer_pushes_back() {
        let (intake, runner) = Intake::new(settings());
        let (sink, stop) = (Notes::new(0), CancellationToken::new());
        let running = tokio::spawn(runner.run(sink.clone(), stop.clone()));
        let waiting = intake.clone();
        let waiting = tokio::spawn(async move { waiting.send(events(5)).await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let refused = intake.send(events(2)).await.unwrap_err();
        assert_eq!(refused, IntakeError::Full);
        let response = refused.into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], "1");
        let never = intake.send(events(7)).await.unwrap_err();
        assert_eq!(
            never.into_response().status(),
            StatusCode::PAYLOAD_TOO_LARGE
        );
        sink.leave.add_permits(10);
        assert_eq!(waiting.await.unwrap(), Ok(()));
        assert_eq!(intake.send(events(6)).await, Ok(()));
        stop.cancel();
        running.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn one_refused_event_fails_alone_and_a_stop_writes_the_rest() {
        let (intake, runner) = Intake::new(settings());
        let (sink, stop) = (Notes::new(100), CancellationToken::new());
        let sends = [vec![counted("bad", 1)], events(1), events(2)].map(|events| {
            let intake = intake.clone();
            tokio::spawn(async move { intake.send(events).await })
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.cancel();
        runner.run(sink.clone(), stop).await.unwrap();
        let mut taken = Vec::new();
        for send in sends {
            taken.push(send.await.unwrap().is_ok());
        }
        assert_eq!(taken, [false, true, true]);
        assert_eq!(sink.batches().iter().sum::<usize>(), 3);
    }

    #[tokio::test]
    async fn batches_reach_the_outbox_until_it_is_too_long() {
        for database in testing::databases(None).await.unwrap() {
            let sink = OutboxSink::new((*database).clone(), &Outbox::new(), 2);
            sink.write(&events(3), &[]).await.unwrap();
            assert_eq!(outbox_state(&database).await.unwrap().pending, 3);
            let refused = sink.write(&events(1), &[]).await;
            assert!(
                matches!(refused, Err(Error::Unavailable(_))),
                "{}",
                database.name
            );
        }
        let bus = Arc::new(MemoryBus::new());
        BusSink::new(bus).write(&events(2), &[]).await.unwrap();
    }
}
