use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::documents::View;
use super::generations::{self, Generation};
use crate::cqrs::{Documents, EventStore, StoredChange};
use crate::{Error, Result, Transaction};

/// How often it is looked for changes.
const POLL: Duration = Duration::from_millis(100);
/// How many changes are taken in one transaction.
const BATCH: i64 = 100;

/// Documents that are made of the changes of all aggregates.
#[async_trait]
pub trait Projection: Send + Sync + 'static {
    /// What it is called, as `order-summary`.
    fn name(&self) -> &str;

    /// Takes a change into the documents: called for every change, in their order, each once.
    ///
    /// # Errors
    /// What keeps the change from being taken; then it is tried again.
    async fn apply(&self, change: &StoredChange, view: &mut View<'_>) -> Result<()>;
}

/// How far a projection is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectionState {
    /// What it is called.
    pub name: String,
    /// The position of the last change it has taken.
    pub position: i64,
    /// The position of the last change there is.
    pub head: i64,
    /// Whether another generation of it is being built.
    pub is_rebuilding: bool,
}

/// The projections of a service, kept up to date with its changes.
///
/// The documents and the position up to which they tell are written in one transaction, so that a
/// change is neither missed nor taken twice, whatever stops in between and however many instances
/// run. A rebuild makes a second generation from the first change on, beside the one that is read,
/// and puts it in its place when it has caught up.
#[derive(Clone)]
pub struct ProjectionRegistry {
    store: EventStore,
    projections: Vec<Arc<dyn Projection>>,
}

impl ProjectionRegistry {
    /// A registry of no projections.
    #[must_use]
    pub fn new(store: EventStore) -> Self {
        Self {
            store,
            projections: Vec::new(),
        }
    }

    /// Adds a projection.
    #[must_use]
    pub fn register(mut self, projection: impl Projection) -> Self {
        self.projections.push(Arc::new(projection));
        self
    }

    /// The documents of a projection.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a projection that is not registered.
    pub fn documents(&self, name: &str) -> Result<Documents> {
        let projection = self.projection(name)?.name().to_owned();
        Ok(Documents {
            database: self.store.database().clone(),
            projection,
        })
    }

    /// How far each projection is.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn states(&self) -> Result<Vec<ProjectionState>> {
        let mut states = Vec::new();
        for projection in &self.projections {
            let name = projection.name();
            let generations = generations::read(self.store.database(), name).await?;
            let live = generations.iter().find(|generation| generation.is_live);
            states.push(ProjectionState {
                name: name.to_owned(),
                position: live.map_or(0, |live| live.position),
                head: self.store.head().await?,
                is_rebuilding: generations.len() > 1,
            });
        }
        Ok(states)
    }

    /// Makes a projection anew from the first change on; readers keep what is there until then.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a projection that is not registered.
    pub async fn rebuild(&self, name: &str) -> Result<()> {
        let name = self.projection(name)?.name();
        generations::ensure(self.store.database(), name).await?;
        let mut tx = self.store.database().begin().await?;
        let generations = generations::lock(&mut tx, name).await?;
        let next = generations.last().map_or(1, |last| last.generation + 1);
        for unfinished in generations.iter().filter(|generation| !generation.is_live) {
            generations::drop(&mut tx, name, unfinished.generation).await?;
        }
        generations::begin(&mut tx, name, next).await?;
        tx.commit().await
    }

    /// Takes all changes that there are by now into every projection, and ends the rebuilds.
    ///
    /// # Errors
    /// The first projection's that failed; the others are up to date.
    pub async fn catch_up(&self) -> Result<()> {
        let mut outcome = Ok(());
        for projection in &self.projections {
            let done = self.catch_up_one(projection.as_ref()).await;
            outcome = outcome.and(done);
        }
        outcome
    }

    /// Keeps the projections up to date until the token is cancelled.
    ///
    /// # Errors
    /// None: a projection that fails is tried again.
    pub async fn run(self, stop: CancellationToken) -> Result<()> {
        while !stop.is_cancelled() {
            if let Err(error) = self.catch_up().await {
                tracing::warn!(%error, "a projection is behind");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        Ok(())
    }

    async fn catch_up_one(&self, projection: &dyn Projection) -> Result<()> {
        let (database, name) = (self.store.database(), projection.name());
        generations::ensure(database, name).await?;
        loop {
            let head = self.store.head().await?;
            let generations = generations::read(database, name).await?;
            let is_done = |at: &Generation| at.is_live && at.position >= head;
            if generations.iter().all(is_done) {
                return Ok(());
            }
            let mut tx = database.begin().await?;
            self.advance(projection, &mut tx).await?;
            tx.commit().await?;
        }
    }

    /// Takes some changes into every generation, and the new one live when it is as far as the old one.
    async fn advance(&self, projection: &dyn Projection, tx: &mut Transaction) -> Result<()> {
        let name = projection.name();
        let mut generations = generations::lock(tx, name).await?;
        for at in &mut generations {
            let changes = self.store.all_in(tx, at.position, BATCH).await?;
            for change in &changes {
                let generation = at.generation;
                let mut view = View {
                    tx,
                    projection: name,
                    generation,
                };
                projection.apply(change, &mut view).await?;
                at.position = change.position;
            }
            generations::move_to(tx, name, at.generation, at.position).await?;
        }
        if let [old, new] = generations.as_slice()
            && new.position >= old.position
        {
            generations::drop(tx, name, old.generation).await?;
            generations::go_live(tx, name, new.generation).await?;
        }
        Ok(())
    }

    fn projection(&self, name: &str) -> Result<&dyn Projection> {
        let mut projections = self.projections.iter();
        let found = projections.find(|projection| projection.name() == name);
        let found = found.map(AsRef::as_ref);
        found.ok_or_else(|| Error::NotFound(format!("there is no projection {name}")))
    }
}

impl fmt::Debug for ProjectionRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.projections.iter().map(|projection| projection.name());
        f.debug_list().entries(names).finish()
    }
}
