use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::time::Instant;

use super::protocol::{Closing, Refusal, Reply, Request};
use super::registry::Subscriber;
use super::session::{End, Listening, Session};
use crate::now;
use crate::security::jwt::{Principal, TokenError};

/// A time that does not come.
const FAR: Duration = Duration::from_secs(365 * 86_400);

pub(super) type Replies = Vec<Utf8Bytes>;

/// What clients ask for.
impl Session {
    pub(super) async fn answer(&mut self, request: Request) -> Result<Replies, End> {
        if let Request::Authenticate { token } = request {
            return match self.hub.verify(&token).await {
                Ok(caller) => self.renew(caller).await,
                Err(TokenError::Refused(_)) => Err(End::Close(Closing::UNAUTHENTICATED)),
                Err(TokenError::NoKeys(_)) => Err(End::Close(Closing::NO_KEYS)),
            };
        }
        let Some(caller) = self.caller.clone() else {
            return Err(End::Close(Closing::UNAUTHENTICATED));
        };
        Ok(vec![match request {
            Request::Ping | Request::Authenticate { .. } => Reply::Pong.text(),
            Request::Unsubscribe { id } => self.unsubscribe(&id),
            Request::Subscribe { id, topic, key } => {
                let listening = Listening::Topic { topic, key };
                self.subscribe(&caller, id, listening)
            }
            Request::Presence { id } => self.subscribe(&caller, id, Listening::Presence),
        }])
    }

    /// Lets somebody in who showed a token, or whose new token is valid for longer.
    pub(super) async fn renew(&mut self, caller: Principal) -> Result<Replies, End> {
        let known = self.caller.as_ref().map(|known| known.subject.clone());
        match known {
            Some(known) if known != caller.subject => {
                return Err(End::Close(Closing::UNAUTHENTICATED));
            }
            Some(_) => {}
            None if self.hub.enter(&caller.subject).await => {}
            None => return Err(End::Close(Closing::TOO_MANY)),
        }
        let caller = self.keep(caller);
        let topics: Vec<_> = self.hub.access().topics().to_vec();
        let allowed = |topic: &&str| self.hub.access().may_subscribe(&caller, topic);
        let topics: Vec<_> = topics.into_iter().filter(allowed).collect();
        let mut replies = vec![
            Reply::Welcome {
                connection: self.id,
                user: &caller.subject,
                heartbeat_ms: self.hub.settings().heartbeat.as_millis(),
                topics: &topics,
            }
            .text(),
        ];
        // What the new token does not allow any more ends.
        for (id, listening) in std::mem::take(&mut self.listening) {
            self.stop_listening(id.clone(), &listening);
            if let Err(refusal) = self.listen(&caller, &id, listening) {
                replies.push(refuse(Some(&id), refusal, "the subscription ends"));
            }
        }
        Ok(replies)
    }

    /// Lets somebody in who comes for the first time.
    pub(super) async fn admit(&mut self, caller: Principal) -> Result<Arc<Principal>, End> {
        if !self.hub.enter(&caller.subject).await {
            return Err(End::Close(Closing::TOO_MANY));
        }
        Ok(self.keep(caller))
    }

    fn keep(&mut self, caller: Principal) -> Arc<Principal> {
        self.deadline = valid_until(&caller);
        let caller = Arc::new(caller);
        self.caller = Some(caller.clone());
        caller
    }

    fn subscribe(&mut self, caller: &Arc<Principal>, id: String, listening: Listening) -> Utf8Bytes {
        if self.listening.contains_key(&id) {
            return refuse(Some(&id), Refusal::IdTaken, "this id is in use");
        }
        if self.listening.len() >= self.hub.settings().max_subscriptions {
            let detail = "this connection has as many subscriptions as it may";
            return refuse(Some(&id), Refusal::TooManySubscriptions, detail);
        }
        match self.listen(caller, &id, listening) {
            Ok(()) => Reply::Subscribed { id: &id }.text(),
            Err(Refusal::UnknownTopic) => refuse(Some(&id), Refusal::UnknownTopic, "there is no such topic"),
            Err(refusal) => refuse(Some(&id), refusal, "this is not for you"),
        }
    }

    fn unsubscribe(&mut self, id: &str) -> Utf8Bytes {
        match self.listening.remove(id) {
            Some(listening) => {
                self.stop_listening(id.to_owned(), &listening);
                Reply::Unsubscribed { id }.text()
            }
            None => refuse(Some(id), Refusal::UnknownId, "nothing has this id"),
        }
    }

    pub(super) fn listen(&mut self, caller: &Arc<Principal>, id: &str, listening: Listening) -> Result<(), Refusal> {
        let place = (self.id, id.to_owned());
        match &listening {
            Listening::Presence if !self.hub.settings().presence => return Err(Refusal::Forbidden),
            Listening::Presence => self.hub.watch(place, self.queue.clone()),
            Listening::Topic { topic, key } => {
                let access = self.hub.access();
                if !access.topics().contains(&topic.as_str()) {
                    return Err(Refusal::UnknownTopic);
                }
                if !access.may_subscribe(caller, topic) {
                    return Err(Refusal::Forbidden);
                }
                let subscriber = Subscriber {
                    queue: self.queue.clone(),
                    caller: caller.clone(),
                    key: key.clone(),
                    is_choosing: self.speaker.is_some(),
                };
                self.hub.subscribe(topic, place, subscriber);
            }
        }
        self.listening.insert(id.to_owned(), listening);
        Ok(())
    }

    pub(super) fn stop_listening(&self, id: String, listening: &Listening) {
        match listening {
            Listening::Topic { topic, .. } => self.hub.unsubscribe(topic, &(self.id, id)),
            Listening::Presence => self.hub.unwatch(&(self.id, id)),
        }
    }
}

pub(super) fn refuse(id: Option<&str>, code: Refusal, detail: &str) -> Utf8Bytes {
    Reply::Error { id, code, detail }.text()
}

/// When a token ends; one that says nothing of it came in without.
fn valid_until(caller: &Principal) -> Instant {
    let seconds = caller.claims.get("exp").and_then(serde_json::Value::as_i64);
    let left = seconds.map(|end| end.saturating_sub(now().timestamp()));
    let left = left.map_or(FAR, |left| Duration::from_secs(u64::try_from(left).unwrap_or(0)).min(FAR));
    Instant::now() + left
}
