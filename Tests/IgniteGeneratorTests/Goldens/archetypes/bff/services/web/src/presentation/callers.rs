//! How often one caller may ask.

use axum::Router;
use frame::resilience::{RateSettings, limit_each_caller};

/// How often one caller may ask, and what tells callers apart.
#[derive(Debug, Clone)]
pub struct Callers {
    /// `CALLER_RATE_LIMIT_RPS` and `CALLER_RATE_LIMIT_BURST`.
    pub rate: RateSettings,
    /// `CALLER_RATE_LIMIT_HEADER`: the header that tells callers without a token apart, set by what
    /// stands before this service; without it they are told apart by their address.
    pub header: Option<String>,
}

impl Callers {
    /// Gives each caller a limit of its own for all of these routes together.
    pub fn limit(&self, routes: Router) -> Router {
        limit_each_caller(routes, self.rate, self.header.as_deref())
    }
}
