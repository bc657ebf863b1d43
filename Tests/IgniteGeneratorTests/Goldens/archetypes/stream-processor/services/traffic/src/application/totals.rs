//! What is kept of each window, and what it tells when it closes.

use std::collections::BTreeMap;

use frame::stream::{Processor, Window};
use frame::{Envelope, Error, HandlerError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The topics that are read.
pub const INPUTS: &[&str] = &[
    "BookSeen",
    "BookSeen",
];

/// The topics that are written.
pub const OUTPUTS: &[&str] = &[
    "TrafficCounted",
];

/// Counts the events of a window and sums up the numbers in them.
pub struct Totals;

/// What is kept of one window.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Total {
    pub count: u64,
    /// The numbers of the payloads by name.
    pub numbers: BTreeMap<String, Numbers>,
}

/// What is kept of the numbers of one name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    pub sum: f64,
    pub min: f64,
    pub max: f64,
}

impl Total {
    fn note(&mut self, name: &str, seen: &Numbers) {
        let Some(known) = self.numbers.get_mut(name) else {
            self.numbers.insert(name.to_owned(), seen.clone());
            return;
        };
        known.sum += seen.sum;
        known.min = known.min.min(seen.min);
        known.max = known.max.max(seen.max);
    }
}

impl Processor for Totals {
    type State = Total;

    fn add(&self, state: &mut Total, envelope: &Envelope) -> Result<(), HandlerError> {
        let Value::Object(payload) = &envelope.payload else {
            return Err(HandlerError::Reject(format!("{} is no object", envelope.kind)));
        };
        state.count += 1;
        for (name, value) in payload {
            if let Some(number) = value.as_f64() {
                let (sum, min, max) = (number, number, number);
                state.note(name, &Numbers { sum, min, max });
            }
        }
        Ok(())
    }

    fn merge(&self, state: &mut Total, other: Total) {
        state.count += other.count;
        for (name, numbers) in &other.numbers {
            state.note(name, numbers);
        }
    }

    fn emit(&self, key: &str, window: Window, state: Total) -> Result<Vec<Envelope>, Error> {
        let tell = |kind: &&str| Envelope {
            id: frame::new_id(),
            kind: (*kind).to_owned(),
            version: 1,
            source: crate::NAME.to_owned(),
            key: key.to_owned(),
            occurred_at: window.end,
            traceparent: None,
            tenant: None,
            payload: json!({
                "id": window.id(crate::NAME, key, kind),
                "key": key,
                "window_start": window.start,
                "window_end": window.end,
                "count": state.count,
                "numbers": state.numbers,
            }),
        };
        Ok(OUTPUTS.iter().map(tell).collect())
    }
}
