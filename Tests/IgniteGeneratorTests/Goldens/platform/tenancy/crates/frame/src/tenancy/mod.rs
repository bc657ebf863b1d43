//! Customers who never see each other.
//!
//! Each request names its tenant in a header, or in its host as `acme.example.com`, or in its path as
//! `/t/acme/orders`. A service that keeps data is one program for all tenants, but has a [`cells`] for
//! each: its routes, consumers and background work over a database that only this tenant has. So no
//! query can forget a condition. Events say whose they are and are handled in the cell of that tenant;
//! calls of other services carry the tenant on.
//!
//! A tenant is known once it was added: by `TENANTS` at the start, or by
//! `PUT /operations/tenants/<name>` while the service runs.

mod bus;
pub mod cells;
mod entrance;
mod files;
mod measures;
mod registry;
mod settings;
mod tenant;
pub mod database;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

pub use self::cells::{app, Tenants};
pub use self::settings::{Routing, TenancySettings};
pub use self::tenant::Tenant;
pub(crate) use self::entrance::{belonging, entrance, required};
use crate::RequestContext;
use self::database::open as open_place;

/// The header that names the tenant, between services and from outside.
pub const HEADER: &str = "X-Library";

tokio::task_local! {
    /// For whom a part of a service is being made.
    static MADE_FOR: Tenant;
}

/// The tenant for whom the running task makes a part of a service.
pub(crate) fn made_for() -> Option<Tenant> {
    MADE_FOR.try_with(Clone::clone).ok()
}

/// Names the tenant of a call: the one the caller was made for, else that of the request at hand.
pub(crate) fn name_in(headers: &mut HeaderMap, made_for: Option<&Tenant>) {
    let tenant = match made_for {
        Some(tenant) => Some(tenant.to_string()),
        None => RequestContext::current().and_then(|context| context.tenant),
    };
    let name = HeaderName::from_bytes(HEADER.as_bytes());
    if let (Some(tenant), Ok(name)) = (tenant, name)
        && let Ok(value) = HeaderValue::from_str(&tenant)
    {
        headers.insert(name, value);
    }
}
