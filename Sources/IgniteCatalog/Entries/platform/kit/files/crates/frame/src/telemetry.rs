//! Logs on standard output, with the ids of trace, span and request on every line.
//!
//! ```
//! let settings = frame::config::LogSettings::default();
//! frame::telemetry::init(&settings)?;
//! tracing::info!(orders = 3, "ready to sell");
//! # Ok::<(), frame::Error>(())
//! ```

use std::fmt;

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::{MakeExt as _, RecordFields};
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, JsonFields, Writer, debug_fn};
use tracing_subscriber::fmt::{FmtContext, FormattedFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::{LogFormat, LogSettings};
use crate::security::REDACTED;
use crate::{Error, Result};

/// Starts logging for the whole process.
///
/// # Errors
/// [`Error::Internal`] when logging was started before or the level cannot be read.
pub fn init(settings: &LogSettings) -> Result<()> {
    subscriber(settings, std::io::stdout)?
        .try_init()
        .map_err(|error| Error::Internal(format!("logs: {error}")))
}

/// What [`init`] installs, with a writer of choice.
///
/// # Errors
/// [`Error::Internal`] when the level cannot be read.
pub fn subscriber<W>(
    settings: &LogSettings,
    writer: W,
) -> Result<impl Subscriber + Send + Sync + use<W>>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&settings.level)
        .map_err(|error| Error::Internal(format!("LOG_LEVEL: {error}")))?;
    let layer = tracing_subscriber::fmt::layer().with_writer(writer);
    let redacted = settings.redact.clone();
    let layer = match settings.format {
        LogFormat::Json => layer
            .fmt_fields(JsonFields::new())
            .event_format(FlatJson { redacted })
            .boxed(),
        LogFormat::Pretty if redacted.is_empty() => layer.pretty().boxed(),
        format => layer
            .with_ansi(format == LogFormat::Pretty)
            .fmt_fields(Redacting(redacted))
            .boxed(),
    };
    Ok(tracing_subscriber::registry().with(layer).with(filter))
}

/// Fields as text, without the values of those that are redacted.
struct Redacting(Vec<String>);

impl<'w> FormatFields<'w> for Redacting {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let formatter = debug_fn(|writer, field, value| match field.name() {
            "message" => write!(writer, "{value:?}"),
            name if self.0.iter().any(|redacted| redacted == name) => {
                write!(writer, "{name}={REDACTED}")
            }
            name => write!(writer, "{name}={value:?}"),
        });
        formatter.delimited(" ").format_fields(writer, fields)
    }
}

/// One JSON object a line, the fields of the event and of its spans side by side.
struct FlatJson {
    redacted: Vec<String>,
}

impl<S> FormatEvent<S, JsonFields> for FlatJson
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Map::new();
        for span in context
            .event_scope()
            .into_iter()
            .flat_map(|s| s.from_root())
        {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<JsonFields>>();
            let fields = fields.and_then(|fields| serde_json::from_str(&fields.fields).ok());
            line.extend(fields.unwrap_or_else(Map::new));
        }
        event.record(&mut Fields(&mut line));
        for name in &self.redacted {
            if let Some(value) = line.get_mut(name) {
                *value = REDACTED.into();
            }
        }
        let metadata = event.metadata();
        let time = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
        line.insert("timestamp".to_owned(), time.into());
        line.insert("level".to_owned(), metadata.level().as_str().into());
        line.insert("target".to_owned(), metadata.target().into());
        writeln!(writer, "{}", Value::Object(line))
    }
}

struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use secrecy::SecretString;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, level: &str, redact: &[&str]) -> String {
        let lines = Lines::default();
        let settings = LogSettings {
            level: level.to_owned(),
            format,
            redact: redact.iter().map(|name| (*name).to_owned()).collect(),
        };
        let writer = lines.clone();
        let subscriber = subscriber(&settings, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            let outer = tracing::info_span!("service", service = "orders");
            let inner =
                tracing::info_span!(parent: &outer, "request", trace_id = "abc", request_id = "r1");
            let _guard = inner.enter();
            let secret = SecretString::from("hunter2");
            tracing::info!(
                count = 3_u64,
                delta = -1_i64,
                ratio = 0.5,
                ok = true,
                ?secret,
                "sold"
            );
            tracing::debug!("quiet");
        });
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_is_flat() {
        let text = logged(LogFormat::Json, "info", &[]);
        assert_eq!(text.lines().count(), 1, "{text}");
        let line: Value = serde_json::from_str(&text).unwrap();
        for (name, value) in [
            ("message", Value::from("sold")),
            ("level", "INFO".into()),
            ("service", "orders".into()),
            ("trace_id", "abc".into()),
            ("request_id", "r1".into()),
            ("count", 3.into()),
            ("delta", (-1).into()),
            ("ratio", 0.5.into()),
            ("ok", true.into()),
        ] {
            assert_eq!(line[name], value, "{name}");
        }
        assert!(!text.contains("hunter2"));
    }

    #[test]
    fn other_formats_are_for_people() {
        let plain = logged(LogFormat::Plain, "debug", &[]);
        assert!(plain.contains("sold") && plain.contains("quiet") && plain.contains("abc"));
        assert!(!plain.contains('\u{1b}'));
        assert!(logged(LogFormat::Pretty, "info", &[]).contains("sold"));
    }

    #[test]
    fn what_is_personal_is_left_out() {
        for format in [LogFormat::Json, LogFormat::Plain, LogFormat::Pretty] {
            let text = logged(format, "info", &["count", "request_id"]);
            assert!(text.contains(REDACTED) && text.contains("abc"), "{text}");
            assert!(text.contains("sold") && !text.contains("r1"), "{text}");
            assert!(
                !text.contains("count=3") && !text.contains("\"count\":3"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_strange_level_is_refused() {
        let settings = LogSettings {
            level: "==".to_owned(),
            ..LogSettings::default()
        };
        assert!(matches!(init(&settings), Err(Error::Internal(_))));
    }
}
