use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::Shared;
use super::channel::{Letter, Message};
use super::topology::{MAX_DELIVERIES, waiting};
use crate::Envelope;
use crate::bus::{BusError, DeadLetter};

/// How long to wait for dead letters to be where they were.
const PUT_BACK: Duration = Duration::from_secs(2);

/// Puts an event among the dead letters of a group.
pub(super) async fn bury(
    shared: &Shared,
    group: &str,
    envelope: &Envelope,
    attempts: u32,
    reason: &str,
) -> Result<(), BusError> {
    let queue = shared.names.dead(group);
    let headers = json!({ "reason": reason, "attempts": attempts, "group": group });
    send(shared, &queue, envelope, &headers).await
}

/// Sends an event to one queue.
async fn send(
    shared: &Shared,
    queue: &str,
    envelope: &Envelope,
    headers: &serde_json::Value,
) -> Result<(), BusError> {
    let (json, id) = (envelope.to_json()?, envelope.id.to_string());
    let letter = Letter {
        exchange: "",
        key: queue,
        must_arrive: true,
        kind: &envelope.kind,
        id: &id,
        headers,
        body: json.as_bytes(),
    };
    shared.send(&[letter]).await
}

/// The dead letter in a message: set aside by a consumer, or by the server, which says why in headers
/// of its own.
fn letter(message: &Message) -> Option<DeadLetter> {
    let json = String::from_utf8_lossy(&message.body);
    let headers = &message.headers;
    let reason = ["reason", "x-first-death-reason"];
    let reason = reason.iter().find_map(|name| headers[name].as_str());
    let attempts = headers["attempts"].as_u64();
    Some(DeadLetter {
        envelope: Envelope::from_json(&json).ok()?,
        reason: reason.unwrap_or_default().to_owned(),
        attempts: match attempts {
            Some(attempts) => u32::try_from(attempts).ok()?,
            // The server counts on while it is looked at.
            None if reason == Some("delivery_limit") => MAX_DELIVERIES,
            None => 0,
        },
    })
}

/// The oldest dead letters of a group. They are taken out and put back to where they were; who looks
/// at the same time may miss them.
pub(super) async fn read(
    shared: &Shared,
    group: &str,
    limit: usize,
) -> Result<Vec<DeadLetter>, BusError> {
    let queue = shared.names.dead(group);
    let mut letters = Vec::new();
    let mut channel = shared.channel().await?;
    let before = waiting(&mut channel, &queue).await?;
    if before == 0 {
        return Ok(letters);
    }
    while letters.len() < limit {
        let Some(message) = channel.get(&queue).await? else {
            break;
        };
        match letter(&message) {
            Some(letter) => letters.push(letter),
            None => tracing::error!(queue, "a dead letter cannot be read"),
        }
    }
    channel.give_back_all().await?;
    let deadline = Instant::now() + PUT_BACK;
    // They are back a little later. If others take some meanwhile, there will not be as many again.
    while Instant::now() < deadline && waiting(&mut channel, &queue).await? < before {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    channel.close().await?;
    Ok(letters)
}

/// Sends the dead letters of a group to its queues again.
pub(super) async fn redrive(shared: &Shared, group: &str) -> Result<usize, BusError> {
    let queue = shared.names.dead(group);
    let mut channel = shared.channel().await?;
    let mut count = 0;
    // Not those that die meanwhile.
    for _ in 0..waiting(&mut channel, &queue).await? {
        let Some(message) = channel.get(&queue).await? else {
            break;
        };
        let Some(letter) = letter(&message) else {
            tracing::error!(queue, "a dead letter cannot be read");
            continue;
        };
        let envelope = &letter.envelope;
        let to = shared.names.queue_of(group, &envelope.key);
        send(shared, &to, envelope, &json!({})).await?;
        channel.ack(message.tag).await?;
        count += 1;
    }
    if !channel.is_closed() {
        channel.close().await?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::messaging::tests::counted;

    #[test]
    fn the_server_has_headers_of_its_own() {
        let message = |headers: Value, body: &str| Message {
            tag: 1,
            is_redelivered: false,
            headers,
            body: body.as_bytes().to_vec(),
        };
        let json = counted("a", 1).to_json().unwrap();
        let given_up = json!({ "x-first-death-reason": "delivery_limit", "x-delivery-count": 7 });
        let read = letter(&message(given_up, &json)).unwrap();
        assert_eq!(
            (read.reason.as_str(), read.attempts),
            ("delivery_limit", MAX_DELIVERIES)
        );
        let ours = json!({ "reason": "broken", "attempts": 5, "x-first-death-reason": "expired" });
        let read = letter(&message(ours, &json)).unwrap();
        assert_eq!((read.reason.as_str(), read.attempts), ("broken", 5));
        assert!(letter(&message(Value::Null, "{}")).is_none());
    }
}
