//! What a request is read from, and how plain members are read.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::value::{Encoder, Item};
use crate::wire::attribute;

/// What stands next in a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// JSON null.
    Null,
    /// A boolean.
    Boolean(bool),
    /// A number without fraction or exponent.
    Integer,
    /// Any other number.
    Decimal,
    /// Text.
    String,
    /// A list.
    Array,
    /// A structure or map.
    Object,
}

/// A request as a door received it, read once from front to back.
///
/// A method named for a type reads the next value as that type or answers with the `SerializationException`
/// that AWS gives for the mismatch.
pub trait Reader {
    /// What stands next, without reading it.
    ///
    /// # Errors
    /// `SerializationException` where nothing readable follows.
    fn kind(&mut self) -> Result<Kind, Error>;

    /// Reads a null if one stands next and tells whether it did.
    ///
    /// # Errors
    /// As [`Reader::kind`].
    fn take_null(&mut self) -> Result<bool, Error>;

    /// Reads a boolean.
    ///
    /// # Errors
    /// `SerializationException` on another kind.
    fn boolean(&mut self) -> Result<bool, Error>;

    /// Reads a whole number; a fraction is cut off, as AWS does.
    ///
    /// # Errors
    /// `SerializationException` on another kind; `type_name` is the Java type AWS names (`Integer`, `Long`).
    fn integer(&mut self, type_name: &'static str) -> Result<i64, Error>;

    /// Reads a number.
    ///
    /// # Errors
    /// `SerializationException` on another kind.
    fn double(&mut self) -> Result<f64, Error>;

    /// Reads text.
    ///
    /// # Errors
    /// `SerializationException` on another kind.
    fn string(&mut self) -> Result<&str, Error>;

    /// Reads binary data: base64 text on the wire, bytes in Python.
    ///
    /// # Errors
    /// `SerializationException` on another kind or bad base64.
    fn binary(&mut self) -> Result<&[u8], Error>;

    /// Enters a structure or map. `type_name` is what AWS names when a list stands there.
    ///
    /// # Errors
    /// `SerializationException` on another kind.
    fn begin_object(&mut self, type_name: &'static str) -> Result<(), Error>;

    /// The next member's name, or `None` at the end, which leaves the structure.
    ///
    /// # Errors
    /// `SerializationException` where the text is malformed.
    fn next_key(&mut self) -> Result<Option<&str>, Error>;

    /// Enters a list.
    ///
    /// # Errors
    /// `SerializationException` on another kind.
    fn begin_array(&mut self) -> Result<(), Error>;

    /// Whether another element follows; `false` leaves the list.
    ///
    /// # Errors
    /// `SerializationException` where the text is malformed.
    fn next_element(&mut self) -> Result<bool, Error>;

    /// Reads and forgets the next value.
    ///
    /// # Errors
    /// `SerializationException` where the text is malformed.
    fn skip(&mut self) -> Result<(), Error>;

    /// Called after [`Reader::next_key`] gave a name that the shape does not have. AWS ignores unknown members on
    /// the wire; boto3 refuses them before sending, and so does the Python door.
    ///
    /// # Errors
    /// As the door wishes.
    fn unknown_member(&mut self, name: &str, known: &[&'static str]) -> Result<(), Error> {
        let _ = (name, known);
        self.skip()
    }

    /// Called before a structure is read where AWS has words of its own for a scalar that stands there instead.
    ///
    /// # Errors
    /// `SerializationException` with `refusal` on a scalar.
    fn expect_structure(&mut self, refusal: &'static str) -> Result<(), Error> {
        match self.kind()? {
            Kind::Object | Kind::Array => Ok(()),
            _ => Err(Error::serialization(refusal)),
        }
    }

    /// Reads one attribute value into `out`. A value that is well-formed and not allowed is noted in `problem`
    /// (the first one wins) and reading goes on: AWS reports it only after the other constraints.
    ///
    /// # Errors
    /// `SerializationException` on a value of the wrong shape.
    fn attribute_value(&mut self, out: &mut Encoder, problem: &mut Option<Error>) -> Result<(), Error> {
        attribute::read_typed_value(self, out, problem)
    }

    /// Reads a map of attribute values as an item; see [`Reader::attribute_value`].
    ///
    /// # Errors
    /// As [`Reader::attribute_value`].
    fn item(&mut self, problem: &mut Option<Error>) -> Result<Item, Error> {
        attribute::read_typed_item(self, problem)
    }
}

/// A shape that can be read from any door.
pub trait FromWire: Sized {
    /// Reads the value that stands next.
    ///
    /// # Errors
    /// `SerializationException` where it is not of this shape.
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error>;

    /// Lists what is inside a value of this shape whose own path is `path`; nothing is inside a plain value.
    fn list_parameters(path: &str, found: &mut Vec<Parameter>) {
        let _ = (path, found);
    }
}

/// A parameter that AWS has and a shape knows, for those who list what exists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// The names from the operation down, with `[]` for an element of a list and `{}` for a value of a map:
    /// `GlobalSecondaryIndexes[].IndexName`.
    pub path: String,
    /// Whether a request that has it is refused, because dynacore does not support it yet.
    pub refused: bool,
}

impl FromWire for String {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        reader.string().map(str::to_owned)
    }
}

impl FromWire for bool {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        reader.boolean()
    }
}

impl FromWire for i32 {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        let wide = reader.integer("Integer")?;
        Ok(wide.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as Self)
    }
}

impl FromWire for i64 {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        reader.integer("Long")
    }
}

impl FromWire for f64 {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        reader.double()
    }
}

/// Seconds since the epoch, to the millisecond; a `datetime` in Python.
impl FromWire for Timestamp {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        let seconds = reader.double()?;
        // A float beyond the range becomes the nearest number.
        Ok(Self::from_nanos(((seconds * 1e3).round() as i64).saturating_mul(1_000_000)))
    }
}

impl<T: FromWire> FromWire for Vec<T> {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        let mut elements = Self::new();
        reader.begin_array()?;
        while reader.next_element()? {
            elements.push(T::read(reader)?);
        }
        Ok(elements)
    }

    fn list_parameters(path: &str, found: &mut Vec<Parameter>) {
        T::list_parameters(&format!("{path}[]"), found);
    }
}

/// A map with text keys, in the order the request gave them.
impl<T: FromWire> FromWire for Vec<(String, T)> {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        let mut entries = Self::new();
        reader.begin_object("java.util.Map<java.lang.String, java.lang.String>")?;
        loop {
            let Some(key) = reader.next_key()?.map(str::to_owned) else {
                drop_repeated(&mut entries);
                return Ok(entries);
            };
            if !reader.take_null()? {
                entries.push((key, T::read(reader)?));
            }
        }
    }

    fn list_parameters(path: &str, found: &mut Vec<Parameter>) {
        T::list_parameters(&format!("{path}{{}}"), found);
    }
}

/// Maps of up to this many entries are checked for repeated keys by looking through them.
const SCANNED_ENTRIES_MAX: usize = 8;

/// Of entries with the same key only the last stays, as in any map that is filled from front to back.
fn drop_repeated<T>(entries: &mut Vec<(String, T)>) {
    let mut dropped = Vec::new();
    if entries.len() <= SCANNED_ENTRIES_MAX {
        for (index, (key, _)) in entries.iter().enumerate() {
            if entries[index + 1..].iter().any(|(later, _)| later == key) {
                dropped.push(index);
            }
        }
    } else {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by(|left, right| entries[*left].0.cmp(&entries[*right].0));
        // The sort is stable: of equal keys the last one comes last.
        dropped.extend(
            order.windows(2).filter(|pair| entries[pair[0]].0 == entries[pair[1]].0).map(|pair| pair[0]),
        );
        dropped.sort_unstable();
    }
    if dropped.is_empty() {
        return;
    }
    let mut index = 0;
    entries.retain(|_| {
        index += 1;
        dropped.binary_search(&(index - 1)).is_err()
    });
}

/// The `SerializationException` for a value that is no `wanted` (`String`, `Integer`, `Boolean`).
#[must_use]
pub fn scalar_mismatch(found: Kind, wanted: &'static str) -> Error {
    let text = match found {
        Kind::Array => format!("Unrecognized collection type class java.lang.{wanted}"),
        Kind::Object => "Start of structure or map found where not expected".to_owned(),
        Kind::Null => format!("NULL_VALUE cannot be converted to {wanted}"),
        Kind::Boolean(true) => format!("TRUE_VALUE cannot be converted to {wanted}"),
        Kind::Boolean(false) => format!("FALSE_VALUE cannot be converted to {wanted}"),
        Kind::Integer => format!("NUMBER_VALUE cannot be converted to {wanted}"),
        Kind::Decimal => format!("DECIMAL_VALUE cannot be converted to {wanted}"),
        Kind::String => format!("STRING_VALUE cannot be converted to {wanted}"),
    };
    Error::Serialization(text)
}

/// The `SerializationException` for a value where a structure, map or list of `type_name` belongs.
#[must_use]
pub fn collection_mismatch(found: Kind, type_name: &'static str) -> Error {
    Error::Serialization(match found {
        Kind::Array => format!("Unrecognized collection type {type_name}"),
        Kind::Object => "Start of structure or map found where not expected".to_owned(),
        _ => "Unexpected field type".to_owned(),
    })
}
