//! Flags that are written down: who sees what, and what a change of the file does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use frame::config::Defaults;
use frame::flags::env::EnvSettings;
use frame::flags::{self, FeatureFlags, FlagContext, FlagDefault, FlagSettings, Flags};
use frame::{App, Error, Reader, Settings};
use http_body_util::BodyExt as _;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

fn read(pairs: &[(&str, &str)]) -> (FlagSettings, EnvSettings, Vec<String>) {
    let mut reader = Reader::from_pairs(pairs.iter().copied());
    let settings = FlagSettings::read(&mut reader);
    let provider = EnvSettings::read(&mut reader);
    let problems = reader.finish().err();
    let problems = problems
        .map(|error| error.problems().to_vec())
        .unwrap_or_default();
    (
        settings,
        provider,
        problems.into_iter().map(|problem| problem.name).collect(),
    )
}

fn flags(pairs: &[(&str, &str)]) -> Flags {
    let (settings, provider, problems) = read(pairs);
    assert!(problems.is_empty(), "{problems:?}");
    Flags::new(provider.open("orders").unwrap(), settings)
}

fn user(name: impl Into<String>) -> FlagContext {
    FlagContext::default().of_user(name)
}

/// A service with one route that asks a flag and one that stands behind another.
fn service(flags: &Flags) -> Router {
    let greet = async |flags: FeatureFlags| match flags.is_on("new-greeting") {
        true => "hello there",
        false => "hello",
    };
    let hidden = Router::new().route("/hidden", get(async || "here"));
    let routes = Router::new().route("/", get(greet));
    let defaults = Defaults {
        name: "orders",
        port: 0,
    };
    App::new(&Settings::new(defaults))
        .unwrap()
        .guarded_by(|routes| routes)
        .flags(flags)
        .routes(routes.merge(flags::behind(hidden, "beta")))
        .router()
}

async fn ask(router: &Router, path: &str) -> (u16, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn handlers_and_routes_follow_flags() {
    let off = service(&flags(&[("FLAGS", "new-greeting=off")]));
    assert_eq!(ask(&off, "/").await, (200, "hello".to_owned()));
    assert_eq!(ask(&off, "/hidden").await.0, 404);
    let on = service(&flags(&[("FLAGS", "new-greeting=on, beta=true")]));
    assert_eq!(ask(&on, "/").await, (200, "hello there".to_owned()));
    assert_eq!(ask(&on, "/hidden").await, (200, "here".to_owned()));
}

#[tokio::test]
async fn maintenance_closes_the_routes_but_not_those_of_operators() {
    let closed = service(&flags(&[("FLAGS", "orders-maintenance=on")]));
    let (status, problem) = ask(&closed, "/").await;
    assert_eq!(status, 503);
    assert!(problem.contains("under maintenance"), "{problem}");
    assert_eq!(ask(&closed, "/health/live").await.0, 200);
    // What nobody says is on is no maintenance, whatever other flags are.
    let open = service(&flags(&[("FLAGS_DEFAULT", "enabled")]));
    assert_eq!(ask(&open, "/").await, (200, "hello there".to_owned()));
}

#[tokio::test]
async fn without_flags_a_handler_fails_loudly() {
    let asks = Router::new().route("/", get(async |_: FeatureFlags| "never"));
    assert_eq!(ask(&asks, "/").await.0, 500);
    let behind = flags::behind(Router::new().route("/", get(async || "never")), "beta");
    assert_eq!(ask(&behind, "/").await.0, 500);
}

#[tokio::test]
async fn operators_see_what_is_known() {
    let defaults = Defaults {
        name: "orders",
        port: 0,
    };
    let mut settings = Settings::new(defaults);
    settings.http.host = [127, 0, 0, 1].into();
    let flags = flags(&[("FLAGS", "b=on,a=off")]);
    let router = App::new(&settings).unwrap().flags(&flags).router();
    let shown = ask(&router, "/operations/flags").await;
    let expected = r#"[{"name":"a","on":false},{"name":"b","on":true}]"#;
    assert_eq!(shown, (200, expected.to_owned()));
    assert!(format!("{flags:?}").contains("Flags"));
}

#[test]
fn a_share_is_always_the_same_callers() {
    let flags = flags(&[("FLAGS", "beta=25%"), ("FLAGS_DEFAULT", "gradual")]);
    let on = |flag: &str| {
        let users = (0..1_000).map(|number| user(number.to_string()));
        users.filter(|user| flags.is_on(flag, user)).count()
    };
    assert!((200..300).contains(&on("beta")), "{}", on("beta"));
    assert!((440..560).contains(&on("unknown")), "{}", on("unknown"));
    assert_eq!(on("beta"), on("beta"));
    // Nothing to hold to: by chance.
    let nobody = FlagContext::default();
    let chance = (0..1_000).filter(|_| flags.is_on("beta", &nobody)).count();
    assert!((150..350).contains(&chance), "{chance}");
}

#[test]
fn what_nobody_knows_is_as_the_settings_say() {
    for (default, is_on) in [
        ("enabled", true),
        ("disabled", false),
        ("100%", true),
        ("0%", false),
    ] {
        let flags = flags(&[("FLAGS_DEFAULT", default)]);
        assert_eq!(flags.is_on("x", &user("ada")), is_on, "{default}");
    }
    assert_eq!(FlagDefault::default(), FlagDefault::Disabled);
}

#[test]
fn what_is_no_flag_is_told() {
    for (name, value) in [
        ("FLAGS", "beta"),
        ("FLAGS", "beta=perhaps"),
        ("FLAGS", "=on"),
        ("FLAGS", "beta=101%"),
        ("FLAGS_DEFAULT", "sometimes"),
        ("FLAGS_SYNC", "0s"),
    ] {
        assert_eq!(read(&[(name, value)]).2, [name], "{value}");
    }
    let (_, missing, _) = read(&[("FLAGS_FILE", "/nowhere/flags")]);
    assert!(matches!(
        missing.open("orders").err(),
        Some(Error::Unavailable(_))
    ));
}

#[tokio::test]
async fn a_file_is_read_again() {
    let file = std::env::temp_dir().join(format!("flags-{}", frame::new_id()));
    std::fs::write(&file, "# what is new\nbeta = on # soon\n\nother=off\n").unwrap();
    let path = file.to_str().unwrap();
    let pairs = [
        ("FLAGS", "beta=off,kept=on"),
        ("FLAGS_FILE", path),
        ("FLAGS_SYNC", "10ms"),
    ];
    let flags = Arc::new(flags(&pairs));
    assert_eq!(flags.known(), ["beta", "kept", "other"]);
    let nobody = FlagContext::current();
    assert!(flags.is_on("beta", &nobody), "the file counts");
    let stop = CancellationToken::new();
    let running = tokio::spawn((*flags).clone().run(stop.clone()));
    let becomes = async |is_on: bool| {
        for _ in 0..500 {
            if flags.is_on("beta", &nobody) == is_on {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("beta never became {is_on}");
    };
    std::fs::write(&file, "beta = off\n").unwrap();
    becomes(false).await;
    // A file that cannot be read changes nothing.
    std::fs::write(&file, "beta = perhaps\n").unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!flags.is_on("beta", &nobody) && flags.is_on("kept", &nobody));
    std::fs::write(&file, "beta = on\n").unwrap();
    becomes(true).await;
    stop.cancel();
    running.await.unwrap().unwrap();
    std::fs::remove_file(&file).unwrap();
}
