//! gRPC: what every server of the platform needs besides its own services.
//!
//! It stands on the listener of the other protocols (HTTP/2 without TLS beside HTTP/1) and behind the
//! same layers; what they refuse becomes a status. Health (`grpc.health.v1`) is open to everybody,
//! reflection (`grpc.reflection.v1`) and the page to try calls are there on this machine only, unless
//! a setting says otherwise.
//!
//! ```
//! use frame::grpc::{Grpc, GrpcSettings};
//! use frame::{App, Settings, config::Defaults};
//!
//! let settings = Settings::new(Defaults { name: "orders", port: 8080 });
//! let app = App::new(&settings)?.grpc(Grpc::new(&[], &GrpcSettings::default())?)?;
//! # let _ = app.router();
//! # Ok::<(), frame::Error>(())
//! ```

mod answer;
mod client;
mod deadline;
mod explorer;
mod health;
#[cfg(feature = "testing")]
pub mod methods;
mod metrics;
mod reflection;
#[cfg(feature = "testing")]
pub mod replies;
mod server;
mod sketch;
mod status;
mod wire;

pub use client::{GrpcClient, understood};
pub use deadline::left;
pub use server::Grpc;
pub use status::error_of;
pub use wire::{Wire, page, read, require};

use crate::config::Reader;

/// What `proto/` describes.
#[allow(missing_docs, clippy::all)]
pub mod pb {
    /// `grpc.health.v1`.
    pub mod health {
        tonic::include_proto!("grpc.health.v1");
    }
    /// `grpc.reflection.v1`.
    pub mod reflection {
        tonic::include_proto!("grpc.reflection.v1");
    }
}

/// The descriptors of health and reflection.
const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/grpc.bin"));

/// How much a call may carry, who may look around, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrpcSettings {
    /// `GRPC_MAX_MESSAGE_BYTES`: the largest message that is read.
    pub max_message: usize,
    /// `GRPC_REFLECTION`: whether reflection and the page to try calls are there; when not set, only on
    /// a service that listens to this machine alone.
    pub reflection: bool,
    /// `GRPC_PORT`: a port besides `PORT`; any free one where `PORT` is 0.
    pub port: Option<u16>,
}

impl Default for GrpcSettings {
    fn default() -> Self {
        Self {
            max_message: 4 * 1024 * 1024,
            reflection: true,
            port: None,
        }
    }
}

impl GrpcSettings {
    /// Reads the settings.
    pub fn read(reader: &mut Reader) -> Self {
        let base = Self::default();
        let host: Option<std::net::IpAddr> = reader.optional("HOST");
        let is_local = host.is_some_and(|host| host.is_loopback());
        let is_any = reader.optional::<String>("PORT").as_deref() == Some("0");
        let port: Option<u16> = reader.optional("GRPC_PORT");
        Self {
            max_message: reader.or("GRPC_MAX_MESSAGE_BYTES", base.max_message),
            reflection: reader.or("GRPC_REFLECTION", is_local),
            port: port.map(|port| if is_any { 0 } else { port }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_looks_around_unless_told_otherwise() {
        for (pairs, expected) in [
            (vec![], false),
            (vec![("HOST", "0.0.0.0")], false),
            (vec![("HOST", "127.0.0.1")], true),
            (vec![("GRPC_REFLECTION", "true")], true),
            (vec![("HOST", "::1"), ("GRPC_REFLECTION", "false")], false),
        ] {
            let mut reader = Reader::from_pairs(pairs);
            assert_eq!(GrpcSettings::read(&mut reader).reflection, expected);
        }
    }

    #[test]
    fn a_second_port_is_free_where_the_first_one_is() {
        for (pairs, expected) in [
            (vec![], None),
            (vec![("GRPC_PORT", "9090")], Some(9090)),
            (vec![("GRPC_PORT", "9090"), ("PORT", "8080")], Some(9090)),
            (vec![("GRPC_PORT", "9090"), ("PORT", "0")], Some(0)),
        ] {
            let mut reader = Reader::from_pairs(pairs);
            assert_eq!(GrpcSettings::read(&mut reader).port, expected);
        }
    }
}
