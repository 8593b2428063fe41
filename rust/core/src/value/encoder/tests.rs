use super::super::{ItemRef, Map, NESTING_LEVELS_MAX, View, samples};
use super::*;
use proptest::prelude::*;

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// DynamoDB's size of a tree, written down independently from facts 1.3.
fn size_of(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => number.size(),
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::Ss(set) => set.iter().map(String::len).sum(),
        AttributeValue::Ns(set) => set.iter().map(Number::size).sum(),
        AttributeValue::Bs(set) => set.iter().map(Vec::len).sum(),
        AttributeValue::L(list) => 3 + list.iter().map(|element| size_of(element) + 1).sum::<usize>(),
        AttributeValue::M(map) => {
            3 + map.iter().map(|(name, value)| name.len() + size_of(value) + 1).sum::<usize>()
        }
        AttributeValue::Bool(_) | AttributeValue::Null => 1,
    }
}

fn size_of_item(map: &Map) -> usize {
    map.iter().map(|(name, value)| name.len() + size_of(value)).sum()
}

/// The example of the developer guide's page on item sizes.
#[test]
fn the_guides_example_is_23_bytes() {
    let map: Map = [("shirt-color", text("R")), ("shirt-size", text("M"))].into_iter().collect();
    assert_eq!(Item::from_map(&map).as_ref().size(), 23);
}

#[test]
fn the_bytes_of_an_item_are_those_of_the_layout() {
    let mut encoder = Encoder::item();
    encoder.name("id").string("ab");
    encoder.name("n").number(&Number::from_i64(5));
    encoder.name("l").begin_list();
    encoder.boolean(true);
    encoder.null();
    encoder.end_list();
    let item = encoder.finish_item();
    let expected: Vec<u8> = [
        &[0x80 + 15, 0, 3][..],
        &[2, b'i', b'd', 0x82, b'a', b'b'],
        &[1, b'n', 0x22, 0xC1, 6],
        &[1, b'l', 0x03, 3, 0, 0, 0, 2, 0x02, 0x00],
    ]
    .concat();
    assert_eq!(item.as_bytes(), expected);
    assert_eq!(item.as_ref().size(), 15);
}

#[test]
fn an_empty_item_is_the_default() {
    let item = Encoder::item().finish_item();
    assert_eq!(item, Item::default());
    assert_eq!((item.as_ref().len(), item.as_ref().size(), item.as_ref().is_empty()), (0, 0, true));
    assert!(ItemRef::validate(item.as_bytes()).is_ok());
    assert_eq!(format!("{item:?}"), "{}");
}

/// Names that the caller vouches for and names that are looked for may come in any mixture, in maps of any size.
#[test]
fn a_name_is_found_behind_names_that_were_passed_unseen() {
    for count in [1, 20, 31, 32, 33, 60, 200] {
        let mut encoder = Encoder::item();
        for position in 0..count {
            let name = format!("attribute {position}");
            let number = Number::from_i64(position);
            if position % 3 == 0 { encoder.name(&name) } else { encoder.distinct_name(&name) }
                .number(&number);
        }
        for position in 0..count {
            encoder.name(&format!("attribute {position}")).number(&Number::from_i64(-position));
        }
        let item = encoder.finish_item();
        assert_eq!(item.as_ref().len(), count as usize);
        ItemRef::validate(item.as_bytes()).expect("no name is there twice");
    }
}

#[test]
fn a_repeated_name_replaces_the_earlier_value() {
    let mut encoder = Encoder::item();
    encoder.name("a").string("first, which is longer than the second");
    encoder.name("b").number(&Number::ZERO);
    encoder.name("a").string("second");
    encoder.name("c").begin_map();
    encoder.name("x").null();
    encoder.name("x").boolean(true);
    encoder.name("x").string("last");
    encoder.end_map();
    let item = encoder.finish_item();
    let inner: Map = [("x", text("last"))].into_iter().collect();
    let expected: Map =
        [("b", AttributeValue::N(Number::ZERO)), ("a", text("second")), ("c", AttributeValue::M(inner))]
            .into_iter()
            .collect();
    assert_eq!(item, Item::from_map(&expected));
    assert_eq!(item.as_ref().size(), size_of_item(&expected));
}

#[test]
fn many_attributes_are_looked_through_by_an_index() {
    let mut encoder = Encoder::item();
    for round in 0..3 {
        for index in 0..20_000 {
            encoder.name(&format!("name{index}")).number(&Number::from_i64(index * round));
        }
    }
    let item = encoder.finish_item();
    assert_eq!(item.as_ref().len(), 20_000);
    assert!(ItemRef::validate(item.as_bytes()).is_ok());
    for ((name, value), index) in item.as_ref().iter().zip(0..) {
        assert_eq!(name, format!("name{index}"));
        assert_eq!(value.to_value(), AttributeValue::N(Number::from_i64(index * 2)));
    }
    let map = item.as_ref().to_map();
    assert_eq!(Item::from_map(&map.clone().into_iter().collect()), item);
    assert_eq!(map.get("name19999"), Some(&AttributeValue::N(Number::from_i64(39_998))));
}

#[test]
fn sets_are_neither_empty_nor_repeat_an_element() {
    let ended = |type_, texts: &[&str]| {
        let mut encoder = Encoder::value();
        encoder.begin_set(type_);
        for text in texts {
            match type_ {
                Type::Ns => encoder.number(&Number::parse(text).unwrap()),
                Type::Bs => encoder.binary(text.as_bytes()),
                _ => encoder.string(text),
            }
        }
        encoder.end_set()
    };
    assert_eq!(ended(Type::Ss, &[]), Err(SetError::Empty));
    assert_eq!(ended(Type::Ss, &["a", "b"]), Ok(()));
    assert_eq!(ended(Type::Ss, &["a", "b", "a"]), Err(SetError::Duplicate));
    assert_eq!(ended(Type::Bs, &["", "\0", ""]), Err(SetError::Duplicate));
    assert_eq!(ended(Type::Ns, &["1", "2", "1.0"]), Err(SetError::Duplicate));
    let many: Vec<String> = (0..5000).map(|index| index.to_string()).collect();
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(ended(Type::Ns, &many), Ok(()));
    many.push("42e0");
    assert_eq!(ended(Type::Ns, &many), Err(SetError::Duplicate));
}

#[test]
fn sets_keep_the_order_they_were_written_in() {
    let value = AttributeValue::Ss(vec!["b".to_owned(), "a".to_owned(), "c".to_owned()]);
    assert_eq!(Value::from(&value).as_ref().to_value(), value);
}

#[test]
fn depth_counts_open_containers() {
    let mut encoder = Encoder::item();
    assert_eq!(encoder.depth(), 0);
    encoder.name("a").begin_list();
    encoder.begin_map();
    encoder.name("b").begin_set(Type::Ss);
    assert_eq!(encoder.depth(), 3);
}

#[test]
fn nesting_beyond_31_levels_is_refused_when_checked() {
    let nested = |levels| {
        let mut encoder = Encoder::item();
        encoder.name("a");
        (0..levels).for_each(|_| encoder.begin_list());
        (0..levels).for_each(|_| encoder.end_list());
        encoder.finish_item()
    };
    assert!(ItemRef::validate(nested(NESTING_LEVELS_MAX).as_bytes()).is_ok());
    assert!(ItemRef::validate(nested(NESTING_LEVELS_MAX + 1).as_bytes()).is_err());
}

#[test]
fn a_buffer_is_used_again() {
    let mut encoder = Encoder::item_in(b"left over".to_vec());
    encoder.name("a").null();
    let first = encoder.finish_item();
    let mut encoder = Encoder::item_in(first.clone().into_bytes());
    encoder.name("a").null();
    assert_eq!(encoder.finish_item(), first);
}

#[test]
#[should_panic(expected = "a value follows a name")]
fn a_value_without_a_name_is_a_bug() {
    Encoder::item().null();
}

#[test]
#[should_panic(expected = "the end of a List in a Map")]
fn an_end_without_its_begin_is_a_bug() {
    let mut encoder = Encoder::value();
    encoder.begin_map();
    encoder.end_list();
}

/// No request may have one; what reads items does not rely on that.
#[test]
fn an_entry_without_a_name_is_found() {
    let mut item = Encoder::item();
    item.name("a").boolean(false);
    item.name("").boolean(true);
    let item = item.finish_item();
    assert!(matches!(item.as_ref().get("").unwrap().view(), View::Bool(true)));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(map in samples::map()) {
        let item = Item::from_map(&map);
        let read = item.as_ref();
        prop_assert_eq!(read.to_map(), map.clone());
        prop_assert_eq!(read.len(), map.len());
        prop_assert_eq!(read.size(), size_of_item(&map));
        for (name, value) in map.iter() {
            let found = read.get(name).unwrap();
            prop_assert_eq!(&found.to_value(), value);
            prop_assert_eq!(found.size(), size_of(value));
            prop_assert_eq!(found.type_(), value.type_());
            prop_assert_eq!(found.to_owned(), Value::from(value));
        }
        prop_assert!(read.get("no such name").is_none());
        let checked = ItemRef::validate(item.as_bytes());
        prop_assert!(checked.is_ok(), "{:?}", checked);
    }

    #[test]
    fn copying_encoded_values_gives_the_same_bytes(map in samples::map()) {
        let item = Item::from_map(&map);
        let mut encoder = Encoder::item();
        for (name, value) in item.as_ref().iter() {
            encoder.name(name).raw(value);
        }
        prop_assert_eq!(encoder.finish_item(), item);
    }

    #[test]
    fn repeated_names_leave_the_last_value_of_each(
        entries in proptest::collection::vec(("[a-d]{1,3}", samples::attribute_value()), 0..80),
    ) {
        let mut encoder = Encoder::item();
        encoder.name("nested").begin_map();
        for (name, value) in &entries {
            encoder.name(name);
            encoder.attribute_value(value);
        }
        encoder.end_map();
        let item = encoder.finish_item();
        let expected = AttributeValue::M(entries.into_iter().collect());
        prop_assert_eq!(item.as_ref().size(), "nested".len() + size_of(&expected));
        prop_assert_eq!(item.as_ref().get("nested").unwrap().to_value(), expected);
        prop_assert!(ItemRef::validate(item.as_bytes()).is_ok());
    }

    #[test]
    fn damaged_bytes_are_refused_or_are_another_item(
        map in samples::map(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = Item::from_map(&map).into_bytes();
        for (index, byte) in damage {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(item) = ItemRef::validate(&bytes) {
            prop_assert_eq!(Item::from_map(&item.to_map()).into_bytes(), bytes);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_are_an_item(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(item) = ItemRef::validate(&bytes) {
            prop_assert_eq!(Item::from_map(&item.to_map()).into_bytes(), bytes);
        }
    }
}

#[test]
fn names_and_values_of_every_short_length_are_written_whole() {
    let text: String = ('a'..='z').cycle().take(40).collect();
    for length in 0..=text.len() {
        let mut item = Encoder::item();
        item.name(&text[..length]);
        item.string(&text[text.len() - length..]);
        item.distinct_name("the end");
        item.number(&Number::from_i64(length as i64));
        let item = item.finish_item();
        ItemRef::validate(item.as_bytes()).unwrap();
        let entries: Vec<_> =
            item.as_ref().as_map().iter().map(|(name, value)| (name, value.view())).collect();
        assert_eq!(entries[0].0, &text[..length]);
        assert!(matches!(entries[0].1, View::S(found) if found == &text[text.len() - length..]), "{length}");
        assert_eq!(entries[1].0, "the end");
        assert!(
            matches!(entries[1].1, View::N(found) if found == Number::from_i64(length as i64)),
            "{length}"
        );
    }
}

/// The same values by the general way and ready to be written.
fn short_values(
    text: &str,
    number: Number,
    integer: i64,
    flag: bool,
) -> Vec<(AttributeValue, Option<ShortValue>)> {
    vec![
        (AttributeValue::S(text.to_owned()), ShortValue::string(text)),
        (AttributeValue::N(number), ShortValue::number(&number)),
        (AttributeValue::N(Number::from_i64(integer)), Some(ShortValue::integer(integer))),
        (AttributeValue::Bool(flag), Some(ShortValue::boolean(flag))),
    ]
}

proptest! {
    #[test]
    fn entries_that_are_ready_are_written_as_others(
        text in "[a-zé]{0,20}",
        number in samples::number(),
        integer in any::<i64>(),
        flag in any::<bool>(),
    ) {
        let values = short_values(&text, number, integer, flag);
        let long = [text.len(), number.as_bytes().len()].map(|length| length > 16);
        let missing = [values[0].1.is_none(), values[1].1.is_none()];
        prop_assert_eq!(missing, long, "only what is long is not short");
        let (mut ready, mut usual) = (Encoder::item(), Encoder::item());
        for encoder in [&mut ready, &mut usual] {
            encoder.name("a map");
            encoder.begin_map();
        }
        for (position, (value, short)) in values.iter().enumerate() {
            let Some(short) = short else { continue };
            let name = "n".repeat(4 * (position + 1));
            ready.distinct_short_entry(&ShortName::new(&name).unwrap(), short);
            usual.name(&name);
            usual.attribute_value(value);
        }
        prop_assert_eq!(ready.size(), usual.size());
        for encoder in [&mut ready, &mut usual] {
            encoder.end_map();
        }
        prop_assert_eq!(ready.finish_item().into_bytes(), usual.finish_item().into_bytes());
    }
}
