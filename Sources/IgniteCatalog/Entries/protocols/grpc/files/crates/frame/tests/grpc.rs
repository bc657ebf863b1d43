//! gRPC of a running service: its ports and its end; and calls of others under a policy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::HeaderValue;
use frame::client::{Attempt, Authorize, ClientSettings};
use frame::config::Defaults;
use frame::grpc::pb::health::health_check_response::ServingStatus;
use frame::grpc::pb::health::health_client::HealthClient;
use frame::grpc::pb::health::{HealthCheckRequest, HealthCheckResponse};
use frame::grpc::replies::{message, refusal, sent};
use frame::grpc::{Grpc, GrpcClient, GrpcSettings};
use frame::metrics::Metrics;
use frame::resilience::{BreakerState, PolicySettings, RetrySettings};
use frame::retry::Backoff;
use frame::testing::{Callee, Reply};
use frame::{App, Error, Settings, Shutdown};
use tonic::Request;
use tonic::transport::Channel;

#[tokio::test]
async fn a_stop_is_told_to_those_who_watch_on_every_port() {
    let mut settings = Settings::new(Defaults {
        name: "orders",
        port: 0,
    });
    settings.http.host = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let grpc = GrpcSettings {
        port: Some(0),
        ..GrpcSettings::default()
    };
    let app = App::new(&settings).unwrap();
    let app = app.grpc(Grpc::new(&[], &grpc).unwrap()).unwrap();
    let bound = app.bind().await.unwrap();
    let mut addresses = bound.more_addresses();
    addresses.push(bound.address());
    assert_eq!(addresses.len(), 2);
    let shutdown = Shutdown::new();
    let running = tokio::spawn(bound.run(shutdown.clone()));
    let mut watched = Vec::new();
    for address in addresses {
        let mut client = HealthClient::connect(format!("http://{address}"))
            .await
            .unwrap();
        let stream = client.watch(HealthCheckRequest::default()).await;
        let mut stream = stream.unwrap().into_inner();
        let first = stream.message().await.unwrap().unwrap();
        assert_eq!(first.status(), ServingStatus::Serving);
        watched.push(stream);
    }
    shutdown.trigger();
    for mut stream in watched {
        let last = stream.message().await.unwrap().unwrap();
        assert_eq!(last.status(), ServingStatus::NotServing);
        assert!(stream.message().await.unwrap().is_none());
    }
    running.await.unwrap().unwrap();
}

/// Proves who calls with a number that grows when it is not accepted.
#[derive(Debug, Default)]
struct Counted(AtomicU32);

#[async_trait]
impl Authorize for Counted {
    async fn authorize(&self, attempt: &mut Attempt<'_>) -> frame::Result<()> {
        let number = HeaderValue::from(self.0.load(Ordering::Relaxed));
        attempt.headers.insert("authorization", number);
        Ok(())
    }

    async fn refused(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) == 0
    }
}

fn client(callee: &Callee) -> GrpcClient {
    let policy = PolicySettings {
        retry: Some(RetrySettings {
            max_attempts: 2,
            backoff: Backoff::new(Duration::from_millis(1), Duration::from_millis(2)),
        }),
        ..PolicySettings::default()
    };
    let settings = ClientSettings::new(callee.url(), policy);
    let metrics = Metrics::new("orders").unwrap();
    GrpcClient::new("stock", &settings, &metrics.calls).unwrap()
}

fn about(service: &str) -> HealthCheckRequest {
    HealthCheckRequest {
        service: service.to_owned(),
    }
}

async fn ask(client: &GrpcClient) -> frame::Result<HealthCheckResponse> {
    client
        .read(about("it"), async |channel, request| {
            HealthClient::new(channel).check(request).await
        })
        .await
}

#[tokio::test]
async fn who_calls_is_proven_anew_once() {
    let serving = HealthCheckResponse { status: 1 };
    let callee = Callee::start(vec![Reply::status(401), message(&serving)])
        .await
        .unwrap();
    let client = client(&callee).authorized_by(Arc::new(Counted::default()));
    assert_eq!(ask(&client).await, Ok(serving));
    let calls = callee.calls();
    assert_eq!(calls[0].headers["authorization"], "0");
    assert_eq!(calls[1].headers["authorization"], "1");
    assert_eq!(sent(&calls[1]), Ok(about("it")));
    assert!(sent::<HealthCheckResponse>(&calls[1]).is_err());
    assert_eq!(client.state(), BreakerState::Closed);
}

#[tokio::test]
async fn only_what_may_be_made_twice_is() {
    let away = || refusal(Error::Unavailable("for a moment".to_owned()));
    let serving = message(&HealthCheckResponse { status: 1 });
    let callee = Callee::start(vec![away(), away(), serving]).await.unwrap();
    let client = client(&callee);
    let call = async |channel: Channel, request: Request<HealthCheckRequest>| {
        HealthClient::new(channel).check(request).await
    };
    let changed = client.change(about("it"), call).await;
    assert!(matches!(changed, Err(Error::Unavailable(_))));
    assert_eq!(callee.calls().len(), 1);
    let created = client.once("idempotency-key", "k", about("it"), call).await;
    assert!(created.is_ok());
    let calls = callee.calls();
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[2].headers["idempotency-key"], "k");
}
