//! Digests: what a request says, whatever the order in which it says it.
//!
//! A client that repeats a request may write its maps and sets in another order, so neither decides. Numbers are
//! digested in their exact form: `1` is `1.0`.

use xxhash_rust::xxh3::xxh3_128;

use crate::value::{ItemRef, ValueRef, View};

/// The digest of a text.
#[must_use]
pub(crate) fn text_digest(text: &str) -> u128 {
    xxh3_128(text.as_bytes())
}

/// The digest of parts in their order.
#[must_use]
pub(crate) fn list_digest(parts: impl IntoIterator<Item = u128>) -> u128 {
    let bytes: Vec<u8> = parts.into_iter().flat_map(u128::to_le_bytes).collect();
    xxh3_128(&bytes)
}

/// The digest of entries in any order; their names differ.
#[must_use]
pub(crate) fn map_digest<'a>(entries: impl IntoIterator<Item = (&'a str, u128)>) -> u128 {
    unordered(entries.into_iter().map(|(name, value)| list_digest([text_digest(name), value])))
}

/// The digest of an item.
#[must_use]
pub(crate) fn item_digest(item: ItemRef<'_>) -> u128 {
    map_digest(item.iter().map(|(name, value)| (name, value_digest(value))))
}

/// The digest of a value.
#[must_use]
pub(crate) fn value_digest(value: ValueRef<'_>) -> u128 {
    let content = match value.view() {
        View::Ss(set) | View::Ns(set) | View::Bs(set) => unordered(set.iter().map(value_digest)),
        View::L(list) => list_digest(list.iter().map(value_digest)),
        View::M(map) => map_digest(map.iter().map(|(name, value)| (name, value_digest(value)))),
        _ => return xxh3_128(value.as_bytes()),
    };
    list_digest([text_digest(value.type_().tag()), content])
}

/// A sum does not see the order of its parts.
fn unordered(parts: impl IntoIterator<Item = u128>) -> u128 {
    let (count, sum) =
        parts.into_iter().fold((0_u128, 0_u128), |(count, sum), part| (count + 1, sum.wrapping_add(part)));
    list_digest([count, sum])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{AttributeValue, Encoder, Item, Map, Number};

    fn item(attributes: &[(&str, AttributeValue)]) -> Item {
        let mut encoder = Encoder::item();
        for (name, value) in attributes {
            encoder.name(name);
            encoder.attribute_value(value);
        }
        encoder.finish_item()
    }

    fn number(text: &str) -> AttributeValue {
        AttributeValue::N(Number::parse(text).unwrap())
    }

    fn set(elements: &[&str]) -> AttributeValue {
        AttributeValue::Ss(elements.iter().map(|each| (*each).to_owned()).collect())
    }

    #[test]
    fn the_order_of_attributes_and_of_sets_does_not_count() {
        let one = item(&[("a", number("1.0")), ("b", set(&["x", "y"]))]);
        let other = item(&[("b", set(&["y", "x"])), ("a", number("1"))]);
        assert_eq!(item_digest(one.as_ref()), item_digest(other.as_ref()));
    }

    #[test]
    fn what_differs_has_another_digest() {
        let string = |text: &str| AttributeValue::S(text.to_owned());
        let list = |texts: &[&str]| AttributeValue::L(texts.iter().map(|text| string(text)).collect());
        let values = [
            string("1"),
            number("1"),
            number("2"),
            set(&["1"]),
            set(&["1", "2"]),
            list(&["1"]),
            list(&["1", "2"]),
            list(&["2", "1"]),
            list(&[]),
            AttributeValue::M(Map::default()),
            AttributeValue::Bool(true),
            AttributeValue::Bool(false),
            AttributeValue::Null,
        ];
        let mut digests: Vec<u128> =
            values.iter().map(|value| item_digest(item(&[("a", value.clone())]).as_ref())).collect();
        digests.push(item_digest(item(&[("b", string("1"))]).as_ref()));
        digests.push(item_digest(item(&[]).as_ref()));
        let count = digests.len();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), count);
    }
}
