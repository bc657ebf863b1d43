//! What the services tell each other: one module and one type per event.
//!
//! An event that is published is a promise. Adding an optional field keeps it; anything else needs
//! a new `VERSION`, a new schema in `schemas/`, and an upcaster for the old payloads.

mod order_cancelled;
mod order_placed;
mod stock_ran_low;

pub use order_cancelled::OrderCancelled;
pub use order_placed::OrderPlaced;
pub use stock_ran_low::StockRanLow;
