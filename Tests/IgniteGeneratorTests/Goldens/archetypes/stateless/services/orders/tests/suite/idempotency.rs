//! Repeated requests act once.

use serde_json::{Value, json};

use crate::harness::Harness;
use crate::customer::storable;

const ROUTE: &str = "/api/customers";
const KEY: &str = "idempotency-key";

async fn body(harness: &Harness) -> Value {
    serde_json::to_value(storable(harness).await).unwrap()
}

async fn count(harness: &Harness) -> usize {
    harness.get(ROUTE).await.body["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_the_first_one() {
    for harness in Harness::everywhere().await {
        let body = body(&harness).await;
        let first = harness.send("POST", ROUTE, &[(KEY, "one")], Some(&body)).await;
        assert_eq!(first.status, 201, "{first:?}");
        let before = count(&harness).await;
        let again = harness.send("POST", ROUTE, &[(KEY, "one")], Some(&body)).await;
        assert_eq!(again.status, 201);
        assert_eq!(again.body, first.body);
        assert_eq!(again.header("location"), first.header("location"));
        assert_eq!(count(&harness).await, before);
    }
}

#[tokio::test]
async fn a_key_is_for_one_body() {
    let harness = Harness::start().await;
    let body = body(&harness).await;
    let first = harness.send("POST", ROUTE, &[(KEY, "one")], Some(&body)).await;
    assert_eq!(first.status, 201, "{first:?}");
    let other = harness.send("POST", ROUTE, &[(KEY, "one")], Some(&json!({}))).await;
    assert_eq!(other.status, 422);
}

#[tokio::test]
async fn concurrent_repeats_act_once() {
    for harness in Harness::everywhere().await {
        let body = body(&harness).await;
        let before = count(&harness).await;
        let headers = [(KEY, "one")];
        let send = || harness.send("POST", ROUTE, &headers, Some(&body));
        let answers = tokio::join!(send(), send(), send(), send());
        for answer in [answers.0, answers.1, answers.2, answers.3] {
            let status = answer.status.as_u16();
            assert!([201, 409].contains(&status), "{}: {answer:?}", harness.database.name);
        }
        assert_eq!(count(&harness).await, before + 1, "{}", harness.database.name);
    }
}
