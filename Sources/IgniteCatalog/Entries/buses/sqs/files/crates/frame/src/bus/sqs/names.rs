use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::aws::hex;
use crate::config::BusSettings;
use crate::{Error, Result};

/// What topics, queues and groups of messages are called.
pub(super) struct Names {
    prefix: String,
    topics: Option<String>,
    queues: Option<String>,
}

impl Names {
    pub fn new(settings: &BusSettings, creates: bool) -> Result<Self> {
        let read = |name: &str| match settings.variable(name) {
            Some(text) => Ok(Some(text.to_owned())),
            None if creates => Ok(None),
            None => Err(Error::Internal(format!(
                "{name} is not set; without it BUS_CREATE=true makes topics and queues"
            ))),
        };
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        Ok(Self {
            prefix: settings.prefix.chars().map(plain).collect(),
            topics: read("SNS_TOPIC_ARN_PREFIX")?,
            queues: read("SQS_QUEUE_URL_PREFIX")?,
        })
    }

    pub fn topic(&self, event: &str) -> String {
        format!("{}-{event}.fifo", self.prefix)
    }

    pub fn topic_arn(&self, event: &str) -> Option<String> {
        let prefix = self.topics.as_ref()?;
        Some(format!("{prefix}{event}.fifo"))
    }

    pub fn queue(&self, name: &str) -> String {
        format!("{}-{name}.fifo", self.prefix)
    }

    pub fn queue_url(&self, name: &str) -> Option<String> {
        let prefix = self.queues.as_ref()?;
        Some(format!("{prefix}{name}.fifo"))
    }

    /// Who may send to a queue that the bus makes: the topics.
    pub fn policy(&self) -> String {
        let topics = format!("arn:*:sns:*:*:{}-*", self.prefix);
        let statement = json!({
            "Effect": "Allow",
            "Principal": { "Service": "sns.amazonaws.com" },
            "Action": "sqs:SendMessage",
            "Resource": "*",
            "Condition": { "ArnLike": { "aws:SourceArn": topics } },
        });
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    }
}

/// The group of messages that a key is: itself, or a hash where AWS would not take it.
pub(super) fn message_group(key: &str) -> String {
    let is_taken = !key.is_empty() && key.len() <= 128 && key.bytes().all(|b| b.is_ascii_graphic());
    if is_taken {
        key.to_owned()
    } else {
        hex(&Sha256::digest(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_groups() {
        assert_eq!(message_group("order-1"), "order-1");
        for strange in ["", "ü", "a b", "a\n", &"x".repeat(129)] {
            assert_eq!(message_group(strange).len(), 64, "{strange}");
        }
    }

    #[test]
    fn without_prefixes_the_bus_has_to_make_everything() {
        let settings = BusSettings {
            prefix: "shop:1".to_owned(),
            ..BusSettings::default()
        };
        assert!(Names::new(&settings, false).is_err());
        let names = Names::new(&settings, true).unwrap();
        assert_eq!(names.topic("Sold"), "shop-1-Sold.fifo");
        assert_eq!(names.queue("mail-dlq"), "shop-1-mail-dlq.fifo");
        assert_eq!((names.topic_arn("Sold"), names.queue_url("mail")), (None, None));
    }
}
