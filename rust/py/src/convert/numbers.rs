//! Python's objects for numbers, shared between answers.

use std::borrow::Cow;

use dynacore::value::Number;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyString};

use super::classes;
use super::short::Short;

/// How many numbers are kept at most.
const SLOTS: usize = 2048;

/// A whole number of up to this many characters has no more than the 38 digits that a number may have.
const PLAIN_TEXT_MAX: usize = 38;

/// A bounded table of Python's numbers by the stored form.
///
/// They are immutable, so one object can be in any number of answers; making a `Decimal` costs about as much as
/// four attributes. Numbers of over 30 digits are not kept: they hardly come twice.
pub struct Numbers {
    make: Make,
    slots: Box<[Option<Slot>]>,
    /// The number asked for last, where it is not kept.
    passing: Option<Py<PyAny>>,
    /// Room for a number's text.
    text: Vec<u8>,
}

/// What makes the object of a number.
type Make = for<'py> fn(Python<'py>, &Number, &mut Vec<u8>) -> PyResult<Bound<'py, PyAny>>;

struct Slot {
    words: Short,
    number: Py<PyAny>,
}

impl Numbers {
    /// An empty table of decimals: what boto3 gives.
    pub fn decimals() -> Self {
        Self::of(decimal)
    }

    /// An empty table of `int` and `float` objects, and of decimals where neither is exact.
    pub fn natives() -> Self {
        Self::of(native)
    }

    fn of(make: Make) -> Self {
        let slots = std::iter::repeat_with(|| None).take(SLOTS).collect();
        Self { make, slots, passing: None, text: Vec::new() }
    }

    /// The object of a number's stored form.
    ///
    /// # Errors
    /// What Python raises when it cannot make one: no memory.
    #[inline]
    pub fn get<'py>(&mut self, py: Python<'py>, number: &[u8]) -> PyResult<&Bound<'py, PyAny>> {
        let words = Short::of(number);
        let position = words.slot(SLOTS);
        let known = self.slots[position].as_ref().is_some_and(|slot| slot.words == words && words.is_exact());
        if !known {
            return self.make(py, number, words);
        }
        Ok(self.slots[position].as_ref().expect("invariant: known").number.bind(py))
    }

    /// The text of a number's stored form, DynamoDB's normal form.
    ///
    /// # Errors
    /// `ValueError` for bytes that are no number.
    pub fn text<'py>(&mut self, py: Python<'py>, number: &[u8]) -> PyResult<Bound<'py, PyString>> {
        Ok(PyString::new(py, text(&stored(number)?, &mut self.text)))
    }

    #[cold]
    fn make<'py>(&mut self, py: Python<'py>, number: &[u8], words: Short) -> PyResult<&Bound<'py, PyAny>> {
        let made = (self.make)(py, &stored(number)?, &mut self.text)?;
        if !words.is_exact() {
            return Ok(self.passing.insert(made.unbind()).bind(py));
        }
        let slot = self.slots[words.slot(SLOTS)].insert(Slot { words, number: made.unbind() });
        Ok(slot.number.bind(py))
    }
}

fn decimal<'py>(py: Python<'py>, number: &Number, room: &mut Vec<u8>) -> PyResult<Bound<'py, PyAny>> {
    match number.to_i64() {
        Some(whole) => classes::whole_decimal(py)?.call1((whole,)),
        None => classes::decimal(py)?.call1((compact(text(number, room)).as_ref(),)),
    }
}

/// An `int` for a whole number whose digits can all be written back, a `float` for what its own text names exactly.
fn native<'py>(py: Python<'py>, number: &Number, room: &mut Vec<u8>) -> PyResult<Bound<'py, PyAny>> {
    if let Some(whole) = number.to_i64() {
        return Ok(PyInt::new(py, whole).into_any());
    }
    let text = text(number, room);
    if !text.contains('.') && text.trim_start_matches('-').len() <= PLAIN_TEXT_MAX {
        return py.get_type::<PyInt>().call1((text,));
    }
    // The shortest text of a double is what Python shows and what is read back.
    if let Ok(double) = text.parse::<f64>()
        && Number::parse(&format!("{double:e}")).as_ref() == Ok(number)
    {
        return Ok(PyFloat::new(py, double).into_any());
    }
    decimal(py, number, room)
}

/// The text of a number, DynamoDB's normal form.
fn text<'a>(number: &Number, room: &'a mut Vec<u8>) -> &'a str {
    room.clear();
    number.write_text(room);
    std::str::from_utf8(room).expect("invariant: a number's text is ASCII")
}

/// A large number without the zeros at its end, which are no digits of it: as many of them as DynamoDB allows would
/// make a decimal of more than 38 digits, which could not be written back.
fn compact(text: &str) -> Cow<'_, str> {
    let kept = text.trim_end_matches('0');
    if text.len() <= PLAIN_TEXT_MAX || text.contains('.') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{kept}E{}", text.len() - kept.len()))
}

fn stored(number: &[u8]) -> PyResult<Number> {
    Number::from_bytes(number).map_err(|corrupted| PyValueError::new_err(corrupted.to_string()))
}
