//! `Ledger`, played.

use axum::http::{Method, StatusCode};
use frame::Error;
use frame::testing::{Callee, Reply};
use serde_json::{Value, json};

use super::{SECRET, failing, logged, pass_on, providers};
use payments::providers::Providers;

const ROUTE: &str = "/integrations/ledger/charges";

/// The system, the server of its tokens and clients that know where it is.
struct Played {
    system: Callee,
    tokens: Callee,
    providers: Providers,
}

async fn play(replies: Vec<Reply>) -> Played {
    let system = Callee::start(replies).await.unwrap();
    let token = |number: u8| json!({ "access_token": format!("{SECRET}-{number}"), "expires_in": 3600 });
    let tokens = Callee::start(vec![Reply::json(200, &token(1)), Reply::json(200, &token(2))]).await.unwrap();
    let providers = providers(&[
        ("LEDGER_BASE_URL", system.url()),
        ("LEDGER_CLIENT_ID", "client-1"),
        ("LEDGER_CLIENT_SECRET", SECRET),
        ("LEDGER_TOKEN_URL", tokens.url()),
    ]);
    Played {
        system,
        tokens,
        providers,
    }
}

#[tokio::test]
async fn a_call_proves_who_makes_it() {
    let played = play(failing(0)).await;
    let client = &played.providers.ledger;
    let sent: Value = client.send("/charges", None, &json!({ "amount": 7 })).await.unwrap();
    assert_eq!(sent, json!({ "ok": true }));
    let calls = played.system.calls();
    assert_eq!((calls[0].method.as_str(), calls[0].uri.as_str()), ("POST", "/charges"));
    assert_eq!(calls[0].body, json!({ "amount": 7 }));
    assert_eq!(calls[0].headers["authorization"], format!("Bearer {SECRET}-1"));
}

#[tokio::test]
async fn a_token_is_kept_until_it_is_not_accepted() {
    let ok = || Reply::json(200, &json!({ "ok": true }));
    let played = play(vec![ok(), ok(), Reply::status(401), ok()]).await;
    let client = &played.providers.ledger;
    for _ in 0..3 {
        let _: Value = client.fetch("/charges").await.unwrap();
    }
    let calls = played.system.calls();
    let bearers: Vec<_> = calls.iter().map(|call| call.headers["authorization"].to_str().unwrap()).collect();
    let [first, second] = [format!("Bearer {SECRET}-1"), format!("Bearer {SECRET}-2")];
    assert_eq!(bearers, [&*first, &*first, &*first, &*second]);
    let asked = played.tokens.calls();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].headers["content-type"], "application/x-www-form-urlencoded");
    assert!(asked[0].headers["authorization"].to_str().unwrap().starts_with("Basic "));
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
    let out = played.providers.ledger.fetch::<Value>("@elsewhere.example/").await;
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
    let answer = off.ledger.fetch::<Value>("/charges").await;
    let Err(Error::Unavailable(reason)) = answer else {
        panic!("it was called");
    };
    assert!(reason.contains("off without LEDGER_"), "{reason}");
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
