//! The service on a real port, and clients that connect to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use frame::bus::Bus;
use frame::config::Reader;
use frame::{Envelope, Shutdown};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use live::application::access::{ROLES, SUBJECTS};
use live::{Config, assemble};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::issuer::Issuer;

/// How long a client waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(10);

/// One instance while it runs.
pub struct Instance {
    address: SocketAddr,
    shutdown: Shutdown,
    task: JoinHandle<frame::Result<()>>,
}

impl Instance {
    /// An instance that accepts the tokens of an issuer, with settings of the test.
    pub async fn start(issuer: &Issuer, bus: &Arc<dyn Bus>, settings: &[(&str, &str)]) -> Self {
        let own = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self::with(bus, issuer.pairs().into_iter().chain(own)).await
    }

    pub async fn with(bus: &Arc<dyn Bus>, settings: impl IntoIterator<Item = (String, String)>) -> Self {
        let fixed = [("PORT", "0"), ("HOST", "127.0.0.1")];
        let fixed = fixed.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let reader = Reader::from_pairs(fixed.into_iter().chain(settings));
        let config = Config::read(reader).unwrap();
        let app = assemble(&config, Arc::clone(bus)).await.unwrap();
        let bound = app.shared_bus().bind().await.unwrap();
        let (address, shutdown) = (bound.address(), Shutdown::new());
        let task = tokio::spawn(bound.run(shutdown.clone()));
        Self {
            address,
            shutdown,
            task,
        }
    }

    /// Connects with what a client can send along.
    pub async fn connect(&self, headers: &[(&'static str, &str)]) -> Result<Client, Error> {
        let url = format!("ws://{}{}", self.address, "/live");
        let mut request = url.into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, _) = connect_async(request).await?;
        Ok(Client(socket))
    }

    /// Connects with a token, and is welcome.
    pub async fn welcome(&self, token: &str) -> Client {
        let mut client = self.connect(&[("authorization", &format!("Bearer {token}"))]).await.unwrap();
        assert_eq!(client.told().await["type"], "welcome");
        client
    }

    /// Makes a plain request to where clients connect.
    pub async fn get(&self) -> reqwest::Response {
        let url = format!("http://{}{}", self.address, "/live");
        frame::testing::http().get(url).send().await.unwrap()
    }

    /// Waits until so many clients are connected.
    pub async fn serves(&self, count: usize) {
        self.measures(&["websocket_connections{", &format!("}} {count}")]).await;
    }

    /// Waits until the metrics have a line with all these parts.
    pub async fn measures(&self, parts: &[&str]) {
        let url = format!("http://{}/metrics", self.address);
        let says = async {
            loop {
                let metrics = frame::testing::http().get(&url).send().await.unwrap().text().await.unwrap();
                if metrics.lines().any(|line| parts.iter().all(|part| line.contains(part))) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, says).await.unwrap_or_else(|_| panic!("never: {parts:?}"));
    }

    pub async fn stop(self) {
        self.shutdown.trigger();
        self.task.await.unwrap().unwrap();
    }
}

/// One client.
pub struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub async fn say(&mut self, value: Value) {
        self.send(Message::text(value.to_string())).await;
    }

    pub async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    /// Says something and gives the answer.
    pub async fn ask(&mut self, value: Value) -> Value {
        self.say(value).await;
        self.told().await
    }

    pub async fn subscribe(&mut self, id: &str, topic: &str) {
        let answer = self.ask(json!({ "type": "subscribe", "id": id, "topic": topic })).await;
        assert_eq!(answer, json!({ "type": "subscribed", "id": id }));
    }

    /// The next message, which has to come.
    pub async fn told(&mut self) -> Value {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("a message") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Makes sure that nothing but an answer comes.
    pub async fn is_told_nothing(&mut self) {
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(self.ask(json!({ "type": "ping" })).await, json!({ "type": "pong" }));
    }

    /// Reads until the connection ends and gives the code, if the server said one.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("the end") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }
}

/// A token of Ada, who may hear everything.
pub fn adas(issuer: &Issuer) -> String {
    let roles: Vec<_> = ROLES.iter().map(|(_, role)| *role).collect();
    issuer.token("ada", &roles)
}

/// An event that a user may see.
pub fn event(topic: &str, key: &str, user: &str, more: &str) -> Envelope {
    let mut payload = json!({ "id": key, "more": more });
    for (_, field) in SUBJECTS.iter().filter(|(of, _)| *of == topic) {
        payload[*field] = json!(user);
    }
    Envelope {
        id: frame::new_id(),
        kind: topic.to_owned(),
        version: 1,
        source: "test".to_owned(),
        key: key.to_owned(),
        occurred_at: frame::now(),
        traceparent: None,
        tenant: None,
        payload,
    }
}
