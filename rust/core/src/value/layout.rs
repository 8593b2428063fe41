//! What every byte of an encoded item means.
//!
//! ```text
//! item       [varint size, at least 2 bytes][varint count] then count entries
//! entry      [varint name length][name][value]
//! value      one of
//!   0x00 null   0x01 false   0x02 true
//!   0x03 list   0x04 map   0x05 string set   0x06 number set   0x07 binary set
//!        [u32 little-endian length of what follows][varint count] then count values (entries in a map)
//!   0x08 long string   0x09 long binary             [varint length][bytes]
//!   0x20 + length      number of 1..=21 bytes       [stored form of the number]
//!   0x40 + length      binary of 0..=63 bytes       [bytes]
//!   0x80 + length      string of 0..=127 bytes      [bytes]
//! ```
//!
//! `size` is the item's size as DynamoDB charges it (facts 1.3). It is never written in fewer than two bytes, so
//! that the encoder can reserve three bytes for the header of nearly every item and seldom has to move the rest.
//! Varints are LEB128 and minimal otherwise. Every value is one byte over its content when it is short, and any
//! value is skipped at the cost of reading its first bytes.

use std::ops::Range;

use super::Type;
use super::number::Number;

pub(super) const NULL: u8 = 0x00;
pub(super) const FALSE: u8 = 0x01;
pub(super) const TRUE: u8 = 0x02;
pub(super) const LIST: u8 = 0x03;
pub(super) const MAP: u8 = 0x04;
pub(super) const STRING_SET: u8 = 0x05;
pub(super) const NUMBER_SET: u8 = 0x06;
pub(super) const BINARY_SET: u8 = 0x07;
pub(super) const LONG_STRING: u8 = 0x08;
pub(super) const LONG_BINARY: u8 = 0x09;
pub(super) const NUMBER: u8 = 0x20;
pub(super) const BINARY: u8 = 0x40;
pub(super) const STRING: u8 = 0x80;

/// The longest number.
pub(super) const NUMBER_BYTES_MAX: u8 = 21;
/// The longest binary whose length is in its tag.
pub(super) const SHORT_BINARY_MAX: usize = 63;
/// The longest string whose length is in its tag.
pub(super) const SHORT_STRING_MAX: usize = 127;
/// A container's tag and length.
pub(super) const CONTAINER_HEADER: usize = 5;
/// What DynamoDB charges for a list or a map beside its content.
pub(super) const CONTAINER_SIZE: usize = 3;
/// What DynamoDB charges for each element of a list and each entry of a nested map beside its content.
pub(super) const ELEMENT_SIZE: usize = 1;
/// The bytes of an empty item.
pub(super) const EMPTY_ITEM: [u8; 3] = [0x80, 0x00, 0x00];

/// The type each tag stands for: a look is cheaper than comparisons, and every attribute of every item is looked at.
const TYPES: [Option<Type>; 256] = {
    let mut types = [None; 256];
    let mut tag = 0;
    while tag < 256 {
        types[tag] = classify(tag as u8);
        tag += 1;
    }
    types
};

/// Where a value ends whose tag says so by itself; 0 for the other tags.
const ENDS: [u8; 256] = {
    let mut ends = [0; 256];
    let mut tag = 0;
    while tag < 256 {
        ends[tag] = match tag as u8 {
            tag @ STRING.. => tag - STRING + 1,
            tag @ BINARY..STRING => tag - BINARY + 1,
            NULL | FALSE | TRUE => 1,
            LIST..=BINARY_SET | LONG_STRING | LONG_BINARY => 0,
            tag if tag > NUMBER => tag - NUMBER + 1,
            _ => 0,
        };
        tag += 1;
    }
    ends
};

const fn classify(tag: u8) -> Option<Type> {
    Some(match tag {
        NULL => Type::Null,
        FALSE | TRUE => Type::Bool,
        LIST => Type::L,
        MAP => Type::M,
        STRING_SET => Type::Ss,
        NUMBER_SET => Type::Ns,
        BINARY_SET => Type::Bs,
        LONG_STRING | STRING.. => Type::S,
        LONG_BINARY | BINARY..STRING => Type::B,
        _ if tag > NUMBER && tag <= NUMBER + NUMBER_BYTES_MAX => Type::N,
        _ => return None,
    })
}

/// The type a tag stands for.
#[inline]
pub(super) fn type_of(tag: u8) -> Option<Type> {
    TYPES[usize::from(tag)]
}

/// The tag of a container type.
pub(super) fn container_tag(type_: Type) -> u8 {
    match type_ {
        Type::L => LIST,
        Type::M => MAP,
        Type::Ss => STRING_SET,
        Type::Ns => NUMBER_SET,
        Type::Bs => BINARY_SET,
        other => panic!("{} is no container", other.tag()),
    }
}

/// How many bytes stand before the payload of a valid value.
#[inline]
pub(super) fn header_length(bytes: &[u8]) -> usize {
    match bytes[0] {
        LIST..=BINARY_SET => CONTAINER_HEADER,
        LONG_STRING | LONG_BINARY => 1 + varint(&bytes[1..]).1,
        _ => 1,
    }
}

/// Where the payload of the valid value at the front of `bytes` lies.
#[inline]
pub(super) fn payload_range(bytes: &[u8]) -> Range<usize> {
    match bytes[0] {
        tag @ STRING.. => 1..1 + usize::from(tag - STRING),
        tag @ BINARY..STRING => 1..1 + usize::from(tag - BINARY),
        NULL | FALSE | TRUE => 1..1,
        LIST..=BINARY_SET => {
            let length = bytes[1..CONTAINER_HEADER].try_into().expect("invariant: four bytes");
            CONTAINER_HEADER..CONTAINER_HEADER + u32::from_le_bytes(length) as usize
        }
        LONG_STRING | LONG_BINARY => {
            let (length, used) = varint(&bytes[1..]);
            1 + used..1 + used + length
        }
        tag => 1..1 + usize::from(tag - NUMBER),
    }
}

/// Splits the valid value at the front of `bytes` from what follows.
#[inline(always)]
pub(super) fn split_value(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = match ENDS[usize::from(bytes[0])] {
        0 => long_end(bytes),
        end => usize::from(end),
    };
    bytes.split_at(end)
}

/// Where a value ends whose tag does not say so by itself.
#[inline(never)]
fn long_end(bytes: &[u8]) -> usize {
    payload_range(bytes).end
}

/// Splits the valid entry at the front of `bytes` into name, value and what follows.
#[inline]
pub(super) fn split_entry(bytes: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let (length, used) = varint(bytes);
    let (name, rest) = bytes[used..].split_at(length);
    let (value, rest) = split_value(rest);
    (name, value, rest)
}

/// The value of the entry with a name among valid entries. An entry that is passed costs a look at its name's length and at
/// its value's tag.
#[inline]
pub(super) fn find_entry<'a>(entries: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut at = 0;
    while at < entries.len() {
        let (length, used) = varint(&entries[at..]);
        let (name_at, value_at) = (at + used, at + used + length);
        let end = match ENDS[usize::from(entries[value_at])] {
            0 => value_at + long_end(&entries[value_at..]),
            end => value_at + usize::from(end),
        };
        let candidate = &entries[name_at..value_at];
        // Most names of this length differ in their first byte already, which is not worth a call.
        if length == name.len() && name.first() == candidate.first() && candidate == name {
            return Some(&entries[value_at..end]);
        }
        at = end;
    }
    None
}

/// The name of the valid entry at the front of `bytes`.
pub(super) fn entry_name(bytes: &[u8]) -> &[u8] {
    let (length, used) = varint(bytes);
    &bytes[used..used + length]
}

/// The valid varint at the front of `bytes` and how many bytes it takes.
#[inline]
pub(super) fn varint(bytes: &[u8]) -> (usize, usize) {
    let first = bytes[0];
    if first < 0x80 { (usize::from(first), 1) } else { long_varint(bytes) }
}

/// The size at the front of a valid item and how many bytes it takes: two for nearly every item.
#[inline]
pub(super) fn item_size(bytes: &[u8]) -> (usize, usize) {
    match *bytes {
        [low, high @ ..0x80, ..] => (usize::from(low & 0x7F) | usize::from(high) << 7, 2),
        _ => long_varint(bytes),
    }
}

fn long_varint(bytes: &[u8]) -> (usize, usize) {
    let (mut value, mut used) = (0, 0);
    loop {
        let byte = bytes[used];
        value |= usize::from(byte & 0x7F) << (7 * used);
        used += 1;
        if byte < 0x80 {
            return (value, used);
        }
    }
}

/// A few bytes that stand before others.
pub(super) struct Header {
    bytes: [u8; 20],
    length: usize,
}

impl Header {
    pub(super) fn new() -> Self {
        Self { bytes: [0; 20], length: 0 }
    }

    pub(super) fn byte(mut self, byte: u8) -> Self {
        self.bytes[self.length] = byte;
        self.length += 1;
        self
    }

    pub(super) fn varint(mut self, mut value: usize) -> Self {
        while value >= 0x80 {
            self = self.byte(value as u8 | 0x80);
            value >>= 7;
        }
        self.byte(value as u8)
    }

    /// The header of an item.
    pub(super) fn item(size: usize, count: usize) -> Self {
        let size =
            if size < 0x80 { Self::new().byte(size as u8 | 0x80).byte(0) } else { Self::new().varint(size) };
        size.varint(count)
    }

    /// What stands before a string's bytes.
    pub(super) fn string(length: usize) -> Self {
        if length <= SHORT_STRING_MAX {
            Self::new().byte(STRING + length as u8)
        } else {
            Self::new().byte(LONG_STRING).varint(length)
        }
    }

    /// What stands before a binary's bytes.
    pub(super) fn binary(length: usize) -> Self {
        if length <= SHORT_BINARY_MAX {
            Self::new().byte(BINARY + length as u8)
        } else {
            Self::new().byte(LONG_BINARY).varint(length)
        }
    }

    /// What stands before a number's stored form.
    pub(super) fn number(number: &Number) -> Self {
        Self::new().byte(NUMBER + number.as_bytes().len() as u8)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}
