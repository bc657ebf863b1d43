//! Streams of events, cut into windows by the time the events happened.
//!
//! A [`Processor`] says what is kept of a window and what is told when it closes; a [`Stream`] finds
//! the windows of each event and keeps their state in the database, in the transaction that notes
//! the event as handled. What a window tells goes out with that same transaction and under an id
//! that follows from the window, so each window is told once in effect, whatever dies in between.
//!
//! The watermark is the time of the latest event less the tolerance. A window closes when the
//! watermark passes its end; an event whose windows are all closed is late, and counted as such. When
//! no event comes for a while, the clock on the wall moves the watermark on.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use frame::stream::Windowing;
//! use std::time::Duration;
//!
//! let sliding = Windowing::Sliding {
//!     size: Duration::from_secs(60),
//!     slide: Duration::from_secs(30),
//! };
//! let time = DateTime::UNIX_EPOCH + TimeDelta::seconds(70);
//! assert_eq!(sliding.windows(time).len(), 2);
//! ```

mod processing;
mod windows;

use std::time::Duration;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use self::processing::{Stream, StreamOptions};
use crate::{Envelope, HandlerError, Result, id_of};

/// The most windows one event may be in.
const MOST: i64 = 1_000;

/// How time is cut up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Windowing {
    /// Windows of one length, each beginning where the one before ends.
    Tumbling {
        /// How long a window is.
        size: Duration,
    },
    /// Windows of one length that overlap.
    Sliding {
        /// How long a window is.
        size: Duration,
        /// How far apart their beginnings are.
        slide: Duration,
    },
    /// Windows that last as long as events of a key follow each other.
    Session {
        /// The silence that ends one.
        gap: Duration,
    },
    /// Each event by itself.
    Single,
}

/// A stretch of time, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Where it begins.
    pub start: DateTime<Utc>,
    /// Where it ends.
    pub end: DateTime<Utc>,
}

impl Window {
    /// An id that is always the same for what a window of a key tells.
    #[must_use]
    pub fn id(&self, stream: &str, key: &str, kind: &str) -> Uuid {
        let [start, end] = [self.start, self.end].map(|time| time.timestamp_millis().to_string());
        id_of(&[stream, key, kind, &start, &end])
    }
}

impl Windowing {
    /// The windows that a time is in, the earliest first; a session is made from one event.
    #[must_use]
    pub fn windows(&self, time: DateTime<Utc>) -> Vec<Window> {
        match *self {
            Self::Tumbling { size } => sliding(time, size, size),
            Self::Sliding { size, slide } => sliding(time, size, slide),
            Self::Session { gap } => vec![Window {
                start: time,
                end: time + delta(gap),
            }],
            Self::Single => vec![Window {
                start: time,
                end: time,
            }],
        }
    }
}

fn sliding(time: DateTime<Utc>, size: Duration, slide: Duration) -> Vec<Window> {
    let (size, slide) = (delta(size), delta(slide));
    let mut start = time.duration_trunc(slide).unwrap_or(time);
    let mut windows = Vec::new();
    for _ in 0..MOST {
        if start + size <= time {
            break;
        }
        let end = start + size;
        windows.push(Window { start, end });
        start -= slide;
    }
    windows.reverse();
    windows
}

/// A length of time of whole milliseconds, at least one.
fn delta(duration: Duration) -> TimeDelta {
    let ms = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    TimeDelta::milliseconds(ms.clamp(1, 3_650 * 86_400_000))
}

/// What is done with a stream.
pub trait Processor: Send + Sync + 'static {
    /// What is kept of a window while it is open.
    type State: Serialize + DeserializeOwned + Default + Send;

    /// What the windows of an event are apart by, its key unless this says something else.
    fn key(&self, envelope: &Envelope) -> String {
        envelope.key.clone()
    }

    /// Adds an event to a window.
    ///
    /// # Errors
    /// [`HandlerError::Reject`] for an event that can never be added.
    fn add(&self, state: &mut Self::State, envelope: &Envelope) -> Result<(), HandlerError>;

    /// Makes one of two sessions that an event has joined.
    fn merge(&self, state: &mut Self::State, other: Self::State);

    /// What a closed window tells; its ids are replaced by those that follow from the window.
    ///
    /// # Errors
    /// What keeps the window open to be tried again.
    fn emit(&self, key: &str, window: Window, state: Self::State) -> Result<Vec<Envelope>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn spans(windowing: Windowing, seconds: i64) -> Vec<(i64, i64)> {
        let windows = windowing.windows(at(seconds)).into_iter();
        let spans = windows.map(|window| (window.start.timestamp(), window.end.timestamp()));
        spans.collect()
    }

    #[test]
    fn time_is_cut_up() {
        let (size, slide) = (Duration::from_secs(60), Duration::from_secs(20));
        let tumbling = Windowing::Tumbling { size };
        assert_eq!(spans(tumbling, 59), [(0, 60)]);
        assert_eq!(spans(tumbling, 60), [(60, 120)]);
        assert_eq!(spans(tumbling, -1), [(-60, 0)]);
        let sliding = Windowing::Sliding { size, slide };
        assert_eq!(spans(sliding, 60), [(20, 80), (40, 100), (60, 120)]);
        let gap = Duration::from_secs(5);
        assert_eq!(spans(Windowing::Session { gap }, 7), [(7, 12)]);
        assert_eq!(spans(Windowing::Single, 7), [(7, 7)]);
        let slide = Duration::ZERO;
        let tiny = Windowing::Sliding { size, slide };
        assert_eq!(tiny.windows(at(7)).len(), 1_000);
    }

    #[test]
    fn ids_follow_from_the_window() {
        let window = Window {
            start: at(0),
            end: at(60),
        };
        let id = window.id("s", "k", "Told");
        assert_eq!(id, window.id("s", "k", "Told"));
        let later = Window {
            start: at(60),
            end: at(120),
        };
        let others = [
            later.id("s", "k", "Told"),
            window.id("sk", "", "Told"),
            window.id("s", "l", "Told"),
            window.id("s", "k", "Other"),
        ];
        assert!(!others.contains(&id));
    }
}
