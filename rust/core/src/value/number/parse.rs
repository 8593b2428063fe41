//! Reading numbers from text.

use super::{DIGITS_MAX, MAGNITUDE_MAX, MAGNITUDE_MIN, Number, NumberError, PAIRS_MAX, Whole};

/// Integers of up to this many digits take the fast path: they fit a `u64` whatever their digits.
const FAST_DIGITS_MAX: usize = 19;

impl Number {
    /// Reads a number as DynamoDB does: an optional sign, digits with an optional point, an optional exponent.
    /// No spaces, no `NaN`, no `Infinity`.
    ///
    /// # Errors
    /// [`NumberError`]. Zero with an exponent out of range (`0e126`) is refused too, as DynamoDB does, which
    /// takes the exponent of a zero's last written digit for its magnitude (facts 1.3).
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let bytes = text.as_bytes();
        let (negative, digits) = match bytes.first() {
            Some(b'-') => (true, &bytes[1..]),
            Some(b'+') => (false, &bytes[1..]),
            _ => (false, bytes),
        };
        if let Some(magnitude) = plain_integer(digits) {
            return Ok(Whole::new(magnitude, negative).number());
        }
        Decimal::read(digits).ok_or_else(|| NumberError::Syntax(text.to_owned()))?.number(negative)
    }
}

/// The integer that a short text of nothing but digits is.
fn plain_integer(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > FAST_DIGITS_MAX {
        return None;
    }
    let mut magnitude = 0_u64;
    for digit in digits {
        let value = digit.wrapping_sub(b'0');
        if value > 9 {
            return None;
        }
        magnitude = magnitude * 10 + u64::from(value);
    }
    Some(magnitude)
}

/// A decimal text taken apart: value = 0.D1D2D3.. * 10^scale.
struct Decimal {
    /// The significant digits, leading and trailing zeros dropped.
    digits: [u8; DIGITS_MAX],
    count: usize,
    /// There were significant digits past the 38th.
    too_many: bool,
    /// Where the point lies relative to the first significant digit.
    scale: i64,
    /// Digits written after the point, for the magnitude of a zero.
    fraction_digits: i64,
    exponent: i64,
}

impl Decimal {
    /// Takes a text without its sign apart; `None` when it is no number.
    fn read(text: &[u8]) -> Option<Self> {
        let end = text.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(text.len());
        let mut decimal = Self {
            digits: [0; DIGITS_MAX],
            count: 0,
            too_many: false,
            scale: 0,
            fraction_digits: 0,
            exponent: 0,
        };
        decimal.read_coefficient(&text[..end])?;
        if end < text.len() {
            decimal.exponent = read_exponent(&text[end + 1..])?;
        }
        Some(decimal)
    }

    fn read_coefficient(&mut self, text: &[u8]) -> Option<()> {
        let (mut point_seen, mut digit_seen) = (false, false);
        // Zeros after a significant digit count only once another significant digit follows.
        let mut zeros_held = 0;
        for byte in text {
            let digit = match byte {
                b'.' if !point_seen => {
                    point_seen = true;
                    continue;
                }
                b'0'..=b'9' => byte - b'0',
                _ => return None,
            };
            digit_seen = true;
            self.fraction_digits += i64::from(point_seen);
            let leading = self.count == 0 && digit == 0;
            match (point_seen, leading) {
                (false, false) => self.scale += 1,
                (true, true) => self.scale -= 1,
                _ => {}
            }
            if digit == 0 {
                zeros_held += usize::from(!leading);
            } else if self.count + zeros_held < DIGITS_MAX {
                self.count += zeros_held;
                zeros_held = 0;
                self.digits[self.count] = digit;
                self.count += 1;
            } else {
                self.too_many = true;
            }
        }
        digit_seen.then_some(())
    }

    fn number(&self, negative: bool) -> Result<Number, NumberError> {
        if self.too_many {
            return Err(NumberError::TooManyDigits);
        }
        let magnitude = if self.count == 0 {
            self.exponent - self.fraction_digits
        } else {
            self.scale + self.exponent - 1
        };
        if magnitude > MAGNITUDE_MAX {
            return Err(NumberError::Overflow);
        }
        if magnitude < MAGNITUDE_MIN {
            return Err(NumberError::Underflow);
        }
        if self.count == 0 {
            return Ok(Number::ZERO);
        }
        // The point lies between pairs: an odd scale puts one digit alone into the first pair.
        let scale = magnitude + 1;
        let shift = scale.rem_euclid(2) as usize;
        let mut pairs = [0_u8; PAIRS_MAX];
        for (index, digit) in self.digits[..self.count].iter().enumerate() {
            let place = index + shift;
            pairs[place / 2] += if place.is_multiple_of(2) { digit * 10 } else { *digit };
        }
        Ok(Number::from_pairs(&pairs, (scale + scale.rem_euclid(2)) as i32 / 2, negative))
    }
}

/// The exponent behind `e`: an `i64`, as on AWS, where a larger one makes the text no number (public conformance suite,
/// October 2026). Values far out of range all mean the same and are held at [`EXPONENT_HELD`].
fn read_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut exponent = 0_i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        exponent = exponent.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
    }
    let held = exponent.min(EXPONENT_HELD);
    Some(if negative { -held } else { held })
}

/// A text is never long enough for its digits to bring an exponent this far out back into range: a request ends
/// at 16 MiB.
const EXPONENT_HELD: i64 = 1 << 40;
