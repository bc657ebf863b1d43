use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::Mutex as Turn;
use uuid::Uuid;

use crate::{Error, Result};

type Load<T> = dyn Fn(Vec<Uuid>) -> BoxFuture<'static, Result<Vec<(Uuid, T)>>> + Send + Sync;

/// Reads what many fields of one request refer to in one go, and each thing once.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use frame::graphql::Loader;
///
/// let loader = Loader::new(async |ids| Ok(ids.into_iter().map(|id| (id, "a name")).collect()));
/// assert_eq!(loader.load(frame::new_id()).await?, Some("a name"));
/// # Ok::<(), frame::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Loader<T> {
    load: Box<Load<T>>,
    wanted: Mutex<HashSet<Uuid>>,
    known: Mutex<HashMap<Uuid, Result<Option<T>>>>,
    turn: Turn<()>,
    reads: AtomicUsize,
}

impl<T: Clone> Loader<T> {
    /// A loader that reads with a function; what it does not give back does not exist.
    pub fn new<F>(load: impl Fn(Vec<Uuid>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Vec<(Uuid, T)>>> + Send + 'static,
    {
        Self {
            load: Box::new(move |ids| Box::pin(load(ids))),
            wanted: Mutex::default(),
            known: Mutex::default(),
            turn: Turn::default(),
            reads: AtomicUsize::default(),
        }
    }

    /// What has an id, if anything has.
    ///
    /// # Errors
    /// What reading it answered.
    pub async fn load(&self, id: Uuid) -> Result<Option<T>> {
        if let Some(known) = self.known(id) {
            return known;
        }
        self.wanted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id);
        // The other fields of the list say what they want before the first one reads.
        tokio::task::yield_now().await;
        let _turn = self.turn.lock().await;
        if let Some(known) = self.known(id) {
            return known;
        }
        self.read().await;
        self.known(id).unwrap_or(Ok(None))
    }

    /// As [`Self::load`], for what must be there.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing has the id, or what reading it answered.
    pub async fn require(&self, id: Uuid) -> Result<T> {
        let found = self.load(id).await?;
        found.ok_or_else(|| Error::NotFound(format!("what has the id {id}")))
    }

    /// How often it has read.
    #[must_use]
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }

    fn known(&self, id: Uuid) -> Option<Result<Option<T>>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).cloned()
    }

    async fn read(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let wanted =
            std::mem::take(&mut *self.wanted.lock().unwrap_or_else(PoisonError::into_inner));
        let ids: Vec<_> = wanted.into_iter().collect();
        let found = (self.load)(ids.clone()).await;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(found) => {
                known.extend(ids.into_iter().map(|id| (id, Ok(None))));
                known.extend(found.into_iter().map(|(id, value)| (id, Ok(Some(value)))));
            }
            Err(error) => known.extend(ids.into_iter().map(|id| (id, Err(error.clone())))),
        }
    }
}

impl<T> fmt::Debug for Loader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::future::join_all;

    use super::*;

    type Batches = Arc<Mutex<Vec<usize>>>;

    fn counted(missing: Uuid) -> (Loader<u128>, Batches) {
        let batches = Batches::default();
        let seen = Arc::clone(&batches);
        let loader = Loader::new(move |ids: Vec<Uuid>| {
            seen.lock().unwrap().push(ids.len());
            async move {
                let found = ids.into_iter().filter(|id| *id != missing);
                Ok(found.map(|id| (id, id.as_u128())).collect())
            }
        });
        (loader, batches)
    }

    #[tokio::test]
    async fn a_list_is_read_in_one_go_and_once() {
        let (loader, batches) = counted(Uuid::from_u128(3));
        let ids = [1, 2, 3, 2, 1].map(Uuid::from_u128);
        let found = join_all(ids.map(|id| loader.load(id))).await;
        assert_eq!(
            found,
            [Ok(Some(1)), Ok(Some(2)), Ok(None), Ok(Some(2)), Ok(Some(1))]
        );
        assert_eq!(loader.require(Uuid::from_u128(1)).await, Ok(1));
        let missing = loader.require(Uuid::from_u128(3)).await;
        assert!(matches!(missing, Err(Error::NotFound(_))));
        assert_eq!(*batches.lock().unwrap(), [3]);
        assert_eq!(loader.load(Uuid::from_u128(4)).await, Ok(Some(4)));
        assert_eq!(*batches.lock().unwrap(), [3, 1]);
        assert_eq!(loader.reads(), 2);
        assert_eq!(format!("{loader:?}"), "Loader { .. }");
    }

    #[tokio::test]
    async fn what_one_read_leads_to_is_read_in_one_go_too() {
        let (first, reads) = counted(Uuid::nil());
        let (then, rereads) = counted(Uuid::nil());
        let each = (1..=60).map(Uuid::from_u128).map(async |id| {
            let found = first.require(id).await?;
            then.require(Uuid::from_u128(found + 100)).await
        });
        let found = join_all(each).await;
        assert!(found.into_iter().eq((101..=160).map(Ok)));
        assert_eq!(*reads.lock().unwrap(), [60]);
        assert_eq!(*rereads.lock().unwrap(), [60]);
    }

    #[tokio::test]
    async fn what_fails_fails_for_all_that_wanted_it() {
        let gone = || Error::Unavailable("gone".to_owned());
        let loader: Loader<u8> = Loader::new(move |_| async move { Err(gone()) });
        let ids = [1, 2].map(Uuid::from_u128);
        let found = join_all(ids.map(|id| loader.load(id))).await;
        assert_eq!(found, [Err(gone()), Err(gone())]);
    }
}
