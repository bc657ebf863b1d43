//! Calls over gRPC, by a client that is made from the contract.

use books::presentation::grpc::pb;
use books::presentation::grpc::pb::book_service_client::BookServiceClient;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::{storable, stored};
use crate::harness::Harness;

async fn client(harness: &Harness) -> BookServiceClient<Channel> {
    BookServiceClient::new(harness.channel().await)
}

async fn given(harness: &Harness) -> pb::BookFields {
    storable(harness).await.into()
}

async fn create(harness: &Harness, fields: pb::BookFields) -> Result<pb::Book, Status> {
    let fields = Some(fields);
    let request = pb::CreateBookRequest { fields };
    let created = client(harness).await.create_book(request).await?;
    Ok(created.into_inner())
}

async fn get(harness: &Harness, id: &str) -> Result<pb::Book, Status> {
    let id = id.to_owned();
    let found = client(harness).await.get_book(pb::GetBookRequest { id }).await?;
    Ok(found.into_inner())
}

/// The fields that a status names.
fn wrong(status: &Status) -> Vec<String> {
    let details = status.get_error_details();
    let violations = details.bad_request().map(|request| request.field_violations.clone());
    let violations = violations.unwrap_or_default().into_iter();
    violations.map(|violation| violation.field).collect()
}

#[tokio::test]
async fn a_created_one_is_what_was_given_and_is_found() {
    for harness in Harness::everywhere().await {
        let given = given(&harness).await;
        let created = create(&harness, given.clone()).await.unwrap();
        assert_eq!(created.version, 1);
        assert_eq!(created.fields, Some(given), "{}", harness.database.name);
        assert_eq!(get(&harness, &created.id).await.unwrap(), created);
        let stored = harness.application.book.get(created.id.parse().unwrap()).await;
        assert_eq!(pb::Book::from(stored.unwrap()), created);
    }
}

#[tokio::test]
async fn a_change_needs_the_current_version() {
    let harness = Harness::start().await;
    let created = create(&harness, given(&harness).await).await.unwrap();
    let fields = given(&harness).await;
    let update = async |expected_version| {
        let request = pb::UpdateBookRequest {
            id: created.id.clone(),
            expected_version,
            fields: Some(fields.clone()),
        };
        client(&harness).await.update_book(request).await
    };
    assert_eq!(update(0).await.unwrap_err().code(), Code::FailedPrecondition);
    let changed = update(1).await.unwrap().into_inner();
    assert_eq!((changed.version, changed.fields), (2, Some(fields.clone())));
    assert_eq!(update(1).await.unwrap_err().code(), Code::Aborted);
}

#[tokio::test]
async fn a_removed_one_is_gone() {
    let harness = Harness::start().await;
    let created = create(&harness, given(&harness).await).await.unwrap();
    let remove = async |expected_version| {
        let id = created.id.clone();
        let request = pb::DeleteBookRequest { id, expected_version };
        client(&harness).await.delete_book(request).await
    };
    assert_eq!(remove(9).await.unwrap_err().code(), Code::Aborted);
    remove(1).await.unwrap();
    assert_eq!(remove(1).await.unwrap_err().code(), Code::NotFound);
    let gone = get(&harness, &created.id).await.unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
    let info = gone.get_details_error_info().unwrap();
    assert_eq!(info.reason, "NOT_FOUND");
    let none = get(&harness, "none").await.unwrap_err();
    assert_eq!((none.code(), wrong(&none)), (Code::InvalidArgument, vec!["id".to_owned()]));
}

#[tokio::test]
async fn a_list_goes_on_with_its_token() {
    let harness = Harness::start().await;
    let (first, second) = (stored(&harness).await, stored(&harness).await);
    let list = async |page_size, page_token: &str| {
        let request = pb::ListBooksRequest {
            page_size,
            page_token: page_token.to_owned(),
            filter: None,
        };
        let page = client(&harness).await.list_books(request).await?;
        Ok::<_, Status>(page.into_inner())
    };
    let page = list(1, "").await.unwrap();
    assert_eq!(page.items, [first.into()]);
    let rest = list(1, &page.next_page_token).await.unwrap();
    assert_eq!((rest.items, rest.next_page_token), (vec![second.into()], String::new()));
    assert_eq!(list(1, "wrong").await.unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(wrong(&list(-1, "").await.unwrap_err()), ["page_size"]);
}

#[tokio::test]
async fn many_are_served_at_once() {
    let harness = Harness::start().await;
    let (first, second) = (stored(&harness).await, stored(&harness).await);
    let unknown = frame::new_id();
    let ids = [second.id, first.id, unknown].map(|id| id.to_string()).to_vec();
    let request = pb::BatchGetBooksRequest { ids };
    let found = client(&harness).await.batch_get_books(request).await.unwrap();
    assert_eq!(found.into_inner().items, [first.into(), second.into()]);
}

#[tokio::test]
async fn a_list_is_narrowed_by_title() {
    let harness = Harness::start().await;
    let created = create(&harness, given(&harness).await).await.unwrap();
    let fields = created.fields.clone().unwrap();
    let filter = pb::BookFilter {
        title: Some(fields.title),
        ..Default::default()
    };
    let request = pb::ListBooksRequest {
        page_size: 100,
        page_token: String::new(),
        filter: Some(filter),
    };
    let page = client(&harness).await.list_books(request).await.unwrap();
    assert!(page.into_inner().items.contains(&created));
}

#[tokio::test]
async fn a_list_is_narrowed_by_author() {
    let harness = Harness::start().await;
    let created = create(&harness, given(&harness).await).await.unwrap();
    let fields = created.fields.clone().unwrap();
    let filter = pb::BookFilter {
        author: Some(fields.author),
        ..Default::default()
    };
    let request = pb::ListBooksRequest {
        page_size: 100,
        page_token: String::new(),
        filter: Some(filter),
    };
    let page = client(&harness).await.list_books(request).await.unwrap();
    assert!(page.into_inner().items.contains(&created));
}

#[tokio::test]
async fn a_list_is_narrowed_by_kind() {
    let harness = Harness::start().await;
    let created = create(&harness, given(&harness).await).await.unwrap();
    let fields = created.fields.clone().unwrap();
    let filter = pb::BookFilter {
        kind: Some(fields.kind),
        ..Default::default()
    };
    let request = pb::ListBooksRequest {
        page_size: 100,
        page_token: String::new(),
        filter: Some(filter),
    };
    let page = client(&harness).await.list_books(request).await.unwrap();
    assert!(page.into_inner().items.contains(&created));
}

#[tokio::test]
async fn a_list_is_narrowed_by_printed_at() {
    let harness = Harness::start().await;
    let created = create(&harness, given(&harness).await).await.unwrap();
    let fields = created.fields.clone().unwrap();
    let filter = pb::BookFilter {
        printed_at: fields.printed_at,
        ..Default::default()
    };
    let request = pb::ListBooksRequest {
        page_size: 100,
        page_token: String::new(),
        filter: Some(filter),
    };
    let page = client(&harness).await.list_books(request).await.unwrap();
    assert!(page.into_inner().items.contains(&created));
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let harness = Harness::start().await;
    let mut fields = given(&harness).await;
    let long = "x".repeat(256);
    fields.title = long;
    let refused = create(&harness, fields).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(wrong(&refused), ["title"]);
}

#[tokio::test]
async fn unknown_words_are_refused() {
    let harness = Harness::start().await;
    for word in [0, 536_870_911] {
        let mut fields = given(&harness).await;
        fields.kind = word;
        let refused = create(&harness, fields).await.unwrap_err();
        assert_eq!(wrong(&refused), ["kind"]);
    }
}
