use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::channel::{Channel, Letter, Message, Refusal};
use super::values::Writer;
use super::wire::{Connection, gone};
use crate::bus::BusError;
use crate::config::BusSettings;
use crate::{Envelope, Error};

/// How often an event is handed over before the server itself makes it a dead letter. Consumers do so
/// much earlier; this is for those that die each time.
pub(super) const MAX_DELIVERIES: u32 = 100;
/// As often as anybody looks at dead letters, they stay.
const UNLIMITED: u32 = i32::MAX.unsigned_abs();
/// How many bytes the name of a queue may have.
const MAX_NAME: usize = 255;
/// How long to wait for the first word of a stream that should have one.
const FIRST_WORD: Duration = Duration::from_secs(1);

/// What exchange and queues are called.
#[derive(Debug, Clone)]
pub(super) struct Names {
    prefix: String,
    pub partitions: u64,
}

/// A word of a routing key.
fn word(text: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        }
    };
    text.chars().map(plain).take(150).collect()
}

impl Names {
    pub fn new(prefix: &str, partitions: u64) -> Self {
        Self {
            prefix: prefix.to_owned(),
            partitions: partitions.max(1),
        }
    }

    fn partition(&self, key: &str) -> u64 {
        let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        hash % self.partitions
    }

    /// The exchange for all events.
    pub fn exchange(&self) -> String {
        format!("{}/events", self.prefix)
    }

    pub fn routing_key(&self, envelope: &Envelope) -> String {
        format!("{}.{}", self.partition(&envelope.key), word(&envelope.kind))
    }

    pub fn queue(&self, group: &str, partition: u64) -> String {
        format!("{}/{group}/{partition}", self.prefix)
    }

    /// The queue of a group in which the events of a key wait.
    pub fn queue_of(&self, group: &str, key: &str) -> String {
        self.queue(group, self.partition(key))
    }

    pub fn dead(&self, group: &str) -> String {
        format!("{}/{group}/dead", self.prefix)
    }

    /// The queue in which nothing is, and of which the server knows how many consumers it has.
    pub fn members(&self, group: &str) -> String {
        format!("{}/{group}/members", self.prefix)
    }

    /// The stream whose first word is how many partitions there are.
    fn register(&self) -> String {
        format!("{}/partitions", self.prefix)
    }
}

/// Makes the exchange if it is missing and asks how many partitions there are; the first to connect
/// decides.
pub(super) async fn found(
    connection: &Arc<Connection>,
    settings: &BusSettings,
) -> Result<Names, Error> {
    let mut names = Names::new(&settings.prefix, settings.partitions.into());
    let longest = names.members(&"x".repeat(100)).len();
    if longest > MAX_NAME {
        return Err(Error::Internal(
            "BUS_PREFIX is too long for names of queues".to_owned(),
        ));
    }
    let mut channel = connection.channel().await?;
    const DURABLE: u8 = 0b10;
    let declare = Writer::method(40, 10)
        .u16(0)
        .short(&names.exchange())
        .short("topic");
    let declared = channel.call(declare.u8(DURABLE).u32(0), (40, 11)).await;
    declared.map_err(BusError::from)?;
    names.partitions = partitions(connection, &names).await?;
    Ok(names)
}

/// The first word of the register, which is ours where nobody spoke before.
async fn partitions(connection: &Arc<Connection>, names: &Names) -> Result<u64, BusError> {
    let register = names.register();
    make(connection, &register, &json!({ "x-queue-type": "stream" })).await?;
    let mut reader = connection.channel().await?;
    let first = json!({ "x-stream-offset": "first" });
    reader.consume(&register, 1, &first).await?;
    let message = match tokio::time::timeout(FIRST_WORD, reader.next()).await {
        Ok(message) => message?,
        Err(_) => {
            let mut writer = connection.channel().await?;
            writer.confirm().await?;
            let body = names.partitions.to_string();
            let letter = Letter {
                exchange: "",
                key: &register,
                must_arrive: true,
                kind: "partitions",
                id: "",
                headers: &json!({}),
                body: body.as_bytes(),
            };
            writer.publish(&[letter]).await?;
            // Another may have spoken at the same time, and the stream knows who was first.
            reader.next().await?
        }
    };
    let text = String::from_utf8_lossy(&message.body);
    text.parse()
        .map_err(|_| gone("the register of partitions cannot be read"))
}

/// Makes a queue; one that is there stays as it is.
async fn make(
    connection: &Arc<Connection>,
    queue: &str,
    arguments: &Value,
) -> Result<(), BusError> {
    let looked = connection.channel().await?.look_at(queue).await;
    match looked {
        Err(refusal) if refusal.is_not_found() => {}
        looked => return Ok(looked.map(|_| ())?),
    }
    connection
        .channel()
        .await?
        .declare(queue, arguments)
        .await?;
    Ok(())
}

/// Makes the queues of a group and has them filled with events of these types.
pub(super) async fn join(
    connection: &Arc<Connection>,
    names: &Names,
    group: &str,
    types: &[String],
    retain: Duration,
) -> Result<(), BusError> {
    if names.members(group).len() > MAX_NAME {
        return Err(BusError::Rejected(format!(
            "{group} is too long for names of queues"
        )));
    }
    let dead = names.dead(group);
    let arguments = json!({ "x-queue-type": "quorum", "x-delivery-limit": UNLIMITED });
    make(connection, &dead, &arguments).await?;
    let arguments = json!({ "x-queue-type": "quorum" });
    make(connection, &names.members(group), &arguments).await?;
    let retain = u32::try_from(retain.as_millis()).unwrap_or(u32::MAX);
    let arguments = json!({
        "x-queue-type": "quorum",
        "x-single-active-consumer": true,
        "x-delivery-limit": MAX_DELIVERIES,
        "x-message-ttl": retain,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    });
    let mut channel = connection.channel().await?;
    for partition in 0..names.partitions {
        let queue = names.queue(group, partition);
        make(connection, &queue, &arguments).await?;
        for kind in types {
            let bind = Writer::method(50, 20)
                .u16(0)
                .short(&queue)
                .short(&names.exchange());
            let bind = bind
                .short(&format!("{partition}.{}", word(kind)))
                .u8(0)
                .u32(0);
            channel.call(bind, (50, 21)).await?;
        }
    }
    Ok(())
}

/// How often a message was handed over, this time included.
pub(super) fn attempt(message: &Message) -> u32 {
    match message.headers["x-delivery-count"].as_u64() {
        Some(before) => u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1),
        None => 1 + u32::from(message.is_redelivered),
    }
}

/// How many messages a queue has; none where there is no queue.
pub(super) async fn waiting(channel: &mut Channel, queue: &str) -> Result<u32, Refusal> {
    match channel.look_at(queue).await {
        Ok((messages, _)) => Ok(messages),
        Err(refusal) if refusal.is_not_found() => Ok(0),
        Err(refusal) => Err(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_partitions() {
        let names = Names::new("shop", 4);
        assert_ne!(names.partition("a"), names.partition("b"));
        assert_eq!(
            names.queue_of("mail", "a"),
            names.queue("mail", names.partition("a"))
        );
        assert_eq!(names.dead("mail"), "shop/mail/dead");
        assert_eq!(word("a.b*#"), "a-b--");
    }

    #[test]
    fn attempts_stand_in_the_headers() {
        let message = |headers, is_redelivered| Message {
            tag: 1,
            is_redelivered,
            headers,
            body: Vec::new(),
        };
        assert_eq!(attempt(&message(Value::Null, false)), 1);
        assert_eq!(attempt(&message(Value::Null, true)), 2);
        assert_eq!(attempt(&message(json!({ "x-delivery-count": 4 }), true)), 5);
    }
}
