use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::Instrument as _;
use url::Url;

use super::super::BusError;
use crate::new_id;

/// How long an answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// The longest line of the protocol and the largest message, so that no server fills the memory.
const MAX_LINE: u64 = 64 * 1024;
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A message that the server brings.
#[derive(Debug, Default)]
pub(super) struct Message {
    /// Where an answer goes.
    pub reply: Option<String>,
    /// What stands in the first line of its headers, as `404`.
    pub status: Option<u16>,
    pub payload: Vec<u8>,
}

/// A connection to a server of NATS.
pub(super) struct Connection {
    outgoing: mpsc::Sender<Vec<u8>>,
    state: Arc<State>,
    inbox: String,
    tasks: [JoinHandle<()>; 2],
}

#[derive(Default)]
struct State {
    is_closed: AtomicBool,
    next: AtomicU64,
    /// Who waits for an answer, by the last word of the subject.
    waiting: Mutex<HashMap<String, oneshot::Sender<Message>>>,
    /// Who listens, by the number of the subscription.
    listeners: Mutex<HashMap<u64, mpsc::UnboundedSender<Message>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn gone(reason: impl ToString) -> BusError {
    BusError::Unavailable(reason.to_string())
}

/// What a connection says of itself, with what the URL tells of who it is.
fn greeting(url: &Url) -> Value {
    let mut greeting = json!({
        "verbose": false, "pedantic": false, "protocol": 1, "lang": "rust", "version": "1",
        "headers": true, "no_responders": true, "name": "frame",
    });
    match (url.username(), url.password()) {
        ("", _) => {}
        (token, None) => greeting["auth_token"] = token.into(),
        (user, Some(password)) => {
            greeting["user"] = user.into();
            greeting["pass"] = password.into();
        }
    }
    greeting
}

impl Connection {
    pub async fn open(url: &Url) -> Result<Self, BusError> {
        tokio::time::timeout(PATIENCE, Self::greet(url))
            .await
            .map_err(|_| gone("nats does not answer"))?
    }

    async fn greet(url: &Url) -> Result<Self, BusError> {
        let host = url.host_str().unwrap_or_default();
        let address = format!("{host}:{}", url.port().unwrap_or(4222));
        let stream = TcpStream::connect(address).await.map_err(gone)?;
        stream.set_nodelay(true).map_err(gone)?;
        let (read, mut write) = stream.into_split();
        let mut read = BufReader::new(read);
        let info = line(&mut read).await?;
        let info: Value = info
            .strip_prefix("INFO ")
            .and_then(|json| serde_json::from_str(json).ok())
            .ok_or_else(|| gone("what answers is no nats"))?;
        if info["tls_required"] == true {
            return Err(gone("nats wants TLS, which this bus does not speak"));
        }
        let inbox = format!("_INBOX.{}", new_id().simple());
        let hello = format!("CONNECT {}\r\nPING\r\nSUB {inbox}.* 0\r\n", greeting(url));
        write.write_all(hello.as_bytes()).await.map_err(gone)?;
        loop {
            let answer = line(&mut read).await?;
            if let Some(reason) = answer.strip_prefix("-ERR") {
                return Err(gone(format!("nats refuses:{reason}")));
            }
            if answer == "PONG" {
                break;
            }
        }
        let (outgoing, queue) = mpsc::channel(256);
        let state = Arc::new(State::default());
        state.next.store(1, Ordering::Relaxed);
        let tasks = [
            tokio::spawn(send(write, queue).in_current_span()),
            tokio::spawn(listen(read, state.clone(), outgoing.clone()).in_current_span()),
        ];
        Ok(Self {
            outgoing,
            state,
            inbox,
            tasks,
        })
    }

    pub fn is_closed(&self) -> bool {
        self.state.is_closed.load(Ordering::Relaxed) || self.outgoing.is_closed()
    }

    async fn send(&self, bytes: Vec<u8>) -> Result<(), BusError> {
        if self.is_closed() {
            return Err(gone("nats closed the connection"));
        }
        self.outgoing.send(bytes).await.map_err(gone)
    }

    /// Sends a message, with headers where there are some.
    pub async fn publish(
        &self,
        subject: &str,
        reply: &str,
        headers: &[(&str, &str)],
        payload: &[u8],
    ) -> Result<(), BusError> {
        let mut bytes = Vec::with_capacity(payload.len() + 200);
        if headers.is_empty() {
            let length = payload.len();
            bytes.extend_from_slice(format!("PUB {subject} {reply} {length}\r\n").as_bytes());
        } else {
            let lines: String = headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}\r\n"))
                .collect();
            let head = format!("NATS/1.0\r\n{lines}\r\n");
            let (length, all) = (head.len(), head.len() + payload.len());
            bytes.extend_from_slice(
                format!("HPUB {subject} {reply} {length} {all}\r\n{head}").as_bytes(),
            );
        }
        bytes.extend_from_slice(payload);
        bytes.extend_from_slice(b"\r\n");
        self.send(bytes).await
    }

    /// Sends a message and returns where its answer will come.
    pub async fn ask(
        &self,
        subject: &str,
        headers: &[(&str, &str)],
        payload: &[u8],
    ) -> Result<Answer, BusError> {
        let word = self.state.next.fetch_add(1, Ordering::Relaxed).to_string();
        let (sender, receiver) = oneshot::channel();
        lock(&self.state.waiting).insert(word.clone(), sender);
        let answer = Answer {
            state: self.state.clone(),
            receiver,
            word,
        };
        let reply = format!("{}.{}", self.inbox, answer.word);
        self.publish(subject, &reply, headers, payload).await?;
        Ok(answer)
    }

    /// Sends a message and waits for its answer.
    pub async fn request(&self, subject: &str, payload: &[u8]) -> Result<Message, BusError> {
        self.ask(subject, &[], payload).await?.wait().await
    }

    /// Listens to a new subject of its own.
    pub async fn listen(&self) -> Result<Listener, BusError> {
        let number = self.state.next.fetch_add(1, Ordering::Relaxed);
        let subject = format!("_INBOX.{}", new_id().simple());
        let (sender, messages) = mpsc::unbounded_channel();
        lock(&self.state.listeners).insert(number, sender);
        let listen = format!("SUB {subject} {number}\r\n");
        let listener = Listener {
            subject,
            messages,
            number,
            outgoing: self.outgoing.clone(),
        };
        self.send(listen.into_bytes()).await?;
        Ok(listener)
    }

    pub async fn ping(&self) -> Result<(), BusError> {
        // Nobody listens there, and the server says so.
        self.request(&format!("nobody.{}", self.inbox), b"").await?;
        Ok(())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// The way to a server: one connection for all, opened anew when it was lost.
pub(super) struct Way {
    url: Url,
    state: tokio::sync::Mutex<Ways>,
}

struct Ways {
    open: Option<Arc<Connection>>,
    /// When opening one failed last, and why.
    failed: Option<(Instant, BusError)>,
}

impl Way {
    pub fn new(url: Url, open: Option<Arc<Connection>>) -> Self {
        let state = tokio::sync::Mutex::new(Ways { open, failed: None });
        Self { url, state }
    }

    pub async fn connection(&self) -> Result<Arc<Connection>, BusError> {
        let asked = Instant::now();
        let mut state = self.state.lock().await;
        if let Some(open) = state.open.as_ref().filter(|open| !open.is_closed()) {
            return Ok(open.clone());
        }
        // Who waited while another tried need not try, too: each would wait for all before it.
        if let Some((_, error)) = state.failed.as_ref().filter(|(at, _)| *at > asked) {
            return Err(error.clone());
        }
        match Connection::open(&self.url).await {
            Ok(open) => {
                let open = Arc::new(open);
                state.open = Some(open.clone());
                Ok(open)
            }
            Err(error) => {
                state.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    pub async fn close(&self) {
        self.state.lock().await.open.take();
    }
}

/// Where messages come in, until it is dropped.
pub(super) struct Listener {
    pub subject: String,
    pub messages: mpsc::UnboundedReceiver<Message>,
    number: u64,
    outgoing: mpsc::Sender<Vec<u8>>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let end = format!("UNSUB {}\r\n", self.number);
        // Where the connection is gone, so is the subject.
        self.outgoing.try_send(end.into_bytes()).ok();
    }
}

/// An answer on its way.
pub(super) struct Answer {
    state: Arc<State>,
    receiver: oneshot::Receiver<Message>,
    word: String,
}

impl Answer {
    pub async fn wait(mut self) -> Result<Message, BusError> {
        match tokio::time::timeout(PATIENCE, &mut self.receiver).await {
            Ok(Ok(message)) => Ok(message),
            Ok(Err(_)) => Err(gone("nats closed the connection")),
            Err(_) => Err(gone("nats does not answer")),
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        lock(&self.state.waiting).remove(&self.word);
    }
}

async fn send(mut write: OwnedWriteHalf, mut queue: mpsc::Receiver<Vec<u8>>) {
    while let Some(bytes) = queue.recv().await {
        if write.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

async fn listen(
    mut read: BufReader<OwnedReadHalf>,
    state: Arc<State>,
    outgoing: mpsc::Sender<Vec<u8>>,
) {
    if let Err(error) = listen_until_failure(&mut read, &state, &outgoing).await {
        tracing::warn!(%error, "lost nats");
    }
    state.is_closed.store(true, Ordering::Relaxed);
    // Whoever waits or listens is told by its channel.
    lock(&state.waiting).clear();
    lock(&state.listeners).clear();
}

async fn listen_until_failure(
    read: &mut BufReader<OwnedReadHalf>,
    state: &State,
    outgoing: &mpsc::Sender<Vec<u8>>,
) -> Result<(), BusError> {
    loop {
        let line = line(read).await?;
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        match words.as_slice() {
            ["PING"] => outgoing.send(b"PONG\r\n".to_vec()).await.map_err(gone)?,
            ["MSG", subject, number, rest @ ..] | ["HMSG", subject, number, rest @ ..] => {
                let has_headers = words.first() == Some(&"HMSG");
                let message = message(read, has_headers, rest).await?;
                state.deliver(subject, number, message);
            }
            ["-ERR", ..] => tracing::warn!(line, "nats complains"),
            _ => {}
        }
    }
}

/// Reads what belongs to a line `MSG` or `HMSG`, whose last words are given.
async fn message(
    read: &mut BufReader<OwnedReadHalf>,
    has_headers: bool,
    words: &[&str],
) -> Result<Message, BusError> {
    let numbers = if has_headers { 2 } else { 1 };
    let (reply, sizes) = match words.len().checked_sub(numbers) {
        Some(0) => (None, words),
        Some(1) => (
            words.first().map(|reply| (*reply).to_owned()),
            words.get(1..).unwrap_or(&[]),
        ),
        _ => return Err(gone("nats says what cannot be read")),
    };
    let sizes: Vec<usize> = sizes.iter().filter_map(|size| size.parse().ok()).collect();
    let (head, all) = match *sizes.as_slice() {
        [all] => (0, all),
        [head, all] if head <= all => (head, all),
        _ => return Err(gone("nats says what cannot be read")),
    };
    if all > MAX_BYTES {
        return Err(gone("nats brings too much"));
    }
    let mut bytes = vec![0; all + 2];
    read.read_exact(&mut bytes).await.map_err(gone)?;
    bytes.truncate(all);
    let payload = bytes.split_off(head);
    let first = String::from_utf8_lossy(&bytes);
    let first = first.lines().next().unwrap_or_default();
    let status = first.split_ascii_whitespace().nth(1);
    Ok(Message {
        reply,
        status: status.and_then(|status| status.parse().ok()),
        payload,
    })
}

async fn line(read: &mut BufReader<OwnedReadHalf>) -> Result<String, BusError> {
    let mut line = String::new();
    let mut limited = read.take(MAX_LINE);
    let length = limited.read_line(&mut line).await.map_err(gone)?;
    if length == 0 || !line.ends_with('\n') {
        return Err(gone("nats closed the connection"));
    }
    Ok(line.trim_end().to_owned())
}

impl State {
    fn deliver(&self, subject: &str, number: &str, message: Message) {
        if number == "0" {
            let word = subject.rsplit('.').next().unwrap_or_default();
            if let Some(waiting) = lock(&self.waiting).remove(word) {
                // Who waited may have given up.
                waiting.send(message).ok();
            }
            return;
        }
        let Ok(number) = number.parse::<u64>() else {
            return;
        };
        let mut listeners = lock(&self.listeners);
        let is_heard = |listener: &mpsc::UnboundedSender<Message>| listener.send(message).is_ok();
        if listeners.get(&number).is_some_and(is_heard) {
            return;
        }
        listeners.remove(&number);
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn who_it_is_stands_in_the_url() {
        let of = |url: &str| greeting(&url.parse().unwrap());
        assert!(of("nats://h").get("user").is_none());
        assert_eq!(of("nats://secret@h")["auth_token"], "secret");
        assert_eq!(of("nats://u:p@h")["pass"], "p");
    }

    async fn answers(hello: &'static str) -> BusError {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("nats://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(hello.as_bytes()).await.unwrap();
            let mut buffer = [0; 1000];
            while stream
                .read(&mut buffer)
                .await
                .is_ok_and(|length| length > 0)
            {}
        });
        let Err(error) = Connection::open(&url.parse().unwrap()).await else {
            panic!("{hello}");
        };
        error
    }

    #[tokio::test(start_paused = true)]
    async fn many_wait_for_a_silent_server_as_long_as_one() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("nats://{}", listener.local_addr().unwrap());
        let way = Way::new(url.parse().unwrap(), None);
        let began = Instant::now();
        let all = futures_util::future::join_all((0..20).map(|_| way.connection())).await;
        assert!(all.iter().all(|one| one.is_err()));
        assert!(began.elapsed() < 2 * PATIENCE, "{:?}", began.elapsed());
        assert!(way.connection().await.is_err());
        assert!(began.elapsed() >= 2 * PATIENCE, "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn what_is_no_nats_is_told() {
        for (hello, reason) in [
            ("HTTP/1.1 400 Bad Request\r\n", "no nats"),
            ("INFO {\"tls_required\":true}\r\n", "TLS"),
            ("INFO {}\r\n-ERR 'Authorization Violation'\r\n", "refuses"),
        ] {
            let error = answers(hello).await.to_string();
            assert!(error.contains(reason), "{error}");
        }
        let nowhere = "nats://127.0.0.1:1".parse().unwrap();
        assert!(Connection::open(&nowhere).await.is_err());
    }
}
