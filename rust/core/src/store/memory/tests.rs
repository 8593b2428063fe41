use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::{Batch, Direction, Entry, KeyRange, Place, Read, Sequence, Space, Store, Write};
use super::MemoryStore;
use crate::random::Random;
use crate::testing::FaultyStore;

type Model = BTreeMap<(Space, Vec<u8>), Vec<u8>>;
type Bounds = (Bound<Vec<u8>>, Bound<Vec<u8>>);

const SPACES: u32 = 3;

/// One change, or a long run of changes to neighbouring keys.
#[derive(Clone, Debug)]
enum Change {
    Put(u32, Vec<u8>, u8),
    Delete(u32, Vec<u8>),
    PutRun(u32, Vec<u8>, u16, u16),
    /// A put with the place of a key that was found before the batch, or much earlier.
    PutFound(u32, Vec<u8>, u8, bool),
    DeleteRun(u32, Vec<u8>, u16, u16),
    Clear(u32),
}

#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Change>),
    Snapshot,
    /// Forgets the oldest snapshot, so that its nodes are owned by the store alone again.
    Forget,
    Scan(u32, Bounds, bool, usize),
}

fn keys() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        // Short keys of few bytes: the empty one, prefixes of each other, zeros that look like padding.
        3 => vec(prop_oneof![Just(0_u8), Just(1), Just(255)], 0..4),
        // Long shared prefixes that end at different places.
        2 => (0_usize..12, 0_u16..300).prop_map(|(length, number)| run_key(&vec![9; length], number)),
        1 => vec(any::<u8>(), 0..40),
    ]
}

fn changes() -> impl Strategy<Value = Change> {
    let space = || 0..SPACES;
    let prefix =
        || prop_oneof![Just(vec![]), Just(vec![9; 6]), Just(vec![9; 11]), Just(b"partition".to_vec())];
    prop_oneof![
        8 => (space(), keys(), any::<u8>()).prop_map(|(space, key, value)| Change::Put(space, key, value)),
        8 => (space(), keys(), any::<u8>(), any::<bool>())
            .prop_map(|(space, key, value, is_fresh)| Change::PutFound(space, key, value, is_fresh)),
        4 => (space(), keys()).prop_map(|(space, key)| Change::Delete(space, key)),
        3 => (space(), prefix(), 0_u16..300, 0_u16..400)
            .prop_map(|(space, prefix, first, count)| Change::PutRun(space, prefix, first, count)),
        3 => (space(), prefix(), 0_u16..300, 0_u16..400)
            .prop_map(|(space, prefix, first, count)| Change::DeleteRun(space, prefix, first, count)),
        1 => space().prop_map(Change::Clear),
    ]
}

fn bounds() -> impl Strategy<Value = Bound<Vec<u8>>> {
    prop_oneof![
        1 => Just(Bound::Unbounded),
        2 => keys().prop_map(Bound::Included),
        2 => keys().prop_map(Bound::Excluded),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => vec(changes(), 0..6).prop_map(Step::Commit),
        1 => Just(Step::Snapshot),
        1 => Just(Step::Forget),
        4 => (0..SPACES, (bounds(), bounds()), any::<bool>(), prop_oneof![Just(usize::MAX), 0_usize..80])
            .prop_map(|(space, bounds, forward, limit)| Step::Scan(space, bounds, forward, limit)),
    ]
}

fn run_key(prefix: &[u8], number: u16) -> Vec<u8> {
    [prefix, &number.to_be_bytes()].concat()
}

/// Writes the changes down as a batch and does the same to the model.
fn batch_of(changes: &[Change], model: &mut Model) -> Batch {
    batch_at(changes, model, &mut |_, _, _| Place::UNKNOWN)
}

/// As [`batch_of`], with the places where keys were found, of now or of earlier.
fn batch_at(
    changes: &[Change],
    model: &mut Model,
    place: &mut dyn FnMut(Space, &[u8], bool) -> Place,
) -> Batch {
    let mut batch = Batch::default();
    let put = |batch: &mut Batch, model: &mut Model, space, key: &[u8], value: &[u8]| {
        batch.writes.push(Write::put(Space(space), Entry::new(key, value)));
        model.insert((Space(space), key.to_vec()), value.to_vec());
    };
    let delete = |batch: &mut Batch, model: &mut Model, space, key: &[u8]| {
        batch.writes.push(Write::Delete(Space(space), key.into()));
        model.remove(&(Space(space), key.to_vec()));
    };
    for change in changes {
        match change {
            Change::Put(space, key, value) => put(&mut batch, model, *space, key, &[*value; 5]),
            Change::PutFound(space, key, value, is_fresh) => {
                let place = place(Space(*space), key, *is_fresh);
                batch.writes.push(Write::Put(Space(*space), Entry::new(key, &[*value; 3]), place));
                model.insert((Space(*space), key.clone()), vec![*value; 3]);
            }
            Change::Delete(space, key) => delete(&mut batch, model, *space, key),
            Change::PutRun(space, prefix, first, count) => {
                for number in *first..first + count {
                    put(&mut batch, model, *space, &run_key(prefix, number), &number.to_le_bytes());
                }
            }
            Change::DeleteRun(space, prefix, first, count) => {
                for number in *first..first + count {
                    delete(&mut batch, model, *space, &run_key(prefix, number));
                }
            }
            Change::Clear(space) => {
                batch.writes.push(Write::Clear(Space(*space)));
                model.retain(|(other, _), _| *other != Space(*space));
            }
        }
    }
    batch
}

fn as_slice(bound: &Bound<Vec<u8>>) -> Bound<&[u8]> {
    bound.as_ref().map(Vec::as_slice)
}

/// What a scan visits before it breaks at `limit`.
fn scanned(
    read: &dyn Read,
    space: Space,
    bounds: &Bounds,
    forward: bool,
    limit: usize,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    let range = KeyRange { lower: as_slice(&bounds.0), upper: as_slice(&bounds.1) };
    let direction = if forward { Direction::Forward } else { Direction::Backward };
    read.scan(space, range, direction, &mut |entry| {
        assert!(found.len() < limit.max(1), "a scan goes on after a break");
        found.push((entry.key().to_vec(), entry.value().to_vec()));
        if found.len() >= limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    found
}

fn expected(
    model: &Model,
    space: Space,
    bounds: &Bounds,
    forward: bool,
    limit: usize,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    let inside = |key: &[u8]| {
        let above = match &bounds.0 {
            Bound::Included(lower) => key >= lower.as_slice(),
            Bound::Excluded(lower) => key > lower.as_slice(),
            Bound::Unbounded => true,
        };
        let below = match &bounds.1 {
            Bound::Included(upper) => key <= upper.as_slice(),
            Bound::Excluded(upper) => key < upper.as_slice(),
            Bound::Unbounded => true,
        };
        above && below
    };
    let mut all: Vec<_> = model
        .iter()
        .filter(|((other, key), _)| *other == space && inside(key))
        .map(|((_, key), value)| (key.clone(), value.clone()))
        .collect();
    if !forward {
        all.reverse();
    }
    all.truncate(limit.max(1));
    all
}

fn assert_equal(read: &dyn Read, model: &Model) {
    let all = (Bound::Unbounded, Bound::Unbounded);
    for space in (0..=SPACES).map(Space) {
        assert_eq!(
            scanned(read, space, &all, true, usize::MAX),
            expected(model, space, &all, true, usize::MAX)
        );
    }
    for ((space, key), value) in model {
        let entry = read.get(*space, key).unwrap().expect("a key of the model");
        assert_eq!((entry.key(), entry.value()), (&key[..], &value[..]));
    }
    for space in (0..=SPACES).map(Space) {
        // Keys that are there and some beside them that are not.
        let mut keys: Vec<Vec<u8>> = Vec::new();
        for (_, key) in model.keys().filter(|(other, _)| *other == space) {
            keys.extend([key.clone(), [&key[..], &[0]].concat(), key[..key.len() / 2].to_vec()]);
        }
        for count in [1, 3, 25, 100] {
            let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
            for keys in keys.chunks(count) {
                let found = read.find_each(space, keys).unwrap();
                assert_eq!(found.len(), keys.len());
                for (found, key) in found.iter().zip(keys) {
                    let expected = model.get(&(space, key.to_vec())).map(|value| (*key, &value[..]));
                    let entry = found.entry.as_ref().map(|entry| (entry.key(), entry.value()));
                    assert_eq!(entry, expected);
                    let alone = read.find(space, key).unwrap();
                    let entry = alone.entry.as_ref().map(|entry| (entry.key(), entry.value()));
                    assert_eq!((entry, alone.place), (expected, found.place));
                }
            }
        }
    }
}

fn check(store: &MemoryStore) {
    for (_, tree) in &store.spaces.0 {
        tree.check();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_a_map_and_so_do_its_snapshots(steps in vec(steps(), 1..40), probe in keys()) {
        let (mut store, mut model) = (MemoryStore::new(), Model::new());
        let mut snapshots: Vec<(Box<dyn Read + Send + Sync>, Model)> = Vec::new();
        let mut commits = 0;
        // Places where keys of all sorts were once: what a put does never depends on them.
        let mut places = vec![Place::UNKNOWN];
        for step in &steps {
            match step {
                Step::Commit(changes) => {
                    commits += 1;
                    let batch = batch_at(changes, &mut model, &mut |space, key, is_fresh| {
                        let place = store.find(space, key).unwrap().place;
                        places.push(place);
                        if is_fresh { place } else { places[places.len() / 2] }
                    });
                    let sequence = store.commit(batch);
                    prop_assert_eq!(sequence, Ok(Sequence(commits)));
                    check(&store);
                }
                Step::Snapshot => snapshots.push((store.snapshot(), model.clone())),
                Step::Forget => drop((!snapshots.is_empty()).then(|| snapshots.remove(0))),
                Step::Scan(space, bounds, forward, limit) => {
                    prop_assert_eq!(
                        scanned(&store, Space(*space), bounds, *forward, *limit),
                        expected(&model, Space(*space), bounds, *forward, *limit)
                    );
                }
            }
            let held = store.get(Space(0), &probe).unwrap().map(|entry| entry.value().to_vec());
            prop_assert_eq!(held.as_ref(), model.get(&(Space(0), probe.clone())));
        }
        assert_equal(&store, &model);
        for (snapshot, model) in &snapshots {
            assert_equal(snapshot.as_ref(), model);
        }
        drop(store);
        for (snapshot, model) in &snapshots {
            assert_equal(snapshot.as_ref(), model);
        }
    }

    #[test]
    fn a_failed_commit_leaves_nothing(batches in vec(vec(changes(), 1..5), 1..25), seed in any::<u64>()) {
        let mut store = FaultyStore::failing_percent(MemoryStore::new(), 40, seed);
        let mut model = Model::new();
        for changes in &batches {
            let (before, mut after) = (store.sequence(), model.clone());
            if store.commit(batch_of(changes, &mut after)).is_ok() {
                model = after;
                prop_assert_eq!(store.sequence(), Sequence(before.0 + 1));
            } else {
                prop_assert_eq!(store.sequence(), before);
            }
            assert_equal(&store, &model);
        }
        prop_assert_eq!(store.sequence().0 + store.failures(), store.commits());
    }
}

#[test]
fn only_the_nth_commit_fails_where_so_told() {
    let mut store = FaultyStore::failing_at(MemoryStore::new(), 2);
    let put =
        |key: &[u8]| Batch { writes: [Write::put(Space(0), Entry::new(key, b""))].into_iter().collect() };
    assert_eq!(store.commit(put(b"1")), Ok(Sequence(1)));
    assert!(store.commit(put(b"2")).is_err());
    assert_eq!(store.commit(put(b"3")), Ok(Sequence(2)));
    assert!(store.get(Space(0), b"2").unwrap().is_none());
    assert_eq!((store.commits(), store.failures()), (3, 1));
    assert_eq!(store.into_inner().count(Space(0)), 2);
}

fn filled(count: u64) -> MemoryStore {
    let mut store = MemoryStore::new();
    let mut random = Random::new(2);
    let writes =
        (0..count).map(|_| Write::put(Space(1), Entry::new(&random.next_u64().to_be_bytes(), b"value")));
    store.commit(Batch { writes: writes.collect() }).unwrap();
    store
}

fn clear(space: u32) -> Batch {
    Batch { writes: [Write::Clear(Space(space))].into_iter().collect() }
}

#[test]
fn a_cleared_space_is_freed_by_later_commits() {
    let mut store = filled(5_000);
    store.commit(clear(1)).unwrap();
    assert_eq!(store.count(Space(1)), 0);
    assert!(store.reclaim(0), "a clear does not free everything at once");
    let mut commits = 0;
    while store.reclaim(0) {
        commits += 1;
        let key = u64::to_be_bytes(commits);
        let put = Write::put(Space(1), Entry::new(&key, b"value"));
        store.commit(Batch { writes: [put].into_iter().collect() }).unwrap();
        assert!(commits < 500, "each commit frees more than it writes");
    }
    assert_eq!(store.count(Space(1)), commits);
}

#[test]
fn a_snapshot_keeps_a_cleared_space_that_the_store_forgot() {
    let mut store = filled(1_000);
    let snapshot = store.snapshot();
    store.commit(clear(1)).unwrap();
    assert!(!store.reclaim(usize::MAX));
    let all = (Bound::Unbounded, Bound::Unbounded);
    assert_eq!(scanned(snapshot.as_ref(), Space(1), &all, true, usize::MAX).len(), 1_000);
    assert!(scanned(&store, Space(1), &all, true, usize::MAX).is_empty());
}

#[test]
fn the_last_write_of_a_key_in_a_batch_wins() {
    let mut store = MemoryStore::new();
    let put = |value: &[u8]| Write::put(Space(1), Entry::new(b"key", value));
    let writes = [put(b"first"), Write::Clear(Space(1)), put(b"second"), put(b"third")];
    store.commit(Batch { writes: writes.into_iter().collect() }).unwrap();
    assert_eq!(store.get(Space(1), b"key").unwrap().unwrap().value(), b"third");
    let writes = [put(b"fourth"), Write::Delete(Space(1), b"key"[..].into())];
    store.commit(Batch { writes: writes.into_iter().collect() }).unwrap();
    assert!(store.get(Space(1), b"key").unwrap().is_none());
}

/// The one separator of a root was replaced by a shorter one, and the root still skipped what the old one had.
#[test]
fn an_inner_node_whose_only_separator_is_replaced_skips_no_more_than_the_new_one_has() {
    let (mut store, mut model) = (MemoryStore::new(), Model::new());
    let steps = [
        vec![Change::PutRun(1, Vec::new(), 0, 33)],
        vec![
            Change::PutRun(1, b"partition".to_vec(), 182, 31),
            Change::DeleteRun(1, b"partition".to_vec(), 198, 15),
        ],
    ];
    for changes in &steps {
        store.commit(batch_of(changes, &mut model)).unwrap();
        check(&store);
    }
    assert_equal(&store, &model);
}
