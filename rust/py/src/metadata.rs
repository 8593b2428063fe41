//! `ResponseMetadata`, which botocore adds to every answer.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Adds `ResponseMetadata` to an answer.
///
/// # Errors
/// What Python raises: there was no memory.
pub fn add(response: &Bound<'_, PyDict>, status: u16, request_id: &str) -> PyResult<()> {
    let py = response.py();
    let metadata = PyDict::new(py);
    metadata.set_item(intern!(py, "RequestId"), request_id)?;
    metadata.set_item(intern!(py, "HTTPStatusCode"), status)?;
    metadata.set_item(intern!(py, "HTTPHeaders"), PyDict::new(py))?;
    metadata.set_item(intern!(py, "RetryAttempts"), 0)?;
    response.set_item(intern!(py, "ResponseMetadata"), metadata)
}
