use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::security::Sensitive;

/// A signature as it is sent: `t=1767225600,v1=5f1d…`.
///
/// It is the HMAC-SHA256, in hexadecimal, of the time, a full stop and what is signed. While a key is
/// being replaced there may be several `v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// When it was made, in seconds since 1970.
    pub at: i64,
    digests: Vec<Vec<u8>>,
}

/// Signs; the other side checks it with [`Signature`].
///
/// ```
/// use frame::integration::{Signature, sign};
/// use frame::security::Sensitive;
///
/// let secret = Sensitive::new("hunter2".to_owned());
/// let header = sign(&secret, 1_767_225_600, b"{}");
/// let signature = Signature::parse(&header);
/// assert!(signature.is_some_and(|signature| signature.is_of(b"{}", &secret)));
/// ```
#[must_use]
pub fn sign(secret: &Sensitive<String>, at: i64, signed: &[u8]) -> String {
    let Some(mac) = mac(secret, at, signed) else {
        return String::new();
    };
    let digest = mac.finalize().into_bytes();
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={digest}")
}

impl Signature {
    /// Reads a header; `None` when it is no signature.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let (mut at, mut digests) = (None, Vec::new());
        for part in header.split(',') {
            match part.trim().split_once('=')? {
                ("t", seconds) => at = seconds.parse().ok(),
                ("v1", digest) => digests.push(bytes(digest)?),
                _ => {}
            }
        }
        Some(Self { at: at?, digests }).filter(|signature| !signature.digests.is_empty())
    }

    /// Whether it is of these bytes by this secret; the time this takes does not tell where it differs.
    #[must_use]
    pub fn is_of(&self, signed: &[u8], secret: &Sensitive<String>) -> bool {
        self.digests.iter().any(|digest| {
            mac(secret, self.at, signed).is_some_and(|mac| mac.verify_slice(digest).is_ok())
        })
    }
}

fn mac(secret: &Sensitive<String>, at: i64, signed: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    mac.update(format!("{at}.").as_bytes());
    mac.update(signed);
    Some(mac)
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let digits = hexadecimal.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let pairs = digits.chunks(2).map(std::str::from_utf8);
    pairs
        .map(|pair| u8::from_str_radix(pair.ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Sensitive<String> {
        Sensitive::new(text.to_owned())
    }

    #[test]
    fn a_known_signature_comes_out() {
        // echo -n '7.{}' | openssl dgst -sha256 -hmac key
        let signed = sign(&secret("key"), 7, b"{}");
        assert_eq!(
            signed,
            "t=7,v1=77bc83bd1f40422311e47918b203449aecf84b02c1568bb1b570ac2a474cc2d8"
        );
    }

    #[test]
    fn only_the_same_bytes_time_and_secret_fit() {
        let key = secret("key");
        let signature = Signature::parse(&sign(&key, 7, b"{}")).unwrap();
        assert!(signature.is_of(b"{}", &key));
        assert!(!signature.is_of(b"{ }", &key));
        assert!(!signature.is_of(b"{}", &secret("kex")));
        let later = Signature { at: 8, ..signature };
        assert!(!later.is_of(b"{}", &key));
    }

    #[test]
    fn two_secrets_may_be_in_use() {
        let (old, new) = (secret("old"), secret("new"));
        let (first, second) = (sign(&old, 7, b"x"), sign(&new, 7, b"x"));
        let both = format!("{first},{}", second.trim_start_matches("t=7,"));
        let signature = Signature::parse(&both).unwrap();
        assert!(signature.is_of(b"x", &old) && signature.is_of(b"x", &new));
    }

    #[test]
    fn what_is_no_signature_is_not_read() {
        for header in [
            "",
            "t=7",
            "v1=00",
            "t=x,v1=00",
            "t=7,v1=0",
            "t=7,v1=zz",
            "t=7,v1=é",
            "7",
        ] {
            assert_eq!(Signature::parse(header), None, "{header}");
        }
    }
}
