use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::ws::Utf8Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::protocol::{Closing, Refusal};
use super::requests::Replies;
use super::session::{End, Listening, Session};
use crate::Envelope;
use crate::security::jwt::{Principal, TokenError};

/// The protocol of GraphQL subscriptions that a client names when it connects.
pub const GRAPHQL_SUBPROTOCOL: &str = "graphql-transport-ws";

/// What a client asks in GraphQL.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// The document.
    pub query: String,
    /// Which operation of it, where there are several.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// The values of its variables.
    #[serde(default)]
    pub variables: Option<Map<String, Value>>,
}

/// What an operation turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    /// A question, with the whole answer.
    Answer(Value),
    /// Something that cannot be run, with its errors.
    Refused(Value),
    /// A subscription to events.
    Listen {
        /// Of this topic.
        topic: String,
        /// Of this key only.
        key: Option<String>,
    },
}

/// Reads what clients ask in GraphQL, over the schema of a service.
#[async_trait]
pub trait Documents: Send + Sync + 'static {
    /// Finds out what an operation is; who may hear it is decided elsewhere.
    async fn open(&self, operation: &Operation) -> Opened;

    /// What a subscription shows of an event: data and errors.
    async fn tell(&self, operation: &Operation, event: &Envelope) -> Value;
}

/// What clients say.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionInit { payload: Option<Value> },
    Ping { payload: Option<Value> },
    Pong,
    Subscribe { id: String, payload: Operation },
    Complete { id: String },
}

/// What is known of a client that speaks GraphQL.
pub(super) struct Speaker {
    documents: Arc<dyn Documents>,
    operations: HashMap<String, Operation>,
    /// Who showed a token already when it connected.
    shown: Option<Principal>,
    is_initialised: bool,
}

impl Speaker {
    pub fn new(documents: Arc<dyn Documents>, shown: Option<Principal>) -> Self {
        Self {
            documents,
            operations: HashMap::new(),
            shown,
            is_initialised: false,
        }
    }

    /// What a subscription is told of an event; nothing when it has ended meanwhile.
    pub async fn tell(&self, id: &str, event: &Envelope) -> Option<Utf8Bytes> {
        let operation = self.operations.get(id)?;
        let payload = self.documents.tell(operation, event).await;
        Some(text(json!({ "type": "next", "id": id, "payload": payload })))
    }

    /// That events were dropped, in what every client has to take.
    pub fn dropped(count: u64) -> Utf8Bytes {
        text(json!({ "type": "ping", "payload": { "dropped": count } }))
    }

    /// How a connection ends, in the codes of this protocol, where some have another meaning.
    pub fn closing(closing: Closing) -> Closing {
        match closing {
            Closing::SILENT | Closing::TOO_MANY => Closing { code: 1008, ..closing },
            other => other,
        }
    }
}

impl Session {
    pub(super) async fn converse(&mut self, said: &str) -> Result<Replies, End> {
        let Ok(said) = serde_json::from_str(said) else {
            return Err(End::Close(Closing::MALFORMED));
        };
        match said {
            Said::ConnectionInit { payload } => self.initialise(payload.as_ref()).await,
            Said::Ping { payload } => {
                let payload = payload.map_or_else(|| json!({}), |payload| json!({ "payload": payload }));
                let mut pong = json!({ "type": "pong" });
                if let (Some(pong), Value::Object(payload)) = (pong.as_object_mut(), payload) {
                    pong.extend(payload);
                }
                Ok(vec![text(pong)])
            }
            Said::Pong => Ok(Vec::new()),
            Said::Subscribe { id, payload } => self.open(id, payload).await,
            Said::Complete { id } => {
                self.close(&id);
                Ok(Vec::new())
            }
        }
    }

    async fn initialise(&mut self, payload: Option<&Value>) -> Result<Replies, End> {
        let Some(speaker) = &mut self.speaker else {
            return Err(End::Close(Closing::MALFORMED));
        };
        if std::mem::replace(&mut speaker.is_initialised, true) {
            return Err(End::Close(Closing::INITIALISED));
        }
        let shown = speaker.shown.take();
        let caller = match (payload.and_then(token), shown) {
            (Some(token), _) => self.hub.verify(token).await,
            (None, Some(shown)) => Ok(shown),
            (None, None) => Err(TokenError::Refused("there is none".to_owned())),
        };
        match caller {
            Ok(caller) => {
                let caller = self.admit(caller).await?;
                let heartbeat = self.hub.settings().heartbeat.as_millis();
                let payload = json!({ "user": caller.subject, "heartbeat_ms": heartbeat });
                Ok(vec![text(json!({ "type": "connection_ack", "payload": payload }))])
            }
            Err(TokenError::Refused(reason)) => {
                tracing::info!(reason, "a client was turned away");
                Err(End::Close(Closing::FORBIDDEN))
            }
            Err(TokenError::NoKeys(_)) => Err(End::Close(Closing::NO_KEYS)),
        }
    }

    async fn open(&mut self, id: String, operation: Operation) -> Result<Replies, End> {
        let (Some(caller), Some(speaker)) = (self.caller.clone(), &mut self.speaker) else {
            return Err(End::Close(Closing::UNAUTHENTICATED));
        };
        if speaker.operations.contains_key(&id) {
            return Err(End::Close(Closing::ID_TAKEN));
        }
        if speaker.operations.len() >= self.hub.settings().max_subscriptions {
            let errors = refusal(Refusal::TooManySubscriptions, "this connection has as many subscriptions as it may");
            return Ok(vec![error(&id, &errors)]);
        }
        match speaker.documents.open(&operation).await {
            Opened::Answer(answer) => Ok(vec![
                text(json!({ "type": "next", "id": id, "payload": answer })),
                text(json!({ "type": "complete", "id": id })),
            ]),
            Opened::Refused(errors) => Ok(vec![error(&id, &errors)]),
            Opened::Listen { topic, key } => {
                speaker.operations.insert(id.clone(), operation);
                match self.listen(&caller, &id, Listening::Topic { topic, key }) {
                    Ok(()) => Ok(Vec::new()),
                    Err(code) => {
                        self.close(&id);
                        Ok(vec![error(&id, &refusal(code, "this is not for you"))])
                    }
                }
            }
        }
    }

    fn close(&mut self, id: &str) {
        if let Some(speaker) = &mut self.speaker {
            speaker.operations.remove(id);
        }
        if let Some(listening) = self.listening.remove(id) {
            self.stop_listening(id.to_owned(), &listening);
        }
    }
}

/// The token that a client shows when it begins.
fn token(payload: &Value) -> Option<&str> {
    let names = ["authorization", "Authorization", "token"];
    let shown = names.iter().find_map(|name| payload.get(name)?.as_str())?;
    let bare = shown.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    Some(bare.map_or(shown, |(_, token)| token.trim()))
}

fn refusal(code: Refusal, message: &str) -> Value {
    json!([{ "message": message, "extensions": { "code": code } }])
}

fn error(id: &str, errors: &Value) -> Utf8Bytes {
    text(json!({ "type": "error", "id": id, "payload": errors }))
}

fn text(value: Value) -> Utf8Bytes {
    value.to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_where_libraries_put_it() {
        for payload in [
            json!({ "authorization": "Bearer a.b.c" }),
            json!({ "Authorization": "bearer a.b.c" }),
            json!({ "token": "a.b.c" }),
        ] {
            assert_eq!(token(&payload), Some("a.b.c"), "{payload}");
        }
        for payload in [json!({}), json!("a.b.c"), json!({ "token": 1 })] {
            assert_eq!(token(&payload), None, "{payload}");
        }
    }

    #[test]
    fn codes_that_mean_something_else_here_are_not_used() {
        assert_eq!(Speaker::closing(Closing::SILENT).code, 1008);
        assert_eq!(Speaker::closing(Closing::TOO_MANY).code, 1008);
        assert_eq!(Speaker::closing(Closing::RESTART), Closing::RESTART);
    }
}
