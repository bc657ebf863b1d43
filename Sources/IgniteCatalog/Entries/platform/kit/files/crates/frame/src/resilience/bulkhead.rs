use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::Rejection;

/// How many calls run and wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkheadSettings {
    /// How many run at once.
    pub max_concurrent: usize,
    /// How many wait for a place; more are refused.
    pub max_queue: usize,
}

impl Default for BulkheadSettings {
    fn default() -> Self {
        Self {
            max_concurrent: 100,
            max_queue: 50,
        }
    }
}

/// Keeps one slow dependency from taking everything.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use frame::resilience::{Bulkhead, BulkheadSettings, Rejection};
///
/// let bulkhead = Bulkhead::new(BulkheadSettings { max_concurrent: 1, max_queue: 0 });
/// let place = bulkhead.enter().await?;
/// assert_eq!(bulkhead.enter().await.err(), Some(Rejection::Full));
/// drop(place);
/// assert!(bulkhead.enter().await.is_ok());
/// # Ok::<(), Rejection>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Bulkhead {
    running: Semaphore,
    waiting: AtomicUsize,
    max_queue: usize,
}

/// A place among the running calls, free again when dropped.
#[derive(Debug)]
pub struct Place<'b>(#[expect(dead_code, reason = "held, not read")] SemaphorePermit<'b>);

impl Bulkhead {
    /// An empty bulkhead.
    #[must_use]
    pub fn new(settings: BulkheadSettings) -> Self {
        let places = settings.max_concurrent.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            running: Semaphore::new(places),
            waiting: AtomicUsize::new(0),
            max_queue: settings.max_queue,
        }
    }

    /// Takes a place, after a wait if others were first.
    ///
    /// # Errors
    /// [`Rejection::Full`] when too many wait already.
    pub async fn enter(&self) -> Result<Place<'_>, Rejection> {
        if let Ok(permit) = self.running.try_acquire() {
            return Ok(Place(permit));
        }
        let _queued = Queued::join(&self.waiting, self.max_queue)?;
        let permit = self.running.acquire().await;
        permit.map(Place).map_err(|_| Rejection::Full)
    }
}

/// A place in the queue, free again when dropped.
struct Queued<'b>(&'b AtomicUsize);

impl<'b> Queued<'b> {
    fn join(waiting: &'b AtomicUsize, most: usize) -> Result<Self, Rejection> {
        let joined = waiting.fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| {
            (count < most).then_some(count + 1)
        });
        joined.map(|_| Self(waiting)).map_err(|_| Rejection::Full)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn bulkhead() -> Bulkhead {
        Bulkhead::new(BulkheadSettings {
            max_concurrent: 1,
            max_queue: 1,
        })
    }

    #[tokio::test(start_paused = true)]
    async fn queues_a_few_and_refuses_the_rest() {
        let bulkhead = bulkhead();
        let work = async || {
            let _place = bulkhead.enter().await?;
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok::<_, Rejection>(tokio::time::Instant::now())
        };
        let begin = tokio::time::Instant::now();
        let (first, second, third) = tokio::join!(work(), work(), work());
        assert_eq!(first.unwrap() - begin, Duration::from_secs(1));
        assert_eq!(second.unwrap() - begin, Duration::from_secs(2));
        assert_eq!(third, Err(Rejection::Full));
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_leave_the_queue_free_their_place() {
        let bulkhead = bulkhead();
        let place = bulkhead.enter().await.unwrap();
        let wait = Duration::from_secs(1);
        assert!(tokio::time::timeout(wait, bulkhead.enter()).await.is_err());
        let (waited, ()) = tokio::join!(bulkhead.enter(), async { drop(place) });
        assert!(waited.is_ok());
    }
}
