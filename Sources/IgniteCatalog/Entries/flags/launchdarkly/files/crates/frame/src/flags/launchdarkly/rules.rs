use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::clauses::Clause;
use crate::{Error, Result};

/// What LaunchDarkly told of an environment. Flags and segments that cannot be read are not known.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub flags: BTreeMap<String, Flag>,
    pub segments: BTreeMap<String, Segment>,
}

impl Rules {
    /// Reads what was told.
    pub fn read(text: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Told {
            flags: BTreeMap<String, Value>,
            #[serde(default)]
            segments: BTreeMap<String, Value>,
        }
        let told: Told = serde_json::from_str(text)
            .map_err(|error| Error::Unavailable(format!("flags cannot be read: {error}")))?;
        Ok(Self {
            flags: readable(told.flags),
            segments: readable(told.segments),
        })
    }
}

fn readable<T: for<'de> Deserialize<'de>>(told: BTreeMap<String, Value>) -> BTreeMap<String, T> {
    let read = |(key, value)| match T::deserialize(value) {
        Ok(read) => Some((key, read)),
        Err(error) => {
            tracing::warn!(key, %error, "a flag or segment cannot be read");
            None
        }
    };
    told.into_iter().filter_map(read).collect()
}

/// A flag and for whom it has which value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flag {
    pub key: String,
    pub on: bool,
    #[serde(default)]
    pub deleted: bool,
    #[serde(default)]
    pub variations: Vec<Value>,
    #[serde(default)]
    pub off_variation: Option<i64>,
    #[serde(default)]
    pub fallthrough: Serving,
    #[serde(default)]
    pub prerequisites: Vec<Prerequisite>,
    #[serde(default)]
    pub targets: Vec<Target>,
    #[serde(default)]
    pub context_targets: Vec<Target>,
    #[serde(default)]
    pub rules: Vec<Rule>,
    #[serde(default)]
    pub salt: String,
}

/// A flag that must be on and have a value for another to count.
#[derive(Debug, Deserialize)]
pub(super) struct Prerequisite {
    pub key: String,
    pub variation: i64,
}

/// Callers who are named.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Target {
    #[serde(default)]
    pub context_kind: Option<String>,
    #[serde(default)]
    pub values: Vec<String>,
    #[serde(default)]
    pub variation: i64,
}

/// What all of whose clauses must hold.
#[derive(Debug, Deserialize)]
pub(super) struct Rule {
    #[serde(default)]
    pub clauses: Vec<Clause>,
    #[serde(flatten)]
    pub serving: Serving,
}

/// One value for all, or shares of callers.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Serving {
    #[serde(default)]
    pub variation: Option<i64>,
    #[serde(default)]
    pub rollout: Option<Rollout>,
}

/// Which share of callers gets which value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rollout {
    #[serde(default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub context_kind: Option<String>,
    #[serde(default)]
    pub bucket_by: Option<String>,
    #[serde(default)]
    pub seed: Option<i64>,
    #[serde(default)]
    pub variations: Vec<Share>,
}

/// So many of 100,000 callers.
#[derive(Debug, Deserialize)]
pub(super) struct Share {
    pub variation: i64,
    pub weight: f64,
}

/// Callers who belong together.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Segment {
    pub key: String,
    #[serde(default)]
    pub deleted: bool,
    #[serde(default)]
    pub included: Vec<String>,
    #[serde(default)]
    pub excluded: Vec<String>,
    #[serde(default)]
    pub included_contexts: Vec<Target>,
    #[serde(default)]
    pub excluded_contexts: Vec<Target>,
    #[serde(default)]
    pub rules: Vec<SegmentRule>,
    #[serde(default)]
    pub salt: String,
    /// Whether its callers are kept in a store of their own, which nobody asks here: only its rules count.
    #[serde(default)]
    pub unbounded: bool,
    #[serde(default)]
    pub unbounded_context_kind: Option<String>,
    #[serde(default)]
    pub generation: Option<i64>,
}

/// What all of whose clauses must hold, for a share of the callers where it has a weight.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SegmentRule {
    #[serde(default)]
    pub clauses: Vec<Clause>,
    #[serde(default)]
    pub weight: Option<f64>,
    #[serde(default)]
    pub bucket_by: Option<String>,
    #[serde(default)]
    pub rollout_context_kind: Option<String>,
}
