use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{Error, Result};

/// What an external system tells: `{ "id": …, "type": …, "data": … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Who tells it.
    pub source: String,
    /// Its id; that of its bytes where it has none.
    pub id: String,
    /// What kind it is, as `charge.succeeded`.
    pub kind: String,
    /// All that it holds.
    pub body: Value,
}

impl Notice {
    /// Reads the bytes of a notice.
    ///
    /// # Errors
    /// [`Error::Malformed`] when they are no JSON.
    pub fn read(source: &str, bytes: &[u8]) -> Result<Self> {
        let body: Value = serde_json::from_slice(bytes)
            .map_err(|error| Error::Malformed(format!("the notice cannot be read: {error}")))?;
        let text = |name: &str| match &body[name] {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let of_bytes = || format!("{:x}", Sha256::digest(bytes));
        Ok(Self {
            source: source.to_owned(),
            id: text("id").unwrap_or_else(of_bytes),
            kind: text("type").unwrap_or_default(),
            body,
        })
    }

    /// Whether it is of this kind, however words are written: `ChargeSucceeded` is `charge.succeeded`.
    #[must_use]
    pub fn is(&self, kind: &str) -> bool {
        let letters = |text: &str| {
            let letters = text.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect::<String>()
        };
        letters(&self.kind) == letters(kind)
    }

    /// What it tells about.
    ///
    /// # Errors
    /// [`Error::Malformed`] when that has another form.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.body["data"])
            .map_err(|error| Error::Malformed(format!("the data of the notice: {error}")))
    }

    /// The id of what it tells about: that in its data if it is one of ours, else one that follows
    /// from theirs and is always the same.
    #[must_use]
    pub fn subject(&self) -> uuid::Uuid {
        let id = [&self.body["data"]["id"], &self.body["data"]["object"]["id"]];
        let id = id.into_iter().find_map(Value::as_str).unwrap_or(&self.id);
        id.parse()
            .unwrap_or_else(|_| crate::id_of(&[&self.source, id]))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn notice(body: &Value) -> Notice {
        Notice::read("stripe", body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn kinds_are_known_however_they_are_written() {
        let notice = notice(&json!({ "type": "payment_intent.succeeded" }));
        assert!(notice.is("PaymentIntentSucceeded"));
        assert!(!notice.is("PaymentIntentFailed"));
    }

    #[test]
    fn what_has_no_id_has_that_of_its_bytes() {
        let (one, other) = (notice(&json!({ "n": 1 })), notice(&json!({ "n": 2 })));
        assert_eq!(one.id.len(), 64);
        assert_ne!(one.id, other.id);
        assert_eq!(notice(&json!({ "id": 7 })).id, "7");
    }

    #[test]
    fn a_subject_keeps_its_id() {
        let ours = crate::new_id();
        assert_eq!(notice(&json!({ "data": { "id": ours } })).subject(), ours);
        let theirs = json!({ "id": "evt_1", "data": { "object": { "id": "ch_1" } } });
        assert_eq!(notice(&theirs).subject(), crate::id_of(&["stripe", "ch_1"]));
        let bare = notice(&json!({ "id": "evt_1" }));
        assert_eq!(bare.subject(), crate::id_of(&["stripe", "evt_1"]));
    }

    #[test]
    fn data_has_a_form() {
        let notice = notice(&json!({ "data": [1, 2] }));
        assert_eq!(notice.data::<Vec<u8>>().unwrap(), [1, 2]);
        assert!(matches!(notice.data::<String>(), Err(Error::Malformed(_))));
        assert!(matches!(
            Notice::read("stripe", b"{"),
            Err(Error::Malformed(_))
        ));
    }
}
