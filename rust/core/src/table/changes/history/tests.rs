use std::collections::BTreeSet;

use super::*;
use crate::store::{Batch, MemoryStore, Store};

const SPACE: Space = Space(20);

/// A store whose every write goes into a history of ten seconds.
struct Fixture {
    store: MemoryStore,
    history: History,
    random: Random,
}

impl Fixture {
    fn new() -> Self {
        let history = History::new(Duration::from_secs(10));
        Self { store: MemoryStore::new(), history, random: Random::new(7) }
    }

    fn write(&mut self, seconds: i64, key: &str, value: Option<&str>) {
        let write = match value {
            Some(value) => Write::put(SPACE, Entry::new(key.as_bytes(), value.as_bytes())),
            None => Write::Delete(SPACE, KeyBytes::from_slice(key.as_bytes())),
        };
        let replaced = self.history.replaced(std::slice::from_ref(&write), &self.store).unwrap();
        self.store.commit(Batch { writes: [write].into_iter().collect() }).unwrap();
        self.history.record(replaced, Timestamp::from_seconds(seconds));
    }

    /// Everything that many reads of a key see.
    fn seen(&mut self, seconds: i64, key: &str) -> BTreeSet<Option<String>> {
        let now = Timestamp::from_seconds(seconds);
        let place = (SPACE, key.as_bytes());
        let latest = self.store.get(SPACE, key.as_bytes()).unwrap();
        let mut see = || self.history.choose(place, latest.clone(), &mut self.random, now);
        (0..100).map(|_| see().map(|entry| text(entry.value()))).collect()
    }

    fn scan(&mut self, seconds: i64, range: KeyRange<'_>, direction: Direction) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let now = Timestamp::from_seconds(seconds);
        let visit = &mut |entry: &Entry, _| {
            found.push((text(entry.key()), text(entry.value())));
            ControlFlow::Continue(())
        };
        let place = (&self.store as &dyn Read, SPACE);
        self.history.scan(place, (range, direction), &mut self.random, now, visit).unwrap();
        found
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const ALL: KeyRange<'static> = KeyRange { lower: Bound::Unbounded, upper: Bound::Unbounded };

#[test]
fn a_state_is_seen_until_the_window_has_passed() {
    let mut fixture = Fixture::new();
    fixture.write(0, "k", Some("a"));
    fixture.write(5, "k", Some("b"));
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(fixture.seen(9, "k"), [None, some("a"), some("b")].into());
    assert_eq!(fixture.seen(10, "k"), [some("a"), some("b")].into());
    assert_eq!(fixture.seen(15, "k"), [some("b")].into());
}

#[test]
fn what_is_out_of_reach_is_forgotten_a_part_at_a_time() {
    let mut fixture = Fixture::new();
    for number in 0..10 {
        fixture.write(0, "k", Some(&number.to_string()));
    }
    let at = Timestamp::from_seconds;
    assert!(!fixture.history.forget(at(9), 100), "nothing is out of reach");
    assert_eq!(fixture.history.order.len(), 10);
    assert!(fixture.history.forget(at(10), 4));
    assert_eq!(fixture.history.order.len(), 6);
    assert!(!fixture.history.forget(at(10), 100));
    assert!(fixture.history.is_empty() && fixture.history.spaces[&SPACE].is_empty());
}

/// A writer alone keeps no more than what its window can show, and a little.
#[test]
fn writing_forgets_too() {
    let mut fixture = Fixture::new();
    for second in 0..1_000 {
        fixture.write(second, "k", Some("v"));
        assert!(fixture.history.order.len() <= 11);
    }
}

#[test]
fn a_scan_visits_keys_that_are_gone_in_their_place() {
    let mut fixture = Fixture::new();
    for key in ["a", "b", "c", "d", "e"] {
        fixture.write(0, key, Some("v"));
    }
    for key in ["a", "c", "e"] {
        fixture.write(20, key, None);
    }
    let mut all = BTreeSet::new();
    for direction in [Direction::Forward, Direction::Backward] {
        for _ in 0..100 {
            let mut found = fixture.scan(21, ALL, direction);
            if direction == Direction::Backward {
                found.reverse();
            }
            assert!(found.is_sorted(), "{found:?}");
            all.insert(found.into_iter().map(|(key, _)| key).collect::<String>());
        }
    }
    let expected: BTreeSet<String> =
        ["bd", "abd", "bcd", "bde", "abcd", "abde", "bcde", "abcde"].map(str::to_owned).into();
    assert_eq!(all, expected);
    let some = KeyRange { lower: Bound::Excluded(b"a"), upper: Bound::Excluded(b"e") };
    for _ in 0..20 {
        let keys: String =
            fixture.scan(21, some, Direction::Forward).into_iter().map(|(key, _)| key).collect();
        assert!(["bd", "bcd"].contains(&keys.as_str()), "{keys}");
    }
}

/// A page that starts behind the last key of its range has nothing to walk over; a map would refuse such a range.
#[test]
fn a_range_that_can_hold_nothing_is_empty() {
    let mut fixture = Fixture::new();
    fixture.write(0, "k", Some("v"));
    fixture.write(1, "k", None);
    let (low, high) = (&b"a"[..], &b"z"[..]);
    for (lower, upper) in [
        (Bound::Excluded(high), Bound::Excluded(low)),
        (Bound::Excluded(low), Bound::Excluded(low)),
        (Bound::Included(high), Bound::Included(low)),
        (Bound::Excluded(low), Bound::Included(low)),
    ] {
        for direction in [Direction::Forward, Direction::Backward] {
            assert_eq!(fixture.scan(1, KeyRange { lower, upper }, direction), []);
        }
    }
}

#[test]
fn the_state_at_a_moment() {
    let mut fixture = Fixture::new();
    for value in ["a", "b"] {
        fixture.write(0, "k", Some(value));
        fixture.write(0, "other", Some(value));
    }
    let latest = fixture.store.get(SPACE, b"k").unwrap();
    let at = |commit: u64| {
        let place = (SPACE, &b"k"[..]);
        let entry = fixture.history.at(place, Moment::Before(commit), latest.clone());
        entry.map(|entry| text(entry.value()))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!([at(1), at(2), at(3), at(4)], [None, some("a"), some("a"), some("b")]);
}
