use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::{Error, Result};

type Upcaster = Arc<dyn Fn(Value) -> Result<Value> + Send + Sync>;

/// The forms that changes have had, and how an old form becomes the next one.
///
/// A change is written in the latest form of its kind and never rewritten: it is brought up to date
/// each time it is read.
///
/// ```
/// use frame::VersionRegistry;
/// use serde_json::json;
///
/// let versions = VersionRegistry::new().upcaster("order", "Created", |mut payload| {
///     payload["currency"] = json!("EUR"); // form 1 had no currency
///     Ok(payload)
/// });
/// assert_eq!(versions.latest("order", "Created"), 2);
/// let payload = versions.upcast("order", "Created", 1, json!({ "total": 7 }))?;
/// assert_eq!(payload, json!({ "total": 7, "currency": "EUR" }));
/// # Ok::<(), frame::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct VersionRegistry {
    upcasters: HashMap<(String, String), Vec<Upcaster>>,
}

impl VersionRegistry {
    /// A registry of changes that have had one form only.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says how the latest form known so far becomes the next one, for one kind of change.
    #[must_use]
    pub fn upcaster(
        mut self,
        aggregate: &str,
        kind: &str,
        upcast: impl Fn(Value) -> Result<Value> + Send + Sync + 'static,
    ) -> Self {
        let key = (aggregate.to_owned(), kind.to_owned());
        self.upcasters
            .entry(key)
            .or_default()
            .push(Arc::new(upcast));
        self
    }

    /// The form in which changes of a kind are written now, counted from 1.
    #[must_use]
    pub fn latest(&self, aggregate: &str, kind: &str) -> i64 {
        let steps = self.steps(aggregate, kind).len();
        i64::try_from(steps).unwrap_or(i64::MAX - 1) + 1
    }

    /// The payload in the latest form.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a form that is later than the latest one, and what an upcaster says.
    pub fn upcast(&self, aggregate: &str, kind: &str, form: i64, payload: Value) -> Result<Value> {
        let steps = self.steps(aggregate, kind);
        let done = usize::try_from(form.saturating_sub(1)).ok();
        let Some(left) = done.and_then(|done| steps.get(done..)) else {
            let known = steps.len() + 1;
            return Err(Error::Malformed(format!(
                "{aggregate} {kind} has form {form}, the latest known is {known}"
            )));
        };
        left.iter()
            .try_fold(payload, |payload, upcast| upcast(payload))
    }

    fn steps(&self, aggregate: &str, kind: &str) -> &[Upcaster] {
        let key = (aggregate.to_owned(), kind.to_owned());
        self.upcasters.get(&key).map_or(&[], Vec::as_slice)
    }
}

impl fmt::Debug for VersionRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = self.upcasters.iter();
        let kinds = kinds.map(|((aggregate, kind), steps)| ((aggregate, kind), steps.len() + 1));
        f.debug_map().entries(kinds).finish()
    }
}
