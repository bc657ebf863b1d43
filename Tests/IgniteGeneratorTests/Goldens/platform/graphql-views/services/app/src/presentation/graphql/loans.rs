//! What `loans` keeps, in GraphQL.

use frame::graphql::Loader;
use frame::parts::Deadline;

use crate::application::views::Views;

/// What one request has read of it, each thing once.
pub struct Loaders {
    pub member: Loader<crate::clients::loans::member::Member>,
    pub loan: Loader<crate::clients::loans::loan::Loan>,
}

impl Loaders {
    /// Loaders that read until a deadline.
    #[must_use]
    pub fn new(views: &Views, deadline: Deadline) -> Self {
        Self {
            member: {
                let views = views.clone();
                Loader::new(move |ids| {
                    let views = views.clone();
                    async move {
                        let found = crate::application::views::loans::find_member(&views, ids);
                        Ok(deadline.whole(found).await?.into_iter().collect())
                    }
                })
            },
            loan: {
                let views = views.clone();
                Loader::new(move |ids| {
                    let views = views.clone();
                    async move {
                        let found = crate::application::views::loans::find_loan(&views, ids);
                        Ok(deadline.whole(found).await?.into_iter().collect())
                    }
                })
            },
        }
    }
}

/// `Member` in GraphQL.
pub mod member {
    use chrono::{DateTime, Utc};
    use frame::Error;
    use frame::graphql::BigInt;
    use frame::http::PageRequest;
    use juniper::{GraphQLObject, graphql_object};
    use uuid::Uuid;

    use super::super::Context;
    use crate::clients::loans::member as kept;

    /// One of them.
    pub struct Member(pub kept::Member);

    #[graphql_object(context = Context, name = "LoansMember")]
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

        fn name(&self) -> String {
            self.0.fields.name.clone()
        }
    }

    /// A part of a list.
    #[derive(GraphQLObject)]
    #[graphql(context = Context, name = "LoansMemberPage")]
    pub struct MemberPage {
        pub items: Vec<Member>,
        /// What to send as `cursor` to get the next page; absent on the last one.
        pub next_cursor: Option<String>,
    }

    /// The one with an id, read together with all others that the request wants then.
    pub(crate) async fn fetch(context: &Context, id: Uuid) -> Result<Option<Member>, Error> {
        let found = context.of_loans.member.require(id).await?;
        Ok(Some(Member(found)))
    }

    pub(crate) async fn list(context: &Context, cursor: Option<String>, limit: Option<i32>) -> Result<Option<MemberPage>, Error> {
        let limit = limit.map(|limit| u32::try_from(limit).unwrap_or_default());
        let page = PageRequest { cursor, limit };
        let found = crate::application::views::loans::list_member(&context.views, &page);
        let found = context.deadline.whole(found).await?.value;
        Ok(Some(MemberPage {
            items: found.items.into_iter().map(Member).collect(),
            next_cursor: found.next_cursor,
        }))
    }
}

/// `Loan` in GraphQL.
pub mod loan {
    use chrono::{DateTime, Utc};
    use frame::Error;
    use frame::graphql::BigInt;
    use frame::http::PageRequest;
    use juniper::{GraphQLObject, graphql_object};
    use uuid::Uuid;

    use super::super::Context;
    use crate::clients::loans::loan as kept;

    /// One of them.
    pub struct Loan(pub kept::Loan);

    #[graphql_object(context = Context, name = "Loan")]
    impl Loan {
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

        #[graphql(name = "memberId")]
        fn member(&self) -> Uuid {
            self.0.fields.member
        }

        fn book_id(&self) -> Uuid {
            self.0.fields.book_id
        }

        fn weight(&self) -> f64 {
            self.0.fields.weight
        }

        fn until(&self) -> DateTime<Utc> {
            self.0.fields.until
        }

        fn note(&self) -> Option<String> {
            self.0.fields.note.clone()
        }

        #[graphql(name = "member")]
        async fn member_object(&self, context: &Context) -> Result<Option<super::super::loans::member::Member>, Error> {
            super::super::loans::member::fetch(context, self.0.fields.member).await
        }

        #[graphql(name = "book")]
        async fn book_id_object(&self, context: &Context) -> Result<Option<super::super::books::book::Book>, Error> {
            super::super::books::book::fetch(context, self.0.fields.book_id).await
        }
    }

    /// A part of a list.
    #[derive(GraphQLObject)]
    #[graphql(context = Context, name = "LoanPage")]
    pub struct LoanPage {
        pub items: Vec<Loan>,
        /// What to send as `cursor` to get the next page; absent on the last one.
        pub next_cursor: Option<String>,
    }

    /// The one with an id, read together with all others that the request wants then.
    pub(crate) async fn fetch(context: &Context, id: Uuid) -> Result<Option<Loan>, Error> {
        let found = context.of_loans.loan.require(id).await?;
        Ok(Some(Loan(found)))
    }

    pub(crate) async fn list(context: &Context, cursor: Option<String>, limit: Option<i32>) -> Result<Option<LoanPage>, Error> {
        let limit = limit.map(|limit| u32::try_from(limit).unwrap_or_default());
        let page = PageRequest { cursor, limit };
        let found = crate::application::views::loans::list_loan(&context.views, &page);
        let found = context.deadline.whole(found).await?.value;
        Ok(Some(LoanPage {
            items: found.items.into_iter().map(Loan).collect(),
            next_cursor: found.next_cursor,
        }))
    }
}
