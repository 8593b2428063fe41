//! Writing an answer as JSON bytes, straight from encoded items.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::clock::Timestamp;
use crate::value::short_bytes;
use crate::value::{ItemRef, MapRef, Number, SetRef, Type, ValueRef, View};
use crate::wire::writer::Writer;

/// A [`Writer`] that appends JSON to a buffer.
#[derive(Default)]
pub struct JsonWriter {
    bytes: Vec<u8>,
}

impl JsonWriter {
    /// An empty answer with room for `capacity` bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity) }
    }

    /// An answer that is written behind what a buffer has. The first value needs no comma there: a buffer ends in what
    /// opens or names it, which this writer cannot see.
    #[must_use]
    pub fn continuing(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// The finished bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Writes JSON as it is.
    pub fn json(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A comma is due unless a bracket has just been opened: no value ends in an opening bracket.
    fn separate(&mut self) {
        if !matches!(self.bytes.last(), Some(b'{' | b'[') | None) {
            self.bytes.push(b',');
        }
    }

    /// Most text needs no escape and is copied as it is; serde_json escapes the rest. The text is UTF-8: it was
    /// checked when it came in.
    #[inline]
    fn quoted(&mut self, text: &[u8]) {
        if let Some(word) = short_bytes::word(text) {
            // What stands behind the text is no part of it.
            let inside = short_bytes::mask(text.len());
            let (low, high) = (word as u64, (word >> 64) as u64);
            let found = u128::from(escapes_among(low)) | u128::from(escapes_among(high)) << 64;
            if found & inside == 0 {
                short_bytes::append_word(&mut self.bytes, b'"', word, text.len());
                self.bytes.push(b'"');
                return;
            }
        }
        self.quoted_at_length(text);
    }

    fn quoted_at_length(&mut self, text: &[u8]) {
        if has_escapes(text) {
            self.escaped(std::str::from_utf8(text).expect("invariant: encoded text is UTF-8"));
            return;
        }
        self.bytes.reserve(text.len() + 2);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(text);
        self.bytes.push(b'"');
    }

    #[cold]
    fn escaped(&mut self, text: &str) {
        // Writing to a Vec cannot fail and a &str is always representable.
        let written = serde_json::to_writer(&mut self.bytes, text);
        debug_assert!(written.is_ok());
    }

    fn base64(&mut self, bytes: &[u8]) {
        self.bytes.push(b'"');
        let start = self.bytes.len();
        let length = bytes.len().div_ceil(3) * 4;
        self.bytes.resize(start + length, 0);
        let written = STANDARD.encode_slice(bytes, &mut self.bytes[start..]);
        debug_assert_eq!(written.ok(), Some(length));
        self.bytes.push(b'"');
    }

    fn set(&mut self, set: SetRef<'_>) {
        self.bytes.push(b'[');
        for element in set.iter() {
            self.separate();
            self.scalar(element);
        }
        self.bytes.push(b']');
    }

    fn scalar(&mut self, value: ValueRef<'_>) {
        match value.type_() {
            Type::S => self.quoted(value.payload()),
            Type::N => {
                self.bytes.push(b'"');
                Number::write_stored_text(value.payload(), &mut self.bytes);
                self.bytes.push(b'"');
            }
            Type::B => self.base64(value.payload()),
            other => unreachable!("a scalar, not {other:?}"),
        }
    }

    fn value(&mut self, value: ValueRef<'_>) {
        let type_ = value.type_();
        match type_ {
            // By themselves, as most values are of one of these: what is written of each has a fixed length.
            Type::S => {
                self.bytes.extend_from_slice(b"{\"S\":");
                self.quoted(value.payload());
                self.bytes.push(b'}');
                return;
            }
            Type::N => {
                self.bytes.extend_from_slice(b"{\"N\":\"");
                Number::write_stored_text(value.payload(), &mut self.bytes);
                self.bytes.extend_from_slice(b"\"}");
                return;
            }
            _ => self.bytes.extend_from_slice(opening(type_)),
        }
        match value.view() {
            View::S(_) | View::N(_) => unreachable!("these are written above"),
            View::B(bytes) => self.base64(bytes),
            View::Ss(set) | View::Ns(set) | View::Bs(set) => self.set(set),
            View::Bool(value) => self.boolean(value),
            View::Null => self.boolean(true),
            View::L(list) => {
                self.bytes.push(b'[');
                for element in list.iter() {
                    self.separate();
                    self.value(element);
                }
                self.bytes.push(b']');
            }
            View::M(map) => self.map(map),
        }
        self.bytes.push(b'}');
    }

    fn map(&mut self, map: MapRef<'_>) {
        self.bytes.push(b'{');
        for (name, value) in map.byte_entries() {
            self.separate();
            self.quoted(name);
            self.bytes.push(b':');
            self.value(value);
        }
        self.bytes.push(b'}');
    }
}

/// Whether JSON needs an escape for any of the bytes: a control character, a quote or a backslash. Looks at eight
/// bytes at a time.
fn has_escapes(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk::<8>() else {
        return text.iter().any(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\');
    };
    // The last eight bytes may have been looked at already; once more costs less than one by one.
    let (chunks, _) = text.as_chunks::<8>();
    let found = chunks.iter().fold(0, |found, chunk| found | escapes_among(u64::from_le_bytes(*chunk)));
    found | escapes_among(u64::from_le_bytes(*last)) != 0
}

/// The highest bit of each of eight bytes that needs an escape. Behind the first that does, others may be set as well.
#[inline]
fn escapes_among(word: u64) -> u64 {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    // A byte that is less than `limit` borrows from its highest bit, which it did not have.
    let less = |word: u64, limit: u8| word.wrapping_sub(EACH * u64::from(limit)) & !word & (EACH << 7);
    let equal = |byte: u8| less(word ^ (EACH * u64::from(byte)), 1);
    less(word, 0x20) | equal(b'"') | equal(b'\\')
}

/// What stands before a value of each type.
fn opening(type_: Type) -> &'static [u8] {
    match type_ {
        Type::S => b"{\"S\":",
        Type::N => b"{\"N\":",
        Type::B => b"{\"B\":",
        Type::Ss => b"{\"SS\":",
        Type::Ns => b"{\"NS\":",
        Type::Bs => b"{\"BS\":",
        Type::L => b"{\"L\":",
        Type::M => b"{\"M\":",
        Type::Bool => b"{\"BOOL\":",
        Type::Null => b"{\"NULL\":",
    }
}

impl Writer for JsonWriter {
    fn begin_object(&mut self) {
        self.bytes.push(b'{');
    }

    fn member(&mut self, name: &'static str) {
        self.separate();
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    fn entry(&mut self, name: &str) {
        self.separate();
        self.quoted(name.as_bytes());
        self.bytes.push(b':');
    }

    fn end_object(&mut self) {
        self.bytes.push(b'}');
    }

    fn begin_array(&mut self) {
        self.bytes.push(b'[');
    }

    fn element(&mut self) {
        self.separate();
    }

    fn end_array(&mut self) {
        self.bytes.push(b']');
    }

    fn string(&mut self, text: &str) {
        self.quoted(text.as_bytes());
    }

    fn integer(&mut self, number: i64) {
        let written = write!(self.bytes, "{number}");
        debug_assert!(written.is_ok());
    }

    fn double(&mut self, number: f64) {
        // Debug formatting keeps the fraction of whole numbers, as AWS does: 1.0.
        let written = write!(self.bytes, "{number:?}");
        debug_assert!(written.is_ok());
    }

    fn boolean(&mut self, value: bool) {
        self.bytes.extend_from_slice(if value { b"true" } else { b"false" });
    }

    fn timestamp(&mut self, time: Timestamp) {
        let written = write!(self.bytes, "{:.3}", time.as_seconds_f64());
        debug_assert!(written.is_ok());
    }

    fn item(&mut self, item: ItemRef<'_>) {
        self.map(item.as_map());
    }

    fn attribute_value(&mut self, value: ValueRef<'_>) {
        self.value(value);
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonWriter, Writer, has_escapes};

    #[test]
    fn every_byte_that_needs_an_escape_is_found_at_every_place() {
        for length in 0..40 {
            let plain = vec![b'a'; length];
            assert!(!has_escapes(&plain));
            for (place, byte) in (0..length).flat_map(|place| (0..=u8::MAX).map(move |byte| (place, byte))) {
                let mut text = plain.clone();
                text[place] = byte;
                let expected = byte < 0x20 || byte == b'"' || byte == b'\\';
                assert_eq!(has_escapes(&text), expected, "byte {byte} at {place} of {length}");
            }
        }
    }

    #[test]
    fn text_is_written_as_serde_json_writes_it() {
        for text in [
            "",
            "plain",
            "a \"quote\"",
            "tab\tand more than eight",
            "\u{1}",
            "back\\slash",
            "h\u{e9} \u{1F600}",
        ] {
            let mut writer = JsonWriter::default();
            writer.string(text);
            assert_eq!(writer.into_bytes(), serde_json::to_vec(text).unwrap(), "{text:?}");
        }
    }
}
