//! Writing an answer as JSON bytes, straight from encoded items.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::clock::Timestamp;
use crate::value::{ItemRef, SetRef, Type, ValueRef, View};
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

    /// The finished bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// A comma is due unless a bracket has just been opened: no value ends in an opening bracket.
    fn separate(&mut self) {
        if !matches!(self.bytes.last(), Some(b'{' | b'[') | None) {
            self.bytes.push(b',');
        }
    }

    /// Most text needs no escape and is copied as it is; serde_json escapes the rest.
    fn quoted(&mut self, text: &str) {
        if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            // Writing to a Vec cannot fail and a &str is always representable.
            let written = serde_json::to_writer(&mut self.bytes, text);
            debug_assert!(written.is_ok());
            return;
        }
        self.bytes.reserve(text.len() + 2);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b'"');
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
        match value.view() {
            View::S(text) => self.quoted(text),
            View::N(number) => {
                self.bytes.push(b'"');
                number.write_text(&mut self.bytes);
                self.bytes.push(b'"');
            }
            View::B(bytes) => self.base64(bytes),
            other => unreachable!("a set holds scalars, not {other:?}"),
        }
    }

    fn value(&mut self, value: ValueRef<'_>) {
        self.bytes.extend_from_slice(opening(value.type_()));
        match value.view() {
            View::S(_) | View::N(_) | View::B(_) => self.scalar(value),
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
            View::M(map) => {
                self.bytes.push(b'{');
                for (name, value) in map.iter() {
                    self.entry(name);
                    self.value(value);
                }
                self.bytes.push(b'}');
            }
        }
        self.bytes.push(b'}');
    }
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
        self.quoted(name);
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
        self.quoted(text);
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
        self.bytes.push(b'{');
        for (name, value) in item.iter() {
            self.entry(name);
            self.value(value);
        }
        self.bytes.push(b'}');
    }

    fn attribute_value(&mut self, value: ValueRef<'_>) {
        self.value(value);
    }
}
