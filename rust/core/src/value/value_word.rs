//! Short values as numbers.

use super::short_bytes::{self, SHORT_BYTES_MAX};

/// An encoded value of up to sixteen bytes as a number: equal for two values only if they are equal and of one type. So
/// whoever has met a value before finds it again without looking at what it is. Longer values, and null, have none.
///
/// ```
/// use dynacore::value::{Encoder, Number};
/// let mut encoder = Encoder::item();
/// encoder.name("text");
/// encoder.string("1");
/// encoder.name("number");
/// encoder.number(&Number::from_i64(1));
/// let item = encoder.finish_item();
/// let word = |name| item.as_ref().get(name).map(|value| value.word());
/// assert!(word("text").is_some_and(|word| !word.is_none()));
/// assert_ne!(word("text"), word("number"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ValueWord(u128);

impl ValueWord {
    /// What a null begins with, too, which nobody needs to find again.
    const NONE: Self = Self(0);

    /// Of the value in the first `length` of these bytes.
    #[inline]
    pub(super) fn of_first(bytes: &[u8], length: usize) -> Self {
        if length > SHORT_BYTES_MAX {
            return Self::NONE;
        }
        match bytes.first_chunk() {
            Some(window) => Self(u128::from_le_bytes(*window) & short_bytes::mask(length)),
            None => short_bytes::word(&bytes[..length]).map_or(Self::NONE, Self),
        }
    }

    /// Whether the value has no word.
    #[inline]
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// A slot of a table of `slots` slots, a power of two.
    #[inline]
    #[must_use]
    pub fn slot(self, slots: usize) -> usize {
        debug_assert!(slots.is_power_of_two());
        let (first, last) = (self.0 as u64, (self.0 >> u64::BITS) as u64);
        ((first ^ last.rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize & (slots - 1)
    }
}

#[cfg(test)]
mod tests {
    use crate::value::samples;
    use crate::value::{Item, ValueRef};

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_equal_where_short_values_are(map in samples::map()) {
            let item = Item::from_map(&map);
            let values: Vec<ValueRef<'_>> = item.as_ref().as_map().byte_entries().map(|(_, value)| value).collect();
            for one in &values {
                prop_assert_eq!(one.word().is_none(), one.as_bytes().len() > 16 || one.as_bytes() == [0]);
                for other in values.iter().filter(|other| !other.word().is_none()) {
                    prop_assert_eq!(one.word() == other.word(), one.as_bytes() == other.as_bytes());
                }
            }
        }
    }
}
