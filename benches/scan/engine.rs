//! Whole scans with a filter that lets little through, by one thread and by several that share the segments.
//!
//! Prints one JSON object. The ways take turns in every round: `memory` the floor, one thread that adds up the words of
//! all items, encoded, which lie one after the other; `alone` one thread; `shared` as many as are asked for, of which
//! each reads segments and holds the engine's lock only to begin and end a page; `locked` the same with the lock held for
//! whole pages, as a host does that knows no better.
//! `cargo run --release --package dynacore-benches --example scan -- 5 1000000 2`

use std::hint::black_box;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use dynacore::engine::{Begun, Engine};
use dynacore::expression::Cache;
use dynacore::request::{Operation, Response, Service};
use dynacore::wire::{JsonReader, JsonWriter, ToWire};
use dynacore_benches::database::NOW;
use dynacore_benches::{Cars, Database};

/// Segments of a shared scan, for each thread: one that is slower leaves more of them to the others.
const SEGMENTS_PER_THREAD: usize = 4;

struct Table {
    engine: Mutex<Engine>,
    cache: Cache,
}

fn main() {
    if cfg!(debug_assertions) {
        eprintln!("scans are measured in a release build: cargo run --release");
        std::process::exit(1);
    }
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse().expect("a number"));
    let rounds = arguments.next().unwrap_or(5);
    let items = arguments.next().unwrap_or(1_000_000);
    let threads = arguments.next().unwrap_or(2);
    let cars = Cars::read();
    let bytes: Vec<u8> =
        (0..items).flat_map(|number| cars.car(number as u64).item().as_bytes().to_vec()).collect();
    let loaded = Database::with_cars(&cars, items as u64);
    let table = Table { engine: Mutex::new(loaded.engine), cache: loaded.cache };
    let mut samples = Vec::new();
    for round in 0..rounds {
        let mut time = |way: &str, read: &dyn Fn()| {
            let start = Instant::now();
            read();
            let seconds = start.elapsed().as_secs_f64();
            samples.push(format!(r#"{{"way":"{way}","round":{round},"seconds":{seconds:.4}}}"#));
        };
        let scan = |threads, is_locked| {
            assert_eq!(table.scan(threads, is_locked), items, "every item is evaluated once");
        };
        time("memory", &|| add_up(&bytes));
        time("alone", &|| scan(1, false));
        time("shared", &|| scan(threads, false));
        time("locked", &|| scan(threads, true));
    }
    println!(
        r#"{{"items":{items},"bytes":{},"threads":{threads},"samples":[{}]}}"#,
        bytes.len(),
        samples.join(",")
    );
}

/// Reads all bytes and makes as little as can be of them.
fn add_up(bytes: &[u8]) {
    let (words, _) = bytes.as_chunks();
    black_box(words.iter().fold(0_u64, |sum, word| sum.wrapping_add(u64::from_le_bytes(*word))));
}

impl Table {
    /// Scans the table with so many threads; how many items were evaluated.
    fn scan(&self, threads: usize, is_locked: bool) -> usize {
        let segments = threads * SEGMENTS_PER_THREAD;
        std::thread::scope(|scope| {
            let part = |thread| move || self.segments(thread, (threads, segments), is_locked);
            let parts: Vec<_> = (0..threads).map(|thread| scope.spawn(part(thread))).collect();
            parts.into_iter().map(|part| part.join().expect("a scan that does not panic")).sum()
        })
    }

    fn segments(&self, thread: usize, (threads, segments): (usize, usize), is_locked: bool) -> usize {
        (thread..segments).step_by(threads).map(|number| self.segment(number, segments, is_locked)).sum()
    }

    /// Reads a segment page by page.
    fn segment(&self, number: usize, segments: usize, is_locked: bool) -> usize {
        let (mut scanned, mut start) = (0, String::new());
        loop {
            let request = self.read(&body(number, segments, &start));
            let response = if is_locked { self.locked(&request) } else { self.unlocked(&request) };
            let page = Page::of(&response);
            scanned += page.scanned_count;
            match page.last_key {
                Some(key) => start = format!(r#","ExclusiveStartKey":{key}"#),
                None => return scanned,
            }
        }
    }

    fn read(&self, body: &str) -> Operation {
        let mut reader = JsonReader::new(body.as_bytes());
        Operation::read(Service::DynamoDb, "Scan", &mut reader, &self.cache)
            .expect("a request that is allowed")
    }

    fn unlocked(&self, request: &Operation) -> Response {
        let begun = self.engine.lock().unwrap_or_else(PoisonError::into_inner).begin(request, NOW);
        let outcome = match begun {
            Begun::Done(outcome) => outcome,
            Begun::Long(mut read) => {
                read.walk();
                self.engine.lock().unwrap_or_else(PoisonError::into_inner).finish(read, NOW)
            }
        };
        outcome.expect("a page")
    }

    fn locked(&self, request: &Operation) -> Response {
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        engine.execute(request, NOW).expect("a page")
    }
}

fn body(segment: usize, segments: usize, start: &str) -> String {
    format!(
        r#"{{"TableName":"cars","Segment":{segment},"TotalSegments":{segments}{start},
        "FilterExpression":"hwy > :fast","ExpressionAttributeValues":{{":fast":{{"N":"1000"}}}}}}"#
    )
}

/// What a scan has to know of a page to go on.
struct Page {
    scanned_count: usize,
    /// JSON.
    last_key: Option<String>,
}

impl Page {
    fn of(response: &Response) -> Self {
        let mut writer = JsonWriter::default();
        response.write(&mut writer);
        let written = writer.into_bytes();
        let text = std::str::from_utf8(&written).expect("JSON is text");
        let behind = |name: &str| text.find(name).map(|at| &text[at + name.len()..]);
        let digits = behind(r#""ScannedCount":"#).expect("a page has its count");
        let digits = digits.split(|each: char| !each.is_ascii_digit()).next().expect("a number");
        let last_key = behind(r#""LastEvaluatedKey":"#).map(|key| {
            let end = key.find("}}").expect("a key with two attributes") + 2;
            key[..end].to_owned()
        });
        Self { scanned_count: digits.parse().expect("a number"), last_key }
    }
}
