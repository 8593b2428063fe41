//! The texts of a key.

use pyo3::prelude::*;
use pyo3::types::PyString;

use super::short::Short;

/// A key has a partition key and a sort key.
const KEY_ATTRIBUTES_MAX: usize = 2;

/// The texts of the key that was asked for last, so that the item there has the caller's own objects for them: making a
/// text costs a twentieth of what a whole read does.
#[derive(Default)]
pub struct KeyTexts {
    texts: [Option<(Short, Py<PyString>)>; KEY_ATTRIBUTES_MAX],
    /// The one that gives way to the next.
    oldest: usize,
}

impl KeyTexts {
    /// Takes note of an object of exactly the class `str` and of its text.
    #[inline]
    pub fn note(&mut self, object: &Bound<'_, PyString>, text: &str) {
        self.texts[self.oldest] = Some((Short::of(text.as_bytes()), object.clone().unbind()));
        self.oldest = (self.oldest + 1) % KEY_ATTRIBUTES_MAX;
    }

    /// The object of a text in UTF-8.
    #[inline]
    pub fn find<'py>(&self, py: Python<'py>, text: &[u8]) -> Option<&Bound<'py, PyString>> {
        let words = Short::of(text);
        let noted = self.texts.iter().flatten().find(|(noted, _)| *noted == words)?.1.bind(py);
        (words.is_exact() || noted.to_str().is_ok_and(|noted| noted.as_bytes() == text)).then_some(noted)
    }
}
