use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::flags::FlagContext;
use crate::now;

/// What must be so for a strategy to count.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Constraint {
    context_name: String,
    operator: String,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    inverted: bool,
    #[serde(default)]
    case_insensitive: bool,
}

impl Constraint {
    /// Whether it is so; an operator that is not known never holds.
    pub fn holds(&self, context: &FlagContext, app: &str) -> bool {
        let known = value(&self.context_name, context, app);
        self.compares(known.as_deref())
            .is_some_and(|holds| holds != self.inverted)
    }

    fn compares(&self, known: Option<&str>) -> Option<bool> {
        let listed = |known: &str| self.values.iter().any(|value| value == known);
        let text = |test: fn(&str, &str) -> bool| {
            let fold = |text: &str| match self.case_insensitive {
                true => text.to_lowercase(),
                false => text.to_owned(),
            };
            let fits = |known: &str| {
                self.values
                    .iter()
                    .any(|value| test(&fold(known), &fold(value)))
            };
            known.is_some_and(fits)
        };
        Some(match self.operator.as_str() {
            "IN" => known.is_some_and(listed),
            "NOT_IN" => !known.is_some_and(listed),
            "STR_CONTAINS" => text(|known, value| known.contains(value)),
            "STR_STARTS_WITH" => text(|known, value| known.starts_with(value)),
            "STR_ENDS_WITH" => text(|known, value| known.ends_with(value)),
            "NUM_EQ" => self.number(known, |known, value| known == value),
            "NUM_GT" => self.number(known, |known, value| known > value),
            "NUM_GTE" => self.number(known, |known, value| known >= value),
            "NUM_LT" => self.number(known, |known, value| known < value),
            "NUM_LTE" => self.number(known, |known, value| known <= value),
            "DATE_AFTER" => self.time(known, |known, value| known > value),
            "DATE_BEFORE" => self.time(known, |known, value| known < value),
            _ => return None,
        })
    }

    fn number(&self, known: Option<&str>, test: fn(f64, f64) -> bool) -> bool {
        let number = |text: Option<&str>| text?.trim().parse().ok();
        match (number(known), number(self.value.as_deref())) {
            (Some(known), Some(value)) => test(known, value),
            _ => false,
        }
    }

    fn time(&self, known: Option<&str>, test: fn(DateTime<Utc>, DateTime<Utc>) -> bool) -> bool {
        let time = |text: Option<&str>| text?.trim().parse().ok();
        match (time(known), time(self.value.as_deref())) {
            (Some(known), Some(value)) => test(known, value),
            _ => false,
        }
    }
}

/// What is known under a name.
pub(super) fn value(name: &str, context: &FlagContext, app: &str) -> Option<String> {
    match name {
        "userId" => context.user.clone(),
        "sessionId" => context.session.clone(),
        "appName" => Some(app.to_owned()),
        "tenantId" => context.tenant.clone(),
        "currentTime" => {
            let told = context.properties.get(name).cloned();
            told.or_else(|| Some(now().to_rfc3339()))
        }
        other => context.properties.get(other).cloned(),
    }
}
