//! The attributes of `frame-macros`, on functions as services write them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use frame::resilience::{circuit_breaker, rate_limited, retry};
use frame::security::Obfuscate;
use frame::{Error, di_container};

struct Remote {
    calls: AtomicU32,
    fails: u32,
}

impl Remote {
    fn failing(fails: u32) -> Self {
        let calls = AtomicU32::new(0);
        Self { calls, fails }
    }

    #[retry(max_attempts = 4, initial_ms = 10, max_ms = 50)]
    async fn fetch(&self, name: &str) -> frame::Result<String> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if call < self.fails {
            return Err(Error::Unavailable("not yet".to_owned()));
        }
        Ok(format!("{name} at call {}", call + 1))
    }
}

#[tokio::test(start_paused = true)]
async fn retry_repeats() {
    let remote = Remote::failing(2);
    assert_eq!(remote.fetch("ada").await, Ok("ada at call 3".to_owned()));
    let remote = Remote::failing(9);
    assert!(remote.fetch("ada").await.is_err());
    assert_eq!(remote.calls.load(Ordering::Relaxed), 4);
}

#[circuit_breaker(failure_threshold = 2, success_threshold = 1, open_ms = 1_000)]
async fn shared(calls: &AtomicU32, works: bool) -> frame::Result<()> {
    calls.fetch_add(1, Ordering::Relaxed);
    works
        .then_some(())
        .ok_or_else(|| Error::Unavailable("down".to_owned()))
}

#[tokio::test(start_paused = true)]
async fn the_circuit_opens_and_closes() {
    let calls = AtomicU32::new(0);
    for _ in 0..5 {
        assert!(shared(&calls, false).await.is_err());
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    tokio::time::advance(Duration::from_secs(1)).await;
    for _ in 0..5 {
        assert!(shared(&calls, true).await.is_ok());
    }
    assert_eq!(calls.load(Ordering::Relaxed), 7);
}

#[rate_limited(rps = 1, burst = 2, key = user)]
async fn greet(user: &str) -> frame::Result<String> {
    Ok(format!("hello {user}"))
}

#[tokio::test(start_paused = true)]
async fn each_key_has_its_rate() {
    assert!(greet("ada").await.is_ok() && greet("ada").await.is_ok());
    assert!(matches!(greet("ada").await, Err(Error::Unavailable(_))));
    assert_eq!(greet("bob").await, Ok("hello bob".to_owned()));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(greet("ada").await.is_ok());
}

#[retry(max_attempts = 2)]
#[circuit_breaker(failure_threshold = 100)]
async fn both(calls: &AtomicU32) -> frame::Result<()> {
    calls.fetch_add(1, Ordering::Relaxed);
    Err(Error::Unavailable("down".to_owned()))
}

#[tokio::test(start_paused = true)]
async fn attributes_nest_and_can_be_spawned() {
    let task = tokio::spawn(async {
        let calls = AtomicU32::new(0);
        both(&calls).await.ok();
        calls.load(Ordering::Relaxed)
    });
    assert_eq!(task.await.unwrap(), 2);
}

#[derive(Debug, Clone, PartialEq)]
struct Pool(String);

impl Pool {
    async fn open(url: String) -> frame::Result<Self> {
        match url.is_empty() {
            true => Err(Error::Unavailable("no database".to_owned())),
            false => Ok(Self(url)),
        }
    }
}

#[derive(Debug, Clone)]
struct Stock(Pool);

#[derive(Debug)]
struct Orders {
    stock: Stock,
    pool: Pool,
}

impl Orders {
    fn new(stock: &Stock, pool: Pool) -> Self {
        let stock = stock.clone();
        Self { stock, pool }
    }
}

/// Declared in no order: what each needs decides.
#[di_container(error = Error)]
struct Container {
    #[provide(Orders::new(&stock, pool))]
    orders: Orders,
    #[provide(Stock(pool))]
    stock: Stock,
    #[input]
    url: String,
    #[provide(Pool::open(url).await?)]
    pool: Pool,
}

#[tokio::test]
async fn the_container_makes_all_in_order() {
    let container = Container::new("sqlite:".to_owned()).await.unwrap();
    assert_eq!(container.orders.pool, container.pool);
    assert_eq!(container.orders.stock.0, container.stock.0);
    assert_eq!(container.url, "sqlite:");
    let failed = Container::new(String::new()).await;
    assert_eq!(
        failed.err(),
        Some(Error::Unavailable("no database".to_owned()))
    );
}

#[di_container]
struct Plain {
    #[input]
    start: u8,
    #[provide(u32::from(start))]
    wide: u32,
}

#[test]
fn a_container_need_not_fail_or_wait() {
    let plain = Plain::new(7);
    assert_eq!((plain.start, plain.wide), (7, 7));
}

#[derive(Obfuscate)]
struct Login<'a, T: std::fmt::Debug> {
    name: &'a str,
    #[sensitive]
    password: T,
    r#type: u8,
}

#[test]
fn marked_fields_do_not_show() {
    let login = Login {
        name: "ada",
        password: "hunter2",
        r#type: 3,
    };
    let shown = login.obfuscate();
    assert_eq!(
        shown,
        r#"Login { name: "ada", password: "[redacted]", type: 3 }"#
    );
    assert_eq!(login.password, "hunter2");
}
