//! Reading and writing AWS shapes, whatever carries them.
//!
//! A [`Reader`] walks a request that some door received (JSON bytes, Python objects) and a [`Writer`] builds the
//! answer in that door's own form. The shapes between them are declared once, with [`input_shape!`](crate::input_shape) and [`output_shape!`](crate::output_shape), so
//! every door meets the same members, the same type errors and the same defaults.

mod attribute;
mod cbor;
mod error_members;
mod json_reader;
mod json_writer;
mod reader;
mod shape;
mod writer;

#[cfg(test)]
mod tests;

pub use attribute::{
    Checked, NAME_TOO_LARGE, NESTING_EXCEEDED, check_attribute_name, key_value_text, note_name,
    read_typed_item, read_typed_value, set_message,
};
pub use cbor::{CborWriter, cbor_to_json};
pub use json_reader::JsonReader;
pub use json_writer::JsonWriter;
pub use reader::{FromWire, Kind, Parameter, Reader};
pub use writer::{Document, ToWire, Writer};
