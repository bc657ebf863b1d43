//! What the service can do, whatever the protocol.

pub mod on_order_placed;
pub mod on_stock_ran_low;
