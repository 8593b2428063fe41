use proptest::prelude::*;

use super::super::samples;
use super::*;

fn key(partition: &Value, sort: Option<&Value>) -> Result<Key, KeyError> {
    Key::new(partition.as_ref(), sort.map(Value::as_ref))
}

fn number(text: &str) -> Value {
    Value::number(Number::parse(text).unwrap())
}

#[test]
fn the_bytes_of_a_key_are_those_of_the_layout() {
    let key = key(&Value::binary(&[7, 0, 8]), Some(&number("-1"))).unwrap();
    assert_eq!(key.as_bytes()[..8], key.hash().to_be_bytes());
    assert_eq!(key.as_bytes()[8..], [7, 0, 0xFF, 8, 0, 1, 0x3E, 100, 0x66]);
    assert_eq!(key.partition_prefix(), &key.as_bytes()[..14]);
    assert_eq!(key.sort_bytes(), [0x3E, 100, 0x66]);
}

/// Stored data depends on these: a change of the hash would lose every item.
#[test]
fn partition_hashes_never_change() {
    assert_eq!(partition_hash(Value::string("a").as_ref()), 15_201_566_949_650_179_872);
    assert_eq!(partition_hash(number("1").as_ref()), 8_288_227_110_820_417_510);
    assert_eq!(partition_hash(number("1.00").as_ref()), partition_hash(number("1").as_ref()));
    assert_ne!(partition_hash(Value::binary(b"a").as_ref()), partition_hash(Value::string("a").as_ref()));
}

#[test]
fn empty_and_long_values_are_no_keys() {
    let (a, long) = (Value::string("a"), |length| Value::string(&"x".repeat(length)));
    assert!(key(&long(2048), Some(&long(1024))).is_ok());
    assert_eq!(key(&long(2049), None), Err(KeyError::PartitionTooLong));
    assert_eq!(key(&a, Some(&long(1025))), Err(KeyError::SortTooLong));
    assert_eq!(key(&Value::string(""), None), Err(KeyError::EmptyPartition));
    assert_eq!(key(&a, Some(&Value::binary(b""))), Err(KeyError::EmptySort));
    assert_eq!(key(&Value::null(), None), Err(KeyError::NotAKeyType));
    assert_eq!(key(&a, Some(&Value::boolean(true))), Err(KeyError::NotAKeyType));
    let zeros = Value::binary(&[0; 2048]);
    assert!(key(&zeros, None).is_ok(), "escaping does not shorten what is allowed");
}

#[test]
fn the_successor_ends_a_prefix() {
    assert_eq!(successor(b"ab").as_deref(), Some(&b"ac"[..]));
    assert_eq!(successor(&[1, 0xFF, 0xFF]).as_deref(), Some(&[2][..]));
    assert_eq!(successor(&[0xFF, 0xFF]), None);
    assert_eq!(successor(&[]), None);
}

#[test]
fn bytes_that_are_no_key_are_corrupted() {
    let good = key(&Value::string("a\0b"), Some(&number("1"))).unwrap();
    assert!(Key::decode(good.as_bytes(), Type::S, Some(Type::N)).is_ok());
    for end in 0..good.as_bytes().len() {
        assert!(Key::decode(&good.as_bytes()[..end], Type::S, Some(Type::N)).is_err(), "cut at {end}");
    }
    assert!(Key::decode(good.as_bytes(), Type::S, None).is_err());
    assert!(Key::decode(good.as_bytes(), Type::B, Some(Type::N)).is_err(), "the hash knows the type");
    let mut other = good.as_bytes().to_vec();
    other[0] ^= 1;
    assert!(Key::decode(&other, Type::S, Some(Type::N)).is_err());
}

/// A key value of a chosen type; binaries and texts are rich in what escaping has to handle.
fn key_value(type_: Type) -> BoxedStrategy<Value> {
    match type_ {
        Type::S => "[\0\u{1}a\u{ff}é]{1,20}".prop_map(|text| Value::string(&text)).boxed(),
        Type::B => proptest::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(0xFE), Just(0xFF)], 1..20)
            .prop_map(|bytes| Value::binary(&bytes))
            .boxed(),
        _ => samples::number().prop_map(Value::number).boxed(),
    }
}

fn key_type() -> impl Strategy<Value = Type> {
    prop_oneof![Just(Type::S), Just(Type::N), Just(Type::B)]
}

/// Two partition values and two sort values of the same types.
fn key_values() -> impl Strategy<Value = (Type, Type, [Value; 2], [Value; 2])> {
    (key_type(), key_type()).prop_flat_map(|(partition, sort)| {
        let partitions = [key_value(partition), key_value(partition)];
        let sorts = [key_value(sort), key_value(sort)];
        (Just(partition), Just(sort), partitions, sorts)
    })
}

proptest! {
    #[test]
    fn keys_sort_by_hash_then_partition_then_sort_value((_, _, partitions, sorts) in key_values()) {
        let [left, right] = [0, 1].map(|index| key(&partitions[index], Some(&sorts[index])).unwrap());
        let by_partition = partitions[0].as_ref().compare(&partitions[1].as_ref()).unwrap();
        let by_sort = sorts[0].as_ref().compare(&sorts[1].as_ref()).unwrap();
        let expected = left.hash().cmp(&right.hash()).then(by_partition).then(by_sort);
        prop_assert_eq!(left.as_bytes().cmp(right.as_bytes()), expected);
        prop_assert_eq!(left.cmp(&right), expected);
        let same_partition = key(&partitions[0], Some(&sorts[1])).unwrap();
        prop_assert_eq!(left.cmp(&same_partition), by_sort);
    }

    /// Most keys are put together in one piece.
    #[test]
    fn short_keys_are_what_others_would_be((_, _, partitions, sorts) in key_values()) {
        let [partition, _] = partitions;
        let [sort, _] = sorts;
        for sort in [None, Some(sort.as_ref())] {
            let (key, other) = (Key::new(partition.as_ref(), sort), Key::of_any(partition.as_ref(), sort));
            prop_assert_eq!(key.as_ref().map(|key| key.sort_start), other.as_ref().map(|key| key.sort_start));
            prop_assert_eq!(key, other);
        }
    }

    /// What follows the hash keeps the order even where two partitions share a hash.
    #[test]
    fn partitions_of_one_hash_do_not_mix((_, _, partitions, sorts) in key_values()) {
        let [left, right] = [0, 1].map(|index| key(&partitions[index], Some(&sorts[index])).unwrap());
        let by_partition = partitions[0].as_ref().compare(&partitions[1].as_ref()).unwrap();
        let by_sort = sorts[0].as_ref().compare(&sorts[1].as_ref()).unwrap();
        prop_assert_eq!(left.as_bytes()[8..].cmp(&right.as_bytes()[8..]), by_partition.then(by_sort));
    }

    #[test]
    fn keys_give_their_values_back((partition_type, sort_type, partitions, sorts) in key_values()) {
        let [partition, _] = partitions;
        let [sort, _] = sorts;
        let whole = key(&partition, Some(&sort)).unwrap();
        let prefix = partition_prefix(partition.as_ref());
        prop_assert_eq!(whole.partition_prefix(), &prefix[..]);
        prop_assert_eq!(whole.sort_bytes(), &sort_bytes(sort.as_ref())[..]);
        let decoded = Key::decode(whole.as_bytes(), partition_type, Some(sort_type));
        prop_assert_eq!(decoded, Ok((partition.clone(), Some(sort))));
        let alone = key(&partition, None).unwrap();
        prop_assert_eq!(Key::decode(alone.as_bytes(), partition_type, None), Ok((partition, None)));
    }

    #[test]
    fn a_prefix_and_its_successor_hold_exactly_what_begins_with_it(
        prefix in samples::binary(),
        other in samples::binary(),
    ) {
        let end = successor(&prefix);
        let held = other >= prefix && end.as_deref().is_none_or(|end| &other[..] < end);
        prop_assert_eq!(held, other.starts_with(&prefix));
    }

    #[test]
    fn any_bytes_are_a_key_or_corrupted(bytes in samples::binary(), partition in key_type(), sort in key_type()) {
        let _ = Key::decode(&bytes, partition, Some(sort));
    }

    #[test]
    fn the_fuzz_target_holds(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        super::super::fuzz_key_order(&bytes);
    }

    #[test]
    fn the_fuzz_target_holds_for_stored_numbers(left in samples::number(), right in samples::number()) {
        let mut bytes = vec![1, left.as_bytes().len() as u8];
        bytes.extend_from_slice(left.as_bytes());
        bytes.extend_from_slice(right.as_bytes());
        super::super::fuzz_key_order(&bytes);
    }
}
