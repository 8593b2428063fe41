//! Python's numbers of DynamoDB's.

use std::borrow::Cow;

use dynacore::value::Number;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};

use super::classes;

/// A whole number of up to this many characters has no more than the 38 digits that a number may have.
const PLAIN_TEXT_MAX: usize = 38;

/// The decimal of a number that is not whole, or has many digits.
///
/// # Errors
/// What Python raises when it cannot make one: no memory.
pub fn decimal<'py>(py: Python<'py>, number: &Number, room: &mut Vec<u8>) -> PyResult<Bound<'py, PyAny>> {
    classes::decimal(py)?.call1((compact(text(number, room)).as_ref(),))
}

/// An `int` for a whole number whose digits can all be written back, a `float` for what its own text names exactly.
///
/// # Errors
/// As [`decimal`].
pub fn native<'py>(py: Python<'py>, number: &Number, room: &mut Vec<u8>) -> PyResult<Bound<'py, PyAny>> {
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

/// The text of a number, DynamoDB's normal form; it is in `room`.
pub fn text<'a>(number: &Number, room: &'a mut Vec<u8>) -> &'a str {
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
