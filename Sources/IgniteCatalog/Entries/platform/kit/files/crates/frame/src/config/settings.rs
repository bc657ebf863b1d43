use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Reader, Setting, TelemetrySettings, Variables};
use crate::retry::Growth;

/// What a service decides before the environment does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defaults {
    /// The service's name, as `order-service`.
    pub name: &'static str,
    /// The port it listens on when neither `PORT` nor `HTTP_PORT` is set.
    pub port: u16,
}

/// Everything the kit reads from the environment for one service.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The service's name in logs, events and metrics.
    pub name: String,
    /// The HTTP server.
    pub http: HttpSettings,
    /// The database.
    pub database: DatabaseSettings,
    /// The bus.
    pub bus: BusSettings,
    /// The logs.
    pub log: LogSettings,
    /// Traces, and what goes to a collector.
    pub telemetry: TelemetrySettings,
    /// The outbox relay.
    pub outbox: RelaySettings,
    /// The consumers.
    pub consumer: ConsumerSettings,
    /// The jobs.
    pub jobs: JobSettings,
    /// Events from outside.
    pub intake: IntakeSettings,
    /// The `Idempotency-Key` middleware.
    pub idempotency: IdempotencySettings,
    /// `OPERATIONS_TOKEN`: what opens the routes under `/operations`; without it they are open only
    /// where the service listens to nothing but its own machine.
    pub operations_token: Option<SecretString>,
    /// `SHUTDOWN_DELAY`: how long to serve on after readiness went off, for load balancers.
    pub shutdown_delay: Duration,
    /// `SHUTDOWN_GRACE`: how long a stop may take.
    pub shutdown_grace: Duration,
}

impl Settings {
    /// Reads all groups; problems stay in the reader.
    pub fn read(reader: &mut Reader, defaults: Defaults) -> Self {
        let base = Self::new(defaults);
        Self {
            http: HttpSettings::read(reader, base.http),
            database: DatabaseSettings::read(reader, base.database),
            bus: BusSettings::read(reader, base.bus),
            log: LogSettings::read(reader, base.log),
            telemetry: TelemetrySettings::read(reader),
            outbox: RelaySettings::read(reader, base.outbox),
            consumer: ConsumerSettings::read(reader, base.consumer),
            jobs: JobSettings::read(reader, base.jobs),
            intake: IntakeSettings::read(reader, base.intake),
            idempotency: IdempotencySettings::read(reader, base.idempotency),
            operations_token: reader
                .optional::<String>("OPERATIONS_TOKEN")
                .map(SecretString::from),
            shutdown_delay: reader.or("SHUTDOWN_DELAY", base.shutdown_delay),
            shutdown_grace: reader.or("SHUTDOWN_GRACE", base.shutdown_grace),
            name: base.name,
        }
    }

    /// The settings of an empty environment: memory bus and SQLite in memory.
    #[must_use]
    pub fn new(defaults: Defaults) -> Self {
        Self {
            name: defaults.name.to_owned(),
            http: HttpSettings {
                port: defaults.port,
                ..HttpSettings::default()
            },
            database: DatabaseSettings::default(),
            bus: BusSettings::default(),
            log: LogSettings::default(),
            telemetry: TelemetrySettings::default(),
            outbox: RelaySettings::default(),
            consumer: ConsumerSettings::default(),
            jobs: JobSettings::default(),
            intake: IntakeSettings::default(),
            idempotency: IdempotencySettings::default(),
            operations_token: None,
            shutdown_delay: Duration::ZERO,
            shutdown_grace: Duration::from_secs(25),
        }
    }
}

const SECOND: Duration = Duration::from_secs(1);
const MOMENT: Duration = Duration::from_millis(10);

/// Reports a duration that would make the kit spin or give up at once.
fn at_least(reader: &mut Reader, name: &str, value: Duration, least: Duration) {
    if value < least {
        let expected = if least == SECOND {
            "at least 1s"
        } else {
            "at least 10ms"
        };
        reader.problem(name, "is too short", expected);
    }
}

/// The HTTP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSettings {
    /// `HOST`: the address to listen on.
    pub host: IpAddr,
    /// `PORT`, or else `HTTP_PORT`: 0 takes any free port.
    pub port: u16,
    /// `HTTP_BODY_LIMIT_BYTES`: the largest request body.
    pub body_limit: usize,
    /// `HTTP_TIMEOUT`: how long an answer may take.
    pub timeout: Duration,
    /// `HTTP_MAX_CONCURRENT`: how many requests may run; more are shed with 503.
    pub max_concurrent: usize,
    /// `HTTP_CORS_ORIGINS`: origins that browsers may call from, `*` for all, none by default.
    pub cors_origins: Vec<String>,
    /// `HTTP_RATE_LIMIT_RPS`: how many requests a second are let in; 0 lets in all.
    pub rate_limit_rps: u32,
    /// `HTTP_RATE_LIMIT_BURST`: how many may come at once, after a rest.
    pub rate_limit_burst: u32,
    /// `HTTP_TENANT_HEADER`: the header that names the tenant.
    pub tenant_header: String,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            port: 8080,
            body_limit: 1024 * 1024,
            timeout: Duration::from_secs(10),
            max_concurrent: 512,
            cors_origins: Vec::new(),
            rate_limit_rps: 0,
            rate_limit_burst: 100,
            tenant_header: "x-tenant-id".to_owned(),
        }
    }
}

impl HttpSettings {
    fn read(reader: &mut Reader, base: Self) -> Self {
        let port = reader.or("HTTP_PORT", base.port);
        let settings = Self {
            host: reader.or("HOST", base.host),
            port: reader.or("PORT", port),
            body_limit: reader.or("HTTP_BODY_LIMIT_BYTES", base.body_limit),
            timeout: reader.or("HTTP_TIMEOUT", base.timeout),
            max_concurrent: reader.or("HTTP_MAX_CONCURRENT", base.max_concurrent),
            cors_origins: reader.or("HTTP_CORS_ORIGINS", base.cors_origins),
            rate_limit_rps: reader.or("HTTP_RATE_LIMIT_RPS", base.rate_limit_rps),
            rate_limit_burst: reader.or("HTTP_RATE_LIMIT_BURST", base.rate_limit_burst),
            tenant_header: reader.or("HTTP_TENANT_HEADER", base.tenant_header),
        };
        if axum::http::HeaderName::try_from(&settings.tenant_header).is_err() {
            reader.problem("HTTP_TENANT_HEADER", "is no header name", "a header name");
        }
        at_least(reader, "HTTP_TIMEOUT", settings.timeout, MOMENT);
        if !(1..=1_000_000).contains(&settings.max_concurrent) {
            let reason = "is out of range";
            reader.problem("HTTP_MAX_CONCURRENT", reason, "from 1 to 1000000");
        }
        for origin in &settings.cors_origins {
            if axum::http::HeaderValue::try_from(origin).is_err() {
                let expected = "origins such as https://shop.example";
                reader.problem("HTTP_CORS_ORIGINS", "holds no origin", expected);
            }
        }
        settings
    }
}

/// The database.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// `DATABASE_URL`: `sqlite::memory:`, `sqlite://orders.db` or `postgres://…`; the password may be
    /// in `DATABASE_PASSWORD`.
    pub url: SecretString,
    /// `DATABASE_MIN_CONNECTIONS`: connections kept open.
    pub min_connections: u32,
    /// `DATABASE_MAX_CONNECTIONS`: connections at most; SQLite in memory always has one.
    pub max_connections: u32,
    /// `DATABASE_ACQUIRE_TIMEOUT`: how long to wait for a connection.
    pub acquire_timeout: Duration,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            url: SecretString::from("sqlite::memory:"),
            min_connections: 0,
            max_connections: 10,
            acquire_timeout: Duration::from_secs(5),
        }
    }
}

impl DatabaseSettings {
    fn read(reader: &mut Reader, base: Self) -> Self {
        let settings = Self {
            url: reader.server_or(
                "DATABASE_URL",
                "DATABASE_PASSWORD",
                base.url.expose_secret(),
            ),
            min_connections: reader.or("DATABASE_MIN_CONNECTIONS", base.min_connections),
            max_connections: reader.or("DATABASE_MAX_CONNECTIONS", base.max_connections),
            acquire_timeout: reader.or("DATABASE_ACQUIRE_TIMEOUT", base.acquire_timeout),
        };
        let url = settings.url.expose_secret();
        if !["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            let expected = "a URL that starts with sqlite: or postgres://";
            reader.problem("DATABASE_URL", "names no known database", expected);
        }
        if settings.max_connections == 0 || settings.min_connections > settings.max_connections {
            let reason = "is 0 or below DATABASE_MIN_CONNECTIONS";
            reader.problem("DATABASE_MAX_CONNECTIONS", reason, "a larger number");
        }
        settings
    }
}

/// The bus.
#[derive(Debug, Clone)]
pub struct BusSettings {
    /// `BUS_URL`: `memory:`, `postgres://…`, `redis://…`, over TLS `rediss://…`, or what another bus
    /// of the kit answers to; the password may be in `BUS_PASSWORD`.
    pub url: SecretString,
    /// `BUS_PREFIX`: what the names on a shared server start with.
    pub prefix: String,
    /// `BUS_PARTITIONS`: how many streams Redis spreads the keys over; the first to connect decides.
    pub partitions: u16,
    /// `BUS_MAX_MESSAGE_BYTES`: the largest event.
    pub max_message_bytes: usize,
    /// `BUS_RETAIN_MESSAGES`: how many events memory and Redis keep for groups yet to come.
    pub retain_messages: usize,
    /// `BUS_RETAIN`: how long PostgreSQL keeps events for groups yet to come.
    pub retain: Duration,
    /// `BUS_LEASE`: after how long without a sign of life a consumer's deliveries go to another.
    pub lease: Duration,
    /// The variables that only this kind of bus has.
    pub own: Variables,
}

impl Default for BusSettings {
    fn default() -> Self {
        Self {
            url: SecretString::from("memory:"),
            prefix: "frame".to_owned(),
            partitions: 8,
            max_message_bytes: 1024 * 1024,
            retain_messages: 100_000,
            retain: Duration::from_secs(7 * 86_400),
            lease: Duration::from_secs(15),
            own: Variables::default(),
        }
    }
}

impl BusSettings {
    pub(crate) fn read(reader: &mut Reader, base: Self) -> Self {
        let mut settings = Self {
            url: reader.server_or("BUS_URL", "BUS_PASSWORD", base.url.expose_secret()),
            prefix: reader.or("BUS_PREFIX", base.prefix),
            partitions: reader.or("BUS_PARTITIONS", base.partitions),
            max_message_bytes: reader.or("BUS_MAX_MESSAGE_BYTES", base.max_message_bytes),
            retain_messages: reader.or("BUS_RETAIN_MESSAGES", base.retain_messages),
            retain: reader.or("BUS_RETAIN", base.retain),
            lease: reader.or("BUS_LEASE", base.lease),
            own: base.own,
        };
        match crate::bus::Driver::of(&settings.url) {
            Some(driver) => settings.own.read(reader, driver.variables),
            None => {
                let expected = "memory: or the URL of a bus that the kit has";
                reader.problem("BUS_URL", "names no known bus", expected);
            }
        }
        if !(1..=256).contains(&settings.partitions) {
            reader.problem("BUS_PARTITIONS", "is out of range", "from 1 to 256");
        }
        at_least(reader, "BUS_LEASE", settings.lease, SECOND);
        settings
    }

    /// A variable that only this kind of bus has.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.own.get(name)
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// Several coloured lines an event, for a person at a terminal.
    Pretty,
    /// One plain line an event.
    Plain,
}

impl Setting for LogFormat {
    const EXPECTED: &'static str = "json, pretty or plain";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "json" => Some(Self::Json),
            "pretty" => Some(Self::Pretty),
            "plain" => Some(Self::Plain),
            _ => None,
        }
    }
}

/// The logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// `LOG_LEVEL`: a level, or directives such as `info,orders=debug`.
    pub level: String,
    /// `LOG_FORMAT`: how the lines look.
    pub format: LogFormat,
    /// `LOG_REDACT`: fields whose values are left out, because they are personal.
    pub redact: Vec<String>,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            format: LogFormat::default(),
            redact: Vec::new(),
        }
    }
}

impl LogSettings {
    fn read(reader: &mut Reader, base: Self) -> Self {
        let settings = Self {
            level: reader.or("LOG_LEVEL", base.level),
            format: reader.or("LOG_FORMAT", base.format),
            redact: reader.or("LOG_REDACT", base.redact),
        };
        if tracing_subscriber::EnvFilter::try_new(&settings.level).is_err() {
            let expected = "a level, or directives such as info,orders=debug";
            reader.problem("LOG_LEVEL", "cannot be read", expected);
        }
        settings
    }
}

/// The outbox relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelaySettings {
    /// `OUTBOX_BATCH`: how many rows are claimed at once.
    pub batch: u32,
    /// `OUTBOX_POLL`: how often to look for rows that another instance left behind.
    pub poll: Duration,
    /// `OUTBOX_MAX_ATTEMPTS`: after how many refusals a row is set aside.
    pub max_attempts: u32,
    /// `OUTBOX_LEASE`: after how long the rows of a relay that died are taken over.
    pub lease: Duration,
}

impl Default for RelaySettings {
    fn default() -> Self {
        Self {
            batch: 100,
            poll: Duration::from_secs(1),
            max_attempts: 10,
            lease: Duration::from_secs(30),
        }
    }
}

impl RelaySettings {
    fn read(reader: &mut Reader, base: Self) -> Self {
        let settings = Self {
            batch: reader.or("OUTBOX_BATCH", base.batch),
            poll: reader.or("OUTBOX_POLL", base.poll),
            max_attempts: reader.or("OUTBOX_MAX_ATTEMPTS", base.max_attempts),
            lease: reader.or("OUTBOX_LEASE", base.lease),
        };
        if !(1..=10_000).contains(&settings.batch) {
            reader.problem("OUTBOX_BATCH", "is out of range", "from 1 to 10000");
        }
        at_least(reader, "OUTBOX_POLL", settings.poll, MOMENT);
        at_least(reader, "OUTBOX_LEASE", settings.lease, SECOND);
        settings
    }
}

/// The consumers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerSettings {
    /// `CONSUMER_CONCURRENCY`: how many events a consumer handles at once, one per key.
    pub concurrency: usize,
    /// `CONSUMER_MAX_ATTEMPTS`: after how many failures an event becomes a dead letter.
    pub max_attempts: u32,
    /// `CONSUMER_TIMEOUT`: how long one attempt may take.
    pub timeout: Duration,
    /// `CONSUMER_BACKOFF`: the first wait between attempts; none is longer than a minute.
    pub backoff: Duration,
    /// `CONSUMER_BACKOFF_GROWTH`: how the waits grow, exponential, linear or fixed.
    pub growth: Growth,
    /// `CONSUMER_DEAD_LETTERS`: whether events that cannot be handled are set aside, else dropped.
    pub dead_letters: bool,
}

impl Default for ConsumerSettings {
    fn default() -> Self {
        Self {
            concurrency: 16,
            max_attempts: 5,
            timeout: Duration::from_secs(30),
            backoff: Duration::from_millis(200),
            growth: Growth::Exponential,
            dead_letters: true,
        }
    }
}

impl ConsumerSettings {
    fn read(reader: &mut Reader, base: Self) -> Self {
        let settings = Self {
            concurrency: reader.or("CONSUMER_CONCURRENCY", base.concurrency),
            max_attempts: reader.or("CONSUMER_MAX_ATTEMPTS", base.max_attempts),
            timeout: reader.or("CONSUMER_TIMEOUT", base.timeout),
            backoff: reader.or("CONSUMER_BACKOFF", base.backoff),
            growth: reader.or("CONSUMER_BACKOFF_GROWTH", base.growth),
            dead_letters: reader.or("CONSUMER_DEAD_LETTERS", base.dead_letters),
        };
        if !(1..=10_000).contains(&settings.concurrency) {
            let reason = "is out of range";
            reader.problem("CONSUMER_CONCURRENCY", reason, "from 1 to 10000");
        }
        at_least(reader, "CONSUMER_TIMEOUT", settings.timeout, MOMENT);
        settings
    }
}

/// The jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSettings {
    /// `JOBS_POLL`: how often an instance looks for due jobs at least.
    pub poll: Duration,
    /// `JOBS_LEASE`: how long after its death another instance takes over its jobs.
    pub lease: Duration,
    /// `JOBS_HISTORY`: how long runs that ended are kept.
    pub history: Duration,
}

impl Default for JobSettings {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(1),
            lease: Duration::from_secs(30),
            history: Duration::from_secs(30 * 86_400),
        }
    }
}

impl JobSettings {
    fn read(reader: &mut Reader, base: Self) -> Self {
        let settings = Self {
            poll: reader.or("JOBS_POLL", base.poll),
            lease: reader.or("JOBS_LEASE", base.lease),
            history: reader.or("JOBS_HISTORY", base.history),
        };
        at_least(reader, "JOBS_POLL", settings.poll, MOMENT);
        at_least(reader, "JOBS_LEASE", settings.lease, SECOND);
        settings
    }
}

/// Events from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeSettings {
    /// `INTAKE_BATCH`: how many events are written together.
    pub batch: usize,
    /// `INTAKE_LINGER`: how long a batch waits to be full.
    pub linger: Duration,
    /// `INTAKE_CAPACITY`: how many events may wait; more are refused with 429.
    pub capacity: usize,
    /// `INTAKE_MAX_BACKLOG`: how long the outbox may be before events are refused with 503.
    pub max_backlog: u64,
}

impl Default for IntakeSettings {
    fn default() -> Self {
        Self {
            batch: 100,
            linger: Duration::from_millis(5),
            capacity: 10_000,
            max_backlog: 100_000,
        }
    }
}

impl IntakeSettings {
    fn read(reader: &mut Reader, base: Self) -> Self {
        let settings = Self {
            batch: reader.or("INTAKE_BATCH", base.batch),
            linger: reader.or("INTAKE_LINGER", base.linger),
            capacity: reader.or("INTAKE_CAPACITY", base.capacity),
            max_backlog: reader.or("INTAKE_MAX_BACKLOG", base.max_backlog),
        };
        if !(1..=1_000_000).contains(&settings.capacity) {
            reader.problem("INTAKE_CAPACITY", "is out of range", "from 1 to 1000000");
        }
        if settings.batch == 0 {
            reader.problem("INTAKE_BATCH", "is out of range", "at least 1");
        }
        settings
    }
}

/// Where stored responses live.
#[derive(Debug, Clone)]
pub enum IdempotencyStorage {
    /// In the service's own database.
    Database,
    /// In Redis, at this URL.
    Redis(SecretString),
}

impl Setting for IdempotencyStorage {
    const EXPECTED: &'static str = "database, or a URL that starts with redis://";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "database" => Some(Self::Database),
            url if url.starts_with("redis://") || url.starts_with("rediss://") => {
                Some(Self::Redis(SecretString::from(url)))
            }
            _ => None,
        }
    }
}

/// The `Idempotency-Key` middleware.
#[derive(Debug, Clone)]
pub struct IdempotencySettings {
    /// `IDEMPOTENCY_STORE`: where stored responses live.
    pub storage: IdempotencyStorage,
    /// `IDEMPOTENCY_HEADER`: the header that carries the key.
    pub header: String,
    /// `IDEMPOTENCY_REQUIRED`: whether a request without a key is refused.
    pub required: bool,
    /// `IDEMPOTENCY_METHODS`: the methods it applies to.
    pub methods: Vec<String>,
    /// `IDEMPOTENCY_TTL`: how long a response is kept.
    pub ttl: Duration,
    /// `IDEMPOTENCY_LEASE`: after how long a request that crashed may be tried again.
    pub lease: Duration,
    /// `IDEMPOTENCY_WAIT`: how long a duplicate waits for the first request before it gets 409.
    pub wait: Duration,
}

impl Default for IdempotencySettings {
    fn default() -> Self {
        Self {
            storage: IdempotencyStorage::Database,
            header: "idempotency-key".to_owned(),
            required: false,
            methods: ["POST", "PATCH", "PUT", "DELETE"]
                .map(str::to_owned)
                .to_vec(),
            ttl: Duration::from_secs(86_400),
            lease: Duration::from_secs(60),
            wait: Duration::from_secs(2),
        }
    }
}

impl IdempotencySettings {
    fn read(reader: &mut Reader, base: Self) -> Self {
        let settings = Self {
            storage: reader.or("IDEMPOTENCY_STORE", base.storage),
            header: reader.or("IDEMPOTENCY_HEADER", base.header),
            required: reader.or("IDEMPOTENCY_REQUIRED", base.required),
            methods: reader.or("IDEMPOTENCY_METHODS", base.methods),
            ttl: reader.or("IDEMPOTENCY_TTL", base.ttl),
            lease: reader.or("IDEMPOTENCY_LEASE", base.lease),
            wait: reader.or("IDEMPOTENCY_WAIT", base.wait),
        };
        if axum::http::HeaderName::try_from(&settings.header).is_err() {
            reader.problem("IDEMPOTENCY_HEADER", "is no header name", "a header name");
        }
        at_least(reader, "IDEMPOTENCY_LEASE", settings.lease, SECOND);
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: Defaults = Defaults {
        name: "orders",
        port: 9000,
    };

    #[test]
    fn an_empty_environment_is_complete() {
        let mut reader = Reader::from_pairs::<&str, &str>([]);
        let settings = Settings::read(&mut reader, DEFAULTS);
        assert_eq!(reader.finish(), Ok(()));
        assert_eq!(
            (settings.name.as_str(), settings.http.port),
            ("orders", 9000)
        );
        assert_eq!(settings.bus.url.expose_secret(), "memory:");
        assert_eq!(settings.log.format, LogFormat::Json);
    }

    #[test]
    fn port_wins_over_http_port() {
        let mut reader = Reader::from_pairs([("HTTP_PORT", "1"), ("PORT", "2")]);
        assert_eq!(Settings::read(&mut reader, DEFAULTS).http.port, 2);
        let mut reader = Reader::from_pairs([("HTTP_PORT", "1"), ("LOG_FORMAT", "plain")]);
        let settings = Settings::read(&mut reader, DEFAULTS);
        assert_eq!(
            (settings.http.port, settings.log.format),
            (1, LogFormat::Plain)
        );
    }

    #[test]
    fn contradictions_are_problems() {
        let bad = [
            ("DATABASE_URL", "mysql://root:hunter2@db"),
            ("DATABASE_MIN_CONNECTIONS", "20"),
            ("BUS_URL", "pigeon://here"),
            ("BUS_PARTITIONS", "0"),
            ("BUS_LEASE", "10ms"),
            ("LOG_LEVEL", "=="),
            ("LOG_FORMAT", "xml"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a b=c"),
            ("OTEL_PROPAGATORS", "pigeon"),
            ("OTEL_TRACES_SAMPLER", "some"),
            ("OTEL_TRACES_SAMPLER_ARG", "2"),
            ("OTEL_TRACES_EXPORTER", "zipkin"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "5"),
            ("OUTBOX_BATCH", "0"),
            ("CONSUMER_CONCURRENCY", "0"),
            ("IDEMPOTENCY_STORE", "disk"),
            ("IDEMPOTENCY_HEADER", "no header"),
            ("HTTP_TENANT_HEADER", "a b"),
            ("HTTP_MAX_CONCURRENT", "18446744073709551615"),
            ("HTTP_CORS_ORIGINS", "https://a\u{7f}"),
            ("HTTP_TIMEOUT", "18446744073709551s"),
            ("OUTBOX_POLL", "0ms"),
            ("OUTBOX_LEASE", "0s"),
            ("CONSUMER_TIMEOUT", "0s"),
            ("CONSUMER_BACKOFF_GROWTH", "wild"),
            ("JOBS_POLL", "0ms"),
            ("INTAKE_CAPACITY", "0"),
            ("INTAKE_BATCH", "0"),
            ("JOBS_LEASE", "10ms"),
            ("IDEMPOTENCY_LEASE", "0s"),
        ];
        let mut reader = Reader::from_pairs(bad);
        let settings = Settings::read(&mut reader, DEFAULTS);
        let error = reader.finish().unwrap_err();
        assert_eq!(error.problems().len(), bad.len(), "{error}");
        assert!(!error.to_string().contains("hunter2"));
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn redis_can_keep_responses() {
        let mut reader = Reader::from_pairs([("IDEMPOTENCY_STORE", "redis://localhost")]);
        let settings = Settings::read(&mut reader, DEFAULTS);
        assert!(matches!(
            settings.idempotency.storage,
            IdempotencyStorage::Redis(_)
        ));
    }
}
