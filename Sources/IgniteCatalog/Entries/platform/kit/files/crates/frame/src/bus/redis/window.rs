use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::super::Delivery;
use crate::Envelope;

/// What a consumer has read and not settled, and which partitions it may read.
#[derive(Debug, Default)]
pub(super) struct Window {
    owned: BTreeMap<u16, Ownership>,
    waiting: VecDeque<Entry>,
    in_flight: HashMap<String, Entry>,
    busy_keys: HashSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ownership {
    /// What the last owner left has yet to be read.
    New,
    /// Read on.
    Reading,
    /// Let go as soon as nothing is in flight.
    Leaving,
}

/// An event of a stream.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub partition: u16,
    pub id: String,
    pub envelope: Envelope,
    /// How often it was delivered before.
    pub deliveries: u32,
}

impl Entry {
    fn token(&self) -> String {
        format!("{}/{}", self.partition, self.id)
    }
}

/// The partition and the id of a delivery.
pub(super) fn place(delivery: &Delivery) -> Option<(u16, &str)> {
    let (partition, id) = delivery.token.split_once('/')?;
    Some((partition.parse().ok()?, id))
}

impl Window {
    /// Takes note of the partitions that the leases grant, of which `share` are due to this consumer.
    pub fn own(&mut self, granted: &[u16], share: usize) {
        self.owned
            .retain(|partition, _| granted.contains(partition));
        for partition in granted {
            self.owned.entry(*partition).or_insert(Ownership::New);
        }
        let excess = self.owned.len().saturating_sub(share);
        for (index, ownership) in self.owned.values_mut().rev().enumerate() {
            if index < excess {
                *ownership = Ownership::Leaving;
            } else if *ownership == Ownership::Leaving {
                *ownership = Ownership::New;
            }
        }
        let owned = &self.owned;
        self.waiting.retain(|entry| {
            let ownership = owned.get(&entry.partition);
            ownership.is_some_and(|ownership| *ownership != Ownership::Leaving)
        });
    }

    /// The partitions to let go now.
    pub fn leave(&mut self) -> Vec<u16> {
        let in_flight = &self.in_flight;
        let is_idle = |partition| in_flight.values().all(|entry| entry.partition != partition);
        let is_left = |(partition, ownership): (&u16, &Ownership)| {
            (*ownership == Ownership::Leaving && is_idle(*partition)).then_some(*partition)
        };
        let left: Vec<u16> = self.owned.iter().filter_map(is_left).collect();
        self.owned.retain(|partition, _| !left.contains(partition));
        left
    }

    /// The partitions whose unsettled events have to be read first.
    pub fn new_partitions(&self) -> Vec<u16> {
        self.with(Ownership::New)
    }

    /// The partitions to read on.
    pub fn reading(&self) -> Vec<u16> {
        self.with(Ownership::Reading)
    }

    fn with(&self, wanted: Ownership) -> Vec<u16> {
        let owned = self.owned.iter().filter(|(_, o)| **o == wanted);
        owned.map(|(partition, _)| *partition).collect()
    }

    /// Reads everything unsettled anew, because an answer may have been lost.
    pub fn doubt(&mut self) {
        for ownership in self.owned.values_mut() {
            if *ownership == Ownership::Reading {
                *ownership = Ownership::New;
            }
        }
    }

    /// Reads one partition anew.
    pub fn doubt_one(&mut self, partition: u16) {
        if let Some(ownership) = self.owned.get_mut(&partition) {
            *ownership = Ownership::New;
        }
    }

    /// Replaces what waits of a partition by everything of it that is unsettled.
    pub fn recover(&mut self, partition: u16, unsettled: Vec<Entry>) {
        self.waiting.retain(|entry| entry.partition != partition);
        let in_flight = &self.in_flight;
        let lost = unsettled
            .into_iter()
            .filter(|entry| !in_flight.contains_key(&entry.token()));
        self.waiting.extend(lost);
        if let Some(ownership) = self.owned.get_mut(&partition) {
            *ownership = Ownership::Reading;
        }
    }

    /// Adds an event that was read.
    pub fn add(&mut self, entry: Entry) {
        self.waiting.push_back(entry);
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Hands out up to `max` events, one for each key.
    pub fn take(&mut self, max: usize) -> Vec<(Entry, Delivery)> {
        let mut taken = Vec::new();
        let mut rest = VecDeque::new();
        while let Some(entry) = self.waiting.pop_front() {
            if taken.len() == max || !self.busy_keys.insert(entry.envelope.key.clone()) {
                rest.push_back(entry);
                continue;
            }
            let delivery = Delivery {
                envelope: entry.envelope.clone(),
                attempt: entry.deliveries.saturating_add(1),
                token: entry.token(),
            };
            self.in_flight.insert(entry.token(), entry.clone());
            taken.push((entry, delivery));
        }
        self.waiting = rest;
        taken
    }

    /// Ends a delivery; `None` when it was not handed out.
    pub fn settle(&mut self, delivery: &Delivery) -> Option<Entry> {
        let entry = self.in_flight.remove(&delivery.token)?;
        self.busy_keys.remove(&entry.envelope.key);
        Some(entry)
    }

    /// Takes a delivery back, in front of all that waits.
    pub fn give_back(&mut self, delivery: &Delivery) {
        if let Some(entry) = self.settle(delivery)
            && self.owned.contains_key(&entry.partition)
        {
            self.waiting.push_front(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messaging::Event;

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Ping(String);

    impl Event for Ping {
        const TYPE: &'static str = "Ping";
        const VERSION: u32 = 1;

        fn key(&self) -> String {
            self.0.clone()
        }
    }

    fn entry(partition: u16, id: &str, key: &str) -> Entry {
        Entry {
            partition,
            id: id.to_owned(),
            envelope: Envelope::of("test", &Ping(key.to_owned())).unwrap(),
            deliveries: 0,
        }
    }

    fn ids(taken: &[(Entry, Delivery)]) -> Vec<&str> {
        taken.iter().map(|(entry, _)| entry.id.as_str()).collect()
    }

    #[test]
    fn hands_out_one_event_a_key_in_order() {
        let mut window = Window::default();
        window.own(&[0], 1);
        window.recover(0, Vec::new());
        for (id, key) in [("1", "a"), ("2", "a"), ("3", "b"), ("4", "a")] {
            window.add(entry(0, id, key));
        }
        let first = window.take(10);
        assert_eq!(ids(&first), ["1", "3"]);
        assert!(window.take(10).is_empty());
        window.settle(&first[0].1);
        let second = window.take(10);
        assert_eq!(ids(&second), ["2"]);
        window.give_back(&second[0].1);
        assert_eq!(ids(&window.take(10)), ["2"]);
        assert_eq!(window.len(), 1);
    }

    #[test]
    fn leaves_what_is_too_much_when_it_is_idle() {
        let mut window = Window::default();
        window.own(&[0, 1], 2);
        window.recover(0, Vec::new());
        window.recover(1, vec![entry(1, "1", "a"), entry(1, "2", "b")]);
        let taken = window.take(1);
        window.own(&[0, 1], 1);
        assert_eq!((window.reading(), window.len()), (vec![0], 0));
        assert!(window.leave().is_empty(), "one event is in flight");
        window.settle(&taken[0].1);
        assert_eq!(window.leave(), [1]);
        window.own(&[0, 1], 2);
        assert_eq!(window.new_partitions(), [1]);
    }

    #[test]
    fn recovers_all_but_what_is_in_flight() {
        let mut window = Window::default();
        window.own(&[0], 1);
        let left = vec![entry(0, "1", "a"), entry(0, "2", "b")];
        window.recover(0, left.clone());
        let taken = window.take(1);
        window.doubt();
        assert_eq!(window.new_partitions(), [0]);
        window.recover(0, left);
        assert_eq!(ids(&window.take(9)), ["2"]);
        assert_eq!(place(&taken[0].1), Some((0, "1")));
        window.own(&[], 1);
        assert_eq!(window.reading(), Vec::<u16>::new());
    }
}
