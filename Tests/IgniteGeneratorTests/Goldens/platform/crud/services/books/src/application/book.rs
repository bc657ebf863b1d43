//! What can be done with `Book`.

use std::sync::Arc;

use async_trait::async_trait;
use events::BookAdded;
use events::BookRemoved;
use frame::Envelope;
use frame::Error;
use frame::http::{IfMatch, Page, PageRequest};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::domain::book::{Book, BookFields};

/// Narrows a list; what is absent does not narrow.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BookFilter {
    pub title: Option<String>,
    pub isbn: Option<String>,
}

/// Where they are kept, each change in one transaction with its events.
#[async_trait]
pub trait BookRepository: Send + Sync {
    async fn insert(
        &self,
        book: &Book,
        events: &[Envelope],
    ) -> Result<(), Error>;
    async fn find(&self, id: Uuid) -> Result<Option<Book>, Error>;
    /// Those of them that are there, in the order of their ids.
    async fn find_many(&self, ids: &[Uuid]) -> Result<Vec<Book>, Error>;
    /// At most `limit` of them, in the order of their ids.
    async fn list(
        &self,
        filter: &BookFilter,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Book>, Error>;
    /// Replaces the version before this one; false when that is not the stored one any more.
    async fn update(
        &self,
        book: &Book,
        events: &[Envelope],
    ) -> Result<bool, Error>;
    /// Removes this version; false when it is not the stored one any more.
    async fn delete(
        &self,
        book: &Book,
        events: &[Envelope],
    ) -> Result<bool, Error>;
}

/// The use cases.
#[derive(Clone)]
pub struct BookUseCases {
    repository: Arc<dyn BookRepository>,
}

impl BookUseCases {
    #[must_use]
    pub fn new(repository: Arc<dyn BookRepository>) -> Self {
        Self { repository }
    }

    /// # Errors
    /// Invalid fields, a value that is taken, or a failed store.
    pub async fn create(&self, fields: BookFields) -> Result<Book, Error> {
        let book = Book::new(fields)?;
        let events = created(&book)?;
        self.repository.insert(&book, &events).await?;
        Ok(book)
    }

    /// # Errors
    /// Nothing with this id, or a failed store.
    pub async fn get(&self, id: Uuid) -> Result<Book, Error> {
        let found = self.repository.find(id).await?;
        found.ok_or_else(|| Error::NotFound(format!("no book has the id {id}")))
    }

    /// Those that are there, in the order of their ids.
    ///
    /// # Errors
    /// A failed store.
    pub async fn find_many(&self, ids: &[Uuid]) -> Result<Vec<Book>, Error> {
        self.repository.find_many(ids).await
    }

    /// # Errors
    /// A cursor that is not one, or a failed store.
    pub async fn list(
        &self,
        filter: &BookFilter,
        page: &PageRequest,
    ) -> Result<Page<Book>, Error> {
        let limit = page.limit();
        let found = self.repository.list(filter, page.after()?, limit + 1).await?;
        Ok(Page::of(found, limit, |last| last.id))
    }

    /// Changes it, if it is in a version that the caller expects.
    ///
    /// # Errors
    /// Nothing with this id, another version, invalid fields, a value that is taken, or a failed store.
    pub async fn update(
        &self,
        id: Uuid,
        expected: &IfMatch,
        fields: BookFields,
    ) -> Result<Book, Error> {
        let book = self.expect(id, expected).await?.change(fields)?;
        let events = updated(&book)?;
        if self.repository.update(&book, &events).await? {
            Ok(book)
        } else {
            Err(Error::PreconditionFailed)
        }
    }

    /// Removes it, if it is in a version that the caller expects.
    ///
    /// # Errors
    /// Nothing with this id, another version, something that still refers to it, or a failed store.
    pub async fn delete(&self, id: Uuid, expected: &IfMatch) -> Result<(), Error> {
        let book = self.expect(id, expected).await?;
        let events = deleted(&book)?;
        if self.repository.delete(&book, &events).await? {
            Ok(())
        } else {
            Err(Error::PreconditionFailed)
        }
    }

    async fn expect(&self, id: Uuid, expected: &IfMatch) -> Result<Book, Error> {
        let current = self.get(id).await?;
        expected.check(current.version)?;
        Ok(current)
    }
}

/// What the other services are told when one was `created`.
pub(crate) fn created(book: &Book) -> Result<Vec<Envelope>, Error> {
    Ok(vec![
        Envelope::of(crate::NAME, &BookAdded::from(book))?,
    ])
}

/// What the other services are told when one was `updated`.
pub(crate) fn updated(_book: &Book) -> Result<Vec<Envelope>, Error> {
    Ok(Vec::new())
}

/// What the other services are told when one was `deleted`.
pub(crate) fn deleted(book: &Book) -> Result<Vec<Envelope>, Error> {
    Ok(vec![
        Envelope::of(crate::NAME, &BookRemoved::from(book))?,
    ])
}

impl From<&Book> for BookAdded {
    fn from(book: &Book) -> Self {
        Self {
            id: book.id,
            title: book.fields.title.clone(),
            isbn: book.fields.isbn.clone(),
            pages: book.fields.pages,
            published_on: book.fields.published_on,
        }
    }
}

impl From<&Book> for BookRemoved {
    fn from(book: &Book) -> Self {
        Self {
            id: book.id,
            title: book.fields.title.clone(),
            isbn: book.fields.isbn.clone(),
            pages: book.fields.pages,
            published_on: book.fields.published_on,
        }
    }
}
