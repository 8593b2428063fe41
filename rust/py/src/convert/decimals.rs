//! `decimal.Decimal` objects for numbers, shared between answers.

use dynacore::value::Number;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::classes;
use super::short::Short;

/// How many numbers are kept at most.
const SLOTS: usize = 2048;

/// A bounded table of decimals by the number's stored form.
///
/// A `Decimal` is immutable, so one object can be in any number of answers; making one costs about as much as
/// four attributes. Numbers of over 30 digits are not kept: they hardly come twice.
pub struct Decimals {
    slots: Box<[Option<Slot>]>,
    text: Vec<u8>,
}

struct Slot {
    words: Short,
    decimal: Py<PyAny>,
}

impl Decimals {
    /// An empty table.
    pub fn new() -> Self {
        Self { slots: std::iter::repeat_with(|| None).take(SLOTS).collect(), text: Vec::new() }
    }

    /// The decimal of a number.
    ///
    /// # Errors
    /// What Python raises when it cannot make one: no memory.
    #[inline]
    pub fn get<'py>(&mut self, py: Python<'py>, number: &Number) -> PyResult<Bound<'py, PyAny>> {
        let words = Short::of(number.as_bytes());
        let position = words.slot(SLOTS);
        if let Some(slot) = &self.slots[position]
            && slot.words == words
            && words.is_exact()
        {
            return Ok(slot.decimal.bind(py).clone());
        }
        let made = self.make(py, number)?;
        if words.is_exact() {
            self.slots[position] = Some(Slot { words, decimal: made.clone().unbind() });
        }
        Ok(made)
    }

    #[cold]
    fn make<'py>(&mut self, py: Python<'py>, number: &Number) -> PyResult<Bound<'py, PyAny>> {
        let class = classes::decimal(py)?;
        if let Some(whole) = number.to_i64() {
            return class.call1((whole,));
        }
        class.call1((number_text(py, number, &mut self.text),))
    }
}

/// A number's text, DynamoDB's normal form.
pub fn number_text<'py>(py: Python<'py>, number: &Number, buffer: &mut Vec<u8>) -> Bound<'py, PyString> {
    buffer.clear();
    number.write_text(buffer);
    PyString::new(py, std::str::from_utf8(buffer).expect("invariant: a number's text is ASCII"))
}
