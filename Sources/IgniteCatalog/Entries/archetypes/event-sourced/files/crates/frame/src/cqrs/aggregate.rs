use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::cqrs::{EventStore, NewChange, StoredChange};
use crate::database::{on_pool, upsert};
use crate::{Error, Result, Transaction, now};

/// Something whose state is what its changes made of it.
pub trait Aggregate: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// What it is called in the store.
    const KIND: &'static str;
    /// The form of its snapshots: raise it when the state gets another form, and old snapshots are
    /// not used any more.
    const FORM: i64 = 1;
    /// What can happen to one, as an enum.
    type Change: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// The state after a change; `None` before the first one and after the end.
    fn apply(state: Option<Self>, change: &Change<Self::Change>) -> Option<Self>;
}

/// Something that happened to an aggregate.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<C> {
    /// Which aggregate it happened to.
    pub id: Uuid,
    /// The version that the aggregate has after it.
    pub version: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub what: C,
}

/// An aggregate as it is by now.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded<A> {
    /// Which one.
    pub id: Uuid,
    /// Its version, 0 for one that nothing has happened to.
    pub version: i64,
    /// Its state, if it exists.
    pub state: Option<A>,
}

/// A change that was decided and not stored yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided<A: Aggregate> {
    /// The state that it was decided on.
    pub before: Option<A>,
    /// The state after it.
    pub after: Option<A>,
    /// The change; its version is the one after that it was decided on.
    pub change: Change<A::Change>,
}

impl<A: Aggregate> Loaded<A> {
    /// One that nothing has happened to.
    #[must_use]
    pub fn new(id: Uuid) -> Self {
        Self {
            id,
            version: 0,
            state: None,
        }
    }

    /// The aggregate after a change that was stored.
    #[must_use]
    pub fn apply(self, change: &Change<A::Change>) -> Self {
        Self {
            id: self.id,
            version: change.version,
            state: A::apply(self.state, change),
        }
    }

    /// What a change will make of it.
    #[must_use]
    pub fn decide(self, what: A::Change) -> Decided<A> {
        let (id, version) = (self.id, self.version + 1);
        let at = now();
        let change = Change {
            id,
            version,
            at,
            what,
        };
        Decided {
            after: A::apply(self.state.clone(), &change),
            before: self.state,
            change,
        }
    }
}

/// The aggregates of one kind.
pub struct Aggregates<A> {
    store: EventStore,
    snapshot_every: i64,
    kind: PhantomData<fn() -> A>,
}

impl<A: Aggregate> Aggregates<A> {
    /// Those in a store, with a snapshot after every 100 changes.
    #[must_use]
    pub fn new(store: EventStore) -> Self {
        Self {
            store,
            snapshot_every: 100,
            kind: PhantomData,
        }
    }

    /// Takes a snapshot after every so many changes.
    #[must_use]
    pub fn snapshot_every(self, changes: i64) -> Self {
        Self {
            snapshot_every: changes.max(1),
            ..self
        }
    }

    /// The aggregate as it is by now: its snapshot and the changes behind it.
    ///
    /// # Errors
    /// [`Error::Malformed`] for changes of a form that nobody knows.
    pub async fn load(&self, id: Uuid) -> Result<Loaded<A>> {
        let start = self.snapshot(id).await?;
        self.replay(start.unwrap_or_else(|| Loaded::new(id))).await
    }

    /// The aggregate from all its changes, without a snapshot.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub async fn load_from_changes(&self, id: Uuid) -> Result<Loaded<A>> {
        self.replay(Loaded::new(id)).await
    }

    async fn replay(&self, start: Loaded<A>) -> Result<Loaded<A>> {
        let changes = self.store.changes(A::KIND, start.id, start.version).await?;
        let mut loaded = start;
        for change in changes {
            loaded = loaded.apply(&read::<A>(change)?);
        }
        Ok(loaded)
    }

    /// Stores a change if the aggregate still has the version that it was decided on.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] when somebody was faster.
    pub async fn commit(&self, tx: &mut Transaction, decided: &Decided<A>) -> Result<()> {
        let change = &decided.change;
        let expected = change.version - 1;
        let new = [write::<A>(change)?];
        self.store
            .append(tx, A::KIND, change.id, expected, &new)
            .await?;
        if change.version % self.snapshot_every == 0 {
            self.keep_snapshot(tx, decided).await?;
        }
        Ok(())
    }

    /// The last snapshot of an aggregate, if it has one of this form.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn snapshot(&self, id: Uuid) -> Result<Option<Loaded<A>>> {
        let select = "SELECT version, state FROM frame_snapshots \
                      WHERE aggregate = $1 AND id = $2 AND form = $3";
        let found: Option<(i64, String)> = on_pool!(self.store.database(), pool => {
            let select = sqlx::query_as(select).bind(A::KIND).bind(id).bind(A::FORM);
            select.fetch_optional(pool).await?
        });
        // A snapshot is only a shortcut: one that cannot be read is as good as none.
        Ok(found.and_then(|(version, state)| {
            let state = serde_json::from_str(&state).ok()?;
            Some(Loaded { id, version, state })
        }))
    }

    async fn keep_snapshot(&self, tx: &mut Transaction, decided: &Decided<A>) -> Result<()> {
        let insert = "INSERT INTO frame_snapshots (aggregate, id, version, form, state) \
                      VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let update = "UPDATE frame_snapshots SET version = $3, form = $4, state = $5 \
                      WHERE aggregate = $1 AND id = $2";
        let state = serde_json::to_string(&decided.after)
            .map_err(|error| Error::Internal(format!("snapshot of {}: {error}", A::KIND)))?;
        let (id, version) = (decided.change.id, decided.change.version);
        let connection = tx.connection();
        upsert!(
            connection,
            insert,
            update,
            [A::KIND, id, version, A::FORM, &state]
        );
        Ok(())
    }
}

/// A change as it is stored: the name of the variant and what is in it.
fn write<A: Aggregate>(change: &Change<A::Change>) -> Result<NewChange> {
    let json = serde_json::to_value(&change.what)
        .map_err(|error| Error::Internal(format!("change of {}: {error}", A::KIND)))?;
    let named = match json {
        Value::String(kind) => Some((kind, Value::Null)),
        Value::Object(members) => members.into_iter().next(),
        _ => None,
    };
    let (kind, payload) =
        named.ok_or_else(|| Error::Internal(format!("a change of {} is no enum", A::KIND)))?;
    Ok(NewChange {
        kind,
        payload,
        at: change.at,
    })
}

fn read<A: Aggregate>(stored: StoredChange) -> Result<Change<A::Change>> {
    let json = match stored.payload {
        Value::Null => Value::String(stored.kind),
        payload => Value::Object(Map::from_iter([(stored.kind, payload)])),
    };
    let what = serde_json::from_value(json).map_err(|error| {
        Error::Malformed(format!(
            "change {} of {}: {error}",
            stored.position,
            A::KIND
        ))
    })?;
    Ok(Change {
        id: stored.id,
        version: stored.version,
        at: stored.at,
        what,
    })
}

impl<A> Clone for Aggregates<A> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            snapshot_every: self.snapshot_every,
            kind: PhantomData,
        }
    }
}

impl<A: Aggregate> fmt::Debug for Aggregates<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aggregates")
            .field("kind", &A::KIND)
            .field("snapshot_every", &self.snapshot_every)
            .finish_non_exhaustive()
    }
}
