use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::convert;
use super::translation::KindMap;

/// The longest id that a legacy system may give.
const LONGEST_ID: usize = 255;

/// What was read from the legacy system.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Where it was, as `customers.csv:12`.
    pub place: String,
    /// The record, or the text that should have been one.
    pub record: Value,
    /// Why it is no record.
    pub broken: Option<String>,
    /// Whether it only tells that the record is gone.
    pub is_removal: bool,
}

impl Item {
    /// A record.
    pub fn new(place: impl Into<String>, record: Value) -> Self {
        let (broken, is_removal) = (None, false);
        let place = place.into();
        Self {
            place,
            record,
            broken,
            is_removal,
        }
    }

    /// A text that is no record.
    pub fn broken(place: impl Into<String>, text: &str, reason: impl Into<String>) -> Self {
        let mut item = Self::new(place, Value::from(text));
        item.broken = Some(reason.into());
        item
    }

    /// What tells whether two that have no id are the same.
    pub(super) fn digest(&self) -> String {
        format!("{:x}", Sha256::digest(self.record.to_string()))
    }
}

/// A record in our form.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Translated {
    pub changed: Option<String>,
    pub is_deleted: bool,
    pub fields: Map<String, Value>,
    /// The fields that hold ids of the legacy system, and the kind that these are of.
    pub references: Vec<(&'static str, &'static str)>,
}

impl KindMap {
    /// The id of a record there.
    pub(super) fn legacy_id(&self, record: &Value) -> Option<String> {
        let id = self.id.text(record)?;
        (id.len() <= LONGEST_ID && !id.contains('\0')).then_some(id)
    }

    /// When a record was changed, in the words of the legacy system.
    pub(super) fn changed(&self, record: &Value) -> Option<String> {
        self.changed.as_ref()?.text(record)
    }

    /// Puts a record into our form.
    pub(super) fn translate(&self, item: &Item) -> Result<Translated, String> {
        let record = &item.record;
        if !record.is_object() {
            return Err("it is no record".to_owned());
        }
        let mark = self.deleted.as_ref();
        let is_marked = mark.is_some_and(|(path, values)| {
            path.text(record).is_some_and(|text| values.contains(&text))
        });
        let mut translated = Translated {
            changed: self.changed(record),
            is_deleted: item.is_removal || is_marked,
            fields: Map::new(),
            references: Vec::new(),
        };
        // Of what is gone often only the id is told.
        if translated.is_deleted {
            return Ok(translated);
        }
        let mut problems = Vec::new();
        for rule in &self.rules {
            let name = rule.spec.name;
            match field(record, rule) {
                Ok(Some(value)) => {
                    translated.fields.insert(name.to_owned(), value);
                    let reference = rule.reference.map(|kind| (name, kind));
                    translated.references.extend(reference);
                }
                Ok(None) => {}
                Err(reason) => problems.push(format!("{name} (from {}): {reason}", rule.from)),
            }
        }
        if problems.is_empty() {
            Ok(translated)
        } else {
            Err(problems.join("; "))
        }
    }
}

fn field(record: &Value, rule: &convert::Rule) -> Result<Option<Value>, String> {
    let value = rule.from.of(record);
    let is_empty = match value {
        Value::Null => true,
        Value::String(text) => {
            let text = text.trim();
            text.is_empty() || rule.empty.iter().any(|empty| empty == text)
        }
        _ => false,
    };
    if !is_empty {
        return convert::values(value, rule).map(Some);
    }
    if let Some(default) = &rule.default {
        return Ok(Some(default.clone()));
    }
    let may_be_missing = rule.spec.is_optional || rule.spec.is_list;
    if rule.is_required || !may_be_missing {
        return Err("it is missing".to_owned());
    }
    Ok(None)
}

impl Translated {
    /// What tells whether anything has changed.
    pub fn digest(&self, kind: &KindMap) -> String {
        let mut digest = Sha256::new();
        // In the order of the kind, whatever the order of the map.
        for field in kind.spec.fields {
            let value = self.fields.get(field.name);
            digest.update(value.map(Value::to_string).unwrap_or_default());
            digest.update([0]);
        }
        format!("{:x}", digest.finalize())
    }
}

/// Whether one mark of the legacy system comes before another one: as numbers where both are, else
/// as texts.
pub(super) fn is_before(one: &str, other: &str) -> bool {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one < other,
        _ => one < other,
    }
}
