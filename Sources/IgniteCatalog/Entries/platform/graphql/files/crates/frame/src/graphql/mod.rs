//! GraphQL: what every schema of the platform needs besides its own types.
//!
//! Queries are bounded before they run, errors carry the problem that REST would send, references of a
//! list are read in one go, and the page at the same path tries it all.
//!
//! ```
//! use frame::graphql::{GraphqlSettings, routes};
//! use juniper::{EmptyMutation, EmptySubscription, RootNode, graphql_object};
//!
//! struct Query;
//!
//! #[graphql_object]
//! impl Query {
//!     fn double(number: i32) -> frame::Result<i32> {
//!         let twice = number.checked_mul(2);
//!         twice.ok_or_else(|| frame::Error::Conflict("too large".to_owned()))
//!     }
//! }
//!
//! let schema = RootNode::new(Query, EmptyMutation::new(), EmptySubscription::new());
//! let routes = routes(schema, &GraphqlSettings::default(), || ());
//! # let _: axum::Router = routes;
//! ```

mod contract;
mod error;
mod limits;
mod loader;
mod routes;
mod scalars;

pub use contract::definitions;
pub use limits::{Limits, Weight};
pub use loader::Loader;
pub use routes::routes;
pub use scalars::{BigInt, Json};

use crate::config::Reader;

/// How much may be asked, and who may look around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphqlSettings {
    /// `GRAPHQL_MAX_DEPTH` and `GRAPHQL_MAX_COMPLEXITY`.
    pub limits: Limits,
    /// `GRAPHQL_INTROSPECTION`: whether the schema and the page to try it are shown; when not set, only
    /// on a service that listens to this machine alone.
    pub introspection: bool,
}

impl Default for GraphqlSettings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            introspection: true,
        }
    }
}

impl GraphqlSettings {
    /// Reads the settings.
    pub fn read(reader: &mut Reader) -> Self {
        let limits = Limits::default();
        let host: Option<std::net::IpAddr> = reader.optional("HOST");
        let is_local = host.is_some_and(|host| host.is_loopback());
        Self {
            limits: Limits {
                max_depth: reader.or("GRAPHQL_MAX_DEPTH", limits.max_depth),
                max_complexity: reader.or("GRAPHQL_MAX_COMPLEXITY", limits.max_complexity),
            },
            introspection: reader.or("GRAPHQL_INTROSPECTION", is_local),
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
            (vec![("GRAPHQL_INTROSPECTION", "true")], true),
            (
                vec![("HOST", "::1"), ("GRAPHQL_INTROSPECTION", "false")],
                false,
            ),
        ] {
            let mut reader = Reader::from_pairs(pairs);
            assert_eq!(GraphqlSettings::read(&mut reader).introspection, expected);
        }
    }

    #[test]
    fn limits_come_from_the_environment() {
        let mut reader = Reader::from_pairs([("GRAPHQL_MAX_DEPTH", "7")]);
        let limits = GraphqlSettings::read(&mut reader).limits;
        assert_eq!(limits.max_depth, 7);
        assert_eq!(limits.max_complexity, Limits::default().max_complexity);
    }
}
