//! The names of members and attributes as Python strings, made once.

use pyo3::prelude::*;
use pyo3::types::PyString;

use super::short::Short;

/// How many names are kept at most; a name takes the place of an earlier one in its slot.
const SLOTS: usize = 1024;
/// Longer names are not kept, so that the table stays small.
const NAME_BYTES_MAX: usize = 64;

/// A bounded table of interned names.
///
/// A dictionary entry then costs no new string, and the string's hash is there already.
pub struct Names {
    slots: Box<[Option<Slot>]>,
}

struct Slot {
    words: Short,
    name: Py<PyString>,
}

impl Names {
    /// An empty table.
    pub fn new() -> Self {
        Self { slots: std::iter::repeat_with(|| None).take(SLOTS).collect() }
    }

    /// The string of a name.
    #[inline]
    pub fn get<'py>(&mut self, py: Python<'py>, name: &str) -> Bound<'py, PyString> {
        let words = Short::of(name.as_bytes());
        let slot = &mut self.slots[words.slot(SLOTS)];
        if let Some(slot) = slot
            && slot.words == words
        {
            let kept = slot.name.bind(py);
            if words.is_exact() || kept.to_str().is_ok_and(|text| text == name) {
                return kept.clone();
            }
        }
        let made = PyString::intern(py, name);
        if words.length() <= NAME_BYTES_MAX {
            *slot = Some(Slot { words, name: made.clone().unbind() });
        }
        made
    }
}
