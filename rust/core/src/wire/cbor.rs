//! CBOR, the form of Smithy's RPC v2 protocol, which SDKs speak with CloudWatch.
//!
//! A request is rewritten as JSON and read as such: the shapes are the same, and times are numbers in both. An answer is
//! written by a [`Writer`] of its own, because there times carry a tag.

use minicbor::data::{IanaTag, Type};
use minicbor::{Decoder, Encoder};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::value::{ItemRef, ValueRef};
use crate::wire::json_writer::JsonWriter;
use crate::wire::writer::Writer;

/// Levels of maps and lists in a request at most.
const DEPTH_MAX: usize = 32;

/// A CBOR body as JSON; an empty body is an empty object.
///
/// # Errors
/// `SerializationException` where it is no CBOR of the kind that has a form in JSON.
pub fn cbor_to_json(body: &[u8]) -> Result<Vec<u8>, Error> {
    if body.is_empty() {
        return Ok(b"{}".to_vec());
    }
    let mut decoder = Decoder::new(body);
    let mut writer = JsonWriter::with_capacity(body.len() * 2);
    value(&mut decoder, &mut writer, 0)?;
    if decoder.position() < body.len() {
        return Err(malformed("bytes follow its end"));
    }
    Ok(writer.into_bytes())
}

fn malformed(why: impl std::fmt::Display) -> Error {
    Error::Serialization(format!("The request body is not valid CBOR: {why}"))
}

fn value(decoder: &mut Decoder<'_>, writer: &mut JsonWriter, depth: usize) -> Result<(), Error> {
    if depth > DEPTH_MAX {
        return Err(malformed("it is nested too deeply"));
    }
    match decoder.datatype().map_err(malformed)? {
        Type::Bool => writer.boolean(decoder.bool().map_err(malformed)?),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
            writer.integer(decoder.i64().map_err(malformed)?);
        }
        Type::F16 | Type::F32 | Type::F64 => double(decoder, writer)?,
        Type::String | Type::StringIndef => {
            let text: String = text(decoder)?;
            writer.string(&text);
        }
        Type::Array | Type::ArrayIndef => array(decoder, writer, depth)?,
        Type::Map | Type::MapIndef => map(decoder, writer, depth)?,
        // The tag of a time stands before its seconds.
        Type::Tag => {
            decoder.tag().map_err(malformed)?;
            value(decoder, writer, depth + 1)?;
        }
        other => return Err(malformed(format!("{other} has no place in it"))),
    }
    Ok(())
}

fn double(decoder: &mut Decoder<'_>, writer: &mut JsonWriter) -> Result<(), Error> {
    let number = match decoder.datatype().map_err(malformed)? {
        // No SDK sends these.
        Type::F16 => return Err(malformed("half-precision numbers are not supported")),
        Type::F32 => f64::from(decoder.f32().map_err(malformed)?),
        _ => decoder.f64().map_err(malformed)?,
    };
    if !number.is_finite() {
        return Err(malformed("a number in it is not finite"));
    }
    writer.double(number);
    Ok(())
}

fn text(decoder: &mut Decoder<'_>) -> Result<String, Error> {
    let mut text = String::new();
    for part in decoder.str_iter().map_err(malformed)? {
        text.push_str(part.map_err(malformed)?);
    }
    Ok(text)
}

/// Whether another element follows in something of a known length, or of one that ends with a break.
fn goes_on(decoder: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, Error> {
    match left {
        Some(0) => Ok(false),
        Some(count) => {
            *count -= 1;
            Ok(true)
        }
        None if decoder.datatype().map_err(malformed)? == Type::Break => {
            decoder.skip().map_err(malformed)?;
            Ok(false)
        }
        None => Ok(true),
    }
}

fn array(decoder: &mut Decoder<'_>, writer: &mut JsonWriter, depth: usize) -> Result<(), Error> {
    let mut left = decoder.array().map_err(malformed)?;
    writer.begin_array();
    while goes_on(decoder, &mut left)? {
        writer.element();
        value(decoder, writer, depth + 1)?;
    }
    writer.end_array();
    Ok(())
}

fn map(decoder: &mut Decoder<'_>, writer: &mut JsonWriter, depth: usize) -> Result<(), Error> {
    let mut left = decoder.map().map_err(malformed)?;
    writer.begin_object();
    while goes_on(decoder, &mut left)? {
        let name = text(decoder)?;
        // An absent value may be written as null.
        if matches!(decoder.datatype().map_err(malformed)?, Type::Null | Type::Undefined) {
            decoder.skip().map_err(malformed)?;
            continue;
        }
        writer.entry(&name);
        value(decoder, writer, depth + 1)?;
    }
    writer.end_object();
    Ok(())
}

/// An answer in CBOR. Maps and lists are of unknown length, so that they are written in one pass.
pub struct CborWriter {
    encoder: Encoder<Vec<u8>>,
}

impl Default for CborWriter {
    fn default() -> Self {
        Self { encoder: Encoder::new(Vec::new()) }
    }
}

impl CborWriter {
    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.encoder.into_writer()
    }

    fn put<T, E>(outcome: &Result<T, E>) {
        assert!(outcome.is_ok(), "writing to memory cannot fail");
    }
}

impl Writer for CborWriter {
    fn begin_object(&mut self) {
        Self::put(&self.encoder.begin_map());
    }

    fn member(&mut self, name: &'static str) {
        Self::put(&self.encoder.str(name));
    }

    fn entry(&mut self, name: &str) {
        Self::put(&self.encoder.str(name));
    }

    fn end_object(&mut self) {
        Self::put(&self.encoder.end());
    }

    fn begin_array(&mut self) {
        Self::put(&self.encoder.begin_array());
    }

    fn element(&mut self) {}

    fn end_array(&mut self) {
        Self::put(&self.encoder.end());
    }

    fn string(&mut self, text: &str) {
        Self::put(&self.encoder.str(text));
    }

    fn integer(&mut self, number: i64) {
        Self::put(&self.encoder.i64(number));
    }

    fn double(&mut self, number: f64) {
        Self::put(&self.encoder.f64(number));
    }

    fn boolean(&mut self, value: bool) {
        Self::put(&self.encoder.bool(value));
    }

    fn timestamp(&mut self, time: Timestamp) {
        Self::put(&self.encoder.tag(IanaTag::Timestamp));
        Self::put(&self.encoder.f64(time.as_seconds_f64()));
    }

    fn item(&mut self, _item: ItemRef<'_>) {
        unreachable!("DynamoDB does not speak this protocol")
    }

    fn attribute_value(&mut self, _value: ValueRef<'_>) {
        unreachable!("DynamoDB does not speak this protocol")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(body: &[u8]) -> Result<String, Error> {
        cbor_to_json(body).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_body_becomes_the_json_that_says_the_same() {
        let mut writer = CborWriter::default();
        writer.begin_object();
        writer.member("a");
        writer.begin_array();
        writer.element();
        writer.integer(-5);
        writer.element();
        writer.double(1.5);
        writer.element();
        writer.boolean(true);
        writer.end_array();
        writer.member("t");
        writer.timestamp(Timestamp::from_seconds(1_700_000_000));
        writer.member("s");
        writer.string("x\"y");
        writer.end_object();
        let text = json(&writer.into_bytes()).unwrap();
        assert!(text.starts_with(r#"{"a":[-5,1.5,true],"t":1700000000"#), "{text}");
        assert!(text.ends_with(r#","s":"x\"y"}"#), "{text}");
        assert_eq!(json(b"").unwrap(), "{}");
        // Of known length, as botocore writes them.
        assert_eq!(json(&[0xA2, 0x61, b'k', 0x82, 0x01, 0x02, 0x61, b'n', 0xF6]).unwrap(), r#"{"k":[1,2]}"#);
    }

    #[test]
    fn what_is_no_cbor_is_refused() {
        for body in [
            &[0xA1][..],
            &[0xFF],
            &[0x01, 0x01],
            &[0x41, 0x00],
            &[0xF9, 0x3C, 0x00],
            &[0x9F; 100],
            &[0x62, 0xC3],
        ] {
            assert!(matches!(json(body), Err(Error::Serialization(_))), "{body:?}");
        }
    }
}
