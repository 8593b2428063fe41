//! DynamoDB's number: an exact decimal of up to 38 significant digits.
//!
//! The stored form is also the order: comparing the bytes of two numbers as unsigned bytes compares the numbers,
//! once a terminator follows the shorter one. That form is base-100 digit pairs aligned at the decimal point,
//! which is also what DynamoDB charges for (facts 1.3).
//!
//! ```text
//! value = 0.d1d2d3.. * 100^e          e in -64..=63, d1 != 0, the last pair != 0
//! byte 0:      positive 0x80 + (e + 64)      negative 0x7F - (e + 64)      zero 0x80, no pairs
//! per pair d:  positive d + 1 (1..=100)      negative 101 - d (2..=101)
//! terminator:  positive and zero 0x00        negative 0x66
//! ```

mod arithmetic;
mod float;
mod parse;
mod text;
mod whole;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;

use super::{Corrupted, layout, short_bytes};
pub(super) use whole::Whole;

/// The most digit pairs a number has: 38 digits that straddle pair boundaries touch 20 pairs.
const PAIRS_MAX: usize = 20;
/// The most bytes the stored form has: sign with exponent, then the pairs.
const BYTES_MAX: usize = PAIRS_MAX + 1;
/// The most significant digits DynamoDB stores ("Service, account, and table quotas").
const DIGITS_MAX: usize = 38;
/// The decimal exponent of the leading digit is at most this: 9.99..E+125.
const MAGNITUDE_MAX: i64 = 125;
/// The decimal exponent of the leading digit is at least this: 1E-130.
const MAGNITUDE_MIN: i64 = -130;
/// Exponents of 100 begin here: 1E-130 is 0.01 * 100^-64.
const EXPONENT_MIN: i32 = -64;
/// Exponents of 100 end here: 9.99..E+125 is 0.9999.. * 100^63.
const EXPONENT_MAX: i32 = 63;

/// Digit pairs of a short whole number.
const SHORT_PAIRS_MAX: usize = 5;
/// How the stored form of a positive number begins that has one digit pair before the point.
const FIRST_OF_ONE_PAIR: u8 = 0x80 + (1 - EXPONENT_MIN) as u8;

/// A DynamoDB number in normal form: zero, or 1E-130 to 9.99..E+125 of either sign with at most 38 significant
/// digits. 22 bytes inline; copying costs nothing worth avoiding. Order, equality and hash are the numeric value's.
///
/// ```
/// use dynacore::value::Number;
/// let number = Number::parse("-0012.50e2").unwrap();
/// assert_eq!(number.to_string(), "-1250");
/// assert!(number < Number::ZERO);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// The stored form, then the terminator up to the end: so the derived order is the numeric one.
    bytes: [u8; BYTES_MAX],
    /// How many of `bytes` are the stored form. Determined by `bytes`, so it never decides the order.
    length: u8,
}

/// Why a text or a result is no DynamoDB number. `Display` is DynamoDB's exact text (facts 14.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NumberError {
    /// The text is no number; carries the text.
    Syntax(String),
    /// More than 38 significant digits were given.
    TooManyDigits,
    /// The magnitude is above 9.99..E+125, or the result of arithmetic needs more than 38 digits: DynamoDB
    /// reports `1E50 + 1` with this text as well.
    Overflow,
    /// The magnitude is below 1E-130 and not zero.
    Underflow,
}

impl fmt::Display for NumberError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(text) if text.is_empty() => {
                formatter.write_str("The parameter cannot be converted to a numeric value")
            }
            Self::Syntax(text) => {
                write!(formatter, "The parameter cannot be converted to a numeric value: {text}")
            }
            Self::TooManyDigits => {
                formatter.write_str("Attempting to store more than 38 significant digits in a Number")
            }
            Self::Overflow => formatter.write_str(
                "Number overflow. Attempting to store a number with magnitude larger than supported range",
            ),
            Self::Underflow => formatter.write_str(
                "Number underflow. Attempting to store a number with magnitude smaller than supported range",
            ),
        }
    }
}

impl std::error::Error for NumberError {}

impl Number {
    /// Zero. There is no negative zero.
    pub const ZERO: Self = {
        let mut bytes = [0; BYTES_MAX];
        bytes[0] = 0x80;
        Self { bytes, length: 1 }
    };

    /// The number of an integer; every `i64` is one.
    #[must_use]
    pub fn from_i64(integer: i64) -> Self {
        Whole::new(integer.unsigned_abs(), integer < 0).number()
    }

    /// Appends it as an encoded value: as many bytes as the longest has, without what is too much.
    #[inline]
    pub(super) fn append_value(&self, buffer: &mut Vec<u8>) {
        let mut window = [layout::NUMBER + self.length; 1 + BYTES_MAX];
        window[1..].copy_from_slice(&self.bytes);
        short_bytes::append_window(buffer, &window, BYTES_MAX - usize::from(self.length));
    }

    /// The first bytes of its stored form, with others behind them where that is shorter.
    #[inline]
    pub(super) fn window(&self) -> &[u8; short_bytes::SHORT_BYTES_MAX] {
        self.bytes.first_chunk().expect("invariant: there are more")
    }

    /// The integer this number is, if it is one and an `i64` holds it.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        let exponent = self.exponent();
        let pairs = i32::from(self.length) - 1;
        if pairs == 0 {
            return Some(0);
        }
        // 10^20 is above every i64, so more than ten pairs before the point cannot fit.
        if pairs > exponent || exponent > 10 {
            return None;
        }
        let mut magnitude = 0_i128;
        for index in 0..exponent {
            magnitude = magnitude * 100 + i128::from(self.pair(index));
        }
        i64::try_from(if self.is_negative() { -magnitude } else { magnitude }).ok()
    }

    /// The integer of the stored form of a number from 1 up to ten digits, as most are. Nothing for other numbers and for
    /// what is none: [`Number::from_bytes`] tells. A third of the cost of that and [`Number::to_i64`].
    #[inline]
    #[must_use]
    pub fn short_whole(bytes: &[u8]) -> Option<i64> {
        let (first, pairs) = bytes.split_first()?;
        let count = usize::from(first.checked_sub(FIRST_OF_ONE_PAIR)?) + 1;
        let is_normal = *pairs.first()? > 1 && *pairs.last()? > 1;
        if count > SHORT_PAIRS_MAX || pairs.len() > count || !is_normal {
            return None;
        }
        let mut whole = 0;
        for index in 0..count {
            let pair =
                pairs.get(index).map_or(Some(0), |byte| byte.checked_sub(1).filter(|pair| *pair < 100))?;
            whole = whole * 100 + i64::from(pair);
        }
        Some(whole)
    }

    /// The largest integer that is not above this number, if an `i64` holds it.
    #[must_use]
    pub fn floor(&self) -> Option<i64> {
        let exponent = self.exponent();
        let pairs = i32::from(self.length) - 1;
        if pairs == 0 {
            return Some(0);
        }
        if exponent > 10 {
            return None;
        }
        let mut magnitude = 0_i128;
        for index in 0..exponent {
            magnitude = magnitude * 100 + i128::from(self.pair(index));
        }
        let has_fraction = pairs > exponent.max(0);
        let below = if self.is_negative() { -magnitude - i128::from(has_fraction) } else { magnitude };
        i64::try_from(below).ok()
    }

    /// The stored form without a terminator, 1 to 21 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// The number of a stored form.
    ///
    /// # Errors
    /// [`Corrupted`] when the bytes are not the normal form of a number in DynamoDB's range.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Corrupted> {
        let number = Self::padded(bytes).ok_or_else(|| Corrupted::new("a number of 0 or over 21 bytes"))?;
        let pairs = i32::from(number.length) - 1;
        if pairs == 0 {
            return if number == Self::ZERO {
                Ok(number)
            } else {
                Err(Corrupted::new("a number without digits"))
            };
        }
        let low = if number.is_negative() { 2 } else { 1 };
        if bytes[1..].iter().any(|byte| !(low..=low + 99).contains(byte)) {
            return Err(Corrupted::new("a number with a byte that is no digit pair"));
        }
        let (first, last) = (number.pair(0), number.pair(pairs - 1));
        if first == 0 || last == 0 {
            return Err(Corrupted::new("a number that is not in normal form"));
        }
        let digits = bytes.len() * 2 - 2 - usize::from(first < 10) - usize::from(last % 10 == 0);
        if digits > DIGITS_MAX {
            return Err(Corrupted::new("a number of more than 38 digits"));
        }
        Ok(number)
    }

    /// The bytes DynamoDB charges for this number in an item: 1, plus 1 per base-100 digit pair aligned at the
    /// decimal point, plus 1 if negative; zero is 1 (facts 1.3, which agrees with sizes measured on AWS).
    #[must_use]
    pub fn size(&self) -> usize {
        Self::size_of(self.as_bytes())
    }

    /// Whether this is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.bytes[0] < 0x80
    }

    /// Whether this is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.length == 1
    }

    /// [`Number::size`] of a stored form.
    pub(super) fn size_of(bytes: &[u8]) -> usize {
        bytes.len() + usize::from(bytes[0] < 0x80)
    }

    /// The order of two numbers by their stored forms, without making them: as the derived order, which the terminators
    /// behind the shorter one decide where the other one goes on.
    #[inline]
    pub(super) fn compare_stored(left: &[u8], right: &[u8]) -> Ordering {
        let common = left.len().min(right.len());
        left[..common].cmp(&right[..common]).then_with(|| {
            // Both have the same first byte, so one sign. Every pair is above a positive terminator and below a negative one.
            let by_length = left.len().cmp(&right.len());
            if left[0] < 0x80 { by_length.reverse() } else { by_length }
        })
    }

    /// The byte that ends a stored form inside a longer byte string, so that shorter numbers sort rightly.
    pub(super) fn terminator_of(first: u8) -> u8 {
        if first < 0x80 { 0x66 } else { 0x00 }
    }

    /// The number of a stored form that is known to be valid.
    pub(super) fn trusted(bytes: &[u8]) -> Self {
        Self::padded(bytes).expect("invariant: a stored number has 1 to 21 bytes")
    }

    fn padded(bytes: &[u8]) -> Option<Self> {
        let first = *bytes.first()?;
        let mut padded = [Self::terminator_of(first); BYTES_MAX];
        padded.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Self { bytes: padded, length: u8::try_from(bytes.len()).ok()? })
    }

    /// The first byte of a number that is not zero, padded to the end.
    fn without_pairs(exponent: i32, negative: bool) -> [u8; BYTES_MAX] {
        debug_assert!((EXPONENT_MIN..=EXPONENT_MAX).contains(&exponent), "the exponent is in range");
        let biased = (exponent - EXPONENT_MIN) as u8;
        let first = if negative { 0x7F - biased } else { 0x80 + biased };
        let mut bytes = [Self::terminator_of(first); BYTES_MAX];
        bytes[0] = first;
        bytes
    }

    /// The number 0.d1d2.. * 100^exponent. The first pair is not zero; trailing zero pairs are dropped here.
    fn from_pairs(pairs: &[u8], exponent: i32, negative: bool) -> Self {
        let kept = pairs.iter().rposition(|pair| *pair != 0).map_or(0, |last| last + 1);
        debug_assert!((1..=PAIRS_MAX).contains(&kept) && pairs[0] != 0, "the pairs are in normal form");
        let mut bytes = Self::without_pairs(exponent, negative);
        for (byte, pair) in bytes[1..].iter_mut().zip(&pairs[..kept]) {
            *byte = if negative { 101 - pair } else { pair + 1 };
        }
        Self { bytes, length: kept as u8 + 1 }
    }

    /// The exponent of 100; meaningless for zero.
    fn exponent(&self) -> i32 {
        let biased = if self.is_negative() { 0x7F - self.bytes[0] } else { self.bytes[0] - 0x80 };
        i32::from(biased) + EXPONENT_MIN
    }

    /// The digit pair at an index counted from the first; 0 past the last.
    fn pair(&self, index: i32) -> u8 {
        let position = index as usize + 1;
        if position >= usize::from(self.length) {
            0
        } else if self.is_negative() {
            101 - self.bytes[position]
        } else {
            self.bytes[position] - 1
        }
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self::from_i64(integer)
    }
}
