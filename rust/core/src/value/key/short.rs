//! Keys of short values, which most keys are: put together in one piece of memory of a fixed length.

use smallvec::SmallVec;

use super::{HASH_BYTES, Key, PARTITION_END, partition_hash};
use crate::value::short_bytes::{self, SHORT_BYTES_MAX};
use crate::value::{Number, Type, ValueRef};

/// What a key has room for without an allocation. The longest that is made here has 8 bytes of a hash, 16 of a
/// partition key value and 2 behind it, and as many of a sort key value.
const WINDOW_BYTES: usize = 48;
const _: () = assert!(HASH_BYTES + 2 * (SHORT_BYTES_MAX + PARTITION_END.len()) <= WINDOW_BYTES);

/// The key that [`Key::new`] makes of these values, where neither is empty, longer than sixteen bytes or of a type that
/// no key has, and the partition key value has no byte that is escaped.
#[inline]
pub(super) fn key(partition: ValueRef<'_>, sort: Option<ValueRef<'_>>) -> Option<Key> {
    let part = Part::of(partition)?;
    if part.ending.is_none() && part.has_zero() {
        return None;
    }
    let sort = match sort {
        Some(sort) => Some(Part::of(sort)?),
        None => None,
    };
    let mut window = [0; WINDOW_BYTES];
    window[..HASH_BYTES].copy_from_slice(&partition_hash(partition).to_be_bytes());
    let mut length = part.place(&mut window, HASH_BYTES);
    if part.ending.is_none() {
        window[length..length + PARTITION_END.len()].copy_from_slice(&PARTITION_END);
        length += PARTITION_END.len();
    }
    let sort_start = length as u16;
    if let Some(sort) = sort {
        length = sort.place(&mut window, length);
    }
    Some(Key { bytes: SmallVec::from_buf_and_len(window, length), sort_start })
}

/// A value in a key.
struct Part {
    word: u128,
    length: usize,
    /// What ends a number.
    ending: Option<u8>,
}

impl Part {
    #[inline]
    fn of(value: ValueRef<'_>) -> Option<Self> {
        let payload = value.payload();
        let ending = match value.type_() {
            Type::S | Type::B => None,
            Type::N => Some(Number::terminator_of(payload[0])),
            _ => return None,
        };
        let word = short_bytes::word(payload).filter(|_| !payload.is_empty())?;
        Some(Self { word, length: payload.len(), ending })
    }

    /// Whether one of the bytes is zero.
    #[inline]
    fn has_zero(&self) -> bool {
        const ONES: u128 = u128::from_ne_bytes([0x01; SHORT_BYTES_MAX]);
        const HIGH: u128 = u128::from_ne_bytes([0x80; SHORT_BYTES_MAX]);
        let word = self.word | !short_bytes::mask(self.length);
        word.wrapping_sub(ONES) & !word & HIGH != 0
    }

    /// Writes it at a place, with what ends it; gives the place behind.
    #[inline]
    fn place(&self, window: &mut [u8; WINDOW_BYTES], at: usize) -> usize {
        window[at..at + SHORT_BYTES_MAX].copy_from_slice(&self.word.to_le_bytes());
        let end = at + self.length;
        match self.ending {
            None => end,
            Some(ending) => {
                window[end] = ending;
                end + 1
            }
        }
    }
}
