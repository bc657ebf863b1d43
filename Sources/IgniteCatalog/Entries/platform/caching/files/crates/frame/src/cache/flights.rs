use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::Body;
use crate::{Error, RequestContext, Result};

/// A load that runs, for all who wait for it.
pub(super) type Flight = Shared<BoxFuture<'static, Result<Body>>>;

/// The loads that run, one a key.
#[derive(Debug, Clone, Default)]
pub(super) struct Flights(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    last: u64,
    running: HashMap<String, (u64, Option<Flight>)>,
}

/// Ends a load's entry when it ends, however that is.
pub(super) struct Landing {
    flights: Flights,
    key: String,
    number: u64,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut state = self.flights.state();
        let running = state.running.get(&self.key);
        if running.is_some_and(|(number, _)| *number == self.number) {
            state.running.remove(&self.key);
        }
    }
}

impl Flights {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Joins the load of this key, or begins it.
    pub(super) fn join(
        &self,
        key: &str,
        load: impl FnOnce() -> BoxFuture<'static, Result<Body>>,
    ) -> Flight {
        let mut state = self.state();
        if let Some((_, Some(flight))) = state.running.get(key) {
            return flight.clone();
        }
        let landing = self.landing(key, &mut state);
        let number = landing.number;
        let work = load();
        let task = spawn(async move {
            let _landing = landing;
            work.await
        });
        let ended = async |task: JoinHandle<_>| match task.await {
            Ok(body) => body,
            Err(_) => Err(Error::Internal("a load ended before its time".to_owned())),
        };
        let flight = async move { ended(task).await }.boxed().shared();
        let entry = (number, Some(flight.clone()));
        state.running.insert(key.to_owned(), entry);
        flight
    }

    /// Marks a key as being loaded by the caller, until what is given back is dropped; nothing where
    /// it is loaded already.
    pub(super) fn begin(&self, key: &str) -> Option<Landing> {
        let mut state = self.state();
        if state.running.contains_key(key) {
            return None;
        }
        let landing = self.landing(key, &mut state);
        let entry = (landing.number, None);
        state.running.insert(key.to_owned(), entry);
        Some(landing)
    }

    fn landing(&self, key: &str, state: &mut State) -> Landing {
        state.last += 1;
        Landing {
            flights: self.clone(),
            key: key.to_owned(),
            number: state.last,
        }
    }

    /// Lets the load of this key go on without anybody joining it any more.
    pub(super) fn forget(&self, key: &str) {
        self.state().running.remove(key);
    }

    pub(super) fn forget_all(&self) {
        self.state().running.clear();
    }
}

/// Runs a load by itself, as a part of the request at hand.
pub(super) fn spawn<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    let context = RequestContext::current();
    let work = async move {
        match context {
            Some(context) => context.scope(work).await,
            None => work.await,
        }
    };
    tokio::spawn(work.in_current_span())
}
