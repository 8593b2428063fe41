//! Parameters of the wrong Python type, refused as botocore refuses them before anything is sent.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// `dynacore.exceptions.ParamValidationError` with a report in botocore's words.
pub fn error(py: Python<'_>, report: String) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    match CLASS.import(py, "dynacore.exceptions", "ParamValidationError") {
        Ok(class) => PyErr::from_type(class.clone(), report),
        Err(error) => error,
    }
}

/// The refusal of a parameter that the operation does not have.
pub fn unknown(py: Python<'_>, path: &str, name: &str, known: &[&'static str]) -> PyErr {
    let known = known.join(", ");
    error(py, format!("Unknown parameter in {}: \"{name}\", must be one of: {known}", shown(path)))
}

/// The refusal of a value whose type is none of `valid`, which are named as botocore names them.
pub fn invalid(path: &str, value: &Bound<'_, PyAny>, valid: &str) -> PyErr {
    let text = || -> PyResult<String> {
        Ok(format!(
            "Invalid type for parameter {}, value: {}, type: {}, valid types: {valid}",
            shown(path),
            value.str()?.to_str()?,
            value.get_type().repr()?.to_str()?
        ))
    };
    match text() {
        Ok(report) => error(value.py(), report),
        Err(error) => error,
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "input" } else { path.strip_prefix('.').unwrap_or(path) }
}
