//! Aggregates that are kept as what happened to them.
//!
//! A command is decided on the state that an [`Aggregate`] has by now; what it decides is a change,
//! which is appended to the [`EventStore`] if nobody was faster. The state is what comes out when
//! the changes are applied one after the other, from a snapshot on where there is one. A
//! [`Projection`] makes documents of the changes of all aggregates, in their order and each once;
//! it can be rebuilt while it is read and while changes go on. Changes stay in the form in which
//! they were written; the [`VersionRegistry`] brings old forms up to date when they are read.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use frame::cqrs::{Aggregate, Aggregates, Change, EventStore, VersionRegistry};
//! use frame::Database;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
//! struct Account(i64);
//!
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
//! enum AccountChange {
//!     Opened,
//!     Paid(i64),
//! }
//!
//! impl Aggregate for Account {
//!     const KIND: &'static str = "account";
//!     type Change = AccountChange;
//!
//!     fn apply(state: Option<Self>, change: &Change<AccountChange>) -> Option<Self> {
//!         match (state, &change.what) {
//!             (_, AccountChange::Opened) => Some(Self(0)),
//!             (state, AccountChange::Paid(cents)) => state.map(|Self(sum)| Self(sum + cents)),
//!         }
//!     }
//! }
//!
//! let database = Database::memory().await?;
//! database.migrate_frame().await?;
//! let accounts = Aggregates::<Account>::new(EventStore::new(database.clone(), VersionRegistry::new()));
//! let id = frame::new_id();
//! for change in [AccountChange::Opened, AccountChange::Paid(7)] {
//!     let decided = accounts.load(id).await?.decide(change);
//!     let mut tx = database.begin().await?;
//!     accounts.commit(&mut tx, &decided).await?;
//!     tx.commit().await?;
//! }
//! assert_eq!(accounts.load(id).await?.state, Some(Account(7)));
//! # Ok::<(), frame::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aggregate;
mod buses;
mod documents;
mod generations;
mod projection;
mod routes;
mod store;
mod versions;

pub use aggregate::{Aggregate, Aggregates, Change, Decided, Loaded};
pub use buses::{Command, CommandBus, CommandHandler, Query, QueryBus, QueryHandler};
pub use documents::{Documents, View};
pub use projection::{Projection, ProjectionRegistry, ProjectionState};
pub use routes::operations;
pub use store::{EventStore, NewChange, StoredChange};
pub use versions::VersionRegistry;
