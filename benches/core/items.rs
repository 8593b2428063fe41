//! The encoded item and its key.

use std::hint::black_box;

use criterion::Throughput;
use dynacore::value::{Item, ItemRef, Key};
use dynacore_benches::{Bench, Cars};

/// Adds the benches.
pub fn add(bench: &mut Bench) {
    let cars = Cars::read();
    let car = cars.car(4_242);
    let (map, item) = (car.map(), car.item());
    let mut group = bench.benchmark_group("item");
    group.throughput(Throughput::Bytes(item.as_bytes().len() as u64));
    group.bench_function("encode", |bencher| bencher.iter(|| Item::from_map(black_box(&map))));
    group.bench_function("decode", |bencher| bencher.iter(|| black_box(&item).as_ref().to_map()));
    group.bench_function("walk", |bencher| {
        bencher.iter(|| {
            black_box(&item).as_ref().iter().map(|(name, value)| name.len() + value.size()).sum::<usize>()
        });
    });
    group.bench_function("get_last", |bencher| {
        bencher.iter(|| black_box(&item).as_ref().get("cty").is_some());
    });
    group.bench_function("validate", |bencher| {
        bencher.iter(|| ItemRef::validate(black_box(item.as_bytes())).is_ok());
    });
    let key_item = car.key_item();
    group.bench_function("key", |bencher| {
        bencher.iter(|| {
            let item = black_box(&key_item).as_ref();
            Key::new(item.get("make").expect("a car has a make"), item.get("id"))
        });
    });
    group.finish();
}
