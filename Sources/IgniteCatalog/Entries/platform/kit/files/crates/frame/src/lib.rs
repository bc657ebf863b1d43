//! The runtime kit of the platform: everything the services share and nothing that is theirs.
//!
//! This crate is yours to read and to change. It stands on axum, sqlx, tokio, tracing and redis and
//! hides none of them. Where to look:
//!
//! | module | what it holds |
//! |---|---|
//! | [`config`] | the environment, read with types, every problem reported at once |
//! | [`database`] | SQLite or PostgreSQL behind one [`Database`], transactions, the kit's own tables |
//! | [`messaging`] | [`Envelope`], handlers, the consumer runner, the inbox |
//! | [`bus`] | the [`Bus`] trait and the memory, PostgreSQL and Redis buses |
//! | [`outbox`] | events written with the entity, and the relay that publishes them |
//! | [`idempotency`] | `Idempotency-Key` for requests that change something |
//! | [`http`] | layers, extractors, problem details, `ETag`, pages |
//! | [`health`], [`metrics`], [`telemetry`], [`shutdown`] | what operators need |
//! | [`operations`] | routes for the people who run the service, as dead letters and their redrive |
//! | [`schedule`] | jobs by cron and time zone, one instance at a time, with a history |
//! | [`app`] | one service put together, run and drained |

#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod app;
pub mod bus;
mod bytes;
mod clock;
pub mod config;
pub mod context;
pub mod database;
mod error;
pub mod health;
pub mod http;
pub mod idempotency;
mod invalid;
pub mod messaging;
pub mod metrics;
pub mod operations;
pub mod outbox;
pub mod retry;
pub mod schedule;
pub mod shutdown;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;

pub use app::{App, main};
pub use bus::{Bus, MemoryBus, PostgresBus, RedisBus};
pub use bytes::Bytes;
pub use clock::{new_id, now};
pub use config::{Reader, Settings};
pub use context::{RequestContext, TraceContext};
pub use database::{Connection, Database, Migrations, Transaction};
pub use error::{Error, FieldProblem, Result};
pub use invalid::Invalid;
pub use messaging::{
    Envelope, Event, Handler, HandlerError, Handlers, InTransaction, TransactionHandler,
};
pub use outbox::{Direct, Outbox, Publisher};
pub use shutdown::{Shutdown, ShutdownAwareTaskSpawner};
