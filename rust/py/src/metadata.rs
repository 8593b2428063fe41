//! `ResponseMetadata`, which botocore adds to every answer.

use dynacore_server::RequestId;
use pyo3::intern;
use pyo3::prelude::*;
#[cfg(not(Py_GIL_DISABLED))]
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString};

/// Adds `ResponseMetadata` to an answer, with an empty id where no database has given one.
///
/// # Errors
/// What Python raises: there was no memory.
pub fn add(response: &Bound<'_, PyDict>, status: u16, request_id: Option<RequestId>) -> PyResult<()> {
    let py = response.py();
    // Copying a dictionary costs less than filling one, and this one's keys and numbers are always the same.
    let metadata = successful(py)?;
    let request_id = request_id.as_ref().map_or(&[][..], RequestId::as_bytes);
    metadata.set_item(intern!(py, "RequestId"), PyString::from_bytes(py, request_id)?)?;
    metadata.set_item(intern!(py, "HTTPHeaders"), PyDict::new(py))?;
    if status != 200 {
        metadata.set_item(intern!(py, "HTTPStatusCode"), status)?;
    }
    response.set_item(intern!(py, "ResponseMetadata"), metadata)
}

/// The metadata of an answer with status 200, without what differs from answer to answer.
#[cfg(not(Py_GIL_DISABLED))]
fn successful(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    static METADATA: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    METADATA.get_or_try_init(py, || template(py))?.bind(py).copy()
}

/// The same without an interpreter lock: threads that copied one dictionary would wait for each other.
#[cfg(Py_GIL_DISABLED)]
fn successful(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    crate::convert::with_stock(|stock| {
        let kept = match stock.metadata.take() {
            Some(kept) => kept,
            None => template(py)?,
        };
        stock.metadata.insert(kept).bind(py).copy()
    })
}

fn template(py: Python<'_>) -> PyResult<Py<PyDict>> {
    let metadata = PyDict::new(py);
    metadata.set_item(intern!(py, "RequestId"), py.None())?;
    metadata.set_item(intern!(py, "HTTPStatusCode"), 200)?;
    metadata.set_item(intern!(py, "HTTPHeaders"), py.None())?;
    metadata.set_item(intern!(py, "RetryAttempts"), 0)?;
    Ok(metadata.unbind())
}
