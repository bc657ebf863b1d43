use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

/// How often an instance tells the others who is connected to it.
pub(super) const TELL_EVERY: Duration = Duration::from_secs(10);
/// How long an instance counts that tells nothing any more.
const BELIEVE_FOR: Duration = Duration::from_secs(30);

/// Who is connected, to any instance.
#[derive(Default)]
pub(super) struct Presence {
    rosters: HashMap<Uuid, Roster>,
}

struct Roster {
    users: BTreeSet<String>,
    until: Instant,
}

/// Who came and who went.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub joined: Vec<String>,
    pub left: Vec<String>,
}

impl Presence {
    pub fn knows(&self, instance: Uuid) -> bool {
        self.rosters.contains_key(&instance)
    }

    /// Everyone, each once.
    pub fn users(&self) -> BTreeSet<&str> {
        let users = self.rosters.values().flat_map(|roster| &roster.users);
        users.map(String::as_str).collect()
    }

    /// Takes note that a user is connected to an instance.
    pub fn join(&mut self, instance: Uuid, user: String) -> Change {
        let mut change = Change::default();
        if !self.has(&user) {
            change.joined.push(user.clone());
        }
        let roster = self.rosters.entry(instance).or_insert_with(Roster::new);
        roster.users.insert(user);
        change
    }

    /// Takes note that a user has no connection to an instance any more.
    pub fn leave(&mut self, instance: Uuid, user: String) -> Change {
        let mut change = Change::default();
        if let Some(roster) = self.rosters.get_mut(&instance)
            && roster.users.remove(&user)
            && !self.has(&user)
        {
            change.left.push(user);
        }
        change
    }

    /// Takes note of everyone who is connected to an instance.
    pub fn tell(&mut self, instance: Uuid, users: BTreeSet<String>) -> Change {
        let roster = Roster {
            users,
            ..Roster::new()
        };
        self.changing(|presence| drop(presence.rosters.insert(instance, roster)))
    }

    /// Takes note that an instance is gone.
    pub fn forget(&mut self, instance: Uuid) -> Change {
        self.changing(|presence| drop(presence.rosters.remove(&instance)))
    }

    /// Forgets the instances that told nothing for too long.
    pub fn expire(&mut self) -> Change {
        let now = Instant::now();
        if self.rosters.values().all(|roster| roster.until > now) {
            return Change::default();
        }
        self.changing(|presence| presence.rosters.retain(|_, roster| roster.until > now))
    }

    fn has(&self, user: &str) -> bool {
        self.rosters.values().any(|roster| roster.users.contains(user))
    }

    fn changing(&mut self, change: impl FnOnce(&mut Self)) -> Change {
        let owned = |presence: &Self| -> BTreeSet<String> {
            presence.users().into_iter().map(str::to_owned).collect()
        };
        let before = owned(self);
        change(self);
        let after = owned(self);
        Change {
            joined: after.difference(&before).cloned().collect(),
            left: before.difference(&after).cloned().collect(),
        }
    }
}

impl Roster {
    fn new() -> Self {
        Self {
            users: BTreeSet::new(),
            until: Instant::now() + BELIEVE_FOR,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(joined: &[&str], left: &[&str]) -> Change {
        let owned = |users: &[&str]| users.iter().map(ToString::to_string).collect();
        Change {
            joined: owned(joined),
            left: owned(left),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_comes_once_and_goes_once() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut presence = Presence::default();
        assert_eq!(presence.join(one, "ada".into()), change(&["ada"], &[]));
        assert_eq!(presence.join(two, "ada".into()), change(&[], &[]));
        assert_eq!(presence.leave(one, "ada".into()), change(&[], &[]));
        assert_eq!(presence.leave(one, "ada".into()), change(&[], &[]));
        assert_eq!(presence.leave(two, "ada".into()), change(&[], &["ada"]));
        assert_eq!(presence.leave(two, "bob".into()), change(&[], &[]));
    }

    #[tokio::test(start_paused = true)]
    async fn an_instance_that_is_silent_takes_its_users_with_it() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut presence = Presence::default();
        presence.tell(one, ["ada".to_owned(), "bob".to_owned()].into());
        tokio::time::advance(BELIEVE_FOR / 2).await;
        assert_eq!(presence.tell(two, ["bob".to_owned()].into()), change(&[], &[]));
        assert_eq!(presence.expire(), change(&[], &[]));
        tokio::time::advance(BELIEVE_FOR / 2).await;
        assert_eq!(presence.expire(), change(&[], &["ada"]));
        assert!(presence.knows(two) && !presence.knows(one));
        assert_eq!(presence.users(), ["bob"].into());
        assert_eq!(presence.forget(two), change(&[], &["bob"]));
    }
}
