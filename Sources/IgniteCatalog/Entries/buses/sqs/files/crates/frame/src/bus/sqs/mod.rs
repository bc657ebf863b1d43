mod api;
mod consumer;
mod lambda;
mod letters;
mod names;
mod publishing;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use serde::Deserialize;
use serde_json::json;

use self::api::Api;
use self::consumer::SqsConsumer;
use self::names::Names;
use super::{Bus, BusError, Consumer, DeadLetter, Driver, Subscription, pack};
use crate::aws::Refusal;
use crate::config::BusSettings;
use crate::messaging::ConsumerRunner;
use crate::{Envelope, Result};

/// What SQS and SNS carry at most.
const MAX_BYTES: usize = 256 * 1024;

pub(super) const DRIVER: Driver = Driver {
    schemes: &["sqs:"],
    variables: &[
        crate::aws::VARIABLES,
        &[
            "AWS_LAMBDA_RUNTIME_API",
            "BUS_CREATE",
            "SNS_TOPIC_ARN_PREFIX",
            "SQS_QUEUE_URL_PREFIX",
        ],
    ],
    open: |settings| Box::pin(async move { Ok(Arc::new(SqsBus::open(settings)?) as Arc<dyn Bus>) }),
};

/// A bus on SNS and SQS: one FIFO topic an event, one FIFO queue a group, one more for its dead
/// letters.
///
/// Events of different types about the same key go through different topics; SNS does not promise
/// the order between them. With `BUS_CREATE=true` the bus makes what is missing, as for tests; else
/// somebody has made the topics, the queues and the subscriptions.
#[derive(Clone)]
pub struct SqsBus {
    shared: Arc<Shared>,
}

struct Shared {
    api: Api,
    names: Names,
    /// Whether the bus makes what is missing.
    creates: bool,
    /// Whether something else asks for events and brings them.
    is_pushed: bool,
    /// Where the queues and topics are that this bus has made.
    made: Mutex<HashMap<String, String>>,
    max_bytes: usize,
    lease: Duration,
}

impl SqsBus {
    /// A bus with these settings; nothing is asked yet.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when a variable is missing.
    pub fn open(settings: &BusSettings) -> Result<Self> {
        let creates = settings.variable("BUS_CREATE") == Some("true");
        Ok(Self {
            shared: Arc::new(Shared {
                api: Api::new(&settings.own)?,
                names: Names::new(settings, creates)?,
                creates,
                is_pushed: settings.variable("AWS_LAMBDA_RUNTIME_API").is_some(),
                made: Mutex::default(),
                max_bytes: settings.max_message_bytes.min(MAX_BYTES),
                lease: settings.lease,
            }),
        })
    }
}

impl Shared {
    fn made(&self, name: &str) -> Option<String> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.get(name).cloned()
    }

    fn remember(&self, name: String, place: &str) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.insert(name, place.to_owned());
    }

    /// The topic of an event.
    async fn topic(&self, event: &str) -> Result<String, Refusal> {
        let name = self.names.topic(event);
        if let Some(arn) = self.names.topic_arn(event).or_else(|| self.made(&name)) {
            return Ok(arn);
        }
        let input = [
            ("Name", name.as_str()),
            ("Attributes.entry.1.key", "FifoTopic"),
            ("Attributes.entry.1.value", "true"),
            ("Attributes.entry.2.key", "ContentBasedDeduplication"),
            ("Attributes.entry.2.value", "false"),
        ];
        let input = input.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = self.api.sns("CreateTopic", &input).await?;
        let arn = api::element(&answer, "TopicArn").unwrap_or_default();
        self.remember(name, arn);
        Ok(arn.to_owned())
    }

    /// A queue by its name, without the prefix.
    async fn queue(&self, name: &str) -> Result<String, Refusal> {
        let full = self.names.queue(name);
        if let Some(url) = self.names.queue_url(name).or_else(|| self.made(&full)) {
            return Ok(url);
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            queue_url: String,
        }
        let attributes = json!({
            "FifoQueue": "true",
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
            "MessageRetentionPeriod": "1209600",
            "Policy": self.names.policy(),
        });
        let input = json!({ "QueueName": full, "Attributes": attributes });
        let answer: Answer = self.api.sqs("CreateQueue", &input, Duration::ZERO).await?;
        self.remember(full, &answer.queue_url);
        Ok(answer.queue_url)
    }

    /// Sends the events of these types to the queue of a group, where the bus makes what is missing.
    async fn connect(&self, group: &str, types: &[String], queue: &str) -> Result<(), Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            attributes: HashMap<String, String>,
        }
        self.queue(&format!("{group}-dlq")).await?;
        let input = json!({ "QueueUrl": queue, "AttributeNames": ["QueueArn"] });
        let answer: Answer = self
            .api
            .sqs("GetQueueAttributes", &input, Duration::ZERO)
            .await?;
        let arn = answer.attributes.get("QueueArn").cloned();
        for event in types {
            let input = [
                ("TopicArn", self.topic(event).await?),
                ("Protocol", "sqs".to_owned()),
                ("Endpoint", arn.clone().unwrap_or_default()),
                ("Attributes.entry.1.key", "RawMessageDelivery".to_owned()),
                ("Attributes.entry.1.value", "true".to_owned()),
            ];
            let input = input.map(|(name, value)| (name.to_owned(), value));
            self.api.sns("Subscribe", &input).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Bus for SqsBus {
    async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BusError> {
        let json = pack(envelopes, self.shared.max_bytes)?;
        Ok(self.shared.publish(envelopes, &json).await?)
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<Arc<dyn Consumer>, BusError> {
        let (shared, group) = (&self.shared, &subscription.group);
        let queue = shared.queue(group).await?;
        if shared.creates {
            shared.connect(group, &subscription.types, &queue).await?;
        }
        Ok(Arc::new(SqsConsumer::start(
            shared.clone(),
            subscription,
            queue,
        )))
    }

    async fn dead_letters(&self, group: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        Ok(self.shared.dead_letters(group, limit).await?)
    }

    async fn redrive(&self, group: &str) -> Result<usize, BusError> {
        Ok(self.shared.redrive(group).await?)
    }

    async fn ping(&self) -> Result<(), BusError> {
        Ok(self.shared.api.ping().await?)
    }

    fn keeps_events(&self) -> bool {
        false
    }

    fn routes(&self, runner: &Arc<ConsumerRunner>) -> Option<Router> {
        let shared = &self.shared;
        shared
            .is_pushed
            .then(|| lambda::routes(shared.clone(), runner.clone()))
    }

    async fn close(&self) {}
}
