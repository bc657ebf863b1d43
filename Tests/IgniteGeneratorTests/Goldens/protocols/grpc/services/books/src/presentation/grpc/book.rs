//! `Book` over gRPC.

use frame::grpc::{Wire, page, read, require};
use frame::Error;
use frame::http::{IdsRequest, IfMatch};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::pb;
use super::pb::book_service_server::{BookService, BookServiceServer};
use crate::application::book::{BookFilter, BookUseCases};
use crate::domain::book as domain;

/// The service, for messages of up to `largest` bytes.
pub(super) fn server(use_cases: &BookUseCases, largest: usize) -> BookServiceServer<Served> {
    let served = Served(use_cases.clone());
    BookServiceServer::new(served).max_decoding_message_size(largest)
}

/// The use cases as the contract has them.
pub(super) struct Served(BookUseCases);

#[tonic::async_trait]
impl BookService for Served {
    async fn list_books(
        &self,
        request: Request<pb::ListBooksRequest>,
    ) -> Result<Response<pb::ListBooksResponse>, Status> {
        let request = request.into_inner();
        let page = page(request.page_size, request.page_token)?;
        let filter = request.filter.map_or_else(|| Ok(BookFilter::default()), filter)?;
        let found = self.0.list(&filter, &page).await?;
        Ok(Response::new(pb::ListBooksResponse {
            items: found.items.into_iter().map(Into::into).collect(),
            next_page_token: found.next_cursor.unwrap_or_default(),
        }))
    }

    async fn create_book(
        &self,
        request: Request<pb::CreateBookRequest>,
    ) -> Result<Response<pb::Book>, Status> {
        let fields = fields(request.into_inner().fields)?;
        Ok(Response::new(self.0.create(fields).await?.into()))
    }

    async fn get_book(
        &self,
        request: Request<pb::GetBookRequest>,
    ) -> Result<Response<pb::Book>, Status> {
        let id = read("id", request.into_inner().id)?;
        Ok(Response::new(self.0.get(id).await?.into()))
    }

    async fn batch_get_books(
        &self,
        request: Request<pb::BatchGetBooksRequest>,
    ) -> Result<Response<pb::BatchGetBooksResponse>, Status> {
        let ids: Vec<Uuid> = read("ids", request.into_inner().ids)?;
        let found = self.0.find_many(&IdsRequest::of(&ids).ids()?).await?;
        let items = found.into_iter().map(Into::into).collect();
        Ok(Response::new(pb::BatchGetBooksResponse { items }))
    }

    async fn update_book(
        &self,
        request: Request<pb::UpdateBookRequest>,
    ) -> Result<Response<pb::Book>, Status> {
        let request = request.into_inner();
        let expected = expected(request.expected_version)?;
        let fields = fields(request.fields)?;
        let changed = self.0.update(read("id", request.id)?, &expected, fields).await?;
        Ok(Response::new(changed.into()))
    }

    async fn delete_book(
        &self,
        request: Request<pb::DeleteBookRequest>,
    ) -> Result<Response<pb::DeleteBookResponse>, Status> {
        let request = request.into_inner();
        let expected = expected(request.expected_version)?;
        self.0.delete(read("id", request.id)?, &expected).await?;
        Ok(Response::new(pb::DeleteBookResponse {}))
    }
}

/// The version that a caller means; there is no version 0.
fn expected(version: i64) -> Result<IfMatch, Error> {
    match version {
        0 => Err(Error::PreconditionRequired),
        version => Ok(IfMatch::version(version)),
    }
}

impl From<domain::Book> for pb::Book {
    fn from(book: domain::Book) -> Self {
        Self {
            id: book.id.to_wire(),
            version: book.version,
            created_at: Some(book.created_at.to_wire()),
            updated_at: Some(book.updated_at.to_wire()),
            fields: Some(book.fields.into()),
        }
    }
}

impl From<domain::BookFields> for pb::BookFields {
    fn from(fields: domain::BookFields) -> Self {
        Self {
            title: fields.title.to_wire(),
            author: fields.author.to_wire(),
            pages: fields.pages.to_wire(),
            copies: fields.copies.to_wire(),
            weight: fields.weight.to_wire(),
            price: fields.price.to_wire(),
            kind: fields.kind.to_wire(),
            marks: fields.marks.to_wire(),
            tags: fields.tags.map(|values| pb::book_fields::TagsList { values: values.to_wire() }),
            printed_at: Some(fields.printed_at.to_wire()),
            seen_at: fields.seen_at.to_wire(),
            published_on: fields.published_on.to_wire(),
            extra: fields.extra.to_wire(),
            cover: fields.cover.to_wire(),
            lent: fields.lent.to_wire(),
            blurb: fields.blurb.to_wire(),
        }
    }
}

fn fields(given: Option<pb::BookFields>) -> Result<domain::BookFields, Error> {
    let given = given.unwrap_or_default();
    Ok(domain::BookFields {
        title: read("title", given.title)?,
        author: read("author", given.author)?,
        pages: read("pages", given.pages)?,
        copies: read("copies", given.copies)?,
        weight: read("weight", given.weight)?,
        price: read("price", given.price)?,
        kind: read("kind", given.kind)?,
        marks: read("marks", given.marks)?,
        tags: read("tags", given.tags.map(|list| list.values))?,
        printed_at: require("printed_at", given.printed_at)?,
        seen_at: read("seen_at", given.seen_at)?,
        published_on: read("published_on", given.published_on)?,
        extra: read("extra", given.extra)?,
        cover: read("cover", given.cover)?,
        lent: read("lent", given.lent)?,
        blurb: read("blurb", given.blurb)?,
    })
}

fn filter(given: pb::BookFilter) -> Result<BookFilter, Error> {
    Ok(BookFilter {
        title: read("title", given.title)?,
        author: read("author", given.author)?,
        kind: read("kind", given.kind)?,
        printed_at: read("printed_at", given.printed_at)?,
    })
}

impl Wire for domain::BookKind {
    type Proto = i32;
    const EXPECTED: &'static str = "one of its words";

    fn to_wire(self) -> i32 {
        match self {
            Self::Paper => 1,
            Self::EBook => 2,
        }
    }

    fn from_wire(number: i32) -> Option<Self> {
        match number {
            1 => Some(Self::Paper),
            2 => Some(Self::EBook),
            _ => None,
        }
    }
}

impl Wire for domain::BookMarks {
    type Proto = i32;
    const EXPECTED: &'static str = "one of its words";

    fn to_wire(self) -> i32 {
        match self {
            Self::New => 1,
            Self::Rare => 2,
        }
    }

    fn from_wire(number: i32) -> Option<Self> {
        match number {
            1 => Some(Self::New),
            2 => Some(Self::Rare),
            _ => None,
        }
    }
}
