//! Classes that Python defines and this door asks for, each imported once.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

/// `decimal.Decimal`.
pub fn decimal(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "decimal", "Decimal")
}

/// `dynacore._binary.Binary`, the `bytes` that plain answers have.
pub fn binary(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "dynacore._binary", "Binary")
}

/// `collections.abc.Mapping`.
pub fn mapping(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "collections.abc", "Mapping")
}

/// `collections.abc.Set`.
pub fn set(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "collections.abc", "Set")
}

/// The context in which boto3 reads numbers: 38 digits, and an error for whatever does not fit exactly
/// (`boto3.dynamodb.types.DYNAMODB_CONTEXT`).
pub fn number_context(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CONTEXT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let context = CONTEXT.get_or_try_init(py, || -> PyResult<Py<PyAny>> {
        let decimal = py.import("decimal")?;
        let traps = ["Clamped", "Overflow", "Inexact", "Rounded", "Underflow"];
        let traps = traps.iter().map(|trap| decimal.getattr(*trap)).collect::<PyResult<Vec<_>>>()?;
        let settings = PyDict::new(py);
        settings.set_item("Emin", -128)?;
        settings.set_item("Emax", 126)?;
        settings.set_item("prec", 38)?;
        settings.set_item("traps", traps)?;
        Ok(decimal.getattr("Context")?.call((), Some(&settings))?.unbind())
    })?;
    Ok(context.bind(py))
}

/// Whether a value is a `boto3.dynamodb.types.Binary`. Nobody has one before boto3 defined it, so this never
/// imports boto3.
pub fn is_boto3_binary(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = value.py();
    let modules = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?;
    match modules.cast::<PyDict>()?.get_item(intern!(py, "boto3.dynamodb.types"))? {
        Some(types) => value.is_instance(&types.getattr(intern!(py, "Binary"))?),
        None => Ok(false),
    }
}

/// Local time as botocore has it, `dateutil.tz.tzlocal()`; UTC where dateutil is not installed.
pub fn time_zone(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static ZONE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let zone = ZONE.get_or_try_init(py, || -> PyResult<Py<PyAny>> {
        match py.import("dateutil.tz") {
            Ok(module) => Ok(module.call_method0("tzlocal")?.unbind()),
            Err(_) => Ok(py.import("datetime")?.getattr("timezone")?.getattr("utc")?.unbind()),
        }
    })?;
    Ok(zone.bind(py))
}

/// `datetime.datetime`.
pub fn datetime(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "datetime", "datetime")
}
