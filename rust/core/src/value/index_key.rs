//! Keys of index entries, in bytes that sort as DynamoDB sorts.
//!
//! ```text
//! entry key  [8 bytes: hash of the partition attributes, big-endian][partition attributes][sort attributes][table key]
//! attribute  S, B: every 0x00 as 0x00 0xFF, then 0x00 0x01      N: stored form, terminator
//! ```
//!
//! An index may have several partition and several sort attributes, so each is terminated: no value's bytes begin
//! another's. The item's whole table key follows, so that items with equal index keys stand side by side, in an
//! order that a page can go on from. With one partition attribute the hash is the one a table has for that value, so a
//! local index's entries fall into the table's own partitions.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::key::{push_escaped, push_terminated};
use super::{KeyBytes, Type, ValueRef, partition_hash};

const HASH_BYTES: usize = 8;
/// Sets the hash of several attributes apart from that of one; stored data depends on it.
const SEVERAL_SEED: u64 = 4;

/// An index entry's key, or its beginning, under construction: partition attributes first, then sort attributes, then
/// the table key.
///
/// ```
/// use dynacore::value::{IndexKey, Value};
/// let (a, ab) = (Value::string("a"), Value::string("a\0"));
/// let key = |value: &Value| IndexKey::new(&[value.as_ref()]);
/// assert!(!key(&ab).as_bytes().starts_with(key(&a).as_bytes()));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexKey {
    bytes: KeyBytes,
}

impl IndexKey {
    /// What every entry with these partition attributes begins with and no other does.
    ///
    /// # Panics
    /// When there is none, or a value is not of type S, N or B.
    #[must_use]
    pub fn new(partition: &[ValueRef<'_>]) -> Self {
        let mut bytes = KeyBytes::from_slice(&[0; HASH_BYTES]);
        for value in partition {
            push_terminated(&mut bytes, *value);
        }
        let hash = match partition {
            [] => panic!("an index has a partition attribute"),
            [value] => partition_hash(*value),
            _ => xxh3_64_with_seed(&bytes[HASH_BYTES..], SEVERAL_SEED),
        };
        bytes[..HASH_BYTES].copy_from_slice(&hash.to_be_bytes());
        Self { bytes }
    }

    /// Appends the next sort attribute.
    ///
    /// # Panics
    /// When the value is not of type S, N or B.
    pub fn push(&mut self, sort: ValueRef<'_>) {
        push_terminated(&mut self.bytes, sort);
    }

    /// Appends what the next sort attribute begins with: for S and B the bytes that every value beginning with `start`
    /// has here. A number has no beginning but itself.
    ///
    /// # Panics
    /// When the value is not of type S, N or B.
    pub fn push_start(&mut self, start: ValueRef<'_>) {
        match start.type_() {
            Type::N => push_terminated(&mut self.bytes, start),
            _ => push_escaped(&mut self.bytes, start.payload()),
        }
    }

    /// Appends the item's table key, which completes the entry's key.
    pub fn push_table_key(&mut self, key: &[u8]) {
        self.bytes.extend_from_slice(key);
    }

    /// The hash of the partition attributes.
    #[must_use]
    pub fn hash(&self) -> u64 {
        let (hash, _) = self.bytes.split_first_chunk().expect("invariant: a key begins with its hash");
        u64::from_be_bytes(*hash)
    }

    /// The bytes so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, with their allocation if they have one.
    #[must_use]
    pub fn into_bytes(self) -> KeyBytes {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::{Number, Value};

    fn key(partition: &str, sorts: &[&Value]) -> IndexKey {
        let mut key = IndexKey::new(&[Value::string(partition).as_ref()]);
        sorts.iter().for_each(|sort| key.push(sort.as_ref()));
        key
    }

    #[test]
    fn one_partition_attribute_hashes_as_in_a_table() {
        let value = Value::string("a");
        assert_eq!(IndexKey::new(&[value.as_ref()]).hash(), partition_hash(value.as_ref()));
    }

    #[test]
    fn the_order_of_partition_attributes_matters() {
        let (a, b) = (Value::string("a"), Value::string("b"));
        let (ab, ba) = (IndexKey::new(&[a.as_ref(), b.as_ref()]), IndexKey::new(&[b.as_ref(), a.as_ref()]));
        assert_ne!(ab.hash(), ba.hash());
        let joined = Value::string("ab");
        assert_ne!(ab.as_bytes()[8..], IndexKey::new(&[joined.as_ref()]).as_bytes()[8..]);
    }

    #[test]
    fn a_start_begins_every_value_that_begins_with_it() {
        let mut start = IndexKey::new(&[Value::string("p").as_ref()]);
        start.push_start(Value::string("a\0").as_ref());
        for (sort, begins) in [("a\0", true), ("a\0b", true), ("a\0\0", true), ("a", false), ("ab", false)] {
            let found = key("p", &[&Value::string(sort)]).as_bytes().starts_with(start.as_bytes());
            assert_eq!(found, begins, "{sort:?}");
        }
    }

    proptest! {
        #[test]
        fn keys_sort_by_one_sort_attribute_after_the_other(
            left in ("[a-b\0]{0,3}", -200_i64..200), right in ("[a-b\0]{0,3}", -200_i64..200),
        ) {
            let of = |(text, number): &(String, i64)| {
                key("p", &[&Value::string(text), &Value::number(Number::from_i64(*number))])
            };
            prop_assert_eq!(of(&left).as_bytes().cmp(of(&right).as_bytes()), left.cmp(&right));
        }
    }
}
