//! Answers built as Python objects.

use dynacore::clock::Timestamp;
use dynacore::value::{ItemRef, ValueRef};
use dynacore::wire::Writer;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};
use smallvec::SmallVec;

use super::item::ItemWriter;
use super::{Form, Stock, classes};

/// A [`Writer`] that builds dictionaries and lists.
///
/// Its methods cannot fail by their contract, so the first exception of Python (there was no memory) is held
/// until [`PyWriter::finish`].
pub struct PyWriter<'py, 's> {
    py: Python<'py>,
    form: Form,
    stock: &'s mut Stock,
    /// What is open, the outermost first.
    frames: SmallVec<[Frame<'py>; 4]>,
    /// The outermost value, once it is complete.
    written: Option<Bound<'py, PyAny>>,
    raised: Option<PyErr>,
}

enum Frame<'py> {
    Object { dict: Bound<'py, PyDict>, name: Option<Bound<'py, PyString>> },
    Array(Bound<'py, PyList>),
}

impl<'py, 's> PyWriter<'py, 's> {
    /// A writer of nothing yet.
    pub fn new(py: Python<'py>, form: Form, stock: &'s mut Stock) -> Self {
        Self { py, form, stock, frames: SmallVec::new(), written: None, raised: None }
    }

    /// The value that was written.
    ///
    /// # Errors
    /// What Python raised meanwhile.
    pub fn finish(self) -> PyResult<Bound<'py, PyAny>> {
        assert!(self.frames.is_empty(), "what was opened was closed");
        match self.raised {
            None => Ok(self.written.expect("a value was written")),
            Some(error) => Err(error),
        }
    }

    fn put(&mut self, value: Bound<'py, PyAny>) {
        let put = match self.frames.last_mut() {
            None => {
                self.written = Some(value);
                return;
            }
            Some(Frame::Object { dict, name }) => {
                dict.set_item(name.take().expect("a value follows a name"), value)
            }
            Some(Frame::Array(list)) => list.append(value),
        };
        self.check(put);
    }

    fn check(&mut self, done: PyResult<()>) {
        if let Err(error) = done {
            self.raised.get_or_insert(error);
        }
    }

    fn put_or_raise(&mut self, value: PyResult<Bound<'py, PyAny>>) {
        // None in the place of what could not be made: the frames stay in step until the end.
        let value = value.unwrap_or_else(|error| {
            self.raised.get_or_insert(error);
            self.py.None().into_bound(self.py)
        });
        self.put(value);
    }

    fn name(&mut self, text: &str) {
        let text = match self.stock.names.get(self.py, text.as_bytes()) {
            Ok(name) => name.clone(),
            Err(error) => {
                self.raised.get_or_insert(error);
                PyString::intern(self.py, "")
            }
        };
        match self.frames.last_mut() {
            Some(Frame::Object { name, .. }) => *name = Some(text),
            _ => unreachable!("a name is written inside a structure"),
        }
    }

    fn close(&mut self) {
        let value = match self.frames.pop().expect("what is closed was opened") {
            Frame::Object { dict, .. } => dict.into_any(),
            Frame::Array(list) => list.into_any(),
        };
        self.put(value);
    }
}

impl Writer for PyWriter<'_, '_> {
    fn begin_object(&mut self) {
        self.frames.push(Frame::Object { dict: PyDict::new(self.py), name: None });
    }

    fn member(&mut self, name: &'static str) {
        self.name(name);
    }

    fn entry(&mut self, name: &str) {
        self.name(name);
    }

    fn end_object(&mut self) {
        self.close();
    }

    fn begin_array(&mut self) {
        self.frames.push(Frame::Array(PyList::empty(self.py)));
    }

    fn element(&mut self) {}

    fn end_array(&mut self) {
        self.close();
    }

    fn string(&mut self, text: &str) {
        self.put(PyString::new(self.py, text).into_any());
    }

    fn integer(&mut self, number: i64) {
        self.put(PyInt::new(self.py, number).into_any());
    }

    fn double(&mut self, number: f64) {
        self.put(PyFloat::new(self.py, number).into_any());
    }

    fn boolean(&mut self, value: bool) {
        self.put(PyBool::new(self.py, value).to_owned().into_any());
    }

    /// botocore's: an aware `datetime` in local time, to the millisecond as the wire has it.
    fn timestamp(&mut self, time: Timestamp) {
        let made = (|| {
            let zone = classes::time_zone(self.py)?;
            let class = classes::datetime(self.py)?;
            let seconds = (time.as_seconds_f64() * 1e3).round() / 1e3;
            class.call_method1("fromtimestamp", (seconds, zone))
        })();
        self.put_or_raise(made);
    }

    fn item(&mut self, item: ItemRef<'_>) {
        let made = ItemWriter::new(self.py, self.form, self.stock).item(item);
        self.put_or_raise(made.map(Bound::into_any));
    }

    fn attribute_value(&mut self, value: ValueRef<'_>) {
        let made = ItemWriter::new(self.py, self.form, self.stock).value(value);
        self.put_or_raise(made);
    }
}
