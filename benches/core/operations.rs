//! Operations that were read before: what the engine itself costs, without any door.

use std::hint::black_box;

use criterion::Throughput;
use dynacore::request::Operation;
use dynacore_benches::database::{get_item, put_item, query, update_item};
use dynacore_benches::{Bench, Cars, Database, Scale};

/// Requests that are made beforehand and repeated, enough that no item stays in the first-level cache.
const REQUESTS: u64 = 5_000;

/// Adds the benches.
pub fn add(bench: &mut Bench, scale: Scale) {
    for items in [10_000, 1_000_000] {
        single_items(bench, scale, items);
    }
    queries(bench, scale);
}

fn single_items(bench: &mut Bench, scale: Scale, items: u64) {
    let cars = Cars::read();
    let mut database = Database::with_cars(&cars, scale.of(items));
    let numbers = || spread(scale.of(REQUESTS), scale.of(items));
    let gets = numbers().map(|number| database.read("GetItem", &get_item(&cars.car(number).key_json())));
    let gets: Vec<Operation> = gets.collect();
    let puts = numbers().map(|number| database.read("PutItem", &put_item(&cars.car(number).json())));
    let puts: Vec<Operation> = puts.collect();
    let updates =
        numbers().map(|number| database.read("UpdateItem", &update_item(&cars.car(number).key_json())));
    let updates: Vec<Operation> = updates.collect();

    let mut group = bench.benchmark_group("operation");
    for (name, operations) in [("get_item", gets), ("put_item", puts), ("update_item", updates)] {
        let mut next = operations.iter().cycle();
        group.bench_function(format!("{name}/{items}"), |bencher| {
            bencher.iter(|| database.execute(black_box(next.next().expect("a cycle does not end"))));
        });
    }
    group.finish();
}

fn queries(bench: &mut Bench, scale: Scale) {
    let cars = Cars::read();
    let items = scale.of(10_000);
    let mut database = Database::with_cars(&cars, items);
    let mut group = bench.benchmark_group("query");
    for limit in [10, 100] {
        let queries = spread(scale.of(REQUESTS), items)
            .map(|number| database.read("Query", &query(&cars.car(number).make(), limit)));
        let queries: Vec<Operation> = queries.collect();
        let mut next = queries.iter().cycle();
        group.throughput(Throughput::Elements(limit));
        group.bench_function(limit.to_string(), |bencher| {
            bencher.iter(|| database.execute(black_box(next.next().expect("a cycle does not end"))));
        });
    }
    group.finish();
}

/// `count` numbers below `below`, in no order that a cache could follow.
fn spread(count: u64, below: u64) -> impl Iterator<Item = u64> {
    let mut random = dynacore::random::Random::new(1);
    (0..count).map(move |_| random.below(below))
}
