//! The entries of an item or a map whose values are plain.
#![expect(unsafe_code, reason = "the visitor promises to run no code of Python's")]

use dynacore::value::{Encoder, ShortValue};
use pyo3::Borrowed;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt, PyString};

use super::entries::{self, Visitor};
use super::key_texts::KeyTexts;
use super::plain::{PlainValues, Refused};

/// Writes the entries it sees.
pub(super) struct PlainEntries<'v, 'py, 'a, N> {
    pub(super) values: &'v mut PlainValues<'py, 'a>,
    pub(super) key_texts: N,
    pub(super) out: &'v mut Encoder,
}

/// Where texts are noted that the answer will have, too.
pub(super) trait NoteText {
    fn note(&mut self, object: &Bound<'_, PyString>, text: &str);
}

/// Nowhere.
impl NoteText for () {
    #[inline]
    fn note(&mut self, _object: &Bound<'_, PyString>, _text: &str) {}
}

impl NoteText for &mut KeyTexts {
    #[inline]
    fn note(&mut self, object: &Bound<'_, PyString>, text: &str) {
        KeyTexts::note(self, object, text);
    }
}

// Safety: `see` compares classes, looks names and decimals up by their addresses, and reads texts, integers and floats that
// are exactly that. Only a text that is no UTF-8 raises, and the visit ends with that. Where a text is noted another one
// is let go, which runs no code of Python's, either.
unsafe impl<'py, N: NoteText> Visitor<'py> for PlainEntries<'_, 'py, '_, N> {
    type Error = Refused;

    /// Writes an entry with a name that came before and a value of a class that values nearly always have.
    #[inline(always)]
    fn see(
        &mut self,
        key: Borrowed<'_, 'py, PyAny>,
        value: Borrowed<'_, 'py, PyAny>,
    ) -> Result<bool, Refused> {
        let Self { values, key_texts, out } = self;
        let Some(name) = values.ready_name(&key) else { return Ok(false) };
        let ready = if let Ok(object) = value.cast_exact::<PyString>() {
            let text = object.to_str()?;
            key_texts.note(&object, text);
            let Some(ready) = ShortValue::string(text) else {
                out.distinct_short_name(name).string(text);
                return Ok(true);
            };
            ready
        } else if let Ok(integer) = value.cast_exact::<PyInt>() {
            let Some(integer) = entries::integer(integer) else { return Ok(false) };
            ShortValue::integer(integer)
        } else if let Some(number) = values.seen_decimal(&value) {
            let Some(ready) = ShortValue::number(number) else { return Ok(false) };
            ready
        } else if let Some(number) = values.float(&value) {
            let Some(ready) = ShortValue::number(&number) else { return Ok(false) };
            ready
        } else if let Ok(flag) = value.cast_exact::<PyBool>() {
            ShortValue::boolean(flag.is_true())
        } else {
            return Ok(false);
        };
        out.distinct_short_entry(name, &ready);
        Ok(true)
    }

    #[inline(never)]
    fn take(&mut self, key: &Bound<'py, PyAny>, value: &Bound<'py, PyAny>) -> Result<(), Refused> {
        self.values.write_name(key, self.out)?;
        self.values.write(value, self.out).map_err(|refused| refused.below(|| format!(".{key}")))
    }
}
