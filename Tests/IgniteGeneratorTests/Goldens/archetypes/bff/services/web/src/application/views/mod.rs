//! What the front end sees: answers of the services behind this one, put together.

pub mod customers;
pub mod orders;

use std::time::Duration;

use frame::RequestContext;
use frame::cache::Cache;
use frame::http::PageRequest;
use frame::parts::Deadline;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clients::Clients;

/// How many of each kind the overview shows.
const HOME_ITEMS: u32 = 5;

/// What views are made of.
#[derive(Clone)]
pub struct Views {
    clients: Clients,
    cache: Cache,
    time: Duration,
}

/// The first of everything, as far as the services that know it answer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Home {
    pub customers: customers::Overview,
    pub orders: orders::Overview,
}

impl Views {
    /// Views that have so much time for an answer.
    #[must_use]
    pub fn new(clients: Clients, cache: Cache, time: Duration) -> Self {
        Self { clients, cache, time }
    }

    /// All overviews, asked for at once.
    pub async fn home(&self) -> Home {
        let deadline = self.deadline();
        let page = PageRequest {
            limit: Some(HOME_ITEMS),
            ..PageRequest::default()
        };
        let (customers,orders,) = tokio::join!(
            customers::overview(self, &page, deadline),
            orders::overview(self, &page, deadline),
        );
        Home {
            customers,
            orders,
        }
    }

    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(self.time)
    }

    /// The key of an answer, which no two tenants share, and no two callers where these have tokens.
    fn key(&self, name: &str) -> String {
        let context = RequestContext::current();
        let caller = context.as_ref().and_then(RequestContext::caller);
        let tenant = context.and_then(|context| context.tenant);
        let (tenant, caller) = (tenant.unwrap_or_default(), caller.unwrap_or_default());
        format!("{tenant}/{caller}/{name}")
    }
}

impl Home {
    /// Whether none of the services answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        ![self.customers.is_empty(),self.orders.is_empty(),].contains(&false)
    }
}
