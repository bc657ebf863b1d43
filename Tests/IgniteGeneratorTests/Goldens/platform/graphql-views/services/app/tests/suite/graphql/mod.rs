//! GraphQL over services that answer as they are told: its contract, its limits, its page, and what is
//! missing.

mod books;
mod loans;

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use frame::config::Reader;
use frame::graphql::{Limits, definitions};
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;
use app::Config;
use app::presentation::graphql::schema;

use crate::views::{COUNT, Mood, Stage};

const CONTRACT: &str = include_str!("../../../../../contracts/graphql/app.graphql");

/// The queries for pages, by service.
const PAGES: &[&[&str]] = &[
    &["authors","books","members",],
    &["loansMembers","loans",],
];

fn everything() -> String {
    let pages: Vec<_> = PAGES.concat().iter().map(|page| format!("{page} {{ items {{ id }} }}")).collect();
    format!("{{ {} }}", pages.join(" "))
}

fn query(text: &str) -> Request<Body> {
    let request = Request::post("/graphql").header("content-type", "application/json");
    request.body(Body::from(json!({ "query": text }).to_string())).unwrap()
}

fn page(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

/// The status and the body of an answer.
async fn send(stage: &Stage, request: Request<Body>) -> (StatusCode, String) {
    let response = stage.router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[test]
fn the_contract_is_the_schema_that_runs() {
    let running = schema().as_sdl();
    assert_eq!(definitions(CONTRACT), definitions(&running));
}

#[tokio::test]
async fn it_says_its_name() {
    let stage = Stage::set(&[]).await;
    let answer = stage.query("{ service }").await;
    assert_eq!(answer, json!({ "data": { "service": "app" } }));
}

#[tokio::test]
async fn everything_is_asked_for_at_once() {
    let stage = Stage::set(&[]).await;
    let answer = stage.query(&everything()).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
    let pages = PAGES.concat();
    assert_eq!(stage.calls(), pages.len(), "{:?}", stage.asked());
    for page in pages {
        let items = answer["data"][page]["items"].as_array().unwrap();
        assert_eq!(items.len() as u128, COUNT, "{answer}");
    }
}

#[tokio::test]
async fn a_service_that_is_away_is_told_and_the_others_are_shown() {
    let stage = Stage::set(&[]).await;
    for (away, lost) in PAGES.iter().enumerate() {
        stage.all_are(Mood::Well);
        stage.is(away, Mood::Away);
        let answer = stage.query(&everything()).await;
        for page in PAGES.concat() {
            assert_eq!(answer["data"][page].is_null(), lost.contains(&page), "{answer}");
        }
        let errors = answer["errors"].as_array().unwrap();
        assert_eq!(errors.len(), lost.len(), "{answer}");
        for error in errors {
            assert_eq!(error["extensions"]["code"], "SERVICE_UNAVAILABLE");
        }
    }
}

#[tokio::test]
async fn slow_services_are_not_waited_for() {
    let stage = Stage::set(&[("VIEW_TIMEOUT", "200ms")]).await;
    stage.all_are(Mood::Slow);
    let started = Instant::now();
    let answer = stage.query(&everything()).await;
    assert!(started.elapsed() < Duration::from_secs(2));
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), PAGES.concat().len(), "{answer}");
    for error in errors {
        assert_eq!(error["extensions"]["code"], "SERVICE_UNAVAILABLE");
    }
}

#[tokio::test]
async fn answers_are_kept_while_they_are_fresh() {
    let stage = Stage::set(&[("CACHE_TTL", "1h")]).await;
    let first = stage.query(&everything()).await;
    let calls = stage.calls();
    stage.all_are(Mood::Away);
    assert_eq!(stage.query(&everything()).await, first);
    assert_eq!(stage.calls(), calls);
}

#[tokio::test]
async fn one_caller_does_not_use_up_what_others_may() {
    let pairs = [
        ("CALLER_RATE_LIMIT_RPS", "0.01"),
        ("CALLER_RATE_LIMIT_BURST", "2"),
        ("CALLER_RATE_LIMIT_HEADER", "x-api-key"),
    ];
    let stage = Stage::set(&pairs).await;
    let ask = async |key: &'static str| {
        let mut request = query("{ service }");
        request.headers_mut().insert("x-api-key", key.parse().unwrap());
        send(&stage, request).await.0
    };
    for expected in [200, 200, 429] {
        assert_eq!(ask("greedy").await, expected);
    }
    assert_eq!(ask("modest").await, 200);
}

#[test]
fn the_architecture_decides_the_limits() {
    let config = Config::read(Reader::from_pairs([("PORT", "0")])).unwrap();
    let limits = Limits {
        max_depth: 9,
        max_complexity: 5000,
    };
    assert_eq!(config.graphql.limits, limits);
}

#[tokio::test]
async fn what_asks_for_too_much_is_not_run() {
    let pairs = [
        ("GRAPHQL_MAX_DEPTH", "2"),
        ("GRAPHQL_MAX_COMPLEXITY", "3"),
        ("GRAPHQL_INTROSPECTION", "true"),
    ];
    let stage = Stage::set(&pairs).await;
    for (text, status) in [
        ("{ a: service b: service c: service }", 200),
        ("{ a: service b: service c: service d: service }", 400),
        ("{ __schema { types { name } } }", 400),
        ("mutation { service }", 400),
        ("{ nothing }", 400),
        (everything().as_str(), 400),
    ] {
        let (answered, body) = send(&stage, query(text)).await;
        assert_eq!(answered, status, "{text}: {body}");
        assert_eq!(body.contains("errors"), status == 400, "{text}: {body}");
    }
    assert_eq!(stage.calls(), 0);
}

#[tokio::test]
async fn only_this_machine_looks_around_unless_told_otherwise() {
    let open = Stage::set(&[("HOST", "127.0.0.1")]).await;
    assert_eq!(send(&open, page("/graphql")).await.0, 200);
    assert_eq!(send(&open, page("/graphql/explorer")).await.0, 200);
    let closed = Stage::set(&[("GRAPHQL_INTROSPECTION", "false")]).await;
    assert_eq!(send(&closed, page("/graphql")).await.0, 405);
    let (status, body) = send(&closed, query("{ __schema { queryType { name } } }")).await;
    assert_eq!(status, 400, "{body}");
    assert!(body.contains("not allowed"), "{body}");
}
