use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use tonic::{Request, Response, Status};

use super::pb::health::health_check_response::ServingStatus;
use super::pb::health::health_server::Health as Served;
use super::pb::health::{HealthCheckRequest, HealthCheckResponse};
use crate::health::Health;

/// How often those who watch are told of changes at most.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// `grpc.health.v1` over what readiness says.
#[derive(Clone)]
pub(super) struct HealthService {
    health: Health,
    names: Arc<BTreeSet<String>>,
}

impl HealthService {
    pub(super) fn new(health: Health, names: BTreeSet<String>) -> Self {
        Self {
            health,
            names: Arc::new(names),
        }
    }

    fn knows(&self, name: &str) -> bool {
        name.is_empty() || self.names.contains(name)
    }

    async fn status(&self) -> ServingStatus {
        match self.health.report().await.is_ready() {
            true => ServingStatus::Serving,
            false => ServingStatus::NotServing,
        }
    }
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse {
        status: status.into(),
    }
}

#[tonic::async_trait]
impl Served for HealthService {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        if !self.knows(&request.get_ref().service) {
            return Err(Status::not_found("there is no such service here"));
        }
        Ok(Response::new(response(self.status().await)))
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    /// Tells the status and every change of it; ends when the service stops.
    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let is_known = self.knows(&request.get_ref().service);
        let changes = unfold((self.clone(), None), move |(service, last)| async move {
            loop {
                if last.is_some() {
                    if service.health.is_draining() && last == Some(ServingStatus::NotServing) {
                        return None;
                    }
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                let now = match is_known || service.health.is_draining() {
                    true => service.status().await,
                    false => ServingStatus::ServiceUnknown,
                };
                if last != Some(now) {
                    return Some((Ok(response(now)), (service, Some(now))));
                }
            }
        });
        Ok(Response::new(Box::pin(changes)))
    }
}

/// Waits until the service stops.
pub(super) async fn drained(health: Health) {
    while !health.is_draining() {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    fn service() -> (Health, HealthService) {
        let health = Health::default();
        let names = BTreeSet::from(["books.v1.BookService".to_owned()]);
        (health.clone(), HealthService::new(health, names))
    }

    fn about(service: &str) -> Request<HealthCheckRequest> {
        Request::new(HealthCheckRequest {
            service: service.to_owned(),
        })
    }

    #[tokio::test]
    async fn it_says_what_readiness_says() {
        let (health, service) = service();
        for name in ["", "books.v1.BookService"] {
            let said = service.check(about(name)).await.unwrap();
            assert_eq!(said.into_inner().status(), ServingStatus::Serving);
        }
        let unknown = service.check(about("other")).await.unwrap_err();
        assert_eq!(unknown.code(), tonic::Code::NotFound);
        health.drain();
        let said = service.check(about("")).await.unwrap();
        assert_eq!(said.into_inner().status(), ServingStatus::NotServing);
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_watch_are_told_of_changes_to_the_end() {
        let (health, service) = service();
        let mut known = service.watch(about("")).await.unwrap().into_inner();
        let mut unknown = service.watch(about("other")).await.unwrap().into_inner();
        let first = known.next().await.unwrap().unwrap();
        assert_eq!(first.status(), ServingStatus::Serving);
        let first = unknown.next().await.unwrap().unwrap();
        assert_eq!(first.status(), ServingStatus::ServiceUnknown);
        health.drain();
        drained(health).await;
        for stream in [&mut known, &mut unknown] {
            let last = stream.next().await.unwrap().unwrap();
            assert_eq!(last.status(), ServingStatus::NotServing);
            assert!(stream.next().await.is_none());
        }
    }
}
