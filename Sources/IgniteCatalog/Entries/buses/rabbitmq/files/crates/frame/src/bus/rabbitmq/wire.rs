//! A connection to a server that speaks AMQP 0-9-1.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::json;
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader, ReadHalf, WriteHalf,
};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use url::Url;

use super::channel::Channel;
use super::tls::{self, Roots};
use super::values::{Reader, Writer};
use crate::bus::BusError;

/// How long an answer may take; a cluster may have to elect a leader first.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// The largest frame that is taken.
const MAX_FRAME: u32 = 128 * 1024;
/// How many channels a connection has at most, unless the server allows fewer.
const MAX_CHANNELS: u16 = 2047;
const END: u8 = 0xce;

pub(super) const METHOD: u8 = 1;
pub(super) const HEADER: u8 = 2;
pub(super) const BODY: u8 = 3;
const HEARTBEAT: u8 = 8;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
type Incoming = BufReader<ReadHalf<Box<dyn Stream>>>;

pub(super) fn gone(reason: impl ToString) -> BusError {
    BusError::Unavailable(reason.to_string())
}

/// One frame, as it goes over the wire.
#[derive(Debug)]
pub(super) struct Frame {
    pub kind: u8,
    pub channel: u16,
    pub payload: Vec<u8>,
}

impl Frame {
    pub fn write(&self, bytes: &mut Vec<u8>) {
        let head = Writer::default().u8(self.kind).u16(self.channel);
        bytes.extend_from_slice(&head.long(&self.payload).u8(END).bytes);
    }

    async fn read(read: &mut Incoming, max: u32) -> Result<Self, BusError> {
        let mut head = [0; 7];
        read.read_exact(&mut head).await.map_err(gone)?;
        let mut reader = Reader(&head);
        let (kind, channel, size) = (reader.u8()?, reader.u16()?, reader.u32()?);
        if !matches!(kind, METHOD | HEADER | BODY | HEARTBEAT) || size > max {
            return Err(gone("what answers does not speak AMQP 0-9-1"));
        }
        let mut payload = vec![0; usize::try_from(size).map_err(gone)? + 1];
        read.read_exact(&mut payload).await.map_err(gone)?;
        if payload.pop() != Some(END) {
            return Err(gone("rabbitmq sent a broken frame"));
        }
        Ok(Self {
            kind,
            channel,
            payload,
        })
    }

    /// Class and method, and what follows them.
    pub fn method(&self) -> Result<((u16, u16), &[u8]), BusError> {
        let mut reader = Reader(&self.payload);
        let id = (reader.u16()?, reader.u16()?);
        Ok((id, reader.0))
    }
}

/// Where a server is and who one is there.
#[derive(Clone)]
pub(super) struct Place {
    url: Url,
    roots: Option<Arc<Roots>>,
    heartbeat: u16,
}

impl Place {
    /// # Errors
    /// Where the roots of certificates cannot be read.
    pub fn new(url: Url, ca_file: Option<&str>, lease: Duration) -> Result<Self, crate::Error> {
        let roots = match url.scheme() {
            "amqps" => Some(Arc::new(tls::roots(ca_file)?)),
            _ => None,
        };
        // Both sides give up when nothing came for two of these.
        let heartbeat = u16::try_from(lease.as_secs() / 2)
            .unwrap_or(u16::MAX)
            .clamp(1, 60);
        Ok(Self {
            url,
            roots,
            heartbeat,
        })
    }

    fn vhost(&self) -> String {
        match self.url.path().trim_start_matches('/') {
            "" => "/".to_owned(),
            path => decoded(path),
        }
    }

    fn credentials(&self) -> (String, String) {
        match (self.url.username(), self.url.password()) {
            ("", None) => ("guest".to_owned(), "guest".to_owned()),
            (user, password) => (decoded(user), decoded(password.unwrap_or_default())),
        }
    }

    async fn stream(&self) -> Result<Box<dyn Stream>, BusError> {
        let host = self.url.host_str().unwrap_or_default();
        let bare = host.trim_matches(['[', ']']);
        let usual = if self.roots.is_some() { 5671 } else { 5672 };
        let port = self.url.port().unwrap_or(usual);
        let stream = TcpStream::connect((bare, port)).await.map_err(gone)?;
        stream.set_nodelay(true).map_err(gone)?;
        match &self.roots {
            Some(roots) => Ok(Box::new(tls::connect(roots, bare, stream).await?)),
            None => Ok(Box::new(stream)),
        }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// What connection and channels share.
#[derive(Debug)]
pub(super) struct Shared {
    pub outgoing: mpsc::Sender<Vec<u8>>,
    pub max_frame: usize,
    max_channels: u16,
    /// Set when the connection is over.
    closed: CancellationToken,
    channels: Mutex<Channels>,
}

#[derive(Debug, Default)]
struct Channels {
    last: u16,
    open: HashMap<u16, mpsc::UnboundedSender<Frame>>,
}

impl Shared {
    fn channels(&self) -> MutexGuard<'_, Channels> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_closed(&self) -> bool {
        self.closed.is_cancelled()
    }

    pub async fn send(&self, bytes: Vec<u8>) -> Result<(), BusError> {
        if self.is_closed() {
            return Err(gone("rabbitmq closed the connection"));
        }
        self.outgoing.send(bytes).await.map_err(gone)
    }

    pub fn forget(&self, channel: u16) {
        self.channels().open.remove(&channel);
    }

    /// A number for a new channel, and where what belongs to it comes in.
    fn enlist(&self) -> Option<(u16, mpsc::UnboundedReceiver<Frame>)> {
        let mut channels = self.channels();
        let next = |last: u16| {
            if last >= self.max_channels {
                1
            } else {
                last + 1
            }
        };
        let mut number = next(channels.last);
        for _ in 0..self.max_channels {
            if !channels.open.contains_key(&number) {
                let (sender, receiver) = mpsc::unbounded_channel();
                channels.last = number;
                channels.open.insert(number, sender);
                return Some((number, receiver));
            }
            number = next(number);
        }
        None
    }

    fn deliver(&self, frame: Frame) {
        let mut channels = self.channels();
        let number = frame.channel;
        let is_heard = |channel: &mpsc::UnboundedSender<Frame>| channel.send(frame).is_ok();
        if !channels.open.get(&number).is_some_and(is_heard) {
            channels.open.remove(&number);
        }
    }

    fn end(&self) {
        self.closed.cancel();
        // Whoever waits is told by its channel.
        self.channels().open.clear();
    }
}

/// An open connection; it is closed when it and all its channels are dropped.
#[derive(Debug)]
pub(super) struct Connection {
    shared: Arc<Shared>,
}

impl Connection {
    pub async fn open(place: &Place) -> Result<Arc<Self>, BusError> {
        tokio::time::timeout(PATIENCE, Self::greet(place))
            .await
            .map_err(|_| gone("rabbitmq does not answer"))?
    }

    async fn greet(place: &Place) -> Result<Arc<Self>, BusError> {
        let (read, mut write) = tokio::io::split(place.stream().await?);
        let mut read = BufReader::new(read);
        write.write_all(b"AMQP\0\0\x09\x01").await.map_err(gone)?;
        expect(&mut read, (10, 10)).await?;
        let (user, password) = place.credentials();
        let about = json!({
            "product": "frame",
            "capabilities": {
                "authentication_failure_close": true, "basic.nack": true,
                "connection.blocked": true, "consumer_cancel_notify": true,
                "publisher_confirms": true,
            },
        });
        let answer = Writer::method(10, 11)
            .table(&about)
            .short("PLAIN")
            .long(format!("\0{user}\0{password}").as_bytes())
            .short("en_US");
        say(&mut write, answer).await?;
        let tune = expect(&mut read, (10, 30)).await?;
        let mut tune = Reader(&tune);
        let (channels, frame, heartbeat) = (tune.u16()?, tune.u32()?, tune.u16()?);
        // Zero stands for no limit.
        let least = |theirs: u32, ours: u32| if theirs == 0 { ours } else { theirs.min(ours) };
        let max_channels = least(channels.into(), MAX_CHANNELS.into());
        let max_channels = u16::try_from(max_channels).unwrap_or(MAX_CHANNELS);
        let max_frame = least(frame, MAX_FRAME);
        let heartbeat = least(heartbeat.into(), place.heartbeat.into());
        let heartbeat = u16::try_from(heartbeat).unwrap_or(place.heartbeat);
        let agreed = Writer::method(10, 31)
            .u16(max_channels)
            .u32(max_frame)
            .u16(heartbeat);
        say(&mut write, agreed).await?;
        say(
            &mut write,
            Writer::method(10, 40).short(&place.vhost()).short("").u8(0),
        )
        .await?;
        expect(&mut read, (10, 41)).await?;
        let (outgoing, queue) = mpsc::channel(256);
        let shared = Arc::new(Shared {
            outgoing,
            max_frame: usize::try_from(max_frame).map_err(gone)?,
            max_channels,
            closed: CancellationToken::new(),
            channels: Mutex::default(),
        });
        let beat = Duration::from_secs(heartbeat.into());
        let sending = send(write, queue, beat / 2);
        let sending = shared.closed.clone().run_until_cancelled_owned(sending);
        tokio::spawn(sending.in_current_span());
        tokio::spawn(listen(read, shared.clone(), max_frame, 2 * beat).in_current_span());
        Ok(Arc::new(Self { shared }))
    }

    /// Opens a channel.
    pub async fn channel(self: &Arc<Self>) -> Result<Channel, BusError> {
        let (number, frames) = self
            .shared
            .enlist()
            .ok_or_else(|| gone("rabbitmq allows no more channels"))?;
        let mut channel = Channel::new(self.clone(), self.shared.clone(), number, frames);
        channel
            .call(Writer::method(20, 10).short(""), (20, 11))
            .await?;
        Ok(channel)
    }

    /// Says goodbye and waits until the server has given back what it had handed out.
    pub async fn close(&self) {
        let goodbye = Writer::method(10, 50).u16(200).short("").u16(0).u16(0);
        let mut bytes = Vec::new();
        let frame = Frame {
            kind: METHOD,
            channel: 0,
            payload: goodbye.bytes,
        };
        frame.write(&mut bytes);
        if self.shared.send(bytes).await.is_ok() {
            let ended = self.shared.closed.cancelled();
            // Without an answer the server notices by itself, a little later.
            tokio::time::timeout(PATIENCE, ended).await.ok();
        }
        self.shared.end();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.shared.end();
    }
}

async fn say(write: &mut WriteHalf<Box<dyn Stream>>, method: Writer) -> Result<(), BusError> {
    let mut bytes = Vec::new();
    let frame = Frame {
        kind: METHOD,
        channel: 0,
        payload: method.bytes,
    };
    frame.write(&mut bytes);
    write.write_all(&bytes).await.map_err(gone)
}

/// The arguments of the method that has to come next.
async fn expect(read: &mut Incoming, id: (u16, u16)) -> Result<Vec<u8>, BusError> {
    loop {
        let frame = Frame::read(read, MAX_FRAME).await?;
        if frame.kind == HEARTBEAT {
            continue;
        }
        let (came, arguments) = frame.method()?;
        if came == id {
            return Ok(arguments.to_vec());
        }
        return Err(match came {
            (10, 50) => gone(format!("rabbitmq refuses: {}", reason(arguments)?.1)),
            _ => gone("rabbitmq says something else than expected"),
        });
    }
}

/// Code and text with which a connection or channel is closed.
pub(super) fn reason(arguments: &[u8]) -> Result<(u16, String), BusError> {
    let mut reader = Reader(arguments);
    Ok((reader.u16()?, reader.short()?))
}

async fn send(
    mut write: WriteHalf<Box<dyn Stream>>,
    mut queue: mpsc::Receiver<Vec<u8>>,
    idle: Duration,
) {
    let mut beat = Vec::new();
    Frame {
        kind: HEARTBEAT,
        channel: 0,
        payload: Vec::new(),
    }
    .write(&mut beat);
    loop {
        let written = match tokio::time::timeout(idle, queue.recv()).await {
            Ok(Some(bytes)) => write.write_all(&bytes).await,
            Ok(None) => return,
            Err(_) => write.write_all(&beat).await,
        };
        if written.is_err() || write.flush().await.is_err() {
            return;
        }
    }
}

async fn listen(mut read: Incoming, shared: Arc<Shared>, max_frame: u32, limit: Duration) {
    let closed = shared.closed.clone();
    let listening = listen_until_failure(&mut read, &shared, max_frame, limit);
    if let Some(Err(error)) = closed.run_until_cancelled(listening).await {
        tracing::warn!(%error, "lost rabbitmq");
    }
    shared.end();
}

async fn listen_until_failure(
    read: &mut Incoming,
    shared: &Shared,
    max_frame: u32,
    limit: Duration,
) -> Result<(), BusError> {
    loop {
        let frame = tokio::time::timeout(limit, Frame::read(read, max_frame))
            .await
            .map_err(|_| gone("rabbitmq shows no sign of life"))??;
        match frame.channel {
            _ if frame.kind == HEARTBEAT => {}
            0 => match frame.method()? {
                ((10, 50), arguments) => {
                    return Err(gone(reason(arguments)?.1));
                }
                ((10, 51), _) => return Ok(()),
                ((10, 60), why) => {
                    let why = Reader(why).short()?;
                    tracing::warn!(why, "rabbitmq takes no events for now");
                }
                _ => {}
            },
            _ => shared.deliver(frame),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn place(url: &str) -> Place {
        Place::new(url.parse().unwrap(), None, Duration::from_secs(15)).unwrap()
    }

    #[test]
    fn who_and_where_stand_in_the_url() {
        let plain = place("amqp://h");
        assert_eq!(plain.vhost(), "/");
        assert_eq!(
            plain.credentials(),
            ("guest".to_owned(), "guest".to_owned())
        );
        let full = place("amqp://a%40b:c%3Ad@h:1/my%2Fhost");
        assert_eq!(full.vhost(), "my/host");
        assert_eq!(full.credentials(), ("a@b".to_owned(), "c:d".to_owned()));
        assert_eq!(full.heartbeat, 7);
    }

    fn frames(methods: Vec<Writer>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for method in methods {
            Frame {
                kind: METHOD,
                channel: 0,
                payload: method.bytes,
            }
            .write(&mut bytes);
        }
        bytes
    }

    async fn answers(hello: Vec<u8>) -> Result<Arc<Connection>, BusError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("amqp://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(&hello).await.unwrap();
            let mut buffer = [0; 1000];
            while stream
                .read(&mut buffer)
                .await
                .is_ok_and(|length| length > 0)
            {}
        });
        Connection::open(&place(&url)).await
    }

    fn start() -> Writer {
        Writer::method(10, 10)
    }

    #[tokio::test]
    async fn what_is_no_amqp_is_told() {
        let refusal = Writer::method(10, 50)
            .u16(403)
            .short("ACCESS_REFUSED")
            .u16(0)
            .u16(0);
        for (hello, reason) in [
            (
                b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
                "does not speak",
            ),
            (b"AMQP\0\x01\0\0".to_vec(), "does not speak"),
            (frames(vec![start(), refusal]), "ACCESS_REFUSED"),
            (frames(vec![start(), start()]), "something else"),
            (vec![METHOD, 0, 0, 0, 0, 0, 1, 7, 7], "broken"),
        ] {
            let error = answers(hello).await.unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
        assert!(
            Connection::open(&place("amqp://127.0.0.1:1"))
                .await
                .is_err()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_server_is_given_up() {
        let tune = Writer::method(10, 30).u16(1).u32(0).u16(3);
        let hello = frames(vec![start(), tune, Writer::method(10, 41).short("")]);
        let connection = answers(hello).await.unwrap();
        assert!(connection.shared.enlist().is_some());
        assert!(
            connection.shared.enlist().is_none(),
            "the server allows one"
        );
        connection.shared.closed.cancelled().await;
        assert!(connection.shared.is_closed() && connection.channel().await.is_err());
    }
}
