//! Kafka over TLS: before the cluster of the tests, which has none, stands a proxy that speaks it.
//!
//! Where a broker tells its address the proxy tells its own, so that everything goes through it.
#![cfg(feature = "kafka")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use frame::Error;
use frame::bus::{self, Subscription};
use frame::config::BusSettings;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::SecretString;
use support::{certificates, counted, number};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What became of each handshake.
type Handshakes = Arc<Mutex<Vec<Result<(), String>>>>;

struct Proxy {
    folder: PathBuf,
    port: u16,
    handshakes: Handshakes,
}

impl Proxy {
    /// Stands before a broker; absent where openssl is missing.
    async fn start(broker: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("kafka-tls-{}", frame::new_id()));
        std::fs::create_dir(&folder).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let handshakes = Handshakes::default();
        let proxy = Self {
            folder,
            port,
            handshakes: handshakes.clone(),
        };
        certificates(&proxy.folder)?;
        let acceptor = proxy.acceptor();
        let broker = broker.to_owned();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let (acceptor, broker) = (acceptor.clone(), broker.clone());
                let handshakes = handshakes.clone();
                tokio::spawn(async move {
                    let accepted = acceptor.accept(client).await;
                    let told = accepted.as_ref().map(|_| ()).map_err(ToString::to_string);
                    handshakes.lock().unwrap().push(told);
                    if let Ok(client) = accepted {
                        relay(client, &broker, port).await.ok();
                    }
                });
            }
        });
        Some(proxy)
    }

    fn acceptor(&self) -> TlsAcceptor {
        let certificate = CertificateDer::from_pem_file(self.folder.join("server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(self.folder.join("server.key")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    /// The settings of somebody who trusts an authority.
    fn settings(&self, authority: &str) -> BusSettings {
        let file = self.folder.join(authority);
        let file = SecretString::from(file.to_str().unwrap());
        BusSettings {
            url: SecretString::from(format!("kafkas://localhost:{}", self.port)),
            prefix: format!("test:{}", frame::new_id()),
            own: [("SSL_CERT_FILE", file)].into_iter().collect(),
            ..BusSettings::default()
        }
    }

    fn handshakes(&self) -> Vec<Result<(), String>> {
        self.handshakes.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

async fn relay(client: TlsStream<TcpStream>, broker: &str, port: u16) -> std::io::Result<()> {
    let (mut asked, mut told) = tokio::io::split(client);
    let (mut answers, mut requests) = TcpStream::connect(broker).await?.into_split();
    let asking = tokio::spawn(async move { tokio::io::copy(&mut asked, &mut requests).await });
    while let Ok(length) = answers.read_u32().await {
        let mut answer = vec![0; length as usize];
        answers.read_exact(&mut answer).await?;
        rename(&mut answer, broker, port);
        told.write_u32(length).await?;
        told.write_all(&answer).await?;
        told.flush().await?;
    }
    asking.abort();
    Ok(())
}

/// Writes the address of the proxy over that of a broker, which is as long.
fn rename(answer: &mut [u8], broker: &str, port: u16) {
    let address =
        |host: &str, port: u16| [host.as_bytes(), &u32::from(port).to_be_bytes()].concat();
    let (host, number) = broker.split_once(':').unwrap();
    let theirs = address(host, number.parse().unwrap());
    let ours = address("localhost", port);
    assert_eq!(theirs.len(), ours.len(), "the cluster is at {broker}");
    for at in 0..answer.len().saturating_sub(theirs.len() - 1) {
        if answer[at..].starts_with(&theirs) {
            answer[at..at + ours.len()].copy_from_slice(&ours);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kafka_is_reached_over_tls_and_only_where_its_authority_is_trusted() {
    let Ok(url) = std::env::var("TEST_KAFKA_URL") else {
        eprintln!("not tested on Kafka over TLS: TEST_KAFKA_URL is not set");
        return;
    };
    let brokers = url.trim_start_matches("kafka://");
    let broker = brokers.split(',').next().unwrap();
    // One for each, since who is refused comes again while it is let go.
    let (Some(closed), Some(open)) = (Proxy::start(broker).await, Proxy::start(broker).await)
    else {
        eprintln!("not tested on Kafka over TLS: openssl is missing");
        return;
    };
    let stranger = bus::open(&closed.settings("stranger.pem")).await.err();
    assert!(matches!(stranger, Some(Error::Unavailable(_))));
    let refused = closed.handshakes();
    let is_unknown =
        |told: &Result<(), String>| matches!(told, Err(why) if why.contains("UnknownCA"));
    assert!(
        refused.iter().any(is_unknown) && refused.iter().all(Result::is_err),
        "{refused:?}"
    );

    let bus = bus::open(&open.settings("authority.pem")).await.unwrap();
    let consumer = bus
        .subscribe(&Subscription::new("g", ["Counted"]))
        .await
        .unwrap();
    bus.publish(&[counted("a", 7)]).await.unwrap();
    let deliveries = consumer.receive(1, Duration::from_secs(20)).await.unwrap();
    let numbers: Vec<_> = deliveries.iter().map(|d| number(&d.envelope)).collect();
    assert_eq!(numbers, [7]);
    consumer.close().await.unwrap();
    bus.close().await;
    let accepted = open.handshakes();
    assert!(
        accepted.iter().filter(|told| told.is_ok()).count() > 1 && !accepted.iter().any(is_unknown),
        "{accepted:?}"
    );
}
