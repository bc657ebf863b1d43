//! External systems that answer as they are told, and notices of theirs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use async_trait::async_trait;
use axum::http::{HeaderMap, Method};
use frame::integration::{
    Integration, IntegrationSettings, Notice, NoticeHandler, NoticeSettings, Notices, Scheme, sign,
};
use frame::metrics::Metrics;
use frame::resilience::PolicySettings;
use frame::security::Sensitive;
use frame::testing::{self, Callee, Reply};
use frame::{Error, Reader, Result, Transaction};
use serde_json::{Value, json};

fn client(pairs: &[(&str, &str)], scheme: Scheme) -> Integration {
    let mut reader = Reader::from_pairs(pairs.iter().copied());
    let settings = IntegrationSettings::new("bank", "BANK", PolicySettings::default());
    let settings = settings.read(&mut reader, None, scheme);
    reader.finish().unwrap();
    Integration::new(settings, &Metrics::new("test").unwrap().calls).unwrap()
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let off = client(&[], Scheme::OAuth2);
    let expected = ["BANK_BASE_URL", "BANK_CLIENT_ID", "BANK_CLIENT_SECRET"];
    assert_eq!(off.missing(), expected);
    let Err(Error::Unavailable(reason)) = off.fetch::<Value>("/").await else {
        panic!("it was called");
    };
    assert!(
        expected.iter().all(|name| reason.contains(name)),
        "{reason}"
    );
}

#[test]
fn what_cannot_be_used_is_told() {
    let mut reader = Reader::from_pairs([
        ("BANK_BASE_URL", "ftp://bank"),
        ("BANK_API_KEY", "k"),
        ("BANK_API_KEY_HEADER", "no header"),
        ("BANK_WEBHOOK_HEADER", "no header"),
    ]);
    let settings = IntegrationSettings::new("bank", "BANK", PolicySettings::default());
    let settings = settings.read(&mut reader, None, Scheme::ApiKey);
    assert!(!format!("{settings:?}").contains("\"k\""));
    NoticeSettings::read(&mut reader, "bank", "BANK");
    assert_eq!(reader.finish().unwrap_err().problems().len(), 3);
}

#[tokio::test]
async fn a_server_of_tokens_that_gives_none_is_told_apart() {
    let bank = Callee::start(vec![Reply::status(204)]).await.unwrap();
    let answers = [
        (Reply::status(400), false),
        (Reply::status(503), true),
        (Reply::json(200, &json!({ "token": "x" })), false),
    ];
    for (answer, passes) in answers {
        let tokens = Callee::start(vec![answer]).await.unwrap();
        let pairs = [
            ("BANK_BASE_URL", bank.url()),
            ("BANK_CLIENT_ID", "me"),
            ("BANK_CLIENT_SECRET", "hunter2"),
            ("BANK_TOKEN_URL", tokens.url()),
            ("BANK_SCOPE", "read write"),
        ];
        let call = client(&pairs, Scheme::OAuth2);
        let error = call.fetch::<Value>("/").await.unwrap_err();
        assert_eq!(matches!(error, Error::Unavailable(_)), passes, "{error}");
        assert!(!error.to_string().contains("hunter2"));
    }
    assert!(bank.calls().is_empty());
}

#[tokio::test]
async fn a_token_is_replaced_before_it_ends() {
    let bank = Callee::start(vec![Reply::json(200, &json!(1))])
        .await
        .unwrap();
    let short = json!({ "access_token": "t", "expires_in": 1 });
    let tokens = Callee::start(vec![Reply::json(200, &short)]).await.unwrap();
    let pairs = [
        ("BANK_BASE_URL", bank.url()),
        ("BANK_CLIENT_ID", "me"),
        ("BANK_CLIENT_SECRET", "hunter2"),
        ("BANK_TOKEN_URL", tokens.url()),
    ];
    let call = client(&pairs, Scheme::OAuth2);
    let both = tokio::join!(call.fetch::<Value>("/"), call.fetch::<Value>("/"));
    assert_eq!(both, (Ok(json!(1)), Ok(json!(1))));
    assert_eq!(tokens.calls().len(), 1);
    tokio::time::sleep(Duration::from_millis(600)).await;
    call.fetch::<Value>("/").await.unwrap();
    assert_eq!(tokens.calls().len(), 2);
}

#[tokio::test]
async fn a_secret_that_is_no_header_stays_untold() {
    let bank = Callee::start(vec![Reply::status(204)]).await.unwrap();
    let pairs = [
        ("BANK_BASE_URL", bank.url()),
        ("BANK_TOKEN", "hun\u{7f}ter2"),
    ];
    let call = client(&pairs, Scheme::Bearer);
    let error = call.call(Method::DELETE, "/x", None).unwrap().done().await;
    let Err(Error::Internal(reason)) = error else {
        panic!("it was sent");
    };
    assert!(!reason.contains("ter2"), "{reason}");
}

struct Failing;

#[async_trait]
impl NoticeHandler for Failing {
    async fn handle(&self, notice: &Notice, _: &mut Transaction) -> Result<()> {
        match notice.kind.as_str() {
            "good" => Ok(()),
            _ => Err(Error::Unavailable("not now".to_owned())),
        }
    }
}

#[tokio::test]
async fn a_notice_that_was_not_handled_may_come_again() {
    for database in testing::databases(None).await.unwrap() {
        let mut reader = Reader::from_pairs([("BANK_WEBHOOK_SECRET", "hunter2")]);
        let settings = NoticeSettings::read(&mut reader, "bank", "BANK");
        let secret = Sensitive::new("hunter2".to_owned());
        let notices = Notices::new(settings, (*database).clone(), Failing);
        let body = br#"{ "id": "n1", "type": "bad" }"#;
        let mut headers = HeaderMap::new();
        let signature = sign(&secret, frame::now().timestamp(), body);
        headers.insert("webhook-signature", signature.parse().unwrap());
        assert_eq!(notices.check(&headers, body), Ok(()));
        let mut notice = Notice::read("bank", body).unwrap();
        for _ in 0..2 {
            let acted = notices.act(&notice).await;
            assert_eq!(acted, Err(Error::Unavailable("not now".to_owned())));
        }
        notice.kind = "good".to_owned();
        assert_eq!(notices.act(&notice).await, Ok(true));
        assert_eq!(notices.act(&notice).await, Ok(false));
    }
}
