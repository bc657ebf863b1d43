//! Flags of LaunchDarkly in process: what is asked, what is on, what stays while it is away.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use frame::Reader;
use frame::flags::launchdarkly::{LaunchDarkly, LaunchDarklySettings};
use frame::flags::{FlagContext, FlagProvider, FlagSettings, Flags};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// A server that holds to what clients are promised: `ETag`s, and nothing for clients without the key.
#[derive(Clone, Default)]
struct Server {
    told: Arc<Mutex<Value>>,
    is_away: Arc<AtomicBool>,
    whole: Arc<AtomicUsize>,
    unchanged: Arc<AtomicUsize>,
}

impl Server {
    async fn start(told: Value) -> (Self, String) {
        let server = Self::default();
        *server.told.lock().await = told;
        let routes = Router::new()
            .route("/sdk/latest-all", get(Self::tell))
            .with_state(server.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (server, url)
    }

    async fn tell(State(server): State<Self>, headers: HeaderMap) -> Response {
        if server.is_away.load(Ordering::SeqCst) {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        let key = headers.get(header::AUTHORIZATION).map(|key| key.as_bytes());
        if key != Some(b"sdk-secret") {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let told = server.told.lock().await.clone();
        let etag = format!("\"{}\"", told.to_string().len());
        if headers
            .get(header::IF_NONE_MATCH)
            .map(|known| known.as_bytes())
            == Some(etag.as_bytes())
        {
            server.unchanged.fetch_add(1, Ordering::SeqCst);
            return StatusCode::NOT_MODIFIED.into_response();
        }
        server.whole.fetch_add(1, Ordering::SeqCst);
        ([(header::ETAG, etag)], Json(told)).into_response()
    }

    fn counts(&self) -> (usize, usize) {
        let read = |count: &AtomicUsize| count.load(Ordering::SeqCst);
        (read(&self.whole), read(&self.unchanged))
    }
}

fn read(pairs: &[(&str, &str)]) -> (LaunchDarklySettings, bool) {
    let mut reader = Reader::from_pairs(pairs.iter().copied());
    let settings = LaunchDarklySettings::read(&mut reader);
    (settings, reader.finish().is_ok())
}

fn client(pairs: &[(&str, &str)]) -> LaunchDarkly {
    let base = [("LAUNCHDARKLY_SDK_KEY", "sdk-secret")];
    let pairs: Vec<_> = base.iter().chain(pairs).copied().collect();
    let (settings, is_right) = read(&pairs);
    assert!(is_right);
    LaunchDarkly::new(settings).unwrap()
}

/// Flags that are on or off for everybody.
fn switches(flags: &[(&str, bool)]) -> Value {
    let flags = flags.iter().map(|(key, on)| {
        let flag = json!({
            "key": key, "on": on, "version": 1, "variations": [true, false], "offVariation": 1,
            "fallthrough": { "variation": 0 },
        });
        ((*key).to_owned(), flag)
    });
    json!({ "flags": flags.collect::<BTreeMap<_, _>>(), "segments": {} })
}

fn nobody() -> FlagContext {
    FlagContext::default()
}

#[derive(Deserialize)]
struct Vectors {
    flags: Value,
    segments: Value,
    callers: Vec<Caller>,
    /// For each flag a letter for each caller: on, off, or no switch.
    values: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Caller {
    user: Option<String>,
    session: Option<String>,
    tenant: Option<String>,
    request: Option<String>,
    properties: BTreeMap<String, String>,
}

/// The values that LaunchDarkly's own SDK made of flags written at random.
#[tokio::test]
async fn flags_are_as_the_original_has_them() {
    let vectors: Vectors = serde_json::from_str(include_str!("launchdarkly.json")).unwrap();
    let told = json!({ "flags": vectors.flags, "segments": vectors.segments });
    let (_, url) = Server::start(told).await;
    let client = client(&[("LAUNCHDARKLY_URL", &url)]);
    client.refresh().await.unwrap();
    assert!(client.known().iter().eq(vectors.values.keys()));
    let callers = vectors.callers.into_iter().map(|caller| FlagContext {
        user: caller.user,
        session: caller.session,
        tenant: caller.tenant,
        request: caller.request,
        properties: caller.properties,
    });
    let callers: Vec<_> = callers.collect();
    for (flag, values) in &vectors.values {
        let letter = |caller| match client.evaluate(flag, caller) {
            Some(true) => 't',
            Some(false) => 'f',
            None => '-',
        };
        let found: String = callers.iter().map(letter).collect();
        assert_eq!(&found, values, "{flag}");
    }
}

#[tokio::test]
async fn asks_once_and_then_only_whether_something_changed() {
    let (server, url) = Server::start(switches(&[("beta", true)])).await;
    let client = client(&[("LAUNCHDARKLY_URL", &format!("{url}/"))]);
    assert_eq!(client.evaluate("beta", &nobody()), None);
    for _ in 0..3 {
        client.refresh().await.unwrap();
    }
    assert_eq!(client.evaluate("beta", &nobody()), Some(true));
    assert_eq!(client.evaluate("unheard-of", &nobody()), None);
    assert_eq!(server.counts(), (1, 2));
    *server.told.lock().await = switches(&[("beta", false), ("gamma", true)]);
    client.refresh().await.unwrap();
    assert_eq!(client.evaluate("beta", &nobody()), Some(false));
    assert_eq!(client.known(), ["beta", "gamma"]);
}

#[tokio::test]
async fn what_was_known_stays_while_the_server_is_away() {
    let (server, url) = Server::start(switches(&[("beta", true)])).await;
    let file = std::env::temp_dir().join(format!("flags-{}", frame::new_id()));
    let pairs = [
        ("LAUNCHDARKLY_URL", url.as_str()),
        ("LAUNCHDARKLY_BACKUP", file.to_str().unwrap()),
    ];
    let first = client(&pairs);
    first.refresh().await.unwrap();
    server.is_away.store(true, Ordering::SeqCst);
    let refusal = first.refresh().await.unwrap_err().to_string();
    assert!(refusal.contains("503"), "{refusal}");
    assert_eq!(first.evaluate("beta", &nobody()), Some(true));

    let second = client(&pairs);
    assert_eq!(second.evaluate("beta", &nobody()), Some(true));
    std::fs::write(&file, "no flags").unwrap();
    assert_eq!(client(&pairs).evaluate("beta", &nobody()), None);
    std::fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn what_cannot_be_read_changes_nothing() {
    let (server, url) = Server::start(switches(&[("beta", true)])).await;
    let client = client(&[("LAUNCHDARKLY_URL", &url)]);
    client.refresh().await.unwrap();
    *server.told.lock().await = json!({ "flags": 3 });
    assert!(client.refresh().await.is_err());
    assert_eq!(client.evaluate("beta", &nobody()), Some(true));

    let mut told = switches(&[("beta", true), ("broken", true), ("gone", true)]);
    told["flags"]["broken"]["on"] = json!("perhaps");
    told["flags"]["gone"]["deleted"] = json!(true);
    *server.told.lock().await = told;
    client.refresh().await.unwrap();
    assert_eq!(client.evaluate("beta", &nobody()), Some(true));
    assert_eq!(client.evaluate("broken", &nobody()), None);
    assert_eq!(client.evaluate("gone", &nobody()), None);
}

#[tokio::test]
async fn an_address_where_nobody_is_is_told_without_the_key() {
    let client = client(&[("LAUNCHDARKLY_URL", "http://127.0.0.1:1")]);
    let refusal = client.refresh().await.unwrap_err().to_string();
    assert!(refusal.contains("cannot be reached"), "{refusal}");
    assert!(!refusal.contains("secret"), "{refusal}");
}

#[tokio::test]
async fn it_keeps_itself_up_to_date() {
    let (server, url) = Server::start(switches(&[("beta", true)])).await;
    let settings = FlagSettings {
        sync: Duration::from_millis(10),
        ..FlagSettings::default()
    };
    let (key, _) = read(&[
        ("LAUNCHDARKLY_SDK_KEY", "sdk-secret"),
        ("LAUNCHDARKLY_URL", &url),
    ]);
    let flags = Flags::new(key.open("orders").unwrap(), settings);
    let stop = CancellationToken::new();
    let running = tokio::spawn(flags.clone().run(stop.clone()));
    let context = nobody();
    while !flags.is_on("beta", &context) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    *server.told.lock().await = switches(&[("beta", false)]);
    while flags.is_on("beta", &context) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn without_a_key_nothing_is_known() {
    let (settings, is_right) = read(&[]);
    assert!(is_right);
    assert_eq!(settings.url, "https://sdk.launchdarkly.com");
    let provider = settings.open("orders").unwrap();
    provider.refresh().await.unwrap();
    assert_eq!(provider.evaluate("beta", &nobody()), None);
    assert!(!read(&[("LAUNCHDARKLY_URL", "ftp://flags")]).1);
}
