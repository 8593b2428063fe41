//! A whole request as the server meets it, from the body's bytes to the answer's, without a socket.

use std::hint::black_box;

use dynacore::wire::{JsonWriter, ToWire, Writer};
use dynacore_benches::database::{get_item, put_item, query, update_item};
use dynacore_benches::{Bench, Cars, Database, Scale};

const ITEMS: u64 = 10_000;
const REQUESTS: u64 = 5_000;

/// Adds the benches.
pub fn add(bench: &mut Bench, scale: Scale) {
    let cars = Cars::read();
    let mut database = Database::with_cars(&cars, scale.of(ITEMS));
    let mut random = dynacore::random::Random::new(2);
    let numbers: Vec<u64> = (0..scale.of(REQUESTS)).map(|_| random.below(scale.of(ITEMS))).collect();
    let all = |body: &dyn Fn(u64) -> String| -> Vec<String> { numbers.iter().copied().map(body).collect() };
    let bodies = [
        ("get_item", "GetItem", all(&|number| get_item(&cars.car(number).key_json()))),
        ("put_item", "PutItem", all(&|number| put_item(&cars.car(number).json()))),
        ("update_item", "UpdateItem", all(&|number| update_item(&cars.car(number).key_json()))),
        ("query_10", "Query", all(&|number| query(&cars.car(number).make(), 10))),
        ("query_100", "Query", all(&|number| query(&cars.car(number).make(), 100))),
    ];
    let mut group = bench.benchmark_group("wire");
    for (name, operation, bodies) in &bodies {
        let mut next = bodies.iter().cycle();
        group.bench_function(*name, |bencher| {
            bencher.iter(|| answer(&mut database, operation, next.next().expect("a cycle does not end")));
        });
    }
    let item = cars.car(1).item();
    group.bench_function("write_item", |bencher| {
        bencher.iter(|| {
            let mut writer = JsonWriter::with_capacity(512);
            writer.item(black_box(&item).as_ref());
            writer.into_bytes()
        });
    });
    let mut next = bodies[1].2.iter().cycle();
    group.bench_function("read_put_item", |bencher| {
        bencher.iter(|| database.read("PutItem", black_box(next.next().expect("a cycle does not end"))));
    });
    group.finish();
}

fn answer(database: &mut Database, name: &str, body: &str) -> Vec<u8> {
    let operation = database.read(name, body);
    let mut writer = JsonWriter::default();
    database.execute(&operation).write(&mut writer);
    writer.into_bytes()
}
