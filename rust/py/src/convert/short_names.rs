//! The names that requests had, ready to be written.

use dynacore::value::ShortName;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// How many names are kept at most.
const SLOTS: usize = 512;

/// A bounded table of names by the object's identity.
///
/// The names in a program's text are the same objects in call after call. An object in here is kept alive, so its
/// address is no other's, and it is immutable, so what is written of it stays right.
pub struct ShortNames {
    slots: Box<[Option<Slot>]>,
}

struct Slot {
    name: Py<PyString>,
    ready: ShortName,
}

impl ShortNames {
    /// An empty table.
    pub fn new() -> Self {
        Self { slots: std::iter::repeat_with(|| None).take(SLOTS).collect() }
    }

    /// What is to be written of a name; `None` where it was not asked for before or is not short.
    #[inline]
    pub fn get(&self, name: &Bound<'_, PyAny>) -> Option<&ShortName> {
        let slot = self.slots[slot(name)].as_ref()?;
        slot.name.is(name).then_some(&slot.ready)
    }

    /// Keeps a name, of exactly the class `str`, that passed every check, if it is short.
    #[cold]
    pub fn keep(&mut self, name: &Bound<'_, PyString>, text: &str) {
        if let Some(ready) = ShortName::new(text) {
            self.slots[slot(name)] = Some(Slot { name: name.clone().unbind(), ready });
        }
    }
}

/// Objects lie at multiples of 16 bytes, short texts mostly of 64; the bits above spread them.
fn slot(name: &Bound<'_, PyAny>) -> usize {
    let address = name.as_ptr() as usize;
    ((address >> 4) ^ (address >> 11)) % SLOTS
}
