use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::super::DeadLetter;
use super::consumer::Message;
use super::{Shared, message};
use crate::google::Refusal;
use crate::{Envelope, new_id};

/// For how long dead letters are hidden while somebody looks at them.
const LOOK: Duration = Duration::from_secs(60);
/// The longest value of an attribute, in bytes.
const MAX_REASON: usize = 1000;

impl Shared {
    /// Puts the text of a message among the dead letters of a group.
    pub async fn bury(
        &self,
        group: &str,
        data: &str,
        attempts: u32,
        reason: &str,
    ) -> Result<(), Refusal> {
        let mut reason = reason.to_owned();
        reason.truncate(reason.floor_char_boundary(MAX_REASON));
        let message = json!({
            "data": STANDARD.encode(data),
            "attributes": {
                "id": new_id().to_string(),
                "reason": reason,
                "attempts": attempts.to_string(),
            },
        });
        self.publish(&format!("{group}-dlq"), vec![message]).await
    }

    /// The oldest dead letters; for a moment nobody else sees them.
    pub async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, Refusal> {
        let (messages, result) = self.collect(group, limit).await;
        self.hide(&messages, Duration::ZERO).await?;
        result?;
        Ok(messages.iter().filter_map(|m| dead_letter(m)).collect())
    }

    /// Pulls until there are no more, or as many as asked for, and what ended it before.
    async fn collect(
        &self,
        group: &str,
        limit: usize,
    ) -> (Vec<Arc<Message>>, Result<(), Refusal>) {
        let dead = format!("{group}-dlq");
        let mut messages = Vec::new();
        let path = match self.subscribe(&dead, &dead, false).await {
            Ok(path) => path,
            Err(refusal) => return (messages, Err(refusal)),
        };
        while messages.len() < limit {
            match self.pull(&path, limit - messages.len()).await {
                Ok(more) if more.is_empty() => break,
                Ok(more) => {
                    let more: Vec<_> = more.into_iter().map(Arc::new).collect();
                    let hidden = self.hide(&more, LOOK).await;
                    messages.extend(more);
                    if hidden.is_err() {
                        return (messages, hidden);
                    }
                }
                Err(refusal) => return (messages, Err(refusal)),
            }
        }
        (messages, Ok(()))
    }

    /// Sends the dead letters of a group to it once more, through a topic of its own.
    pub async fn redrive(&self, group: &str) -> Result<usize, Refusal> {
        let again = format!("{group}-again");
        self.subscribe(&again, &again, true).await?;
        let mut count = 0;
        loop {
            let (messages, result) = self.collect(group, 100).await;
            result?;
            if messages.is_empty() {
                return Ok(count);
            }
            for dead in messages {
                let Some(letter) = dead_letter(&dead) else {
                    continue;
                };
                let event = message(&letter.envelope, &dead.data, json!({}));
                self.publish(&again, vec![event]).await?;
                self.acknowledge(&dead).await?;
                count += 1;
            }
        }
    }
}

fn dead_letter(message: &Message) -> Option<DeadLetter> {
    let envelope = Envelope::from_json(&message.data);
    if let Err(error) = &envelope {
        tracing::error!(%error, "a dead letter cannot be read");
    }
    let attribute = |name: &str| message.attributes[name].as_str();
    let attempts = attribute("attempts").or(attribute("CloudPubSubDeadLetterSourceDeliveryCount"));
    Some(DeadLetter {
        envelope: envelope.ok()?,
        // Pub/Sub itself sets aside what was handed over too often, and says no reason.
        reason: attribute("reason").unwrap_or("delivered too often").to_owned(),
        attempts: attempts.and_then(|n| n.parse().ok()).unwrap_or(1),
    })
}
