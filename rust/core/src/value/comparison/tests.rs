use std::cmp::Ordering;

use proptest::prelude::*;

use super::super::{AttributeValue, Item, Map, Number, Value, samples};

/// The same value with sets and maps written the other way round.
fn reversed(value: &AttributeValue) -> AttributeValue {
    let mut value = value.clone();
    match &mut value {
        AttributeValue::Ss(set) => set.reverse(),
        AttributeValue::Ns(set) => set.reverse(),
        AttributeValue::Bs(set) => set.reverse(),
        AttributeValue::L(list) => *list = list.iter().map(reversed).collect(),
        AttributeValue::M(map) => *map = reversed_map(map),
        _ => {}
    }
    value
}

fn reversed_map(map: &Map) -> Map {
    let mut entries: Vec<_> = map.clone().into_iter().collect();
    entries.reverse();
    entries.iter().map(|(name, value)| (name.clone(), reversed(value))).collect()
}

fn number(text: &str) -> Value {
    Value::number(Number::parse(text).unwrap())
}

#[test]
fn only_two_strings_numbers_or_binaries_have_an_order() {
    let compare = |left: &Value, right: &Value| left.as_ref().compare(&right.as_ref());
    assert_eq!(compare(&number("-10"), &number("-9.5")), Some(Ordering::Less));
    assert_eq!(compare(&number("-1.5"), &number("-1")), Some(Ordering::Less));
    assert_eq!(compare(&number("1.5"), &number("1")), Some(Ordering::Greater));
    assert_eq!(compare(&number("1e2"), &number("100.0")), Some(Ordering::Equal));
    assert_eq!(compare(&Value::string("a"), &Value::string("ab")), Some(Ordering::Less));
    assert_eq!(compare(&Value::string("Z"), &Value::string("a")), Some(Ordering::Less));
    assert_eq!(compare(&Value::binary(&[0x7F]), &Value::binary(&[0x80])), Some(Ordering::Less));
    let long = Value::string(&"a".repeat(500));
    assert_eq!(compare(&long, &Value::string("b")), Some(Ordering::Less), "a long string in another form");
    assert_eq!(compare(&Value::string("1"), &number("1")), None);
    assert_eq!(compare(&Value::boolean(true), &Value::boolean(true)), None);
    assert_eq!(compare(&Value::null(), &Value::null()), None);
}

#[test]
fn lists_are_equal_in_order_and_types_never_mix() {
    let list = |elements: &[AttributeValue]| Value::from(&AttributeValue::L(elements.to_vec()));
    let (one, two) = (AttributeValue::N(Number::from_i64(1)), AttributeValue::N(Number::from_i64(2)));
    assert!(!list(&[one.clone(), two.clone()]).as_ref().equals(&list(&[two.clone(), one.clone()]).as_ref()));
    assert!(!list(std::slice::from_ref(&one)).as_ref().equals(&list(&[one, two]).as_ref()));
    assert!(!Value::string("a").as_ref().equals(&Value::binary(b"a").as_ref()));
    assert!(!Value::boolean(true).as_ref().equals(&Value::boolean(false).as_ref()));
}

proptest! {
    #[test]
    fn equality_does_not_look_at_the_order_of_sets_and_maps(map in samples::map()) {
        let (item, other) = (Item::from_map(&map), Item::from_map(&reversed_map(&map)));
        prop_assert!(item.as_ref().equals(&other.as_ref()));
        prop_assert!(other.as_ref().equals(&item.as_ref()));
    }

    #[test]
    fn an_item_with_one_value_changed_is_another(
        map in samples::map(),
        value in samples::attribute_value(),
        at in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!map.is_empty());
        let (name, earlier) = map.iter().nth(at.index(map.len())).unwrap();
        let mut other = reversed_map(&map);
        other.insert(name, value.clone());
        let same = Value::from(earlier).as_ref().equals(&Value::from(&value).as_ref());
        prop_assert_eq!(Item::from_map(&map).as_ref().equals(&Item::from_map(&other).as_ref()), same);
        other.remove(name);
        prop_assert!(!Item::from_map(&map).as_ref().equals(&Item::from_map(&other).as_ref()));
    }
}
