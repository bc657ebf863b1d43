use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Error, Result};

/// The id of a letter: a number that is larger than those of all letters its writer knew, and who wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct ChangeId {
    /// The number, from 1.
    pub number: u32,
    /// The place where it was written: no two places have the same name.
    pub site: String,
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}@{}", self.number, self.site)
    }
}

/// A change of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Change {
    /// A letter comes in.
    Insert {
        /// Its id.
        id: ChangeId,
        /// The letter it stands behind; none at the beginning.
        after: Option<ChangeId>,
        /// The letter.
        #[schema(value_type = String)]
        letter: char,
    },
    /// A letter goes away.
    Remove {
        /// Its id.
        id: ChangeId,
    },
}

impl Change {
    /// The letter that it is about.
    #[must_use]
    pub fn id(&self) -> &ChangeId {
        match self {
            Self::Insert { id, .. } | Self::Remove { id } => id,
        }
    }

    /// A name that no other change of the text has.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Insert { id, .. } => format!("{id}+"),
            Self::Remove { id } => format!("{id}-"),
        }
    }

    /// Refuses what no honest writer makes.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the reason.
    pub fn check(&self) -> Result<()> {
        let ids = match self {
            Self::Insert { id, after, .. } => [Some(id), after.as_ref()],
            Self::Remove { id } => [Some(id), None],
        };
        for id in ids.into_iter().flatten() {
            let is_sound = (1..=64).contains(&id.site.len())
                && id
                    .site
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if id.number == 0 || !is_sound {
                return Err(Error::Malformed(format!("{id} is no id of a letter")));
            }
        }
        match self {
            // A number that grows along the text is what keeps letters from standing behind each other.
            Self::Insert {
                id,
                after: Some(after),
                ..
            } if after.number >= id.number => {
                Err(Error::Malformed(format!("{id} does not follow {after}")))
            }
            Self::Insert { letter: '\0', .. } => {
                Err(Error::Malformed("a text holds no NUL".to_owned()))
            }
            _ => Ok(()),
        }
    }
}
