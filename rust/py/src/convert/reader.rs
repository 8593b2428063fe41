//! Requests read from the keyword arguments of a call.

use std::fmt::Write as _;

use dynacore::error::Error;
use dynacore::value::{Encoder, Item, Number};
use dynacore::wire::{self, Kind, Reader};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, iter::BoundDictIterator,
};
use smallvec::SmallVec;

use super::plain::{PlainValues, Refused};
use super::{Form, Stock, classes, entries, parameter};
use crate::keywords::Keywords;

const STRING: &str = "<class 'str'>";
const INTEGER: &str = "<class 'int'>";
const BOOLEAN: &str = "<class 'bool'>";
const DOUBLE: &str = "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>";
const BINARY: &str = "<class 'bytes'>, <class 'bytearray'>, file-like object";
const OBJECT: &str = "<class 'dict'>";
const ARRAY: &str = "<class 'list'>, <class 'tuple'>";

/// A [`Reader`] over a dictionary of parameters.
///
/// Text and bytes are borrowed from Python's objects; nothing is copied before the request keeps it. What Python
/// raises, and what botocore would refuse before sending, is held here as an exception: a failed read is
/// asked for it first, with [`PyReader::take_raised`].
pub struct PyReader<'py, 's> {
    py: Python<'py>,
    /// The parameters, until they are entered, where they are no dictionary.
    parameters: Option<TableParameters<'py, 's>>,
    form: Form,
    stock: &'s mut Stock,
    /// The value that stands next.
    next: Option<Bound<'py, PyAny>>,
    /// What was entered, the outermost first.
    frames: SmallVec<[Frame<'py, 's>; 4]>,
    /// What the text or the bytes given last are borrowed from.
    lent: Option<Bound<'py, PyAny>>,
    raised: Option<PyErr>,
}

/// Keyword arguments of a call on a table, whose name is one of the parameters unless it is among them.
#[derive(Clone, Copy)]
pub struct TableParameters<'py, 's> {
    /// The arguments.
    pub keywords: Keywords<'s, 'py>,
    /// `TableName`.
    pub member: &'s Bound<'py, PyString>,
    /// The table's name.
    pub table_name: &'s Bound<'py, PyString>,
}

enum Frame<'py, 's> {
    Object { entries: Entries<'py, 's>, name: Option<Bound<'py, PyString>> },
    Array { elements: Elements<'py>, position: usize },
}

enum Entries<'py, 's> {
    Dict(BoundDictIterator<'py>),
    Table { parameters: TableParameters<'py, 's>, position: usize, is_named: bool },
}

impl<'py> Entries<'py, '_> {
    #[inline]
    fn next(&mut self) -> Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        match self {
            Self::Dict(entries) => entries.next(),
            Self::Table { parameters, position, is_named } => {
                if *position < parameters.keywords.len() {
                    let (name, value) = parameters.keywords.get(*position);
                    *position += 1;
                    *is_named |= name.is(parameters.member) || name.eq(parameters.member).unwrap_or(false);
                    return Some((name, value));
                }
                let is_last = !std::mem::replace(is_named, true);
                is_last
                    .then(|| (parameters.member.clone().into_any(), parameters.table_name.clone().into_any()))
            }
        }
    }
}

enum Elements<'py> {
    List(Bound<'py, PyList>),
    Tuple(Bound<'py, PyTuple>),
}

impl<'py, 's> PyReader<'py, 's> {
    /// A reader of `parameters`.
    pub fn new(parameters: &Bound<'py, PyDict>, form: Form, stock: &'s mut Stock) -> Self {
        Self { next: Some(parameters.as_any().clone()), ..Self::empty(parameters.py(), form, stock) }
    }

    /// A reader of the parameters of a call on a table.
    pub fn of_table(parameters: TableParameters<'py, 's>, form: Form, stock: &'s mut Stock) -> Self {
        Self { parameters: Some(parameters), ..Self::empty(parameters.member.py(), form, stock) }
    }

    fn empty(py: Python<'py>, form: Form, stock: &'s mut Stock) -> Self {
        Self {
            py,
            parameters: None,
            form,
            stock,
            next: None,
            frames: SmallVec::new(),
            lent: None,
            raised: None,
        }
    }

    /// The exception that made a read fail, if one did.
    pub fn take_raised(&mut self) -> Option<PyErr> {
        self.raised.take()
    }

    /// Holds an exception and gives what to return meanwhile.
    #[cold]
    fn raise(&mut self, error: PyErr) -> Error {
        self.raised.get_or_insert(error);
        Error::serialization("A Python exception is pending")
    }

    #[cold]
    fn invalid(&mut self, value: &Bound<'py, PyAny>, valid: &str) -> Error {
        let error = parameter::invalid(&self.path(), value, valid);
        self.raise(error)
    }

    /// Where the reader stands, in botocore's words.
    fn path(&self) -> String {
        let mut path = String::new();
        for frame in &self.frames {
            let _ = match frame {
                Frame::Object { name: Some(name), .. } => write!(path, ".{}", name.to_string_lossy()),
                Frame::Array { position, .. } => write!(path, "[{}]", position - 1),
                Frame::Object { name: None, .. } => Ok(()),
            };
        }
        path
    }

    fn take(&mut self) -> Bound<'py, PyAny> {
        self.next.take().expect("invariant: a value stands next")
    }

    fn peek(&self) -> &Bound<'py, PyAny> {
        self.next.as_ref().expect("invariant: a value stands next")
    }

    /// Reads a typed value that is a scalar alone in its dictionary, as nearly all are, without entering it.
    /// `false` when it is something else, which then still stands next.
    fn read_typed_scalar(&mut self, out: &mut Encoder) -> PyResult<bool> {
        let Ok(dict) = self.peek().cast_exact::<PyDict>() else { return Ok(false) };
        let Some((tag, value)) = entries::only_entry(dict) else { return Ok(false) };
        let Ok(tag) = tag.cast_exact::<PyString>() else { return Ok(false) };
        match tag.to_str()? {
            "S" => match value.cast_exact::<PyString>() {
                Ok(text) => out.string(text.to_str()?),
                Err(_) => return Ok(false),
            },
            "N" => match value.cast_exact::<PyString>().map(|text| text.to_str().map(Number::parse)) {
                Ok(Ok(Ok(number))) => out.number(&number),
                _ => return Ok(false),
            },
            "BOOL" => match value.cast_exact::<PyBool>() {
                Ok(flag) => out.boolean(flag.is_true()),
                Err(_) => return Ok(false),
            },
            "B" => match value.cast_exact::<PyBytes>() {
                Ok(bytes) => out.binary(bytes.as_bytes()),
                Err(_) => return Ok(false),
            },
            _ => return Ok(false),
        }
        self.next = None;
        Ok(true)
    }

    /// A name that is text, and text that can be encoded.
    fn key(&mut self, key: Bound<'py, PyAny>) -> Result<Bound<'py, PyString>, Error> {
        match key.cast_into_exact::<PyString>().or_else(|error| error.into_inner().cast_into::<PyString>()) {
            Ok(key) => match key.to_str().map(drop) {
                Ok(()) => Ok(key),
                Err(error) => Err(self.raise(error)),
            },
            Err(error) => {
                let key = error.into_inner();
                let path = format!("{} (key: {key})", self.path());
                let error = parameter::invalid(&path, &key, STRING);
                Err(self.raise(error))
            }
        }
    }

    /// Writes the plain value that stands next.
    fn write_plain(
        &mut self,
        problem: &mut Option<Error>,
        write: impl FnOnce(&mut PlainValues<'py, '_>, &Bound<'py, PyAny>) -> Result<(), Refused>,
    ) -> Result<(), Error> {
        let value = self.take();
        let written = PlainValues::new(self.py, self.form, self.stock.plain_parts(), problem)
            .and_then(|mut values| write(&mut values, &value));
        written.map_err(|refused| {
            let error = refused.into_error(&self.path());
            self.raise(error)
        })
    }

    fn read_bytes(&mut self, value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyString>() {
            return Ok(Some(value.clone()));
        }
        if let Ok(array) = value.cast::<PyByteArray>() {
            // Copied, because a bytearray may change while its bytes are lent.
            return Ok(Some(PyBytes::new(self.py, &array.to_vec()).into_any()));
        }
        if value.hasattr(intern!(self.py, "read"))? {
            let content = value.call_method0(intern!(self.py, "read"))?;
            let readable = content.is_instance_of::<PyBytes>() || content.is_instance_of::<PyString>();
            return Ok(readable.then_some(content));
        }
        Ok(None)
    }
}

impl Reader for PyReader<'_, '_> {
    fn kind(&mut self) -> Result<Kind, Error> {
        let next = self.peek();
        Ok(if next.is_none() {
            Kind::Null
        } else if let Ok(flag) = next.cast::<PyBool>() {
            Kind::Boolean(flag.is_true())
        } else if next.is_instance_of::<PyInt>() {
            Kind::Integer
        } else if next.is_instance_of::<PyDict>() {
            Kind::Object
        } else if next.is_instance_of::<PyList>() || next.is_instance_of::<PyTuple>() {
            Kind::Array
        } else if next.is_instance_of::<PyFloat>() || is_decimal(next) {
            Kind::Decimal
        } else {
            // What is none of JSON's kinds is refused by whoever reads it, with its class's name.
            Kind::String
        })
    }

    /// Never so: botocore refuses `None` as it refuses any other wrong type, and so does what reads it next.
    fn take_null(&mut self) -> Result<bool, Error> {
        Ok(false)
    }

    fn boolean(&mut self) -> Result<bool, Error> {
        let value = self.take();
        match value.cast::<PyBool>() {
            Ok(flag) => Ok(flag.is_true()),
            Err(_) => Err(self.invalid(&value, BOOLEAN)),
        }
    }

    fn integer(&mut self, _type_name: &'static str) -> Result<i64, Error> {
        let value = self.take();
        if !value.is_instance_of::<PyInt>() {
            return Err(self.invalid(&value, INTEGER));
        }
        // A number beyond Long becomes the nearest one; constraints refuse it then.
        let negative = || value.lt(0).unwrap_or(false);
        Ok(value.extract().unwrap_or_else(|_| if negative() { i64::MIN } else { i64::MAX }))
    }

    fn double(&mut self) -> Result<f64, Error> {
        let value = self.take();
        let number = if value.hasattr(intern!(self.py, "timestamp")).unwrap_or(false) {
            value.call_method0(intern!(self.py, "timestamp")).and_then(|seconds| seconds.extract())
        } else {
            value.extract::<f64>()
        };
        number.map_err(|_| self.invalid(&value, DOUBLE))
    }

    fn string(&mut self) -> Result<&str, Error> {
        let value = self.take();
        if !value.is_instance_of::<PyString>() {
            return Err(self.invalid(&value, STRING));
        }
        // The first look finds what Python cannot encode, a lone surrogate; the second borrows what it kept.
        if let Err(error) =
            value.cast::<PyString>().map_err(PyErr::from).and_then(|text| text.to_str().map(drop))
        {
            return Err(self.raise(error));
        }
        let lent = self.lent.insert(value).cast::<PyString>();
        Ok(lent.expect("invariant: a str").to_str().expect("invariant: encoded once already"))
    }

    fn binary(&mut self) -> Result<&[u8], Error> {
        let value = self.take();
        let bytes = match self.read_bytes(&value) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(self.invalid(&value, BINARY)),
            Err(error) => return Err(self.raise(error)),
        };
        let bytes = match bytes.cast::<PyString>() {
            Ok(text) => match text.encode_utf8() {
                Ok(bytes) => bytes.into_any(),
                Err(error) => return Err(self.raise(error)),
            },
            Err(_) => bytes,
        };
        let lent = self.lent.insert(bytes).cast::<PyBytes>();
        Ok(lent.expect("invariant: bytes").as_bytes())
    }

    fn begin_object(&mut self, _type_name: &'static str) -> Result<(), Error> {
        if let Some(parameters) = self.parameters.take() {
            let entries = Entries::Table { parameters, position: 0, is_named: false };
            self.frames.push(Frame::Object { entries, name: None });
            return Ok(());
        }
        let value = self.take();
        let Ok(dict) = value.cast::<PyDict>() else { return Err(self.invalid(&value, OBJECT)) };
        // The call's own dictionary, the outermost, is nobody else's.
        let entries = if self.frames.is_empty() {
            dict.iter()
        } else {
            match entries::at_one_moment(dict) {
                Ok(dict) => dict.iter(),
                Err(error) => return Err(self.raise(error)),
            }
        };
        self.frames.push(Frame::Object { entries: Entries::Dict(entries), name: None });
        Ok(())
    }

    fn next_key(&mut self) -> Result<Option<&str>, Error> {
        let Some(Frame::Object { entries, name }) = self.frames.last_mut() else {
            unreachable!("a name is read inside a structure")
        };
        *name = None;
        let Some((key, value)) = entries.next() else {
            self.frames.pop();
            return Ok(None);
        };
        let key = self.key(key)?;
        self.next = Some(value);
        let Some(Frame::Object { name, .. }) = self.frames.last_mut() else {
            unreachable!("invariant: the frame from above")
        };
        Ok(Some(name.insert(key).to_str().expect("invariant: encoded once already")))
    }

    fn begin_array(&mut self) -> Result<(), Error> {
        let value = self.take();
        let elements = if let Ok(list) = value.cast::<PyList>() {
            Elements::List(list.clone())
        } else if let Ok(tuple) = value.cast::<PyTuple>() {
            Elements::Tuple(tuple.clone())
        } else {
            return Err(self.invalid(&value, ARRAY));
        };
        self.frames.push(Frame::Array { elements, position: 0 });
        Ok(())
    }

    fn next_element(&mut self) -> Result<bool, Error> {
        let Some(Frame::Array { elements, position }) = self.frames.last_mut() else {
            unreachable!("an element is read inside a list")
        };
        // The length is asked for again each time: a list may have changed meanwhile.
        self.next = match elements {
            Elements::List(list) => list.get_item(*position).ok(),
            Elements::Tuple(tuple) => tuple.get_item(*position).ok(),
        };
        *position += 1;
        if self.next.is_none() {
            self.frames.pop();
        }
        Ok(self.next.is_some())
    }

    fn skip(&mut self) -> Result<(), Error> {
        self.next = None;
        Ok(())
    }

    fn unknown_member(&mut self, name: &str, known: &[&'static str]) -> Result<(), Error> {
        if let Some(Frame::Object { name, .. }) = self.frames.last_mut() {
            *name = None;
        }
        let error = parameter::unknown(self.py, &self.path(), name, known);
        Err(self.raise(error))
    }

    /// What is no structure is refused by what reads it next, as botocore does; a plain value need not be one.
    fn expect_structure(&mut self, _refusal: &'static str) -> Result<(), Error> {
        Ok(())
    }

    fn attribute_value(&mut self, out: &mut Encoder, problem: &mut Option<Error>) -> Result<(), Error> {
        if self.form != Form::Typed {
            return self.write_plain(problem, |values, value| values.write(value, out));
        }
        match self.read_typed_scalar(out) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) => return Err(self.raise(error)),
        }
        if !self.peek().is_instance_of::<PyDict>() {
            let value = self.take();
            return Err(self.invalid(&value, OBJECT));
        }
        wire::read_typed_value(self, out, problem)
    }

    fn item(&mut self, problem: &mut Option<Error>) -> Result<Item, Error> {
        if self.form == Form::Typed {
            return wire::read_typed_item(self, problem);
        }
        if !self.peek().is_instance_of::<PyDict>() {
            let value = self.take();
            return Err(self.invalid(&value, OBJECT));
        }
        let mut out = Encoder::item();
        self.write_plain(problem, |values, value| values.write_entries(value.cast()?, &mut out))?;
        Ok(out.finish_item())
    }
}

fn is_decimal(value: &Bound<'_, PyAny>) -> bool {
    classes::decimal(value.py()).and_then(|class| value.is_instance(class)).unwrap_or(false)
}
