//! Commands and queries about `Order`.

use std::sync::Arc;

use async_trait::async_trait;
use events::OrderPlaced;
use events::OrderCancelled;
use frame::Envelope;
use frame::cqrs::{Decided, Loaded};
use frame::{Command, CommandBus, CommandHandler, Error, Query, QueryBus, QueryHandler};
use frame::http::{IfMatch, Page, PageRequest};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::aggregates::order::OrderChange;
use crate::domain::order::{Order, OrderFields};

/// Narrows a list; what is absent does not narrow.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrderFilter {
    pub customer: Option<Uuid>,
}

/// Makes one.
#[derive(Debug, Clone)]
pub struct CreateOrder {
    pub fields: OrderFields,
}

/// Changes one, if it is in a version that the caller expects.
#[derive(Debug, Clone)]
pub struct UpdateOrder {
    pub id: Uuid,
    pub expected: IfMatch,
    pub fields: OrderFields,
}

/// Ends one, if it is in a version that the caller expects; what happened to it stays.
#[derive(Debug, Clone)]
pub struct ArchiveOrder {
    pub id: Uuid,
    pub expected: IfMatch,
}

/// Asks for one.
#[derive(Debug, Clone, Copy)]
pub struct FindOrder {
    pub id: Uuid,
}

/// Asks for several at once.
#[derive(Debug, Clone)]
pub struct FindManyOrder {
    pub ids: Vec<Uuid>,
}

/// Asks for a page of them.
#[derive(Debug, Clone)]
pub struct ListOrder {
    pub filter: OrderFilter,
    pub page: PageRequest,
}

impl Command for CreateOrder {
    type Output = Order;
}

impl Command for UpdateOrder {
    type Output = Order;
}

impl Command for ArchiveOrder {
    type Output = ();
}

impl Query for FindOrder {
    type Output = Order;
}

impl Query for FindManyOrder {
    type Output = Vec<Order>;
}

impl Query for ListOrder {
    type Output = Page<Order>;
}

/// Where their changes are kept, each in one transaction with the view for queries and its events.
#[async_trait]
pub trait OrderRepository: Send + Sync + 'static {
    /// What its changes made of it.
    async fn load(&self, id: Uuid) -> Result<Loaded<Order>, Error>;
    /// Keeps a change if nobody was faster.
    async fn commit(
        &self,
        decided: &Decided<Order>,
        events: &[Envelope],
    ) -> Result<(), Error>;
    async fn find(&self, id: Uuid) -> Result<Option<Order>, Error>;
    /// Those of them that are there, in the order of their ids.
    async fn find_many(&self, ids: &[Uuid]) -> Result<Vec<Order>, Error>;
    /// At most `limit` of them, in the order of their ids.
    async fn list(
        &self,
        filter: &OrderFilter,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Order>, Error>;
}

/// Does what commands ask for and answers queries.
#[derive(Clone)]
struct OrderHandler {
    repository: Arc<dyn OrderRepository>,
}

impl OrderHandler {
    async fn find(&self, id: Uuid) -> Result<Order, Error> {
        let found = self.repository.find(id).await?;
        found.ok_or_else(|| unknown(id))
    }

    async fn expect(&self, id: Uuid, expected: &IfMatch) -> Result<(Order, Loaded<Order>), Error> {
        let loaded = self.repository.load(id).await?;
        let current = loaded.state.clone().ok_or_else(|| unknown(id))?;
        expected.check(current.version)?;
        Ok((current, loaded))
    }

    async fn commit(&self, decided: Decided<Order>) -> Result<Option<Order>, Error> {
        let events = told(&decided)?;
        self.repository.commit(&decided, &events).await?;
        Ok(decided.after)
    }
}

#[async_trait]
impl CommandHandler<CreateOrder> for OrderHandler {
    async fn handle(&self, command: CreateOrder) -> Result<Order, Error> {
        let valid = Order::new(command.fields)?;
        let new = Loaded::new(valid.id);
        let created = self.commit(new.decide(OrderChange::Created(valid.fields))).await?;
        created.ok_or_else(|| unknown(valid.id))
    }
}

#[async_trait]
impl CommandHandler<UpdateOrder> for OrderHandler {
    async fn handle(&self, command: UpdateOrder) -> Result<Order, Error> {
        let (current, loaded) = self.expect(command.id, &command.expected).await?;
        let valid = current.change(command.fields)?;
        let updated = self.commit(loaded.decide(OrderChange::Updated(valid.fields))).await?;
        updated.ok_or_else(|| unknown(command.id))
    }
}

#[async_trait]
impl CommandHandler<ArchiveOrder> for OrderHandler {
    async fn handle(&self, command: ArchiveOrder) -> Result<(), Error> {
        let (_, loaded) = self.expect(command.id, &command.expected).await?;
        self.commit(loaded.decide(OrderChange::Archived)).await?;
        Ok(())
    }
}

#[async_trait]
impl QueryHandler<FindOrder> for OrderHandler {
    async fn handle(&self, query: FindOrder) -> Result<Order, Error> {
        self.find(query.id).await
    }
}

#[async_trait]
impl QueryHandler<FindManyOrder> for OrderHandler {
    async fn handle(&self, query: FindManyOrder) -> Result<Vec<Order>, Error> {
        self.repository.find_many(&query.ids).await
    }
}

#[async_trait]
impl QueryHandler<ListOrder> for OrderHandler {
    async fn handle(&self, query: ListOrder) -> Result<Page<Order>, Error> {
        let (limit, after) = (query.page.limit(), query.page.after()?);
        let found = self.repository.list(&query.filter, after, limit + 1).await?;
        Ok(Page::of(found, limit, |last| last.id))
    }
}

fn unknown(id: Uuid) -> Error {
    Error::NotFound(format!("no order has the id {id}"))
}

/// The use cases: commands and queries as functions.
#[derive(Clone)]
pub struct OrderUseCases {
    commands: CommandBus,
    queries: QueryBus,
}

impl OrderUseCases {
    #[must_use]
    pub fn new(repository: Arc<dyn OrderRepository>) -> Self {
        let handler = OrderHandler { repository };
        Self {
            commands: CommandBus::new()
                .register::<CreateOrder>(handler.clone())
                .register::<UpdateOrder>(handler.clone())
                .register::<ArchiveOrder>(handler.clone()),
            queries: QueryBus::new()
                .register::<FindOrder>(handler.clone())
                .register::<FindManyOrder>(handler.clone())
                .register::<ListOrder>(handler),
        }
    }

    /// # Errors
    /// Invalid fields, a value that is taken, or a failed store.
    pub async fn create(&self, fields: OrderFields) -> Result<Order, Error> {
        self.commands.dispatch(CreateOrder { fields }).await
    }

    /// # Errors
    /// Nothing with this id, or a failed store.
    pub async fn get(&self, id: Uuid) -> Result<Order, Error> {
        self.queries.ask(FindOrder { id }).await
    }

    /// Those that are there, in the order of their ids.
    ///
    /// # Errors
    /// A failed store.
    pub async fn find_many(&self, ids: &[Uuid]) -> Result<Vec<Order>, Error> {
        self.queries.ask(FindManyOrder { ids: ids.to_vec() }).await
    }

    /// # Errors
    /// A cursor that is not one, or a failed store.
    pub async fn list(
        &self,
        filter: &OrderFilter,
        page: &PageRequest,
    ) -> Result<Page<Order>, Error> {
        let query = ListOrder {
            filter: filter.clone(),
            page: page.clone(),
        };
        self.queries.ask(query).await
    }

    /// Changes it, if it is in a version that the caller expects.
    ///
    /// # Errors
    /// Nothing with this id, another version, invalid fields, a value that is taken, or a failed store.
    pub async fn update(
        &self,
        id: Uuid,
        expected: &IfMatch,
        fields: OrderFields,
    ) -> Result<Order, Error> {
        let expected = expected.clone();
        self.commands.dispatch(UpdateOrder { id, expected, fields }).await
    }

    /// Ends it, if it is in a version that the caller expects.
    ///
    /// # Errors
    /// Nothing with this id, another version, something that still refers to it, or a failed store.
    pub async fn delete(&self, id: Uuid, expected: &IfMatch) -> Result<(), Error> {
        let expected = expected.clone();
        self.commands.dispatch(ArchiveOrder { id, expected }).await
    }
}

/// What the other services are told of a change.
fn told(decided: &Decided<Order>) -> Result<Vec<Envelope>, Error> {
    match (&decided.before, &decided.after) {
        (None, Some(new)) => created(new),
        (Some(_), Some(changed)) => updated(changed),
        (Some(ended), None) => deleted(ended),
        (None, None) => Ok(Vec::new()),
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
            total_cents: order.fields.total_cents,
            note: order.fields.note.clone(),
        }
    }
}

impl From<&Order> for OrderCancelled {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id,
            customer: order.fields.customer,
            total_cents: order.fields.total_cents,
            note: order.fields.note.clone(),
        }
    }
}
