//! Python's objects for short texts and for numbers, shared between answers.

use dynacore::value::{Number, Type, ValueRef, ValueWord};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};

use super::key_texts::KeyTexts;
use super::numbers;
use super::whole_decimal::whole_decimal;

/// How many objects are kept at most.
const SLOTS: usize = 2048;

/// Other values that a value of use outlives in its slot.
const CREDIT_MAX: u8 = 8;

/// A bounded table of the objects of short values.
///
/// Attributes of items often have one of a few values: a status, a country, a year. Texts and numbers are immutable, so
/// one object can be in any number of answers, and costs them a count of references instead of an allocation. It is found
/// by the value's bytes as they are stored. One is kept when it comes a second time, so that those which come once cost a
/// look.
pub struct Objects {
    slots: Box<[Slot; SLOTS]>,
    make_whole: MakeWhole,
    make: Make,
    /// Room for a number's text.
    text: Vec<u8>,
}

/// What makes the object of a whole number.
type MakeWhole = for<'py> fn(Python<'py>, i64) -> PyResult<Bound<'py, PyAny>>;

/// What makes the object of any other number.
type Make = for<'py> fn(Python<'py>, &Number, &mut Vec<u8>) -> PyResult<Bound<'py, PyAny>>;

#[derive(Default)]
struct Slot {
    word: ValueWord,
    /// `None` for a value that came once.
    object: Option<Py<PyAny>>,
    /// How many other values it may still meet before it makes room.
    credit: u8,
}

impl Objects {
    /// An empty table where numbers are decimals: what boto3 gives.
    pub fn with_decimals() -> Self {
        Self::of(whole_decimal, numbers::decimal)
    }

    /// An empty table where numbers are `int` and `float` objects, and decimals where neither is exact.
    pub fn with_natives() -> Self {
        Self::of(|py, whole| Ok(PyInt::new(py, whole).into_any()), numbers::native)
    }

    fn of(make_whole: MakeWhole, make: Make) -> Self {
        let slots: Box<[Slot]> = std::iter::repeat_with(Slot::default).take(SLOTS).collect();
        let Ok(slots) = slots.try_into() else { unreachable!("as many were made") };
        Self { slots, make_whole, make, text: Vec::new() }
    }

    /// The object of a value, if it is kept. Otherwise that of a text or number is made with [`Objects::make`].
    #[inline]
    pub fn get<'py>(&mut self, py: Python<'py>, word: ValueWord) -> Option<&Bound<'py, PyAny>> {
        let slot = &mut self.slots[word.slot(SLOTS)];
        if slot.word != word {
            return None;
        }
        slot.credit = CREDIT_MAX;
        slot.object.as_ref().map(|object| object.bind(py))
    }

    /// The object of a text or number that [`Objects::get`] did not have.
    ///
    /// # Errors
    /// `UnicodeDecodeError` on other bytes than UTF-8, `ValueError` for a number that is none, `MemoryError`.
    pub fn make<'py>(
        &mut self,
        py: Python<'py>,
        value: ValueRef<'_>,
        key_texts: &KeyTexts,
    ) -> PyResult<Bound<'py, PyAny>> {
        let bytes = value.payload();
        let made = match value.type_() {
            Type::N => self.number(py, bytes)?,
            _ => match key_texts.find(py, bytes) {
                Some(text) => return Ok(text.clone().into_any()),
                None => PyString::from_bytes(py, bytes)?.into_any(),
            },
        };
        self.keep(value.word(), &made);
        Ok(made)
    }

    /// Keeps an object for a value that came before, or takes note of the value.
    fn keep(&mut self, word: ValueWord, object: &Bound<'_, PyAny>) {
        if word.is_none() {
            return;
        }
        let slot = &mut self.slots[word.slot(SLOTS)];
        if slot.word == word {
            slot.object = Some(object.clone().unbind());
        } else if slot.credit > 0 {
            slot.credit -= 1;
        } else {
            *slot = Slot { word, object: None, credit: 0 };
        }
    }

    fn number<'py>(&mut self, py: Python<'py>, stored: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        if let Some(whole) = Number::short_whole(stored) {
            return (self.make_whole)(py, whole);
        }
        let number = number_of(stored)?;
        match number.to_i64() {
            Some(whole) => (self.make_whole)(py, whole),
            None => (self.make)(py, &number, &mut self.text),
        }
    }

    /// The text of a number's stored form, DynamoDB's normal form.
    ///
    /// # Errors
    /// `ValueError` for bytes that are no number.
    pub fn number_text<'py>(&mut self, py: Python<'py>, stored: &[u8]) -> PyResult<Bound<'py, PyString>> {
        Ok(PyString::new(py, numbers::text(&number_of(stored)?, &mut self.text)))
    }
}

fn number_of(stored: &[u8]) -> PyResult<Number> {
    Number::from_bytes(stored).map_err(|corrupted| PyValueError::new_err(corrupted.to_string()))
}
