use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Binary data: base64 text in JSON, `BLOB` in SQLite, `BYTEA` in PostgreSQL.
///
/// ```
/// let bytes = frame::Bytes::from(vec![1, 2, 3]);
/// assert_eq!(serde_json::to_string(&bytes).ok().as_deref(), Some("\"AQID\""));
/// assert_eq!(bytes.as_slice(), [1, 2, 3]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct Bytes(Vec<u8>);

impl Bytes {
    /// The bytes, borrowed.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, owned.
    #[must_use]
    pub fn into_inner(self) -> Vec<u8> {
        self.0
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        STANDARD
            .decode(text.as_bytes())
            .map(Self)
            .map_err(|_| de::Error::custom("expected base64 text"))
    }
}

impl PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Byte)))
            .description(Some("base64"))
            .into()
    }
}

impl ToSchema for Bytes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_json() {
        let bytes = Bytes::from(&[0_u8, 255, 7][..]);
        let json = serde_json::to_string(&bytes).unwrap();
        assert_eq!(serde_json::from_str::<Bytes>(&json).unwrap(), bytes);
        assert_eq!(bytes.into_inner(), [0, 255, 7]);
    }

    #[test]
    fn refuses_what_is_not_base64() {
        let error = serde_json::from_str::<Bytes>("\"***\"").unwrap_err();
        assert!(error.to_string().contains("expected base64"), "{error}");
    }

    #[test]
    fn is_a_string_in_the_schema() {
        let schema = serde_json::to_value(Bytes::schema()).unwrap();
        assert_eq!(schema["type"], "string");
        assert_eq!(schema["format"], "byte");
    }
}
