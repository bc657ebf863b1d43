//! Responses that are lost after the request took effect.

use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use frame::config::{DatabaseSettings, IdempotencySettings};
use frame::idempotency::{
    DatabaseStore, Idempotency, IdempotencyStore, MemoryStore, done, note, purge_notes,
};
use frame::testing;
use frame::{Connection, Database, Error, Transaction};
use futures_util::future::join_all;
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use uuid::Uuid;

use super::{Answer, Service, patient, subjects};

/// Takes orders; an order is a row.
struct Orders {
    database: Database,
    calls: Arc<AtomicU32>,
    /// Which responses get lost, from the lowest bit on.
    lost: AtomicU32,
}

impl Orders {
    async fn count(&self) -> i64 {
        let count = "SELECT COUNT(*) FROM frame_inbox";
        match &self.database {
            Database::Sqlite(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
            Database::Postgres(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
        }
    }

    /// Answers, unless that gets lost.
    fn answer(&self, text: String) -> Result<String, Error> {
        let next = |lost: u32| Some(lost >> 1);
        let lost = self
            .lost
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
        match lost.unwrap_or_else(|lost| lost) & 1 {
            0 => Ok(text),
            _ => Err(Error::Unavailable("the answer is lost".to_owned())),
        }
    }
}

async fn write(tx: &mut Transaction) -> Result<Uuid, Error> {
    let (insert, id) = (
        "INSERT INTO frame_inbox VALUES ('orders', $1, 0)",
        frame::new_id(),
    );
    match tx.connection() {
        Connection::Sqlite(c) => sqlx::query(insert).bind(id).execute(c).await.map(drop)?,
        Connection::Postgres(c) => sqlx::query(insert).bind(id).execute(c).await.map(drop)?,
    }
    Ok(id)
}

async fn place(orders: &Orders) -> Result<Uuid, Error> {
    if let Some(id) = done()? {
        return Ok(id);
    }
    let mut tx = orders.database.begin().await?;
    let id = write(&mut tx).await?;
    note(&mut tx, &id).await?;
    tx.commit().await?;
    Ok(id)
}

async fn one(State(orders): State<Arc<Orders>>, body: String) -> Result<String, Error> {
    orders.calls.fetch_add(1, Ordering::SeqCst);
    if body == "slow" {
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    let id = place(&orders).await?;
    orders.answer(id.to_string())
}

/// Two orders and, after them, two in one transaction; each answer that is lost ends it early.
async fn several(State(orders): State<Arc<Orders>>) -> Result<String, Error> {
    orders.calls.fetch_add(1, Ordering::SeqCst);
    let mut ids = vec![place(&orders).await?];
    orders.answer(String::new())?;
    ids.push(place(&orders).await?);
    orders.answer(String::new())?;
    match done::<Uuid>()? {
        Some(id) => ids.extend([Some(id), done()?].into_iter().flatten()),
        None => {
            let mut tx = orders.database.begin().await?;
            for _ in 0..2 {
                let given_up = tx.savepoint().await?;
                let id = write(&mut tx).await?;
                note(&mut tx, &id).await?;
                tx.roll_back_to(given_up).await?;
                let id = write(&mut tx).await?;
                note(&mut tx, &id).await?;
                ids.push(id);
            }
            tx.commit().await?;
        }
    }
    orders.answer(format!("{ids:?}"))
}

/// Does not ask whether it is done.
async fn careless(State(orders): State<Arc<Orders>>) -> Result<String, Error> {
    orders.calls.fetch_add(1, Ordering::SeqCst);
    let mut tx = orders.database.begin().await?;
    let id = write(&mut tx).await?;
    note(&mut tx, &id).await?;
    tx.commit().await?;
    orders.answer(id.to_string())
}

/// Asks for what nobody noted.
async fn mistaken(State(orders): State<Arc<Orders>>) -> Result<String, Error> {
    let number: Option<u64> = done()?;
    assert_eq!(number, None);
    let id = place(&orders).await?;
    orders.answer(id.to_string())
}

/// A service that loses some responses.
fn shop(
    store: Arc<dyn IdempotencyStore>,
    database: &Database,
    lost: u32,
    settings: IdempotencySettings,
) -> (Service, Arc<Orders>) {
    let (database, calls) = (database.clone(), Arc::<AtomicU32>::default());
    let idempotency = Idempotency::new(store, Some(database.clone()), "orders", settings);
    let orders = Arc::new(Orders {
        database,
        calls: calls.clone(),
        lost: AtomicU32::new(lost),
    });
    let router = Router::new()
        .route("/orders", post(one))
        .route("/several", post(several))
        .route("/careless", post(careless))
        .route("/mistaken", post(mistaken))
        .with_state(orders.clone());
    let service = Service {
        router: idempotency.layer(router),
        calls,
        idempotency,
    };
    (service, orders)
}

#[tokio::test]
async fn what_was_done_is_not_done_again() {
    for subject in subjects().await {
        let (service, orders) = shop(subject.store, &subject.database, 0b11, patient());
        let mut answers = Vec::new();
        for _ in 0..4 {
            answers.push(service.post("/orders", "k", "a").await);
        }
        let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses, [503, 503, 200, 200], "{}", subject.name);
        assert_eq!(answers[2].body, answers[3].body, "{}", subject.name);
        assert_eq!((orders.count().await, service.calls()), (1, 3));
        let other = service.post("/orders", "other", "a").await;
        assert_ne!(other.body, answers[3].body, "{}", subject.name);
        assert_eq!(orders.count().await, 2, "{}", subject.name);
    }
}

#[tokio::test]
async fn a_request_goes_on_behind_what_it_did() {
    for subject in subjects().await {
        let (service, orders) = shop(subject.store, &subject.database, 0, patient());
        for (key, lost, all) in [
            ("a", 0b1, 4),
            ("b", 0b10, 8),
            ("c", 0b100, 12),
            ("d", 0b10_0101, 16),
        ] {
            orders.lost.store(lost, Ordering::SeqCst);
            let mut answer = service.post("/several", key, "").await;
            while answer.status == 503 {
                answer = service.post("/several", key, "").await;
            }
            assert_eq!(answer.status, 200, "{} {answer:?}", subject.name);
            assert_eq!(answer.body.matches('-').count(), 4 * 4, "{answer:?}");
            assert_eq!(orders.count().await, all, "{} {key}", subject.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_attempts_one_takes_effect() {
    for subject in subjects().await {
        // The lease ends while the first attempt runs.
        let settings = IdempotencySettings {
            lease: Duration::from_millis(50),
            ..patient()
        };
        let (service, orders) = shop(subject.store, &subject.database, 0, settings);
        let answers: Vec<Answer> = join_all((0..4).map(async |n| {
            tokio::time::sleep(n * Duration::from_millis(100)).await;
            service.post("/orders", "k", "slow").await
        }))
        .await;
        let done: Vec<_> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .collect();
        assert!(!done.is_empty(), "{} {answers:?}", subject.name);
        assert!(
            done.iter().all(|answer| answer.body == done[0].body),
            "{answers:?}"
        );
        let others = answers.iter().filter(|answer| answer.status != 200);
        assert!(
            others.clone().all(|answer| answer.status == 409),
            "{answers:?}"
        );
        assert!(service.calls() > 1, "{}", subject.name);
        assert_eq!(orders.count().await, 1, "{}", subject.name);
        let again = service.post("/orders", "k", "slow").await;
        assert_eq!(again.body, done[0].body, "{}", subject.name);
    }
}

#[tokio::test]
async fn who_does_not_ask_is_refused() {
    for subject in subjects().await {
        let (service, orders) = shop(subject.store, &subject.database, 1, patient());
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(service.post("/careless", "k", "").await.status);
        }
        assert_eq!(statuses, [503, 409, 409], "{}", subject.name);
        assert_eq!(orders.count().await, 1, "{}", subject.name);
        orders.lost.store(1, Ordering::SeqCst);
        for status in [503, 500] {
            let answer = service.post("/mistaken", "m", "").await;
            assert_eq!(answer.status, status, "{}", subject.name);
        }
        assert_eq!(orders.count().await, 2, "{}", subject.name);
    }
}

#[tokio::test]
async fn a_note_belongs_to_a_request_and_is_forgotten() {
    for database in testing::databases(None).await.unwrap() {
        let settings = IdempotencySettings {
            ttl: Duration::from_millis(300),
            ..patient()
        };
        // Stores that have forgotten the key, each, but not what was done.
        let shop = |lost| {
            let store = Arc::new(MemoryStore::default());
            shop(store, &database, lost, settings.clone())
        };
        let first = shop(0).0.post("/orders", "k", "a").await;
        let (service, orders) = shop(0);
        assert_eq!(
            service.post("/orders", "k", "b").await.status,
            422,
            "{}",
            database.name
        );
        assert_eq!(
            service.post("/orders", "k", "a").await.body,
            first.body,
            "{}",
            database.name
        );
        assert_eq!(orders.count().await, 1, "{}", database.name);
        tokio::time::sleep(2 * settings.ttl).await;
        let (service, orders) = shop(0);
        let other = service.post("/orders", "k", "b").await;
        assert_eq!(
            (other.status, orders.count().await),
            (200, 2),
            "{}",
            database.name
        );
        assert_eq!(
            purge_notes(&database).await.unwrap(),
            0,
            "{}",
            database.name
        );
        tokio::time::sleep(2 * settings.ttl).await;
        assert_eq!(
            purge_notes(&database).await.unwrap(),
            1,
            "{}",
            database.name
        );
    }
}

#[tokio::test]
async fn without_a_key_nothing_is_noted() {
    for database in testing::databases(None).await.unwrap() {
        assert_eq!(done::<Uuid>(), Ok(None));
        let mut tx = database.begin().await.unwrap();
        note(&mut tx, &frame::new_id()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(purge_notes(&database).await.unwrap(), 0);
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection to the PostgreSQL at a URL, which may name a socket in a folder.
async fn connect(options: &PgConnectOptions) -> Box<dyn Stream> {
    let port = options.get_port();
    match options.get_socket() {
        Some(folder) => {
            let socket = folder.join(format!(".s.PGSQL.{port}"));
            Box::new(UnixStream::connect(socket).await.unwrap())
        }
        None => Box::new(
            TcpStream::connect((options.get_host(), port))
                .await
                .unwrap(),
        ),
    }
}

/// A way to PostgreSQL that takes the first `COMMIT` there and loses the answer; returns its URL.
async fn losing_a_commit(url: &str) -> String {
    let options = PgConnectOptions::from_str(url).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let lost = Arc::<AtomicU32>::default();
        while let Ok((client, _)) = listener.accept().await {
            let server = connect(&options).await;
            tokio::spawn(pass(client, server, lost.clone()));
        }
    });
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, rest) = place.split_once("://").unwrap();
    let (authority, database) = rest.split_once('/').unwrap();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let query: Vec<_> = query
        .split('&')
        .filter(|part| !part.starts_with("host="))
        .collect();
    let query = query.join("&");
    format!("{scheme}://{user}@{address}/{database}?{query}")
}

async fn pass(mut client: TcpStream, mut server: Box<dyn Stream>, lost: Arc<AtomicU32>) {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            Ok(length @ 1..) = client.read(&mut asked) => {
                let asked = &asked[..length];
                server.write_all(asked).await.unwrap();
                let is_commit = asked.windows(6).any(|part| part == b"COMMIT");
                if is_commit && lost.fetch_add(1, Ordering::SeqCst) == 0 {
                    // It is kept by the time it is answered.
                    assert!(server.read(&mut answered).await.unwrap() > 0);
                    return;
                }
            }
            Ok(length @ 1..) = server.read(&mut answered) => {
                client.write_all(&answered[..length]).await.unwrap();
            }
            else => return,
        }
    }
}

#[tokio::test]
async fn a_commit_that_is_not_answered_took_effect_once() {
    let Some(url) = testing::postgres_url().await.unwrap() else {
        return;
    };
    let open = async |url: String| {
        let url = SecretString::from(url);
        let settings = DatabaseSettings {
            url,
            ..DatabaseSettings::default()
        };
        Database::open(&settings).await.unwrap()
    };
    open(url.clone()).await.migrate_frame().await.unwrap();
    let database = open(losing_a_commit(&url).await).await;
    let store = Arc::new(DatabaseStore::new(database.clone()));
    let (service, orders) = shop(store, &database, 0, patient());
    let lost = service.post("/orders", "k", "a").await;
    assert_eq!(lost.status, 503, "{lost:?}");
    assert_eq!(orders.count().await, 1);
    let again = service.post("/orders", "k", "a").await;
    assert_eq!(again.status, 200, "{again:?}");
    assert_eq!((orders.count().await, service.calls()), (1, 2));
}
