//! Writing numbers as text.

use std::fmt;

use smallvec::SmallVec;

use super::Number;

/// The two digits of every pair, so that a pair is one copy.
const PAIR_DIGITS: &[u8; 200] =
    b"00010203040506070809101112131415161718192021222324252627282930313233343536373839\
40414243444546474849505152535455565758596061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

impl Number {
    /// Appends DynamoDB's normal form: plain digits, no exponent, no leading zeros, no trailing zeros after the
    /// point; at most 169 bytes.
    pub fn write_text(&self, out: &mut Vec<u8>) {
        self.text_pieces(|piece| out.extend_from_slice(piece));
    }

    /// Gives the normal form to `write` piece by piece.
    fn text_pieces(&self, mut write: impl FnMut(&[u8])) {
        if self.is_zero() {
            return write(b"0");
        }
        if self.is_negative() {
            write(b"-");
        }
        let exponent = self.exponent();
        let pairs = i32::from(self.length) - 1;
        if exponent <= 0 {
            write(b"0.");
            for _ in exponent..0 {
                write(b"00");
            }
        } else {
            let first = self.pair(0);
            write(if first < 10 { &digits(first)[1..] } else { digits(first) });
            for index in 1..exponent {
                write(digits(self.pair(index)));
            }
            if pairs > exponent {
                write(b".");
            }
        }
        for index in exponent.max(0)..pairs {
            let pair = self.pair(index);
            let ends_in_zero = index + 1 == pairs && pair.is_multiple_of(10);
            write(if ends_in_zero { &digits(pair)[..1] } else { digits(pair) });
        }
    }
}

fn digits(pair: u8) -> &'static [u8] {
    let start = usize::from(pair) * 2;
    &PAIR_DIGITS[start..start + 2]
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = SmallVec::<[u8; 48]>::new();
        self.text_pieces(|piece| text.extend_from_slice(piece));
        formatter.pad(std::str::from_utf8(&text).expect("invariant: a number's text is ASCII"))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
