//! What is asked of each engine.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use dynacore::random::Random;
use dynacore::store::Entry;
use dynacore_benches::Cars;

use crate::engine::{Engine, Sync};

/// Commits that wait for the disk.
const COMMITS: u64 = 1_000;
const GROUP: u64 = 16;
/// Items of one commit of the load; a sorted table gets more.
const LOAD: usize = 1_000;
const LOAD_SORTED: usize = 131_072;
const GETS: u64 = 200_000;
const SCANS: u64 = 10_000;

/// One round with one engine.
pub struct Outcome {
    /// In the order of [`Outcome::LABELS`]; NaN for what an engine does not do.
    pub figures: [f64; 10],
}

impl Outcome {
    /// What the figures are.
    pub const LABELS: [&str; 10] = [
        "commit of 1 item with fsync, us",
        "commit of 16 items with fsync, us",
        "load, us an item",
        "get of a random item, us",
        "scan of 100 forward, us",
        "scan of 100 backward, us",
        "whole scan forward, us an item",
        "whole scan backward, us an item",
        "reopen, ms",
        "MB on disk",
    ];
}

/// Measures an engine in a fresh directory.
pub fn measure<E: Engine>(items: u64, directory: &Path) -> Outcome {
    let place = tempfile::tempdir_in(directory).expect("a directory");
    let path = place.path().join("engine");
    let cars = Cars::read();
    let mut entries: Vec<Entry> = (0..items)
        .map(|number| Entry::new(cars.car(number).key().as_bytes(), cars.car(number).item().as_bytes()))
        .collect();
    let mut random = Random::new(7);
    for index in (1..entries.len()).rev() {
        entries.swap(index, random.below(index as u64 + 1) as usize);
    }
    let mut engine = E::open(&path);
    let load = load(&mut engine, &entries);
    let (single, grouped) = if E::COMMITS {
        let mut commits = |group: u64| {
            let began = Instant::now();
            for _ in 0..COMMITS {
                let group: Vec<Entry> = (0..group).map(|_| pick(&mut random, &entries).clone()).collect();
                engine.commit(&group, Sync::Commit);
            }
            micros(began.elapsed()) / COMMITS as f64
        };
        (commits(1), commits(GROUP))
    } else {
        (f64::NAN, f64::NAN)
    };
    let get = timed(GETS, || {
        black_box(engine.get(pick(&mut random, &entries).key()).expect("it is there"));
    });
    let mut scan = |backward| {
        timed(SCANS, || {
            black_box(engine.scan(pick(&mut random, &entries).key(), 100, backward));
        })
    };
    let (forward, backward) = (scan(false), scan(true));
    let whole_forward = timed(1, || assert!(black_box(engine.scan(&[], usize::MAX, false)) > 0));
    let whole_backward = timed(1, || assert!(black_box(engine.scan(&[0xFF; 16], usize::MAX, true)) > 0));
    drop(engine);
    let began = Instant::now();
    let engine = E::open(&path);
    assert!(engine.get(entries[0].key()).is_some());
    let reopen = began.elapsed();
    drop(engine);
    let whole = items as f64;
    let megabytes = bytes_below(&path) as f64 / 1e6;
    Outcome {
        figures: [
            single,
            grouped,
            load,
            get,
            forward,
            backward,
            whole_forward / whole,
            whole_backward / whole,
            micros(reopen) / 1e3,
            megabytes,
        ],
    }
}

fn load<E: Engine>(engine: &mut E, entries: &[Entry]) -> f64 {
    let began = Instant::now();
    for chunk in entries.chunks(if E::COMMITS { LOAD } else { LOAD_SORTED }) {
        let mut chunk = chunk.to_vec();
        chunk.sort_by(|left, right| left.key().cmp(right.key()));
        engine.commit(&chunk, Sync::Never);
    }
    engine.sync();
    micros(began.elapsed()) / entries.len() as f64
}

fn pick<'a>(random: &mut Random, entries: &'a [Entry]) -> &'a Entry {
    &entries[random.below(entries.len() as u64) as usize]
}

fn timed(times: u64, mut work: impl FnMut()) -> f64 {
    let began = Instant::now();
    (0..times).for_each(|_| work());
    micros(began.elapsed()) / times as f64
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// What files take on the disk, holes left out.
fn bytes_below(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let entries = std::fs::read_dir(path).expect("a directory");
    entries.flatten().map(|entry| {
        let data = entry.metadata().expect("metadata");
        if data.is_dir() { bytes_below(&entry.path()) } else { data.blocks() * 512 }
    }).sum()
}
