//! A key and its value in one shared allocation.

use std::fmt;

use smallvec::SmallVec;
use triomphe::ThinArc;

/// Bytes of key and value that are put together on the stack.
const SCRATCH: usize = 1024;

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
        // Safe code can only fill a `ThinArc` from one slice at memory speed (an iterator goes byte by byte), so
        // the two meet in a scratch buffer first: on the stack for most items, else on the heap.
        let mut joined = SmallVec::<[u8; SCRATCH]>::with_capacity(key.len() + value.len());
        joined.extend_from_slice(key);
        joined.extend_from_slice(value);
        Self::from_joined(&joined, key.len())
    }

    /// Copies a key and the value that directly follows it, for a caller that has encoded both into one buffer:
    /// one allocation and one copy.
    ///
    /// # Panics
    /// When the key is longer than the bytes, or 4 GiB or longer.
    #[must_use]
    pub fn from_joined(joined: &[u8], key_length: usize) -> Self {
        assert!(key_length <= joined.len(), "the key is a part of the bytes");
        let key_length = u32::try_from(key_length).expect("a key is far below 4 GiB");
        Self(ThinArc::from_header_and_slice(key_length, joined))
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
