use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

/// The present in whole microseconds, so that a value is equal after a trip through a database.
///
/// ```
/// assert_eq!(frame::now().timestamp_subsec_nanos() % 1_000, 0);
/// ```
#[must_use]
pub fn now() -> DateTime<Utc> {
    let now = Utc::now();
    now.duration_trunc(TimeDelta::microseconds(1))
        .unwrap_or(now)
}

/// A new identifier that sorts by the time it was made (UUID version 7).
///
/// ```
/// assert_eq!(frame::new_id().get_version_num(), 7);
/// ```
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// An identifier that is always the same for the same texts.
///
/// ```
/// assert_eq!(frame::id_of(&["orders", "7"]), frame::id_of(&["orders", "7"]));
/// assert_ne!(frame::id_of(&["orders", "7"]), frame::id_of(&["orders7"]));
/// ```
#[must_use]
pub fn id_of(texts: &[&str]) -> Uuid {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.len().to_be_bytes());
        digest.update(text);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    Builder::from_random_bytes(bytes).into_uuid()
}

/// The present in milliseconds since 1970: how the kit's own tables keep time.
pub(crate) fn now_ms() -> i64 {
    Utc::now().timestamp_millis()
}

/// A duration in milliseconds, for sums with [`now_ms`].
pub(crate) fn ms(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
