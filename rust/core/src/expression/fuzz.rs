//! What a fuzzer feeds bytes to.

use super::{Binder, Cache, Names, Values};
use crate::value::{Encoder, Item, ItemRef, Number, Type, Value};

/// Takes bytes as text of each of the five kinds of expressions, binds it and applies it to a small item. Neither
/// may panic or take long.
///
/// # Panics
/// When an accepted update or projection makes bytes that are no item.
pub fn fuzz_expression(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let cache = Cache::new(4);
    let (names, values, item) = (names(), values(), item());
    for condition in ["ConditionExpression", "FilterExpression"] {
        let mut binder =
            Binder::new(&cache, Some(&names), Some(&values)).expect("invariant: the maps are valid");
        if let Ok(condition) = binder.condition(condition, &text) {
            let held = condition.matches(Some(item.as_ref()));
            assert_eq!(held, condition.matches(Some(item.as_ref())), "a condition has one outcome");
            assert!(condition.matches(None).is_ok());
            assert!(condition.top_level_names().count() >= condition.nested_names().count());
        }
    }
    let mut binder = Binder::new(&cache, Some(&names), Some(&values)).expect("invariant: the maps are valid");
    if let Ok(condition) = binder.key_condition(&text) {
        let _ = condition.resolve("a", Some("b"));
    }
    if let Ok(projection) = binder.projection(&text) {
        let projected = projection.project(item.as_ref());
        check(&projected);
        // Not equal: elements of a list move together, so that a path may lead nowhere the second time.
        assert!(projection.project(projected.as_ref()).as_ref().len() <= projected.as_ref().len());
    }
    if let Ok(update) = binder.update(&text) {
        for updated in
            [update.apply(item.as_ref()), update.create(Item::default().as_ref())].into_iter().flatten()
        {
            check(&updated.item);
            check(&updated.changed.project(updated.item.as_ref()));
        }
    }
    let _ = binder.finish();
}

pub(super) fn check(item: &Item) {
    if let Err(corrupted) = ItemRef::validate(item.as_bytes()) {
        panic!("{corrupted:?} in {item:?}");
    }
}

fn names() -> Names {
    ["a", "b", "c", "d"].map(|name| (format!("#{name}"), name.to_owned())).into()
}

pub(super) fn values() -> Values {
    let mut list = Encoder::value();
    list.begin_list();
    list.number(&Number::from_i64(3));
    list.end_list();
    let mut set = Encoder::value();
    set.begin_set(Type::Ss);
    set.string("x");
    set.end_set().expect("invariant: one element");
    vec![
        (":a".to_owned(), Value::string("x")),
        (":b".to_owned(), Value::number(Number::from_i64(1))),
        (":c".to_owned(), list.finish_value()),
        (":d".to_owned(), set.finish_value()),
    ]
}

pub(super) fn item() -> Item {
    let mut item = Encoder::item();
    item.name("a").string("xyz");
    item.name("b").number(&Number::from_i64(5));
    item.name("c").begin_map();
    item.name("a").begin_list();
    item.number(&Number::from_i64(1));
    item.string("x");
    item.end_list();
    item.end_map();
    item.name("d").begin_set(Type::Ss);
    item.string("x");
    item.string("y");
    item.end_set().expect("invariant: two elements");
    item.finish_item()
}
