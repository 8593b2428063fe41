//! Short texts as Python strings, shared between answers.

use pyo3::prelude::*;
use pyo3::types::PyString;

use super::short::{EXACT_BYTES_MAX, Short};

/// How many texts are kept at most.
const SLOTS: usize = 1024;

/// Other texts that a text of use outlives in its slot.
const CREDIT_MAX: u8 = 8;

/// A bounded table of short texts.
///
/// Attributes of items often have one of a few texts: a status, a country, a class. A `str` is immutable, so one
/// object can be in any number of answers, and costs them a count of references instead of an allocation. A text is
/// kept when it comes a second time, so that those which come once cost a look.
pub struct Texts {
    slots: Box<[Slot]>,
}

#[derive(Default)]
struct Slot {
    words: Short,
    /// `None` for a text that came once.
    text: Option<Py<PyString>>,
    /// How many other texts it may still meet before it makes room.
    credit: u8,
}

impl Texts {
    /// An empty table.
    pub fn new() -> Self {
        Self { slots: std::iter::repeat_with(Slot::default).take(SLOTS).collect() }
    }

    /// The string of a text in UTF-8, if it is kept. Otherwise it is made with [`Texts::make`].
    #[inline]
    pub fn get<'a, 'py>(&'a mut self, py: Python<'py>, text: &[u8]) -> Option<&'a Bound<'py, PyString>> {
        if text.len() > EXACT_BYTES_MAX {
            return None;
        }
        let words = Short::of(text);
        let slot = &mut self.slots[words.slot(SLOTS)];
        if slot.words != words {
            return None;
        }
        slot.credit = CREDIT_MAX;
        slot.text.as_ref().map(|text| text.bind(py))
    }

    /// The string of a text that [`Texts::get`] did not have.
    ///
    /// # Errors
    /// `UnicodeDecodeError` on other bytes than UTF-8, `MemoryError`.
    pub fn make<'py>(&mut self, py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyString>> {
        let made = PyString::from_bytes(py, text)?;
        if text.len() <= EXACT_BYTES_MAX {
            let words = Short::of(text);
            let slot = &mut self.slots[words.slot(SLOTS)];
            if slot.words == words {
                slot.text = Some(made.clone().unbind());
            } else if slot.credit > 0 {
                slot.credit -= 1;
            } else {
                *slot = Slot { words, text: None, credit: 0 };
            }
        }
        Ok(made)
    }
}
