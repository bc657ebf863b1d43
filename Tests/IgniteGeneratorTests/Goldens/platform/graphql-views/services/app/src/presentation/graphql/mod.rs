//! What the front end sees as queries, answered by the services behind this one.

pub mod books;
pub mod loans;

use axum::Router;
use frame::Error;
use frame::graphql::GraphqlSettings;
use frame::parts::Deadline;
use juniper::{EmptyMutation, EmptySubscription, RootNode, graphql_object};
use uuid::Uuid;

use crate::application::views::Views;

/// Every type that can be asked for.
pub type Schema = RootNode<'static, Query, EmptyMutation<Context>, EmptySubscription<Context>>;

/// What one request works with: when it must be answered, and what it has read already.
pub struct Context {
    views: Views,
    deadline: Deadline,
    of_books: books::Loaders,
    of_loans: loans::Loaders,
}

impl juniper::Context for Context {}

impl Context {
    /// A context for one request, whose time begins now.
    #[must_use]
    pub fn new(views: &Views) -> Self {
        let deadline = views.deadline();
        Self {
            views: views.clone(),
            deadline,
            of_books: books::Loaders::new(views, deadline),
            of_loans: loans::Loaders::new(views, deadline),
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
    async fn fetch_author_of_books(context: &Context, id: Uuid) -> Result<Option<books::author::Author>, Error> {
        books::author::fetch(context, id).await
    }

    /// A page of them in the order of their ids: those after a cursor, if it is given.
    #[graphql(name = "authors")]
    async fn list_author_of_books(
        context: &Context,
        cursor: Option<String>,
        limit: Option<i32>,
    ) -> Result<Option<books::author::AuthorPage>, Error> {
        books::author::list(context, cursor, limit).await
    }

    /// The one with an id.
    #[graphql(name = "book")]
    async fn fetch_book_of_books(context: &Context, id: Uuid) -> Result<Option<books::book::Book>, Error> {
        books::book::fetch(context, id).await
    }

    /// A page of them in the order of their ids: those after a cursor, if it is given.
    #[graphql(name = "books")]
    async fn list_book_of_books(
        context: &Context,
        cursor: Option<String>,
        limit: Option<i32>,
    ) -> Result<Option<books::book::BookPage>, Error> {
        books::book::list(context, cursor, limit).await
    }

    /// The one with an id.
    #[graphql(name = "member")]
    async fn fetch_member_of_books(context: &Context, id: Uuid) -> Result<Option<books::member::Member>, Error> {
        books::member::fetch(context, id).await
    }

    /// A page of them in the order of their ids: those after a cursor, if it is given.
    #[graphql(name = "members")]
    async fn list_member_of_books(
        context: &Context,
        cursor: Option<String>,
        limit: Option<i32>,
    ) -> Result<Option<books::member::MemberPage>, Error> {
        books::member::list(context, cursor, limit).await
    }

    /// The one with an id.
    #[graphql(name = "loansMember")]
    async fn fetch_member_of_loans(context: &Context, id: Uuid) -> Result<Option<loans::member::Member>, Error> {
        loans::member::fetch(context, id).await
    }

    /// A page of them in the order of their ids: those after a cursor, if it is given.
    #[graphql(name = "loansMembers")]
    async fn list_member_of_loans(
        context: &Context,
        cursor: Option<String>,
        limit: Option<i32>,
    ) -> Result<Option<loans::member::MemberPage>, Error> {
        loans::member::list(context, cursor, limit).await
    }

    /// The one with an id.
    #[graphql(name = "loan")]
    async fn fetch_loan_of_loans(context: &Context, id: Uuid) -> Result<Option<loans::loan::Loan>, Error> {
        loans::loan::fetch(context, id).await
    }

    /// A page of them in the order of their ids: those after a cursor, if it is given.
    #[graphql(name = "loans")]
    async fn list_loan_of_loans(
        context: &Context,
        cursor: Option<String>,
        limit: Option<i32>,
    ) -> Result<Option<loans::loan::LoanPage>, Error> {
        loans::loan::list(context, cursor, limit).await
    }
}

/// The schema as it runs.
#[must_use]
pub fn schema() -> Schema {
    RootNode::new(Query, EmptyMutation::new(), EmptySubscription::new())
}

/// `/graphql`, over the views.
pub fn routes(views: &Views, settings: &GraphqlSettings) -> Router {
    let views = views.clone();
    frame::graphql::routes(schema(), settings, move || Context::new(&views))
}
