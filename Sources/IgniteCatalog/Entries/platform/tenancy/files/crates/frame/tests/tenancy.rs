//! Tenants of one service: told apart at every door, each with data and background work of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request};
use axum::routing::{get, post};
use frame::bus::{Bus, Subscription};
use frame::client::{Client, ClientSettings};
use frame::config::{Defaults, Reader};
use frame::metrics::Metrics;
use frame::resilience::PolicySettings;
use frame::tenancy::{self, HEADER, Routing, TenancySettings, Tenant};
use frame::testing::{Callee, Reply};
use frame::{
    App, Connection, Database, Envelope, Error, HandlerError, Handlers, InTransaction, MemoryBus,
    Outbox, Publisher as _, RequestContext, Settings, Shutdown, TraceContext, Transaction,
    TransactionHandler, new_id,
};
use http_body_util::BodyExt as _;
use secrecy::SecretString;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const NAME: &str = "notes";

/// What a tenant's part of the service keeps: one row for each note.
async fn write(tx: &mut Transaction, what: &str) -> Result<(), Error> {
    let insert = "INSERT INTO frame_inbox VALUES ($1, $2, 0)";
    match tx.connection() {
        Connection::Sqlite(c) => sqlx::query(insert)
            .bind(what)
            .bind(new_id())
            .execute(c)
            .await
            .map(drop)?,
        Connection::Postgres(c) => sqlx::query(insert)
            .bind(what)
            .bind(new_id())
            .execute(c)
            .await
            .map(drop)?,
    }
    Ok(())
}

async fn count(database: &Database, what: &str) -> i64 {
    let count = "SELECT COUNT(*) FROM frame_inbox WHERE consumer_group = $1";
    match database {
        Database::Sqlite(pool) => sqlx::query_scalar(count)
            .bind(what)
            .fetch_one(pool)
            .await
            .unwrap(),
        Database::Postgres(pool) => sqlx::query_scalar(count)
            .bind(what)
            .fetch_one(pool)
            .await
            .unwrap(),
    }
}

struct Heard;

#[async_trait]
impl TransactionHandler for Heard {
    async fn handle(&self, _: &Envelope, tx: &mut Transaction) -> Result<(), HandlerError> {
        Ok(write(tx, "heard").await?)
    }
}

fn envelope(kind: &str, tenant: Option<&str>) -> Envelope {
    Envelope {
        id: new_id(),
        kind: kind.to_owned(),
        version: 1,
        source: "test".to_owned(),
        key: "k".to_owned(),
        occurred_at: frame::now(),
        traceparent: None,
        tenant: tenant.map(str::to_owned),
        payload: json!({}),
    }
}

/// One part: routes, an outbox, a consumer, and operations.
async fn assemble(
    settings: &Settings,
    database: Database,
    bus: Arc<dyn Bus>,
) -> Result<App, Error> {
    let outbox = Outbox::new();
    let (place, told) = (database.clone(), outbox.clone());
    let add = async move |State(place): State<Database>| {
        let mut tx = place.begin().await?;
        write(&mut tx, "note").await?;
        told.publish(&mut tx, &envelope("Noted", None)).await?;
        tx.commit().await
    };
    let read = async |State(place): State<Database>| count(&place, "note").await.to_string();
    let heard = async |State(place): State<Database>| count(&place, "heard").await.to_string();
    let routes = Router::new()
        .route("/notes", post(add).get(read))
        .route(
            "/notes/{id}",
            get(async |axum::extract::Path(id): axum::extract::Path<String>| id),
        )
        .route("/heard", get(heard))
        .route("/openapi.json", get(async || "described"))
        .with_state(place.clone());
    let operations = Router::new()
        .route("/operations/notes", get(read))
        .with_state(place);
    let handlers =
        Handlers::new().on_type("Told", InTransaction::new(database.clone(), NAME, Heard));
    Ok(App::new(settings)?
        .routes(routes)
        .operations(operations)
        .bus(bus)
        .outbox(&outbox)
        .consumer(NAME, handlers)
        .database(database))
}

fn settings(url: &str) -> Settings {
    let mut settings = Settings::new(Defaults {
        name: NAME,
        port: 0,
    });
    settings.http.host = [127, 0, 0, 1].into();
    settings.http.tenant_header = HEADER.to_owned();
    settings.database.url = SecretString::from(url);
    settings.consumer.max_attempts = 1;
    settings
}

fn tenants(names: &[&str]) -> TenancySettings {
    let known = names
        .iter()
        .map(|name| Tenant::parse(name).unwrap())
        .collect();
    TenancySettings {
        known,
        ..TenancySettings::default()
    }
}

async fn service(url: &str, tenancy: &TenancySettings, bus: &Arc<MemoryBus>) -> Result<App, Error> {
    let settings = settings(url);
    let made = settings.clone();
    let assembled = move |database, bus| {
        let settings = made.clone();
        async move { assemble(&settings, database, bus).await }
    };
    let bus: Arc<dyn Bus> = bus.clone();
    tenancy::app(&settings, tenancy, Some(bus), None, assembled).await
}

async fn start(tenancy: &TenancySettings) -> (Router, Arc<MemoryBus>) {
    let bus = Arc::new(MemoryBus::new());
    let app = service("sqlite::memory:", tenancy, &bus).await.unwrap();
    (app.router(), bus)
}

async fn send(
    router: &Router,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> (u16, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn ask(router: &Router, path: &str, tenant: &str) -> String {
    let (status, body) = send(router, Method::GET, path, &[(HEADER, tenant)]).await;
    assert_eq!(status, 200, "{path} of {tenant}: {body}");
    body
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never {what}");
}

#[tokio::test]
async fn each_tenant_has_its_own() {
    let (router, _) = start(&tenants(&["acme", "globex"])).await;
    for _ in 0..2 {
        let added = send(&router, Method::POST, "/notes", &[(HEADER, "acme")]).await;
        assert_eq!(added.0, 200, "{added:?}");
    }
    assert_eq!(ask(&router, "/notes", "acme").await, "2");
    assert_eq!(ask(&router, "/notes", "globex").await, "0");
    assert_eq!(ask(&router, "/notes/7?x=1", "globex").await, "7");
    assert_eq!(ask(&router, "/operations/notes", "acme").await, "2");
    assert_eq!(
        send(&router, Method::GET, "/operations/notes", &[]).await.1,
        "0"
    );
    let metrics = send(&router, Method::GET, "/metrics", &[]).await.1;
    let measured = |name: &str, value: &str| {
        metrics.lines().any(|line| {
            line.starts_with(name) && line.contains("tenant=\"acme\"") && line.ends_with(value)
        })
    };
    assert!(measured("tenant_requests_total{", " 3"), "{metrics}");
    assert!(measured("outbox_published_total{", ""), "{metrics}");
}

#[tokio::test]
async fn who_is_no_tenant_is_refused() {
    let (router, _) = start(&tenants(&["acme"])).await;
    for (headers, status, detail) in [
        (vec![], 400, "is needed"),
        (vec![(HEADER, "../acme")], 400, "names no tenant"),
        (vec![(HEADER, "a\"; DROP SCHEMA x")], 400, "is needed"),
        (vec![(HEADER, "nobody")], 404, "there is no tenant nobody"),
    ] {
        let answer = send(&router, Method::GET, "/notes", &headers).await;
        assert_eq!(answer.0, status, "{headers:?}: {answer:?}");
        let problem: Value = serde_json::from_str(&answer.1).unwrap();
        assert!(
            problem["detail"].as_str().unwrap().contains(detail),
            "{problem}"
        );
    }
    assert_eq!(
        send(&router, Method::GET, "/openapi.json", &[]).await.1,
        "described"
    );
    assert_eq!(
        send(&router, Method::GET, "/health/ready", &[]).await.0,
        200
    );
    let known = [(HEADER, "acme")];
    assert_eq!(send(&router, Method::GET, "/nothing", &known).await.0, 404);
    assert_eq!(send(&router, Method::DELETE, "/notes", &known).await.0, 405);
    assert_eq!(
        send(
            &router,
            Method::GET,
            "/operations/notes",
            &[(HEADER, "nobody")]
        )
        .await
        .0,
        404
    );
}

#[tokio::test]
async fn paths_and_hosts_name_tenants() {
    let settings = TenancySettings {
        routing: Routing::Subdomain,
        domain: "example.com".to_owned(),
        ..tenants(&["acme", "globex"])
    };
    let (router, _) = start(&settings).await;
    let get = async |path: &str, headers: &[(&str, &str)]| {
        send(&router, Method::GET, path, headers).await
    };
    assert_eq!(get("/notes", &[("host", "acme.example.com")]).await.0, 200);
    assert_eq!(
        get("/notes", &[("host", "Acme.example.com:8080")]).await.0,
        200
    );
    assert_eq!(get("/t/acme/notes/7?a=b", &[]).await, (200, "7".to_owned()));
    assert_eq!(get("/t/acme", &[]).await.0, 404);
    for host in [
        "example.com",
        ".example.com",
        "acme.example.org",
        "a.b.example.com",
        "acmeexample.com",
    ] {
        assert_eq!(get("/notes", &[("host", host)]).await.0, 400, "{host}");
    }
    let two = [("host", "acme.example.com"), (HEADER, "globex")];
    assert!(get("/notes", &two).await.1.contains("two tenants"));
    let same = [("host", "acme.example.com"), (HEADER, "acme")];
    assert_eq!(get("/notes", &same).await.0, 200);
    assert_eq!(get("/t/globex/notes", &same).await.0, 400);
    assert_eq!(get("/t/nobody/notes", &[]).await.0, 404);
}

#[tokio::test]
async fn operators_add_tenants() {
    let settings = TenancySettings {
        most: 2,
        ..tenants(&[])
    };
    let (router, _) = start(&settings).await;
    let put = async |name: &str| {
        send(
            &router,
            Method::PUT,
            &format!("/operations/tenants/{name}"),
            &[],
        )
        .await
        .0
    };
    assert_eq!(put("Acme").await, 400);
    assert_eq!(
        (put("acme").await, put("acme").await, put("globex").await),
        (204, 204, 204)
    );
    assert_eq!(put("initech").await, 409, "there are as many as may be");
    let known = send(&router, Method::GET, "/operations/tenants", &[])
        .await
        .1;
    assert_eq!(known, r#"["acme","globex"]"#);
    assert_eq!(ask(&router, "/notes", "globex").await, "0");
}

#[tokio::test]
async fn events_keep_their_tenant() {
    let bus = Arc::new(MemoryBus::new());
    let app = service("sqlite::memory:", &tenants(&["acme", "globex"]), &bus)
        .await
        .unwrap();
    let router = app.router();
    let stop = Shutdown::new();
    let running = tokio::spawn(app.shared_bus().bind().await.unwrap().run(stop.clone()));
    // What is told goes out with the name of who told it, from work in the background.
    let listener = bus
        .subscribe(&Subscription::new("test", ["Noted"]))
        .await
        .unwrap();
    send(&router, Method::POST, "/notes", &[(HEADER, "globex")]).await;
    let mut told = Vec::new();
    until("told", async || {
        told.extend(
            listener
                .receive(10, Duration::from_millis(50))
                .await
                .unwrap(),
        );
        !told.is_empty()
    })
    .await;
    assert_eq!(told[0].envelope.tenant.as_deref(), Some("globex"));
    // What arrives takes effect where it belongs, and nowhere else.
    bus.publish(&[envelope("Told", Some("acme"))])
        .await
        .unwrap();
    until("heard", async || {
        ask(&router, "/heard", "acme").await == "1"
    })
    .await;
    assert_eq!(ask(&router, "/heard", "globex").await, "0");
    // Nobody's events are set aside, those of a tenant who comes later wait for it.
    bus.publish(&[envelope("Told", None)]).await.unwrap();
    bus.publish(&[envelope("Told", Some("initech"))])
        .await
        .unwrap();
    until("set aside", async || {
        bus.dead_letters(NAME, 10).await.unwrap().len() == 2
    })
    .await;
    let letters = "/operations/consumers/notes/dead-letters";
    let shown = send(&router, Method::GET, letters, &[]).await.1;
    assert!(
        shown.contains("the event names no tenant") && shown.contains("no tenant initech"),
        "{shown}"
    );
    send(&router, Method::PUT, "/operations/tenants/initech", &[]).await;
    send(&router, Method::POST, &format!("{letters}/redrive"), &[]).await;
    until("heard later", async || {
        ask(&router, "/heard", "initech").await == "1"
    })
    .await;
    stop.trigger();
    running.await.unwrap().unwrap();
    let stopping = send(&router, Method::PUT, "/operations/tenants/late", &[])
        .await
        .0;
    assert_eq!(stopping, 503);
}

#[tokio::test]
async fn files_are_found_again() {
    let folder = std::env::temp_dir().join(format!("tenants-{}", new_id()));
    let url = format!("sqlite://{}/notes.sqlite", folder.display());
    let bus = Arc::new(MemoryBus::new());
    for (known, notes) in [(vec!["acme", "globex"], "1"), (vec![], "2")] {
        let app = service(&url, &tenants(&known), &bus).await.unwrap();
        let router = app.router();
        send(&router, Method::POST, "/notes", &[(HEADER, "acme")]).await;
        assert_eq!(ask(&router, "/notes", "acme").await, notes);
        assert_eq!(ask(&router, "/notes", "globex").await, "0");
        let stop = Shutdown::new();
        stop.trigger();
        app.shared_bus()
            .bind()
            .await
            .unwrap()
            .run(stop)
            .await
            .unwrap();
    }
    assert!(folder.join("notes.tenants/acme.sqlite").exists());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_server_of_databases_has_one_place_for_each() {
    let Some(url) = frame::testing::postgres_url().await.unwrap() else {
        return;
    };
    let names = ["a", "b"].map(|first| format!("{first}{}", &new_id().simple().to_string()[..20]));
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let bus = Arc::new(MemoryBus::new());
    for notes in ["1", "2"] {
        let app = service(&url, &tenants(&known), &bus).await.unwrap();
        let router = app.router();
        send(&router, Method::POST, "/notes", &[(HEADER, known[0])]).await;
        assert_eq!(ask(&router, "/notes", known[0]).await, notes);
        assert_eq!(ask(&router, "/notes", known[1]).await, "0");
        let stop = Shutdown::new();
        stop.trigger();
        app.shared_bus()
            .bind()
            .await
            .unwrap()
            .run(stop)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn calls_name_the_tenant() {
    let callee = Callee::start(vec![Reply::json(200, &json!(1))])
        .await
        .unwrap();
    let client = ClientSettings::new(callee.url(), PolicySettings::default());
    let client = Client::new("other", &client, &Metrics::new("test").unwrap().calls).unwrap();
    let call = async || client.get("/").json::<u8>().await.unwrap();
    let context = RequestContext::new("r1", TraceContext::root(), Some("acme".to_owned()));
    context.scope(call()).await;
    call().await;
    let calls = callee.calls();
    assert_eq!(calls[0].headers[HEADER], "acme");
    assert!(!calls[1].headers.contains_key(HEADER), "nobody asked");
}

#[tokio::test]
async fn background_calls_of_a_part_name_its_tenant() {
    let callee = Callee::start(vec![Reply::json(200, &json!(1))])
        .await
        .unwrap();
    let url = callee.url().to_owned();
    let assembled = move |_: Database, _: Arc<dyn Bus>| {
        let client = ClientSettings::new(url.as_str(), PolicySettings::default());
        async move {
            let app = App::new(&settings("sqlite::memory:"))?;
            let client = Client::new("other", &client, &app.metrics().calls)?;
            Ok(app.background("calls", move |_| async move {
                client.get("/").json::<u8>().await.map(drop)
            }))
        }
    };
    let (service, known) = (settings("sqlite::memory:"), tenants(&["acme"]));
    let app = tenancy::app(&service, &known, None, None, assembled).await;
    assert!(app.is_ok());
    until("called", async || !callee.calls().is_empty()).await;
    assert_eq!(callee.calls()[0].headers[HEADER], "acme");
}

#[tokio::test]
async fn services_without_data_need_a_tenant_too() {
    let say = async || {
        RequestContext::current()
            .and_then(|context| context.tenant)
            .unwrap()
    };
    let service = |tenancy: &TenancySettings| {
        let routes = Router::new()
            .route("/", get(say))
            .route("/docs", get(async || "shown"));
        let app = App::new(&settings("sqlite::memory:"))
            .unwrap()
            .guarded_by(|routes| routes);
        app.tenants(tenancy).routes(routes).router()
    };
    let router = service(&tenants(&[]));
    assert_eq!(send(&router, Method::GET, "/", &[]).await.0, 400);
    assert_eq!(send(&router, Method::GET, "/docs", &[]).await.1, "shown");
    assert_eq!(
        send(&router, Method::GET, "/", &[(HEADER, "Acme")]).await.0,
        400
    );
    assert_eq!(ask(&router, "/t/acme/", "acme").await, "acme");
    let router = service(&tenants(&["acme"]));
    assert_eq!(ask(&router, "/", "acme").await, "acme");
    assert_eq!(
        send(&router, Method::GET, "/", &[(HEADER, "globex")])
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn tokens_are_for_their_tenants() {
    use frame::security::jwt::Principal;

    let claims = |tenant: Value| {
        let claims = json!({ "tenant": tenant });
        let caller = Principal {
            subject: "ada".to_owned(),
            roles: Default::default(),
            claims: claims.as_object().unwrap().clone(),
        };
        move |routes: Router| routes.layer(axum::Extension(caller.clone()))
    };
    for (tenant, status) in [
        (json!("acme"), 200),
        (json!(["globex", "acme"]), 200),
        (json!("globex"), 403),
        (json!([]), 403),
        (json!(null), 403),
    ] {
        let routes = Router::new().route("/", get(async || "in"));
        let app = App::new(&settings("sqlite::memory:"))
            .unwrap()
            .guarded_by(claims(tenant.clone()));
        let router = app.tenants(&tenants(&[])).routes(routes).router();
        let answer = send(&router, Method::GET, "/", &[(HEADER, "acme")]).await;
        assert_eq!(answer.0, status, "{tenant}");
    }
}

#[test]
fn settings_are_checked() {
    let read = |pairs: &[(&str, &str)]| {
        let mut reader = Reader::from_pairs(pairs.iter().copied());
        let settings = TenancySettings::read(&mut reader);
        let problems = reader.finish().err().map(|error| error.problems().to_vec());
        let names = problems
            .unwrap_or_default()
            .into_iter()
            .map(|problem| problem.name);
        (settings, names.collect::<Vec<_>>())
    };
    let (settings, problems) = read(&[("TENANTS", "acme,globex"), ("TENANT_ROUTING", "path")]);
    assert_eq!(
        (settings.known.len(), settings.routing, problems.len()),
        (2, Routing::Path, 0)
    );
    for (name, value) in [
        ("TENANTS", "acme,../x"),
        ("TENANT_ROUTING", "cookie"),
        ("TENANT_MAX_CONNECTIONS", "0"),
    ] {
        assert_eq!(read(&[(name, value)]).1, [name]);
    }
    assert_eq!(
        read(&[("TENANT_ROUTING", "subdomain")]).1,
        ["TENANT_DOMAIN"]
    );
}
