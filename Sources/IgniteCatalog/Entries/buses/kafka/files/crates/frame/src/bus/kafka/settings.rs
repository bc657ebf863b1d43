use percent_encoding::percent_decode_str;
use rdkafka::ClientConfig;
use secrecy::ExposeSecret as _;

use crate::config::BusSettings;
use crate::{Error, Result};

/// How to reach a cluster, and what topics and groups are called there.
pub(super) struct KafkaSettings {
    client: ClientConfig,
    prefix: String,
    pub partitions: i32,
    pub replicas: i32,
    pub max_bytes: usize,
    pub retain_ms: String,
    lease_ms: u128,
}

/// A name that Kafka allows.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let plain = |c: char| if is_plain(c) { c } else { '-' };
    text.chars().map(plain).take(80).collect()
}

impl KafkaSettings {
    /// # Errors
    /// [`Error::Internal`] for what has no meaning.
    pub fn read(settings: &BusSettings) -> Result<Self> {
        let url = settings.url.expose_secret();
        let (scheme, rest) = url
            .split_once("://")
            .ok_or_else(|| Error::Internal("BUS_URL cannot be read".to_owned()))?;
        let (user, brokers) = match rest.rsplit_once('@') {
            Some((user, brokers)) => (Some(user), brokers),
            None => (None, rest),
        };
        let mut client = ClientConfig::new();
        let brokers = brokers.trim_end_matches('/');
        client
            .set("bootstrap.servers", brokers)
            .set("client.id", "frame");
        let is_encrypted = scheme == "kafkas";
        let protocol = match (user.is_some(), is_encrypted) {
            (false, false) => "plaintext",
            (false, true) => "ssl",
            (true, false) => "sasl_plaintext",
            (true, true) => "sasl_ssl",
        };
        client.set("security.protocol", protocol);
        if let Some(user) = user {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
            let mechanism = settings.variable("KAFKA_SASL_MECHANISM").unwrap_or("PLAIN");
            client.set("sasl.mechanism", mechanism);
            client
                .set("sasl.username", decoded(name))
                .set("sasl.password", decoded(password));
        }
        if is_encrypted {
            let named = settings.variable("KAFKA_CA_FILE");
            let named = named.or_else(|| settings.variable("SSL_CERT_FILE"));
            // Where nobody names a file, those of the machine: librdkafka brings an OpenSSL that does
            // not know where they are.
            client.set("ssl.ca.location", named.unwrap_or("probe"));
            client.set("ssl.endpoint.identification.algorithm", "https");
        }
        let replicas = match settings.variable("KAFKA_REPLICAS") {
            // As many as the cluster has for topics that say nothing.
            None => -1,
            Some(text) => text
                .parse()
                .map_err(|_| Error::Internal("KAFKA_REPLICAS is no number".to_owned()))?,
        };
        Ok(Self {
            client,
            prefix: word(&settings.prefix),
            partitions: settings.partitions.into(),
            replicas,
            max_bytes: settings.max_message_bytes,
            retain_ms: settings.retain.as_millis().to_string(),
            lease_ms: settings.lease.as_millis(),
        })
    }

    pub fn client(&self) -> ClientConfig {
        self.client.clone()
    }

    /// A producer that repeats without doubling or reordering.
    pub fn producer(&self) -> ClientConfig {
        let mut config = self.client();
        let largest = self.max_bytes.max(1_000_000) + 10_000;
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set(
                "message.timeout.ms",
                super::PATIENCE.as_millis().to_string(),
            )
            .set("message.max.bytes", largest.to_string())
            .set("partitioner", "murmur2_random");
        config
    }

    /// A consumer of a group, which says itself what is done. Clusters refuse short leases.
    pub fn consumer(&self, group: &str) -> ClientConfig {
        let mut config = self.client();
        config
            .set("group.id", self.group(group))
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.offset.store", "false")
            .set("auto.commit.interval.ms", "500")
            .set("session.timeout.ms", self.lease_ms.max(10_000).to_string())
            .set(
                "heartbeat.interval.ms",
                (self.lease_ms / 5).max(500).to_string(),
            )
            .set("partition.assignment.strategy", "range");
        config
    }

    pub fn events(&self) -> String {
        format!("{}.events", self.prefix)
    }

    pub fn again(&self, group: &str) -> String {
        format!("{}.{}.again", self.prefix, word(group))
    }

    pub fn dead(&self, group: &str) -> String {
        format!("{}.{}.dead", self.prefix, word(group))
    }

    fn group(&self, group: &str) -> String {
        format!("{}.{}", self.prefix, word(group))
    }

    /// The group that has seen the dead letters which came again.
    pub fn undertaker(&self, group: &str) -> ClientConfig {
        let mut config = self.client();
        config
            .set("group.id", format!("{}.dead", self.group(group)))
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false");
        config
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::producer::FutureProducer;
    use secrecy::SecretString;

    use super::*;

    fn read(url: &str, own: &[(&'static str, &str)]) -> Result<KafkaSettings> {
        let secret = |(name, value): &(&'static str, &str)| (*name, SecretString::from(*value));
        KafkaSettings::read(&BusSettings {
            url: SecretString::from(url),
            prefix: "test:1".to_owned(),
            own: own.iter().map(secret).collect(),
            ..BusSettings::default()
        })
    }

    #[test]
    fn brokers_and_who_one_is_stand_in_the_url() {
        let plain = read("kafka://a:9092,b:9092", &[]).unwrap();
        assert_eq!(
            plain.client().get("bootstrap.servers"),
            Some("a:9092,b:9092")
        );
        assert_eq!(plain.client().get("security.protocol"), Some("plaintext"));
        assert_eq!(plain.events(), "test-1.events");
        assert_eq!(plain.replicas, -1);
        assert_eq!(plain.client().get("ssl.ca.location"), None);
        let own = [
            ("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512"),
            ("KAFKA_CA_FILE", "/ca.pem"),
            ("SSL_CERT_FILE", "/others.pem"),
        ];
        let full = read("kafkas://me:a%40b@c:9093", &own).unwrap();
        assert_eq!(full.client().get("security.protocol"), Some("sasl_ssl"));
        assert_eq!(full.client().get("sasl.password"), Some("a@b"));
        assert_eq!(full.client().get("sasl.mechanism"), Some("SCRAM-SHA-512"));
        assert_eq!(full.client().get("ssl.ca.location"), Some("/ca.pem"));
        assert!(read("kafka", &[]).is_err());
        assert!(read("kafka://a", &[("KAFKA_REPLICAS", "many")]).is_err());
    }

    #[test]
    fn a_cluster_is_trusted_by_the_authorities_of_the_machine_or_those_that_are_named() {
        let authorities = |own: &[(&'static str, &str)]| {
            let client = read("kafkas://c:9093", own).unwrap().client();
            client.get("ssl.ca.location").map(str::to_owned)
        };
        assert_eq!(authorities(&[]).as_deref(), Some("probe"));
        let named = [("SSL_CERT_FILE", "/ca.pem")];
        assert_eq!(authorities(&named).as_deref(), Some("/ca.pem"));
    }

    #[test]
    fn librdkafka_takes_passwords_with_scram_over_tls() {
        let own = [("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512")];
        let settings = read("kafkas://me:secret@localhost:9096,localhost:9097", &own).unwrap();
        let brokers = settings.client();
        assert_eq!(
            brokers.get("bootstrap.servers"),
            Some("localhost:9096,localhost:9097")
        );
        assert!(settings.producer().create::<FutureProducer>().is_ok());
    }
}
