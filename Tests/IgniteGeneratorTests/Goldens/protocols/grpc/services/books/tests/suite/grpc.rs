//! gRPC as a whole: health, reflection, deadlines, the page and who may see it.

use std::time::Duration;

use frame::config::Reader;
use frame::grpc::pb::health::HealthCheckRequest;
use frame::grpc::pb::health::health_check_response::ServingStatus;
use frame::grpc::pb::health::health_client::HealthClient;
use frame::grpc::pb::reflection::ServerReflectionRequest;
use frame::grpc::pb::reflection::server_reflection_client::ServerReflectionClient;
use frame::grpc::pb::reflection::server_reflection_request::MessageRequest;
use frame::grpc::pb::reflection::server_reflection_response::MessageResponse;
use books::{Config, assemble};
use serde_json::json;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};

use crate::harness::{Harness, channel};

/// What reflection answers to one question.
async fn reflected(channel: Channel, question: MessageRequest) -> Result<MessageResponse, Status> {
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(question),
    };
    let requests = futures_util::stream::iter([request]);
    let mut client = ServerReflectionClient::new(channel);
    let mut answers = client.server_reflection_info(requests).await?.into_inner();
    Ok(answers.message().await?.unwrap().message_response.unwrap())
}

async fn health(channel: Channel, service: &str) -> Result<ServingStatus, Status> {
    let service = service.to_owned();
    let said = HealthClient::new(channel).check(HealthCheckRequest { service }).await?;
    Ok(said.into_inner().status())
}

/// The service, with these variables.
async fn served(pairs: &[(&str, &str)]) -> Channel {
    let fixed = [("PORT", "0")];
    let config = Config::read(Reader::from_pairs(fixed.iter().chain(pairs).copied())).unwrap();
    let database = Harness::start().await.database;
    let app = assemble(&config, (*database).clone()).await;
    channel(app.unwrap().router()).await
}

#[tokio::test]
async fn it_says_how_it_is() {
    let harness = Harness::start().await;
    let channel = harness.channel().await;
    assert_eq!(health(channel.clone(), "").await.unwrap(), ServingStatus::Serving);
    let known = "books.v1.AuthorService";
    assert_eq!(health(channel.clone(), known).await.unwrap(), ServingStatus::Serving);
    let known = "books.v1.BookService";
    assert_eq!(health(channel.clone(), known).await.unwrap(), ServingStatus::Serving);
    assert_eq!(health(channel.clone(), "other").await.unwrap_err().code(), Code::NotFound);
    harness.database.close().await;
    assert_eq!(health(channel, "").await.unwrap(), ServingStatus::NotServing);
}

#[tokio::test]
async fn it_describes_itself() {
    let harness = Harness::start().await;
    let channel = harness.channel().await;
    let list = reflected(channel.clone(), MessageRequest::ListServices(String::new())).await;
    let Ok(MessageResponse::ListServicesResponse(list)) = list else {
        panic!("{list:?}");
    };
    let names: Vec<_> = list.service.iter().map(|service| service.name.as_str()).collect();
    assert!(names.contains(&"grpc.health.v1.Health"), "{names:?}");
    let name = "books.v1.AuthorService";
    assert!(names.contains(&name), "{names:?}");
    let file = reflected(channel.clone(), MessageRequest::FileContainingSymbol(name.to_owned())).await;
    let Ok(MessageResponse::FileDescriptorResponse(files)) = file else {
        panic!("{file:?}");
    };
    // The contract, and that of the times in it.
    assert_eq!(files.file_descriptor_proto.len(), 2);
    let name = "books.v1.BookService";
    assert!(names.contains(&name), "{names:?}");
    let file = reflected(channel.clone(), MessageRequest::FileContainingSymbol(name.to_owned())).await;
    let Ok(MessageResponse::FileDescriptorResponse(files)) = file else {
        panic!("{file:?}");
    };
    // The contract, and that of the times in it.
    assert_eq!(files.file_descriptor_proto.len(), 2);
}

#[tokio::test]
async fn the_page_calls_what_it_lists() {
    let harness = Harness::start().await;
    let page = harness.get("/grpc").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.as_str().unwrap().contains("https://"));
    let services = harness.get("/grpc/services").await.body;
    let names: Vec<_> = services.as_array().unwrap().iter().map(|service| &service["name"]).collect();
    assert!(names.contains(&&json!("grpc.health.v1.Health")), "{names:?}");
    let call = async |path: &str, message| {
        let path = format!("/grpc/call/{path}");
        harness.send("POST", &path, &[], Some(&message)).await
    };
    let answer = call("grpc.health.v1.Health/Check", json!({})).await;
    assert_eq!(answer.body["response"], json!({ "status": "SERVING" }), "{answer:?}");
    assert_eq!(call("grpc.health.v1.Health/Watch", json!({})).await.status, 400);
    assert_eq!(call("grpc.health.v1.Health/Nothing", json!({})).await.status, 404);
    assert_eq!(call("grpc.health.v1.Health/Check", json!({ "x": 1 })).await.status, 400);

    crate::author::stored(&harness).await;
    let path = "books.v1.AuthorService/";
    let list = call(&format!("{path}ListAuthors"), json!({ "page_size": 1 })).await.body;
    assert_eq!(list["code"], "Ok", "{list}");
    let id = list["response"]["items"][0]["id"].clone();
    let found = call(&format!("{path}GetAuthor"), json!({ "id": id })).await.body;
    assert_eq!(found["response"], list["response"]["items"][0]);
    let none = call(&format!("{path}GetAuthor"), json!({ "id": "none" })).await.body;
    assert_eq!(none["code"], "InvalidArgument");
    assert_eq!(none["details"]["field_violations"][0]["field"], "id");
}

#[tokio::test]
async fn nobody_looks_around_in_production() {
    let channel = served(&[]).await;
    assert_eq!(health(channel.clone(), "").await.unwrap(), ServingStatus::Serving);
    let refused = reflected(channel, MessageRequest::ListServices(String::new())).await;
    assert_eq!(refused.unwrap_err().code(), Code::Unimplemented);
}

#[tokio::test]
async fn a_call_is_given_up_at_its_deadline() {
    let harness = Harness::start().await;
    let mut client = HealthClient::new(harness.channel().await);
    let mut request = Request::new(HealthCheckRequest::default());
    request.set_timeout(Duration::from_secs(60));
    assert!(client.check(request).await.is_ok());
    // Clients give up by themselves, too; here the service does.
    for (timeout, code) in [("0n", Code::DeadlineExceeded), ("soon", Code::InvalidArgument)] {
        let headers = [("content-type", "application/grpc"), ("grpc-timeout", timeout)];
        let answer = harness.send("POST", "/grpc.health.v1.Health/Check", &headers, None).await;
        assert_eq!(answer.header("grpc-status"), i32::from(code).to_string(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_repeated_creation_is_answered_as_the_first_one() {
    use books::presentation::grpc::pb::CreateAuthorRequest;
    use books::presentation::grpc::pb::author_service_client::AuthorServiceClient;

    for harness in Harness::everywhere().await {
        let fields = crate::author::storable(&harness).await;
        let mut client = AuthorServiceClient::new(harness.channel().await);
        let mut create = async |key: &'static str| {
            let fields = Some(fields.clone().into());
            let mut request = Request::new(CreateAuthorRequest { fields });
            request.metadata_mut().insert("idempotency-key", key.parse().unwrap());
            client.create_author(request).await
        };
        let first = create("one").await.unwrap();
        let again = create("one").await.unwrap();
        assert!(again.metadata().contains_key("idempotency-replayed"));
        assert_eq!(again.into_inner(), first.into_inner(), "{}", harness.database.name);
    }
}
