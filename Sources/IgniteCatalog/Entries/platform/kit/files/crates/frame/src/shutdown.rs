//! Stopping: one signal for everyone, and tasks that are waited for.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use frame::{Shutdown, ShutdownAwareTaskSpawner};
//! use std::time::Duration;
//!
//! let shutdown = Shutdown::new();
//! let tasks = ShutdownAwareTaskSpawner::new();
//! tasks.spawn("ticker", |stop| async move {
//!     stop.cancelled().await;
//!     Ok(())
//! });
//! shutdown.trigger();
//! shutdown.triggered().await;
//! assert!(tasks.stop(Duration::from_secs(1)).await);
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::{Error, Result};

/// The wish to stop; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// A wish that only [`Self::trigger`] makes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A wish that `SIGTERM` or Ctrl-C makes, too, from now on. Needs a tokio runtime.
    #[must_use]
    pub fn on_signals() -> Self {
        let shutdown = Self::new();
        let trigger = shutdown.clone();
        let signal = signal();
        tokio::spawn(async move {
            match signal {
                Ok(signal) => {
                    let name = signal.await;
                    tracing::info!(signal = name, "stopping");
                }
                Err(error) => tracing::error!(%error, "cannot listen for signals"),
            }
            trigger.trigger();
        });
        shutdown
    }

    /// Makes the wish.
    pub fn trigger(&self) {
        self.0.cancel();
    }

    /// Waits until the wish is made.
    pub async fn triggered(&self) {
        self.0.cancelled().await;
    }

    /// Whether the wish was made.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// Listens at once: a signal that comes before anybody waits for it is not lost.
#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = &'static str>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    })
}

#[cfg(not(unix))]
fn signal() -> std::io::Result<impl Future<Output = &'static str>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        "Ctrl-C"
    })
}

/// Spawns tasks that are told to stop and waited for.
#[derive(Debug, Clone, Default)]
pub struct ShutdownAwareTaskSpawner {
    tracker: TaskTracker,
    stop: CancellationToken,
    failed: CancellationToken,
}

impl ShutdownAwareTaskSpawner {
    /// A spawner without tasks.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Spawns a task; it should end soon after its token is cancelled.
    ///
    /// A task that fails or panics is logged and makes [`Self::failed`] come true.
    pub fn spawn<F>(&self, name: &str, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let name = name.to_owned();
        let failed = self.failed.clone();
        let work = AssertUnwindSafe(task(self.stop.clone())).catch_unwind();
        let work = async move {
            let result = work
                .await
                .unwrap_or_else(|_| Err(Error::Internal("the task panicked".to_owned())));
            if let Err(error) = result {
                tracing::error!(task = name, %error, "a background task failed");
                failed.cancel();
            }
        };
        self.tracker.spawn(work.in_current_span());
    }

    /// As [`Self::spawn`], and hands out what the task ends with; waiting for it is optional.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let tasks = frame::ShutdownAwareTaskSpawner::new();
    /// let sum = tasks.spawn_with_result("sum", |_stop| async { Ok(1 + 2) });
    /// assert_eq!(sum.await, Ok(3));
    /// # });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn spawn_with_result<T, F, W>(
        &self,
        name: &str,
        task: W,
    ) -> impl Future<Output = Result<T>> + Send + use<T, F, W>
    where
        W: FnOnce(CancellationToken) -> F,
        T: Clone + Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let work = task(self.stop.clone());
        self.spawn(name, |_| async move {
            let result = work.await;
            // Whoever asked may have lost interest.
            sender.send(result.clone()).ok();
            result.map(drop)
        });
        receiver.map(|result| {
            result.unwrap_or_else(|_| Err(Error::Internal("the task panicked".to_owned())))
        })
    }

    /// Waits until a task has failed; for ever if none does.
    pub async fn failed(&self) {
        self.failed.cancelled().await;
    }

    /// Whether a task has failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failed.is_cancelled()
    }

    /// Tells all tasks to stop and waits for them; `false` when some were not done in time.
    pub async fn stop(&self, grace: Duration) -> bool {
        self.stop.cancel();
        self.tracker.close();
        tokio::time::timeout(grace, self.tracker.wait())
            .await
            .is_ok()
    }
}

/// Futures that end with the service: dropped at once, or drained.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use std::time::Duration;
/// use frame::Shutdown;
/// use frame::shutdown::GracefulShutdownExt as _;
///
/// let shutdown = Shutdown::new();
/// shutdown.trigger();
/// let waiting = std::future::pending::<()>();
/// assert_eq!(waiting.until_shutdown(&shutdown).await, None);
/// let working = async { tokio::time::sleep(Duration::from_millis(5)).await };
/// assert_eq!(working.drained(&shutdown, Duration::from_secs(5)).await, Some(()));
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait GracefulShutdownExt: Future + Sized + Send {
    /// Ends with `None` as soon as the wish is made.
    fn until_shutdown(
        self,
        shutdown: &Shutdown,
    ) -> impl Future<Output = Option<Self::Output>> + Send {
        self.drained(shutdown, Duration::ZERO)
    }

    /// Goes on after the wish is made, for `grace` at most, and ends with `None` then.
    fn drained(
        self,
        shutdown: &Shutdown,
        grace: Duration,
    ) -> impl Future<Output = Option<Self::Output>> + Send {
        let wish = shutdown.0.clone();
        async move {
            let late = async {
                wish.cancelled().await;
                tokio::time::sleep(grace).await;
            };
            tokio::select! {
                biased;
                output = self => Some(output),
                () = late => None,
            }
        }
    }
}

impl<F: Future + Send> GracefulShutdownExt for F {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn results_are_handed_out() {
        let tasks = ShutdownAwareTaskSpawner::new();
        let done = tasks.spawn_with_result("done", |stop| async move {
            stop.cancelled().await;
            Ok(7)
        });
        assert!(tasks.stop(Duration::from_secs(5)).await);
        assert_eq!(done.await, Ok(7));
        let panicked =
            tasks.spawn_with_result::<(), _, _>("panicked", |_| async { panic!("boom") });
        assert!(matches!(panicked.await, Err(Error::Internal(_))));
        tasks.failed().await;
    }

    #[tokio::test(start_paused = true)]
    async fn work_is_drained_up_to_its_grace() {
        let shutdown = Shutdown::new();
        shutdown.trigger();
        let work = |seconds| async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            seconds
        };
        let grace = Duration::from_secs(5);
        assert_eq!(work(3).drained(&shutdown, grace).await, Some(3));
        assert_eq!(work(9).drained(&shutdown, grace).await, None);
        assert_eq!(work(3).until_shutdown(&shutdown).await, None);
        assert_eq!(work(3).until_shutdown(&Shutdown::new()).await, Some(3));
    }

    #[tokio::test]
    async fn waits_for_its_tasks() {
        let tasks = ShutdownAwareTaskSpawner::new();
        tasks.spawn("clean", |stop| async move {
            stop.cancelled().await;
            Ok(())
        });
        assert!(tasks.stop(Duration::from_secs(5)).await);
        assert!(!tasks.has_failed());
    }

    #[tokio::test(start_paused = true)]
    async fn does_not_wait_for_ever() {
        let tasks = ShutdownAwareTaskSpawner::new();
        tasks.spawn("stubborn", |_| std::future::pending());
        assert!(!tasks.stop(Duration::from_secs(5)).await);
    }

    #[tokio::test]
    async fn notices_failures_and_panics() {
        let failing = ShutdownAwareTaskSpawner::new();
        failing.spawn("failing", |_| async { Err(Error::PreconditionFailed) });
        failing.failed().await;
        let panicking = ShutdownAwareTaskSpawner::new();
        panicking.spawn("panicking", |_| async { panic!("boom") });
        panicking.failed().await;
        assert!(failing.has_failed() && panicking.has_failed());
    }

    #[tokio::test]
    async fn signals_are_heard() {
        let shutdown = Shutdown::on_signals();
        assert!(!shutdown.is_triggered());
        let kill = tokio::process::Command::new("kill")
            .args(["-TERM", &std::process::id().to_string()])
            .status();
        assert!(kill.await.unwrap().success());
        shutdown.triggered().await;
        assert!(shutdown.is_triggered());
    }
}
