//! A whole service: served over TCP, watched, drained.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use frame::bus::Bus;
use frame::config::{Defaults, IdempotencyStorage};
use frame::{
    App, Database, Envelope, Error, HandlerError, Handlers, InTransaction, MemoryBus, Outbox,
    Publisher as _, Result, Settings, Shutdown, Transaction, TransactionHandler, testing,
};
use http_body_util::BodyExt as _;
use secrecy::SecretString;
use support::{Counted, counted, number};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

fn settings() -> Settings {
    let mut settings = Settings::new(Defaults {
        name: "orders",
        port: 0,
    });
    settings.http.host = IpAddr::V4(Ipv4Addr::LOCALHOST);
    settings.shutdown_grace = Duration::from_secs(5);
    settings
}

/// Records what it handles.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<u32>>>);

#[async_trait]
impl TransactionHandler for Seen {
    async fn handle(&self, envelope: &Envelope, _: &mut Transaction) -> Result<(), HandlerError> {
        self.0.lock().unwrap().push(number(envelope));
        Ok(())
    }
}

#[derive(Clone)]
struct Orders {
    database: Database,
    outbox: Outbox,
}

async fn place(State(orders): State<Orders>) -> Result<Json<u32>> {
    let mut tx = orders.database.begin().await?;
    orders.outbox.publish(&mut tx, &counted("a", 1)).await?;
    tx.commit().await?;
    Ok(Json(1))
}

async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_millis(500)).await;
    "done"
}

struct Running {
    address: SocketAddr,
    task: JoinHandle<Result<()>>,
    shutdown: Shutdown,
}

async fn start(app: App) -> Running {
    let bound = app.bind().await.unwrap();
    let (address, shutdown) = (bound.address(), Shutdown::new());
    let task = tokio::spawn(bound.run(shutdown.clone()));
    Running {
        address,
        task,
        shutdown,
    }
}

impl Running {
    async fn call(&self, method: &str, path: &str) -> std::io::Result<String> {
        call(self.address, method, path).await
    }

    async fn stop(self) -> Result<()> {
        self.shutdown.trigger();
        self.task.await.unwrap()
    }
}

async fn call(address: SocketAddr, method: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serves_watches_and_drains() {
    let database = testing::sqlite(None).await.unwrap().database.clone();
    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new());
    let (outbox, seen) = (Outbox::new(), Seen::default());
    let handler = InTransaction::new(database.clone(), "orders", seen.clone());
    let orders = Orders {
        database: database.clone(),
        outbox: outbox.clone(),
    };
    let routes = Router::new()
        .route("/orders", post(place))
        .route("/slow", get(slow))
        .with_state(orders);
    let app = App::new(&settings())
        .unwrap()
        .database(database.clone())
        .bus(bus.clone())
        .shared_bus()
        .outbox(&outbox)
        .consumer("orders", Handlers::new().on::<Counted>(handler))
        .check("warm", || async { Ok(()) })
        .routes(routes)
        .idempotent()
        .await
        .unwrap();
    let running = start(app).await;

    let ready = running.call("GET", "/health/ready").await.unwrap();
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    for check in ["database", "bus", "warm"] {
        assert!(ready.contains(check), "{ready}");
    }
    let placed = running.call("POST", "/orders").await.unwrap();
    assert!(placed.starts_with("HTTP/1.1 200"), "{placed}");
    for _ in 0..100 {
        if seen.0.lock().unwrap().len() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(*seen.0.lock().unwrap(), [1]);
    let metrics = running.call("GET", "/metrics").await.unwrap();
    for line in [
        "http_requests_total{",
        "outbox_published_total{",
        "consumer_events_total{",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }

    let address = running.address;
    let slow = tokio::spawn(call(address, "GET", "/slow"));
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.stop().await.unwrap();
    let answer = slow.await.unwrap().unwrap();
    assert!(answer.ends_with("done"), "{answer}");
    assert!(call(address, "GET", "/health/live").await.is_err());
    assert!(matches!(database.ping().await, Err(Error::Unavailable(_))));
    bus.ping().await.unwrap();
}

#[tokio::test]
async fn readiness_goes_before_the_port_closes() {
    let mut settings = settings();
    settings.shutdown_delay = Duration::from_millis(500);
    let running = start(App::new(&settings).unwrap()).await;
    running.call("GET", "/health/ready").await.unwrap();
    running.shutdown.trigger();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let ready = running.call("GET", "/health/ready").await.unwrap();
    assert!(
        ready.starts_with("HTTP/1.1 503") && ready.contains("draining"),
        "{ready}"
    );
    let live = running.call("GET", "/health/live").await.unwrap();
    assert!(live.starts_with("HTTP/1.1 200"), "{live}");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_drain_has_an_end() {
    let mut settings = settings();
    settings.shutdown_grace = Duration::from_millis(200);
    let app = App::new(&settings)
        .unwrap()
        .background("stubborn", |_| async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(())
        });
    let stopped = start(app).await.stop().await;
    let Err(Error::Unavailable(reason)) = stopped else {
        panic!("{stopped:?}");
    };
    assert!(reason.contains("background"), "{reason}");
}

#[tokio::test]
async fn a_failed_task_stops_the_service() {
    let app = App::new(&settings())
        .unwrap()
        .background("failing", |_| async {
            Err(Error::Internal("broken".to_owned()))
        });
    let running = start(app).await;
    assert!(matches!(
        running.task.await.unwrap(),
        Err(Error::Internal(_))
    ));
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused() {
    let app = App::new(&settings()).unwrap().outbox(&Outbox::new());
    assert!(matches!(
        start(app).await.stop().await,
        Err(Error::Internal(_))
    ));
    let app = App::new(&settings())
        .unwrap()
        .consumer("g", Handlers::new());
    assert!(matches!(
        start(app).await.stop().await,
        Err(Error::Internal(_))
    ));
    let idempotent = App::new(&settings()).unwrap().idempotent().await;
    assert!(matches!(idempotent, Err(Error::Internal(_))));
    let mut settings = settings();
    settings.http.port = start(App::new(&settings).unwrap()).await.address.port();
    let taken = App::new(&settings).unwrap().bind().await;
    assert!(matches!(taken, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn responses_can_be_kept_in_redis() {
    let Ok(url) = std::env::var("TEST_REDIS_URL") else {
        eprintln!("not tested on Redis: TEST_REDIS_URL is not set");
        return;
    };
    let mut settings = settings();
    settings.bus.prefix = format!("test:{}", frame::new_id());
    settings.idempotency.storage = IdempotencyStorage::Redis(SecretString::from(url));
    let app = App::new(&settings).unwrap();
    let app = app.routes(Router::new().route("/id", post(async || frame::new_id().to_string())));
    let router = app.idempotent().await.unwrap().router();
    let send = async || {
        let request = Request::post("/id").header("idempotency-key", "k");
        let request = request.body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        response.into_body().collect().await.unwrap().to_bytes()
    };
    assert_eq!(send().await, send().await);
}

#[tokio::test]
async fn a_program_ends_with_a_code() {
    use std::process::ExitCode;

    let good = frame::main(async { Ok::<(), Error>(()) }).await;
    assert_eq!(good, ExitCode::SUCCESS);
    let bad = frame::main(async { Err(Error::PreconditionFailed) }).await;
    assert_eq!(bad, ExitCode::FAILURE);
}

#[tokio::test]
async fn a_bus_that_is_gone_does_not_fail_the_stop() {
    let database = testing::sqlite_file(None).await.unwrap();
    let outbox = Outbox::new();
    // Nothing larger than a byte passes, so the event stays where it is.
    let bus = MemoryBus::open(&frame::config::BusSettings {
        max_message_bytes: 1,
        ..Default::default()
    });
    let mut tx = database.begin().await.unwrap();
    outbox.publish(&mut tx, &counted("a", 1)).await.unwrap();
    tx.commit().await.unwrap();
    let app = App::new(&settings())
        .unwrap()
        .database(database.database.clone())
        .bus(Arc::new(bus))
        .outbox(&outbox);
    start(app).await.stop().await.unwrap();
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn log_lines_name_service_request_and_trace() {
    // Of a lone subscriber, tests on other threads would settle that nobody wants the kit's spans.
    let _other = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let lines = Lines::default();
    let writer = lines.clone();
    let logs = frame::telemetry::subscriber(&settings().log, move || writer.clone()).unwrap();
    let guard = tracing::subscriber::set_default(logs);
    let work = async || {
        tracing::info!(order = 7, "placed");
        "placed"
    };
    let app = App::new(&settings()).unwrap();
    let router = app.routes(Router::new().route("/work", get(work))).router();
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = Request::get("/work")
        .header("x-request-id", "r1")
        .header("traceparent", trace);
    router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    drop(guard);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let parsed = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let placed = parsed
        .into_iter()
        .find(|line| line["message"] == "placed")
        .unwrap();
    for (name, value) in [
        ("service", "orders"),
        ("request_id", "r1"),
        ("trace_id", "0af7651916cd43dd8448eb211c80319c"),
        ("method", "GET"),
        ("route", "/work"),
    ] {
        assert_eq!(placed[name], value, "{text}");
    }
}
