//! What a legacy system holds comes over: read, translated, kept once, and what is bad set aside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Method, Request, StatusCode};
use axum::routing::{get, post};
use frame::integration::{Integration, Scheme, sign};
use frame::legacy::*;
use frame::metrics::Metrics;
use frame::outbox::outbox_state;
use frame::resilience::PolicySettings;
use frame::security::Sensitive;
use frame::testing::{self, TestDatabase};
use frame::{
    Database, Envelope, Error, Outbox, Publisher as _, Reader, Result, Transaction, documents,
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use uuid::Uuid;

static CUSTOMER: KindSpec = KindSpec {
    name: "Customer",
    fields: &[
        field("name", FieldForm::Text),
        field("status", FieldForm::Word(&["active", "closed"])),
        field("credit_cents", FieldForm::Integer),
        FieldSpec {
            is_optional: true,
            ..field("since", FieldForm::Date)
        },
    ],
};
static ORDER: KindSpec = KindSpec {
    name: "Order",
    fields: &[field("customer_id", FieldForm::Uuid)],
};

const fn field(name: &'static str, form: FieldForm) -> FieldSpec {
    FieldSpec {
        name,
        form,
        is_optional: false,
        is_list: false,
    }
}

const FIELDS: &str = r#"
[kinds.Customer.fields]
name = { from = "NAME" }
status = { from = "STATUS", values = { A = "active", C = "closed" }, default = "active" }
credit_cents = { from = "CREDIT", format = "comma", scale = 2 }
since = { from = "SINCE", format = "%d.%m.%Y", empty = ["00.00.0000"] }
"#;

fn translation(kinds: &str, protocol: Protocol) -> Translation {
    let text = format!("{kinds}{FIELDS}");
    let parsed = Translation::parse("test.toml", &text, &[&CUSTOMER, &ORDER], protocol);
    parsed.unwrap_or_else(|error| panic!("{error}"))
}

/// Keeps records as documents and tells of each change; some names it takes offence at.
struct Documents(&'static KindSpec);

impl Documents {
    async fn tell(&self, tx: &mut Transaction, id: Uuid, verb: &str) -> Result<()> {
        let envelope = Envelope {
            id: frame::new_id(),
            kind: format!("{}{verb}", self.0.name),
            version: 1,
            source: "test".to_owned(),
            key: id.to_string(),
            occurred_at: frame::now(),
            traceparent: None,
            tenant: None,
            payload: json!({ "id": id }),
        };
        Outbox::new().publish(tx, &envelope).await
    }
}

#[async_trait]
impl Target for Documents {
    fn spec(&self) -> &'static KindSpec {
        self.0
    }

    async fn keep(
        &self,
        tx: &mut Transaction,
        id: Uuid,
        fields: Value,
        is_new: bool,
    ) -> Result<()> {
        documents::put(tx, self.0.name, &id.to_string(), &fields).await?;
        self.tell(tx, id, if is_new { "Created" } else { "Updated" })
            .await?;
        match fields["name"].as_str() {
            Some("Refused") => Err(Error::Malformed("no such name".to_owned())),
            Some("Early") => Err(Error::Conflict("what it refers to is not here".to_owned())),
            Some("Down") => Err(Error::Unavailable("the store is down".to_owned())),
            _ => Ok(()),
        }
    }

    async fn forget(&self, tx: &mut Transaction, id: Uuid) -> Result<()> {
        documents::remove(tx, self.0.name, &id.to_string()).await?;
        self.tell(tx, id, "Deleted").await
    }
}

fn settings(pairs: &[(&str, &str)]) -> LegacySettings {
    let mut reader = Reader::from_pairs(pairs.iter().copied());
    let policy = PolicySettings::default();
    let settings = LegacySettings::read(&mut reader, None, Scheme::None, policy);
    reader.finish().unwrap();
    settings
}

fn adapter(
    database: &Database,
    translation: Translation,
    source: impl Source,
    pairs: &[(&str, &str)],
) -> Adapter {
    let targets: Vec<Arc<dyn Target>> =
        vec![Arc::new(Documents(&CUSTOMER)), Arc::new(Documents(&ORDER))];
    let settings = settings(pairs);
    Adapter::new(database.clone(), translation, source, targets, settings).unwrap()
}

/// What a sync did, as `created 2, set-aside 1`.
async fn synced(adapter: &Adapter) -> String {
    let synced = adapter.sync(&CancellationToken::new()).await;
    let parts = synced
        .iter()
        .map(|(outcome, count)| format!("{outcome} {count}"));
    parts.collect::<Vec<_>>().join(", ")
}

async fn names(database: &Database) -> Vec<String> {
    let documents = documents::list(database, "Customer", None, 10_000)
        .await
        .unwrap();
    let names = documents
        .iter()
        .map(|document| document.body["name"].as_str().unwrap().to_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

async fn events(database: &Database) -> i64 {
    outbox_state(database).await.unwrap().pending
}

fn customer(id: u32, name: &str, at: u32) -> Value {
    json!({ "NO": id, "NAME": name, "STATUS": "A", "CREDIT": "1.234,50", "SINCE": "31.01.2026", "AT": at })
}

/// A legacy system over HTTP: records by their id.
#[derive(Clone, Default)]
struct System(Arc<Mutex<BTreeMap<String, Value>>>);

impl System {
    fn put(&self, record: Value) {
        let id = record["NO"].to_string();
        self.0.lock().unwrap().insert(id, record);
    }

    fn drop(&self, id: u32) {
        self.0.lock().unwrap().remove(&id.to_string());
    }

    /// Those changed at a time or later, in the order of times.
    fn since(&self, at: u64, limit: usize) -> Vec<Value> {
        let records = self.0.lock().unwrap();
        let mut found: Vec<_> = records.values().cloned().collect();
        found.retain(|record| record["AT"].as_u64().unwrap_or(0) >= at);
        found.sort_by_key(|record| record["AT"].as_u64());
        found.truncate(limit);
        found
    }

    async fn serve(&self) -> String {
        let routes = Router::new()
            .route("/customers", get(listed))
            .route("/soap", post(enveloped))
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        url
    }
}

async fn listed(
    State(system): State<System>,
    Query(query): Query<BTreeMap<String, String>>,
) -> axum::Json<Value> {
    let number = |name: &str, usual| query.get(name).map_or(usual, |text| text.parse().unwrap());
    let limit = usize::try_from(number("limit", 1_000)).unwrap();
    let all = system.since(number("since", 0), usize::MAX);
    let start = usize::try_from(number("offset", 0)).unwrap();
    let items: Vec<_> = all.into_iter().skip(start).take(limit).collect();
    let next = (items.len() == limit).then(|| (start + limit).to_string());
    axum::Json(json!({ "data": items, "next": next }))
}

async fn enveloped(State(system): State<System>, body: String) -> String {
    let number = |name: &str| -> u64 {
        let (_, rest) = body.split_once(&format!("<{name}>")).unwrap();
        rest.split_once('<').unwrap().0.parse().unwrap_or(0)
    };
    let limit = usize::try_from(number("Limit")).unwrap();
    let items = system.since(number("Since"), limit);
    if items.iter().any(|item| item["NAME"] == "Fault") {
        return "<e:Envelope xmlns:e='urn:e'><e:Body><e:Fault><faultstring>not today</faultstring>\
                </e:Fault></e:Body></e:Envelope>"
            .to_owned();
    }
    let items: String = items
        .iter()
        .map(|item| {
            let text = |name: &str| match &item[name] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            format!(
                "<c:Customer><NO>{}</NO><NAME>{}</NAME><STATUS>{}</STATUS><CREDIT>{}</CREDIT>\
                 <SINCE>{}</SINCE><AT>{}</AT></c:Customer>",
                text("NO"),
                text("NAME"),
                text("STATUS"),
                text("CREDIT"),
                text("SINCE"),
                text("AT")
            )
        })
        .collect();
    format!(
        "<e:Envelope xmlns:e='urn:e'><e:Body><c:List xmlns:c='urn:c'>{items}</c:List></e:Body></e:Envelope>"
    )
}

fn client(url: &str) -> Integration {
    let settings = settings(&[("LEGACY_BASE_URL", url)]);
    Integration::new(settings.system, &Metrics::new("test").unwrap().calls).unwrap()
}

const BY_TIME: &str = "[kinds.Customer]\nid = \"NO\"\nchanged = \"AT\"\npage_size = 3\n\
    rest = { path = \"/customers\", items = \"data\", cursor = \"since\", limit = \"limit\" }\n";

#[tokio::test]
async fn records_come_over_rest_once() {
    for database in testing::databases(None).await.unwrap() {
        let system = System::default();
        let source = RestSource::new(client(&system.serve().await));
        let adapter = adapter(&database, translation(BY_TIME, Protocol::Rest), source, &[]);
        for id in 1..=7 {
            system.put(customer(id, &format!("Ann {id}"), id));
        }
        // The last record of a page is asked for again.
        assert!(
            synced(&adapter).await.starts_with("created 7"),
            "{}",
            database.name
        );
        let id = adapter.id_of("Customer", "3").await.unwrap().unwrap();
        let kept = documents::get(&database, "Customer", &id.to_string())
            .await
            .unwrap()
            .unwrap();
        let expected = json!({ "name": "Ann 3", "status": "active", "credit_cents": 123_450, "since": "2026-01-31" });
        assert_eq!(kept.body, expected);
        assert_eq!(synced(&adapter).await, "unchanged 1");
        assert_eq!(events(&database).await, 7);
        system.put(customer(3, "Bob", 8));
        assert_eq!(synced(&adapter).await, "updated 1, unchanged 1");
        assert_eq!(adapter.id_of("Customer", "3").await.unwrap(), Some(id));
        // Touched without a change: nothing is told.
        system.put(customer(4, "Ann 4", 9));
        assert_eq!(synced(&adapter).await, "unchanged 2");
        assert_eq!(events(&database).await, 8);
        assert_eq!(names(&database).await.len(), 7);
    }
}

#[tokio::test]
async fn a_whole_listing_tells_what_is_gone() {
    let pagings = [
        "",
        ", offset = \"offset\", limit = \"limit\"",
        ", next = \"next\", cursor = \"offset\", limit = \"limit\"",
    ];
    for paging in pagings {
        let database = testing::sqlite(None).await.unwrap();
        let system = System::default();
        let kinds = format!(
            "[kinds.Customer]\nid = \"NO\"\ncomplete = true\npage_size = 2\n\
             deleted = {{ field = \"STATUS\", values = [\"X\"] }}\n\
             rest = {{ path = \"/customers\", items = \"data\"{paging} }}\n"
        );
        let source = RestSource::new(client(&system.serve().await));
        let adapter = adapter(&database, translation(&kinds, Protocol::Rest), source, &[]);
        for id in 1..=5 {
            system.put(customer(id, "Ann", id));
        }
        assert_eq!(synced(&adapter).await, "created 5", "{paging}");
        system.drop(2);
        let mut gone = customer(4, "Ann", 4);
        gone["STATUS"] = json!("X");
        system.put(gone.clone());
        assert_eq!(synced(&adapter).await, "unchanged 3, deleted 2", "{paging}");
        // One that cannot be told apart may be any of the others.
        system.put(json!({ "NO": null, "NAME": "Nobody", "AT": 9 }));
        system.drop(1);
        assert_eq!(
            synced(&adapter).await,
            "unchanged 3, set-aside 1",
            "{paging}"
        );
        system.0.lock().unwrap().remove("null");
        let before = adapter.id_of("Customer", "1").await.unwrap();
        assert_eq!(synced(&adapter).await, "unchanged 3, deleted 1", "{paging}");
        // One that comes back is the same one.
        system.put(customer(1, "Ann", 1));
        assert_eq!(synced(&adapter).await, "created 1, unchanged 3", "{paging}");
        assert_eq!(adapter.id_of("Customer", "1").await.unwrap(), before);
        system.0.lock().unwrap().clear();
        assert_eq!(
            synced(&adapter).await,
            "",
            "an empty answer removes nothing"
        );
        assert_eq!(names(&database).await.len(), 3);
    }
}

#[tokio::test]
async fn records_come_over_soap() {
    let kinds = "[kinds.Customer]\nid = \"NO\"\nchanged = \"AT\"\npage_size = 3\n\
        soap = { path = \"/soap\", action = \"urn:List\", item = \"Customer\", \
        body = \"<List xmlns='urn:c'><Since>{cursor}</Since><Limit>{limit}</Limit></List>\" }\n";
    let database = testing::sqlite(None).await.unwrap();
    let system = System::default();
    let source = SoapSource::new(client(&system.serve().await));
    let adapter = adapter(&database, translation(kinds, Protocol::Soap), source, &[]);
    for id in 1..=7 {
        system.put(customer(id, &format!("Ann &amp; {id}"), id));
    }
    assert!(synced(&adapter).await.starts_with("created 7"));
    assert_eq!(names(&database).await[0], "Ann & 1");
    assert_eq!(synced(&adapter).await, "unchanged 1");
    system.put(customer(8, "Fault", 8));
    assert_eq!(synced(&adapter).await, "");
    let state = operate(&adapter, Method::GET, "/operations/legacy").await.1;
    assert!(
        state[0]["error"].as_str().unwrap().contains("not today"),
        "{state}"
    );
}

#[tokio::test]
async fn what_is_bad_is_set_aside_and_does_not_stop_the_rest() {
    for database in testing::databases(None).await.unwrap() {
        let system = System::default();
        let source = RestSource::new(client(&system.serve().await));
        let adapter = adapter(&database, translation(BY_TIME, Protocol::Rest), source, &[]);
        let bad = json!({ "NO": 2, "NAME": "", "STATUS": "Z", "CREDIT": "much", "AT": 2 });
        system.put(customer(1, "Ann", 1));
        system.put(bad);
        system.put(customer(3, "Refused", 3));
        system.put(customer(4, "a\0b", 4));
        system.put(customer(5, "Eve", 5));
        let done = synced(&adapter).await;
        assert!(done.starts_with("created 3"), "{done} {}", database.name);
        assert!(names(&database).await.contains(&"Eve".to_owned()));
        let list = adapter.set_aside(Some("Customer"), None, 10).await.unwrap();
        assert_eq!(list.len(), 2);
        let reason = &list[0].reason;
        for part in [
            "name (from NAME): it is missing",
            "`Z` is none of active, closed",
            "`much` is no number",
        ] {
            assert!(reason.contains(part), "{reason}");
        }
        // Nothing of what was refused is here, nor was it told.
        assert_eq!(events(&database).await, 3);
        // Read again, it is one row still.
        assert!(!synced(&adapter).await.is_empty());
        assert_eq!(adapter.retry(list[1].id).await, Ok(Outcome::SetAside));
        let again = adapter.set_aside(None, None, 10).await.unwrap();
        assert_eq!(again.len(), list.len());
        assert!(again[1].attempts >= 2);
        // Put right there, it comes over and is no longer aside.
        system.put(customer(2, "Bob", 6));
        synced(&adapter).await;
        let left = adapter.set_aside(None, None, 10).await.unwrap();
        assert!(left.iter().all(|row| row.legacy_key != "2"), "{left:?}");
        let (status, _) = operate(
            &adapter,
            Method::DELETE,
            &format!("/operations/quarantine/{}", left[0].id),
        )
        .await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        assert_eq!(
            adapter
                .discard(left[0].id)
                .await
                .map_err(|error| error.status()),
            Err(StatusCode::NOT_FOUND)
        );
    }
}

async fn operate(adapter: &Adapter, method: Method, path: &str) -> (StatusCode, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap();
    let response = adapter.operations().oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn operators_see_and_retry() {
    let database = testing::sqlite(None).await.unwrap();
    let system = System::default();
    let url = system.serve().await;
    let strict = adapter(
        &database,
        translation(BY_TIME, Protocol::Rest),
        RestSource::new(client(&url)),
        &[],
    );
    system.put(json!({ "NO": 1, "NAME": "Ann", "STATUS": "Q", "CREDIT": "1", "AT": 1 }));
    system.put(customer(2, "Early", 2));
    assert_eq!(synced(&strict).await, "set-aside 2");
    // What only came too early is tried again by itself.
    let list = operate(
        &strict,
        Method::GET,
        "/operations/quarantine?kind=Customer&limit=5",
    )
    .await
    .1;
    assert_eq!(
        (&list[0]["record"]["STATUS"], &list[0]["waits"]),
        (&json!("Q"), &json!(false))
    );
    assert_eq!(
        (&list[1]["waits"], &list[1]["attempts"]),
        (&json!(true), &json!(2))
    );
    let retry = format!(
        "/operations/quarantine/{}/retry",
        list[0]["id"].as_str().unwrap()
    );
    assert_eq!(
        operate(&strict, Method::POST, &retry).await.1,
        json!({ "outcome": "set-aside" })
    );
    // A translation that knows the word lets it come over.
    let text =
        format!("{BY_TIME}{FIELDS}").replace("C = \"closed\"", "C = \"closed\", Q = \"closed\"");
    let better =
        Translation::parse("test.toml", &text, &[&CUSTOMER, &ORDER], Protocol::Rest).unwrap();
    let better = adapter(&database, better, RestSource::new(client(&url)), &[]);
    let all = operate(&better, Method::POST, "/operations/quarantine/retry")
        .await
        .1;
    assert_eq!(all, json!({ "settled": 1, "set_aside": 1 }));
    assert_eq!(names(&database).await, ["Ann"]);
    let unknown = format!("/operations/quarantine/{}/retry", Uuid::nil());
    assert_eq!(
        operate(&better, Method::POST, &unknown).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        operate(&better, Method::POST, "/operations/legacy/sync")
            .await
            .0,
        StatusCode::ACCEPTED
    );
    let states = operate(&better, Method::GET, "/operations/legacy").await.1;
    assert_eq!(
        (&states[0]["position"], &states[0]["is_at_work"]),
        (&json!("2"), &json!(false))
    );
}

#[tokio::test]
async fn a_store_that_is_down_loses_nothing() {
    for database in testing::databases(None).await.unwrap() {
        let system = System::default();
        let source = RestSource::new(client(&system.serve().await));
        let adapter = adapter(&database, translation(BY_TIME, Protocol::Rest), source, &[]);
        system.put(customer(1, "Ann", 1));
        system.put(customer(2, "Down", 2));
        // The page takes effect whole or not at all, and where it begins with it.
        assert_eq!(synced(&adapter).await, "");
        assert_eq!(
            (names(&database).await.len(), events(&database).await),
            (0, 0)
        );
        system.put(customer(2, "Bob", 2));
        assert_eq!(synced(&adapter).await, "created 2", "{}", database.name);
        assert_eq!(events(&database).await, 2);
    }
}

/// Holds one page back until it may go on.
struct Slow {
    inner: RestSource,
    wait: Duration,
}

#[async_trait]
impl Source for Slow {
    async fn page(&self, kind: &KindMap, position: Option<&str>) -> Result<Page> {
        let page = self.inner.page(kind, position).await;
        tokio::time::sleep(self.wait).await;
        page
    }
}

#[tokio::test]
async fn one_instance_at_a_time_reads_a_kind() {
    for database in [testing::sqlite_file(None).await.unwrap()]
        .into_iter()
        .chain(testing::postgres(None).await.unwrap())
    {
        let system = System::default();
        let url = system.serve().await;
        for id in 1..=5 {
            system.put(customer(id, "Ann", id));
        }
        let instance = |wait, lease: &str| {
            let inner = RestSource::new(client(&url));
            adapter(
                &database,
                translation(BY_TIME, Protocol::Rest),
                Slow { inner, wait },
                &[("LEGACY_LEASE", lease)],
            )
        };
        let (one, other) = (
            instance(Duration::from_millis(200), "30s"),
            instance(Duration::ZERO, "30s"),
        );
        let both = tokio::join!(synced(&one), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            synced(&other).await
        });
        assert!(both.0.starts_with("created 5"), "{both:?}");
        assert_eq!(both.1, "", "{}", database.name);
        // One that is too slow loses the kind, and what it read has no effect.
        for id in 1..=5 {
            system.put(customer(id, "Bob", 10 + id));
        }
        let (slow, fast) = (
            instance(Duration::from_millis(600), "200ms"),
            instance(Duration::ZERO, "30s"),
        );
        let both = tokio::join!(synced(&slow), async {
            tokio::time::sleep(Duration::from_millis(400)).await;
            synced(&fast).await
        });
        assert_eq!(both.0, "", "{}", database.name);
        assert!(both.1.starts_with("updated 5"), "{both:?}");
        assert_eq!(events(&database).await, 10);
    }
}

#[tokio::test]
async fn ids_are_one_under_races() {
    for database in testing::databases(None).await.unwrap() {
        let kinds = "[kinds.Order]\nid = \"NO\"\nrest = { path = \"/orders\" }\n\
            [kinds.Order.fields]\ncustomer_id = { from = \"CUSTNO\", kind = \"Customer\" }\n\
            [kinds.Customer]\nid = \"NO\"\nchanged = \"AT\"\nrest = { path = \"/customers\" }\n";
        let secret = ("LEGACY_WEBHOOK_SECRET", "hunter2");
        let source = || RestSource::new(client("http://127.0.0.1:9"));
        let adapters: Vec<_> = (0..8)
            .map(|_| {
                adapter(
                    &database,
                    translation(kinds, Protocol::Rest),
                    source(),
                    &[secret],
                )
            })
            .collect();
        let tell = adapters.iter().enumerate().map(|(n, adapter)| async move {
            let order = json!({ "id": format!("o{n}"), "type": "order.created", "data": { "NO": n, "CUSTNO": "7" } });
            let customer = json!({ "id": format!("c{n}"), "type": "Customer.Updated", "data": { "object": customer(7, "Ann", 1) } });
            for notice in [order, customer] {
                // SQLite in memory has one connection, the others take turns.
                assert_eq!(hear(adapter, &notice, 0).await, StatusCode::NO_CONTENT);
            }
        });
        futures_util::future::join_all(tell).await;
        let id = adapters[0]
            .id_of("Customer", "7")
            .await
            .unwrap()
            .unwrap()
            .to_string();
        let orders = documents::list(&database, "Order", None, 100)
            .await
            .unwrap();
        assert_eq!(orders.len(), 8, "{}", database.name);
        assert!(
            orders
                .iter()
                .all(|order| order.body["customer_id"] == id.as_str())
        );
        assert_eq!(names(&database).await, ["Ann"]);
        assert_eq!(events(&database).await, 9);
    }
}

async fn hear(adapter: &Adapter, notice: &Value, age: i64) -> StatusCode {
    let body = notice.to_string();
    let secret = Sensitive::new("hunter2".to_owned());
    let signature = sign(&secret, frame::now().timestamp() - age, body.as_bytes());
    let request = Request::post("/webhooks/legacy").header("webhook-signature", signature);
    let response = adapter
        .notices()
        .oneshot(request.body(Body::from(body)).unwrap())
        .await;
    response.unwrap().status()
}

#[tokio::test]
async fn what_the_system_tells_counts_once() {
    for database in testing::databases(None).await.unwrap() {
        let source = RestSource::new(client("http://127.0.0.1:9"));
        let secret = ("LEGACY_WEBHOOK_SECRET", "hunter2");
        let adapter = adapter(
            &database,
            translation(BY_TIME, Protocol::Rest),
            source,
            &[secret],
        );
        let notice =
            |id: &str, kind: &str, data: Value| json!({ "id": id, "type": kind, "data": data });
        let first = notice("n1", "customer.created", customer(1, "Ann", 5));
        assert_eq!(hear(&adapter, &first, 301).await, StatusCode::UNAUTHORIZED);
        for _ in 0..2 {
            assert_eq!(hear(&adapter, &first, 0).await, StatusCode::NO_CONTENT);
        }
        // One that was overtaken changes nothing.
        let late = notice("n2", "customer.updated", customer(1, "Old", 4));
        assert_eq!(hear(&adapter, &late, 0).await, StatusCode::NO_CONTENT);
        assert_eq!(names(&database).await, ["Ann"]);
        // What cannot come over is taken all the same, and set aside.
        let bad = notice("n3", "customer.updated", json!({ "NO": 1, "AT": 6 }));
        assert_eq!(hear(&adapter, &bad, 0).await, StatusCode::NO_CONTENT);
        assert_eq!(
            adapter.set_aside(None, None, 9).await.unwrap()[0].place,
            "notice n3"
        );
        let other = notice("n4", "invoice.created", json!({}));
        assert_eq!(hear(&adapter, &other, 0).await, StatusCode::NO_CONTENT);
        let gone = notice("n5", "customer.deleted", json!({ "NO": 1, "AT": 7 }));
        assert_eq!(hear(&adapter, &gone, 0).await, StatusCode::NO_CONTENT);
        assert!(names(&database).await.is_empty());
        assert!(adapter.set_aside(None, None, 9).await.unwrap().is_empty());
        assert_eq!(events(&database).await, 2, "{}", database.name);
    }
}

const CSV: &str = "[kinds.Customer]\nid = \"NO\"\npage_size = 2\n\
    file = { names = \"customers*.csv\", format = \"csv\", delimiter = \";\", encoding = \"latin-1\" }\n";

fn folder(path: &Path) -> FolderSource {
    FolderSource::new(path.to_owned(), Duration::ZERO, 100_000)
}

#[tokio::test]
async fn files_are_taken_whole_and_read_once() {
    for database in testing::databases(None).await.unwrap() {
        let place = tempfile::tempdir().unwrap();
        let adapter = adapter(
            &database,
            translation(CSV, Protocol::File),
            folder(place.path()),
            &[],
        );
        let head = "NO;NAME;STATUS;CREDIT;SINCE\n";
        let rows = "1;\"J\u{fc}rgen; \"\"J\"\"\";A;1,00;31.01.2026\n2;Bob;A\n3;Cid;C;2,00;00.00.0000\n4;Dan;A;x;\n5;\"E\nve\";A;5;\n";
        let latin: Vec<u8> = format!("{head}{rows}")
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect();
        fs::write(place.path().join("customers-1.csv"), latin).unwrap();
        fs::write(
            place.path().join("customers-2.csv"),
            format!("{head}1;Jim;A;1,00;\n"),
        )
        .unwrap();
        fs::write(place.path().join("customers-3.csv.part"), "NO;").unwrap();
        fs::write(place.path().join("others.csv"), "NO;").unwrap();
        assert_eq!(
            synced(&adapter).await,
            "created 3, updated 1, set-aside 2",
            "{}",
            database.name
        );
        assert_eq!(names(&database).await, ["Cid", "E\nve", "Jim"]);
        let aside = adapter.set_aside(None, None, 9).await.unwrap();
        let places: Vec<_> = aside.iter().map(|row| row.place.as_str()).collect();
        assert_eq!(places, ["customers-1.csv:3", "customers-1.csv:5"]);
        assert!(
            aside[0]
                .reason
                .contains("3 fields where the first line names 5")
        );
        assert_eq!(
            adapter
                .retry(aside[0].id)
                .await
                .map_err(|error| error.status()),
            Err(StatusCode::CONFLICT)
        );
        assert_eq!(fs::read_dir(place.path().join(".done")).unwrap().count(), 2);
        assert!(
            place.path().join("customers-3.csv.part").exists()
                && place.path().join("others.csv").exists()
        );
        assert_eq!(synced(&adapter).await, "");
        // The same name again is another file.
        fs::write(
            place.path().join("customers-2.csv"),
            format!("{head}1;Joe;A;1,00;\n"),
        )
        .unwrap();
        assert_eq!(synced(&adapter).await, "updated 1");
    }
}

#[tokio::test]
async fn a_file_is_read_on_where_its_reader_died() {
    let database = testing::sqlite(None).await.unwrap();
    let place = tempfile::tempdir().unwrap();
    let adapter = adapter(
        &database,
        translation(CSV, Protocol::File),
        folder(place.path()),
        &[],
    );
    let rows: String = (0..5).map(|n| format!("{n};N{n};A;1;\n")).collect();
    fs::write(
        place.path().join("customers.csv"),
        format!("NO;NAME;STATUS;CREDIT;SINCE\n{rows}"),
    )
    .unwrap();
    // Two of its pages, then the instance is gone without a word.
    let kind = adapter.translation().kind("Customer").unwrap().clone();
    let source = folder(place.path());
    let first = source.page(&kind, None).await.unwrap();
    assert_eq!(
        (first.items.len(), first.has_more, first.finished),
        (2, true, None)
    );
    let second = source.page(&kind, first.position.as_deref()).await.unwrap();
    assert_eq!(second.items[0].place, "customers.csv:4");
    assert_eq!(
        fs::read_dir(place.path().join(".working")).unwrap().count(),
        1
    );
    // Nothing of it had taken effect, so all of it comes.
    assert_eq!(synced(&adapter).await, "created 5");
    assert_eq!(
        fs::read_dir(place.path().join(".working")).unwrap().count(),
        0
    );
}

#[tokio::test]
async fn only_whole_files_of_the_folder_are_read() {
    let database = testing::sqlite(None).await.unwrap();
    let place = tempfile::tempdir().unwrap();
    let outside = place.path().join("outside.txt");
    let inside = place.path().join("drop");
    fs::create_dir(&inside).unwrap();
    let row = "NO;NAME;STATUS;CREDIT;SINCE\n1;Eve;A;1;\n";
    fs::write(&outside, row).unwrap();
    std::os::unix::fs::symlink(&outside, inside.join("customers-a.csv")).unwrap();
    fs::write(inside.join("customers-b.csv"), "x".repeat(100_001)).unwrap();
    fs::create_dir(inside.join("customers-c.csv")).unwrap();
    let reading = adapter(
        &database,
        translation(CSV, Protocol::File),
        folder(&inside),
        &[],
    );
    assert_eq!(synced(&reading).await, "set-aside 2");
    assert_eq!(fs::read_dir(inside.join(".refused")).unwrap().count(), 2);
    assert_eq!(fs::read_to_string(&outside).unwrap(), row);
    // One that may still be written is left alone until it rests.
    fs::write(inside.join("customers-d.csv"), row).unwrap();
    let patient = FolderSource::new(inside.clone(), Duration::from_secs(3_600), 100_000);
    let patient = adapter(&database, translation(CSV, Protocol::File), patient, &[]);
    assert_eq!(synced(&patient).await, "");
    assert!(inside.join("customers-d.csv").exists());
    // A folder of ours that leads elsewhere is not followed.
    fs::remove_dir(inside.join(".working")).unwrap();
    std::os::unix::fs::symlink(place.path(), inside.join(".working")).unwrap();
    assert_eq!(synced(&reading).await, "");
    assert!(inside.join("customers-d.csv").exists());
}

#[tokio::test]
async fn two_readers_take_a_file_once() {
    let place = tempfile::tempdir().unwrap();
    for n in 0..20 {
        fs::write(
            place.path().join(format!("customers-{n}.csv")),
            "NO;NAME;STATUS;CREDIT;SINCE\n",
        )
        .unwrap();
    }
    let kind = translation(CSV, Protocol::File)
        .kind("Customer")
        .unwrap()
        .clone();
    let take = || {
        let (source, kind) = (folder(place.path()), kind.clone());
        async move { source.page(&kind, None).await.unwrap().finished }
    };
    let taken = futures_util::future::join_all((0..20).map(|_| take())).await;
    assert!(taken.iter().all(Option::is_some));
    let files = |name: &str| fs::read_dir(place.path().join(name)).unwrap().count();
    let left = files(".") - 3;
    assert_eq!(
        left + files(".working"),
        20,
        "no file is lost or there twice"
    );
}

#[tokio::test]
async fn lines_of_json_and_of_columns_are_read() {
    let lines = "[kinds.Customer]\nid = \"NO\"\npage_size = 2\nfile = { names = \"*.jsonl\", format = \"json-lines\" }\n";
    let fixed = "[kinds.Customer]\nid = \"NO\"\npage_size = 2\n[kinds.Customer.file]\nnames = \"*.dat\"\nformat = \"fixed\"\nprefix = \"D\"\n\
        columns = [{ name = \"NO\", from = 2, to = 5 }, { name = \"NAME\", from = 6, to = 10 }, { name = \"CREDIT\", from = 11, to = 16 }]\n";
    let long = format!("\"{}\"", "x".repeat(1_100_000));
    let json = format!(
        "\u{feff}{}\n\n[1]\n{{\n{long}\n{}",
        customer(1, "Ann", 1),
        customer(2, "Bob", 1)
    );
    let columns = "H20260131\nD0001Ärni 001,50\nD0002Bob  2-\nD0003\nT0003\n".to_owned();
    let cases = [
        (lines, "a.jsonl", json, "created 2, set-aside 3"),
        (fixed, "a.dat", columns, "created 2, set-aside 1"),
    ];
    for (kinds, name, text, expected) in cases {
        let database = testing::sqlite(None).await.unwrap();
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join(name), text).unwrap();
        let source = FolderSource::new(place.path().to_owned(), Duration::ZERO, 10_000_000);
        let adapter = adapter(&database, translation(kinds, Protocol::File), source, &[]);
        assert_eq!(synced(&adapter).await, expected, "{name}");
        assert_eq!(names(&database).await.len(), 2);
    }
}

#[test]
fn each_mistake_in_a_translation_has_its_line() {
    let text = r#"[terms]
CUSTNO = "nonsense"

[kinds.Client]
id = "NO"

[kinds.Customer]
id = "NO"
page_size = 0
rest = { path = "customers?x", cursor = "since" }

[kinds.Customer.fields]
name = { from = "A//B", scale = 2, format = "x" }
status = { default = "gone" }
credit_cents = { format = "dots", scale = 99 }
since = { format = "%Q", zone = "Mars", kind = "Customer" }
naem = {}
"#;
    let Err(error) = Translation::parse("t.toml", text, &[&CUSTOMER], Protocol::Rest) else {
        panic!("it was taken");
    };
    let lines: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| problem.line)
        .collect();
    assert_eq!(
        lines,
        [2, 4, 9, 10, 10, 13, 13, 13, 14, 15, 15, 16, 16, 16, 17],
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("t.toml:4: no kind is called Client; there are Customer")
    );
    let cases = [
        ("", "nothing comes over"),
        ("[kinds.Customer]\nid = 7\n", "t.toml:2: "),
        ("[kinds.Customer]\nid = \"NO\"\nfiel = 1\n", "t.toml:3: "),
        ("[kinds", "t.toml:1: "),
        (
            "[kinds.Customer]\nid = \"NO\"\n",
            "t.toml:1: [kinds.Customer.rest] is needed",
        ),
    ];
    for (text, part) in cases {
        let refused = Translation::parse("t.toml", text, &[&CUSTOMER], Protocol::Rest);
        let told = refused.map(drop).unwrap_err().to_string();
        assert!(told.contains(part), "{told}");
    }
    let files = "[kinds.Customer]\nid = \"NO\"\n[kinds.Customer.file]\nnames = \"../*.csv\"\nformat = \"fixed\"\ndelimiter = \"ab\"\nencoding = \"ebcdic\"\ncolumns = [{ name = \"A\", from = 0, to = 1 }]\n";
    let refused = Translation::parse("t.toml", files, &[&CUSTOMER], Protocol::File)
        .map(drop)
        .unwrap_err();
    let lines: Vec<_> = refused
        .problems()
        .iter()
        .map(|problem| problem.line)
        .collect();
    assert_eq!(lines, [4, 6, 7, 8], "{refused}");
    let soap = "[kinds.Customer]\nid = \"NO\"\nsoap = { body = \"<a><b></a>\", item = \"C\" }\n";
    let refused = Translation::parse("t.toml", soap, &[&CUSTOMER], Protocol::Soap)
        .map(drop)
        .unwrap_err();
    assert_eq!(refused.problems()[0].line, 3);
}

#[tokio::test]
async fn it_polls_and_stops() {
    let database: TestDatabase = testing::sqlite(None).await.unwrap();
    let system = System::default();
    system.put(customer(1, "Ann", 1));
    let url = system.serve().await;
    for pairs in [&[("LEGACY_POLL", "20ms")][..], &[]] {
        let source = RestSource::new(client(&url));
        let adapter = adapter(
            &database,
            translation(BY_TIME, Protocol::Rest),
            source,
            pairs,
        );
        let adapter = adapter.measured(&Metrics::new("test").unwrap()).unwrap();
        let stop = CancellationToken::new();
        let running = tokio::spawn(adapter.clone().run(stop.clone()));
        adapter.request();
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        while names(&database).await.is_empty() {
            assert!(std::time::Instant::now() < deadline, "nothing came");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.cancel();
        assert_eq!(running.await.unwrap(), Ok(()));
        let id = adapter.id_of("Customer", "1").await.unwrap().unwrap();
        let mut tx = database.begin().await.unwrap();
        documents::remove(&mut tx, "Customer", &id.to_string())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        system.put(customer(1, "Bob", 2));
    }
}
