//! Texts that several people change at once, without a lock and without losing a letter.
//!
//! A text is a set of changes: each letter has an id and stands behind another one, and a removed letter
//! stays as a mark. Sets of changes come together by union, so that it matters neither in which order
//! changes arrive nor how often: whoever has the same changes has the same text. This is a replicated
//! growable array, a kind of CRDT.
//!
//! ```
//! use frame::merging::Replica;
//!
//! let mut ada = Replica::new("ada");
//! ada.insert(0, "Helo");
//! let mut bob = Replica::new("bob");
//! bob.take(ada.changes().cloned())?;
//! let by_ada = ada.insert(3, "l");
//! let by_bob = bob.insert(4, "!");
//! ada.take(by_bob)?;
//! bob.take(by_ada)?;
//! assert_eq!(ada.text(), "Hello!");
//! assert_eq!(bob.text(), ada.text());
//! # Ok::<(), frame::Error>(())
//! ```

mod change;
mod replica;
mod stored;

pub use self::change::{Change, ChangeId};
pub use self::replica::Replica;
pub use self::stored::Merging;
