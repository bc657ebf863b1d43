//! Values, URLs and logs that do not tell secrets, and who a caller is.
//!
//! ```
//! use frame::security::{Obfuscate, Sensitive, constant_time_eq, obfuscate_url};
//!
//! #[derive(Obfuscate)]
//! struct Provider {
//!     base_url: String,
//!     #[sensitive]
//!     api_key: String,
//! }
//! let provider = Provider { base_url: "https://pay.example".into(), api_key: "hunter2".into() };
//! assert!(provider.obfuscate().contains("pay.example"));
//! assert!(!format!("{provider:?}").contains("hunter2"));
//!
//! let key = Sensitive::new("hunter2".to_owned());
//! assert_eq!(key.to_string(), "[redacted]");
//! assert!(constant_time_eq(key.expose().as_bytes(), b"hunter2"));
//! assert!(!obfuscate_url("https://me:hunter2@pay.example/").contains("hunter2"));
//! ```

#[cfg(feature = "jwt")]
pub mod jwt;
mod obfuscation;
mod sensitive;

use std::fmt;

pub use frame_macros::Obfuscate;
pub use obfuscation::{is_secret_name, obfuscate_header, obfuscate_key, obfuscate_url};
pub use sensitive::Sensitive;
use subtle::ConstantTimeEq as _;

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";

/// A value whose `Debug` leaves its secrets out; derive it and mark them `#[sensitive]`.
pub trait Obfuscate: fmt::Debug {
    /// The value as it may be logged.
    fn obfuscate(&self) -> String {
        format!("{self:?}")
    }
}

/// Encrypts with `ring` from now on, unless another part of the program has chosen before.
pub(crate) fn choose_cryptography() {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
}

/// Whether two texts are equal, in a time that does not tell where they differ.
#[must_use]
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_is_equal() {
        assert!(constant_time_eq(b"", b"") && constant_time_eq(b"abc", b"abc"));
        assert!(!constant_time_eq(b"abc", b"abd") && !constant_time_eq(b"abc", b"abcd"));
    }
}
