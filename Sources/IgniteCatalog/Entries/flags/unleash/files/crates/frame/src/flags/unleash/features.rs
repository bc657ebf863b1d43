use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::rules::Constraint;
use super::strategies::Strategy;
use crate::flags::FlagContext;
use crate::{Error, Result};

/// How deep flags may depend on each other.
const DEPTH: u8 = 8;

/// What a server told of all flags.
#[derive(Debug, Default)]
pub(super) struct Features {
    features: BTreeMap<String, Feature>,
    segments: BTreeMap<i64, Vec<Constraint>>,
}

#[derive(Debug, Deserialize)]
struct Told {
    features: Vec<Feature>,
    #[serde(default)]
    segments: Vec<Segment>,
}

#[derive(Debug, Deserialize)]
struct Segment {
    id: i64,
    constraints: Vec<Constraint>,
}

#[derive(Debug, Deserialize)]
struct Feature {
    name: String,
    enabled: bool,
    #[serde(default)]
    strategies: Vec<Strategy>,
    #[serde(default)]
    dependencies: Vec<Dependency>,
}

/// A flag that must be on, or off, for another to be on.
#[derive(Debug, Deserialize)]
struct Dependency {
    feature: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    variants: Vec<String>,
}

fn yes() -> bool {
    true
}

impl Features {
    /// Reads what a server told.
    pub fn read(text: &str) -> Result<Self> {
        let told: Told = serde_json::from_str(text)
            .map_err(|error| Error::Unavailable(format!("flags cannot be read: {error}")))?;
        let segments = told.segments.into_iter();
        Ok(Self {
            features: told
                .features
                .into_iter()
                .map(|f| (f.name.clone(), f))
                .collect(),
            segments: segments.map(|s| (s.id, s.constraints)).collect(),
        })
    }

    /// Reads what was kept.
    pub fn load(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file);
        Self::read(&text.map_err(|error| Error::Unavailable(error.to_string()))?)
    }

    pub fn names(&self) -> Vec<String> {
        self.features.keys().cloned().collect()
    }

    /// The constraints of a segment, if it was told.
    pub fn segment(&self, id: i64) -> Option<&[Constraint]> {
        self.segments.get(&id).map(Vec::as_slice)
    }

    /// Whether a flag is on; `None` when the server does not know it.
    pub fn evaluate(&self, flag: &str, context: &FlagContext, app: &str) -> Option<bool> {
        self.features
            .get(flag)
            .map(|feature| self.is_on(feature, context, app, DEPTH))
    }

    fn is_on(&self, feature: &Feature, context: &FlagContext, app: &str, depth: u8) -> bool {
        let fits = |on: &Dependency| self.fits(on, context, app, depth);
        feature.enabled
            && feature.dependencies.iter().all(fits)
            && (feature.strategies.is_empty()
                || feature
                    .strategies
                    .iter()
                    .any(|strategy| strategy.is_on(&feature.name, context, app, self)))
    }

    /// Variants are not evaluated here, so that a flag that depends on one stays off.
    fn fits(&self, on: &Dependency, context: &FlagContext, app: &str, depth: u8) -> bool {
        let Some((feature, depth)) = self.features.get(&on.feature).zip(depth.checked_sub(1))
        else {
            return false;
        };
        let is_plain = feature.dependencies.is_empty() && on.variants.is_empty();
        is_plain && self.is_on(feature, context, app, depth) == on.enabled
    }
}

/// Keeps what a server told, whole or not at all.
pub(super) fn save(file: &Path, text: &str) -> std::io::Result<()> {
    let draft = file.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&draft, text)?;
    std::fs::rename(&draft, file)
}
