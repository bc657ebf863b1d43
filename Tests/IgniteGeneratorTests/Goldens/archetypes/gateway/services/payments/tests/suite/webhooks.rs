//! What external systems tell by themselves: it counts once, and only if it is theirs.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use frame::bus::{Bus, MemoryBus};
use frame::config::Reader;
use frame::integration::sign;
use frame::security::Sensitive;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use payments::{Config, assemble};
use tower::ServiceExt;
use uuid::Uuid;

use crate::harness::Harness;

/// Where notices come in, and the variable of the secret.
const SOURCES: &[(&str, &str)] = &[
    ("stripe", "STRIPE_WEBHOOK_SECRET"),
];

fn now() -> i64 {
    frame::now().timestamp()
}

/// The header that the system sends with a notice.
fn signature(secret: &str, at: i64, body: &str) -> String {
    sign(&Sensitive::new(secret.to_owned()), at, body.as_bytes())
}

/// The service over a database, with its secrets.
struct Hearing {
    router: Router,
    bus: Arc<dyn Bus>,
    app: Option<frame::App>,
}

impl Hearing {
    async fn start(database: &frame::Database) -> Self {
        let secrets = SOURCES.iter().map(|(_, variable)| (*variable, "old-secret,new-secret"));
        let fixed = [("PORT", "0"), ("HOST", "127.0.0.1"), ("OUTBOX_POLL", "20ms")];
        let config = Config::read(Reader::from_pairs(fixed.into_iter().chain(secrets))).unwrap();
        let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new());
        let app = assemble(&config, database.clone(), Arc::clone(&bus)).await.unwrap();
        Self {
            router: app.router(),
            bus,
            app: Some(app),
        }
    }

    async fn tell(&self, source: &str, signature: Option<&str>, body: &str) -> StatusCode {
        let mut request = Request::post(format!("/webhooks/{source}"));
        if let Some(signature) = signature {
            request = request.header("webhook-signature", signature);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        self.router.clone().oneshot(request).await.unwrap().status()
    }

    async fn notice(&self, source: &str, id: Uuid) -> (StatusCode, Value) {
        let request = Request::get(format!("/notices/{source}/{id}")).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// Runs until so many events were heard; gives their types and keys.
    async fn published(mut self, count: usize) -> Vec<(String, String)> {
        let types = ["ChargeSucceeded", "ChargeFailed"];
        let subscription = frame::bus::Subscription::new("test", types);
        let consumer = self.bus.subscribe(&subscription).await.unwrap();
        let bound = self.app.take().unwrap().shared_bus().bind().await.unwrap();
        let shutdown = frame::Shutdown::new();
        let running = tokio::spawn(bound.run(shutdown.clone()));
        let mut heard = Vec::new();
        let patience = std::time::Duration::from_millis(500);
        loop {
            let deliveries = consumer.receive(10, patience).await.unwrap();
            if deliveries.is_empty() {
                break;
            }
            for delivery in deliveries {
                consumer.ack(&delivery).await.unwrap();
                heard.push((delivery.envelope.kind, delivery.envelope.key));
            }
        }
        assert_eq!(heard.len(), count, "{heard:?}");
        shutdown.trigger();
        running.await.unwrap().unwrap();
        heard
    }
}

#[tokio::test]
async fn a_notice_counts_once() {
    for Harness { database, .. } in Harness::everywhere().await {
        for (source, _) in SOURCES {
            let hearing = Hearing::start(&database).await;
            let id = frame::new_id();
            let body = json!({ "id": "n-1", "type": "something.else", "data": { "id": id } }).to_string();
            assert_eq!(hearing.notice(source, id).await.0, StatusCode::NOT_FOUND);
            // Repeated with the same signature, and sent again by the system with another one.
            for (secret, at) in [("old-secret", now()), ("old-secret", now()), ("new-secret", now() - 60)] {
                let signature = signature(secret, at, &body);
                let status = hearing.tell(source, Some(&signature), &body).await;
                assert_eq!(status, StatusCode::NO_CONTENT, "{source}");
            }
            let (status, notice) = hearing.notice(source, id).await;
            assert_eq!((status, &notice["id"]), (StatusCode::OK, &json!("n-1")));
            // Another body under the id that was heard changes nothing.
            let forged = json!({ "id": "n-1", "forged": true, "data": { "id": id } }).to_string();
            let signature = signature("new-secret", now(), &forged);
            assert_eq!(hearing.tell(source, Some(&signature), &forged).await, StatusCode::NO_CONTENT);
            assert_eq!(hearing.notice(source, id).await.1, notice);
        }
    }
}

#[tokio::test]
async fn a_notice_becomes_an_event_once() {
    for Harness { database, .. } in Harness::everywhere().await {
        let hearing = Hearing::start(&database).await;
        let (source, _) = SOURCES[0];
        let kinds = ["ChargeSucceeded", "ChargeFailed"];
        let mut told = Vec::new();
        for (number, kind) in kinds.iter().enumerate() {
            let id = frame::new_id();
            let body = json!({ "id": format!("n-{number}"), "type": kind, "data": { "id": id } }).to_string();
            for _ in 0..3 {
                let signature = signature("new-secret", now(), &body);
                let status = hearing.tell(source, Some(&signature), &body).await;
                assert_eq!(status, StatusCode::NO_CONTENT);
            }
            told.push(((*kind).to_owned(), id.to_string()));
        }
        let mut heard = hearing.published(kinds.len()).await;
        heard.sort();
        told.sort();
        assert_eq!(heard, told);
    }
}

#[tokio::test]
async fn what_is_not_theirs_is_turned_away() {
    let Harness { database, .. } = Harness::start().await;
    let hearing = Hearing::start(&database).await;
    for (source, _) in SOURCES {
        let id = frame::new_id();
        let body = json!({ "id": "n-2", "data": { "id": id } }).to_string();
        let good = signature("new-secret", now(), &body);
        let others = [
            None,
            Some("no signature".to_owned()),
            Some(signature("another-secret", now(), &body)),
            Some(signature("new-secret", now() - 301, &body)),
            Some(signature("new-secret", now() + 310, &body)),
            Some(good.replace("t=", "t=1")),
        ];
        for other in others {
            let status = hearing.tell(source, other.as_deref(), &body).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{other:?}");
        }
        let changed = hearing.tell(source, Some(&good), &body.replace("n-2", "n-3")).await;
        assert_eq!(changed, StatusCode::UNAUTHORIZED);
        assert_eq!(hearing.notice(source, id).await.0, StatusCode::NOT_FOUND);
        let nonsense = signature("new-secret", now(), "{");
        assert_eq!(hearing.tell(source, Some(&nonsense), "{").await, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn without_a_secret_nobody_is_believed() {
    let harness = Harness::start().await;
    for (source, _) in SOURCES {
        let path = format!("/webhooks/{source}");
        let answer = harness.send("POST", &path, &[], Some(&json!({}))).await;
        assert_eq!(answer.status, 503);
    }
}
