//! Redis over TLS, on a server of the test's own that asks for a password.
//!
//! Authorities come from the environment when a process begins to trust, so a second process of this
//! program talks to the server: once it trusts the server's authority and once it does not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use frame::bus::{self, Subscription};
use frame::config::{Defaults, IdempotencyStorage};
use frame::idempotency::RedisStore;
use frame::{Error, Reader, Settings};
use support::{certificates, counted, number};

const PASSWORD: &str = "p@ss:w/rd";

struct Server {
    folder: PathBuf,
    process: Child,
    port: u16,
}

impl Server {
    /// Starts one; absent where this machine has none that speaks TLS.
    fn start() -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("redis-tls-{}", frame::new_id()));
        std::fs::create_dir(&folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let process = certificates(&folder).and_then(|()| {
            Command::new("redis-server")
                .args([
                    "--port",
                    "0",
                    "--tls-port",
                    &port.to_string(),
                    "--bind",
                    "127.0.0.1",
                ])
                .args([
                    "--tls-cert-file",
                    "server.pem",
                    "--tls-key-file",
                    "server.key",
                ])
                .args([
                    "--tls-ca-cert-file",
                    "authority.pem",
                    "--tls-auth-clients",
                    "no",
                ])
                .args([
                    "--requirepass",
                    PASSWORD,
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                ])
                .current_dir(&folder)
                .stdout(Stdio::null())
                .spawn()
                .ok()
        });
        let Some(process) = process else {
            std::fs::remove_dir_all(&folder).ok();
            return None;
        };
        let mut server = Self {
            folder,
            process,
            port,
        };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(server);
            }
            if server.process.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }

    /// Runs the other test in a process that trusts an authority: whether it passed, and what it said.
    fn visit(&self, authority: &str) -> (bool, String) {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "visit", "--ignored", "--nocapture"])
            .env("SSL_CERT_FILE", self.folder.join(authority))
            .env("REDIS_TLS_PORT", self.port.to_string())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

#[test]
fn redis_is_reached_over_tls_and_only_where_its_authority_is_trusted() {
    let Some(server) = Server::start() else {
        eprintln!("not tested on Redis over TLS: redis-server with TLS or openssl is missing");
        return;
    };
    let (passed, said) = server.visit("authority.pem");
    assert!(passed, "{said}");
    let (passed, said) = server.visit("stranger.pem");
    assert!(
        !passed && said.contains("invalid peer certificate"),
        "{said}"
    );
}

#[tokio::test]
#[ignore = "the test above runs it, in an environment of its own"]
async fn visit() {
    let port = std::env::var("REDIS_TLS_PORT").expect("the test above sets it");
    let url = format!("rediss://127.0.0.1:{port}");
    let mut reader = Reader::from_pairs([
        ("BUS_URL", url.as_str()),
        ("BUS_PASSWORD", PASSWORD),
        (
            "IDEMPOTENCY_STORE",
            &url.replace("//", "//:p%40ss%3Aw%2Frd@"),
        ),
    ]);
    let settings = Settings::read(
        &mut reader,
        Defaults {
            name: "visitor",
            port: 0,
        },
    );
    assert_eq!(reader.finish(), Ok(()));
    let bus = bus::open(&settings.bus).await.unwrap();
    let consumer = bus
        .subscribe(&Subscription::new("g", ["Counted"]))
        .await
        .unwrap();
    bus.publish(&[counted("a", 7)]).await.unwrap();
    let deliveries = consumer.receive(1, Duration::from_secs(10)).await.unwrap();
    assert_eq!(
        deliveries
            .iter()
            .map(|d| number(&d.envelope))
            .collect::<Vec<_>>(),
        [7]
    );
    let IdempotencyStorage::Redis(url) = settings.idempotency.storage else {
        panic!("not read as Redis");
    };
    RedisStore::open(&url, "p").await.unwrap();
    // Plain text gets no answer there.
    let mut plain = settings.bus.clone();
    plain.url = format!("redis://127.0.0.1:{port}").into();
    assert!(matches!(
        bus::open(&plain).await.err(),
        Some(Error::Unavailable(_))
    ));
}
