//! Events: what they are, how they are handled and how a consumer runs.
//!
//! ```
//! use frame::{Envelope, Event};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! struct OrderPlaced {
//!     order: String,
//! }
//!
//! impl Event for OrderPlaced {
//!     const TYPE: &'static str = "OrderPlaced";
//!     const VERSION: u32 = 1;
//!
//!     fn key(&self) -> String {
//!         self.order.clone()
//!     }
//! }
//!
//! let placed = OrderPlaced { order: "o1".to_owned() };
//! let envelope = Envelope::of("order-service", &placed)?;
//! assert_eq!((envelope.kind.as_str(), envelope.key.as_str()), ("OrderPlaced", "o1"));
//! assert_eq!(envelope.decode::<OrderPlaced>()?, placed);
//! # Ok::<(), frame::Error>(())
//! ```

mod envelope;
mod handler;
mod inbox;
mod runner;

pub use envelope::{Envelope, Event};
pub use handler::{Handler, HandlerError, Handlers, InTransaction, Recent, TransactionHandler};
pub use inbox::{first_time, purge_inbox};
pub use runner::ConsumerRunner;

#[cfg(test)]
pub(crate) use envelope::tests;
