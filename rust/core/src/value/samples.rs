//! Proptest strategies for values, for the tests of this crate.

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

use super::{AttributeValue, Map, Number};

/// Numbers of every length, sign and magnitude.
pub(crate) fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from_i64),
        (-1000_i64..1000).prop_map(Number::from_i64),
        (any::<bool>(), "[0-9]{1,38}", -167_i32..126).prop_map(|(negative, digits, exponent)| {
            let sign = if negative { "-" } else { "" };
            Number::parse(&format!("{sign}{digits}e{exponent}")).unwrap_or(Number::ZERO)
        }),
    ]
}

/// Attribute names, short ones often enough to meet again.
pub(crate) fn name() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-c]{1,2}", 2 => "[a-zA-Z_]{1,20}", 1 => ".{0,12}", 1 => "[x]{120,300}"]
}

/// Texts from the empty one to beyond what a short string holds.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => ".{0,12}", 1 => "[a-z]{100,200}"]
}

/// Binaries from the empty one to beyond what a short binary holds; zeros and 0xFF are frequent.
pub(crate) fn binary() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![Just(0_u8), Just(0xFF), any::<u8>()], 0..80)
}

/// Values of every type, nested a few levels.
pub(crate) fn attribute_value() -> impl Strategy<Value = AttributeValue> {
    let leaf = prop_oneof![
        text().prop_map(AttributeValue::S),
        number().prop_map(AttributeValue::N),
        binary().prop_map(AttributeValue::B),
        btree_set(text(), 1..20).prop_map(|set| AttributeValue::Ss(set.into_iter().collect())),
        btree_set(number(), 1..20).prop_map(|set| AttributeValue::Ns(set.into_iter().collect())),
        btree_set(binary(), 1..20).prop_map(|set| AttributeValue::Bs(set.into_iter().collect())),
        any::<bool>().prop_map(AttributeValue::Bool),
        Just(AttributeValue::Null),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(AttributeValue::L),
            btree_map(name(), inner, 0..6)
                .prop_map(|entries| AttributeValue::M(entries.into_iter().collect())),
        ]
    })
}

/// Items of up to 15 attributes, in no order of names.
pub(crate) fn map() -> impl Strategy<Value = Map> {
    vec((name(), attribute_value()), 0..16).prop_map(|entries| entries.into_iter().collect())
}
