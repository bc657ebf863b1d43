use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::time::{Instant, interval_at, sleep, sleep_until, timeout};
use uuid::Uuid;

use super::Documents;
use super::graphql::Speaker;
use super::hub::{Hub, Seat};
use super::protocol::{Closing, Refusal, Reply};
use super::queue::{self, Next, Queue};
use super::requests::refuse;
use crate::new_id;
use crate::security::jwt::Principal;

/// How long a client has to answer that the connection ends.
const FAREWELL: Duration = Duration::from_secs(1);

/// One connection.
pub(super) struct Session {
    pub(super) id: Uuid,
    pub(super) hub: Hub,
    pub(super) queue: Arc<Queue>,
    pub(super) caller: Option<Arc<Principal>>,
    pub(super) listening: HashMap<String, Listening>,
    /// What a client that speaks GraphQL asked for.
    pub(super) speaker: Option<Speaker>,
    /// When a token must have come, or a new one.
    pub(super) deadline: Instant,
    /// When the client was heard last.
    heard: Instant,
    _seat: Seat,
}

/// What one id stands for.
pub(super) enum Listening {
    Topic { topic: String, key: Option<String> },
    Presence,
}

/// How a connection ends.
pub(super) enum End {
    /// The client went.
    Gone,
    /// This side closes it.
    Close(Closing),
}

impl Session {
    pub fn new(hub: Hub, seat: Seat) -> Self {
        let settings = hub.settings();
        let queue = Queue::new(settings.buffer, settings.slow_clients);
        let start = Instant::now();
        Self {
            id: new_id(),
            queue: Arc::new(queue),
            caller: None,
            listening: HashMap::new(),
            speaker: None,
            deadline: start + settings.authenticate_within,
            heard: start,
            hub,
            _seat: seat,
        }
    }

    /// Talks to the client until one of both has enough.
    pub async fn run(mut self, socket: WebSocket, mut caller: Option<Principal>, documents: Option<Arc<dyn Documents>>) {
        // Who speaks GraphQL comes in by its first message, whoever it is.
        self.speaker = documents.map(|documents| Speaker::new(documents, caller.take()));
        let (mut sink, stream) = socket.split();
        let (end, stream) = self.talk(&mut sink, stream, caller).await;
        for (id, listening) in std::mem::take(&mut self.listening) {
            self.stop_listening(id, &listening);
        }
        if let Some(caller) = &self.caller {
            self.hub.leave(&caller.subject).await;
        }
        if let End::Close(mut closing) = end {
            if self.speaker.is_some() {
                closing = Speaker::closing(closing);
            }
            let Closing { code, reason } = closing;
            tracing::info!(connection = %self.id, code, reason, "closing");
            let frame = CloseFrame {
                code,
                reason: reason.into(),
            };
            // A client that answers gets everything that was sent before; others are cut off.
            let _ = timeout(FAREWELL, farewell(sink, stream, frame)).await;
        }
    }

    async fn talk(
        &mut self,
        sink: &mut SplitSink<WebSocket, Message>,
        mut stream: SplitStream<WebSocket>,
        caller: Option<Principal>,
    ) -> (End, SplitStream<WebSocket>) {
        if let Some(caller) = caller
            && let Err(end) = self.welcome(sink, caller).await
        {
            return (end, stream);
        }
        let heartbeat = self.hub.settings().heartbeat;
        let mut ticks = interval_at(Instant::now() + heartbeat, heartbeat);
        let end = loop {
            let step = tokio::select! {
                biased;
                end = self.end() => Err(end),
                _ = ticks.tick() => self.probe(sink).await,
                message = stream.next() => self.hear(sink, message).await,
                next = self.queue.next() => self.pass_on(sink, next).await,
            };
            if let Err(end) = step {
                break end;
            }
        };
        (end, stream)
    }

    /// Waits for what ends the connection whatever the client does.
    async fn end(&self) -> End {
        let late = match self.caller {
            Some(_) => Closing::EXPIRED,
            None if self.speaker.is_some() => Closing::UNINITIALISED,
            None => Closing::UNAUTHENTICATED,
        };
        tokio::select! {
            () = self.hub.draining() => End::Close(Closing::RESTART),
            () = self.queue.overflowed() => End::Close(Closing::SLOW),
            () = sleep_until(self.deadline) => End::Close(late),
        }
    }

    /// Sends a message, unless the connection ends meanwhile or the client takes nothing any more.
    async fn send(&self, sink: &mut SplitSink<WebSocket, Message>, message: Message) -> Result<(), End> {
        tokio::select! {
            sent = sink.send(message) => sent.map_err(|_| End::Gone),
            end = self.end() => Err(end),
            () = sleep(2 * self.hub.settings().heartbeat) => Err(End::Close(Closing::SILENT)),
        }
    }

    async fn probe(&self, sink: &mut SplitSink<WebSocket, Message>) -> Result<(), End> {
        if self.heard.elapsed() >= 2 * self.hub.settings().heartbeat {
            return Err(End::Close(Closing::SILENT));
        }
        self.send(sink, Message::Ping(Vec::new().into())).await
    }

    async fn pass_on(&self, sink: &mut SplitSink<WebSocket, Message>, next: Next) -> Result<(), End> {
        let text = match (next, &self.speaker) {
            (Next::Message(queue::Message::Text(text)), _) => text,
            (Next::Message(queue::Message::Event(id, event)), Some(speaker)) => {
                match speaker.tell(&id, &event).await {
                    Some(text) => text,
                    None => return Ok(()),
                }
            }
            (Next::Message(queue::Message::Event(..)), None) => return Ok(()),
            (Next::Dropped(count), Some(_)) => Speaker::dropped(count),
            (Next::Dropped(count), None) => Reply::Dropped { count }.text(),
        };
        self.send(sink, Message::Text(text)).await
    }

    async fn hear(
        &mut self,
        sink: &mut SplitSink<WebSocket, Message>,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<(), End> {
        self.heard = Instant::now();
        match message {
            None | Some(Err(_) | Ok(Message::Close(_))) => Err(End::Gone),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Binary(_))) => Err(End::Close(Closing::BINARY)),
            Some(Ok(Message::Text(text))) if self.speaker.is_some() => {
                for reply in self.converse(&text).await? {
                    self.send(sink, Message::Text(reply)).await?;
                }
                Ok(())
            }
            Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                Ok(request) => {
                    for reply in self.answer(request).await? {
                        self.send(sink, Message::Text(reply)).await?;
                    }
                    Ok(())
                }
                Err(_) if self.caller.is_none() => Err(End::Close(Closing::UNAUTHENTICATED)),
                Err(error) => {
                    let reply = refuse(None, Refusal::Malformed, &error.to_string());
                    self.send(sink, Message::Text(reply)).await
                }
            },
        }
    }

    async fn welcome(
        &mut self,
        sink: &mut SplitSink<WebSocket, Message>,
        caller: Principal,
    ) -> Result<(), End> {
        for reply in self.renew(caller).await? {
            self.send(sink, Message::Text(reply)).await?;
        }
        Ok(())
    }
}

/// Closes the connection and waits for the client to do so, too.
async fn farewell(
    mut sink: SplitSink<WebSocket, Message>,
    mut stream: SplitStream<WebSocket>,
    frame: CloseFrame,
) {
    if sink.send(Message::Close(Some(frame))).await.is_ok() {
        while let Some(Ok(_)) = stream.next().await {}
    }
}
