//! What a million items cost in memory, against their encoded bytes: run in a process of its own.
//!
//! Prints one JSON object. `cargo run --release --package dynacore-benches --example memory -- 1000000`

use dynacore_benches::{Cars, Database};

fn main() {
    if cfg!(debug_assertions) {
        eprintln!("memory is measured in a release build: cargo run --release");
        std::process::exit(1);
    }
    let items = std::env::args().nth(1).map_or(1_000_000, |count| count.parse().expect("a number of items"));
    let cars = Cars::read();
    let before = resident_bytes();
    let database = Database::with_cars(&cars, items);
    let resident = resident_bytes() - before;
    let encoded: usize = (0..items).map(|number| cars.car(number).item().as_bytes().len()).sum();
    let keys: usize = (0..items).map(|number| cars.car(number).key().as_bytes().len()).sum();
    println!(r#"{{"items":{items},"resident_bytes":{resident},"item_bytes":{encoded},"key_bytes":{keys}}}"#);
    drop(database);
}

/// What the kernel has given this process.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells what a process holds");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("with its resident set");
    let kilobytes = line.split_whitespace().nth(1).expect("in kB");
    kilobytes.parse::<usize>().expect("as a number") * 1024
}
