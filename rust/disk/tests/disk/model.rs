//! Random commits, reads, checkpoints and openings, compared with the store in memory.

use std::ops::{Bound, ControlFlow};
use std::path::Path;

use dynacore::random::Random;
use dynacore::store::{
    Batch, Direction, Entry, KeyRange, MemoryStore, Read, Space, Store, StoreError, Write,
};
use dynacore_disk::{DiskStore, Options, SyncMode};
use smallvec::SmallVec;

const SPACES: u64 = 3;
const KEYS: u64 = 400;

pub fn open(path: &Path, sync: SyncMode, layer_bytes: usize) -> DiskStore {
    let options = Options { sync, layer_bytes, ..Options::default() };
    DiskStore::open(path, options, &mut |_, _| Ok(())).unwrap()
}

fn key(random: &mut Random) -> Vec<u8> {
    let number = random.below(KEYS);
    // Of several lengths, some a prefix of others.
    format!("{number:0width$}", width = 1 + (number % 5) as usize).into_bytes()
}

/// Some changes; some puts go where their key is now in one of the stores, which in the other one is anywhere.
fn batch(random: &mut Random, stores: [&dyn Read; 2]) -> Batch {
    let mut batch = Batch::default();
    for _ in 0..=random.below(6) {
        let space = Space(16 + random.below(SPACES) as u32);
        batch.writes.push(match random.below(100) {
            0 => Write::Clear(space),
            1..=30 => Write::Delete(space, SmallVec::from_vec(key(random))),
            _ => {
                let (length, key) = (random.below(60) as usize, key(random));
                let entry = Entry::new(&key, &vec![random.below(256) as u8; length]);
                match stores.get(random.below(3) as usize) {
                    Some(store) => Write::Put(space, entry, store.find(space, &key).unwrap().place),
                    None => Write::put(space, entry),
                }
            }
        });
    }
    batch
}

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

fn bound(random: &mut Random) -> Bound<Vec<u8>> {
    match random.below(3) {
        0 => Bound::Unbounded,
        1 => Bound::Included(key(random)),
        _ => Bound::Excluded(key(random)),
    }
}

fn scan(
    read: &dyn Read,
    space: Space,
    (lower, upper): (&Bound<Vec<u8>>, &Bound<Vec<u8>>),
    direction: Direction,
    limit: usize,
) -> Pairs {
    let mut pairs = Pairs::new();
    let range =
        KeyRange { lower: lower.as_ref().map(Vec::as_slice), upper: upper.as_ref().map(Vec::as_slice) };
    read.scan(space, range, direction, &mut |entry| {
        pairs.push((entry.key().to_vec(), entry.value().to_vec()));
        if pairs.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
    .unwrap();
    pairs
}

fn compare(random: &mut Random, left: &dyn Read, right: &dyn Read) {
    let space = Space(16 + random.below(SPACES) as u32);
    let wanted = key(random);
    let value = |read: &dyn Read| read.get(space, &wanted).unwrap().map(|entry| entry.value().to_vec());
    assert_eq!(value(left), value(right));
    let found = |read: &dyn Read| {
        let found = read.find_each(space, &[&wanted, b"0", b"no such key", &wanted]).unwrap();
        found.into_iter().map(|found| found.entry.map(|entry| entry.value().to_vec())).collect::<Vec<_>>()
    };
    assert_eq!(found(left), found(right));
    assert_eq!(found(left)[0], value(right));
    let (lower, upper) = (bound(random), bound(random));
    let limit = if random.chance(50) { 1 + random.below(40) as usize } else { usize::MAX };
    for direction in [Direction::Forward, Direction::Backward] {
        let pairs = |read: &dyn Read| scan(read, space, (&lower, &upper), direction, limit);
        assert_eq!(pairs(left), pairs(right), "{lower:?} to {upper:?} {direction:?}");
    }
}

/// Waits for the checkpoint that was begun last.
fn settle(store: &mut DiskStore) {
    while !store.is_settled() {
        std::thread::yield_now();
    }
}

fn run(seed: u64) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.dynacore");
    let mut random = Random::new(seed);
    let layer_bytes = 1 << (9 + random.below(8));
    let mut disk = open(&path, SyncMode::Never, layer_bytes);
    let mut memory = MemoryStore::new();
    let mut snapshots = Vec::new();
    for _ in 0..600 {
        let batch = batch(&mut random, [&disk, &memory]);
        assert_eq!(disk.commit(batch.clone()).unwrap(), memory.commit(batch).unwrap());
        if disk.checkpoint_due() {
            disk.checkpoint();
            if random.chance(50) {
                settle(&mut disk);
            }
        }
        match random.below(40) {
            0 => snapshots.push((disk.snapshot(), memory.snapshot())),
            1 => {
                snapshots.clear();
                disk.close().unwrap();
                drop(disk);
                disk = open(&path, SyncMode::Never, layer_bytes);
                assert_eq!(disk.sequence(), memory.sequence());
            }
            2 if !snapshots.is_empty() => drop(snapshots.remove(0)),
            _ => compare(&mut random, &disk, &memory),
        }
        if let Some((disk, memory)) = snapshots.last() {
            compare(&mut random, disk.as_ref(), memory.as_ref());
        }
    }
    for (disk, memory) in &snapshots {
        compare(&mut random, disk.as_ref(), memory.as_ref());
    }
}

#[test]
fn it_behaves_as_the_store_in_memory() {
    for seed in 0..12 {
        println!("seed {seed}");
        run(seed);
    }
}

#[test]
fn what_is_only_in_the_log_is_replayed_in_order_with_what_was_before() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("db");
    let put = |value: &[u8]| Batch {
        writes: [Write::put(Space(1), Entry::new(b"k", value))].into_iter().collect(),
    };
    let mut store = open(&path, SyncMode::Commit, 1 << 20);
    store.commit(put(b"1")).unwrap();
    store.checkpoint();
    settle(&mut store);
    store.commit(put(b"2")).unwrap();
    store.commit(put(b"3")).unwrap();
    drop(store);
    let mut seen = Vec::new();
    let replay = &mut |before: &dyn Read, batch: &Batch| -> Result<(), StoreError> {
        let old = before.get(Space(1), b"k")?.map(|entry| entry.value().to_vec());
        let Write::Put(_, new, _) = &batch.writes[0] else { panic!("a put") };
        seen.push((old, new.value().to_vec()));
        Ok(())
    };
    let store = DiskStore::open(&path, Options::default(), replay).unwrap();
    let value = |text: &str| text.as_bytes().to_vec();
    assert_eq!(seen, [(Some(value("1")), value("2")), (Some(value("2")), value("3"))]);
    assert_eq!(store.get(Space(1), b"k").unwrap().unwrap().value(), b"3");
}
