//! Items in flight: those that a transaction holds, with which others conflict.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::clock::Timestamp;
use crate::store::Space;
use crate::value::{Key, KeyBytes};

/// Where an item is.
pub(in crate::table) type Place = (Space, KeyBytes);

/// The items that transactions hold: after a commit for a while of the clock, or until they are told to end. One
/// item is held by one transaction at most.
#[derive(Clone, Default)]
pub(in crate::table) struct InFlight {
    /// By the space of their table, so that a lookup borrows its key.
    items: BTreeMap<Space, BTreeSet<KeyBytes>>,
    /// Committed transactions with the end of their time, which comes in the order of their commits.
    committed: VecDeque<(Timestamp, Vec<Place>)>,
    /// Transactions that end when they are told to, by their number.
    open: BTreeMap<u64, Vec<Place>>,
    next_number: u64,
}

impl InFlight {
    /// Whether a transaction holds the item at `now`. One branch where nothing is in flight.
    #[inline]
    pub(in crate::table) fn holds(&mut self, space: Space, key: &Key, now: Timestamp) -> bool {
        !self.items.is_empty() && self.find(space, key, now)
    }

    #[cold]
    fn find(&mut self, space: Space, key: &Key, now: Timestamp) -> bool {
        self.expire(now);
        self.items.get(&space).is_some_and(|keys| keys.contains(key.as_bytes()))
    }

    /// Holds items until a time. None of them is held.
    pub(in crate::table) fn hold_until(&mut self, until: Timestamp, places: Vec<Place>) {
        self.insert(&places);
        self.committed.push_back((until, places));
    }

    /// Holds items until the transaction of the number given back is told to end. None of them is held.
    pub(in crate::table) fn open(&mut self, places: Vec<Place>) -> u64 {
        self.insert(&places);
        let number = self.next_number;
        self.next_number += 1;
        self.open.insert(number, places);
        number
    }

    /// Ends an open transaction; one that has ended stays so.
    pub(in crate::table) fn end(&mut self, number: u64) {
        if let Some(places) = self.open.remove(&number) {
            self.remove(&places);
        }
    }

    /// Ends the transactions whose time is over.
    fn expire(&mut self, now: Timestamp) {
        while self.committed.front().is_some_and(|(until, _)| *until <= now) {
            if let Some((_, places)) = self.committed.pop_front() {
                self.remove(&places);
            }
        }
    }

    fn insert(&mut self, places: &[Place]) {
        for (space, key) in places {
            self.items.entry(*space).or_default().insert(key.clone());
        }
    }

    fn remove(&mut self, places: &[Place]) {
        for (space, key) in places {
            let keys = self.items.get_mut(space).expect("invariant: what a transaction holds is listed");
            keys.remove(key);
            if keys.is_empty() {
                self.items.remove(space);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn key(text: &str) -> Key {
        Key::new(Value::string(text).as_ref(), None).unwrap()
    }

    fn place(space: u32, text: &str) -> Place {
        (Space(space), key(text).into_bytes())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn an_item_is_held_up_to_its_time_and_in_its_table_alone() {
        let mut in_flight = InFlight::default();
        in_flight.hold_until(at(10), vec![place(1, "a"), place(2, "b")]);
        assert!(in_flight.holds(Space(1), &key("a"), at(9)));
        assert!(!in_flight.holds(Space(2), &key("a"), at(9)));
        assert!(in_flight.holds(Space(2), &key("b"), at(9)));
        assert!(!in_flight.holds(Space(1), &key("a"), at(10)));
        assert!(in_flight.items.is_empty() && in_flight.committed.is_empty(), "what is over is forgotten");
    }

    #[test]
    fn an_open_transaction_ends_when_it_is_told_to() {
        let mut in_flight = InFlight::default();
        let first = in_flight.open(vec![place(1, "a")]);
        let second = in_flight.open(vec![place(1, "b")]);
        in_flight.end(first);
        in_flight.end(first);
        assert!(!in_flight.holds(Space(1), &key("a"), at(1_000_000)));
        assert!(in_flight.holds(Space(1), &key("b"), at(1_000_000)));
        in_flight.end(second);
        assert!(in_flight.items.is_empty());
    }
}
