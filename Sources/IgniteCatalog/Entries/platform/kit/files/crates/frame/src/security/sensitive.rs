use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

use super::{REDACTED, constant_time_eq};

/// A value that is wiped from memory when dropped, and neither printed nor serialized.
///
/// ```
/// use frame::security::Sensitive;
///
/// #[derive(Debug, serde::Deserialize, serde::Serialize)]
/// struct Login {
///     name: String,
///     password: Sensitive<String>,
/// }
/// let login: Login = serde_json::from_str(r#"{"name": "ada", "password": "hunter2"}"#)?;
/// assert_eq!(login.password.expose(), "hunter2");
/// assert!(!serde_json::to_string(&login)?.contains("hunter2"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    /// Guards a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one who needs it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T: Zeroize> fmt::Display for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Compares in a time that does not tell where they differ.
impl<T: Zeroize + AsRef<[u8]>> PartialEq for Sensitive<T> {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_ref(), other.0.as_ref())
    }
}

impl<T: Zeroize + AsRef<[u8]>> Eq for Sensitive<T> {}

impl<T: Zeroize> Serialize for Sensitive<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Sensitive<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn shows_itself_to_nobody() {
        let key = Sensitive::from("hunter2".to_owned());
        let shown = format!("{key} {key:?} {}", serde_json::to_string(&key).unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
        assert_eq!(key, Sensitive::new("hunter2".to_owned()));
        assert_ne!(key, Sensitive::default());
    }

    #[test]
    fn is_wiped_when_dropped() {
        struct Witness(Arc<AtomicBool>);
        impl Zeroize for Witness {
            fn zeroize(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let wiped = Arc::new(AtomicBool::new(false));
        drop(Sensitive::new(Witness(wiped.clone())));
        assert!(wiped.load(Ordering::Relaxed));
    }
}
