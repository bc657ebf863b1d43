//! What can be done with `Order`.

use std::sync::Arc;

use async_trait::async_trait;
use events::OrderPlaced;
use events::OrderCancelled;
use frame::Envelope;
use frame::Error;
use frame::http::{Page, PageRequest};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::domain::order::OrderKind;
use crate::domain::order::{Order, OrderFields};

/// Narrows a list; what is absent does not narrow.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrderFilter {
    pub customer: Option<Uuid>,
    pub kind: Option<OrderKind>,
}

/// Where they are kept, each change in one transaction with its events.
#[async_trait]
pub trait OrderRepository: Send + Sync {
    async fn insert(
        &self,
        order: &Order,
        events: &[Envelope],
    ) -> Result<(), Error>;
    async fn find(&self, id: Uuid) -> Result<Option<Order>, Error>;
    /// At most `limit` of them, in the order of their ids.
    async fn list(
        &self,
        filter: &OrderFilter,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Order>, Error>;
    /// Replaces the version before this one; false when that is not the stored one any more.
    async fn update(
        &self,
        order: &Order,
        events: &[Envelope],
    ) -> Result<bool, Error>;
    /// Removes this version; false when it is not the stored one any more.
    async fn delete(
        &self,
        order: &Order,
        events: &[Envelope],
    ) -> Result<bool, Error>;
}

/// The use cases.
#[derive(Clone)]
pub struct OrderUseCases {
    repository: Arc<dyn OrderRepository>,
}

impl OrderUseCases {
    #[must_use]
    pub fn new(repository: Arc<dyn OrderRepository>) -> Self {
        Self { repository }
    }

    /// # Errors
    /// Invalid fields, a value that is taken, or a failed store.
    pub async fn create(&self, fields: OrderFields) -> Result<Order, Error> {
        let order = Order::new(fields)?;
        let events = created(&order)?;
        self.repository.insert(&order, &events).await?;
        Ok(order)
    }

    /// # Errors
    /// Nothing with this id, or a failed store.
    pub async fn get(&self, id: Uuid) -> Result<Order, Error> {
        let found = self.repository.find(id).await?;
        found.ok_or_else(|| Error::NotFound(format!("no order has the id {id}")))
    }

    /// # Errors
    /// A cursor that is not one, or a failed store.
    pub async fn list(
        &self,
        filter: &OrderFilter,
        page: &PageRequest,
    ) -> Result<Page<Order>, Error> {
        let limit = page.limit();
        let found = self.repository.list(filter, page.after()?, limit + 1).await?;
        Ok(Page::of(found, limit, |last| last.id))
    }

    /// Changes the expected version, or any when none is expected.
    ///
    /// # Errors
    /// Nothing with this id, another version, invalid fields, a value that is taken, or a failed store.
    pub async fn update(
        &self,
        id: Uuid,
        expected: Option<i64>,
        fields: OrderFields,
    ) -> Result<Order, Error> {
        let order = self.expect(id, expected).await?.change(fields)?;
        let events = updated(&order)?;
        if self.repository.update(&order, &events).await? {
            Ok(order)
        } else {
            Err(Error::PreconditionFailed)
        }
    }

    /// Removes the expected version, or any when none is expected.
    ///
    /// # Errors
    /// Nothing with this id, another version, something that still refers to it, or a failed store.
    pub async fn delete(&self, id: Uuid, expected: Option<i64>) -> Result<(), Error> {
        let order = self.expect(id, expected).await?;
        let events = deleted(&order)?;
        if self.repository.delete(&order, &events).await? {
            Ok(())
        } else {
            Err(Error::PreconditionFailed)
        }
    }

    async fn expect(&self, id: Uuid, version: Option<i64>) -> Result<Order, Error> {
        let current = self.get(id).await?;
        match version {
            Some(version) if version != current.version => Err(Error::PreconditionFailed),
            _ => Ok(current),
        }
    }
}

/// What the other services are told when one was `created`.
fn created(order: &Order) -> Result<Vec<Envelope>, Error> {
    Ok(vec![
        Envelope::of(crate::NAME, &OrderPlaced::from(order))?,
    ])
}

/// What the other services are told when one was `updated`.
fn updated(_order: &Order) -> Result<Vec<Envelope>, Error> {
    Ok(Vec::new())
}

/// What the other services are told when one was `deleted`.
fn deleted(order: &Order) -> Result<Vec<Envelope>, Error> {
    Ok(vec![
        Envelope::of(crate::NAME, &OrderCancelled::from(order))?,
    ])
}

impl From<&Order> for OrderPlaced {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id,
            customer: order.fields.customer,
            total: order.fields.total,
            kind: order.fields.kind.to_string(),
            placed_at: order.fields.placed_at,
            extra: order.fields.extra.clone(),
            scan: order.fields.scan.clone(),
        }
    }
}

impl From<&Order> for OrderCancelled {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id,
            customer: order.fields.customer,
            total: order.fields.total,
            kind: order.fields.kind.to_string(),
            placed_at: order.fields.placed_at,
            extra: order.fields.extra.clone(),
            scan: order.fields.scan.clone(),
        }
    }
}
