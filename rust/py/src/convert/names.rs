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
    /// The name asked for last, where it is not kept.
    passing: Option<Py<PyString>>,
}

struct Slot {
    words: Short,
    name: Py<PyString>,
}

impl Names {
    /// An empty table.
    pub fn new() -> Self {
        Self { slots: std::iter::repeat_with(|| None).take(SLOTS).collect(), passing: None }
    }

    /// The string of a name in UTF-8.
    ///
    /// # Errors
    /// `UnicodeDecodeError` on other bytes, `MemoryError`.
    #[inline]
    pub fn get<'py>(&mut self, py: Python<'py>, name: &[u8]) -> PyResult<&Bound<'py, PyString>> {
        let words = Short::of(name);
        let position = words.slot(SLOTS);
        let known = self.slots[position].as_ref().is_some_and(|slot| {
            slot.words == words && (words.is_exact() || is_text(slot.name.bind(py), name))
        });
        if !known {
            return self.make(py, name, words);
        }
        Ok(self.slots[position].as_ref().expect("invariant: known").name.bind(py))
    }

    #[cold]
    fn make<'py>(&mut self, py: Python<'py>, name: &[u8], words: Short) -> PyResult<&Bound<'py, PyString>> {
        let made = match std::str::from_utf8(name) {
            Ok(name) => PyString::intern(py, name),
            Err(_) => PyString::from_bytes(py, name)?,
        };
        if words.length() > NAME_BYTES_MAX {
            return Ok(self.passing.insert(made.unbind()).bind(py));
        }
        let slot = self.slots[words.slot(SLOTS)].insert(Slot { words, name: made.unbind() });
        Ok(slot.name.bind(py))
    }
}

fn is_text(string: &Bound<'_, PyString>, bytes: &[u8]) -> bool {
    string.to_str().is_ok_and(|text| text.as_bytes() == bytes)
}
