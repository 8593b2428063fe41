//! Writing numbers as text.

use std::fmt;

use super::Number;

/// The two digits of every pair, so that a pair is one copy.
const PAIR_DIGITS: &[u8; 200] =
    b"00010203040506070809101112131415161718192021222324252627282930313233343536373839\
40414243444546474849505152535455565758596061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

/// The longest text: sign, `0.`, 64 pairs of zeros and 20 pairs of digits, with room to spare.
const TEXT_BYTES_MAX: usize = 176;

impl Number {
    /// Appends DynamoDB's normal form: plain digits, no exponent, no leading zeros, no trailing zeros after the
    /// point; at most 169 bytes.
    pub fn write_text(&self, out: &mut Vec<u8>) {
        Self::write_stored_text(self.as_bytes(), out);
    }

    /// [`Number::write_text`] of a stored form, as an encoded item holds it, without making a number of it.
    pub fn write_stored_text(stored: &[u8], out: &mut Vec<u8>) {
        match small_whole(stored) {
            Some(number) => push_digits(number, out),
            None => out.extend_from_slice(Text::of(stored).as_bytes()),
        }
    }
}

/// The number of a valid stored form, where it is whole and from 1 to 99,999,999, as most numbers are.
#[inline]
fn small_whole(stored: &[u8]) -> Option<u32> {
    /// What the first byte of a number without pairs before the point would be.
    const NO_PAIRS: u8 = 0x80 + 64;
    /// How often a number is to be taken a hundred times for pairs that are zero and so not stored.
    const HUNDREDS: [u32; 4] = [1, 100, 10_000, 1_000_000];
    let (first, pairs) = stored.split_first()?;
    let whole = usize::from(first.checked_sub(NO_PAIRS)?);
    if whole == 0 || whole > HUNDREDS.len() || pairs.len() > whole {
        return None;
    }
    let given = pairs.iter().fold(0, |number, pair| number * 100 + u32::from(pair - 1));
    Some(given * HUNDREDS[whole - pairs.len()])
}

/// Appends a number that is not zero and has up to eight digits.
fn push_digits(mut number: u32, out: &mut Vec<u8>) {
    let mut digits = [0; 8];
    let mut start = digits.len();
    while number > 0 {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&digits[start..]);
}

/// A number's text. It is put together here and copied once: appending pair by pair asks for room each time.
pub(super) struct Text {
    bytes: [u8; TEXT_BYTES_MAX],
    length: usize,
}

impl Text {
    /// The normal form of a valid stored form.
    pub(super) fn of(stored: &[u8]) -> Self {
        let mut text = Self { bytes: [b'0'; TEXT_BYTES_MAX], length: 0 };
        let Some((first, pairs)) = stored.split_first() else { return text };
        let negative = *first < 0x80;
        if pairs.is_empty() {
            text.byte(b'0');
        }
        if negative {
            text.byte(b'-');
        }
        let biased = if negative { 0x7F - first } else { first - 0x80 };
        let digits = |byte: &u8| if negative { 101 - byte } else { byte - 1 };
        // `biased` counts from 100^-64, so 64 of it is the decimal point before the first pair.
        let whole = usize::from(biased).saturating_sub(64);
        if whole > 0 {
            text.whole_pairs(pairs.iter().take(whole).map(digits), whole.saturating_sub(pairs.len()));
        }
        let fraction = pairs.get(whole..).unwrap_or_default();
        if fraction.is_empty() {
            return text;
        }
        if whole == 0 {
            text.byte(b'0');
        }
        text.byte(b'.');
        text.length += 64_usize.saturating_sub(usize::from(biased)) * 2;
        text.fraction_pairs(fraction.iter().map(digits));
        text
    }

    /// The pairs before the point, then as many pairs of zeros.
    fn whole_pairs(&mut self, pairs: impl Iterator<Item = u8>, zeros: usize) {
        for (index, pair) in pairs.enumerate() {
            if index == 0 && pair < 10 {
                self.byte(b'0' + pair);
            } else {
                self.pair(pair);
            }
        }
        self.length += zeros * 2;
    }

    /// The pairs after the point, of which the last may end in a zero that is not written.
    fn fraction_pairs(&mut self, pairs: impl Iterator<Item = u8>) {
        let mut last = 0;
        for pair in pairs {
            self.pair(pair);
            last = pair;
        }
        self.length -= usize::from(last % 10 == 0);
    }

    fn byte(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    fn pair(&mut self, pair: u8) {
        let start = usize::from(pair) * 2;
        self.bytes[self.length..self.length + 2].copy_from_slice(&PAIR_DIGITS[start..start + 2]);
        self.length += 2;
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Text::of(self.as_bytes());
        formatter.pad(std::str::from_utf8(text.as_bytes()).expect("invariant: a number's text is ASCII"))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
