//! Formats by what they must hold: what is written is read again as it was, and nothing that is read can stop the reader.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{Cursor, Write as _};

use dynacore::table::{CsvFormat, ObjectFormat, OutputFormat};
use dynacore::value::{AttributeValue, Item, Map, Number};
use dynacore_transfer::{Compression, Fault, Object, Record, Records, write_line};
use flate2::write::GzEncoder;
use proptest::prelude::*;

fn records(bytes: &[u8], format: &ObjectFormat, compression: Compression) -> Vec<Record> {
    let mut object = Object::new(Box::new(Cursor::new(bytes.to_vec())), compression);
    Records::new(&mut object, format, None).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn number() -> impl Strategy<Value = AttributeValue> {
    ("-?[1-9][0-9]{0,36}", -90i32..80).prop_map(|(digits, exponent)| {
        AttributeValue::N(Number::parse(&format!("{digits}E{exponent}")).unwrap())
    })
}

fn value() -> impl Strategy<Value = AttributeValue> {
    let leaf = prop_oneof![
        any::<String>().prop_map(AttributeValue::S),
        number(),
        Just(AttributeValue::N(Number::parse("0").unwrap())),
        any::<Vec<u8>>().prop_map(AttributeValue::B),
        any::<bool>().prop_map(AttributeValue::Bool),
        Just(AttributeValue::Null),
        prop::collection::btree_set("[a-z]{0,3}", 1..4)
            .prop_map(|set| AttributeValue::Ss(set.into_iter().collect())),
        prop::collection::btree_set(any::<Vec<u8>>(), 1..4)
            .prop_map(|set| AttributeValue::Bs(set.into_iter().collect())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(AttributeValue::L),
            map(inner).prop_map(AttributeValue::M),
        ]
    })
}

fn map(inner: impl Strategy<Value = AttributeValue>) -> impl Strategy<Value = Map> {
    let name = prop_oneof!["[a-z$_ .']{1,6}", "\\PC{1,4}", Just("true".to_owned()), Just("$10".to_owned())];
    prop::collection::vec((name, inner), 0..4).prop_map(|entries| {
        let mut map = Map::new();
        for (name, value) in entries {
            map.insert(name, value);
        }
        map
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_written_is_read_again(maps in prop::collection::vec(map(value()), 1..4)) {
        let items: Vec<Item> = maps.iter().map(Item::from_map).collect();
        for (output, input) in
            [(OutputFormat::DynamoDbJson, ObjectFormat::DynamoDbJson), (OutputFormat::Ion, ObjectFormat::Ion)]
        {
            let mut text = Vec::new();
            items.iter().for_each(|item| write_line(item.as_ref(), output, &mut text));
            for (bytes, compression) in [(gzip(&text), Compression::Gzip), (text, Compression::None)] {
                let read = records(&bytes, &input, compression);
                prop_assert_eq!(read.len(), items.len());
                for (record, item) in read.into_iter().zip(&items) {
                    prop_assert_eq!(&record.item.unwrap().item, item);
                }
            }
        }
    }

    #[test]
    fn nothing_that_is_read_stops_the_reader(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'{'), Just(b'"'), Just(b'['), Just(b':')], 0..200),
        cut in 0usize..80,
    ) {
        let csv = CsvFormat { delimiter: b',', header: None, types: Vec::new() };
        let formats = [ObjectFormat::DynamoDbJson, ObjectFormat::Ion, ObjectFormat::Csv(csv)];
        let line = b"$ion_1_0 {Item:{a:$dynamodb_NS::[1.,2d3],b:{{AAE=}},c:'''x''',d:[{e:null}]}}";
        let mut broken = line.to_vec();
        broken.truncate(cut);
        broken.extend_from_slice(&bytes);
        for input in [&bytes, &broken] {
            for format in &formats {
                for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
                    let _ = records(input, format, compression);
                }
            }
        }
    }
}

#[test]
fn a_damaged_file_gives_what_came_before_and_says_why() {
    let text: String = (0..200_000).map(|n| format!("{{\"Item\":{{\"n\":{{\"N\":\"{n}\"}}}}}}\n")).collect();
    let whole = gzip(text.as_bytes());
    let read = records(&whole[..whole.len() / 2], &ObjectFormat::DynamoDbJson, Compression::Gzip);
    let (last, good) = read.split_last().unwrap();
    assert!(!good.is_empty() && good.iter().all(|record| record.item.is_ok()));
    match &last.item {
        Err(Fault::Object(problem)) => {
            assert!(problem.starts_with("the object is no whole gzip file"), "{problem}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn members_of_gzip_follow_each_other_and_nothing_is_no_item() {
    let line = b"{\"Item\":{\"n\":{\"N\":\"1\"}}}\n";
    let twice = [gzip(line), gzip(line)].concat();
    assert_eq!(records(&twice, &ObjectFormat::DynamoDbJson, Compression::Gzip).len(), 2);
    for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
        assert!(records(b"", &ObjectFormat::DynamoDbJson, compression).is_empty());
    }
}

#[test]
fn frames_of_zstandard_follow_each_other() {
    // A frame of one segment with one raw block.
    let line = b"{\"Item\":{\"n\":{\"N\":\"1\"}}}\n";
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0x20, line.len() as u8];
    let block = u32::try_from(line.len() << 3 | 1).unwrap();
    frame.extend_from_slice(&block.to_le_bytes()[..3]);
    frame.extend_from_slice(line);
    let twice = [frame.clone(), frame].concat();
    let read = records(&twice, &ObjectFormat::DynamoDbJson, Compression::Zstd);
    assert_eq!(read.iter().filter(|record| record.item.is_ok()).count(), 2, "{read:?}");
}
