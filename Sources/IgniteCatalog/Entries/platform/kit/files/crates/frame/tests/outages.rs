//! Connections that are cut while events flow.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use frame::bus::{self, BusError, Subscription};
use frame::config::BusSettings;
use frame::testing;
use secrecy::SecretString;
use support::{counted, number};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// A way to Redis that can be cut; returns its URL.
async fn proxy(url: &str, cut: Arc<Notify>) -> String {
    let rest = url.trim_start_matches("redis://");
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, target) = authority.rsplit_once('@').unwrap_or(("", authority));
    let target = target.to_owned();
    let user = if user.is_empty() {
        String::new()
    } else {
        format!("{user}@")
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (target, cut) = (target.clone(), cut.clone());
            tokio::spawn(async move {
                let mut server = TcpStream::connect(target).await.unwrap();
                tokio::select! {
                    _ = copy_bidirectional(&mut client, &mut server) => {}
                    () = cut.notified() => {}
                }
            });
        }
    });
    format!("redis://{user}{address}/{path}")
}

async fn cut_postgres(url: &str) {
    let pool = sqlx::PgPool::connect(url).await.unwrap();
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE pid <> pg_backend_pid() AND application_name = 'cut'",
    )
    .execute(&pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn nothing_is_lost_when_connections_are_cut() {
    let cut = Arc::new(Notify::new());
    let mut urls = Vec::new();
    let postgres = testing::postgres_url().await.unwrap();
    urls.extend(postgres.map(|url| format!("{url}&application_name=cut")));
    match std::env::var("TEST_REDIS_URL") {
        Ok(url) => urls.push(proxy(&url, cut.clone()).await),
        Err(_) => eprintln!("not tested on Redis: TEST_REDIS_URL is not set"),
    }
    for url in urls {
        let settings = BusSettings {
            url: SecretString::from(url.as_str()),
            prefix: format!("test:{}", frame::new_id()),
            lease: Duration::from_secs(2),
            ..BusSettings::default()
        };
        let bus = bus::open(&settings).await.unwrap();
        let consumer = bus
            .subscribe(&Subscription::new("g", ["Counted"]))
            .await
            .unwrap();
        let mut seen = HashSet::new();
        for n in 0..200 {
            if n % 50 == 25 {
                match url.starts_with("redis") {
                    true => cut.notify_waiters(),
                    false => cut_postgres(&url).await,
                }
            }
            let key = format!("k{}", n % 7);
            let envelope = [counted(&key, n)];
            // As the relay does: the same event until the bus has taken it.
            while let Err(error) = bus.publish(&envelope).await {
                assert!(matches!(error, BusError::Unavailable(_)), "{error}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let wait = Duration::from_millis(1);
            for delivery in consumer.receive(10, wait).await.unwrap_or_default() {
                if consumer.ack(&delivery).await.is_ok() {
                    seen.insert(number(&delivery.envelope));
                }
            }
        }
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        while seen.len() < 200 && tokio::time::Instant::now() < deadline {
            let wait = Duration::from_millis(200);
            for delivery in consumer.receive(10, wait).await.unwrap_or_default() {
                if consumer.ack(&delivery).await.is_ok() {
                    seen.insert(number(&delivery.envelope));
                }
            }
        }
        let missing: Vec<_> = (0..200).filter(|n| !seen.contains(n)).collect();
        assert!(
            missing.is_empty(),
            "{missing:?} on {}",
            url.split(':').next().unwrap()
        );
        bus.ping().await.unwrap();
    }
}
