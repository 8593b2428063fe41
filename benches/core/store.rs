//! The ordered map under everything.

use std::hint::black_box;
use std::ops::{Bound, ControlFlow};

use dynacore::random::Random;
use dynacore::store::{Batch, Direction, Entry, KeyRange, MemoryStore, Read, Space, Store, Write};
use dynacore_benches::{Bench, Cars, Scale};

const SPACE: Space = Space(16);
const REQUESTS: u64 = 5_000;

/// Adds the benches.
pub fn add(bench: &mut Bench, scale: Scale) {
    for items in [10_000, 1_000_000] {
        store(bench, scale, items);
    }
}

fn store(bench: &mut Bench, scale: Scale, items: u64) {
    let cars = Cars::read();
    let entry = |number| {
        let car = cars.car(number);
        Entry::new(car.key().as_bytes(), car.item().as_bytes())
    };
    let mut store = MemoryStore::new();
    for number in 0..scale.of(items) {
        put(&mut store, entry(number));
    }
    let mut random = Random::new(3);
    let entries: Vec<Entry> = (0..scale.of(REQUESTS)).map(|_| entry(random.below(scale.of(items)))).collect();

    let mut group = bench.benchmark_group("store");
    let mut next = entries.iter().cycle();
    group.bench_function(format!("get/{items}"), |bencher| {
        bencher.iter(|| store.get(SPACE, black_box(next.next().expect("a cycle does not end").key())));
    });
    let mut next = entries.iter().cycle();
    group.bench_function(format!("scan_100/{items}"), |bencher| {
        bencher.iter(|| scan(&store, next.next().expect("a cycle does not end").key(), 100));
    });
    let mut next = entries.iter().cycle();
    group.bench_function(format!("put/{items}"), |bencher| {
        // An entry is shared with the list here, so no allocation of it is measured: `Entry::new` is its own bench.
        bencher.iter(|| put(&mut store, next.next().expect("a cycle does not end").clone()));
    });
    group.finish();
    if items == 10_000 {
        let (key, item) = (cars.car(1).key(), cars.car(1).item());
        bench.bench_function("store/entry_new", |bencher| {
            bencher.iter(|| Entry::new(black_box(key.as_bytes()), black_box(item.as_bytes())));
        });
    }
}

fn put(store: &mut MemoryStore, entry: Entry) {
    let batch = Batch { writes: [Write::put(SPACE, entry)].into_iter().collect() };
    store.commit(batch).expect("memory does not fail");
}

/// Reads up to `count` entries from `key` on; their bytes in sum.
fn scan(store: &MemoryStore, key: &[u8], count: usize) -> usize {
    let (mut seen, mut bytes) = (0, 0);
    let range = KeyRange { lower: Bound::Included(key), upper: Bound::Unbounded };
    let visit = &mut |entry: &Entry| {
        seen += 1;
        bytes += entry.value().len();
        if seen < count { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    store.scan(SPACE, range, Direction::Forward, visit).expect("memory does not fail");
    bytes
}
