use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// How often flags were on and off in a while.
#[derive(Debug, Clone)]
pub(super) struct Usage {
    start: DateTime<Utc>,
    flags: BTreeMap<String, (u64, u64)>,
}

impl Usage {
    pub fn since(start: DateTime<Utc>) -> Self {
        Self {
            start,
            flags: BTreeMap::new(),
        }
    }

    pub fn count(&mut self, flag: &str, is_on: bool) {
        if !self.flags.contains_key(flag) {
            self.flags.insert(flag.to_owned(), (0, 0));
        }
        if let Some((yes, no)) = self.flags.get_mut(flag) {
            *if is_on { yes } else { no } += 1;
        }
    }

    /// What was counted, if anything was; counting begins anew.
    pub fn take(&mut self, now: DateTime<Utc>) -> Option<Self> {
        let is_empty = self.flags.is_empty();
        (!is_empty).then(|| std::mem::replace(self, Self::since(now)))
    }

    /// Counts again what could not be told.
    pub fn take_back(&mut self, other: Self) {
        self.start = self.start.min(other.start);
        for (flag, (yes, no)) in other.flags {
            let counted = self.flags.entry(flag).or_default();
            counted.0 += yes;
            counted.1 += no;
        }
    }

    /// What the server is told.
    pub fn bucket(&self, stop: DateTime<Utc>) -> Value {
        let flags = self.flags.iter();
        let toggles: BTreeMap<_, _> = flags
            .map(|(flag, (yes, no))| (flag, json!({ "yes": yes, "no": no, "variants": {} })))
            .collect();
        json!({ "start": self.start, "stop": stop, "toggles": toggles })
    }
}
