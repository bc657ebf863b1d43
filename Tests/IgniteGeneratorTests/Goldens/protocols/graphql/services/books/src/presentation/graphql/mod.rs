//! The use cases as queries and mutations.

pub mod author;
pub mod book;

use axum::Router;
use frame::Error;
use frame::graphql::BigInt;
use frame::graphql::GraphqlSettings;
use frame::graphql::Loader;
use juniper::{EmptySubscription, RootNode, graphql_object};
use uuid::Uuid;

use crate::application::Application;
use crate::domain::author::Author;

/// Every type that can be asked for.
pub type Schema = RootNode<'static, Query, Mutation, EmptySubscription<Context>>;

/// What one request works with: the use cases, and what it has read already.
pub struct Context {
    pub application: Application,
    pub author: Loader<Author>,
}

impl juniper::Context for Context {}

impl Context {
    /// A context for one request.
    #[must_use]
    pub fn new(application: &Application) -> Self {
        let author = application.author.clone();
        Self {
            application: application.clone(),
            author: Loader::new(move |ids| {
                let use_cases = author.clone();
                async move {
                    let found = use_cases.find_many(&ids).await?;
                    Ok(found.into_iter().map(|one| (one.id, one)).collect())
                }
            }),
        }
    }
}

/// What can be asked.
pub struct Query;

#[graphql_object(context = Context)]
impl Query {
    /// The name of the service.
    fn service() -> &'static str {
        crate::NAME
    }

    /// The one with an id.
    #[graphql(name = "author")]
    async fn fetch_author(context: &Context, id: Uuid) -> Result<Option<author::Author>, Error> {
        author::fetch(context, id).await.map(Some)
    }

    /// A page of them in the order of their ids: those after a cursor, if it is given.
    #[graphql(name = "authors")]
    async fn list_author(
        context: &Context,
        filter: Option<author::AuthorFilter>,
        cursor: Option<String>,
        limit: Option<i32>,
    ) -> Result<author::AuthorPage, Error> {
        author::list(context, filter, cursor, limit).await
    }

    /// The one with an id.
    #[graphql(name = "book")]
    async fn fetch_book(context: &Context, id: Uuid) -> Result<Option<book::Book>, Error> {
        book::fetch(context, id).await.map(Some)
    }

    /// A page of them in the order of their ids: those after a cursor, if it is given.
    #[graphql(name = "books")]
    async fn list_book(
        context: &Context,
        filter: Option<book::BookFilter>,
        cursor: Option<String>,
        limit: Option<i32>,
    ) -> Result<book::BookPage, Error> {
        book::list(context, filter, cursor, limit).await
    }
}

/// What can be changed.
pub struct Mutation;

#[graphql_object(context = Context)]
impl Mutation {
    /// Makes one.
    #[graphql(name = "createAuthor")]
    async fn create_author(context: &Context, input: author::AuthorInput) -> Result<author::Author, Error> {
        author::create(context, input).await
    }

    /// Changes one if it is in the expected version still.
    #[graphql(name = "updateAuthor")]
    async fn update_author(
        context: &Context,
        id: Uuid,
        expected_version: BigInt,
        input: author::AuthorInput,
    ) -> Result<author::Author, Error> {
        author::update(context, id, expected_version, input).await
    }

    /// Removes one if it is in the expected version still.
    #[graphql(name = "deleteAuthor")]
    async fn remove_author(context: &Context, id: Uuid, expected_version: BigInt) -> Result<Uuid, Error> {
        author::remove(context, id, expected_version).await
    }

    /// Makes one.
    #[graphql(name = "createBook")]
    async fn create_book(context: &Context, input: book::BookInput) -> Result<book::Book, Error> {
        book::create(context, input).await
    }

    /// Changes one if it is in the expected version still.
    #[graphql(name = "updateBook")]
    async fn update_book(
        context: &Context,
        id: Uuid,
        expected_version: BigInt,
        input: book::BookInput,
    ) -> Result<book::Book, Error> {
        book::update(context, id, expected_version, input).await
    }

    /// Removes one if it is in the expected version still.
    #[graphql(name = "deleteBook")]
    async fn remove_book(context: &Context, id: Uuid, expected_version: BigInt) -> Result<Uuid, Error> {
        book::remove(context, id, expected_version).await
    }
}

/// The schema as it runs.
#[must_use]
pub fn schema() -> Schema {
    RootNode::new(Query, Mutation, EmptySubscription::new())
}

/// `/graphql`, over the use cases.
pub fn routes(application: &Application, settings: &GraphqlSettings) -> Router {
    let application = application.clone();
    frame::graphql::routes(schema(), settings, move || Context::new(&application))
}
