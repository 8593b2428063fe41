use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use smallvec::SmallVec;

use super::{Epoch, Past, PastPage};
use crate::clock::Timestamp;
use crate::store::{Batch, Entry, MemoryStore, Read as _, Space, Store as _, Write};
use crate::table::continuous_backups::PointInTimeRecovery;
use crate::value::KeyBytes;

const ITEMS: Space = Space(20);
const PAST: Space = Space(21);

type State = BTreeMap<Vec<u8>, Vec<u8>>;

/// A table of keys and bytes with its past.
struct Table {
    store: MemoryStore,
    past: Past,
    latest: State,
    now: Timestamp,
}

impl Table {
    fn new(recovers: bool) -> Self {
        let now = Timestamp::from_seconds(1_000);
        let mut past = Past::new(ITEMS, PAST, now);
        past.recovery = recovers.then(|| PointInTimeRecovery::new(1, now));
        Self { store: MemoryStore::new(), past, latest: State::new(), now }
    }

    fn write(&mut self, key: &[u8], value: Option<u8>) {
        let old = self.store.get(ITEMS, key).unwrap();
        let mut writes: SmallVec<[Write; 2]> = SmallVec::new();
        self.past.keep(key, old.as_ref(), &mut writes, (&self.store, self.now)).unwrap();
        writes.push(match value {
            Some(value) => Write::put(ITEMS, Entry::new(key, &[value])),
            None => Write::Delete(ITEMS, KeyBytes::from_slice(key)),
        });
        self.store.commit(Batch { writes }).unwrap();
        match value {
            Some(value) => drop(self.latest.insert(key.to_vec(), vec![value])),
            None => drop(self.latest.remove(key)),
        }
    }

    /// All pages of a state.
    fn at(&self, epoch: Epoch, count: usize) -> State {
        let (mut found, mut behind) = (Vec::new(), None::<KeyBytes>);
        loop {
            let page: PastPage = self.past.page(&self.store, epoch, behind.as_deref(), count).unwrap();
            found.extend(page.entries);
            match page.behind {
                Some(next) => behind = Some(next),
                None => break,
            }
        }
        assert!(found.windows(2).all(|pair| pair[0].key() < pair[1].key()));
        found.iter().map(|entry| (entry.key().to_vec(), entry.value().to_vec())).collect()
    }

    /// What pages of changes say between two states.
    fn changed(&self, from: Epoch, to: Epoch, count: usize) -> BTreeMap<Vec<u8>, [Option<Vec<u8>>; 2]> {
        let (mut found, mut behind) = (BTreeMap::new(), None::<KeyBytes>);
        loop {
            let (changes, next) =
                self.past.changes(&self.store, (from, to), behind.as_deref(), count).unwrap();
            for change in changes.into_iter().filter(|change| !change.is_none()) {
                let value = |entry: &Option<Entry>| entry.as_ref().map(|entry| entry.value().to_vec());
                found.insert(change.key.to_vec(), [value(&change.old), value(&change.new)]);
            }
            match next {
                Some(next) => behind = Some(next),
                None => return found,
            }
        }
    }

    fn sweep(&mut self) {
        self.past.sweep_from(self.now);
        while self.past.next_event_at().is_some_and(|at| at <= self.now + Duration::from_secs(60)) {
            self.now = self.now + Duration::from_millis(5);
            self.past.sweep(&mut self.store, self.now).unwrap();
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Write(u8, Option<u8>),
    Wait(u64),
    Hold,
    Release(u8),
    Sweep,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => (0..12_u8, prop::option::weighted(0.7, 1..255_u8)).prop_map(|(key, value)| Step::Write(key, value)),
        4 => prop::sample::select(vec![100_u64, 1_000, 3_000]).prop_map(Step::Wait),
        3 => Just(Step::Hold),
        1 => any::<u8>().prop_map(Step::Release),
        1 => Just(Step::Sweep),
    ]
}

proptest! {
    #[test]
    fn held_states_stay_what_they_were(
        steps in prop::collection::vec(step(), 1..120),
        recovers: bool,
        count in 1..5_usize,
    ) {
        let mut table = Table::new(recovers);
        let mut held: Vec<(u64, Epoch, State)> = Vec::new();
        for step in steps {
            match step {
                Step::Write(key, value) => table.write(&[key / 5, key % 5], value),
                Step::Wait(milliseconds) => table.now = table.now + Duration::from_millis(milliseconds),
                Step::Hold => {
                    let epoch = table.past.capture(table.now);
                    held.push((table.past.hold(epoch), epoch, table.latest.clone()));
                }
                Step::Release(which) if !held.is_empty() => {
                    let (number, ..) = held.remove(usize::from(which) % held.len());
                    table.past.holds.remove(&number);
                }
                Step::Release(_) => {}
                Step::Sweep => table.sweep(),
            }
            for (_, epoch, state) in &held {
                prop_assert_eq!(&table.at(*epoch, count), state);
            }
        }
        for pair in held.windows(2) {
            let ([(_, from, before), (_, to, after)], mut expected) = (pair, BTreeMap::new()) else {
                unreachable!("windows of two")
            };
            for key in before.keys().chain(after.keys()) {
                if before.get(key) != after.get(key) {
                    expected.insert(key.clone(), [before.get(key).cloned(), after.get(key).cloned()]);
                }
            }
            prop_assert_eq!(table.changed(*from, *to, count), expected);
        }
        // What nobody holds is gone.
        if !recovers {
            table.past.holds.clear();
            table.sweep();
            prop_assert_eq!(table.store.count(PAST), 0);
        }
    }
}

#[test]
fn an_item_that_changes_every_second_is_found_without_walking_through_its_past() {
    let mut table = Table::new(true);
    for value in 0..200_u8 {
        table.write(b"hot", Some(value));
        table.write(b"other", Some(value));
        table.now = table.now + Duration::from_secs(1);
    }
    for second in [0, 1, 17, 100, 199] {
        let state = table.at(Epoch::end_of(1_000 + second), 10);
        let value = vec![u8::try_from(second).unwrap()];
        assert_eq!(state, State::from([(b"hot".to_vec(), value.clone()), (b"other".to_vec(), value)]));
    }
}

#[test]
fn one_second_keeps_one_record_of_an_item() {
    let mut table = Table::new(true);
    for value in 0..50 {
        table.write(b"hot", Some(value));
    }
    assert_eq!(table.store.count(PAST), 1);
    let backup = table.past.capture(table.now);
    table.past.hold(backup);
    for value in 0..50 {
        table.write(b"hot", Some(value));
    }
    assert_eq!(table.store.count(PAST), 2);
}

#[test]
fn a_backup_costs_one_record_of_each_item_that_changes() {
    let mut table = Table::new(false);
    let held = table.past.capture(table.now);
    table.past.hold(held);
    for round in 0..10 {
        for key in 0..20_u8 {
            table.write(&[key], Some(round));
        }
        table.now = table.now + Duration::from_secs(10);
    }
    assert_eq!(table.store.count(PAST), 20);
}
