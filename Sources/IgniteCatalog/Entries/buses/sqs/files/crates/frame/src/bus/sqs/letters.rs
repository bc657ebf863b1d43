use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::DeadLetter;
use super::Shared;
use super::consumer::{BATCH, Message};
use super::names::message_group;
use crate::Envelope;
use crate::aws::Refusal;

/// For how long dead letters are hidden while somebody looks at them.
const LOOK: Duration = Duration::from_secs(30);
/// What SQS takes of a reason.
const MAX_REASON: usize = 1000;

/// What the sender adds to a message.
pub(super) type Attributes = HashMap<String, Attribute>;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attribute {
    string_value: Option<String>,
}

impl Message {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.message_attributes.get(name)?.string_value.as_deref()
    }

    fn sent_at(&self) -> u64 {
        let sent = self.attributes.sent_timestamp.as_deref();
        sent.and_then(|sent| sent.parse().ok()).unwrap_or_default()
    }
}

impl Shared {
    /// Puts a message among the dead letters of a group, each as a group of its own, so that all can
    /// be looked at together.
    pub async fn bury(
        &self,
        group: &str,
        message: &Message,
        attempts: u32,
        reason: &str,
    ) -> Result<(), Refusal> {
        let reason: String = reason
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_REASON)
            .collect();
        let reason = if reason.is_empty() { "unknown" } else { &reason };
        let input = json!({
            "QueueUrl": self.queue(&format!("{group}-dlq")).await?,
            "MessageBody": message.body,
            "MessageGroupId": message.message_id,
            "MessageDeduplicationId": message.message_id,
            "MessageAttributes": {
                "reason": { "DataType": "String", "StringValue": reason },
                "attempts": { "DataType": "Number", "StringValue": attempts.to_string() },
            },
        });
        let _: Value = self.api.sqs("SendMessage", &input, Duration::ZERO).await?;
        Ok(())
    }

    /// The oldest dead letters; for a moment nobody else sees them.
    pub async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, Refusal> {
        let queue = self.queue(&format!("{group}-dlq")).await?;
        let found = self.collect(&queue, limit).await;
        let (messages, result) = match found {
            Ok(messages) => (messages, Ok(())),
            Err((messages, refusal)) => (messages, Err(refusal)),
        };
        let receipts: Vec<_> = messages.iter().map(|m| m.receipt_handle.clone()).collect();
        self.hide(&queue, &receipts, Duration::ZERO).await?;
        result?;
        Ok(messages.iter().filter_map(dead_letter).collect())
    }

    /// Receives until there are no more, or as many as asked for.
    async fn collect(
        &self,
        queue: &str,
        limit: usize,
    ) -> Result<Vec<Message>, (Vec<Message>, Refusal)> {
        let mut messages: Vec<Message> = Vec::new();
        while messages.len() < limit {
            let left = limit - messages.len();
            match self.receive(queue, left, Duration::ZERO, LOOK).await {
                Ok(more) if more.is_empty() => break,
                Ok(more) => messages.extend(more),
                Err(refusal) => return Err((messages, refusal)),
            }
        }
        messages.sort_by_key(Message::sent_at);
        Ok(messages)
    }

    /// Sends the dead letters of a group to its queue once more.
    pub async fn redrive(&self, group: &str) -> Result<usize, Refusal> {
        let dead = self.queue(&format!("{group}-dlq")).await?;
        let queue = self.queue(group).await?;
        let mut count = 0;
        loop {
            let page = self.collect(&dead, 10 * BATCH).await;
            let messages = page.map_err(|(_, refusal)| refusal)?;
            if messages.is_empty() {
                return Ok(count);
            }
            for message in messages {
                let Some(letter) = dead_letter(&message) else {
                    continue;
                };
                // The id of the event would be taken for a repetition.
                let input = json!({
                    "QueueUrl": queue,
                    "MessageBody": message.body,
                    "MessageGroupId": message_group(&letter.envelope.key),
                    "MessageDeduplicationId": message.message_id,
                });
                let _: Value = self.api.sqs("SendMessage", &input, Duration::ZERO).await?;
                self.delete(&dead, &message.receipt_handle).await?;
                count += 1;
            }
        }
    }
}

fn dead_letter(message: &Message) -> Option<DeadLetter> {
    let envelope = Envelope::from_json(&message.body);
    if let Err(error) = &envelope {
        let id = &message.message_id;
        tracing::error!(id, %error, "a dead letter cannot be read");
    }
    let attempts = message.attribute("attempts").and_then(|n| n.parse().ok());
    // SQS itself sets aside what was handed over too often, and says no reason.
    let reason = message.attribute("reason").unwrap_or("delivered too often");
    Some(DeadLetter {
        envelope: envelope.ok()?,
        reason: reason.to_owned(),
        attempts: attempts.unwrap_or_else(|| message.attempt()),
    })
}
