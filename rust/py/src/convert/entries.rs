//! Dictionaries that other threads may change while they are read.

use pyo3::prelude::*;
use pyo3::sync::critical_section::with_critical_section;
use pyo3::types::PyDict;

/// A dictionary as it is at one moment. Without an interpreter lock any thread can change it between two of its entries,
/// so a copy is read, which nobody else has.
///
/// # Errors
/// What Python raises: there was no memory.
#[cfg(Py_GIL_DISABLED)]
pub fn at_one_moment<'py>(dict: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyDict>> {
    dict.copy()
}

/// A dictionary as it is: with the interpreter's lock, only the caller's own classes could change it meanwhile.
#[cfg(not(Py_GIL_DISABLED))]
#[expect(clippy::unnecessary_wraps, reason = "as without the lock")]
#[inline]
pub fn at_one_moment<'a, 'py>(dict: &'a Bound<'py, PyDict>) -> PyResult<&'a Bound<'py, PyDict>> {
    Ok(dict)
}

/// The entry of a dictionary that has one alone.
#[inline]
pub fn only_entry<'py>(dict: &Bound<'py, PyDict>) -> Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    // Between its length and its entry nobody changes it.
    with_critical_section(dict, || {
        let mut entries = dict.iter();
        if entries.len() == 1 { entries.next() } else { None }
    })
}
