//! Encoded items as Python objects.

use dynacore::value::{ItemRef, ListRef, MapRef, SetRef, ValueRef, View};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PySet, PyString};

use super::decimals::number_text;
use super::{Form, Stock, classes};

/// Writes items and values in one form. Items nest 32 levels at most, so recursion is bounded.
pub struct ItemWriter<'py, 's> {
    py: Python<'py>,
    form: Form,
    stock: &'s mut Stock,
}

impl<'py, 's> ItemWriter<'py, 's> {
    /// A writer of the form.
    pub fn new(py: Python<'py>, form: Form, stock: &'s mut Stock) -> Self {
        Self { py, form, stock }
    }

    /// The item as a dictionary.
    pub fn item(&mut self, item: ItemRef<'_>) -> PyResult<Bound<'py, PyDict>> {
        self.map(item.as_map())
    }

    /// The value in this writer's form.
    #[inline]
    pub fn value(&mut self, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        match self.form {
            Form::Plain => self.plain(value),
            Form::Typed => self.typed(value),
        }
    }

    fn map(&mut self, map: MapRef<'_>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(self.py);
        for (name, value) in map.iter() {
            let value = self.value(value)?;
            dict.set_item(self.stock.names.get(self.py, name), value)?;
        }
        Ok(dict)
    }

    fn list(&mut self, list: ListRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        let elements = PyList::empty(self.py);
        for element in list.iter() {
            elements.append(self.value(element)?)?;
        }
        Ok(elements.into_any())
    }

    fn plain(&mut self, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match value.view() {
            View::S(text) => PyString::new(self.py, text).into_any(),
            View::N(number) => self.stock.decimals.get(self.py, &number)?,
            View::B(bytes) => classes::binary(self.py)?.call1((PyBytes::new(self.py, bytes),))?,
            View::Bool(flag) => PyBool::new(self.py, flag).to_owned().into_any(),
            View::Null => self.py.None().into_bound(self.py),
            View::L(list) => self.list(list)?,
            View::M(map) => self.map(map)?.into_any(),
            View::Ss(set) | View::Ns(set) | View::Bs(set) => {
                let elements = PySet::empty(self.py)?;
                for element in set.iter() {
                    elements.add(self.plain(element)?)?;
                }
                elements.into_any()
            }
        })
    }

    fn typed(&mut self, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        let content = match value.view() {
            View::Ss(set) | View::Ns(set) | View::Bs(set) => self.typed_set(set)?,
            View::Bool(flag) => PyBool::new(self.py, flag).to_owned().into_any(),
            View::Null => PyBool::new(self.py, true).to_owned().into_any(),
            View::L(list) => self.list(list)?,
            View::M(map) => self.map(map)?.into_any(),
            View::S(_) | View::N(_) | View::B(_) => self.typed_scalar(value),
        };
        let dict = PyDict::new(self.py);
        dict.set_item(self.stock.names.get(self.py, value.type_().tag()), content)?;
        Ok(dict.into_any())
    }

    fn typed_set(&mut self, set: SetRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        let elements = PyList::empty(self.py);
        for element in set.iter() {
            elements.append(self.typed_scalar(element))?;
        }
        Ok(elements.into_any())
    }

    fn typed_scalar(&mut self, value: ValueRef<'_>) -> Bound<'py, PyAny> {
        match value.view() {
            View::S(text) => PyString::new(self.py, text).into_any(),
            View::N(number) => number_text(self.py, &number, &mut self.stock.text).into_any(),
            View::B(bytes) => PyBytes::new(self.py, bytes).into_any(),
            other => unreachable!("a scalar, not {other:?}"),
        }
    }
}
