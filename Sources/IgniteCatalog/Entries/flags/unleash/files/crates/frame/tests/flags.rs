//! Flags of an Unleash server in process: what is asked, what is on, what stays while it is away.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use frame::Reader;
use frame::flags::unleash::{Unleash, UnleashSettings};
use frame::flags::{FlagContext, FlagProvider, FlagSettings, Flags, bucket};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// A server that holds to what clients are promised: one representation for each state, `ETag`s, and
/// nothing for clients without the token.
#[derive(Clone, Default)]
struct Server {
    features: Arc<Mutex<Value>>,
    is_away: Arc<AtomicBool>,
    seen: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Server {
    async fn start(features: Value) -> (Self, String) {
        let server = Self::default();
        *server.features.lock().await = features;
        let routes = Router::new()
            .route("/api/client/features", get(Self::tell))
            .route("/api/client/register", post(Self::register))
            .route("/api/client/metrics", post(Self::measure))
            .with_state(server.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (server, url)
    }

    fn refusal(&self, headers: &HeaderMap) -> Option<StatusCode> {
        if self.is_away.load(Ordering::SeqCst) {
            return Some(StatusCode::SERVICE_UNAVAILABLE);
        }
        let token = headers
            .get(header::AUTHORIZATION)
            .map(|token| token.as_bytes());
        (token != Some(b"secret")).then_some(StatusCode::UNAUTHORIZED)
    }

    async fn tell(State(server): State<Self>, headers: HeaderMap) -> Response {
        if let Some(refusal) = server.refusal(&headers) {
            return refusal.into_response();
        }
        let features = server.features.lock().await.clone();
        let etag = format!("\"{}\"", bucket("etag", &features.to_string()));
        let known = headers
            .get(header::IF_NONE_MATCH)
            .map(|etag| etag.to_str().unwrap());
        let is_known = known == Some(&etag);
        server.note("features", json!({ "known": is_known })).await;
        if is_known {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        ([(header::ETAG, etag)], Json(features)).into_response()
    }

    async fn register(
        State(server): State<Self>,
        headers: HeaderMap,
        Json(body): Json<Value>,
    ) -> StatusCode {
        server.post("register", &headers, body).await
    }

    async fn measure(
        State(server): State<Self>,
        headers: HeaderMap,
        Json(body): Json<Value>,
    ) -> StatusCode {
        server.post("metrics", &headers, body).await
    }

    async fn post(&self, what: &str, headers: &HeaderMap, body: Value) -> StatusCode {
        if let Some(refusal) = self.refusal(headers) {
            return refusal;
        }
        assert_eq!(headers["unleash-appname"], "orders");
        assert_eq!(headers["unleash-instanceid"], "one");
        self.note(what, body).await;
        StatusCode::ACCEPTED
    }

    async fn note(&self, what: &str, body: Value) {
        self.seen.lock().await.push((what.to_owned(), body));
    }

    async fn seen(&self, what: &str) -> Vec<Value> {
        let seen = self.seen.lock().await;
        seen.iter()
            .filter(|(name, _)| name == what)
            .map(|(_, body)| body.clone())
            .collect()
    }
}

fn settings(pairs: &[(&str, &str)]) -> UnleashSettings {
    let base = [("UNLEASH_TOKEN", "secret"), ("UNLEASH_INSTANCE", "one")];
    let mut reader = Reader::from_pairs(base.iter().chain(pairs).copied());
    let settings = UnleashSettings::read(&mut reader);
    reader.finish().unwrap();
    settings
}

fn client(pairs: &[(&str, &str)]) -> Unleash {
    Unleash::new(settings(pairs), "orders").unwrap()
}

/// Flags, each with these strategies.
fn told(features: &[(&str, Value)]) -> Value {
    let features = features.iter().map(|(name, strategies)| {
        json!({ "name": name, "type": "release", "enabled": true, "strategies": strategies })
    });
    json!({ "version": 2, "features": features.collect::<Vec<_>>() })
}

fn user(name: &str) -> FlagContext {
    FlagContext::default().of_user(name)
}

/// Whether a flag with these strategies is on.
async fn is_on(strategies: Value, context: &FlagContext) -> bool {
    let (_, url) = Server::start(told(&[("flag", strategies)])).await;
    let client = client(&[("UNLEASH_URL", &url)]);
    client.refresh().await.unwrap();
    client.evaluate("flag", context).unwrap()
}

#[tokio::test]
async fn asks_once_and_then_only_whether_something_changed() {
    let (server, url) = Server::start(told(&[("old", json!([]))])).await;
    let client = client(&[("UNLEASH_URL", &url)]);
    assert_eq!(client.evaluate("old", &user("ada")), None);
    for _ in 0..3 {
        client.refresh().await.unwrap();
    }
    let registered = server.seen("register").await;
    assert_eq!(registered.len(), 1);
    assert_eq!(registered[0]["appName"], "orders");
    assert_eq!(registered[0]["strategies"][5], "flexibleRollout");
    let known: Vec<_> = server
        .seen("features")
        .await
        .iter()
        .map(|f| f["known"].clone())
        .collect();
    assert_eq!(known, [false, true, true]);
    *server.features.lock().await = told(&[("new", json!([]))]);
    client.refresh().await.unwrap();
    assert_eq!(client.known(), ["new"]);
    assert_eq!(client.evaluate("old", &user("ada")), None);
    assert_eq!(client.evaluate("new", &user("ada")), Some(true));
}

#[tokio::test]
async fn what_was_known_stays_while_the_server_is_away() {
    let file = std::env::temp_dir().join(format!("unleash-{}", frame::new_id()));
    let (server, url) = Server::start(told(&[("kept", json!([]))])).await;
    let pairs = [
        ("UNLEASH_URL", url.as_str()),
        ("UNLEASH_BACKUP", file.to_str().unwrap()),
    ];
    let first = client(&pairs);
    first.refresh().await.unwrap();
    server.is_away.store(true, Ordering::SeqCst);
    assert!(first.refresh().await.is_err());
    assert_eq!(first.evaluate("kept", &user("ada")), Some(true));
    // Also after a start without the server, and with a backup that cannot be read none at all.
    let second = client(&pairs);
    assert!(second.refresh().await.is_err());
    assert_eq!(second.evaluate("kept", &user("ada")), Some(true));
    std::fs::write(&file, "{").unwrap();
    assert_eq!(client(&pairs).evaluate("kept", &user("ada")), None);
    std::fs::remove_file(&file).unwrap();
    // A wrong token is a refusal; nobody there is one too, and neither tells the address.
    for url in [url.as_str(), "http://127.0.0.1:9/hunter2"] {
        let wrong = client(&[("UNLEASH_URL", url), ("UNLEASH_TOKEN", "wrong")]);
        let error = wrong.refresh().await.unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn the_server_learns_how_often_flags_were_on() {
    let strategies = json!([{ "name": "userWithId", "parameters": { "userIds": "ada, bob" } }]);
    let (server, url) = Server::start(told(&[("beta", strategies)])).await;
    let client = Arc::new(client(&[("UNLEASH_URL", &url)]));
    client.report().await.unwrap();
    client.refresh().await.unwrap();
    let flags = Flags::new(client.clone(), FlagSettings::default());
    for (name, is_on) in [("ada", true), ("bob", true), ("eve", false)] {
        assert_eq!(flags.is_on("beta", &user(name)), is_on, "{name}");
    }
    server.is_away.store(true, Ordering::SeqCst);
    assert!(client.report().await.is_err());
    server.is_away.store(false, Ordering::SeqCst);
    assert!(flags.is_on("beta", &user("ada")));
    client.report().await.unwrap();
    client.report().await.unwrap();
    let told = server.seen("metrics").await;
    assert_eq!(told.len(), 1, "what was told is not told again");
    let counted = &told[0]["bucket"]["toggles"]["beta"];
    assert_eq!((&counted["yes"], &counted["no"]), (&json!(3), &json!(1)));
}

#[tokio::test]
async fn it_keeps_itself_up_to_date_and_tells_at_the_end() {
    let (server, url) = Server::start(told(&[("beta", json!([]))])).await;
    let client = Arc::new(client(&[("UNLEASH_URL", &url)]));
    let sync = Duration::from_millis(10);
    let settings = FlagSettings {
        sync,
        ..FlagSettings::default()
    };
    let flags = Flags::new(client.clone(), settings);
    let stop = CancellationToken::new();
    let running = tokio::spawn(flags.clone().run(stop.clone()));
    for _ in 0..500 {
        if flags.is_on("beta", &user("ada")) {
            break;
        }
        tokio::time::sleep(sync).await;
    }
    assert!(flags.is_on("beta", &user("ada")));
    stop.cancel();
    running.await.unwrap().unwrap();
    let told = server.seen("metrics").await;
    let yes = told
        .iter()
        .map(|told| told["bucket"]["toggles"]["beta"]["yes"].as_u64());
    assert!(yes.flatten().sum::<u64>() >= 2, "{told:?}");
}

#[tokio::test]
async fn strategies_switch_on() {
    let users = |percentage: &str| json!([{ "name": "gradualRolloutUserId", "parameters": { "percentage": percentage, "groupId": "gr1" } }]);
    // The id 123 falls into bucket 73 of the group gr1.
    assert!(is_on(users("73"), &user("123")).await);
    assert!(!is_on(users("72"), &user("123")).await);
    assert!(!is_on(users("100"), &FlagContext::default()).await);
    assert!(!is_on(users("many"), &user("123")).await);
    let session = FlagContext {
        session: Some("123".to_owned()),
        ..FlagContext::default()
    };
    let sessions = json!([{ "name": "gradualRolloutSessionId", "parameters": { "percentage": 73, "groupId": "gr1" } }]);
    assert!(is_on(sessions, &session).await);
    for (percentage, on) in [("0", false), ("100", true)] {
        let random =
            json!([{ "name": "gradualRolloutRandom", "parameters": { "percentage": percentage } }]);
        assert_eq!(is_on(random, &user("ada")).await, on);
    }
    assert!(is_on(json!([{ "name": "default" }]), &user("ada")).await);
    assert!(
        !is_on(
            json!([{ "name": "applicationHostname", "parameters": {} }]),
            &user("ada")
        )
        .await
    );
    assert!(
        !is_on(
            json!([{ "name": "default", "disabled": true }]),
            &user("ada")
        )
        .await
    );
    // One that does not fit leaves the others.
    let listed = json!([{ "name": "userWithId", "parameters": { "userIds": "bob" } }, { "name": "default" }]);
    assert!(is_on(listed, &user("ada")).await);
}

#[tokio::test]
async fn a_flexible_rollout_sticks_to_what_it_is_told() {
    let rollout = |rollout: &str, stickiness: &str| {
        let parameters = json!({ "rollout": rollout, "stickiness": stickiness, "groupId": "gr1" });
        json!([{ "name": "flexibleRollout", "parameters": parameters }])
    };
    let session = FlagContext {
        session: Some("123".to_owned()),
        ..FlagContext::default()
    };
    let property = FlagContext::default().with("region", "123");
    for (context, stickiness) in [
        (&user("123"), "default"),
        (&user("123"), "userId"),
        (&session, "default"),
        (&session, "sessionId"),
        (&property, "region"),
    ] {
        assert!(
            is_on(rollout("73", stickiness), context).await,
            "{stickiness}"
        );
        assert!(
            !is_on(rollout("72", stickiness), context).await,
            "{stickiness}"
        );
    }
    assert!(
        !is_on(rollout("100", "region"), &user("123")).await,
        "there is none"
    );
    assert!(is_on(rollout("100", "random"), &FlagContext::default()).await);
    assert!(is_on(rollout("100", "default"), &FlagContext::default()).await);
    assert!(!is_on(rollout("0", "default"), &FlagContext::default()).await);
}

#[tokio::test]
async fn constraints_must_hold() {
    let context = FlagContext {
        tenant: Some("acme".to_owned()),
        ..user("ada@example.com")
    }
    .with("age", "42")
    .with("born", "1984-05-06T00:00:00Z");
    for (name, operator, values, on) in [
        ("tenantId", "IN", json!({ "values": ["acme"] }), true),
        ("tenantId", "IN", json!({ "values": ["globex"] }), false),
        (
            "tenantId",
            "IN",
            json!({ "values": ["globex"], "inverted": true }),
            true,
        ),
        ("tenantId", "NOT_IN", json!({ "values": ["acme"] }), false),
        ("nobody", "NOT_IN", json!({ "values": ["acme"] }), true),
        ("appName", "IN", json!({ "values": ["orders"] }), true),
        (
            "userId",
            "STR_ENDS_WITH",
            json!({ "values": ["@example.com"] }),
            true,
        ),
        (
            "userId",
            "STR_STARTS_WITH",
            json!({ "values": ["ADA"] }),
            false,
        ),
        (
            "userId",
            "STR_STARTS_WITH",
            json!({ "values": ["ADA"], "caseInsensitive": true }),
            true,
        ),
        (
            "userId",
            "STR_CONTAINS",
            json!({ "values": ["x", "a@e"] }),
            true,
        ),
        ("age", "NUM_EQ", json!({ "value": "42.0" }), true),
        ("age", "NUM_GT", json!({ "value": "42" }), false),
        ("age", "NUM_GTE", json!({ "value": "42" }), true),
        ("age", "NUM_LT", json!({ "value": "43" }), true),
        ("age", "NUM_LTE", json!({ "value": "41" }), false),
        ("age", "NUM_EQ", json!({ "value": "old" }), false),
        (
            "born",
            "DATE_BEFORE",
            json!({ "value": "2000-01-01T00:00:00Z" }),
            true,
        ),
        (
            "born",
            "DATE_AFTER",
            json!({ "value": "2000-01-01T00:00:00Z" }),
            false,
        ),
        (
            "currentTime",
            "DATE_AFTER",
            json!({ "value": "2000-01-01T00:00:00Z" }),
            true,
        ),
        (
            "sessionId",
            "DATE_AFTER",
            json!({ "value": "2000-01-01T00:00:00Z" }),
            false,
        ),
        // What is not known here holds in no case.
        ("age", "SEMVER_EQ", json!({ "value": "1.0.0" }), false),
        (
            "age",
            "SEMVER_EQ",
            json!({ "value": "1.0.0", "inverted": true }),
            false,
        ),
    ] {
        let mut constraint = json!({ "contextName": name, "operator": operator });
        constraint
            .as_object_mut()
            .unwrap()
            .extend(values.as_object().unwrap().clone());
        let strategies =
            json!([{ "name": "default", "parameters": {}, "constraints": [constraint] }]);
        assert_eq!(is_on(strategies, &context).await, on, "{constraint}");
    }
}

#[tokio::test]
async fn segments_and_dependencies_count() {
    let rule = json!({ "contextName": "userId", "operator": "IN", "values": ["ada"] });
    let features = json!({
        "version": 2,
        "segments": [{ "id": 1, "constraints": [rule] }],
        "features": [
            { "name": "off", "enabled": false, "strategies": [] },
            { "name": "in-segment", "enabled": true, "strategies": [{ "name": "default", "segments": [1] }] },
            { "name": "in-none", "enabled": true, "strategies": [{ "name": "default", "segments": [2] }] },
            { "name": "child", "enabled": true, "strategies": [], "dependencies": [{ "feature": "in-segment" }] },
            { "name": "stepchild", "enabled": true, "strategies": [], "dependencies": [{ "feature": "off", "enabled": false }] },
            { "name": "orphan", "enabled": true, "strategies": [], "dependencies": [{ "feature": "gone" }] },
            { "name": "variant", "enabled": true, "strategies": [], "dependencies": [{ "feature": "in-segment", "variants": ["a"] }] },
            { "name": "grandchild", "enabled": true, "strategies": [], "dependencies": [{ "feature": "child" }] },
        ],
    });
    let (_, url) = Server::start(features).await;
    let client = client(&[("UNLEASH_URL", &url)]);
    client.refresh().await.unwrap();
    let (ada, eve) = (user("ada"), user("eve"));
    let on = |flag: &str, context| client.evaluate(flag, context).unwrap();
    assert!(on("in-segment", &ada) && !on("in-segment", &eve));
    assert!(on("child", &ada) && !on("child", &eve));
    assert!(on("stepchild", &eve));
    for flag in ["off", "in-none", "orphan", "variant", "grandchild"] {
        assert!(!on(flag, &ada), "{flag}");
    }
}

#[tokio::test]
async fn without_an_address_nothing_is_known() {
    let mut reader = Reader::from_pairs([("UNLEASH_URL", "nowhere")]);
    UnleashSettings::read(&mut reader);
    assert_eq!(
        reader.finish().unwrap_err().problems()[0].name,
        "UNLEASH_URL"
    );
    let provider = settings(&[("UNLEASH_APP", "shop")]).open("orders").unwrap();
    provider.refresh().await.unwrap();
    provider.report().await.unwrap();
    assert_eq!(provider.evaluate("any", &user("ada")), None);
    assert!(provider.known().is_empty());
    // What cannot be read is no answer.
    let (_, url) = Server::start(json!({ "flags": [] })).await;
    assert!(client(&[("UNLEASH_URL", &url)]).refresh().await.is_err());
}
