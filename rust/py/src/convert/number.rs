//! Python's numbers to DynamoDB's, by boto3's rules.

use dynacore::value::{Number, NumberError};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyString};

use super::classes;

/// How many decimals are kept at most.
const SLOTS: usize = 512;

/// A bounded table of the numbers of decimals by the object's identity.
///
/// Decimals cannot be looked into from outside the interpreter; their text has to be made and read. An object in
/// here is kept alive, so its address is no other's, and it is immutable, so its number stays right.
pub struct Seen {
    slots: Box<[Option<Slot>]>,
}

struct Slot {
    decimal: Py<PyAny>,
    number: Number,
}

impl Seen {
    /// An empty table.
    pub fn new() -> Self {
        Self { slots: std::iter::repeat_with(|| None).take(SLOTS).collect() }
    }

    /// The number of an object that came before.
    #[inline]
    pub fn get(&self, decimal: &Bound<'_, PyAny>) -> Option<&Number> {
        let slot = self.slots[slot(decimal)].as_ref()?;
        slot.decimal.is(decimal).then_some(&slot.number)
    }

    /// The number of an object whose class is exactly `Decimal`.
    pub fn number(&mut self, decimal: &Bound<'_, PyAny>) -> PyResult<Result<Number, NumberError>> {
        if let Some(number) = self.get(decimal) {
            return Ok(Ok(*number));
        }
        let number = decimal_number(decimal)?;
        if let Ok(number) = &number {
            self.slots[slot(decimal)] = Some(Slot { decimal: decimal.clone().unbind(), number: *number });
        }
        Ok(number)
    }
}

/// Objects lie at multiples of 16 bytes; the bits above spread them.
fn slot(decimal: &Bound<'_, PyAny>) -> usize {
    (decimal.as_ptr() as usize >> 4) % SLOTS
}

/// The number of an `int`, also of a `bool` or another subclass.
pub fn int_number(value: &Bound<'_, PyAny>) -> PyResult<Result<Number, NumberError>> {
    match value.extract::<i64>() {
        Ok(whole) => Ok(Ok(Number::from_i64(whole))),
        Err(_) => context_number(value),
    }
}

/// The number that the shortest text of a `float` names: what Python shows of it.
pub fn float_number(value: &Bound<'_, PyFloat>) -> PyResult<Result<Number, NumberError>> {
    let double = value.value();
    if !double.is_finite() {
        return Err(PyTypeError::new_err("Infinity and NaN not supported"));
    }
    Ok(Number::from_f64(double))
}

/// The longest text that cannot have more than 38 digits.
const EXACT_TEXT_MAX: usize = 38;

/// The number of a `Decimal` or of an instance of a subclass.
pub fn decimal_number(value: &Bound<'_, PyAny>) -> PyResult<Result<Number, NumberError>> {
    let text = value.str()?;
    let text = text.to_str()?;
    if text.len() <= EXACT_TEXT_MAX
        && let Ok(number) = Number::parse(text)
    {
        return Ok(Ok(number));
    }
    context_number(value)
}

/// The number of anything a decimal context reads. Raises what boto3 raises: `decimal.Inexact` and its kin for
/// what does not fit 38 digits, `TypeError` for infinity and NaN.
#[cold]
fn context_number(value: &Bound<'_, PyAny>) -> PyResult<Result<Number, NumberError>> {
    let py = value.py();
    let decimal = classes::number_context(py)?.call_method1("create_decimal", (value,))?;
    let text: Bound<'_, PyString> = decimal.str()?;
    match text.to_str()? {
        "Infinity" | "NaN" => Err(PyTypeError::new_err("Infinity and NaN not supported")),
        text => Ok(Number::parse(text)),
    }
}
