//! What a fuzzer feeds bytes to.

use super::{Encoder, ItemRef, Key, Number, Type, Value};

/// Derives two keys of one partition from bytes and asserts that the order of their bytes is the order of their
/// values and that their values come back out; and that checking the bytes as an item does not panic.
///
/// # Panics
/// When one of these does not hold.
pub fn fuzz_key_order(data: &[u8]) {
    if let Ok(item) = ItemRef::validate(data) {
        let mut encoder = Encoder::item();
        for (name, value) in item.iter() {
            encoder.name(name);
            encoder.attribute_value(&value.to_value());
        }
        assert_eq!(encoder.finish_item().as_bytes(), data, "what was accepted is what an encoder writes");
    }
    let [choice, split, rest @ ..] = data else { return };
    let type_ = [Type::S, Type::N, Type::B][usize::from(*choice % 3)];
    let (left, right) = rest.split_at(usize::from(*split).min(rest.len()));
    let (Some(left), Some(right)) = (derived_value(type_, left), derived_value(type_, right)) else { return };
    let partition = derived_value(Type::B, rest).unwrap_or_else(|| Value::string("partition"));
    let key = |sort: &Value| Key::new(partition.as_ref(), Some(sort.as_ref()));
    let (Ok(left_key), Ok(right_key)) = (key(&left), key(&right)) else { return };
    assert_eq!(Some(left_key.as_bytes().cmp(right_key.as_bytes())), left.as_ref().compare(&right.as_ref()));
    for (value, key) in [(left, left_key), (right, right_key)] {
        let decoded = Key::decode(key.as_bytes(), partition.as_ref().type_(), Some(type_));
        assert_eq!(decoded, Ok((partition.clone(), Some(value))));
    }
}

/// A value of a type made from bytes; `None` where they make none.
fn derived_value(type_: Type, bytes: &[u8]) -> Option<Value> {
    if bytes.is_empty() {
        return None;
    }
    match type_ {
        Type::S => std::str::from_utf8(bytes).ok().map(Value::string),
        Type::B => Some(Value::binary(bytes)),
        _ => derived_number(bytes).map(Value::number),
    }
}

/// Bytes as a number: its stored form if they are one, else digits with an exponent.
fn derived_number(bytes: &[u8]) -> Option<Number> {
    if let Ok(number) = Number::from_bytes(bytes) {
        return Some(number);
    }
    let (first, rest) = bytes.split_first()?;
    let digits: String = rest.iter().take(38).map(|byte| char::from(b'0' + byte % 10)).collect();
    let sign = if first % 2 == 0 { "" } else { "-" };
    Number::parse(&format!("{sign}0{digits}e{}", i16::from(*first) - 128)).ok()
}
