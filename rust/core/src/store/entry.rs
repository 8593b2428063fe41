//! A key and its value in one shared allocation.

use std::fmt;

use triomphe::ThinArc;

/// A key with its value, cheap to clone and to hand out of the engine's lock: one pointer to one allocation.
///
/// ```
/// use dynacore::store::Entry;
/// let entry = Entry::new(b"key", b"value");
/// assert_eq!((entry.key(), entry.value()), (&b"key"[..], &b"value"[..]));
/// ```
#[derive(Clone)]
pub struct Entry(ThinArc<u32, u8>);

impl Entry {
    /// Copies a key and a value into one allocation.
    ///
    /// # Panics
    /// When the key is 4 GiB or longer; DynamoDB keys end at 3,072 bytes.
    #[must_use]
    pub fn new(key: &[u8], value: &[u8]) -> Self {
        let key_length = u32::try_from(key.len()).expect("a key is far below 4 GiB");
        Self(ThinArc::from_header_and_iter(key_length, Chain { key, value }))
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.0.slice[..self.0.header.header as usize]
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.0.slice[self.0.header.header as usize..]
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Entry").field("key", &self.key()).field("value", &self.value()).finish()
    }
}

/// The bytes of two slices with an exact length, which is what `ThinArc` asks for.
struct Chain<'a> {
    key: &'a [u8],
    value: &'a [u8],
}

impl Iterator for Chain<'_> {
    type Item = u8;
    fn next(&mut self) -> Option<u8> {
        if let Some((first, rest)) = self.key.split_first() {
            self.key = rest;
            return Some(*first);
        }
        let (first, rest) = self.value.split_first()?;
        self.value = rest;
        Some(*first)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        let length = self.key.len() + self.value.len();
        (length, Some(length))
    }
}

impl ExactSizeIterator for Chain<'_> {}
