//! Plays Pub/Sub for the tests: topics, subscriptions in order within a key, deadlines after which
//! messages come again with all that follow them. `TEST_PUBSUB_EMULATOR` names a real emulator.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{post, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::time::Instant;

/// How long a pull waits for messages.
const WAIT: Duration = Duration::from_secs(2);

#[derive(Default)]
struct Server {
    next: u64,
    topics: HashMap<String, Vec<String>>,
    subscriptions: HashMap<String, Queue>,
}

#[derive(Default)]
struct Queue {
    is_ordered: bool,
    lease: u64,
    /// In order, those that are out included.
    messages: Vec<Message>,
}

#[derive(Clone)]
struct Message {
    content: Value,
    key: String,
    attempts: u32,
    /// What it is called while it is out, and until when.
    out: Option<(String, Instant)>,
}

impl Queue {
    fn expire(&mut self) {
        let now = Instant::now();
        for message in &mut self.messages {
            if message.out.as_ref().is_some_and(|(_, ends)| *ends <= now) {
                message.out = None;
            }
        }
    }

    /// The first messages, none behind one of its key that was out before.
    fn take(&mut self, max: usize, next: &mut u64) -> Vec<Value> {
        self.expire();
        let is_ordered = self.is_ordered;
        let out = self.messages.iter().filter(|message| message.out.is_some());
        let busy: Vec<String> = out.map(|message| message.key.clone()).collect();
        let ends = Instant::now() + Duration::from_secs(self.lease);
        let is_free = |message: &&mut Message| {
            message.out.is_none() && !(is_ordered && busy.contains(&message.key))
        };
        let free = self.messages.iter_mut().filter(is_free).take(max);
        free.map(|message| {
            *next += 1;
            message.attempts += 1;
            message.out = Some((next.to_string(), ends));
            let (content, attempts) = (&message.content, message.attempts);
            json!({ "ackId": next.to_string(), "message": content, "deliveryAttempt": attempts })
        })
        .collect()
    }
}

type Shared = Arc<Mutex<Server>>;
type Answer = Result<Json<Value>, StatusCode>;

async fn make_topic(State(server): State<Shared>, Path(name): Path<String>) -> Answer {
    let mut server = server.lock().unwrap();
    if server.topics.contains_key(&name) {
        return Err(StatusCode::CONFLICT);
    }
    server.topics.insert(name, Vec::new());
    Ok(Json(json!({})))
}

async fn make_subscription(
    State(server): State<Shared>,
    Path(name): Path<String>,
    Json(input): Json<Value>,
) -> Answer {
    let mut server = server.lock().unwrap();
    if server.subscriptions.contains_key(&name) {
        return Err(StatusCode::CONFLICT);
    }
    let topic = input["topic"].as_str().unwrap().rsplit('/').next().unwrap();
    let topic = server.topics.get_mut(topic).ok_or(StatusCode::NOT_FOUND)?;
    topic.push(name.clone());
    let queue = Queue {
        is_ordered: input["enableMessageOrdering"] == true,
        lease: input["ackDeadlineSeconds"].as_u64().unwrap(),
        messages: Vec::new(),
    };
    assert!((10..=600).contains(&queue.lease), "as the real one");
    server.subscriptions.insert(name, queue);
    Ok(Json(json!({})))
}

async fn on_topic(
    State(server): State<Shared>,
    Path(path): Path<String>,
    Json(input): Json<Value>,
) -> Answer {
    let name = path.strip_suffix(":publish").ok_or(StatusCode::BAD_REQUEST)?;
    let mut server = server.lock().unwrap();
    let names = server.topics.get(name).ok_or(StatusCode::NOT_FOUND)?.clone();
    for content in input["messages"].as_array().unwrap() {
        let message = Message {
            key: content["orderingKey"].as_str().unwrap_or_default().to_owned(),
            content: content.clone(),
            attempts: 0,
            out: None,
        };
        for name in &names {
            let queue = server.subscriptions.get_mut(name).unwrap();
            queue.messages.push(message.clone());
        }
    }
    Ok(Json(json!({ "messageIds": [] })))
}

async fn on_subscription(
    State(server): State<Shared>,
    Path(path): Path<String>,
    Json(input): Json<Value>,
) -> Answer {
    let (name, verb) = path.split_once(':').ok_or(StatusCode::BAD_REQUEST)?;
    if verb == "pull" {
        return pull(&server, name, &input).await;
    }
    let mut server = server.lock().unwrap();
    let queue = server.subscriptions.get_mut(name).ok_or(StatusCode::NOT_FOUND)?;
    queue.expire();
    let ids = input["ackIds"].as_array().unwrap();
    let is_meant = |message: &Message| {
        let out = message.out.as_ref();
        out.is_some_and(|(id, _)| ids.iter().any(|given| given == id))
    };
    match verb {
        "acknowledge" => queue.messages.retain(|message| !is_meant(message)),
        "modifyAckDeadline" => {
            let seconds = input["ackDeadlineSeconds"].as_u64().unwrap();
            let ends = Instant::now() + Duration::from_secs(seconds);
            for message in queue.messages.iter_mut().filter(|m| is_meant(m)) {
                message.out = message.out.take().map(|(id, _)| (id, ends));
            }
        }
        _ => return Err(StatusCode::BAD_REQUEST),
    }
    Ok(Json(json!({})))
}

async fn pull(server: &Shared, name: &str, input: &Value) -> Answer {
    let max = usize::try_from(input["maxMessages"].as_u64().unwrap()).unwrap();
    let until = Instant::now() + if name.ends_with("-dlq") { Duration::ZERO } else { WAIT };
    loop {
        {
            let mut server = server.lock().unwrap();
            let Server {
                next,
                subscriptions,
                ..
            } = &mut *server;
            let queue = subscriptions.get_mut(name).ok_or(StatusCode::NOT_FOUND)?;
            let taken = queue.take(max, next);
            if !taken.is_empty() || Instant::now() >= until {
                return Ok(Json(json!({ "receivedMessages": taken })));
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The variables of a bus on a server of its own.
pub async fn variables() -> Vec<(&'static str, String)> {
    let host = match std::env::var("TEST_PUBSUB_EMULATOR") {
        Ok(host) => host,
        Err(_) => start().await,
    };
    vec![
        ("PUBSUB_PROJECT", "test".to_owned()),
        ("PUBSUB_EMULATOR_HOST", host),
        ("BUS_CREATE", "true".to_owned()),
    ]
}

async fn start() -> String {
    let routes = Router::new()
        .route("/v1/projects/test/topics/{name}", put(make_topic).post(on_topic))
        .route(
            "/v1/projects/test/subscriptions/{name}",
            put(make_subscription).post(on_subscription),
        )
        .route("/", post(async || "none"))
        .with_state(Shared::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async { axum::serve(listener, routes).await });
    host
}
