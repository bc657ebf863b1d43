//! GraphQL as a whole: its contract, its limits and its page.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use frame::config::Reader;
use frame::graphql::{GraphqlSettings, Limits, definitions};
use http_body_util::BodyExt;
use books::Config;
use books::presentation::graphql::{routes, schema};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::harness::Harness;

const CONTRACT: &str = include_str!("../../../../contracts/graphql/books.graphql");

/// What is answered to a query that nothing is wrong with.
pub async fn ask(harness: &Harness, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables });
    let answer = harness.send("POST", "/graphql", &[], Some(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body.get("errors"), None, "{answer:?}");
    answer.body["data"].clone()
}

/// What the error says besides its message.
pub async fn refused(harness: &Harness, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables });
    let answer = harness.send("POST", "/graphql", &[], Some(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["errors"][0]["extensions"].clone()
}

async fn router(settings: &GraphqlSettings) -> Router {
    let harness = Harness::start().await;
    routes(&harness.application, settings)
}

/// The status and the body of an answer.
async fn send(router: Router, request: Request<Body>) -> (StatusCode, String) {
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

fn query(query: &str) -> Request<Body> {
    let body = json!({ "query": query }).to_string();
    let request = Request::post("/graphql").header("content-type", "application/json");
    request.body(Body::from(body)).unwrap()
}

fn page(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[test]
fn the_contract_is_the_schema_that_runs() {
    let running = schema().as_sdl();
    assert_eq!(definitions(CONTRACT), definitions(&running));
}

#[tokio::test]
async fn it_says_its_name() {
    let harness = Harness::start().await;
    let answer = ask(&harness, "{ service }", json!({})).await;
    assert_eq!(answer, json!({ "service": "books" }));
}

#[test]
fn the_architecture_decides_the_limits() {
    let config = Config::read(Reader::from_pairs([("PORT", "0")])).unwrap();
    let limits = Limits {
        max_depth: 12,
        max_complexity: 5000,
    };
    assert_eq!(config.graphql.limits, limits);
}

#[tokio::test]
async fn what_asks_for_too_much_is_not_run() {
    let limits = Limits {
        max_depth: 2,
        max_complexity: 3,
    };
    let settings = GraphqlSettings {
        limits,
        ..GraphqlSettings::default()
    };
    let router = router(&settings).await;
    for (text, status) in [
        ("{ a: service b: service c: service }", 200),
        ("{ a: service b: service c: service d: service }", 400),
        ("{ __schema { types { name } } }", 400),
        ("{ nothing }", 400),
        ("{", 400),
    ] {
        let (answered, body) = send(router.clone(), query(text)).await;
        assert_eq!(answered, status, "{text}: {body}");
        assert_eq!(body.contains("errors"), status == 400, "{text}: {body}");
    }
}

#[tokio::test]
async fn the_page_shows_only_known_bytes_from_elsewhere() {
    let router = router(&GraphqlSettings::default()).await;
    let (status, graphiql) = send(router.clone(), page("/graphql")).await;
    assert_eq!(status, 200);
    let loaded = graphiql.matches("https://").count();
    assert_eq!(graphiql.matches("integrity=\"sha384-").count(), loaded);
    let (status, explorer) = send(router, page("/graphql/explorer")).await;
    assert_eq!(status, 200);
    assert!(!explorer.contains("https://"));
}

#[tokio::test]
async fn nobody_looks_around_in_production() {
    let settings = GraphqlSettings {
        introspection: false,
        ..GraphqlSettings::default()
    };
    let router = router(&settings).await;
    let (status, body) = send(router.clone(), query("{ __schema { queryType { name } } }")).await;
    assert_eq!(status, 400, "{body}");
    assert!(body.contains("not allowed"), "{body}");
    assert_eq!(send(router.clone(), page("/graphql")).await.0, 405);
    assert_eq!(send(router, page("/graphql/explorer")).await.0, 404);
}
