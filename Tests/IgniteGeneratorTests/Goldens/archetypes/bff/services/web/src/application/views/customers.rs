//! What `customers` keeps, with what it leads to.

use std::collections::HashMap;
use std::sync::Arc;

use frame::Error;
use frame::cache::Found;
use frame::http::{Page, PageRequest};
use frame::parts::{Deadline, Part, in_calls};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Views;
use crate::clients;

/// The first page of each kind.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = customers::Overview)]
pub struct Overview {
    pub customer: Part<Page<clients::customers::customer::Customer>>,
}

impl Overview {
    /// Whether nothing of it is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        ![self.customer.is_there(),].contains(&true)
    }
}

pub(super) async fn overview(views: &Views, page: &PageRequest, deadline: Deadline) -> Overview {
    let (customer,) = tokio::join!(
        deadline.part(async { Ok(list_customer(views, page).await?.value) }),
    );
    Overview {
        customer,
    }
}

/// One `Customer`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = customers::CustomerView)]
pub struct CustomerView {
    pub item: clients::customers::customer::Customer,
}

/// A page of `Customer`.
///
/// # Errors
/// What the service refuses, or that it does not answer in time.
pub async fn customer_page(views: &Views, page: &PageRequest) -> Result<Found<Page<CustomerView>>, Error> {
    let deadline = views.deadline();
    let Found { value, age } = deadline.whole(list_customer(views, page)).await?;
    let value = value.map(|item| CustomerView { item });
    Ok(Found { value, age })
}

/// The `Customer` with this id.
///
/// # Errors
/// What the service refuses, or that it does not answer in time.
pub async fn customer_view(views: &Views, id: Uuid) -> Result<Found<CustomerView>, Error> {
    let deadline = views.deadline();
    let client = Arc::clone(&views.clients.customers);
    let key = views.key(&format!("customers/customers/{id}"));
    let load = async move || client.fetch_customer(id).await;
    let Found { value: item, age } = deadline.whole(views.cache.get_or_load(&key, load)).await?;
    let value = CustomerView { item };
    Ok(Found { value, age })
}

pub(crate) async fn list_customer(
    views: &Views,
    page: &PageRequest,
) -> Result<Found<Page<clients::customers::customer::Customer>>, Error> {
    let client = Arc::clone(&views.clients.customers);
    let (page, limit, cursor) = (page.clone(), page.limit(), page.cursor.as_deref().unwrap_or_default());
    let key = views.key(&format!("customers/customers?{limit}&{cursor}"));
    let load = async move || client.list_customer(&page).await;
    views.cache.get_or_load(&key, load).await
}

/// Those with these ids, in one call for a hundred that are not known.
pub(crate) async fn find_customer(
    views: &Views,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, clients::customers::customer::Customer>, Error> {
    let client = Arc::clone(&views.clients.customers);
    let prefix = views.key("customers/customers/");
    let load = move |ids: Vec<Uuid>| {
        let client = Arc::clone(&client);
        async move {
            let found = in_calls(&ids, |ids| {
                let client = Arc::clone(&client);
                async move { client.fetch_many_customer(&ids).await }
            });
            let found = found.await?;
            Ok(found.into_iter().map(|found| (found.id, found)).collect())
        }
    };
    views.cache.get_or_load_many(&prefix, &ids, load).await
}
