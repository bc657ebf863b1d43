use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::json;

use super::Shared;
use super::consumer::Message;
use crate::messaging::{ConsumerRunner, HandlerError};
use crate::Envelope;

/// The header in which the adapter tells about an HTTP request; `null` for anything else.
const REQUEST: &str = "x-amzn-request-context";
/// What Lambda brings at most.
const MAX_BODY: usize = 6 * 1024 * 1024;

/// What a queue brings to a function.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    message_id: String,
    receipt_handle: String,
    body: String,
    #[serde(default)]
    attributes: HashMap<String, String>,
}

#[derive(Clone)]
struct Receiver {
    shared: Arc<Shared>,
    runner: Arc<ConsumerRunner>,
}

/// `POST /events`, where the Lambda Web Adapter passes on what the queue of the group brings.
pub(super) fn routes(shared: Arc<Shared>, runner: Arc<ConsumerRunner>) -> Router {
    Router::new()
        .route("/events", post(receive))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(Receiver { shared, runner })
}

/// Handles a batch; what has to come again is named in the answer.
async fn receive(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Response {
    let is_http = |text: &[u8]| text.trim_ascii_start().starts_with(b"{");
    if headers.get(REQUEST).is_some_and(|v| is_http(v.as_bytes())) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let failed = match serde_json::from_slice::<Event>(&body) {
        Ok(event) => receiver.handle(event.records).await,
        Err(error) => {
            tracing::error!(%error, "what came to /events is no batch of a queue");
            // An answer without a list would count as success; an empty name fails all of it.
            vec![String::new()]
        }
    };
    let failed = failed.iter().map(|id| json!({ "itemIdentifier": id }));
    Json(json!({ "batchItemFailures": failed.collect::<Vec<_>>() })).into_response()
}

impl Receiver {
    /// Keys side by side, in order within a key; after a failure the rest of the key waits too.
    async fn handle(&self, records: Vec<Record>) -> Vec<String> {
        let mut groups: Vec<(String, Vec<Record>)> = Vec::new();
        for record in records {
            let group = record.attributes.get("MessageGroupId").cloned();
            let group = group.unwrap_or_default();
            match groups.iter_mut().find(|(known, _)| *known == group) {
                Some((_, records)) => records.push(record),
                None => groups.push((group, vec![record])),
            }
        }
        let handled = groups.into_iter().map(|(_, records)| self.in_order(records));
        join_all(handled).await.concat()
    }

    async fn in_order(&self, records: Vec<Record>) -> Vec<String> {
        let mut records = records.into_iter();
        while let Some(record) = records.next() {
            let id = record.message_id.clone();
            if let Err(reason) = self.one(record).await {
                tracing::warn!(id, reason, "failed, will come again");
                let rest = records.map(|record| record.message_id);
                return std::iter::once(id).chain(rest).collect();
            }
        }
        Vec::new()
    }

    async fn one(&self, record: Record) -> Result<(), String> {
        let result = match Envelope::from_json(&record.body) {
            Ok(envelope) => self.runner.once(&envelope).await,
            Err(error) => Err(HandlerError::Reject(error.to_string())),
        };
        let (message, attempts) = record.into_message();
        match result {
            Ok(()) => Ok(()),
            Err(HandlerError::Retry(reason) | HandlerError::Wait(reason)) => Err(reason),
            Err(HandlerError::Reject(reason)) => {
                tracing::error!(reason, "set aside as a dead letter");
                let group = self.runner.group();
                let buried = self.shared.bury(group, &message, attempts, &reason).await;
                buried.map_err(|refusal| refusal.to_string())
            }
        }
    }
}

impl Record {
    fn into_message(self) -> (Message, u32) {
        let attempts = self.attributes.get("ApproximateReceiveCount");
        let attempts = attempts.and_then(|count| count.parse().ok()).unwrap_or(1);
        let message = Message {
            message_id: self.message_id,
            receipt_handle: self.receipt_handle,
            body: self.body,
            attributes: Default::default(),
            message_attributes: Default::default(),
        };
        (message, attempts)
    }
}
