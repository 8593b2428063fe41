//! Encoded items as Python objects.

use dynacore::value::{ItemRef, ListRef, MapRef, SetRef, Type, ValueRef, ValueWord, View};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PySet, PyString};

use super::shapes::{Shape, Slot};
use super::{Form, Stock, classes};

/// Writes items and values in one form. Items nest 32 levels at most, so recursion is bounded.
///
/// Names, texts and numbers are taken by their bytes: Python checks UTF-8 itself when it makes a string, and a
/// name or number that was met before is found without being decoded.
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
    ///
    /// # Errors
    /// What Python raises when it cannot make an object.
    pub fn item(&mut self, item: ItemRef<'_>) -> PyResult<Bound<'py, PyDict>> {
        self.map(item.as_map())
    }

    /// The value in this writer's form.
    ///
    /// # Errors
    /// As [`ItemWriter::item`].
    #[inline]
    pub fn value(&mut self, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        match self.form {
            Form::Plain | Form::Native => self.plain(value),
            Form::Typed => self.typed(value),
        }
    }

    fn map(&mut self, map: MapRef<'_>) -> PyResult<Bound<'py, PyDict>> {
        let Some(slot) = Slot::of(map) else { return self.unshaped(map) };
        // Values may be maps that have shapes too, so this one is out of the table meanwhile.
        let shape = self.stock.shapes.take(slot, map);
        let dict = match &shape {
            Some(shape) => self.shaped(map, shape)?,
            None => None,
        };
        let stock = &mut *self.stock;
        stock.shapes.settle(self.py, (slot, map), (shape, dict.is_some()), &mut stock.names)?;
        dict.map_or_else(|| self.unshaped(map), Ok)
    }

    /// The dictionary of a map that has the names of a shape; `None` where it has others. The names are compared on
    /// the way, so that the map is walked once.
    fn shaped(&mut self, map: MapRef<'_>, shape: &Shape) -> PyResult<Option<Bound<'py, PyDict>>> {
        let dict = shape.blank(self.py)?;
        let mut entries = map.expected_entries();
        for (name, text) in shape.names(self.py) {
            let Some(entry) = entries.next(name) else { return Ok(None) };
            self.set(&dict, text, entry)?;
        }
        Ok(Some(dict))
    }

    /// Puts a value into a dictionary. One that is at hand is put in without a count of references of our own.
    #[inline]
    fn set(
        &mut self,
        dict: &Bound<'py, PyDict>,
        name: &Bound<'py, PyString>,
        (value, word): (ValueRef<'_>, ValueWord),
    ) -> PyResult<()> {
        if self.form != Form::Typed
            && let Some(object) = self.stock.objects_of(self.form).get(self.py, word)
        {
            return dict.set_item(name, object);
        }
        dict.set_item(name, self.new_value(value)?)
    }

    fn unshaped(&mut self, map: MapRef<'_>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(self.py);
        for (name, value) in map.byte_entries() {
            let text = self.stock.names.get(self.py, name)?.clone();
            self.set(&dict, &text, (value, value.word()))?;
        }
        Ok(dict)
    }

    /// A value that is not at hand.
    fn new_value(&mut self, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        match value.type_() {
            Type::S | Type::N if self.form != Form::Typed => self.make(value),
            _ => self.value(value),
        }
    }

    /// A text, or a number in this writer's form. Those that come again are shared.
    fn shared(&mut self, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        let (py, objects) = (self.py, self.stock.objects_of(self.form));
        match objects.get(py, value.word()) {
            Some(object) => Ok(object.clone()),
            None => self.make(value),
        }
    }

    fn make(&mut self, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        let (objects, key_texts) = self.stock.makers_of(self.form);
        objects.make(self.py, value, key_texts)
    }

    fn list(&mut self, list: ListRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        let elements = PyList::empty(self.py);
        for element in list.iter() {
            elements.append(self.value(element)?)?;
        }
        Ok(elements.into_any())
    }

    fn plain(&mut self, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match value.type_() {
            Type::S | Type::N => self.shared(value)?,
            Type::B => classes::binary(self.py)?.call1((PyBytes::new(self.py, value.payload()),))?,
            _ => match value.view() {
                View::Ss(set) | View::Ns(set) | View::Bs(set) => {
                    let elements = PySet::empty(self.py)?;
                    for element in set.iter() {
                        elements.add(self.plain(element)?)?;
                    }
                    elements.into_any()
                }
                view => self.composite(&view)?,
            },
        })
    }

    fn typed(&mut self, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        let type_ = value.type_();
        let content = match type_ {
            Type::S | Type::N | Type::B => self.typed_scalar(value)?,
            Type::Null => PyBool::new(self.py, true).to_owned().into_any(),
            _ => match value.view() {
                View::Ss(set) | View::Ns(set) | View::Bs(set) => self.typed_set(set)?,
                view => self.composite(&view)?,
            },
        };
        let dict = PyDict::new(self.py);
        dict.set_item(self.stock.names.get(self.py, type_.tag().as_bytes())?, content)?;
        Ok(dict.into_any())
    }

    /// The kinds that both forms write alike.
    fn composite(&mut self, view: &View<'_>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match view {
            View::Bool(flag) => PyBool::new(self.py, *flag).to_owned().into_any(),
            View::Null => self.py.None().into_bound(self.py),
            View::L(list) => self.list(*list)?,
            View::M(map) => self.map(*map)?.into_any(),
            other => unreachable!("scalars and sets have their own forms, as {other:?} has"),
        })
    }

    fn typed_set(&mut self, set: SetRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        let elements = PyList::empty(self.py);
        for element in set.iter() {
            elements.append(self.typed_scalar(element)?)?;
        }
        Ok(elements.into_any())
    }

    fn typed_scalar(&mut self, value: ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match value.type_() {
            Type::S => self.shared(value)?,
            Type::N => self.stock.objects.number_text(self.py, value.payload())?.into_any(),
            Type::B => PyBytes::new(self.py, value.payload()).into_any(),
            other => unreachable!("a scalar, not {other:?}"),
        })
    }
}
