//! `Book` in GraphQL.

use chrono::{DateTime, NaiveDate, Utc};
use frame::Bytes;
use frame::Error;
use frame::graphql::{BigInt, Json};
use frame::http::{IfMatch, PageRequest};
use juniper::{GraphQLEnum, GraphQLInputObject, GraphQLObject, graphql_object};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Context;
use crate::application::book as use_cases;
use crate::domain::book as domain;

/// One of them.
pub struct Book(pub domain::Book);

#[graphql_object(context = Context)]
impl Book {
    fn id(&self) -> Uuid {
        self.0.id
    }

    /// Grows by one with every change.
    fn version(&self) -> BigInt {
        BigInt(self.0.version)
    }

    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    fn title(&self) -> String {
        self.0.fields.title.clone()
    }

    #[graphql(name = "authorId")]
    fn author(&self) -> Uuid {
        self.0.fields.author
    }

    #[graphql(name = "author")]
    async fn author_object(&self, context: &Context) -> Result<super::author::Author, Error> {
        let found = context.author.require(self.0.fields.author).await?;
        Ok(super::author::Author(found))
    }

    fn pages(&self) -> i32 {
        self.0.fields.pages
    }

    fn copies(&self) -> BigInt {
        BigInt(self.0.fields.copies)
    }

    fn price(&self) -> Option<Decimal> {
        self.0.fields.price
    }

    fn kind(&self) -> BookKind {
        self.0.fields.kind.into()
    }

    fn tags(&self) -> Vec<String> {
        self.0.fields.tags.clone()
    }

    fn published_on(&self) -> Option<NaiveDate> {
        self.0.fields.published_on
    }

    fn extra(&self) -> Option<Json> {
        self.0.fields.extra.clone().map(Json)
    }

    fn cover(&self) -> Option<Bytes> {
        self.0.fields.cover.clone()
    }

    fn lent(&self) -> bool {
        self.0.fields.lent
    }
}

/// A part of a list.
#[derive(GraphQLObject)]
#[graphql(context = Context)]
pub struct BookPage {
    pub items: Vec<Book>,
    /// What to send as `cursor` to get the next page; absent on the last one.
    pub next_cursor: Option<String>,
}

/// What a client decides.
#[derive(GraphQLInputObject)]
pub struct BookInput {
    pub title: String,
    #[graphql(name = "authorId")]
    pub author: Uuid,
    pub pages: i32,
    pub copies: BigInt,
    pub price: Option<Decimal>,
    pub kind: BookKind,
    pub tags: Option<Vec<String>>,
    pub published_on: Option<NaiveDate>,
    pub extra: Option<Json>,
    pub cover: Option<Bytes>,
    pub lent: bool,
}

impl From<BookInput> for domain::BookFields {
    fn from(input: BookInput) -> Self {
        Self {
            title: input.title,
            author: input.author,
            pages: input.pages,
            copies: input.copies.0,
            price: input.price,
            kind: input.kind.into(),
            tags: input.tags.unwrap_or_default(),
            published_on: input.published_on,
            extra: input.extra.map(|value| value.0),
            cover: input.cover,
            lent: input.lent,
        }
    }
}

/// Narrows a list; what is absent does not narrow.
#[derive(GraphQLInputObject)]
pub struct BookFilter {
    pub title: Option<String>,
    #[graphql(name = "authorId")]
    pub author: Option<Uuid>,
    pub kind: Option<BookKind>,
}

impl From<BookFilter> for use_cases::BookFilter {
    fn from(filter: BookFilter) -> Self {
        Self {
            title: filter.title,
            author: filter.author,
            kind: filter.kind.map(Into::into),
        }
    }
}

/// The values it may have.
#[derive(Clone, Copy, GraphQLEnum)]
pub enum BookKind {
    #[graphql(name = "PAPER")]
    Paper,
    #[graphql(name = "E_BOOK")]
    EBook,
}

impl From<domain::BookKind> for BookKind {
    fn from(value: domain::BookKind) -> Self {
        match value {
            domain::BookKind::Paper => Self::Paper,
            domain::BookKind::EBook => Self::EBook,
        }
    }
}

impl From<BookKind> for domain::BookKind {
    fn from(value: BookKind) -> Self {
        match value {
            BookKind::Paper => Self::Paper,
            BookKind::EBook => Self::EBook,
        }
    }
}

pub(super) async fn fetch(context: &Context, id: Uuid) -> Result<Book, Error> {
    let found = context.application.book.get(id).await?;
    Ok(Book(found))
}

pub(super) async fn list(
    context: &Context,
    filter: Option<BookFilter>,
    cursor: Option<String>,
    limit: Option<i32>,
) -> Result<BookPage, Error> {
    let filter = filter.map(Into::into).unwrap_or_default();
    let limit = limit.map(|limit| u32::try_from(limit).unwrap_or_default());
    let page = PageRequest { cursor, limit };
    let found = context.application.book.list(&filter, &page).await?;
    Ok(BookPage {
        items: found.items.into_iter().map(Book).collect(),
        next_cursor: found.next_cursor,
    })
}

pub(super) async fn create(context: &Context, input: BookInput) -> Result<Book, Error> {
    let created = context.application.book.create(input.into()).await?;
    Ok(Book(created))
}

pub(super) async fn update(
    context: &Context,
    id: Uuid,
    expected: BigInt,
    input: BookInput,
) -> Result<Book, Error> {
    let expected = IfMatch::version(expected.0);
    let changed = context.application.book.update(id, &expected, input.into()).await?;
    Ok(Book(changed))
}

pub(super) async fn remove(context: &Context, id: Uuid, expected: BigInt) -> Result<Uuid, Error> {
    let expected = IfMatch::version(expected.0);
    context.application.book.delete(id, &expected).await?;
    Ok(id)
}
