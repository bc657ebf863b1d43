//! Clients that are told of events over WebSockets.
//!
//! A [`Hub`] keeps the connections of one instance. Who connects shows a token, subscribes to topics
//! that [`Access`] allows, and is told of events until the connection ends. Each connection has a
//! bounded queue, so that a slow client costs no more than it may. What one instance hears goes to all
//! others through Redis, or stays in memory where there is only one.
//!
//! Delivery is at most once to those who are connected: a client that was away reads what it missed
//! where the data is.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use frame::config::{Defaults, Settings};
//! use frame::security::jwt::Principal;
//! use frame::websocket::{Access, Hub, WebsocketSettings};
//! use frame::{App, Envelope, Reader};
//!
//! struct Everyone;
//!
//! impl Access for Everyone {
//!     fn topics(&self) -> &[&'static str] {
//!         &["OrderPlaced"]
//!     }
//!
//!     fn may_subscribe(&self, _: &Principal, _: &str) -> bool {
//!         true
//!     }
//!
//!     fn may_see(&self, caller: &Principal, event: &Envelope) -> bool {
//!         event.key == caller.subject
//!     }
//! }
//!
//! let mut reader = Reader::from_pairs([("HOST", "127.0.0.1")]);
//! let settings = Settings::read(&mut reader, Defaults { name: "live", port: 0 });
//! let websocket = WebsocketSettings::read(&mut reader, &settings);
//! reader.finish()?;
//! let (hub, feed) = Hub::open(websocket, Everyone).await?;
//! let app = App::new(&settings)?
//!     .routes(hub.routes("/ws"))
//!     .background("websocket", move |stop| hub.run(feed, stop));
//! # let _ = app;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg(feature = "jwt")]

mod connect;
mod fan_out;
mod graphql;
mod hub;
mod presence;
mod protocol;
mod queue;
mod registry;
mod requests;
mod session;
mod settings;

pub use fan_out::Feed;
pub use graphql::{Documents, GRAPHQL_SUBPROTOCOL, Opened, Operation};
pub use hub::Hub;
pub use protocol::SUBPROTOCOL;
pub use settings::{SlowClients, WebsocketSettings};

use crate::Envelope;
use crate::security::jwt::Principal;

/// Who may hear what.
pub trait Access: Send + Sync + 'static {
    /// Everything that can be heard.
    fn topics(&self) -> &[&'static str];

    /// Whether a caller may subscribe to a topic.
    fn may_subscribe(&self, caller: &Principal, topic: &str) -> bool;

    /// Whether a subscriber may see this one event.
    fn may_see(&self, caller: &Principal, event: &Envelope) -> bool;
}
