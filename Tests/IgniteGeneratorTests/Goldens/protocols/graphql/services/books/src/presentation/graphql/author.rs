//! `Author` in GraphQL.

use chrono::{DateTime, Utc};
use frame::Error;
use frame::graphql::BigInt;
use frame::http::{IfMatch, PageRequest};
use juniper::{GraphQLInputObject, GraphQLObject, graphql_object};
use uuid::Uuid;

use super::Context;
use crate::application::author as use_cases;
use crate::domain::author as domain;

/// One of them.
pub struct Author(pub domain::Author);

#[graphql_object(context = Context)]
impl Author {
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

    fn name(&self) -> String {
        self.0.fields.name.clone()
    }

    #[graphql(name = "mentorId")]
    fn mentor(&self) -> Option<Uuid> {
        self.0.fields.mentor
    }

    #[graphql(name = "mentor")]
    async fn mentor_object(&self, context: &Context) -> Result<Option<super::author::Author>, Error> {
        let Some(id) = self.0.fields.mentor else {
            return Ok(None);
        };
        let found = context.author.load(id).await?;
        Ok(found.map(super::author::Author))
    }
}

/// A part of a list.
#[derive(GraphQLObject)]
#[graphql(context = Context)]
pub struct AuthorPage {
    pub items: Vec<Author>,
    /// What to send as `cursor` to get the next page; absent on the last one.
    pub next_cursor: Option<String>,
}

/// What a client decides.
#[derive(GraphQLInputObject)]
pub struct AuthorInput {
    pub name: String,
    #[graphql(name = "mentorId")]
    pub mentor: Option<Uuid>,
}

impl From<AuthorInput> for domain::AuthorFields {
    fn from(input: AuthorInput) -> Self {
        Self {
            name: input.name,
            mentor: input.mentor,
        }
    }
}

/// Narrows a list; what is absent does not narrow.
#[derive(GraphQLInputObject)]
pub struct AuthorFilter {
    pub name: Option<String>,
    #[graphql(name = "mentorId")]
    pub mentor: Option<Uuid>,
}

impl From<AuthorFilter> for use_cases::AuthorFilter {
    fn from(filter: AuthorFilter) -> Self {
        Self {
            name: filter.name,
            mentor: filter.mentor,
        }
    }
}

pub(super) async fn fetch(context: &Context, id: Uuid) -> Result<Author, Error> {
    let found = context.application.author.get(id).await?;
    Ok(Author(found))
}

pub(super) async fn list(
    context: &Context,
    filter: Option<AuthorFilter>,
    cursor: Option<String>,
    limit: Option<i32>,
) -> Result<AuthorPage, Error> {
    let filter = filter.map(Into::into).unwrap_or_default();
    let limit = limit.map(|limit| u32::try_from(limit).unwrap_or_default());
    let page = PageRequest { cursor, limit };
    let found = context.application.author.list(&filter, &page).await?;
    Ok(AuthorPage {
        items: found.items.into_iter().map(Author).collect(),
        next_cursor: found.next_cursor,
    })
}

pub(super) async fn create(context: &Context, input: AuthorInput) -> Result<Author, Error> {
    let created = context.application.author.create(input.into()).await?;
    Ok(Author(created))
}

pub(super) async fn update(
    context: &Context,
    id: Uuid,
    expected: BigInt,
    input: AuthorInput,
) -> Result<Author, Error> {
    let expected = IfMatch::version(expected.0);
    let changed = context.application.author.update(id, &expected, input.into()).await?;
    Ok(Author(changed))
}

pub(super) async fn remove(context: &Context, id: Uuid, expected: BigInt) -> Result<Uuid, Error> {
    let expected = IfMatch::version(expected.0);
    context.application.author.delete(id, &expected).await?;
    Ok(id)
}
