//! A client and a service that answers as it is told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use frame::client::{Client, ClientSettings};
use frame::metrics::Metrics;
use frame::resilience::{
    BreakerSettings, BreakerState, PolicySettings, RetrySettings, TimeoutSettings,
};
use frame::retry::Backoff;
use frame::testing::{Callee, Reply};
use frame::{Error, FieldProblem, RequestContext, TraceContext};
use serde_json::{Value, json};

fn policy() -> PolicySettings {
    PolicySettings {
        retry: Some(RetrySettings {
            max_attempts: 3,
            backoff: Backoff::new(Duration::from_millis(1), Duration::from_millis(2)),
        }),
        breaker: Some(BreakerSettings {
            failure_threshold: 4,
            ..BreakerSettings::default()
        }),
        timeout: TimeoutSettings {
            attempt: Duration::from_millis(100),
            total: Duration::from_secs(5),
        },
        ..PolicySettings::default()
    }
}

async fn client(replies: Vec<Reply>) -> (Callee, Client) {
    let callee = Callee::start(replies).await.unwrap();
    let settings = ClientSettings::new(format!("{}/", callee.url()), policy());
    let metrics = Metrics::new("orders").unwrap();
    let client = Client::new("stock", &settings, &metrics.calls).unwrap();
    (callee, client)
}

#[tokio::test]
async fn calls_carry_what_they_should() {
    let (callee, client) = client(vec![Reply::json(200, &json!([1, 2]))]).await;
    let trace = TraceContext::root();
    let answer: Vec<u8> = RequestContext::new("r1", trace.clone(), None)
        .scope(
            client
                .post("/a b")
                .query("q", "x&y")
                .body(&json!({"n": 1}))
                .json(),
        )
        .await
        .unwrap();
    assert_eq!(answer, [1, 2]);
    let calls = callee.calls();
    assert_eq!(
        (calls[0].method.as_str(), calls[0].uri.as_str()),
        ("POST", "/a%20b?q=x%26y")
    );
    assert_eq!(calls[0].headers["x-request-id"], "r1");
    let sent = TraceContext::from_headers(&calls[0].headers).unwrap();
    assert_eq!(sent.trace_id(), trace.trace_id());
    assert_eq!(calls[0].body, json!({"n": 1}));
}

#[tokio::test]
async fn reading_is_retried() {
    let flaky = vec![
        Reply::status(503),
        Reply::status(500),
        Reply::json(200, &json!(7)),
    ];
    let (callee, client) = client(flaky).await;
    assert_eq!(client.get("/").json().await, Ok(7));
    assert_eq!(callee.calls().len(), 3);
}

#[tokio::test]
async fn changing_is_retried_with_a_key_only() {
    let (callee, client) = client(vec![Reply::status(503), Reply::json(200, &json!(7))]).await;
    assert!(client.post("/").done().await.is_err());
    assert_eq!(callee.calls().len(), 1);
    assert_eq!(
        client
            .post("/")
            .idempotent("idempotency-key", "k")
            .done()
            .await,
        Ok(())
    );
    assert_eq!(callee.calls().len(), 2);

    let (callee, client) = self::client(vec![Reply::status(503), Reply::status(204)]).await;
    assert_eq!(
        client
            .post("/")
            .idempotent("idempotency-key", "k")
            .done()
            .await,
        Ok(())
    );
    let keys: Vec<_> = callee
        .calls()
        .iter()
        .map(|call| call.headers["idempotency-key"].clone())
        .collect();
    assert_eq!(keys, ["k", "k"]);
}

#[tokio::test]
async fn refusals_keep_their_meaning() {
    let problem = |status| {
        Reply::json(
            status,
            &json!({
                "type": "about:blank", "title": "t", "status": status, "detail": "why",
                "errors": [{"pointer": "#/name", "detail": "must not be empty"}],
            }),
        )
    };
    let field = FieldProblem {
        pointer: "#/name".to_owned(),
        detail: "must not be empty".to_owned(),
    };
    for (status, error) in [
        (400, Error::Malformed("why".to_owned())),
        (404, Error::NotFound("why".to_owned())),
        (409, Error::Conflict("why".to_owned())),
        (412, Error::PreconditionFailed),
        (428, Error::PreconditionRequired),
        (422, Error::Invalid(vec![field])),
    ] {
        let (callee, client) = client(vec![problem(status)]).await;
        assert_eq!(
            client.put("/").if_match(3).json::<Value>().await,
            Err(error)
        );
        assert_eq!(callee.calls().len(), 1);
        assert_eq!(callee.calls()[0].headers["if-match"], "\"3\"");
    }
    let (_callee, client) = client(vec![problem(401)]).await;
    assert!(matches!(
        client.delete("/").done().await,
        Err(Error::Internal(_))
    ));
    let (_callee, client) = self::client(vec![Reply::json(200, &json!("text"))]).await;
    assert!(matches!(
        client.get("/").json::<u8>().await,
        Err(Error::Internal(_))
    ));
}

#[tokio::test]
async fn a_failing_service_is_left_alone() {
    let (callee, client) = client(vec![Reply::status(503)]).await;
    for _ in 0..5 {
        assert!(matches!(
            client.get("/").done().await,
            Err(Error::Unavailable(_))
        ));
    }
    assert_eq!(client.state(), BreakerState::Open);
    assert_eq!(callee.calls().len(), 4);
}

#[tokio::test]
async fn a_slow_or_absent_service_is_given_up() {
    let (callee, client) = client(vec![Reply::status(200).after(Duration::from_secs(60))]).await;
    let error = client.post("/").done().await.unwrap_err();
    assert!(error.to_string().contains("no answer"), "{error}");
    assert_eq!(callee.calls().len(), 1);

    let settings = ClientSettings::new("http://127.0.0.1:1", policy());
    let metrics = Metrics::new("orders").unwrap();
    let client = Client::new("stock", &settings, &metrics.calls).unwrap();
    let error = client
        .get("/secret")
        .query("token", "hunter2")
        .done()
        .await
        .unwrap_err();
    assert!(matches!(&error, Error::Unavailable(_)) && !error.to_string().contains("hunter2"));
}
