//! `Stripe`, played.

use axum::http::{Method, StatusCode};
use frame::Error;
use frame::testing::{Callee, Reply};
use serde_json::{Value, json};

use super::{SECRET, failing, logged, pass_on, providers};
use payments::providers::Providers;

const ROUTE: &str = "/integrations/stripe/charges";

/// The system and clients that know where it is.
struct Played {
    system: Callee,
    providers: Providers,
}

async fn play(replies: Vec<Reply>) -> Played {
    let system = Callee::start(replies).await.unwrap();
    let providers = providers(&[
        ("STRIPE_BASE_URL", system.url()),
        ("STRIPE_TOKEN", SECRET),
    ]);
    Played {
        system,
        providers,
    }
}

#[tokio::test]
async fn a_call_proves_who_makes_it() {
    let played = play(failing(0)).await;
    let client = &played.providers.stripe;
    let sent: Value = client.send("/charges", None, &json!({ "amount": 7 })).await.unwrap();
    assert_eq!(sent, json!({ "ok": true }));
    let calls = played.system.calls();
    assert_eq!((calls[0].method.as_str(), calls[0].uri.as_str()), ("POST", "/charges"));
    assert_eq!(calls[0].body, json!({ "amount": 7 }));
    assert_eq!(calls[0].headers["authorization"], format!("Bearer {SECRET}"));
}

#[tokio::test]
async fn only_what_counts_once_is_repeated() {
    let played = play(failing(2)).await;
    let read = pass_on(&played.providers, Method::GET, ROUTE, None).await;
    assert_eq!(read, (StatusCode::OK, json!({ "ok": true })));
    assert_eq!(played.system.calls().len(), 3);

    let played = play(failing(2)).await;
    let keyed = pass_on(&played.providers, Method::POST, ROUTE, Some("once")).await;
    assert_eq!(keyed.0, StatusCode::OK);
    let calls = played.system.calls();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call.headers["idempotency-key"] == "once"));

    let played = play(failing(2)).await;
    let blind = pass_on(&played.providers, Method::POST, ROUTE, None).await;
    assert_eq!(blind.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(played.system.calls().len(), 1);
}

#[tokio::test]
async fn what_keeps_failing_is_left_alone() {
    let played = play(vec![Reply::status(500)]).await;
    for _ in 0..8 {
        let answer = pass_on(&played.providers, Method::PATCH, ROUTE, None).await;
        assert_eq!(answer.0, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(played.system.calls().len(), 5);
}

#[tokio::test]
async fn what_is_refused_comes_back_as_it_is() {
    let declined = json!({ "error": { "code": "card_declined" } });
    let played = play(vec![Reply::json(402, &declined)]).await;
    let answer = pass_on(&played.providers, Method::POST, ROUTE, None).await;
    assert_eq!(answer, (StatusCode::PAYMENT_REQUIRED, declined));
    let played = play(vec![Reply::status(403)]).await;
    let answer = pass_on(&played.providers, Method::POST, ROUTE, None).await;
    assert_eq!(answer.0, StatusCode::INTERNAL_SERVER_ERROR, "whose fault it is");
}

#[tokio::test]
async fn a_path_does_not_lead_elsewhere() {
    let played = play(failing(0)).await;
    let out = played.providers.stripe.fetch::<Value>("@elsewhere.example/").await;
    assert!(matches!(out, Err(Error::Malformed(_))), "{out:?}");
    let written = format!("{ROUTE}/a%2Fb?expand=x%26y");
    pass_on(&played.providers, Method::GET, &written, None).await;
    let calls = played.system.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].uri, "/charges/a%2Fb?expand=x%26y");
}

#[tokio::test]
async fn without_what_it_needs_it_is_off() {
    let off = providers(&[]);
    let answer = off.stripe.fetch::<Value>("/charges").await;
    let Err(Error::Unavailable(reason)) = answer else {
        panic!("it was called");
    };
    assert!(reason.contains("off without STRIPE_"), "{reason}");
}

#[test]
fn secrets_are_never_logged() {
    let text = logged(async {
        let played = play(vec![Reply::status(500), Reply::status(401), Reply::status(404), Reply::status(200)]).await;
        for _ in 0..4 {
            pass_on(&played.providers, Method::POST, ROUTE, None).await;
        }
        tracing::info!(providers = ?played.providers, "all that is known");
        assert!(played.system.calls().iter().any(|call| !call.headers.is_empty()));
    });
    assert!(text.contains("all that is known") && text.contains("frame::error"), "{text}");
    assert!(!text.contains(SECRET), "{text}");
}
