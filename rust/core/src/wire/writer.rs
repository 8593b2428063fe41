//! What an answer is written to, and how plain members are written.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::store::Entry;
use crate::value::{Item, ItemRef, ValueRef};

/// An answer under construction in a door's own form.
///
/// A value follows each [`Writer::member`], [`Writer::entry`] or [`Writer::element`].
pub trait Writer {
    /// Opens a structure or map.
    fn begin_object(&mut self);
    /// Names the next member of a structure.
    fn member(&mut self, name: &'static str);
    /// Names the next entry of a map.
    fn entry(&mut self, name: &str);
    /// Closes a structure or map.
    fn end_object(&mut self);
    /// Opens a list.
    fn begin_array(&mut self);
    /// Announces the next element of a list.
    fn element(&mut self);
    /// Closes a list.
    fn end_array(&mut self);
    /// Writes text.
    fn string(&mut self, text: &str);
    /// Writes a whole number.
    fn integer(&mut self, number: i64);
    /// Writes a number.
    fn double(&mut self, number: f64);
    /// Writes a boolean.
    fn boolean(&mut self, value: bool);
    /// Writes a time: epoch seconds on the wire, a `datetime` in Python.
    fn timestamp(&mut self, time: Timestamp);
    /// Writes an item: typed values on the wire, in Python also plain ones.
    fn item(&mut self, item: ItemRef<'_>);
    /// Writes one attribute value.
    fn attribute_value(&mut self, value: ValueRef<'_>);
}

/// A shape that can be written to any door.
pub trait ToWire {
    /// Writes the value.
    fn write<W: Writer>(&self, writer: &mut W);
}

/// An item in an answer: either the stored entry itself, shared and uncopied, or one made for the answer.
#[derive(Clone, Debug)]
pub enum Document {
    /// A stored item; the entry's value is its encoded form.
    Stored(Entry),
    /// An item made for this answer, such as a projection.
    Built(Item),
}

impl Document {
    /// The item.
    #[must_use]
    pub fn as_ref(&self) -> ItemRef<'_> {
        match self {
            Self::Stored(entry) => ItemRef::trusted(entry.value()),
            Self::Built(item) => item.as_ref(),
        }
    }
}

impl ToWire for Document {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.item(self.as_ref());
    }
}

impl ToWire for Item {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.item(self.as_ref());
    }
}

impl ToWire for String {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.string(self);
    }
}

impl ToWire for &'static str {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.string(self);
    }
}

impl ToWire for bool {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.boolean(*self);
    }
}

impl ToWire for i64 {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.integer(*self);
    }
}

impl ToWire for f64 {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.double(*self);
    }
}

impl ToWire for Timestamp {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.timestamp(*self);
    }
}

impl<T: ToWire> ToWire for Box<T> {
    fn write<W: Writer>(&self, writer: &mut W) {
        (**self).write(writer);
    }
}

impl<T: ToWire> ToWire for Arc<T> {
    fn write<W: Writer>(&self, writer: &mut W) {
        self.as_ref().write(writer);
    }
}

impl<T: ToWire> ToWire for Vec<T> {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_array();
        for element in self {
            writer.element();
            element.write(writer);
        }
        writer.end_array();
    }
}

/// A map with text keys.
impl<T: ToWire> ToWire for Vec<(String, T)> {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_object();
        for (name, value) in self {
            writer.entry(name);
            value.write(writer);
        }
        writer.end_object();
    }
}
