use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;

use super::values::{Reader, Writer};
use super::wire::{BODY, Connection, Frame, HEADER, METHOD, PATIENCE, Shared, gone, reason};
use crate::bus::BusError;

/// The largest message, so that no server fills the memory.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

const CLOSE: (u16, u16) = (20, 40);
const CANCELLED: (u16, u16) = (60, 30);
const RETURNED: (u16, u16) = (60, 50);
const DELIVERED: (u16, u16) = (60, 60);
const GOT: (u16, u16) = (60, 71);
const GOT_NOTHING: (u16, u16) = (60, 72);
const TAKEN: (u16, u16) = (60, 80);
const NOT_TAKEN: (u16, u16) = (60, 120);

/// Why a call was not done: a code of AMQP, 0 where the connection is gone.
#[derive(Debug)]
pub(super) struct Refusal {
    pub code: u16,
    pub reason: String,
}

impl Refusal {
    pub fn is_not_found(&self) -> bool {
        self.code == 404
    }
}

impl From<BusError> for Refusal {
    fn from(error: BusError) -> Self {
        Self {
            code: 0,
            reason: error.to_string(),
        }
    }
}

impl From<Refusal> for BusError {
    fn from(refusal: Refusal) -> Self {
        gone(refusal.reason)
    }
}

/// A message that the server brings.
#[derive(Debug)]
pub(super) struct Message {
    pub tag: u64,
    pub is_redelivered: bool,
    pub headers: Value,
    pub body: Vec<u8>,
}

/// What comes in over a channel.
#[derive(Debug)]
enum Event {
    Method((u16, u16), Vec<u8>),
    Message((u16, u16), Message),
}

/// A message to be sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter<'a> {
    pub exchange: &'a str,
    pub key: &'a str,
    /// Whether it must reach a queue.
    pub must_arrive: bool,
    pub kind: &'a str,
    pub id: &'a str,
    pub headers: &'a Value,
    pub body: &'a [u8],
}

/// A channel of a connection; one that has refused a call is closed for good.
#[derive(Debug)]
pub(super) struct Channel {
    /// The connection lives as long as its channels.
    connection: Arc<Connection>,
    shared: Arc<Shared>,
    number: u16,
    frames: mpsc::UnboundedReceiver<Frame>,
    /// A message of which not everything is there yet.
    partial: Option<Partial>,
    waiting: VecDeque<Event>,
    published: u64,
    is_closed: bool,
}

#[derive(Debug)]
struct Partial {
    id: (u16, u16),
    message: Message,
    /// How many bytes its body will have, when that is known.
    size: Option<u64>,
}

impl Channel {
    pub fn new(
        connection: Arc<Connection>,
        shared: Arc<Shared>,
        number: u16,
        frames: mpsc::UnboundedReceiver<Frame>,
    ) -> Self {
        Self {
            connection,
            shared,
            number,
            frames,
            partial: None,
            waiting: VecDeque::new(),
            published: 0,
            is_closed: false,
        }
    }

    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    pub fn is_closed(&self) -> bool {
        self.is_closed || self.shared.is_closed()
    }

    fn frame(&self, kind: u8, payload: Vec<u8>, bytes: &mut Vec<u8>) {
        Frame {
            kind,
            channel: self.number,
            payload,
        }
        .write(bytes);
    }

    async fn send(&self, method: Writer) -> Result<(), BusError> {
        let mut bytes = Vec::new();
        self.frame(METHOD, method.bytes, &mut bytes);
        self.shared.send(bytes).await
    }

    /// The next thing that comes in. A future that is dropped loses nothing.
    async fn read(&mut self) -> Result<Event, Refusal> {
        loop {
            let frame = self.frames.recv().await;
            let frame = frame.ok_or_else(|| gone("rabbitmq closed the connection"))?;
            if let Some(event) = self.add(frame)? {
                return Ok(event);
            }
        }
    }

    fn add(&mut self, frame: Frame) -> Result<Option<Event>, Refusal> {
        match frame.kind {
            METHOD => {
                let (id, arguments) = frame.method()?;
                match id {
                    CLOSE => {
                        let (code, reason) = reason(arguments)?;
                        self.is_closed = true;
                        self.say_closed();
                        return Err(Refusal { code, reason });
                    }
                    CANCELLED => return Err(gone("rabbitmq has the queue no more").into()),
                    RETURNED | DELIVERED | GOT => {
                        self.partial = Some(Partial::of(id, arguments)?);
                        return Ok(None);
                    }
                    _ => return Ok(Some(Event::Method(id, arguments.to_vec()))),
                }
            }
            HEADER => {
                let mut reader = Reader(&frame.payload);
                let (_, _, size) = (reader.u16()?, reader.u16()?, reader.u64()?);
                if size > MAX_BYTES {
                    return Err(gone("rabbitmq brings too much").into());
                }
                if let Some(partial) = &mut self.partial {
                    partial.size = Some(size);
                    partial.message.headers = headers(reader)?;
                }
            }
            BODY => {
                if let Some(partial) = &mut self.partial {
                    partial.message.body.extend_from_slice(&frame.payload);
                }
            }
            _ => {}
        }
        let is_whole = |partial: &mut Partial| {
            let length = u64::try_from(partial.message.body.len()).unwrap_or(u64::MAX);
            partial.size.is_some_and(|size| size <= length)
        };
        let whole = self.partial.take_if(is_whole);
        Ok(whole.map(|partial| Event::Message(partial.id, partial.message)))
    }

    /// Calls a method and waits for its answer.
    pub async fn call(&mut self, method: Writer, answer: (u16, u16)) -> Result<Vec<u8>, Refusal> {
        self.send(method).await?;
        let answered = async {
            loop {
                match self.read().await? {
                    Event::Method(id, arguments) if id == answer => return Ok(arguments),
                    other => self.waiting.push_back(other),
                }
            }
        };
        let answered = tokio::time::timeout(PATIENCE, answered).await;
        answered.map_err(|_| gone("rabbitmq does not answer"))?
    }

    /// Makes a queue; returns how many messages and consumers it has.
    pub async fn declare(&mut self, queue: &str, arguments: &Value) -> Result<(u32, u32), Refusal> {
        const DURABLE: u8 = 0b10;
        let declare = Writer::method(50, 10)
            .u16(0)
            .short(queue)
            .u8(DURABLE)
            .table(arguments);
        counts(&self.call(declare, (50, 11)).await?)
    }

    /// How many messages and consumers a queue has; not found where there is none.
    pub async fn look_at(&mut self, queue: &str) -> Result<(u32, u32), Refusal> {
        const PASSIVE: u8 = 0b1;
        let declare = Writer::method(50, 10)
            .u16(0)
            .short(queue)
            .u8(PASSIVE)
            .u32(0);
        counts(&self.call(declare, (50, 11)).await?)
    }

    /// Has messages of a queue handed over, `ahead` at a time.
    pub async fn consume(
        &mut self,
        queue: &str,
        ahead: u16,
        arguments: &Value,
    ) -> Result<(), Refusal> {
        self.call(Writer::method(60, 10).u32(0).u16(ahead).u8(0), (60, 11))
            .await?;
        let consume = Writer::method(60, 20).u16(0).short(queue).short("").u8(0);
        self.call(consume.table(arguments), (60, 21)).await?;
        Ok(())
    }

    /// The next message that is handed over. A future that is dropped loses nothing.
    pub async fn next(&mut self) -> Result<Message, BusError> {
        loop {
            let event = match self.waiting.pop_front() {
                Some(event) => event,
                None => self.read().await?,
            };
            if let Event::Message(DELIVERED, message) = event {
                return Ok(message);
            }
        }
    }

    /// Takes one message out of a queue, until it is acknowledged or the channel closed.
    pub async fn get(&mut self, queue: &str) -> Result<Option<Message>, Refusal> {
        self.send(Writer::method(60, 70).u16(0).short(queue).u8(0))
            .await?;
        let answered = async {
            loop {
                match self.read().await? {
                    Event::Message(GOT, message) => return Ok(Some(message)),
                    Event::Method(GOT_NOTHING, _) => return Ok(None),
                    _ => {}
                }
            }
        };
        let answered = tokio::time::timeout(PATIENCE, answered).await;
        answered.map_err(|_| gone("rabbitmq does not answer"))?
    }

    pub async fn ack(&self, tag: u64) -> Result<(), BusError> {
        self.send(Writer::method(60, 80).u64(tag).u8(0)).await
    }

    /// Gives back everything that was taken over this channel, to where it was.
    pub async fn give_back_all(&self) -> Result<(), BusError> {
        const MULTIPLE_AND_REQUEUE: u8 = 0b11;
        let all = Writer::method(60, 120).u64(0).u8(MULTIPLE_AND_REQUEUE);
        self.send(all).await
    }

    /// Has the server tell what became of each message that is published.
    pub async fn confirm(&mut self) -> Result<(), Refusal> {
        self.call(Writer::method(85, 10).u8(0), (85, 11)).await?;
        Ok(())
    }

    /// Publishes messages and waits until the server has all of them safe.
    pub async fn publish(&mut self, letters: &[Letter<'_>]) -> Result<(), BusError> {
        let mut open = BTreeSet::new();
        for letter in letters {
            self.published += 1;
            open.insert(self.published);
            self.shared.send(self.packed(letter)).await?;
        }
        let confirmed = async {
            while !open.is_empty() {
                match self.read().await? {
                    Event::Method(TAKEN, arguments) => {
                        let mut reader = Reader(&arguments);
                        let (tag, is_multiple) = (reader.u64()?, reader.u8()? & 1 == 1);
                        open.retain(|n| if is_multiple { *n > tag } else { *n != tag });
                    }
                    Event::Method(NOT_TAKEN, _) => return Err(gone("rabbitmq did not take it")),
                    Event::Message(RETURNED, _) => return Err(gone("rabbitmq has no such queue")),
                    _ => {}
                }
            }
            Ok(())
        };
        let confirmed = tokio::time::timeout(PATIENCE, confirmed).await;
        confirmed.map_err(|_| gone("rabbitmq does not answer"))?
    }

    fn packed(&self, letter: &Letter<'_>) -> Vec<u8> {
        const CONTENT_TYPE: u16 = 1 << 15;
        const HEADERS: u16 = 1 << 13;
        const DELIVERY_MODE: u16 = 1 << 12;
        const MESSAGE_ID: u16 = 1 << 7;
        const TYPE: u16 = 1 << 5;
        const PERSISTENT: u8 = 2;
        let Letter {
            exchange,
            key,
            body,
            ..
        } = letter;
        let publish = Writer::method(60, 40).u16(0).short(exchange).short(key);
        let publish = publish.u8(letter.must_arrive.into());
        let header = Writer::method(60, 0)
            .u64(u64::try_from(body.len()).unwrap_or(u64::MAX))
            .u16(CONTENT_TYPE | HEADERS | DELIVERY_MODE | MESSAGE_ID | TYPE)
            .short("application/json")
            .table(letter.headers)
            .u8(PERSISTENT)
            .short(letter.id)
            .short(letter.kind);
        let mut bytes = Vec::with_capacity(body.len() + 300);
        self.frame(METHOD, publish.bytes, &mut bytes);
        self.frame(HEADER, header.bytes, &mut bytes);
        for part in body.chunks(self.shared.max_frame.saturating_sub(8).max(1)) {
            self.frame(BODY, part.to_vec(), &mut bytes);
        }
        bytes
    }

    /// Closes the channel; what it was handed over goes back to where it was.
    pub async fn close(mut self) -> Result<(), BusError> {
        let close = Writer::method(20, 40).u16(200).short("").u16(0).u16(0);
        self.call(close, (20, 41)).await?;
        self.is_closed = true;
        Ok(())
    }

    fn say_closed(&self) {
        self.say_last(Writer::method(20, 41));
    }

    fn say_last(&self, method: Writer) {
        let mut bytes = Vec::new();
        self.frame(METHOD, method.bytes, &mut bytes);
        // Where the connection is gone or full, the channel goes with it.
        self.shared.outgoing.try_send(bytes).ok();
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.shared.forget(self.number);
        if !self.is_closed() {
            self.say_last(Writer::method(20, 40).u16(200).short("").u16(0).u16(0));
        }
    }
}

impl Partial {
    fn of(id: (u16, u16), arguments: &[u8]) -> Result<Self, BusError> {
        let mut reader = Reader(arguments);
        let (tag, is_redelivered) = match id {
            RETURNED => (0, false),
            _ => {
                if id == DELIVERED {
                    reader.short()?;
                }
                (reader.u64()?, reader.u8()? & 1 == 1)
            }
        };
        let message = Message {
            tag,
            is_redelivered,
            headers: Value::Null,
            body: Vec::new(),
        };
        Ok(Self {
            id,
            message,
            size: None,
        })
    }
}

/// The headers among the properties of a message.
fn headers(mut reader: Reader<'_>) -> Result<Value, BusError> {
    let flags = reader.u16()?;
    // Content type and encoding stand before them.
    for flag in [15, 14] {
        if flags & (1 << flag) != 0 {
            reader.short()?;
        }
    }
    if flags & (1 << 13) == 0 {
        return Ok(Value::Null);
    }
    reader.table()
}

fn counts(arguments: &[u8]) -> Result<(u32, u32), Refusal> {
    let mut reader = Reader(arguments);
    reader.short()?;
    Ok((reader.u32()?, reader.u32()?))
}
