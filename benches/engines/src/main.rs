//! Embedded engines under dynacore's own workload: 200-byte cars under keys that begin with a hash.
//!
//! `cargo run --release --manifest-path benches/engines/Cargo.toml -- [items] [directory]`. Engines take turns in
//! each round; a table of medians comes out. The directory must be on the disk that is to be measured.

mod engine;
mod measure;

use std::path::PathBuf;

use engine::{Fjall, FjallTables, Redb};
use measure::{Outcome, measure};

const ROUNDS: usize = 3;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let items: u64 = arguments.next().map_or(1_000_000, |text| text.parse().expect("a number of items"));
    let directory = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let mut outcomes: Vec<(&str, Vec<Outcome>)> = Vec::new();
    for round in 0..ROUNDS {
        eprintln!("round {} of {ROUNDS}", round + 1);
        add(&mut outcomes, "redb 4.4", measure::<Redb>(items, &directory));
        add(&mut outcomes, "fjall 3.1, write batches", measure::<Fjall>(items, &directory));
        add(&mut outcomes, "fjall 3.1, sorted tables", measure::<FjallTables>(items, &directory));
    }
    print!("| {items} items |");
    outcomes.iter().for_each(|(name, _)| print!(" {name} |"));
    print!("\n| --- |");
    outcomes.iter().for_each(|_| print!(" ---: |"));
    println!();
    for (row, label) in Outcome::LABELS.iter().enumerate() {
        print!("| {label} |");
        for (_, rounds) in &outcomes {
            let mut figures: Vec<f64> = rounds.iter().map(|outcome| outcome.figures[row]).collect();
            figures.sort_by(f64::total_cmp);
            let figure = figures[figures.len() / 2];
            if figure.is_nan() {
                print!(" - |");
            } else {
                print!(" {figure:.2} |");
            }
        }
        println!();
    }
}

fn add(outcomes: &mut Vec<(&'static str, Vec<Outcome>)>, name: &'static str, outcome: Outcome) {
    match outcomes.iter_mut().find(|(known, _)| *known == name) {
        Some((_, rounds)) => rounds.push(outcome),
        None => outcomes.push((name, vec![outcome])),
    }
}

