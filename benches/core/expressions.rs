//! Expressions: parsed before (the cache holds them), then bound to a request's values and evaluated.

use std::hint::black_box;

use dynacore::expression::{Binder, Cache};
use dynacore::value::{Item, Number, Value};
use dynacore_benches::{Bench, Cars};

const CONDITION: &str = "attribute_exists(#make) AND hwy BETWEEN :low AND :high AND contains(drive, :wheel)";
const UPDATE: &str = "SET hwy = hwy + :one, #make = if_not_exists(#make, :wheel) REMOVE trans";
const PROJECTION: &str = "#make, id, hwy";

/// Adds the benches.
pub fn add(bench: &mut Bench) {
    let cache = Cache::new(100);
    let item = Cars::read().car(1).item();
    let names = vec![("#make".to_owned(), "make".to_owned())];
    let number = |number| Value::number(Number::from_i64(number));
    let range = vec![
        (":low".to_owned(), number(0)),
        (":high".to_owned(), number(1_000)),
        (":wheel".to_owned(), Value::string("Wheel")),
    ];
    let change = vec![(":one".to_owned(), number(1)), (":wheel".to_owned(), Value::string("Wheel"))];
    let condition = || {
        let mut binder = Binder::new(&cache, Some(&names), Some(&range)).expect("placeholders");
        binder.condition("ConditionExpression", black_box(CONDITION)).expect("a condition")
    };
    let update = || {
        let mut binder = Binder::new(&cache, Some(&names), Some(&change)).expect("placeholders");
        binder.update(black_box(UPDATE)).expect("an update")
    };
    let projection = || {
        let mut binder = Binder::new(&cache, Some(&names), None).expect("placeholders");
        binder.projection(black_box(PROJECTION)).expect("a projection")
    };
    let (bound_condition, bound_update, bound_projection) = (condition(), update(), projection());
    assert!(bound_condition.matches(Some(item.as_ref())).expect("comparable"), "the condition holds");

    let mut group = bench.benchmark_group("expression");
    group.bench_function("bind_condition", |bencher| bencher.iter(condition));
    group.bench_function("match_condition", |bencher| {
        bencher.iter(|| bound_condition.matches(Some(black_box(&item).as_ref())));
    });
    group.bench_function("bind_update", |bencher| bencher.iter(update));
    group.bench_function("apply_update", |bencher| {
        bencher.iter(|| bound_update.apply(black_box(&item).as_ref()).expect("applicable"));
    });
    group.bench_function("bind_projection", |bencher| bencher.iter(projection));
    group.bench_function("project", |bencher| {
        bencher.iter(|| -> Item { bound_projection.project(black_box(&item).as_ref()) });
    });
    group.finish();
}
