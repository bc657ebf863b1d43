//! `Author` over gRPC.

use std::fmt;

use frame::grpc::{Wire, page, read};
use frame::Error;
use frame::http::{IdsRequest, IfMatch};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::pb;
use super::pb::author_service_server::{AuthorService, AuthorServiceServer};
use crate::application::author::{AuthorFilter, AuthorUseCases};
use crate::domain::author as domain;

/// The service, for messages of up to `largest` bytes.
pub(super) fn server(use_cases: &AuthorUseCases, largest: usize) -> AuthorServiceServer<Served> {
    let served = Served(use_cases.clone());
    AuthorServiceServer::new(served).max_decoding_message_size(largest)
}

/// The use cases as the contract has them.
pub(super) struct Served(AuthorUseCases);

#[tonic::async_trait]
impl AuthorService for Served {
    async fn list_authors(
        &self,
        request: Request<pb::ListAuthorsRequest>,
    ) -> Result<Response<pb::ListAuthorsResponse>, Status> {
        let request = request.into_inner();
        let page = page(request.page_size, request.page_token)?;
        let filter = request.filter.map_or_else(|| Ok(AuthorFilter::default()), filter)?;
        let found = self.0.list(&filter, &page).await?;
        Ok(Response::new(pb::ListAuthorsResponse {
            items: found.items.into_iter().map(Into::into).collect(),
            next_page_token: found.next_cursor.unwrap_or_default(),
        }))
    }

    async fn create_author(
        &self,
        request: Request<pb::CreateAuthorRequest>,
    ) -> Result<Response<pb::Author>, Status> {
        let fields = fields(request.into_inner().fields)?;
        Ok(Response::new(self.0.create(fields).await?.into()))
    }

    async fn get_author(
        &self,
        request: Request<pb::GetAuthorRequest>,
    ) -> Result<Response<pb::Author>, Status> {
        let id = read("id", request.into_inner().id)?;
        Ok(Response::new(self.0.get(id).await?.into()))
    }

    async fn batch_get_authors(
        &self,
        request: Request<pb::BatchGetAuthorsRequest>,
    ) -> Result<Response<pb::BatchGetAuthorsResponse>, Status> {
        let ids: Vec<Uuid> = read("ids", request.into_inner().ids)?;
        let found = self.0.find_many(&IdsRequest::of(&ids).ids()?).await?;
        let items = found.into_iter().map(Into::into).collect();
        Ok(Response::new(pb::BatchGetAuthorsResponse { items }))
    }

    async fn update_author(
        &self,
        request: Request<pb::UpdateAuthorRequest>,
    ) -> Result<Response<pb::Author>, Status> {
        let request = request.into_inner();
        let expected = expected(request.expected_version)?;
        let fields = fields(request.fields)?;
        let changed = self.0.update(read("id", request.id)?, &expected, fields).await?;
        Ok(Response::new(changed.into()))
    }

    async fn delete_author(
        &self,
        request: Request<pb::DeleteAuthorRequest>,
    ) -> Result<Response<pb::DeleteAuthorResponse>, Status> {
        let request = request.into_inner();
        let expected = expected(request.expected_version)?;
        self.0.delete(read("id", request.id)?, &expected).await?;
        Ok(Response::new(pb::DeleteAuthorResponse {}))
    }
}

/// The version that a caller means; there is no version 0.
fn expected(version: i64) -> Result<IfMatch, Error> {
    match version {
        0 => Err(Error::PreconditionRequired),
        version => Ok(IfMatch::version(version)),
    }
}

impl From<domain::Author> for pb::Author {
    fn from(author: domain::Author) -> Self {
        Self {
            id: author.id.to_wire(),
            version: author.version,
            created_at: Some(author.created_at.to_wire()),
            updated_at: Some(author.updated_at.to_wire()),
            fields: Some(author.fields.into()),
        }
    }
}

impl From<domain::AuthorFields> for pb::AuthorFields {
    fn from(fields: domain::AuthorFields) -> Self {
        Self {
            name: fields.name.to_wire(),
            born_on: fields.born_on.to_wire(),
            letters: fields.letters.to_wire(),
        }
    }
}

fn fields(given: Option<pb::AuthorFields>) -> Result<domain::AuthorFields, Error> {
    let given = given.unwrap_or_default();
    Ok(domain::AuthorFields {
        name: read("name", given.name)?,
        born_on: read("born_on", given.born_on)?,
        letters: read("letters", given.letters)?,
    })
}

fn filter(given: pb::AuthorFilter) -> Result<AuthorFilter, Error> {
    Ok(AuthorFilter {
        name: read("name", given.name)?,
    })
}

impl fmt::Debug for pb::AuthorFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Author").finish_non_exhaustive()
    }
}
