//! The stored form of a whole number, as a word.

use std::ops::{BitOr, Shl};

use super::{EXPONENT_MIN, Number};
use crate::value::short_bytes;

/// Below this, seven pairs and what stands before them fit 64 bits.
const SHORT_END: u64 = 100_u64.pow(7);

/// A stored form of up to sixteen bytes; a whole number of 64 bits has eleven at most.
#[derive(Clone, Copy)]
pub(in crate::value) struct Whole {
    /// The bytes, the first one lowest, zeros behind them.
    pub(in crate::value) word: u128,
    /// How many they are.
    pub(in crate::value) length: usize,
}

impl Whole {
    /// Of a magnitude and a sign.
    #[inline]
    pub(in crate::value) fn new(magnitude: u64, negative: bool) -> Self {
        Self::scaled(magnitude, negative, 0)
    }

    /// Of a magnitude and a sign, divided by 100 so many times.
    #[inline]
    pub(in crate::value) fn scaled(magnitude: u64, negative: bool, divisions: i32) -> Self {
        if magnitude == 0 {
            Self { word: u128::from(Number::ZERO.bytes[0]), length: 1 }
        } else if magnitude < SHORT_END {
            let (word, length) = stored::<u64>(magnitude, negative, divisions);
            Self { word: word.into(), length }
        } else {
            let (word, length) = stored(magnitude, negative, divisions);
            Self { word, length }
        }
    }

    /// The number it is.
    #[inline]
    pub(super) fn number(self) -> Number {
        let terminator = Number::terminator_of(self.word as u8);
        let mut bytes = [terminator; super::BYTES_MAX];
        let filled = self.word | (u128::from_ne_bytes([terminator; 16]) & !short_bytes::mask(self.length));
        bytes[..16].copy_from_slice(&filled.to_le_bytes());
        Number { bytes, length: self.length as u8 }
    }
}

/// The stored form of a magnitude that is not zero, divided by 100 so many times, and its length. The last pair comes
/// first, so that each one before it moves it up a byte; zeros at the end are not stored.
#[inline]
fn stored<W>(mut magnitude: u64, negative: bool, divisions: i32) -> (W, usize)
where
    W: From<u8> + Shl<u32, Output = W> + BitOr<Output = W>,
{
    let (mut word, mut pairs, mut exponent) = (W::from(0), 0, 0_i32);
    while magnitude > 0 {
        let pair = (magnitude % 100) as u8;
        magnitude /= 100;
        exponent += 1;
        if pairs > 0 || pair > 0 {
            word = word << 8 | W::from(if negative { 101 - pair } else { pair + 1 });
            pairs += 1;
        }
    }
    let biased = (exponent - divisions - EXPONENT_MIN) as u8;
    let first = if negative { 0x7F - biased } else { 0x80 + biased };
    (word << 8 | W::from(first), pairs + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_those_that_their_texts_name() {
        let ends = [
            0,
            1,
            9,
            10,
            99,
            100,
            101,
            990,
            1_000,
            9_999,
            10_000,
            10_001,
            i64::MAX,
            i64::MIN,
            u64::MAX as i64,
        ];
        let powers =
            (0..19).flat_map(|power| [10_i64.pow(power) - 1, 10_i64.pow(power), 10_i64.pow(power) + 1]);
        for whole in ends.into_iter().chain(powers).flat_map(|whole| [whole, whole.wrapping_neg()]) {
            let number = Whole::new(whole.unsigned_abs(), whole < 0).number();
            // The text is read by another way, as a decimal.
            assert_eq!(Ok(number), Number::parse(&format!("{whole}.0")), "{whole}");
            assert_eq!(number.to_i64(), Some(whole));
        }
    }
}
