//! Floats: 32 bits are what a vector index keeps of an embedding, 64 bits are what Python has.

use super::text::Text;
use super::{Number, NumberError, Whole};

/// Below this, a whole number has fifteen digits at most. No two decimals of so many digits are nearest to the same
/// float, so one that is found is the shortest.
const SHORT_END: f64 = 1e15;

impl Number {
    /// The nearest 32-bit float, infinite where the magnitude is above 3.4028235E38 (after rounding).
    ///
    /// ```
    /// use dynacore::value::Number;
    /// assert_eq!(Number::parse("16777217").unwrap().to_f32(), 16_777_216.0);
    /// ```
    #[must_use]
    pub fn to_f32(&self) -> f32 {
        let text = Text::of(self.as_bytes());
        let text = std::str::from_utf8(text.as_bytes()).expect("invariant: a number's text is ASCII");
        text.parse().expect("invariant: a number's text is a decimal")
    }

    /// The number with the fewest digits that a finite 32-bit float is the nearest one of.
    ///
    /// # Panics
    /// When it is not finite.
    #[must_use]
    pub fn from_f32(value: f32) -> Self {
        assert!(value.is_finite(), "a number is finite");
        Self::parse(&format!("{value:e}")).expect("invariant: the range of a float lies in that of a number")
    }

    /// The number with the fewest digits that a finite float is the nearest one of.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] and [`NumberError::Underflow`]: floats reach further than numbers do.
    ///
    /// # Panics
    /// When it is not finite.
    ///
    /// ```
    /// use dynacore::value::Number;
    /// assert_eq!(Number::from_f64(-0.1).unwrap(), Number::parse("-0.1").unwrap());
    /// ```
    pub fn from_f64(value: f64) -> Result<Self, NumberError> {
        assert!(value.is_finite(), "a number is finite");
        // Most have a few decimals only: then they are a whole number divided, which needs no text.
        for (divisions, scale) in [(1, 100.0), (2, 10_000.0)] {
            let scaled = value.abs() * scale + 0.5;
            let whole = scaled as u64;
            if scaled < SHORT_END && whole as f64 / scale == value.abs() {
                return Ok(Whole::scaled(whole, value < 0.0, divisions).number());
            }
        }
        Self::parse(&format!("{value:e}"))
    }

    /// The number as Java's `BigDecimal` writes one whose last digit is not zero and whose exponent is positive:
    /// `1E+39`, `3.41E+38`. DynamoDB shows it where a number is too large for a vector.
    ///
    /// # Panics
    /// When the number is below 1E+38.
    #[must_use]
    pub fn scientific(&self) -> String {
        let plain = self.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
        assert!(digits.len() > 38 && !digits.contains('.'), "the number is large");
        let exponent = digits.len() - 1;
        let (first, rest) = digits.trim_end_matches('0').split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{first}{point}{rest}E+{exponent}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn floats_at_the_ends_of_their_range() {
        let of = |text: &str| Number::parse(text).unwrap().to_f32();
        assert_eq!(of("3.4028235E38"), f32::MAX);
        assert_eq!(of("-3.4028235E38"), f32::MIN);
        assert!(of("1E39").is_infinite() && of("-1E39").is_infinite());
        assert_eq!(of("1E-45"), f32::from_bits(1));
        assert_eq!(of("1E-100"), 0.0);
        assert_eq!(Number::from_f32(f32::MAX).to_f32(), f32::MAX);
        assert_eq!(Number::from_f32(-0.0), Number::ZERO);
        assert_eq!(Number::from_f32(0.1).to_string(), "0.1");
    }

    #[test]
    fn a_large_number_is_shown_with_an_exponent() {
        let shown = |text: &str| Number::parse(text).unwrap().scientific();
        assert_eq!(shown("1E+39"), "1E+39");
        assert_eq!(shown("-34.125E+38"), "-3.4125E+39");
    }

    proptest! {
        #[test]
        fn a_float_survives_as_a_number(bits in any::<u32>()) {
            let value = f32::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(Number::from_f32(value).to_f32(), value);
        }
    }

    proptest! {
        #[test]
        fn a_float_is_the_number_that_its_shortest_text_names(
            float in prop_oneof![
                any::<f64>().prop_filter("finite", |float| float.is_finite()),
                (any::<i32>(), 0..7).prop_map(|(whole, decimals)| f64::from(whole) / 10_f64.powi(decimals)),
                (any::<i64>(), 0..7).prop_map(|(whole, decimals)| whole as f64 / 10_f64.powi(decimals)),
            ],
        ) {
            for float in [float, float.next_up(), -float] {
                if float.is_finite() {
                    prop_assert_eq!(Number::from_f64(float), Number::parse(&format!("{float:e}")), "{}", float);
                }
            }
        }
    }

    #[test]
    fn floats_of_a_few_decimals_and_whole_ones() {
        for text in [
            "0",
            "1.8",
            "-1.8",
            "0.01",
            "0.0001",
            "99.99",
            "100",
            "-12345.6789",
            "0.29",
            "1e14",
            "999999999999.99",
        ] {
            assert_eq!(Number::from_f64(text.parse().unwrap()), Number::parse(text), "{text}");
        }
        assert_eq!(Number::from_f64(-0.0), Ok(Number::ZERO));
        assert_eq!(Number::from_f64(1e200), Err(NumberError::Overflow));
    }
}
