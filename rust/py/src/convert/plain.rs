//! Plain Python values to encoded ones, by the rules of boto3's `TypeSerializer`.

use dynacore::error::Error;
use dynacore::value::{Encoder, Item, NESTING_LEVELS_MAX, Number, NumberError, ShortName, Type};
use dynacore::wire::{NESTING_EXCEEDED, note_name, set_message};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PySet, PyString, PyTuple,
};

use super::number::{self, Seen};
use super::plain_entries::{NoteText, PlainEntries};
use super::short_names::ShortNames;
use super::{Form, Stock, classes, entries, parameter};

/// Why a value could not be written.
#[derive(Debug)]
pub enum Refused {
    /// Python raised, or boto3's serializer would have.
    Raised(PyErr),
    /// A map's key is no text. Where it stands is put together on the way out; the outermost name comes last.
    Key(Box<(Py<PyAny>, Vec<String>)>),
}

impl From<PyErr> for Refused {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl From<pyo3::CastError<'_, '_>> for Refused {
    fn from(error: pyo3::CastError<'_, '_>) -> Self {
        Self::Raised(error.into())
    }
}

impl Refused {
    /// The exception to raise for a value that stands at `path`.
    #[cold]
    pub fn into_error(self, path: &str) -> PyErr {
        match self {
            Self::Raised(error) => error,
            Self::Key(place) => Python::attach(|py| {
                let (key, names) = *place;
                let path: String =
                    std::iter::once(path).chain(names.iter().rev().map(String::as_str)).collect();
                parameter::invalid(&path, key.bind(py), "<class 'str'>")
            }),
        }
    }

    pub(super) fn below(self, place: impl FnOnce() -> String) -> Self {
        match self {
            Self::Key(mut places) => {
                places.1.push(place());
                Self::Key(places)
            }
            raised @ Self::Raised(_) => raised,
        }
    }
}

/// The item that a dictionary of plain values is; `member` is the parameter that gives it.
///
/// # Errors
/// What Python raised, or else what DynamoDB would refuse.
pub fn plain_item(
    dict: &Bound<'_, PyDict>,
    member: &str,
    form: Form,
    stock: &mut Stock,
) -> Result<Item, Result<PyErr, Error>> {
    whole_item((dict, member), form, stock.plain_parts(), ())
}

/// As [`plain_item`], of a key that is about to be read: the item there has the same texts, and gets the same objects.
///
/// # Errors
/// As [`plain_item`].
pub fn plain_key(
    dict: &Bound<'_, PyDict>,
    member: &str,
    form: Form,
    stock: &mut Stock,
) -> Result<Item, Result<PyErr, Error>> {
    let Stock { seen, short_names, key_texts, .. } = stock;
    whole_item((dict, member), form, (seen, short_names), key_texts)
}

#[inline]
fn whole_item(
    (dict, member): (&Bound<'_, PyDict>, &str),
    form: Form,
    (seen, names): (&mut Seen, &mut ShortNames),
    key_texts: impl NoteText,
) -> Result<Item, Result<PyErr, Error>> {
    let (mut problem, mut out) = (None, Encoder::item());
    PlainValues::new(dict.py(), form, (seen, names), &mut problem)
        .and_then(|mut values| {
            entries::visit(dict, &mut PlainEntries { values: &mut values, key_texts, out: &mut out })
        })
        .map_err(|refused| Ok(refused.into_error(&format!(".{member}"))))?;
    match problem {
        None => Ok(out.finish_item()),
        Some(problem) => Err(Err(problem)),
    }
}

/// Writes plain values into an encoder.
pub struct PlainValues<'py, 'a> {
    decimal: *mut pyo3::ffi::PyTypeObject,
    py: Python<'py>,
    /// Whether floats are taken, by the shortest text that names them.
    takes_floats: bool,
    seen: &'a mut Seen,
    names: &'a mut ShortNames,
    /// Code of the caller's classes has run, which may have changed what is being read.
    foreign: bool,
    /// The first thing DynamoDB would refuse: noted, because it is reported after other constraints.
    problem: &'a mut Option<Error>,
}

impl<'py, 'a> PlainValues<'py, 'a> {
    /// A writer that notes in `problem`.
    pub fn new(
        py: Python<'py>,
        form: Form,
        (seen, names): (&'a mut Seen, &'a mut ShortNames),
        problem: &'a mut Option<Error>,
    ) -> Result<Self, Refused> {
        let (decimal, takes_floats) = (classes::decimal(py)?.as_type_ptr(), form == Form::Native);
        Ok(Self { decimal, py, takes_floats, seen, names, foreign: false, problem })
    }

    /// Writes the entries of an item or a map.
    pub fn write_entries(&mut self, dict: &Bound<'py, PyDict>, out: &mut Encoder) -> Result<(), Refused> {
        entries::visit(dict, &mut PlainEntries { values: self, key_texts: (), out })
    }

    /// A name that came before, ready to be written.
    #[inline]
    pub(super) fn ready_name(&self, key: &Bound<'py, PyAny>) -> Option<&ShortName> {
        // A dictionary that nobody changes has a text once; what equals what is up to a subclass.
        if self.foreign {
            return None;
        }
        self.names.get(key)
    }

    /// The number of a decimal that came before.
    #[inline]
    pub(super) fn seen_decimal(&self, value: &Bound<'py, PyAny>) -> Option<&Number> {
        self.seen.get(value)
    }

    /// The number of a float, where floats are taken and it is in range.
    #[inline]
    pub(super) fn float(&self, value: &Bound<'py, PyAny>) -> Option<Number> {
        let float = value.cast_exact::<PyFloat>().ok().filter(|_| self.takes_floats)?;
        number::float_number(float).ok()?.ok()
    }

    /// Writes a name of any kind.
    pub(super) fn write_name(&mut self, key: &Bound<'py, PyAny>, out: &mut Encoder) -> Result<(), Refused> {
        match key.cast_exact::<PyString>() {
            Ok(name) if !self.foreign => match self.names.get(key) {
                Some(ready) => {
                    out.distinct_short_name(ready);
                    Ok(())
                }
                None => self.write_new_name(name, out),
            },
            _ => self.write_foreign_name(key, out),
        }
    }

    /// Writes a name that is there once, and keeps it for the next item.
    #[inline(never)]
    fn write_new_name(&mut self, name: &Bound<'py, PyString>, out: &mut Encoder) -> Result<(), Refused> {
        let text = name.to_str()?;
        note_name(self.problem, text);
        out.distinct_name(text);
        self.names.keep(name, text);
        Ok(())
    }

    /// Writes a name that may equal an earlier one.
    #[inline(never)]
    fn write_foreign_name(&mut self, key: &Bound<'py, PyAny>, out: &mut Encoder) -> Result<(), Refused> {
        let Ok(name) = key.cast::<PyString>() else {
            return Err(Refused::Key(Box::new((key.clone().unbind(), vec![format!(" (key: {key})")]))));
        };
        let text = name.to_str()?;
        note_name(self.problem, text);
        out.name(text);
        Ok(())
    }

    /// Writes one value. Classes that values nearly always have come first, each at the cost of a comparison.
    #[inline]
    pub fn write(&mut self, value: &Bound<'py, PyAny>, out: &mut Encoder) -> Result<(), Refused> {
        if let Ok(text) = value.cast_exact::<PyString>() {
            out.string(text.to_str()?);
        } else if value.is_exact_instance_of::<PyInt>() {
            let number = number::int_number(value)?;
            self.write_number(number, out);
        } else if value.get_type_ptr() == self.decimal {
            let number = self.seen.number(value)?;
            self.write_number(number, out);
        } else if self.takes_floats
            && let Ok(double) = value.cast_exact::<PyFloat>()
        {
            let number = number::float_number(double)?;
            self.write_number(number, out);
        } else if let Ok(flag) = value.cast_exact::<PyBool>() {
            out.boolean(flag.is_true());
        } else if value.is_none() {
            out.null();
        } else if let Ok(list) = value.cast_exact::<PyList>() {
            self.write_list(list.len(), |position| list.get_item(position), out)?;
        } else if let Ok(dict) = value.cast_exact::<PyDict>() {
            if self.descend(out) {
                out.begin_map();
                self.write_entries(dict, out).map_err(|refused| refused.below(|| ".M".to_owned()))?;
                out.end_map();
            }
        } else if let Ok(bytes) = value.cast_exact::<PyBytes>() {
            out.binary(bytes.as_bytes());
        } else {
            self.write_seldom(value, out)?;
        }
        Ok(())
    }

    /// Writes a value of a class that is rare: sets, tuples, and subclasses of all of them.
    #[inline(never)]
    fn write_seldom(&mut self, value: &Bound<'py, PyAny>, out: &mut Encoder) -> Result<(), Refused> {
        self.foreign = true;
        if let Some(number) = self.number(value)? {
            self.write_number(number, out);
        } else if let Ok(text) = value.cast::<PyString>() {
            out.string(text.to_str()?);
        } else if let Some(bytes) = binary(value)? {
            out.binary(bytes.as_bytes());
        } else if is_set(value)? {
            self.write_set(value, out)?;
        } else if value.is_instance(classes::mapping(self.py)?)? {
            if self.descend(out) {
                out.begin_map();
                for entry in value.call_method0("items")?.try_iter()? {
                    let (key, value) = entry?.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
                    self.write_foreign_name(&key, out)
                        .and_then(|()| {
                            self.write(&value, out).map_err(|refused| refused.below(|| format!(".{key}")))
                        })
                        .map_err(|refused| refused.below(|| ".M".to_owned()))?;
                }
                out.end_map();
            }
        } else if let Ok(list) = value.cast::<PyList>() {
            self.write_list(list.len(), |position| list.get_item(position), out)?;
        } else if let Ok(tuple) = value.cast::<PyTuple>() {
            self.write_list(tuple.len(), |position| tuple.get_item(position), out)?;
        } else {
            return Err(unsupported(value).into());
        }
        Ok(())
    }

    fn write_list(
        &mut self,
        count: usize,
        element: impl Fn(usize) -> PyResult<Bound<'py, PyAny>>,
        out: &mut Encoder,
    ) -> Result<(), Refused> {
        if self.descend(out) {
            out.begin_list();
            for position in 0..count {
                // What has become shorter meanwhile ends earlier, as it does for Python's own loops.
                let Ok(element) = element(position) else { break };
                self.write(&element, out).map_err(|refused| refused.below(|| format!(".L[{position}]")))?;
            }
            out.end_list();
        }
        Ok(())
    }

    /// Whether there may be another level; otherwise a null is written, and deeper or endless structures are
    /// not followed.
    fn descend(&mut self, out: &mut Encoder) -> bool {
        let allowed = out.depth() < NESTING_LEVELS_MAX;
        if !allowed {
            self.note(NESTING_EXCEEDED.to_owned());
            out.null();
        }
        allowed
    }

    #[inline]
    fn write_number(&mut self, number: Result<Number, NumberError>, out: &mut Encoder) {
        match number {
            Ok(number) => out.number(&number),
            Err(error) => {
                self.note(error.to_string());
                out.number(&Number::ZERO);
            }
        }
    }

    #[cold]
    fn note(&mut self, text: String) {
        self.problem.get_or_insert(Error::Validation(text));
    }

    /// The number of an `int` or `Decimal`, subclasses included; `None` for what is none.
    fn number(&mut self, value: &Bound<'py, PyAny>) -> PyResult<Option<Result<Number, NumberError>>> {
        if value.is_instance_of::<PyInt>() {
            return number::int_number(value).map(Some);
        }
        if value.is_instance(classes::decimal(self.py)?)? {
            return number::decimal_number(value).map(Some);
        }
        if let Ok(double) = value.cast::<PyFloat>() {
            if self.takes_floats {
                return number::float_number(double).map(Some);
            }
            return Err(PyTypeError::new_err("Float types are not supported. Use Decimal types instead."));
        }
        Ok(None)
    }

    /// Writes a set in order of its elements, not of their hashes, which differ from process to process.
    fn write_set(&mut self, set: &Bound<'py, PyAny>, out: &mut Encoder) -> Result<(), Refused> {
        let elements = set.try_iter()?.collect::<PyResult<Vec<_>>>()?;
        if let Some(mut numbers) = self.all(&elements, Self::number)? {
            // Those that are no number come first, and the first of them is noted.
            numbers.sort_by(|one, other| one.as_ref().ok().cmp(&other.as_ref().ok()));
            out.begin_set(Type::Ns);
            for number in numbers {
                self.write_number(number, out);
            }
            self.end_set(Type::Ns, &[], out);
        } else if let Some(mut texts) =
            self.all(&elements, |_, value| Ok(value.cast::<PyString>().ok().cloned()))?
        {
            let texts = texts.iter_mut().map(|text| text.to_str()).collect::<PyResult<Vec<&str>>>()?;
            let mut texts: Vec<String> = texts.into_iter().map(str::to_owned).collect();
            texts.sort_unstable();
            out.begin_set(Type::Ss);
            for text in &texts {
                out.string(text);
            }
            self.end_set(Type::Ss, &texts, out);
        } else if let Some(mut binaries) = self.all(&elements, |_, value| binary(value))? {
            binaries.sort_unstable_by(|one, other| one.as_bytes().cmp(other.as_bytes()));
            out.begin_set(Type::Bs);
            for bytes in &binaries {
                out.binary(bytes.as_bytes());
            }
            self.end_set(Type::Bs, &[], out);
        } else {
            return Err(unsupported(set).into());
        }
        Ok(())
    }

    /// What `read` makes of the elements, if it knows all of them.
    fn all<T>(
        &mut self,
        elements: &[Bound<'py, PyAny>],
        read: impl Fn(&mut Self, &Bound<'py, PyAny>) -> PyResult<Option<T>>,
    ) -> PyResult<Option<Vec<T>>> {
        elements
            .iter()
            .map(|element| read(self, element).transpose())
            .collect::<Option<PyResult<_>>>()
            .transpose()
    }

    fn end_set(&mut self, type_: Type, texts: &[String], out: &mut Encoder) {
        if let Err(error) = out.end_set() {
            self.note(set_message(error, type_, texts));
        }
    }
}

/// Bytes of any class boto3 takes for binary.
fn binary<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyBytes>>> {
    let bytes_of = |value: &Bound<'py, PyAny>| {
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Some(bytes.clone());
        }
        value.cast::<PyByteArray>().ok().map(|array| PyBytes::new(value.py(), &array.to_vec()))
    };
    if let Some(bytes) = bytes_of(value) {
        return Ok(Some(bytes));
    }
    if classes::is_boto3_binary(value)? {
        return Ok(bytes_of(&value.getattr("value")?));
    }
    Ok(None)
}

fn is_set(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(value.is_instance_of::<PySet>()
        || value.is_instance_of::<PyFrozenSet>()
        || value.is_instance(classes::set(value.py())?)?)
}

fn unsupported(value: &Bound<'_, PyAny>) -> PyErr {
    let text = || -> PyResult<String> {
        let (class, value) = (value.get_type().str()?, value.str()?);
        Ok(format!("Unsupported type \"{}\" for value \"{}\"", class.to_str()?, value.to_str()?))
    };
    match text() {
        Ok(text) => PyTypeError::new_err(text),
        Err(error) => error,
    }
}
