use chrono::{DateTime, NaiveDate, Utc};
use prost_types::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::http::PageRequest;
use crate::{Bytes, Error, FieldProblem, Result};

/// A value of the domain as it travels in a message.
///
/// ```
/// use frame::grpc::Wire;
/// use uuid::Uuid;
///
/// assert_eq!(Uuid::nil().to_wire(), "00000000-0000-0000-0000-000000000000");
/// assert_eq!(Uuid::from_wire("x".to_owned()), None);
/// assert_eq!(vec![1, 2].to_wire(), [1, 2]);
/// ```
pub trait Wire: Sized {
    /// What it is in a message.
    type Proto;
    /// What a caller should have sent, to follow "must be".
    const EXPECTED: &'static str;

    /// The value for a message.
    fn to_wire(self) -> Self::Proto;

    /// The value from a message; `None` when it is none.
    fn from_wire(proto: Self::Proto) -> Option<Self>;
}

/// Reads the field `name`.
///
/// # Errors
/// [`Error::Invalid`] when it holds something else.
pub fn read<T: Wire>(name: &str, proto: T::Proto) -> Result<T> {
    T::from_wire(proto).ok_or_else(|| invalid(name, &format!("must be {}", T::EXPECTED)))
}

/// Reads the field `name`, which is a message and must be there.
///
/// # Errors
/// [`Error::Invalid`] when it is absent or holds something else.
pub fn require<T: Wire>(name: &str, proto: Option<T::Proto>) -> Result<T> {
    proto.map_or_else(
        || Err(invalid(name, "must be there")),
        |proto| read(name, proto),
    )
}

/// Which part of a list a caller wants: 0 items are as many as the service likes.
///
/// # Errors
/// [`Error::Invalid`] for a negative number of items.
pub fn page(size: i32, token: String) -> Result<PageRequest> {
    let limit = u32::try_from(size).map_err(|_| invalid("page_size", "must not be negative"))?;
    Ok(PageRequest {
        cursor: Some(token).filter(|token| !token.is_empty()),
        limit: Some(limit).filter(|limit| *limit > 0),
    })
}

fn invalid(name: &str, detail: &str) -> Error {
    Error::Invalid(vec![FieldProblem {
        pointer: format!("#/{name}"),
        detail: detail.to_owned(),
    }])
}

/// Types that a message has just so.
macro_rules! same {
    ($($kind:ty, $expected:literal;)*) => {$(
        impl Wire for $kind {
            type Proto = Self;
            const EXPECTED: &'static str = $expected;

            fn to_wire(self) -> Self {
                self
            }

            fn from_wire(proto: Self) -> Option<Self> {
                Some(proto)
            }
        }
    )*};
}

same! {
    String, "text";
    bool, "true or false";
    i32, "a whole number of 32 bits";
    i64, "a whole number of 64 bits";
}

/// Types that a message has as text.
macro_rules! text {
    ($($kind:ty, $expected:literal;)*) => {$(
        impl Wire for $kind {
            type Proto = String;
            const EXPECTED: &'static str = $expected;

            fn to_wire(self) -> String {
                self.to_string()
            }

            fn from_wire(proto: String) -> Option<Self> {
                proto.parse().ok()
            }
        }
    )*};
}

text! {
    Uuid, "a UUID";
    Decimal, "a decimal number";
    NaiveDate, "a date as 2026-01-31";
    serde_json::Value, "JSON";
}

impl Wire for f64 {
    type Proto = Self;
    const EXPECTED: &'static str = "a finite number";

    fn to_wire(self) -> Self {
        self
    }

    fn from_wire(proto: Self) -> Option<Self> {
        proto.is_finite().then_some(proto)
    }
}

impl Wire for Bytes {
    type Proto = Vec<u8>;
    const EXPECTED: &'static str = "bytes";

    fn to_wire(self) -> Vec<u8> {
        self.into_inner()
    }

    fn from_wire(proto: Vec<u8>) -> Option<Self> {
        Some(Self::from(proto))
    }
}

impl Wire for DateTime<Utc> {
    type Proto = Timestamp;
    const EXPECTED: &'static str = "a time";

    fn to_wire(self) -> Timestamp {
        Timestamp {
            seconds: self.timestamp(),
            nanos: i32::try_from(self.timestamp_subsec_nanos()).unwrap_or_default(),
        }
    }

    fn from_wire(proto: Timestamp) -> Option<Self> {
        let nanos = u32::try_from(proto.nanos).ok()?;
        Self::from_timestamp(proto.seconds, nanos)
    }
}

impl<T: Wire> Wire for Option<T> {
    type Proto = Option<T::Proto>;
    const EXPECTED: &'static str = T::EXPECTED;

    fn to_wire(self) -> Option<T::Proto> {
        self.map(T::to_wire)
    }

    fn from_wire(proto: Option<T::Proto>) -> Option<Self> {
        proto.map_or(Some(None), |proto| T::from_wire(proto).map(Some))
    }
}

impl<T: Wire> Wire for Vec<T> {
    type Proto = Vec<T::Proto>;
    const EXPECTED: &'static str = T::EXPECTED;

    fn to_wire(self) -> Vec<T::Proto> {
        self.into_iter().map(T::to_wire).collect()
    }

    fn from_wire(proto: Vec<T::Proto>) -> Option<Self> {
        proto.into_iter().map(T::from_wire).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde_json::json;

    use super::*;

    fn there_and_back<T: Wire + Clone + PartialEq + Debug>(value: &T) {
        assert_eq!(T::from_wire(value.clone().to_wire()).as_ref(), Some(value));
    }

    #[test]
    fn every_value_comes_back_whole() {
        there_and_back(&"text".to_owned());
        there_and_back(&true);
        there_and_back(&i32::MIN);
        there_and_back(&i64::MAX);
        there_and_back(&0.1_f64);
        there_and_back(&Uuid::max());
        there_and_back(&Decimal::new(1_250, 2));
        there_and_back(&NaiveDate::MIN);
        there_and_back(&Bytes::from(vec![0, 255]));
        there_and_back(&json!({ "a": [1, null, i64::MAX] }));
        there_and_back(&(DateTime::UNIX_EPOCH - std::time::Duration::from_micros(1)));
        there_and_back(&Some(vec![Uuid::nil()]));
        there_and_back(&None::<Decimal>);
        assert_eq!(Decimal::new(1_250, 2).to_wire(), "12.50");
    }

    #[test]
    fn what_is_something_else_is_named() {
        let problem = |error: Error| match error {
            Error::Invalid(mut problems) => problems.remove(0),
            error => panic!("{error}"),
        };
        let wrong = problem(read::<Decimal>("price", "much".to_owned()).unwrap_err());
        assert_eq!(wrong.pointer, "#/price");
        assert_eq!(wrong.detail, "must be a decimal number");
        let absent = problem(require::<DateTime<Utc>>("at", None).unwrap_err());
        assert_eq!(absent.detail, "must be there");
        assert_eq!(
            problem(page(-1, String::new()).unwrap_err()).pointer,
            "#/page_size"
        );
        assert_eq!(f64::from_wire(f64::NAN), None);
        let late = Timestamp {
            seconds: i64::MAX,
            nanos: 0,
        };
        assert_eq!(DateTime::<Utc>::from_wire(late), None);
        assert_eq!(Vec::<Uuid>::from_wire(vec!["x".to_owned()]), None);
    }

    #[test]
    fn pages_are_bounded() {
        let first = page(0, String::new()).unwrap();
        assert_eq!(first, PageRequest::default());
        let next = page(5, "t".to_owned()).unwrap();
        assert_eq!((next.limit, next.cursor.as_deref()), (Some(5), Some("t")));
    }
}
