use chrono::DateTime;
use regex::Regex;
use semver::Version;
use serde::Deserialize;
use serde_json::Value;

/// A condition: one of the values compares with what is known of the caller.
#[derive(Debug, Deserialize)]
#[serde(from = "Told")]
pub(super) struct Clause {
    pub told: Told,
    /// The patterns of `matches`, each where it can be read.
    patterns: Vec<Option<Regex>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    #[serde(default)]
    pub context_kind: Option<String>,
    #[serde(default)]
    pub attribute: String,
    pub op: String,
    #[serde(default)]
    pub values: Vec<Value>,
    #[serde(default)]
    pub negate: bool,
}

impl From<Told> for Clause {
    fn from(told: Told) -> Self {
        let is_pattern = told.op == "matches";
        let values = told.values.iter().filter(|_| is_pattern);
        let patterns = values
            .map(|value| Regex::new(value.as_str()?).ok())
            .collect();
        Self { told, patterns }
    }
}

impl Clause {
    /// Whether a text compares with one of the values. What is known of callers are texts: one that is a number
    /// compares with numbers, too.
    pub fn compares(&self, known: &str) -> bool {
        let told = &self.told;
        let texts = |test: fn(&str, &str) -> bool| {
            let values = told.values.iter().filter_map(Value::as_str);
            values.into_iter().any(|value| test(known, value))
        };
        let numbers = |test: fn(f64, f64) -> bool| {
            let number = known.trim().parse::<f64>();
            let mut values = told.values.iter().filter_map(Value::as_f64);
            number.is_ok_and(|known| values.any(|value| test(known, value)))
        };
        let times = |test: fn(f64, f64) -> bool| {
            let mut values = told.values.iter().filter_map(time);
            let known = instant(known).or_else(|| known.parse().ok());
            known.is_some_and(|known| values.any(|value| test(known, value)))
        };
        let versions = |test: fn(&Version, &Version) -> bool| {
            let values = told.values.iter().filter_map(Value::as_str);
            let mut values = values.filter_map(version);
            version(known).is_some_and(|known| values.any(|value| test(&known, &value)))
        };
        match told.op.as_str() {
            "in" => texts(|known, value| known == value),
            "startsWith" => texts(|known, value| known.starts_with(value)),
            "endsWith" => texts(|known, value| known.ends_with(value)),
            "contains" => texts(|known, value| known.contains(value)),
            "matches" => self
                .patterns
                .iter()
                .flatten()
                .any(|regex| regex.is_match(known)),
            "lessThan" => numbers(|known, value| known < value),
            "lessThanOrEqual" => numbers(|known, value| known <= value),
            "greaterThan" => numbers(|known, value| known > value),
            "greaterThanOrEqual" => numbers(|known, value| known >= value),
            "before" => times(|known, value| known < value),
            "after" => times(|known, value| known > value),
            "semVerEqual" => versions(|known, value| known.cmp_precedence(value).is_eq()),
            "semVerLessThan" => versions(|known, value| known.cmp_precedence(value).is_lt()),
            "semVerGreaterThan" => versions(|known, value| known.cmp_precedence(value).is_gt()),
            _ => false,
        }
    }
}

/// Milliseconds since 1970 of a number, or of a text as RFC 3339 has it.
fn time(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| instant(value.as_str()?))
}

fn instant(text: &str) -> Option<f64> {
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    #[allow(clippy::cast_precision_loss)]
    Some(time.timestamp_millis() as f64)
}

/// A version; minor and patch may be missing.
fn version(text: &str) -> Option<Version> {
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, rest) = text.split_at(end);
    let missing = match numbers.matches('.').count() {
        0 => ".0.0",
        1 => ".0",
        _ => "",
    };
    Version::parse(&format!("{numbers}{missing}{rest}")).ok()
}
