//! Values of the legacy system in the form that ours have.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde_json::{Number as JsonNumber, Value};
use uuid::Uuid;

use super::path::Path;
use super::spec::{FieldForm, FieldSpec};

/// The largest text that is told of a value that does not fit.
const TOLD: usize = 40;

/// How one field comes over.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub spec: &'static FieldSpec,
    pub from: Path,
    pub is_required: bool,
    pub default: Option<Value>,
    pub values: Vec<(String, Value)>,
    pub empty: Vec<String>,
    pub format: Option<String>,
    pub zone: Option<Tz>,
    pub number: Number,
    pub separator: String,
    pub reference: Option<&'static str>,
}

/// How numbers are written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Number {
    pub has_comma: bool,
    /// How far the decimal point moves to the right.
    pub scale: u32,
}

/// The value of a field, several where it is a list.
pub(super) fn values(value: &Value, rule: &Rule) -> Result<Value, String> {
    if !rule.spec.is_list {
        return one(value, rule);
    }
    let parts = match value {
        Value::Array(items) => items.clone(),
        Value::String(text) => {
            let parts = text.split(rule.separator.as_str()).map(str::trim);
            let parts = parts.filter(|part| !part.is_empty());
            parts.map(Value::from).collect()
        }
        other => vec![other.clone()],
    };
    let parts: Result<Vec<_>, _> = parts.iter().map(|part| one(part, rule)).collect();
    parts.map(Value::Array)
}

fn one(value: &Value, rule: &Rule) -> Result<Value, String> {
    if rule.spec.form == FieldForm::Json {
        return Ok(value.clone());
    }
    let text = text(value)?;
    if let Some((_, ours)) = rule.values.iter().find(|(legacy, _)| *legacy == text) {
        // What the map says is in our form already.
        let plain = Rule {
            format: None,
            number: Number::default(),
            values: Vec::new(),
            ..rule.clone()
        };
        return one(ours, &plain);
    }
    if rule.reference.is_some() {
        return Ok(Value::String(text));
    }
    let refused = |form: &str| Err(format!("{} is no {form}", told(&text)));
    Ok(match rule.spec.form {
        FieldForm::Text | FieldForm::Json | FieldForm::Reference(_) => Value::String(text),
        FieldForm::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Value::Bool(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Value::Bool(false),
            _ => return refused("truth"),
        },
        FieldForm::Integer => {
            let Some(plain) = rule.number.plain(&text) else {
                return refused("number");
            };
            let whole = match plain.split_once('.') {
                Some((whole, rest)) if rest.bytes().all(|byte| byte == b'0') => whole,
                Some(_) => return refused("whole number"),
                None => &plain,
            };
            match whole.parse::<i64>() {
                Ok(number) => Value::from(number),
                Err(_) => return refused("number of 64 bits"),
            }
        }
        FieldForm::Float => {
            let plain = rule.number.plain(&text);
            let number = plain.as_deref().unwrap_or(&text).parse().ok();
            match number.and_then(JsonNumber::from_f64) {
                Some(number) => Value::Number(number),
                None => return refused("number"),
            }
        }
        FieldForm::Decimal => match rule.number.plain(&text) {
            Some(plain) => Value::String(plain),
            None => return refused("number"),
        },
        FieldForm::Uuid => match text.parse::<Uuid>() {
            Ok(id) => Value::String(id.to_string()),
            Err(_) => return refused("uuid"),
        },
        FieldForm::Date => match date(&text, rule.format.as_deref()) {
            Some(date) => Value::String(date.to_string()),
            None => return refused("day"),
        },
        FieldForm::Timestamp => match timestamp(&text, rule.format.as_deref(), rule.zone) {
            Some(time) => Value::String(time.to_rfc3339()),
            None => return refused("time"),
        },
        FieldForm::Bytes => {
            let bytes: String = text.split_whitespace().collect();
            if STANDARD.decode(&bytes).is_err() {
                return refused("Base64");
            }
            Value::String(bytes)
        }
        FieldForm::Word(words) => {
            if !words.contains(&text.as_str()) {
                let words = words.join(", ");
                return Err(format!("{} is none of {words}", told(&text)));
            }
            Value::String(text)
        }
    })
}

fn text(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.trim().to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Null => Ok(String::new()),
        Value::Array(_) => Err("there are several values".to_owned()),
        Value::Object(_) => Err("it has parts".to_owned()),
    }
}

/// A value in a message; its beginning where it is long.
fn told(text: &str) -> String {
    let start: String = text.chars().take(TOLD).collect();
    if start.len() == text.len() {
        format!("`{start}`")
    } else {
        format!("`{start}…`")
    }
}

impl Number {
    /// The number as `-1234.5`, the point moved; `None` for what is none.
    fn plain(self, text: &str) -> Option<String> {
        let mut text = text.replace([' ', '\u{a0}'], "");
        if self.has_comma {
            text = text.replace('.', "").replace(',', ".");
        }
        // Old programs put the sign behind.
        let (is_negative, digits) = match text.strip_suffix('-') {
            Some(digits) => (true, digits),
            None => match text.strip_prefix('-') {
                Some(digits) => (true, digits),
                None => (false, text.strip_prefix('+').unwrap_or(&text)),
            },
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let scale = usize::try_from(self.scale).ok()?;
        let mut fraction = fraction.to_owned();
        while fraction.len() < scale {
            fraction.push('0');
        }
        let (moved, fraction) = fraction.split_at(scale);
        let whole = format!("{whole}{moved}");
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let sign = if is_negative { "-" } else { "" };
        Some(match fraction {
            "" => format!("{sign}{whole}"),
            fraction => format!("{sign}{whole}.{fraction}"),
        })
    }
}

fn date(text: &str, format: Option<&str>) -> Option<NaiveDate> {
    match format {
        Some(format) => {
            let time = || Some(NaiveDateTime::parse_from_str(text, format).ok()?.date());
            NaiveDate::parse_from_str(text, format).ok().or_else(time)
        }
        // A time is on a day.
        None => text.get(..10).unwrap_or(text).parse().ok(),
    }
}

fn timestamp(text: &str, format: Option<&str>, zone: Option<Tz>) -> Option<DateTime<Utc>> {
    let with_zone = match format {
        Some(format) => DateTime::parse_from_str(text, format).ok(),
        None => DateTime::parse_from_rfc3339(text).ok(),
    };
    if let Some(time) = with_zone {
        return Some(time.with_timezone(&Utc));
    }
    let formats = match format {
        Some(format) => vec![format],
        None => vec!["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"],
    };
    let mut times = formats.iter();
    let local = times.find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let midnight = || Some(date(text, format)?.and_time(NaiveTime::MIN));
    let local = local.or_else(midnight)?;
    let zone = zone.unwrap_or(Tz::UTC);
    let time = zone.from_local_datetime(&local).earliest()?;
    Some(time.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(form: FieldForm) -> Rule {
        let spec = FieldSpec {
            name: "x",
            form,
            is_optional: false,
            is_list: false,
        };
        Rule {
            spec: Box::leak(Box::new(spec)),
            from: Path::new("x"),
            is_required: false,
            default: None,
            values: Vec::new(),
            empty: Vec::new(),
            format: None,
            zone: None,
            number: Number::default(),
            separator: ",".to_owned(),
            reference: None,
        }
    }

    fn formatted(form: FieldForm, format: &str) -> Rule {
        Rule {
            format: Some(format.to_owned()),
            zone: Some(Tz::Europe__Berlin),
            ..rule(form)
        }
    }

    #[test]
    fn values_take_our_form() {
        let comma = Rule {
            number: Number {
                has_comma: true,
                scale: 2,
            },
            ..rule(FieldForm::Integer)
        };
        let words = Rule {
            values: vec![("A".to_owned(), json!("active"))],
            ..rule(FieldForm::Word(&["active", "closed"]))
        };
        let cases = [
            (rule(FieldForm::Text), json!("  Ann "), json!("Ann")),
            (rule(FieldForm::Text), json!(7), json!("7")),
            (rule(FieldForm::Bool), json!("Y"), json!(true)),
            (rule(FieldForm::Bool), json!(0), json!(false)),
            (rule(FieldForm::Integer), json!("00012-"), json!(-12)),
            (rule(FieldForm::Integer), json!(3.0), json!(3)),
            (comma.clone(), json!("1.234,56"), json!(123_456)),
            (comma, json!("1,5"), json!(150)),
            (rule(FieldForm::Float), json!("0.5"), json!(0.5)),
            (rule(FieldForm::Float), json!("1e3"), json!(1000.0)),
            (rule(FieldForm::Decimal), json!("+12.50"), json!("12.50")),
            (
                rule(FieldForm::Date),
                json!("2026-01-31T10:00:00Z"),
                json!("2026-01-31"),
            ),
            (
                formatted(FieldForm::Date, "%d.%m.%Y"),
                json!("31.01.2026"),
                json!("2026-01-31"),
            ),
            (
                formatted(FieldForm::Timestamp, "%d.%m.%Y %H:%M"),
                json!("31.01.2026 10:00"),
                json!("2026-01-31T09:00:00+00:00"),
            ),
            (
                formatted(FieldForm::Timestamp, "%Y%m%d"),
                json!("20260131"),
                json!("2026-01-30T23:00:00+00:00"),
            ),
            (
                rule(FieldForm::Timestamp),
                json!("2026-01-31T10:00:00+01:00"),
                json!("2026-01-31T09:00:00+00:00"),
            ),
            (
                rule(FieldForm::Timestamp),
                json!("2026-01-31 10:00:00"),
                json!("2026-01-31T10:00:00+00:00"),
            ),
            (
                rule(FieldForm::Bytes),
                json!("Ynl0\nZXM="),
                json!("Ynl0ZXM="),
            ),
            (words.clone(), json!("A"), json!("active")),
            (words, json!("closed"), json!("closed")),
            (
                rule(FieldForm::Json),
                json!({ "a": [1] }),
                json!({ "a": [1] }),
            ),
        ];
        for (rule, legacy, ours) in cases {
            assert_eq!(
                values(&legacy, &rule),
                Ok(ours),
                "{legacy} as {:?}",
                rule.spec.form
            );
        }
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let cases = [
            (FieldForm::Bool, json!("maybe")),
            (FieldForm::Integer, json!("1.5")),
            (FieldForm::Integer, json!("1,234")),
            (FieldForm::Integer, json!("99999999999999999999")),
            (FieldForm::Integer, json!("-")),
            (FieldForm::Float, json!("x")),
            (FieldForm::Decimal, json!("1.2.3")),
            (FieldForm::Uuid, json!("7")),
            (FieldForm::Date, json!("31.01.2026")),
            (FieldForm::Date, json!("äöüäöüäöü")),
            (FieldForm::Timestamp, json!("soon")),
            (FieldForm::Bytes, json!("?")),
            (FieldForm::Word(&["a"]), json!("b")),
            (FieldForm::Text, json!({})),
            (FieldForm::Text, json!([])),
        ];
        for (form, legacy) in cases {
            assert!(
                values(&legacy, &rule(form)).is_err(),
                "{legacy} as {form:?}"
            );
        }
        let long = values(&json!("x".repeat(1_000)), &rule(FieldForm::Uuid));
        assert!(long.is_err_and(|reason| reason.len() < 100));
    }

    #[test]
    fn lists_are_split() {
        let spec = FieldSpec {
            name: "tags",
            form: FieldForm::Integer,
            is_optional: false,
            is_list: true,
        };
        let rule = Rule {
            spec: Box::leak(Box::new(spec)),
            ..rule(FieldForm::Integer)
        };
        assert_eq!(values(&json!("1, 2,"), &rule), Ok(json!([1, 2])));
        assert_eq!(values(&json!([3, "4"]), &rule), Ok(json!([3, 4])));
        assert_eq!(values(&json!(5), &rule), Ok(json!([5])));
        assert!(values(&json!("1,x"), &rule).is_err());
    }
}
