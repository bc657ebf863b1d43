//! What `orders` keeps, with what it leads to.

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
#[schema(as = orders::Overview)]
pub struct Overview {
    pub order: Part<Page<clients::orders::order::Order>>,
    pub line: Part<Page<clients::orders::line::Line>>,
}

impl Overview {
    /// Whether nothing of it is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        ![self.order.is_there(),self.line.is_there(),].contains(&true)
    }
}

pub(super) async fn overview(views: &Views, page: &PageRequest, deadline: Deadline) -> Overview {
    let (order,line,) = tokio::join!(
        deadline.part(async { Ok(list_order(views, page).await?.value) }),
        deadline.part(async { Ok(list_line(views, page).await?.value) }),
    );
    Overview {
        order,
        line,
    }
}

/// One `Order`, and what it leads to.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = orders::OrderView)]
pub struct OrderView {
    pub item: clients::orders::order::Order,
    pub linked: OrderLinks,
}

/// What the fields of one `Order` lead to, under their names.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = orders::OrderLinks)]
pub struct OrderLinks {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Part<clients::customers::customer::Customer>>,
}

/// A page of `Order`; what they lead to is asked for at once.
///
/// # Errors
/// What the service refuses, or that it does not answer in time.
pub async fn order_page(views: &Views, page: &PageRequest) -> Result<Found<Page<OrderView>>, Error> {
    let deadline = views.deadline();
    let Found { value, age } = deadline.whole(list_order(views, page)).await?;
    let linked = link_order(views, &value.items, deadline).await;
    let items = value.items.into_iter().zip(linked);
    let items = items.map(|(item, linked)| OrderView { item, linked }).collect();
    let value = Page {
        items,
        next_cursor: value.next_cursor,
    };
    Ok(Found { value, age })
}

/// The `Order` with this id, and what it leads to.
///
/// # Errors
/// What the service refuses, or that it does not answer in time.
pub async fn order_view(views: &Views, id: Uuid) -> Result<Found<OrderView>, Error> {
    let deadline = views.deadline();
    let client = Arc::clone(&views.clients.orders);
    let key = views.key(&format!("orders/orders/{id}"));
    let load = async move || client.fetch_order(id).await;
    let Found { value: item, age } = deadline.whole(views.cache.get_or_load(&key, load)).await?;
    let linked = link_order(views, std::slice::from_ref(&item), deadline).await.pop();
    let linked = linked.ok_or_else(|| Error::Internal("an answer without its links".to_owned()))?;
    let value = OrderView { item, linked };
    Ok(Found { value, age })
}

pub(crate) async fn list_order(
    views: &Views,
    page: &PageRequest,
) -> Result<Found<Page<clients::orders::order::Order>>, Error> {
    let client = Arc::clone(&views.clients.orders);
    let (page, limit, cursor) = (page.clone(), page.limit(), page.cursor.as_deref().unwrap_or_default());
    let key = views.key(&format!("orders/orders?{limit}&{cursor}"));
    let load = async move || client.list_order(&page).await;
    views.cache.get_or_load(&key, load).await
}

/// Those with these ids, in one call for a hundred that are not known.
pub(crate) async fn find_order(
    views: &Views,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, clients::orders::order::Order>, Error> {
    let client = Arc::clone(&views.clients.orders);
    let prefix = views.key("orders/orders/");
    let load = move |ids: Vec<Uuid>| {
        let client = Arc::clone(&client);
        async move {
            let found = in_calls(&ids, |ids| {
                let client = Arc::clone(&client);
                async move { client.fetch_many_order(&ids).await }
            });
            let found = found.await?;
            Ok(found.into_iter().map(|found| (found.id, found)).collect())
        }
    };
    views.cache.get_or_load_many(&prefix, &ids, load).await
}

async fn link_order(
    views: &Views,
    items: &[clients::orders::order::Order],
    deadline: Deadline,
) -> Vec<OrderLinks> {
    let (linked_customer_id,) = tokio::join!(
        deadline.linked(
            items.iter().map(|item| Some(item.fields.customer_id)).collect(),
            |ids| super::customers::find_customer(views, ids),
        ),
    );
    let mut linked_customer_id = linked_customer_id.into_iter();
    let next = |_| OrderLinks {
        customer_id: linked_customer_id.next().flatten(),
    };
    items.iter().map(next).collect()
}

/// One `Line`, and what it leads to.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = orders::LineView)]
pub struct LineView {
    pub item: clients::orders::line::Line,
    pub linked: LineLinks,
}

/// What the fields of one `Line` lead to, under their names.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = orders::LineLinks)]
pub struct LineLinks {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Part<clients::orders::order::Order>>,
}

/// A page of `Line`; what they lead to is asked for at once.
///
/// # Errors
/// What the service refuses, or that it does not answer in time.
pub async fn line_page(views: &Views, page: &PageRequest) -> Result<Found<Page<LineView>>, Error> {
    let deadline = views.deadline();
    let Found { value, age } = deadline.whole(list_line(views, page)).await?;
    let linked = link_line(views, &value.items, deadline).await;
    let items = value.items.into_iter().zip(linked);
    let items = items.map(|(item, linked)| LineView { item, linked }).collect();
    let value = Page {
        items,
        next_cursor: value.next_cursor,
    };
    Ok(Found { value, age })
}

/// The `Line` with this id, and what it leads to.
///
/// # Errors
/// What the service refuses, or that it does not answer in time.
pub async fn line_view(views: &Views, id: Uuid) -> Result<Found<LineView>, Error> {
    let deadline = views.deadline();
    let client = Arc::clone(&views.clients.orders);
    let key = views.key(&format!("orders/lines/{id}"));
    let load = async move || client.fetch_line(id).await;
    let Found { value: item, age } = deadline.whole(views.cache.get_or_load(&key, load)).await?;
    let linked = link_line(views, std::slice::from_ref(&item), deadline).await.pop();
    let linked = linked.ok_or_else(|| Error::Internal("an answer without its links".to_owned()))?;
    let value = LineView { item, linked };
    Ok(Found { value, age })
}

pub(crate) async fn list_line(
    views: &Views,
    page: &PageRequest,
) -> Result<Found<Page<clients::orders::line::Line>>, Error> {
    let client = Arc::clone(&views.clients.orders);
    let (page, limit, cursor) = (page.clone(), page.limit(), page.cursor.as_deref().unwrap_or_default());
    let key = views.key(&format!("orders/lines?{limit}&{cursor}"));
    let load = async move || client.list_line(&page).await;
    views.cache.get_or_load(&key, load).await
}

async fn link_line(
    views: &Views,
    items: &[clients::orders::line::Line],
    deadline: Deadline,
) -> Vec<LineLinks> {
    let (linked_order,) = tokio::join!(
        deadline.linked(
            items.iter().map(|item| Some(item.fields.order)).collect(),
            |ids| super::orders::find_order(views, ids),
        ),
    );
    let mut linked_order = linked_order.into_iter();
    let next = |_| LineLinks {
        order: linked_order.next().flatten(),
    };
    items.iter().map(next).collect()
}
