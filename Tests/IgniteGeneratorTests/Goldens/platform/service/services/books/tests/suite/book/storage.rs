//! The repository over real databases.

use frame::Error;
use frame::http::{IfMatch, PageRequest};
use books::application::book::*;
use books::domain::book::*;

use super::{storable, stored};
use crate::harness::Harness;

#[tokio::test]
async fn what_is_stored_comes_back() {
    for harness in Harness::everywhere().await {
        let use_cases = &harness.application.book;
        let created = stored(&harness).await;
        assert_eq!(use_cases.get(created.id).await.unwrap(), created);
        let changed = use_cases.update(created.id, &IfMatch::version(1), storable(&harness).await).await.unwrap();
        assert_eq!(use_cases.get(created.id).await.unwrap(), changed);
        assert_eq!(changed.version, 2);
        let stale = use_cases.update(created.id, &IfMatch::version(1), storable(&harness).await).await;
        assert!(matches!(stale, Err(Error::PreconditionFailed)));
        use_cases.delete(created.id, &IfMatch::version(2)).await.unwrap();
        assert!(matches!(use_cases.get(created.id).await, Err(Error::NotFound(_))));
    }
}

#[tokio::test]
async fn what_is_absent_stays_absent() {
    for harness in Harness::everywhere().await {
        let use_cases = &harness.application.book;
        let fields = BookFields {
            published_on: None,
            ..storable(&harness).await
        };
        let created = use_cases.create(fields).await.unwrap();
        assert_eq!(use_cases.get(created.id).await.unwrap(), created);
    }
}

#[tokio::test]
async fn many_are_found_at_once() {
    for harness in Harness::everywhere().await {
        let use_cases = &harness.application.book;
        let (first, second) = (stored(&harness).await, stored(&harness).await);
        stored(&harness).await;
        let ids = [second.id, frame::new_id(), first.id];
        assert_eq!(use_cases.find_many(&ids).await.unwrap(), [first, second]);
        assert!(use_cases.find_many(&[]).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn pages_hold_everything_once_in_order() {
    for harness in Harness::everywhere().await {
        let use_cases = &harness.application.book;
        let mut created = Vec::new();
        for _ in 0..3 {
            created.push(stored(&harness).await);
        }
        let mut listed = Vec::new();
        let mut page = PageRequest { limit: Some(2), ..PageRequest::default() };
        loop {
            let found = use_cases.list(&BookFilter::default(), &page).await.unwrap();
            listed.extend(found.items);
            page.cursor = found.next_cursor;
            if page.cursor.is_none() {
                break;
            }
        }
        assert_eq!(listed, created);
    }
}

#[tokio::test]
async fn filters_find_what_has_the_value() {
    for harness in Harness::everywhere().await {
        let use_cases = &harness.application.book;
        stored(&harness).await;
        let created = stored(&harness).await;
        let filters = [
            BookFilter {
            title: Some(created.fields.title.clone()),
            ..BookFilter::default()
            },
            BookFilter {
            isbn: Some(created.fields.isbn.clone()),
            ..BookFilter::default()
            },
        ];
        for filter in filters {
            let found = use_cases.list(&filter, &PageRequest::default()).await.unwrap();
            let ids: Vec<_> = found.items.iter().map(|item| item.id).collect();
            assert!(ids.contains(&created.id), "{} {filter:?}", harness.database.name);
        }
    }
}

#[tokio::test]
async fn a_second_isbn_is_refused() {
    for harness in Harness::everywhere().await {
        let use_cases = &harness.application.book;
        let first = stored(&harness).await;
        let mut fields = storable(&harness).await;
        fields.isbn = first.fields.isbn.clone();
        let refused = use_cases.create(fields).await;
        assert!(matches!(refused, Err(Error::Conflict(_))));
    }
}
