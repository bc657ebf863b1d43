use serde_json::Value;
use sha1::{Digest as _, Sha1};

use super::clauses::Clause;
use super::facts::{Attribute, Facts};
use super::rules::{Flag, Rules, Segment, SegmentRule, Serving, Target};

/// What cannot be evaluated: a circle, or a reference that cannot be read.
struct Broken;

/// The number of the value that a flag has, `None` where it has none.
type Outcome = Result<Option<usize>, Broken>;

/// One walk through the rules for one caller.
pub(super) struct Evaluation<'r> {
    rules: &'r Rules,
    facts: &'r Facts<'r>,
    /// The flags and segments on the way, so that circles end.
    flags: Vec<&'r str>,
    segments: Vec<&'r str>,
}

impl<'r> Evaluation<'r> {
    pub fn new(rules: &'r Rules, facts: &'r Facts<'r>) -> Self {
        Self {
            rules,
            facts,
            flags: Vec::new(),
            segments: Vec::new(),
        }
    }

    /// Whether a flag is on; `None` where it is not known, broken, or no switch.
    pub fn evaluate(mut self, key: &str) -> Option<bool> {
        let flag = self.flag(key)?;
        let number = self.number(flag).ok()??;
        flag.variations.get(number).and_then(Value::as_bool)
    }

    fn flag(&self, key: &str) -> Option<&'r Flag> {
        self.rules.flags.get(key).filter(|flag| !flag.deleted)
    }

    fn number(&mut self, flag: &'r Flag) -> Outcome {
        if !flag.on || !self.has_prerequisites(flag)? {
            return Ok(flag.off_variation.and_then(|number| value(flag, number)));
        }
        if let Some(number) = self.target(flag) {
            return Ok(value(flag, number));
        }
        for rule in &flag.rules {
            if self.holds(&rule.clauses)? {
                return self.serve(flag, &rule.serving);
            }
        }
        self.serve(flag, &flag.fallthrough)
    }

    fn has_prerequisites(&mut self, flag: &'r Flag) -> Result<bool, Broken> {
        self.flags.push(&flag.key);
        for wanted in &flag.prerequisites {
            if self.flags.contains(&wanted.key.as_str()) {
                return Err(Broken);
            }
            let Some(other) = self.flag(&wanted.key) else {
                self.flags.pop();
                return Ok(false);
            };
            let number = self.number(other)?;
            let fits = number.is_some_and(|number| i64::try_from(number) == Ok(wanted.variation));
            if !other.on || !fits {
                self.flags.pop();
                return Ok(false);
            }
        }
        self.flags.pop();
        Ok(true)
    }

    /// The number for a caller who is named.
    fn target(&self, flag: &Flag) -> Option<i64> {
        let named =
            |target: &&Target| self.is_listed(target.context_kind.as_deref(), &target.values);
        if flag.context_targets.is_empty() {
            return flag
                .targets
                .iter()
                .find(named)
                .map(|target| target.variation);
        }
        let found = flag.context_targets.iter().find(|target| {
            let kind = target.context_kind.as_deref().unwrap_or_default();
            if !["", "user"].contains(&kind) {
                return named(target);
            }
            // Users stand in a list of their own; here is only their place in the order.
            let mut users = flag.targets.iter();
            let same = users.find(|users| users.variation == target.variation);
            same.is_some_and(|users| self.is_listed(None, &users.values))
        });
        found.map(|target| target.variation)
    }

    fn is_listed(&self, kind: Option<&str>, keys: &[String]) -> bool {
        let known = self.facts.key(kind);
        known.is_some_and(|known| keys.iter().any(|key| key == known))
    }

    fn holds(&mut self, clauses: &'r [Clause]) -> Result<bool, Broken> {
        for clause in clauses {
            if !self.matches(clause)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn matches(&mut self, clause: &'r Clause) -> Result<bool, Broken> {
        let told = &clause.told;
        if told.op == "segmentMatch" {
            let mut is_in = false;
            for key in told.values.iter().filter_map(Value::as_str) {
                is_in = is_in || self.is_in(key)?;
            }
            return Ok(is_in != told.negate);
        }
        let kind = told.context_kind.as_deref();
        let attribute = Attribute::read(&told.attribute, kind);
        let is_called = |name: &str| attribute.as_ref().is_some_and(|known| known.name == name);
        if is_called("kind") {
            return Ok(self.facts.kinds().any(|kind| clause.compares(kind)) != told.negate);
        }
        if self.facts.key(kind).is_none() {
            return Ok(false);
        }
        if is_called("anonymous") {
            let is_in = told.op == "in" && told.values.contains(&Value::Bool(false));
            return Ok(is_in != told.negate);
        }
        let known = self.facts.value(kind, &attribute.ok_or(Broken)?);
        Ok(known.is_some_and(|known| clause.compares(&known) != told.negate))
    }

    fn is_in(&mut self, key: &str) -> Result<bool, Broken> {
        let Some(segment) = self
            .rules
            .segments
            .get(key)
            .filter(|segment| !segment.deleted)
        else {
            return Ok(false);
        };
        if self.segments.contains(&segment.key.as_str()) {
            return Err(Broken);
        }
        if segment.unbounded {
            let kind = segment.unbounded_context_kind.as_deref();
            let is_asked = segment.generation.is_some() && self.facts.key(kind).is_some();
            return Ok(is_asked && self.follows(segment)?);
        }
        let lists = |listed: &[String], contexts: &[Target]| {
            let named =
                |target: &Target| self.is_listed(target.context_kind.as_deref(), &target.values);
            self.is_listed(None, listed) || contexts.iter().any(named)
        };
        if lists(&segment.included, &segment.included_contexts) {
            return Ok(true);
        }
        if lists(&segment.excluded, &segment.excluded_contexts) {
            return Ok(false);
        }
        self.follows(segment)
    }

    fn follows(&mut self, segment: &'r Segment) -> Result<bool, Broken> {
        self.segments.push(&segment.key);
        for rule in &segment.rules {
            if self.holds(&rule.clauses)? && self.is_in_share(segment, rule)? {
                self.segments.pop();
                return Ok(true);
            }
        }
        self.segments.pop();
        Ok(false)
    }

    fn is_in_share(&self, segment: &Segment, rule: &SegmentRule) -> Result<bool, Broken> {
        let Some(weight) = rule.weight else {
            return Ok(true);
        };
        let kind = rule.rollout_context_kind.as_deref();
        let prefix = format!("{}.{}", segment.key, segment.salt);
        let place = self.place(&prefix, kind, rule.bucket_by.as_deref())?;
        Ok(place < weight / 100_000.0)
    }

    fn serve(&self, flag: &Flag, serving: &Serving) -> Outcome {
        if let Some(number) = serving.variation {
            return Ok(value(flag, number));
        }
        let Some(rollout) = &serving.rollout else {
            return Ok(None);
        };
        let Some(last) = rollout.variations.last() else {
            return Ok(None);
        };
        let is_experiment = rollout.kind.as_deref() == Some("experiment");
        let bucket_by = rollout.bucket_by.as_deref().filter(|_| !is_experiment);
        let prefix = match rollout.seed {
            Some(seed) => seed.to_string(),
            None => format!("{}.{}", flag.key, flag.salt),
        };
        let place = self.place(&prefix, rollout.context_kind.as_deref(), bucket_by)?;
        let mut end = 0.0;
        let share = rollout.variations.iter().find(|share| {
            end += share.weight / 100_000.0;
            place < end
        });
        Ok(value(flag, share.unwrap_or(last).variation))
    }

    /// Where a caller falls between 0 and 1: always the same, spread evenly, and first where nothing is known.
    fn place(&self, prefix: &str, kind: Option<&str>, by: Option<&str>) -> Result<f64, Broken> {
        if self.facts.key(kind).is_none() {
            return Ok(-1.0);
        }
        let by = by.filter(|by| !by.is_empty()).unwrap_or("key");
        let attribute = Attribute::read(by, kind).ok_or(Broken)?;
        let Some(id) = self.facts.value(kind, &attribute) else {
            return Ok(0.0);
        };
        let hash = Sha1::digest(format!("{prefix}.{id}"));
        let start = hash
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        #[allow(clippy::cast_precision_loss)]
        Ok((start >> 4) as f64 / 0x0FFF_FFFF_FFFF_FFFF_u64 as f64)
    }
}

/// The number of a value that is there.
fn value(flag: &Flag, number: i64) -> Option<usize> {
    let number = usize::try_from(number).ok()?;
    (number < flag.variations.len()).then_some(number)
}
