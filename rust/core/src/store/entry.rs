//! A key and its value in one shared allocation.
#![expect(unsafe_code, reason = "safe code fills an allocation from one slice only")]

use std::fmt;
use std::mem::MaybeUninit;
use std::ptr;

use triomphe::{Arc, HeaderWithLength, ThinArc, UniqueArc};

use super::prefetch::prefetch_bytes;

/// What is asked for of an entry ahead of its use. Its length is only known once its first bytes are here.
const PREFETCHED_BYTES: usize = 256;

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
        let length = key.len() + value.len();
        let header = HeaderWithLength::new(length_of(key), length);
        let mut entry = UniqueArc::from_header_and_uninit_slice(header, length);
        let (key_slots, value_slots) = entry.slice.split_at_mut(key.len());
        fill(key_slots, key);
        fill(value_slots, value);
        // Safety: every slot was written: those of the key, and the others, which are as many as the value has bytes.
        let entry = unsafe { entry.assume_init_slice_with_header() };
        Self(Arc::into_thin(entry.shareable()))
    }

    /// Copies a key and the value that directly follows it, for a caller that has encoded both into one buffer.
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

    /// Where it begins in memory.
    pub(super) fn address(&self) -> usize {
        self.0.as_ptr().addr()
    }

    /// Asks for the memory of an entry that may be at an address.
    #[inline]
    pub(super) fn prefetch_at(address: usize) {
        prefetch_bytes(ptr::without_provenance(address), PREFETCHED_BYTES);
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

/// Writes bytes into as many slots.
#[inline]
fn fill(slots: &mut [MaybeUninit<u8>], bytes: &[u8]) {
    assert_eq!(slots.len(), bytes.len(), "every slot gets a byte");
    for (slot, byte) in slots.iter_mut().zip(bytes) {
        slot.write(*byte);
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
