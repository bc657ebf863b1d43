use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::Reader;
use crate::context::{Propagation, Sampler};

/// Traces, and what goes to a collector, by the variables of OpenTelemetry.
#[derive(Debug, Clone)]
pub struct TelemetrySettings {
    /// `OTEL_PROPAGATORS`: how traces go from process to process, of tracecontext, b3, b3multi and
    /// none; `OTEL_TRACES_SAMPLER` with `OTEL_TRACES_SAMPLER_ARG`: which are recorded.
    pub propagation: Propagation,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`: where the collector is, as `http://collector:4318`; nothing
    /// is exported without.
    pub endpoint: Option<String>,
    /// `OTEL_EXPORTER_OTLP_HEADERS`: what the collector wants to see, as `name=value,…`.
    headers: SecretString,
    /// `OTEL_SERVICE_NAME`: another name than the service's own.
    pub name: Option<String>,
    /// `OTEL_RESOURCE_ATTRIBUTES`: what else is to be known of the service, as `name=value,…`.
    pub resource: Vec<(String, String)>,
    /// `OTEL_TRACES_EXPORTER`: otlp or none.
    pub exports_traces: bool,
    /// `OTEL_METRICS_EXPORTER`: otlp or none.
    pub exports_metrics: bool,
    /// `OTEL_METRIC_EXPORT_INTERVAL`: how often metrics go, in milliseconds.
    pub interval: Duration,
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        Self {
            propagation: Propagation::default(),
            endpoint: None,
            headers: SecretString::from(""),
            name: None,
            resource: Vec::new(),
            exports_traces: true,
            exports_metrics: false,
            interval: Duration::from_secs(60),
        }
    }
}

impl TelemetrySettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let base = Self::default();
        let pairs = reader.or("OTEL_RESOURCE_ATTRIBUTES", Vec::<String>::new());
        let interval = reader.or("OTEL_METRIC_EXPORT_INTERVAL", 60_000_u64);
        if interval < 1_000 {
            let expected = "at least 1000, in milliseconds";
            reader.problem("OTEL_METRIC_EXPORT_INTERVAL", "is too short", expected);
        }
        let settings = Self {
            propagation: propagation(reader),
            endpoint: reader.optional("OTEL_EXPORTER_OTLP_ENDPOINT"),
            headers: reader.secret_or("OTEL_EXPORTER_OTLP_HEADERS", ""),
            name: reader.optional("OTEL_SERVICE_NAME"),
            resource: pairs.iter().filter_map(|pair| split(pair)).collect(),
            exports_traces: exports(reader, "OTEL_TRACES_EXPORTER", base.exports_traces),
            exports_metrics: exports(reader, "OTEL_METRICS_EXPORTER", base.exports_metrics),
            interval: Duration::from_millis(interval.clamp(1_000, 86_400_000)),
        };
        let is_http = |url: Url| ["http", "https"].contains(&url.scheme());
        let endpoint = settings.endpoint.as_deref();
        if endpoint.is_some_and(|url| !Url::parse(url).is_ok_and(is_http)) {
            let expected = "a URL such as http://collector:4318";
            reader.problem("OTEL_EXPORTER_OTLP_ENDPOINT", "is no address", expected);
        }
        let given = settings.headers.expose_secret().split(',');
        if given.filter(|pair| !pair.trim().is_empty()).count() != settings.headers().len() {
            let expected = "headers such as api-key=secret";
            reader.problem("OTEL_EXPORTER_OTLP_HEADERS", "cannot be read", expected);
        }
        settings
    }

    /// What the collector wants to see.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let pairs = self.headers.expose_secret().split(',').filter_map(split);
        let header = |(name, value): (String, String)| {
            let mut value = HeaderValue::try_from(value).ok()?;
            value.set_sensitive(true);
            Some((HeaderName::try_from(name).ok()?, value))
        };
        pairs.filter_map(header).collect()
    }
}

fn split(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=')?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

fn exports(reader: &mut Reader, name: &str, default: bool) -> bool {
    match reader.optional::<String>(name).as_deref() {
        None => default,
        Some("otlp") => true,
        Some("none") => false,
        Some(_) => {
            reader.problem(name, "is no exporter of the kit", "otlp or none");
            default
        }
    }
}

fn propagation(reader: &mut Reader) -> Propagation {
    let base = Propagation::default();
    let names = reader.or("OTEL_PROPAGATORS", vec!["tracecontext".to_owned()]);
    let has = |name: &str| names.iter().any(|given| given == name);
    // `baggage` is the default of others; there is none here.
    let known = ["tracecontext", "b3", "b3multi", "baggage", "none"];
    if names.iter().any(|name| !known.contains(&name.as_str())) {
        let expected = "some of tracecontext, b3, b3multi and none";
        reader.problem("OTEL_PROPAGATORS", "holds an unknown one", expected);
    }
    Propagation {
        w3c: has("tracecontext"),
        b3: has("b3"),
        b3_multi: has("b3multi"),
        sampler: sampler(reader, base.sampler),
    }
}

fn sampler(reader: &mut Reader, default: Sampler) -> Sampler {
    let share = reader.or("OTEL_TRACES_SAMPLER_ARG", 1.0_f64);
    if !(0.0..=1.0).contains(&share) {
        reader.problem("OTEL_TRACES_SAMPLER_ARG", "is out of range", "from 0 to 1");
    }
    match reader.optional::<String>("OTEL_TRACES_SAMPLER").as_deref() {
        None => default,
        Some("always_on") => Sampler::Always,
        Some("always_off") => Sampler::Never,
        Some("traceidratio") => Sampler::Share(share),
        Some("parentbased_always_on") => Sampler::Parent,
        Some("parentbased_traceidratio") => Sampler::ParentOrShare(share),
        Some(_) => {
            let expected = "always_on, always_off, traceidratio, parentbased_always_on or \
                            parentbased_traceidratio";
            reader.problem("OTEL_TRACES_SAMPLER", "is unknown", expected);
            default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_variables_of_the_standard() {
        let mut reader = Reader::from_pairs([
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=s3cr3t, x-team=a=b"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=prod"),
            ("OTEL_PROPAGATORS", "b3,tracecontext"),
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
            ("OTEL_METRICS_EXPORTER", "otlp"),
            ("OTEL_TRACES_EXPORTER", "none"),
        ]);
        let settings = TelemetrySettings::read(&mut reader);
        assert_eq!(reader.finish(), Ok(()));
        let headers = settings.headers();
        assert_eq!((&headers["api-key"], &headers["x-team"]), (&"s3cr3t".parse().unwrap(), &"a=b".parse().unwrap()));
        assert!(settings.propagation.w3c && settings.propagation.b3);
        assert_eq!(settings.propagation.sampler, Sampler::Share(0.25));
        assert!(settings.exports_metrics && !settings.exports_traces);
        assert_eq!(settings.resource.len(), 1);
        assert!(!format!("{settings:?}").contains("s3cr3t"));
    }
}
