use std::collections::{BTreeMap, BTreeSet};

use super::{Change, ChangeId};
use crate::{Error, Result};

/// A text with all its changes, at one place.
#[derive(Debug, Clone)]
pub struct Replica {
    site: String,
    changes: BTreeSet<Change>,
    letters: BTreeMap<ChangeId, char>,
    removed: BTreeSet<ChangeId>,
    /// The letters behind each letter, those that stand nearer to it last.
    behind: BTreeMap<Option<ChangeId>, BTreeSet<ChangeId>>,
}

impl Replica {
    /// An empty text; `site` is unlike the name of every other place.
    #[must_use]
    pub fn new(site: impl Into<String>) -> Self {
        Self {
            site: site.into(),
            changes: BTreeSet::new(),
            letters: BTreeMap::new(),
            removed: BTreeSet::new(),
            behind: BTreeMap::new(),
        }
    }

    /// All changes that it knows.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }

    /// Whether it knows no change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Takes changes in, in any order and however often; gives those that were new.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a change that no honest writer makes; then none is taken.
    pub fn take(&mut self, changes: impl IntoIterator<Item = Change>) -> Result<Vec<Change>> {
        let changes: Vec<Change> = changes.into_iter().collect();
        let mut told: BTreeMap<&ChangeId, &Change> = BTreeMap::new();
        for change in &changes {
            change.check()?;
            let Change::Insert { id, .. } = change else {
                continue;
            };
            let is_other = self.letters.contains_key(id) && !self.changes.contains(change);
            if is_other || *told.entry(id).or_insert(change) != change {
                return Err(Error::Malformed(format!("{id} is another letter already")));
            }
        }
        let mut new = Vec::new();
        for change in changes {
            if self.changes.insert(change.clone()) {
                self.note(&change);
                new.push(change);
            }
        }
        Ok(new)
    }

    fn note(&mut self, change: &Change) {
        match change {
            Change::Insert { id, after, letter } => {
                self.letters.insert(id.clone(), *letter);
                let behind = self.behind.entry(after.clone()).or_default();
                behind.insert(id.clone());
            }
            Change::Remove { id } => {
                self.removed.insert(id.clone());
            }
        }
    }

    /// The ids of the letters that stand, in their order. A letter whose predecessor is not known yet
    /// waits for it.
    fn standing(&self) -> Vec<&ChangeId> {
        let mut standing = Vec::new();
        let mut next: Vec<&ChangeId> = self.behind.get(&None).into_iter().flatten().collect();
        while let Some(id) = next.pop() {
            if !self.removed.contains(id) {
                standing.push(id);
            }
            next.extend(self.behind.get(&Some(id.clone())).into_iter().flatten());
        }
        standing
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        let letters = self
            .standing()
            .into_iter()
            .filter_map(|id| self.letters.get(id));
        letters.collect()
    }

    /// Writes at a position, counted in letters; gives the changes to tell others.
    pub fn insert(&mut self, position: usize, text: &str) -> Vec<Change> {
        let standing = self.standing();
        let before = position.min(standing.len()).checked_sub(1);
        let mut after = before
            .and_then(|place| standing.get(place))
            .map(|id| (*id).clone());
        let mut number = self
            .changes
            .iter()
            .map(|change| change.id().number)
            .max()
            .unwrap_or(0);
        let mut changes = Vec::new();
        for letter in text.chars() {
            number = number.saturating_add(1);
            let site = self.site.clone();
            let id = ChangeId { number, site };
            let insert = Change::Insert {
                id: id.clone(),
                after: after.replace(id),
                letter,
            };
            self.changes.insert(insert.clone());
            self.note(&insert);
            changes.push(insert);
        }
        changes
    }

    /// Removes so many letters from a position on; gives the changes to tell others.
    pub fn remove(&mut self, position: usize, count: usize) -> Vec<Change> {
        let standing = self
            .standing()
            .into_iter()
            .skip(position)
            .take(count)
            .cloned();
        let changes: Vec<Change> = standing.map(|id| Change::Remove { id }).collect();
        for remove in &changes {
            self.changes.insert(remove.clone());
            self.note(remove);
        }
        changes
    }
}
