//! The entries of a dictionary, without a reference of one's own to each where none is needed.
//!
//! pyo3's iterator counts two references up and down for each entry and asks for the dictionary's length, which together
//! cost a third of what reading a short value does. Here an entry is first shown as the dictionary holds it.
#![expect(unsafe_code, reason = "pyo3 has no entries that are borrowed from a dictionary")]

use std::ptr;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::critical_section::with_critical_section;
use pyo3::types::{PyDict, PyInt};
use pyo3::{Borrowed, ffi};

/// What is done with the entries of a dictionary.
///
/// # Safety
/// [`Visitor::see`] runs no code of Python's and makes no object before it is done with what it was given: either could
/// change the dictionary, which then would let go of it. What raises makes an object, so it is done then.
pub unsafe trait Visitor<'py> {
    /// Why it ends early.
    type Error: From<PyErr>;

    /// Handles an entry, or gives false and leaves it to [`Visitor::take`].
    ///
    /// # Errors
    /// What ends the visit.
    fn see(
        &mut self,
        key: Borrowed<'_, 'py, PyAny>,
        value: Borrowed<'_, 'py, PyAny>,
    ) -> Result<bool, Self::Error>;

    /// Handles an entry of any kind.
    ///
    /// # Errors
    /// What ends the visit.
    fn take(&mut self, key: &Bound<'py, PyAny>, value: &Bound<'py, PyAny>) -> Result<(), Self::Error>;
}

/// Visits all entries of a dictionary.
///
/// # Errors
/// What the visitor does, or `RuntimeError` where it changed how many entries there are.
pub fn visit<'py, V: Visitor<'py>>(dict: &Bound<'py, PyDict>, visitor: &mut V) -> Result<(), V::Error> {
    let (py, dict) = (dict.py(), at_one_moment(dict)?);
    let count = dict.len();
    let (mut position, mut key, mut value) = (0, ptr::null_mut(), ptr::null_mut());
    // Safety: it is a dictionary, and the pointers are to places of ours.
    while unsafe { ffi::PyDict_Next(dict.as_ptr(), &raw mut position, &raw mut key, &raw mut value) } != 0 {
        // Safety: the dictionary holds both for as long as nothing changes it, which `see` does not: with the
        // interpreter's lock nobody else can meanwhile, and without it the dictionary is ours alone.
        let (key, value) = unsafe { (Borrowed::from_ptr(py, key), Borrowed::from_ptr(py, value)) };
        if visitor.see(key, value)? {
            continue;
        }
        visitor.take(&key.to_owned(), &value.to_owned())?;
        if dict.len() != count {
            return Err(PyRuntimeError::new_err("dictionary changed size during iteration").into());
        }
    }
    Ok(())
}

/// A whole number that 64 bits hold. Neither runs code of Python's nor raises.
#[inline]
pub fn integer(value: Borrowed<'_, '_, PyInt>) -> Option<i64> {
    let mut overflow = 0;
    // Safety: it is an integer, whose value is taken as it is.
    let integer = unsafe { ffi::PyLong_AsLongLongAndOverflow(value.as_ptr(), &raw mut overflow) };
    (overflow == 0).then_some(integer)
}

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
