//! The use cases over a store that another writer is always faster in.

use std::sync::Arc;

use frame::Error;
use frame::http::{IfMatch, PageRequest};
use search::application::book::*;
use search::domain::book::*;
use uuid::Uuid;

use super::fields;

/// Holds one of them, and has always just been changed by somebody else.
struct Contended(Book);

#[async_trait::async_trait]
impl BookRepository for Contended {
    async fn insert(&self, _: &Book) -> Result<(), Error> {
        Err(Error::Conflict("it is taken".to_owned()))
    }

    async fn find(&self, id: Uuid) -> Result<Option<Book>, Error> {
        Ok(Some(self.0.clone()).filter(|held| held.id == id))
    }

    async fn find_many(&self, ids: &[Uuid]) -> Result<Vec<Book>, Error> {
        Ok(Some(self.0.clone()).filter(|held| ids.contains(&held.id)).into_iter().collect())
    }

    async fn list(&self, _: &BookFilter, _: Option<Uuid>, _: u32) -> Result<Vec<Book>, Error> {
        Ok(vec![self.0.clone()])
    }

    async fn update(&self, _: &Book) -> Result<bool, Error> {
        Ok(false)
    }

    async fn delete(&self, _: &Book) -> Result<bool, Error> {
        Ok(false)
    }
}

fn contended() -> (Book, BookUseCases) {
    let held = Book::new(fields()).unwrap();
    (held.clone(), BookUseCases::new(Arc::new(Contended(held))))
}

#[tokio::test]
async fn what_is_held_is_found() {
    let (held, use_cases) = contended();
    assert_eq!(use_cases.get(held.id).await.unwrap(), held);
    let page = use_cases.list(&BookFilter::default(), &PageRequest::default()).await.unwrap();
    assert_eq!(page.items, [held]);
    assert_eq!(page.next_cursor, None);
}

#[tokio::test]
async fn what_is_not_held_is_not_found() {
    let (_, use_cases) = contended();
    let id = Uuid::nil();
    assert!(matches!(use_cases.get(id).await, Err(Error::NotFound(_))));
    assert!(matches!(use_cases.update(id, &IfMatch::any(), fields()).await, Err(Error::NotFound(_))));
    assert!(matches!(use_cases.delete(id, &IfMatch::any()).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_refused_store_is_told() {
    let (_, use_cases) = contended();
    assert!(matches!(use_cases.create(fields()).await, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn a_lost_race_fails_the_precondition() {
    let (held, use_cases) = contended();
    for expected in [IfMatch::any(), IfMatch::version(1), IfMatch::version(2)] {
        let updated = use_cases.update(held.id, &expected, fields()).await;
        assert!(matches!(updated, Err(Error::PreconditionFailed)));
        let deleted = use_cases.delete(held.id, &expected).await;
        assert!(matches!(deleted, Err(Error::PreconditionFailed)));
    }
}
