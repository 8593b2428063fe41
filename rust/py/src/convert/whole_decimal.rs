//! Decimals of whole numbers.
#![expect(unsafe_code, reason = "before Python 3.12 the stable interface calls with nothing but a tuple")]

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyInt;

/// `Context.copy_decimal`, which makes a `Decimal` of a whole number exactly and costs less than half of what the class
/// does, as it reads no arguments and looks for no context.
struct CopyDecimal {
    method: Py<PyAny>,
    /// The function behind it, where that takes one argument: calling it saves a tuple, a third of the whole.
    function: Option<ffi::PyCFunction>,
}

/// The decimal of a whole number.
///
/// # Errors
/// What Python raises: there was no memory.
pub fn whole_decimal(py: Python<'_>, whole: i64) -> PyResult<Bound<'_, PyAny>> {
    static COPY_DECIMAL: PyOnceLock<CopyDecimal> = PyOnceLock::new();
    let CopyDecimal { method, function } = COPY_DECIMAL.get_or_try_init(py, || CopyDecimal::new(py))?;
    let (method, whole) = (method.bind(py), PyInt::new(py, whole));
    let Some(function) = function else { return method.call1((whole,)) };
    // Safety: `method` is a built-in method and `function` its function, which takes its `self` and one argument and gives
    // a reference of ours or raises. Both arguments are alive until it returns.
    unsafe {
        let context = ffi::PyCFunction_GetSelf(method.as_ptr());
        Bound::from_owned_ptr_or_err(py, function(context, whole.as_ptr()))
    }
}

impl CopyDecimal {
    fn new(py: Python<'_>) -> PyResult<Self> {
        let method = py.import("decimal")?.getattr("Context")?.call0()?.getattr("copy_decimal")?;
        Ok(Self { function: one_argument_function(&method), method: method.unbind() })
    }
}

/// The function of a built-in method that takes one argument and no keywords, and nothing else.
fn one_argument_function(method: &Bound<'_, PyAny>) -> Option<ffi::PyCFunction> {
    let method = method.as_ptr();
    // Safety: it is asked for its flags and its function only if it is a built-in.
    unsafe {
        if ffi::PyCFunction_CheckExact(method) == 0 || ffi::PyCFunction_GetFlags(method) != ffi::METH_O {
            return None;
        }
        ffi::PyCFunction_GetFunction(method)
    }
}
