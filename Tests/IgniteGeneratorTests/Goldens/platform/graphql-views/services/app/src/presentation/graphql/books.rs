//! What `books` keeps, in GraphQL.

use frame::graphql::Loader;
use frame::parts::Deadline;

use crate::application::views::Views;

/// What one request has read of it, each thing once.
pub struct Loaders {
    pub author: Loader<crate::clients::books::author::Author>,
    pub book: Loader<crate::clients::books::book::Book>,
    pub member: Loader<crate::clients::books::member::Member>,
}

impl Loaders {
    /// Loaders that read until a deadline.
    #[must_use]
    pub fn new(views: &Views, deadline: Deadline) -> Self {
        Self {
            author: {
                let views = views.clone();
                Loader::new(move |ids| {
                    let views = views.clone();
                    async move {
                        let found = crate::application::views::books::find_author(&views, ids);
                        Ok(deadline.whole(found).await?.into_iter().collect())
                    }
                })
            },
            book: {
                let views = views.clone();
                Loader::new(move |ids| {
                    let views = views.clone();
                    async move {
                        let found = crate::application::views::books::find_book(&views, ids);
                        Ok(deadline.whole(found).await?.into_iter().collect())
                    }
                })
            },
            member: {
                let views = views.clone();
                Loader::new(move |ids| {
                    let views = views.clone();
                    async move {
                        let found = crate::application::views::books::find_member(&views, ids);
                        Ok(deadline.whole(found).await?.into_iter().collect())
                    }
                })
            },
        }
    }
}

/// `Author` in GraphQL.
pub mod author {
    use chrono::{DateTime, Utc};
    use frame::Error;
    use frame::graphql::BigInt;
    use frame::http::PageRequest;
    use juniper::{GraphQLObject, graphql_object};
    use uuid::Uuid;

    use super::super::Context;
    use crate::clients::books::author as kept;

    /// One of them.
    pub struct Author(pub kept::Author);

    #[graphql_object(context = Context, name = "Author")]
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
        async fn mentor_object(&self, context: &Context) -> Result<Option<super::super::books::author::Author>, Error> {
            match self.0.fields.mentor {
                Some(id) => super::super::books::author::fetch(context, id).await,
                None => Ok(None),
            }
        }
    }

    /// A part of a list.
    #[derive(GraphQLObject)]
    #[graphql(context = Context, name = "AuthorPage")]
    pub struct AuthorPage {
        pub items: Vec<Author>,
        /// What to send as `cursor` to get the next page; absent on the last one.
        pub next_cursor: Option<String>,
    }

    /// The one with an id, read together with all others that the request wants then.
    pub(crate) async fn fetch(context: &Context, id: Uuid) -> Result<Option<Author>, Error> {
        let found = context.of_books.author.require(id).await?;
        Ok(Some(Author(found)))
    }

    pub(crate) async fn list(context: &Context, cursor: Option<String>, limit: Option<i32>) -> Result<Option<AuthorPage>, Error> {
        let limit = limit.map(|limit| u32::try_from(limit).unwrap_or_default());
        let page = PageRequest { cursor, limit };
        let found = crate::application::views::books::list_author(&context.views, &page);
        let found = context.deadline.whole(found).await?.value;
        Ok(Some(AuthorPage {
            items: found.items.into_iter().map(Author).collect(),
            next_cursor: found.next_cursor,
        }))
    }
}

/// `Book` in GraphQL.
pub mod book {
    use chrono::{DateTime, NaiveDate, Utc};
    use frame::Bytes;
    use frame::Error;
    use frame::graphql::{BigInt, Json};
    use frame::http::PageRequest;
    use juniper::{GraphQLEnum, GraphQLObject, graphql_object};
    use rust_decimal::Decimal;
    use uuid::Uuid;

    use super::super::Context;
    use crate::clients::books::book as kept;

    /// One of them.
    pub struct Book(pub kept::Book);

    #[graphql_object(context = Context, name = "Book")]
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

        #[graphql(name = "author")]
        async fn author_object(&self, context: &Context) -> Result<Option<super::super::books::author::Author>, Error> {
            super::super::books::author::fetch(context, self.0.fields.author).await
        }
    }

    /// A part of a list.
    #[derive(GraphQLObject)]
    #[graphql(context = Context, name = "BookPage")]
    pub struct BookPage {
        pub items: Vec<Book>,
        /// What to send as `cursor` to get the next page; absent on the last one.
        pub next_cursor: Option<String>,
    }

    /// The values it may have.
    #[derive(Clone, Copy, GraphQLEnum)]
    #[graphql(name = "BookKind")]
    pub enum BookKind {
        #[graphql(name = "PAPER")]
        Paper,
        #[graphql(name = "E_BOOK")]
        EBook,
    }

    impl From<kept::BookKind> for BookKind {
        fn from(value: kept::BookKind) -> Self {
            match value {
                kept::BookKind::Paper => Self::Paper,
                kept::BookKind::EBook => Self::EBook,
            }
        }
    }

    /// The one with an id, read together with all others that the request wants then.
    pub(crate) async fn fetch(context: &Context, id: Uuid) -> Result<Option<Book>, Error> {
        let found = context.of_books.book.require(id).await?;
        Ok(Some(Book(found)))
    }

    pub(crate) async fn list(context: &Context, cursor: Option<String>, limit: Option<i32>) -> Result<Option<BookPage>, Error> {
        let limit = limit.map(|limit| u32::try_from(limit).unwrap_or_default());
        let page = PageRequest { cursor, limit };
        let found = crate::application::views::books::list_book(&context.views, &page);
        let found = context.deadline.whole(found).await?.value;
        Ok(Some(BookPage {
            items: found.items.into_iter().map(Book).collect(),
            next_cursor: found.next_cursor,
        }))
    }
}

/// `Member` in GraphQL.
pub mod member {
    use chrono::{DateTime, Utc};
    use frame::Error;
    use frame::graphql::BigInt;
    use frame::http::PageRequest;
    use juniper::{GraphQLEnum, GraphQLObject, graphql_object};
    use uuid::Uuid;

    use super::super::Context;
    use crate::clients::books::member as kept;

    /// One of them.
    pub struct Member(pub kept::Member);

    #[graphql_object(context = Context, name = "Member")]
    impl Member {
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

        fn nickname(&self) -> String {
            self.0.fields.nickname.clone()
        }

        fn likes(&self) -> Vec<MemberLikes> {
            let values = self.0.fields.likes.clone();
            values.into_iter().map(Into::into).collect()
        }

        fn scores(&self) -> Option<Vec<BigInt>> {
            let values = self.0.fields.scores.clone()?;
            Some(values.into_iter().map(BigInt).collect())
        }
    }

    /// A part of a list.
    #[derive(GraphQLObject)]
    #[graphql(context = Context, name = "MemberPage")]
    pub struct MemberPage {
        pub items: Vec<Member>,
        /// What to send as `cursor` to get the next page; absent on the last one.
        pub next_cursor: Option<String>,
    }

    /// The values it may have.
    #[derive(Clone, Copy, GraphQLEnum)]
    #[graphql(name = "MemberLikes")]
    pub enum MemberLikes {
        #[graphql(name = "PAPER")]
        Paper,
        #[graphql(name = "E_BOOK")]
        EBook,
    }

    impl From<kept::MemberLikes> for MemberLikes {
        fn from(value: kept::MemberLikes) -> Self {
            match value {
                kept::MemberLikes::Paper => Self::Paper,
                kept::MemberLikes::EBook => Self::EBook,
            }
        }
    }

    /// The one with an id, read together with all others that the request wants then.
    pub(crate) async fn fetch(context: &Context, id: Uuid) -> Result<Option<Member>, Error> {
        let found = context.of_books.member.require(id).await?;
        Ok(Some(Member(found)))
    }

    pub(crate) async fn list(context: &Context, cursor: Option<String>, limit: Option<i32>) -> Result<Option<MemberPage>, Error> {
        let limit = limit.map(|limit| u32::try_from(limit).unwrap_or_default());
        let page = PageRequest { cursor, limit };
        let found = crate::application::views::books::list_member(&context.views, &page);
        let found = context.deadline.whole(found).await?.value;
        Ok(Some(MemberPage {
            items: found.items.into_iter().map(Member).collect(),
            next_cursor: found.next_cursor,
        }))
    }
}
