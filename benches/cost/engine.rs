//! What operations cost on tables of very different sizes: an operation's cost must not grow with what it does not touch.
//!
//! Prints one JSON object. The tables take turns in every round, so that what the machine's mood does to one it does to
//! the others. `cargo run --release --package dynacore-benches --example cost -- 21 1000 100000 1000000`

use cpu_time::ThreadTime;
use dynacore::random::Random;
use dynacore::request::Operation;
use dynacore_benches::database::{put_item, query, update_item};
use dynacore_benches::{Cars, Database};

/// Operations of one sample, each on another item.
const OPERATIONS: u64 = 2_000;

/// What is printed beside the operations.
const FLOOR: &str = "one dependent read (floor)";

struct Table {
    items: u64,
    database: Database,
    /// What is measured: name and requests.
    operations: Vec<(&'static str, Vec<Operation>)>,
    places: Places,
}

/// Memory of the size of a table, in which each place names another one: what nobody can be faster than.
struct Places {
    /// As many bytes as an item takes, with what the allocator adds.
    places: Vec<[u64; 32]>,
    now: usize,
}

fn main() {
    if cfg!(debug_assertions) {
        eprintln!("costs are measured in a release build: cargo run --release");
        std::process::exit(1);
    }
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse().expect("a number"));
    let rounds: u64 = arguments.next().unwrap_or(21);
    let sizes: Vec<u64> = arguments.collect();
    let sizes = if sizes.is_empty() { vec![1_000, 100_000, 1_000_000] } else { sizes };
    let cars = Cars::read();
    let mut tables: Vec<Table> = sizes.iter().map(|items| Table::new(&cars, *items)).collect();
    let mut samples = Vec::new();
    for round in 0..rounds {
        for operation in 0..=tables[0].operations.len() {
            let count = tables.len();
            for turn in 0..count {
                let table = &mut tables[(turn + round as usize) % count];
                let (name, nanoseconds) = table.measure(operation);
                let items = table.items;
                samples.push(format!(
                    r#"{{"operation":"{name}","items":{items},"round":{round},"ns":{nanoseconds:.1}}}"#
                ));
            }
        }
    }
    println!(r#"{{"rounds":{rounds},"operations":{OPERATIONS},"samples":[{}]}}"#, samples.join(","));
}

impl Table {
    fn new(cars: &Cars, items: u64) -> Self {
        let database = Database::with_cars(cars, items);
        let numbers = |seed: u64| {
            let mut random = Random::new(seed);
            (0..OPERATIONS).map(move |_| random.below(items))
        };
        let read = |name: &str, bodies: Vec<String>| -> Vec<Operation> {
            bodies.iter().map(|body| database.read(name, body)).collect()
        };
        let puts = numbers(1).map(|number| put_item(&cars.car(number).json())).collect();
        let updates = numbers(2).map(|number| update_item(&cars.car(number).key_json())).collect();
        let queries = numbers(3).map(|number| query(&cars.car(number).make(), 10)).collect();
        let transactions =
            numbers(4).map(|number| transaction(cars, number, (number + items / 2) % items)).collect();
        let operations = vec![
            ("put", read("PutItem", puts)),
            ("update", read("UpdateItem", updates)),
            ("query of 10", read("Query", queries)),
            ("transact, 2 items", read("TransactWriteItems", transactions)),
        ];
        Self { items, database, operations, places: Places::new(items) }
    }

    /// Nanoseconds of the processor for one of the operations.
    fn measure(&mut self, operation: usize) -> (&'static str, f64) {
        let Some((name, requests)) = self.operations.get(operation) else {
            return (FLOOR, self.places.measure());
        };
        let start = ThreadTime::now();
        for request in requests {
            std::hint::black_box(self.database.execute(request));
        }
        (name, start.elapsed().as_nanos() as f64 / requests.len() as f64)
    }
}

impl Places {
    fn new(count: u64) -> Self {
        // One cycle through all places in no order.
        let mut order: Vec<u64> = (0..count).collect();
        let mut random = Random::new(5);
        for index in (1..order.len()).rev() {
            order.swap(index, random.below(index as u64) as usize);
        }
        let places = order.into_iter().map(|next| [next; 32]).collect();
        Self { places, now: 0 }
    }

    /// Nanoseconds of the processor for one read.
    fn measure(&mut self) -> f64 {
        let start = ThreadTime::now();
        for _ in 0..OPERATIONS {
            self.now = self.places[self.now][0] as usize;
        }
        std::hint::black_box(self.now);
        start.elapsed().as_nanos() as f64 / OPERATIONS as f64
    }
}

/// A put and an update of two items that are far from each other.
fn transaction(cars: &Cars, put: u64, update: u64) -> String {
    let update = if update == put { put + 1 } else { update };
    format!(
        r#"{{"TransactItems":[{{"Put":{}}},{{"Update":{}}}]}}"#,
        put_item(&cars.car(put).json()),
        update_item(&cars.car(update).key_json())
    )
}
