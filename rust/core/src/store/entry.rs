//! A key and its value in one shared allocation.

use std::fmt;

use smallvec::SmallVec;
use triomphe::{Arc, ThinArc};

use super::prefetch::prefetch_bytes;

/// What is asked for of an entry ahead of its use. Its length is only known once its first bytes are here.
const PREFETCHED_BYTES: usize = 256;

/// Entries of up to so many bytes are put together on the stack.
const JOINED_BYTES: usize = 512;

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
        // Safe code cannot fill the allocation from two slices.
        let length = key.len() + value.len();
        if length <= JOINED_BYTES {
            let mut joined = SmallVec::<[u8; JOINED_BYTES]>::new();
            joined.extend_from_slice(key);
            joined.extend_from_slice(value);
            return Self::from_joined(&joined, key.len());
        }
        // Zeroing it first costs a pass at memory speed and no second buffer (an iterator over both goes byte by byte).
        let zeros = std::iter::repeat_n(0, length);
        let mut joined = ThinArc::from_header_and_iter(length_of(key), zeros);
        joined.with_arc_mut(|joined| {
            let bytes = Arc::get_mut(joined).expect("an allocation just made is not shared").slice_mut();
            bytes[..key.len()].copy_from_slice(key);
            bytes[key.len()..].copy_from_slice(value);
        });
        Self(joined)
    }

    /// Copies a key and the value that directly follows it, for a caller that has encoded both into one buffer:
    /// one allocation and one copy, where [`Entry::new`] touches the bytes twice.
    ///
    /// # Panics
    /// When the key is longer than the bytes, or 4 GiB or longer.
    #[must_use]
    pub fn from_joined(joined: &[u8], key_length: usize) -> Self {
        Self(ThinArc::from_header_and_slice(length_of(&joined[..key_length]), joined))
    }

    /// Asks for the memory of an entry that will be read in a moment.
    #[inline]
    pub(super) fn prefetch(&self) {
        prefetch_bytes(self.0.as_ptr().cast(), PREFETCHED_BYTES);
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

fn length_of(key: &[u8]) -> u32 {
    u32::try_from(key.len()).expect("a key is far below 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::Entry;

    #[test]
    fn keeps_keys_and_values_of_any_length() {
        for (key, value) in [(0, 0), (0, 5), (5, 0), (30, 200), (2_048, 409_600)] {
            let (key, value) = (vec![1; key], vec![2; value]);
            let entry = Entry::new(&key, &value);
            assert_eq!((entry.key(), entry.value()), (&key[..], &value[..]));
            let joined = Entry::from_joined(&[key.clone(), value.clone()].concat(), key.len());
            assert_eq!((joined.key(), joined.value()), (&key[..], &value[..]));
        }
    }

    #[test]
    #[should_panic(expected = "out of range")]
    fn a_key_is_part_of_the_joined_bytes() {
        let _ = Entry::from_joined(b"key", 4);
    }
}
