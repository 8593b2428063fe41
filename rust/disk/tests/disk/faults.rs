//! A disk that fails while it is written: nothing is acknowledged that may be lost, and nothing acknowledged is.

use std::path::Path;
use std::sync::Arc;

use dynacore::random::Random;
use dynacore::store::{Batch, Entry, Read, Sequence, Space, Store, StoreError, Write};
use dynacore_disk::faulty_files::{Fault, FaultyFiles};
use dynacore_disk::{DiskStore, Files, Options, SyncMode};
use smallvec::SmallVec;

const SPACE: Space = Space(16);
const KEYS: u64 = 30;

/// What the store must hold after each commit: the number each key has.
type State = Vec<Option<u64>>;

fn batch(random: &mut Random, number: u64, state: &mut State) -> Batch {
    let mut batch = Batch::default();
    for _ in 0..=random.below(3) {
        let key = random.below(KEYS) as usize;
        let name = [key as u8];
        if random.chance(25) {
            state[key] = None;
            batch.writes.push(Write::Delete(SPACE, SmallVec::from_slice(&name)));
        } else {
            state[key] = Some(number);
            let mut value = number.to_le_bytes().to_vec();
            value.resize(8 + random.below(3_000) as usize, 7);
            batch.writes.push(Write::put(SPACE, Entry::new(&name, &value)));
        }
    }
    batch
}

fn state_of(store: &dyn Read) -> Result<State, StoreError> {
    let number = |entry: Entry| u64::from_le_bytes(*entry.value().first_chunk().unwrap());
    (0..KEYS).map(|key| Ok(store.get(SPACE, &[key as u8])?.map(number))).collect()
}

fn open(path: &Path, files: Option<Arc<FaultyFiles>>, sync: SyncMode) -> DiskStore {
    let defaults = Options::default();
    let files = files.map_or(defaults.files, |files| files as Arc<dyn Files>);
    let options = Options { sync, layer_bytes: 20_000, files };
    DiskStore::open(path, options, &mut |_, _| Ok(())).unwrap()
}

/// One run until the fault, a crash, and a look at what is left.
fn run(seed: u64, fault: Fault) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("db");
    drop(open(&path, None, SyncMode::Commit));
    let mut random = Random::new(seed);
    let files = Arc::new(FaultyFiles::new(fault, 4 + random.below(150), seed));
    let mut store = open(&path, Some(Arc::clone(&files)), SyncMode::Commit);
    let durability = store.durability();
    let mut states: Vec<State> = vec![vec![None; KEYS as usize]];
    let mut acknowledged = Sequence(0);
    let failure = loop {
        let mut state = states.last().unwrap().clone();
        let committed = store.commit(batch(&mut random, states.len() as u64, &mut state));
        let sequence = match committed {
            Ok(sequence) => sequence,
            Err(failure) => break failure,
        };
        assert_eq!(sequence.0, states.len() as u64);
        states.push(state);
        if random.chance(60) {
            match durability.wait(sequence) {
                Ok(()) => acknowledged = sequence,
                Err(failure) => break failure,
            }
        }
        if store.checkpoint_due() {
            store.checkpoint();
        }
    };
    assert!(files.has_failed(), "{failure}");
    assert!(
        matches!(&failure, StoreError::Failed(text) if text.contains(path.to_str().unwrap())),
        "{failure}"
    );
    // No later write is taken, and what is read is what will be there.
    for _ in 0..3 {
        let mut state = states.last().unwrap().clone();
        let refused = store.commit(batch(&mut random, 0, &mut state));
        assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
    }
    let position = |state: &State, what: &str| {
        let found = (acknowledged.0 as usize..states.len()).find(|number| states[*number] == *state);
        found.unwrap_or_else(|| panic!("{what}: a state that never was, or one before {acknowledged:?}"))
    };
    let safe = position(&state_of(&store).unwrap(), "reads after the failure");
    drop(store);
    files.crash().unwrap();
    let store = open(&path, None, SyncMode::Commit);
    let left = position(&state_of(&store).unwrap(), "after the crash");
    assert!(left >= safe || states[left] == states[safe], "what was read is gone");
}

#[test]
fn no_fault_loses_what_was_acknowledged() {
    for fault in [Fault::ShortWrite, Fault::FailedSync, Fault::FullDisk] {
        for seed in 0..40 {
            println!("{fault:?}, seed {seed}");
            run(seed, fault);
        }
    }
}

#[test]
fn a_crash_leaves_a_state_that_was_in_every_mode() {
    for sync in [SyncMode::Commit, SyncMode::Interval] {
        for seed in 0..25 {
            println!("{sync:?}, seed {seed}");
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("db");
            let mut random = Random::new(seed);
            let files = Arc::new(FaultyFiles::new(Fault::FailedSync, u64::MAX, seed));
            let mut store = open(&path, Some(Arc::clone(&files)), sync);
            let durability = store.durability();
            let mut states: Vec<State> = vec![vec![None; KEYS as usize]];
            let mut acknowledged = 0;
            for _ in 0..random.below(200) {
                let mut state = states.last().unwrap().clone();
                let sequence = store.commit(batch(&mut random, states.len() as u64, &mut state)).unwrap();
                states.push(state);
                if random.chance(30) {
                    durability.wait(sequence).unwrap();
                    acknowledged = if sync == SyncMode::Commit { states.len() - 1 } else { 0 };
                }
            }
            // The power fails: the process does not get to close anything.
            files.crash().unwrap();
            let copy = directory.path().join("copy");
            super::opening::copy(&path, &copy);
            let left = state_of(&open(&copy, None, sync)).unwrap();
            assert!(states[acknowledged..].contains(&left), "behind what was acknowledged, or never was");
            drop(store);
        }
    }
}

/// The log works on, so nothing is lost; but the tables are not there, and the store says so.
#[test]
fn tables_that_cannot_be_written_are_told_and_nothing_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("db");
    let mut store = open(&path, None, SyncMode::Commit);
    let durability = store.durability();
    let mut random = Random::new(1);
    let mut states: Vec<State> = vec![vec![None; KEYS as usize]];
    std::fs::rename(path.join("tables"), path.join("elsewhere")).unwrap();
    let mut acknowledged = 0;
    let failure = loop {
        let mut state = states.last().unwrap().clone();
        match store.commit(batch(&mut random, states.len() as u64, &mut state)) {
            Ok(sequence) => durability.wait(sequence).unwrap(),
            Err(failure) => break failure,
        }
        states.push(state);
        acknowledged += 1;
        if store.checkpoint_due() {
            store.checkpoint();
            while !store.is_settled() {
                std::thread::yield_now();
            }
        }
        assert!(acknowledged < 10_000, "the missing tables were not noticed");
    };
    assert!(failure.to_string().contains(path.to_str().unwrap()), "{failure}");
    assert_eq!(durability.failure(), Some(failure));
    assert!(store.close().is_err());
    drop(store);
    std::fs::rename(path.join("elsewhere"), path.join("tables")).unwrap();
    let store = open(&path, None, SyncMode::Commit);
    assert_eq!(state_of(&store).unwrap(), states[acknowledged]);
    assert_eq!(store.durability().failure(), None);
}
