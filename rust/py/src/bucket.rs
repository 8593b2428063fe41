//! Buckets for imports and exports: directories, and Python objects that reach an endpoint of Amazon S3.

use std::io::{self, Cursor, Read, Write};
use std::sync::Arc;

use dynacore_server::{Bucket, Upload};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A Python object with `list(prefix)`, `get(key)` and `put(key, bytes)`.
pub struct PyBucket(Arc<Py<PyAny>>);

impl PyBucket {
    /// The bucket of an object.
    pub fn new(object: Py<PyAny>) -> Self {
        Self(Arc::new(object))
    }
}

/// What Python raised, as an error of input or output.
#[expect(clippy::needless_pass_by_value, reason = "as a closure of map_err")]
fn raised(error: PyErr) -> io::Error {
    io::Error::other(error.to_string())
}

impl Bucket for PyBucket {
    fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        Python::attach(|py| {
            let keys = self.0.bind(py).call_method1("list", (prefix,))?;
            keys.extract::<Vec<String>>()
        })
        .map_err(raised)
    }

    fn open(&self, key: &str) -> io::Result<Box<dyn Read + Send>> {
        let bytes = Python::attach(|py| {
            let bytes = self.0.bind(py).call_method1("get", (key,))?;
            PyResult::Ok(bytes.cast::<PyBytes>()?.as_bytes().to_vec())
        });
        Ok(Box::new(Cursor::new(bytes.map_err(raised)?)))
    }

    fn create(&self, key: &str) -> io::Result<Box<dyn Upload>> {
        let (object, key) = (Arc::clone(&self.0), key.to_owned());
        Ok(Box::new(PyUpload { object, key, bytes: Vec::new() }))
    }
}

/// An object that is sent when it is whole.
struct PyUpload {
    object: Arc<Py<PyAny>>,
    key: String,
    bytes: Vec<u8>,
}

impl Write for PyUpload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Upload for PyUpload {
    fn finish(self: Box<Self>) -> io::Result<()> {
        Python::attach(|py| {
            let body = PyBytes::new(py, &self.bytes);
            self.object.bind(py).call_method1("put", (self.key.as_str(), body)).map(drop)
        })
        .map_err(raised)
    }
}
