//! What the services tell each other: one module and one type per event.
//!
//! An event that is published is a promise, which `contracts/events/` has as JSON Schema. Adding an
//! optional field keeps it; anything else needs a new version (`event_versions` of the service in
//! `architecture.toml`) and `upcast`, which brings payloads of earlier versions to the new form.

mod order_cancelled;
mod order_placed;
mod stock_ran_low;

pub use order_cancelled::OrderCancelled;
pub use order_placed::OrderPlaced;
pub use stock_ran_low::StockRanLow;
