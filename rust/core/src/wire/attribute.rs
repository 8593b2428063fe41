//! Attribute values in DynamoDB's typed form, `{"S": "..."}`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::Error;
use crate::value::{Encoder, Item, NESTING_LEVELS_MAX, Number, SetError, Type, Value, ValueRef, View};
use crate::wire::reader::{FromWire, Kind, Reader};

/// A value whose shape was right and whose content may be refused: the refusal waits until the request's other
/// constraints have been checked, because AWS reports those first (facts 14.3, steps 8 and 9).
pub type Checked<T> = Result<T, Error>;

impl FromWire for Checked<Item> {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        let mut problem = None;
        let item = reader.item(&mut problem)?;
        Ok(problem.map_or(Ok(item), Err))
    }
}

impl FromWire for Checked<Value> {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        let mut problem = None;
        let mut out = Encoder::value();
        reader.attribute_value(&mut out, &mut problem)?;
        Ok(match problem {
            None => Ok(out.finish_value()),
            Some(error) => Err(error),
        })
    }
}

const MAP_TYPE: &str = "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>";

/// Reads a map of typed attribute values as an item: what [`Reader::item`] does unless a door has another form.
///
/// # Errors
/// `SerializationException` on a value of the wrong shape.
pub fn read_typed_item<R: Reader + ?Sized>(
    reader: &mut R,
    problem: &mut Option<Error>,
) -> Result<Item, Error> {
    let mut out = Encoder::item();
    read_entries(reader, &mut out, problem)?;
    Ok(out.finish_item())
}

fn read_entries<R: Reader + ?Sized>(
    reader: &mut R,
    out: &mut Encoder,
    problem: &mut Option<Error>,
) -> Result<(), Error> {
    reader.begin_object(MAP_TYPE)?;
    loop {
        match reader.next_key()? {
            None => return Ok(()),
            Some(name) => {
                note_name(problem, name);
                out.name(name);
            }
        }
        if reader.take_null()? {
            note(problem, EMPTY_VALUE);
            out.null();
        } else {
            reader.attribute_value(out, problem)?;
        }
    }
}

/// A string, number or binary as DynamoDB's messages show it: as the Java object that it is there.
///
/// # Panics
/// On a value of another type, which is neither a key nor a bound.
#[must_use]
pub fn key_value_text(value: ValueRef<'_>) -> String {
    match value.view() {
        View::S(text) => format!("AttributeValue: {{S:{text}}}"),
        View::N(number) => format!("AttributeValue: {{N:{number}}}"),
        View::B(bytes) => {
            let length = bytes.len();
            format!("AttributeValue: {{B:java.nio.HeapByteBuffer[pos=0 lim={length} cap={length}]}}")
        }
        other => panic!("{other:?} has no order"),
    }
}

const EMPTY_VALUE: &str =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
const MANY_TYPES: &str = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";

/// The refusal of a value nested below the 32nd level.
pub const NESTING_EXCEEDED: &str = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

/// Bytes of an attribute's name at most (facts 4.1).
const NAME_BYTES_MAX: usize = 65_535;

/// The refusal of an attribute's name that is too long.
pub const NAME_TOO_LARGE: &str =
    "One or more parameter values were invalid: Attribute name is too large, must be less than 65536 bytes";

/// Refuses a name that no attribute can have, of an item or of a map in it.
///
/// # Errors
/// `ValidationException`. The text about length was measured in 2026, on PutItem and UpdateItem alike.
#[inline]
pub fn check_attribute_name(name: &str) -> Result<(), Error> {
    match name.len() {
        1..=NAME_BYTES_MAX => Ok(()),
        0 => Err(Error::validation("One or more parameter values were invalid: Empty attribute name")),
        _ => Err(Error::validation(NAME_TOO_LARGE)),
    }
}

/// Notes the refusal of a name, for a door that reads maps in a form of its own.
#[inline]
pub fn note_name(problem: &mut Option<Error>, name: &str) {
    if let Err(error) = check_attribute_name(name) {
        problem.get_or_insert(error);
    }
}

fn note(problem: &mut Option<Error>, text: impl Into<String>) {
    if problem.is_none() {
        *problem = Some(Error::Validation(text.into()));
    }
}

/// The members of an `AttributeValue`, in the API's order.
const TAGS: [&str; 10] = ["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"];

fn type_of(tag: &str) -> Option<Type> {
    Some(match tag {
        "S" => Type::S,
        "N" => Type::N,
        "B" => Type::B,
        "SS" => Type::Ss,
        "NS" => Type::Ns,
        "BS" => Type::Bs,
        "L" => Type::L,
        "M" => Type::M,
        "BOOL" => Type::Bool,
        "NULL" => Type::Null,
        _ => return None,
    })
}

/// Reads `{"<type>": ...}`: exactly one known member that is not null. What [`Reader::attribute_value`] does
/// unless a door has another form.
///
/// # Errors
/// `SerializationException` on a value of the wrong shape.
pub fn read_typed_value<R: Reader + ?Sized>(
    reader: &mut R,
    out: &mut Encoder,
    problem: &mut Option<Error>,
) -> Result<(), Error> {
    if !matches!(reader.kind()?, Kind::Object | Kind::Array) {
        return Err(Error::serialization("Unexpected value type in payload"));
    }
    reader.begin_object("class com.amazonaws.dynamodb.v20120810.AttributeValue")?;
    let mut found = false;
    while let Some(name) = reader.next_key()? {
        let Some(tag) = type_of(name) else {
            let name = name.to_owned();
            reader.unknown_member(&name, &TAGS)?;
            continue;
        };
        if reader.take_null()? {
            continue;
        }
        match tag {
            _ if found => {
                note(problem, MANY_TYPES);
                reader.skip()?;
            }
            tag => {
                found = true;
                read_content(reader, tag, out, problem)?;
            }
        }
    }
    if !found {
        note(problem, EMPTY_VALUE);
        out.null();
    }
    Ok(())
}

fn read_content<R: Reader + ?Sized>(
    reader: &mut R,
    tag: Type,
    out: &mut Encoder,
    problem: &mut Option<Error>,
) -> Result<(), Error> {
    match tag {
        Type::S => out.string(reader.string()?),
        Type::N => read_number(reader, out, problem)?,
        Type::B => out.binary(reader.binary()?),
        Type::Bool => out.boolean(reader.boolean()?),
        Type::Null => {
            if !reader.boolean()? {
                note(
                    problem,
                    "One or more parameter values were invalid: Null attribute value types must have the value of true",
                );
            }
            out.null();
        }
        Type::Ss | Type::Ns | Type::Bs => read_set(reader, tag, out, problem)?,
        Type::L | Type::M => read_nested(reader, tag, out, problem)?,
    }
    Ok(())
}

fn read_number<R: Reader + ?Sized>(
    reader: &mut R,
    out: &mut Encoder,
    problem: &mut Option<Error>,
) -> Result<(), Error> {
    match Number::parse(reader.string()?) {
        Ok(number) => out.number(&number),
        Err(error) => {
            note(problem, error.to_string());
            out.number(&Number::ZERO);
        }
    }
    Ok(())
}

fn read_nested<R: Reader + ?Sized>(
    reader: &mut R,
    tag: Type,
    out: &mut Encoder,
    problem: &mut Option<Error>,
) -> Result<(), Error> {
    if out.depth() >= NESTING_LEVELS_MAX {
        note(problem, NESTING_EXCEEDED);
        out.null();
        return reader.skip();
    }
    if tag == Type::M {
        out.begin_map();
        read_entries(reader, out, problem)?;
        out.end_map();
        return Ok(());
    }
    reader.begin_array()?;
    out.begin_list();
    while reader.next_element()? {
        if reader.take_null()? {
            note(problem, EMPTY_VALUE);
            out.null();
        } else {
            reader.attribute_value(out, problem)?;
        }
    }
    out.end_list();
    Ok(())
}

fn read_set<R: Reader + ?Sized>(
    reader: &mut R,
    tag: Type,
    out: &mut Encoder,
    problem: &mut Option<Error>,
) -> Result<(), Error> {
    reader.begin_array()?;
    out.begin_set(tag);
    // The elements as text, for the message that lists them; kept only until the set is known to be good.
    let mut texts: Vec<String> = Vec::new();
    while reader.next_element()? {
        match tag {
            Type::Ss => {
                let text = reader.string()?;
                out.string(text);
                texts.push(text.to_owned());
            }
            Type::Ns => {
                texts.push(reader.string()?.to_owned());
                match Number::parse(texts.last().map_or("", String::as_str)) {
                    Ok(number) => out.number(&number),
                    Err(error) => note(problem, error.to_string()),
                }
            }
            _ => {
                let bytes = reader.binary()?;
                out.binary(bytes);
                texts.push(STANDARD.encode(bytes));
            }
        }
    }
    if let Err(error) = out.end_set() {
        note(problem, set_message(error, tag, &texts));
    }
    Ok(())
}

/// DynamoDB's texts for a bad set (facts 14.3; the two spaces are the service's own).
#[must_use]
pub fn set_message(error: SetError, tag: Type, texts: &[String]) -> String {
    match (error, tag) {
        (SetError::Empty, Type::Ns) => {
            "One or more parameter values were invalid: An number set  may not be empty".to_owned()
        }
        (SetError::Empty, Type::Bs) => {
            "One or more parameter values were invalid: Binary sets should not be empty".to_owned()
        }
        (SetError::Empty, _) => {
            "One or more parameter values were invalid: An string set  may not be empty".to_owned()
        }
        (SetError::Duplicate, Type::Ns) => "Input collection contains duplicates".to_owned(),
        (SetError::Duplicate, tag) => format!(
            "One or more parameter values were invalid: Input collection [{}]{} contains duplicates.",
            texts.join(", "),
            if tag == Type::Bs { "of type BS" } else { "" }
        ),
    }
}
