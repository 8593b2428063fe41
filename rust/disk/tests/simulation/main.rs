//! A whole database over a disk that fails: random requests in virtual time, one fault, a crash, and a look at what is
//! left when it is opened again.
//!
//! The same seed gives the same run, byte for byte. `DYNACORE_FAULTS=500` runs that many seeds of each fault, and
//! `DYNACORE_FAULT_SEED=7` begins with that one; what fails says which it was.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod checks;
mod database;
mod workload;

use std::path::Path;
use std::sync::Arc;

use dynacore::random::Random;
use dynacore_disk::faulty_files::{Fault, FaultyFiles};
use dynacore_disk::{Files, OpenError, SystemFiles};

use crate::checks::check;
use crate::database::Database;
use crate::workload::{State, Workload};

/// Requests of a run in which the fault does not show itself.
const REQUESTS_MAX: u64 = 400;

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Says how a run is made again, should it fail.
struct Told(Fault, u64);

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self(fault, seed) = self;
            println!("{fault:?} failed: DYNACORE_FAULTS=1 DYNACORE_FAULT_SEED={seed} makes it again");
        }
    }
}

fn each_seed(fault: Fault, run: impl Fn(u64)) {
    let first = setting("DYNACORE_FAULT_SEED", 1);
    for seed in first..first + setting("DYNACORE_FAULTS", 12) {
        let _told = Told(fault, seed);
        run(seed);
    }
}

/// What the database was after each request, and how far that is acknowledged.
struct History {
    states: Vec<State>,
    acknowledged: usize,
    /// What was acknowledged before the last write to the disk.
    before_last_write: usize,
}

/// Sends requests until one is refused because of the disk, or there were enough.
fn work(database: &mut Database, files: &FaultyFiles, fault: Fault, random: &mut Random) -> History {
    let mut workload = Workload::new();
    let mut history = History { states: vec![State::default()], acknowledged: 0, before_last_write: 0 };
    for number in 1..=REQUESTS_MAX {
        database.wait_milliseconds(random.below(400));
        let (request, state) = workload.next(random, number, history.states.last().unwrap());
        match database.ask(request.operation, &request.body) {
            Ok(_) => history.states.push(state),
            Err(error) => {
                assert!(files.has_failed(), "{request:?}: {error}");
                assert!(error.to_string().starts_with("InternalServerError"), "{error}");
                return history;
            }
        }
        // One of several threads that write at the same time waits for all of them.
        if random.chance(50) {
            let writes = files.writes();
            if let Err(error) = database.acknowledge() {
                assert!(files.has_failed(), "{error}");
                return history;
            }
            if files.writes() > writes {
                history.before_last_write = history.acknowledged;
            }
            history.acknowledged = history.states.len() - 1;
        }
        // Nobody is told of a bit that flips, and a checkpoint soon makes it one that does not matter.
        if fault == Fault::FlippedBit && files.has_failed() && random.chance(30) {
            return history;
        }
    }
    history
}

/// A run up to a crash.
fn run(path: &Path, fault: Fault, seed: u64) -> (History, FaultyFiles) {
    let mut random = Random::new(seed);
    Database::open(path, Arc::new(SystemFiles)).unwrap().found();
    let files = FaultyFiles::new(fault, 4 + random.below(300), seed);
    let mut database = Database::open(path, Arc::new(files.clone())).unwrap();
    let history = work(&mut database, &files, fault, &mut random);
    let is_failed = files.has_failed() && fault != Fault::FlippedBit;
    if is_failed {
        refuses_writes(&mut database, &mut random);
    }
    if is_failed || random.chance(50) {
        files.switch_off();
        drop(database);
    } else {
        database.close();
    }
    files.crash().unwrap();
    (history, files)
}

/// A disk that failed once is not written again.
fn refuses_writes(database: &mut Database, random: &mut Random) {
    for number in 0..5 {
        let (request, _) = Workload::new().put(random, 10_000 + number, &State::default());
        let answer = database.ask(request.operation, &request.body);
        let is_acknowledged = answer.is_ok() && database.acknowledge().is_ok();
        assert!(!is_acknowledged, "a write was acknowledged after the disk failed");
    }
}

/// The state that a database is in, which is one that was, and not before `acknowledged`.
fn position(database: &mut Database, states: &[State], acknowledged: usize) -> usize {
    let found = State::read(database);
    let at = (acknowledged..states.len()).find(|number| states[*number] == found);
    at.unwrap_or_else(|| {
        let earlier = states.iter().position(|state| *state == found);
        panic!("the state of {earlier:?}, where {acknowledged} requests were acknowledged: {found:?}")
    })
}

fn survives(fault: Fault) {
    each_seed(fault, |seed| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("db");
        let (history, _) = run(&path, fault, seed);
        let mut database = Database::open(&path, Arc::new(SystemFiles)).unwrap();
        position(&mut database, &history.states, history.acknowledged);
        check(&mut database);
        // It goes on, and what it does now is there the next time.
        let mut random = Random::new(seed);
        let (request, _) = Workload::new().put(&mut random, 20_000, &State::default());
        database.ask(request.operation, &request.body).unwrap();
        database.acknowledge().unwrap();
        let state = State::read(&mut database);
        database.close();
        let mut database = Database::open(&path, Arc::new(SystemFiles)).unwrap();
        assert_eq!(State::read(&mut database), state);
        check(&mut database);
    });
}

#[test]
fn a_write_that_stops_in_its_middle_loses_nothing() {
    survives(Fault::ShortWrite);
}

#[test]
fn a_sync_that_fails_loses_nothing() {
    survives(Fault::FailedSync);
}

#[test]
fn a_full_disk_loses_nothing() {
    survives(Fault::FullDisk);
}

/// A bit that flips on its way to the disk is found when it is read back, but for the very last write before a crash:
/// that looks like a write which the crash cut off.
#[test]
fn a_flipped_bit_is_damage_or_was_not_needed() {
    let found = std::cell::Cell::new(0);
    each_seed(Fault::FlippedBit, |seed| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("db");
        let (history, files) = run(&path, Fault::FlippedBit, seed);
        match Database::open(&path, Arc::new(SystemFiles)) {
            Ok(mut database) => {
                let least =
                    if files.was_last_write() { history.before_last_write } else { history.acknowledged };
                position(&mut database, &history.states, least);
                check(&mut database);
            }
            Err(OpenError::Corrupted(what)) => {
                found.set(found.get() + 1);
                assert!(what.contains(path.to_str().unwrap()), "{what}");
            }
            Err(error) => panic!("{error}"),
        }
    });
    assert!(found.get() > 0, "no seed made damage that counts");
}

/// What a failing seed prints must make the same run.
#[test]
fn the_same_seed_makes_the_same_run() {
    for fault in [Fault::ShortWrite, Fault::FailedSync, Fault::FullDisk, Fault::FlippedBit] {
        let log = |name: &str| {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join(name);
            let (history, files) = run(&path, fault, 3);
            let files_there = std::fs::read_dir(path.join("log")).unwrap();
            let mut contents: Vec<(String, Vec<u8>)> = files_there
                .map(|entry| entry.unwrap().path())
                .map(|path| {
                    (
                        path.file_name().unwrap().to_string_lossy().into_owned(),
                        SystemFiles.read(&path).unwrap(),
                    )
                })
                .collect();
            contents.sort();
            (history.states, history.acknowledged, files.writes(), contents)
        };
        assert!(log("first") == log("second"), "{fault:?}");
    }
}
