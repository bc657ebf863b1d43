mod consumer;
mod letters;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};

use self::consumer::KafkaConsumer;
use self::settings::KafkaSettings;
use super::{Bus, BusError, Consumer, DeadLetter, Driver, Subscription, pack};
use crate::config::BusSettings;
use crate::{Envelope, Result};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many events may be on their way to the cluster at once.
const IN_FLIGHT: usize = 64;

pub(super) const DRIVER: Driver = Driver {
    schemes: &["kafka://", "kafkas://"],
    variables: &[&[
        "KAFKA_CA_FILE",
        "KAFKA_REPLICAS",
        "KAFKA_SASL_MECHANISM",
        "SSL_CERT_FILE",
    ]],
    open: |settings| {
        Box::pin(async move { Ok(Arc::new(KafkaBus::open(settings).await?) as Arc<dyn Bus>) })
    },
};

/// A bus in Kafka: one topic for all events, spread by their keys over its partitions, and for each
/// group a topic for what comes again and one for its dead letters.
///
/// Offsets are stored when events are settled and never beyond the oldest that is not, so what a
/// consumer did not finish comes again, and with it what was finished behind it. Before a partition
/// moves to another consumer its deliveries are finished.
///
/// Kafka does not count how often an event was delivered: the attempt of a delivery is always 1.
#[derive(Clone)]
pub struct KafkaBus {
    shared: Arc<Shared>,
}

struct Shared {
    settings: KafkaSettings,
    producer: FutureProducer,
}

fn gone(reason: impl ToString) -> BusError {
    BusError::Unavailable(reason.to_string())
}

impl KafkaBus {
    /// Connects, and makes the topic if it is missing.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the cluster does not answer, [`crate::Error::Internal`]
    /// for settings that have no meaning.
    pub async fn open(settings: &BusSettings) -> Result<Self> {
        let settings = KafkaSettings::read(settings)?;
        let producer = settings.producer().create().map_err(gone)?;
        let shared = Arc::new(Shared { settings, producer });
        let settings = &shared.settings;
        let retain = settings.retain_ms.as_str();
        shared
            .make(&settings.events(), settings.partitions, retain)
            .await?;
        Ok(Self { shared })
    }
}

/// Does what waits for the cluster where it keeps nobody else waiting.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, BusError> + Send + 'static,
) -> std::result::Result<T, BusError> {
    tokio::task::spawn_blocking(work).await.map_err(gone)?
}

impl Shared {
    /// Makes a topic if it is missing; one that is there stays as it is.
    async fn make(
        self: &Arc<Self>,
        topic: &str,
        partitions: i32,
        retain_ms: &str,
    ) -> std::result::Result<(), BusError> {
        let client = self.settings.client();
        let admin: AdminClient<DefaultClientContext> = client.create().map_err(gone)?;
        let replicas = TopicReplication::Fixed(self.settings.replicas);
        let new = NewTopic::new(topic, partitions, replicas).set("retention.ms", retain_ms);
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        let made = admin.create_topics([&new], &options).await;
        let refusals = match made {
            Ok(topics) => topics
                .into_iter()
                .filter_map(std::result::Result::err)
                .collect(),
            Err(error) => {
                tracing::warn!(topic, %error, "cannot ask for a topic");
                Vec::new()
            }
        };
        for (topic, code) in refusals {
            if code != RDKafkaErrorCode::TopicAlreadyExists {
                // Where others make the topics, this one may be there all the same.
                tracing::warn!(topic, %code, "cannot make the topic");
            }
        }
        let (shared, topic) = (self.clone(), topic.to_owned());
        blocking(move || shared.partitions(&topic).map(|_| ())).await
    }

    /// How many partitions a topic has.
    fn partitions(&self, topic: &str) -> std::result::Result<usize, BusError> {
        let metadata = self.producer.client().fetch_metadata(Some(topic), PATIENCE);
        let metadata = metadata.map_err(gone)?;
        let found = metadata.topics().iter().find(|found| found.name() == topic);
        match found.map(|found| found.partitions().len()) {
            Some(count) if count > 0 => Ok(count),
            _ => Err(gone(format!("kafka has no topic {topic}"))),
        }
    }

    /// Sends texts with their keys, and waits until the cluster has all of them.
    async fn send(
        &self,
        topic: &str,
        letters: &[(&str, &str)],
    ) -> std::result::Result<(), BusError> {
        let mut answers = Vec::new();
        for (key, text) in letters {
            let record = FutureRecord::to(topic).key(*key).payload(*text);
            let answer = self.producer.send_result(record);
            answers.push(answer.map_err(|(error, _)| gone(error))?);
        }
        for answer in answers {
            answer
                .await
                .map_err(gone)?
                .map_err(|(error, _)| gone(error))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Bus for KafkaBus {
    async fn publish(&self, envelopes: &[Envelope]) -> std::result::Result<(), BusError> {
        let shared = &self.shared;
        let json = pack(envelopes, shared.settings.max_bytes)?;
        let letters = envelopes.iter().zip(&json);
        let letters: Vec<_> = letters
            .map(|(event, json)| (event.key.as_str(), json.as_str()))
            .collect();
        let topic = shared.settings.events();
        let mut rest = letters.as_slice();
        while !rest.is_empty() {
            // Events of different keys together, those of the same key one after the other, because
            // of those sent together some may be taken and others not.
            let is_first = |index: &usize| {
                let key = rest.get(*index).map(|(key, _)| key);
                rest.iter()
                    .take(*index)
                    .all(|(before, _)| Some(before) != key)
            };
            let together = (0..rest.len().min(IN_FLIGHT)).take_while(is_first).count();
            let (batch, later) = rest.split_at(together);
            shared.send(&topic, batch).await?;
            rest = later;
        }
        Ok(())
    }

    async fn subscribe(
        &self,
        subscription: &Subscription,
    ) -> std::result::Result<Arc<dyn Consumer>, BusError> {
        let (shared, group) = (&self.shared, &subscription.group);
        let settings = &shared.settings;
        let (again, dead) = (settings.again(group), settings.dead(group));
        shared
            .make(&again, settings.partitions, &settings.retain_ms)
            .await?;
        shared.make(&dead, 1, "-1").await?;
        Ok(Arc::new(KafkaConsumer::start(shared, subscription)?))
    }

    async fn dead_letters(
        &self,
        group: &str,
        limit: usize,
    ) -> std::result::Result<Vec<DeadLetter>, BusError> {
        let (shared, group) = (self.shared.clone(), group.to_owned());
        blocking(move || letters::read(&shared, &group, limit)).await
    }

    async fn redrive(&self, group: &str) -> std::result::Result<usize, BusError> {
        letters::redrive(&self.shared, group).await
    }

    async fn ping(&self) -> std::result::Result<(), BusError> {
        let shared = self.shared.clone();
        blocking(move || shared.partitions(&shared.settings.events()).map(|_| ())).await
    }

    async fn close(&self) {
        let shared = self.shared.clone();
        // What was published is there already, so there is next to nothing to flush.
        blocking(move || shared.producer.flush(PATIENCE).map_err(gone))
            .await
            .ok();
    }
}
