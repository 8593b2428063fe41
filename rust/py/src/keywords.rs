//! Keyword arguments as they lie on the caller's stack.
//!
//! CPython hands a method of the kind `METH_FASTCALL | METH_KEYWORDS` a pointer to the arguments and a tuple of their
//! names. pyo3 has no such methods with arbitrary names: it makes a dictionary of them, and CPython one before, which
//! together cost as much as reading the item that is asked for. So these methods are made here.
//!
//! This file, `convert/entries.rs`, `convert/plain_entries.rs` and `convert/whole_decimal.rs` are the only ones of the
//! extension with `unsafe`.
#![expect(unsafe_code, reason = "pyo3 has no method that takes arbitrary keywords without a dictionary")]

use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

use pyo3::panic::PanicException;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use pyo3::types::{PyDict, PyString, PyTuple, PyTupleMethods, PyType};
use pyo3::{PyClass, ffi};

/// The keyword arguments of a call, which outlive it no more than the caller's stack does.
#[derive(Clone, Copy)]
pub struct Keywords<'a, 'py> {
    py: Python<'py>,
    names: Option<&'a Bound<'py, PyTuple>>,
    /// Those without a name, then those with one.
    arguments: &'a [*mut ffi::PyObject],
    positional_count: usize,
}

impl<'a, 'py> Keywords<'a, 'py> {
    /// The interpreter.
    pub fn py(self) -> Python<'py> {
        self.py
    }

    /// How many have a name.
    pub fn len(self) -> usize {
        self.arguments.len() - self.positional_count
    }

    /// How many have none.
    pub fn positional_count(self) -> usize {
        self.positional_count
    }

    /// The value without a name at a position below [`Keywords::positional_count`].
    pub fn positional(self, position: usize) -> Bound<'py, PyAny> {
        self.borrowed(self.arguments[..self.positional_count][position])
    }

    /// The name and the value at a position below [`Keywords::len`].
    #[inline]
    pub fn get(self, position: usize) -> (Bound<'py, PyAny>, Bound<'py, PyAny>) {
        let value = self.borrowed(self.arguments[self.positional_count..][position]);
        let names = self.names.expect("invariant: values have names");
        (names.get_item(position).expect("invariant: there is a name for each value"), value)
    }

    #[inline]
    fn borrowed(self, value: *mut ffi::PyObject) -> Bound<'py, PyAny> {
        // Safety: the caller's stack holds a reference to each value while the call lasts, and `'a` ends before it.
        unsafe { Bound::from_borrowed_ptr(self.py, value) }
    }

    /// Those with a name, as a dictionary.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn to_dict(self) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(self.py);
        for position in 0..self.len() {
            let (name, value) = self.get(position);
            dict.set_item(name, value)?;
        }
        Ok(dict)
    }
}

/// What a method does with its keyword arguments.
pub trait KeywordMethod {
    /// The class that has it.
    type Class: PyClass<Frozen = True> + Sync;
    /// Its name.
    const NAME: &'static CStr;
    /// What `help` shows: `name($self, /, **parameters)\n--\n\nWhat it does.`
    const DOCUMENTATION: &'static CStr;

    /// Carries it out.
    ///
    /// # Errors
    /// What the caller shall see raised.
    fn call<'py>(
        instance: &Bound<'py, Self::Class>,
        keywords: Keywords<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>>;

    /// Carries out a call that has nothing to answer, if that takes less than telling pyo3 of it would: it calls nothing of
    /// Python's and drops no [`Py`]. False leaves the call to [`KeywordMethod::call`], and nothing is done then.
    #[inline]
    fn call_briefly(_instance: &Bound<'_, Self::Class>, _keywords: Keywords<'_, '_>) -> bool {
        false
    }
}

/// Gives its class the method.
///
/// # Errors
/// What Python raises where it cannot make it.
pub fn add_method<M: KeywordMethod>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let py = class.py();
    assert!(class.is(py.get_type::<M::Class>()), "a method goes to its own class");
    // CPython keeps the pointer for as long as the method lives, which is as long as the class does.
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: M::NAME.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: enter::<M> },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: M::DOCUMENTATION.as_ptr(),
    }));
    // Safety: the class is alive and the definition is never freed; the function has the form that its flags say. The
    // descriptor refuses instances of other classes before it calls the function.
    let method = unsafe {
        let made = ffi::PyDescr_NewMethod(class.as_type_ptr(), ptr::from_mut(definition));
        Bound::from_owned_ptr_or_err(py, made)?
    };
    class.setattr(PyString::intern(py, &M::NAME.to_string_lossy()), method)
}

/// What CPython calls.
unsafe extern "C" fn enter<M: KeywordMethod>(
    instance: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    positional: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        // Safety: CPython calls with the interpreter attached.
        let py = unsafe { Python::assume_attached() };
        // Safety: CPython holds the instance, whose class the descriptor has checked, and the names, a tuple or nothing,
        // while the call lasts.
        let (instance, names) = unsafe {
            (
                Bound::from_borrowed_ptr(py, instance).cast_into_unchecked::<M::Class>(),
                Bound::from_borrowed_ptr_or_opt(py, names)
                    .map(|names| names.cast_into_unchecked::<PyTuple>()),
            )
        };
        let positional_count = usize::try_from(positional).expect("invariant: a count");
        let count = positional_count + names.as_ref().map_or(0, PyTupleMethods::len);
        // Safety: behind the arguments without a name there is a value for each name. Without any the pointer may be null.
        let arguments = if count == 0 { &[][..] } else { unsafe { slice::from_raw_parts(arguments, count) } };
        let keywords = Keywords { py, names: names.as_ref(), arguments, positional_count };
        if M::call_briefly(&instance, keywords) {
            return py.None().into_ptr();
        }
        // This tells pyo3 that the interpreter is attached, so that references which are dropped meanwhile are given back
        // at once.
        Python::attach(|_| give(py, M::call(&instance, keywords)))
    }));
    outcome.unwrap_or_else(|_| {
        let error = PanicException::new_err("dynacore panicked; see stderr");
        Python::attach(|py| give(py, Err(error)))
    })
}

/// An answer as CPython takes it, or nothing with an exception that is raised.
#[inline]
fn give(py: Python<'_>, outcome: PyResult<Bound<'_, PyAny>>) -> *mut ffi::PyObject {
    match outcome {
        Ok(answer) => answer.into_ptr(),
        Err(error) => {
            error.restore(py);
            ptr::null_mut()
        }
    }
}
