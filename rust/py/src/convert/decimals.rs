//! `decimal.Decimal` objects for numbers, shared between answers.

use std::borrow::Cow;

use dynacore::value::Number;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::classes;
use super::short::Short;

/// How many numbers are kept at most.
const SLOTS: usize = 2048;

/// A whole number of up to this many characters has no more than the 38 digits that a number may have.
const PLAIN_TEXT_MAX: usize = 38;

/// A bounded table of decimals by the number's stored form.
///
/// A `Decimal` is immutable, so one object can be in any number of answers; making one costs about as much as
/// four attributes. Numbers of over 30 digits are not kept: they hardly come twice.
pub struct Decimals {
    slots: Box<[Option<Slot>]>,
    /// The decimal asked for last, where it is not kept.
    passing: Option<Py<PyAny>>,
    /// Room for a number's text.
    text: Vec<u8>,
}

struct Slot {
    words: Short,
    decimal: Py<PyAny>,
}

impl Decimals {
    /// An empty table.
    pub fn new() -> Self {
        let slots = std::iter::repeat_with(|| None).take(SLOTS).collect();
        Self { slots, passing: None, text: Vec::new() }
    }

    /// The decimal of a number's stored form.
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
        Ok(self.slots[position].as_ref().expect("invariant: known").decimal.bind(py))
    }

    /// The text of a number's stored form, DynamoDB's normal form.
    ///
    /// # Errors
    /// `ValueError` for bytes that are no number.
    pub fn text<'py>(&mut self, py: Python<'py>, number: &[u8]) -> PyResult<Bound<'py, PyString>> {
        let number = stored(number)?;
        self.text.clear();
        number.write_text(&mut self.text);
        PyString::from_bytes(py, &self.text)
    }

    #[cold]
    fn make<'py>(&mut self, py: Python<'py>, number: &[u8], words: Short) -> PyResult<&Bound<'py, PyAny>> {
        let made = match stored(number)?.to_i64() {
            Some(whole) => classes::whole_decimal(py)?.call1((whole,))?,
            None => {
                let text = self.text(py, number)?;
                classes::decimal(py)?.call1((compact(text.to_str()?).as_ref(),))?
            }
        };
        if !words.is_exact() {
            return Ok(self.passing.insert(made.unbind()).bind(py));
        }
        let slot = self.slots[words.slot(SLOTS)].insert(Slot { words, decimal: made.unbind() });
        Ok(slot.decimal.bind(py))
    }
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
