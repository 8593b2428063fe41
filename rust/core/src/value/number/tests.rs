use std::cmp::Ordering;

use proptest::prelude::*;

use super::super::samples;
use super::{Number, NumberError};

fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

#[test]
fn texts_become_the_normal_form() {
    for (given, normal) in [
        ("0", "0"),
        ("-0", "0"),
        ("+0.000", "0"),
        ("0e125", "0"),
        ("0.0e126", "0"),
        ("1", "1"),
        ("+3", "3"),
        ("00042", "42"),
        ("100", "100"),
        ("1.0", "1"),
        ("3.1400", "3.14"),
        (".123", "0.123"),
        ("5.", "5"),
        ("-.5", "-0.5"),
        ("0001.23", "1.23"),
        ("1.5E2", "150"),
        ("1e+5", "100000"),
        ("-17.4E37", "-174000000000000000000000000000000000000"),
        ("12e-1", "1.2"),
        ("1e-3", "0.001"),
        ("0.1e126", &format!("1{}", "0".repeat(125))),
        ("1E-130", &format!("0.{}1", "0".repeat(129))),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("99999999999999999999", "99999999999999999999"),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        ("1234567890123456789012345678901234567.80", "1234567890123456789012345678901234567.8"),
        ("3.1415926535897932384626433832795028841", "3.1415926535897932384626433832795028841"),
    ] {
        assert_eq!(number(given).to_string(), normal, "{given}");
        let mut text = b"<".to_vec();
        number(given).write_text(&mut text);
        assert_eq!(text, format!("<{normal}").into_bytes());
    }
}

#[test]
fn the_ends_of_the_range_are_dynamodbs() {
    let largest = "9.9999999999999999999999999999999999999E+125";
    assert_eq!(number(largest).to_string(), format!("{}{}", "9".repeat(38), "0".repeat(88)));
    assert_eq!(number(&format!("-{largest}")), number(largest).negated());
    for (text, error) in [
        ("1E126", NumberError::Overflow),
        ("-1E+126", NumberError::Overflow),
        ("11e125", NumberError::Overflow),
        ("1e9223372036854775807", NumberError::Overflow),
        ("0e126", NumberError::Overflow),
        ("1E-131", NumberError::Underflow),
        ("-0.9e-130", NumberError::Underflow),
        ("1e-9223372036854775807", NumberError::Underflow),
        ("0e-131", NumberError::Underflow),
        ("123456789012345678901234567890123456789", NumberError::TooManyDigits),
        ("3.14159265358979323846264338327950288419", NumberError::TooManyDigits),
        ("1.00000000000000000000000000000000000001e300", NumberError::TooManyDigits),
    ] {
        assert_eq!(Number::parse(text), Err(error), "{text}");
    }
    assert_eq!(
        number(&format!("1{}", "0".repeat(125))),
        number("1e125"),
        "zeros that end a number are no digits"
    );
    assert_eq!(number(&format!("0.{}1", "0".repeat(129))), number("1e-130"));
}

#[test]
fn what_is_no_number_is_refused_with_dynamodbs_text() {
    for text in [
        "abc",
        "NaN",
        "Infinity",
        "-Infinity",
        " 1",
        "1 ",
        "1_000",
        ".",
        "-",
        "+",
        "e2",
        "1e",
        "1e+",
        "1e2.5",
        // An exponent of more than 64 bits is none.
        "1e9223372036854775808",
        "1e-99999999999999999999",
        "++5",
        "1.2.3",
        "1+2",
        "0x10",
        "--1",
        "1e2e3",
        "-.",
        "\u{661}",
    ] {
        let error = Number::parse(text).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("The parameter cannot be converted to a numeric value: {text}")
        );
    }
    let empty = Number::parse("").unwrap_err();
    assert_eq!(empty.to_string(), "The parameter cannot be converted to a numeric value");
    assert_eq!(
        NumberError::TooManyDigits.to_string(),
        "Attempting to store more than 38 significant digits in a Number"
    );
    assert_eq!(
        NumberError::Overflow.to_string(),
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    );
    assert_eq!(
        NumberError::Underflow.to_string(),
        "Number underflow. Attempting to store a number with magnitude smaller than supported range"
    );
}

/// Two digits a byte, pairs aligned at the decimal point, one byte for the exponent and one for a minus sign.
#[test]
fn sizes_are_dynamodbs() {
    for (text, size) in [
        ("0", 1),
        ("-0", 1),
        ("7", 2),
        ("27", 2),
        ("-27", 3),
        ("461", 3),
        ("100", 2),
        ("1000", 2),
        ("1010", 3),
        ("120", 3),
        ("1.5", 3),
        ("0.15", 2),
        ("0.0000001", 2),
        ("100.5", 4),
        ("3.14159", 5),
        ("1E125", 2),
        ("-1E125", 3),
        ("1E-130", 2),
        ("12345678901234567890123456789012345678", 20),
        ("-1.2345678901234567890123456789012345678", 22),
    ] {
        assert_eq!(number(text).size(), size, "{text}");
    }
}

#[test]
fn the_stored_form_is_what_the_contract_says() {
    assert_eq!(Number::ZERO.as_bytes(), [0x80]);
    assert_eq!(number("1").as_bytes(), [0xC1, 2]);
    assert_eq!(number("-1").as_bytes(), [0x3E, 100]);
    assert_eq!(number("1e-130").as_bytes(), [0x80, 2]);
    assert_eq!(number("-1e-130").as_bytes(), [0x7F, 100]);
}

#[test]
fn integers_come_and_go() {
    for integer in
        [0, 1, -1, 9, 10, 99, 100, -100, 101, 12_345, i64::MAX, i64::MIN, i64::MAX - 1, i64::MIN + 1]
    {
        assert_eq!(Number::from_i64(integer), number(&integer.to_string()));
        assert_eq!(Number::from_i64(integer).to_i64(), Some(integer));
    }
    for text in
        ["0.5", "1.01", "9223372036854775808", "-9223372036854775809", "1e19", "1e20", "1e125", "1e-130"]
    {
        assert_eq!(number(text).to_i64(), None, "{text}");
    }
    assert_eq!(number("1e18").to_i64(), Some(1_000_000_000_000_000_000));
}

#[test]
fn a_short_whole_number_is_that_which_any_way_reads() {
    let read = |bytes: &[u8]| Number::from_bytes(bytes).ok().and_then(|number| number.to_i64());
    let ends = [0_i64, 1, 9, 10, 99, 100, 101, 9_999, 10_000, 12_345, 999_999, 1_000_001, 9_999_999_999];
    for whole in (0..20_000).chain(ends) {
        for whole in [whole, -whole] {
            let number = Number::from_i64(whole);
            let expected = (whole > 0).then_some(whole);
            assert_eq!(Number::short_whole(number.as_bytes()), expected, "{whole}");
        }
    }
    for long in ["10000000000", "1e10", "0.5", "100.01", "1e125", "1e-130"] {
        assert_eq!(Number::short_whole(number(long).as_bytes()), None, "{long}");
    }
    // Whatever the bytes are: no number is taken for one, and none for another.
    for first in 0..=u8::MAX {
        for pairs in 0..=u16::MAX {
            let [second, third] = pairs.to_le_bytes();
            for bytes in [&[first][..], &[first, second], &[first, second, third], &[first, second, 1, third]]
            {
                let whole = Number::short_whole(bytes);
                assert!(whole.is_none() || whole == read(bytes), "{bytes:?} {whole:?}");
            }
        }
    }
    assert_eq!(Number::short_whole(&[]), None);
}

#[test]
fn arithmetic_is_exact_or_refused_as_dynamodb_refuses_it() {
    let sum = |left: &str, right: &str| number(left).checked_add(&number(right)).map(|sum| sum.to_string());
    assert_eq!(sum("0.1", "0.2").unwrap(), "0.3");
    assert_eq!(sum("1", "10000000000000000000000").unwrap(), "10000000000000000000001");
    assert_eq!(sum("10000000000000000000000", "-1").unwrap(), "9999999999999999999999");
    assert_eq!(sum("99", "1").unwrap(), "100");
    assert_eq!(sum("5", "-5").unwrap(), "0");
    assert_eq!(sum("-5", "3").unwrap(), "-2");
    assert_eq!(sum("1e38", &format!("-{}", "9".repeat(38))).unwrap(), "1");
    assert_eq!(sum("9223372036854775807", "1").unwrap(), "9223372036854775808");
    assert_eq!(sum("9e125", "9e124").unwrap(), number("9.9e125").to_string());
    assert_eq!(sum("9e125", "9e125"), Err(NumberError::Overflow));
    assert_eq!(sum("1e50", "1"), Err(NumberError::Overflow));
    assert_eq!(sum("1e50", "-1"), Err(NumberError::Overflow));
    assert_eq!(sum("1.1e-130", "-1e-130"), Err(NumberError::Underflow));
    assert_eq!(number("5").checked_sub(&number("7")).unwrap(), number("-2"));
    assert_eq!(Number::ZERO.checked_sub(&number("7.5")).unwrap(), number("-7.5"));
    assert_eq!(number("9e125").checked_sub(&number("-9e125")), Err(NumberError::Overflow));
}

#[test]
fn stored_forms_that_are_not_normal_are_corrupted() {
    for bytes in [
        &[][..],
        &[0x81],
        &[0x7F],
        &[0xC1, 0],
        &[0xC1, 1],
        &[0xC1, 101],
        &[0xC1, 2, 1],
        &[0x3E, 1],
        &[0x3E, 101],
        &[0x3E, 102],
        &[0xC1, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12],
        &[0xC1; 22],
    ] {
        assert!(Number::from_bytes(bytes).is_err(), "{bytes:?}");
    }
}

/// A number as a sign and a row of decimal digits with a fixed point: slow, and obviously right.
#[derive(Clone, PartialEq, Eq, Debug)]
struct FixedPoint {
    /// Most significant first; the point is after [`FixedPoint::INTEGER_DIGITS`]. Negative numbers have
    /// negative digits.
    digits: Vec<i8>,
}

impl FixedPoint {
    const INTEGER_DIGITS: i32 = 180;
    const DIGITS: usize = 400;

    /// The number of an integer's digits times a power of ten.
    fn new(negative: bool, integer: &str, exponent: i32) -> Self {
        let mut digits = vec![0; Self::DIGITS];
        for (place, digit) in integer.bytes().rev().enumerate() {
            let position = Self::INTEGER_DIGITS - 1 - exponent - place as i32;
            let value = (digit - b'0') as i8;
            digits[position as usize] = if negative { -value } else { value };
        }
        Self { digits }
    }

    fn plus(&self, other: &Self, sign: i8) -> Self {
        let mut digits: Vec<i8> = self.digits.iter().zip(&other.digits).map(|(a, b)| a + b * sign).collect();
        let negative = digits.iter().find(|digit| **digit != 0).is_some_and(|digit| *digit < 0);
        let mut carry = 0;
        for digit in digits.iter_mut().rev() {
            let value = if negative { -*digit } else { *digit } + carry;
            carry = value.div_euclid(10);
            *digit = if negative { -value.rem_euclid(10) } else { value.rem_euclid(10) };
        }
        Self { digits }
    }

    fn check(&self) -> Result<String, NumberError> {
        let Some(first) = self.digits.iter().position(|digit| *digit != 0) else { return Ok("0".to_owned()) };
        let last = self.digits.iter().rposition(|digit| *digit != 0).unwrap();
        let magnitude = Self::INTEGER_DIGITS - 1 - first as i32;
        if magnitude > 125 || last - first >= 38 {
            return Err(NumberError::Overflow);
        }
        if magnitude < -130 {
            return Err(NumberError::Underflow);
        }
        Ok(self.text())
    }

    fn text(&self) -> String {
        let negative = self.digits.iter().any(|digit| *digit < 0);
        let plain: String = self.digits.iter().map(|digit| char::from(b'0' + digit.unsigned_abs())).collect();
        let (integer, fraction) = plain.split_at(Self::INTEGER_DIGITS as usize);
        let (integer, fraction) = (integer.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let integer = if integer.is_empty() { "0" } else { integer };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{}{integer}{point}{fraction}", if negative { "-" } else { "" })
    }
}

/// A sign, an integer of up to 38 digits and a power of ten that keeps it in range.
fn parts() -> impl Strategy<Value = (bool, String, i32)> {
    let digits = prop_oneof!["[1-9][0-9]{0,37}", "[1-9][0-9]{0,5}", "9{1,38}", "10{0,37}"];
    (any::<bool>(), digits, 0_u32..=255).prop_map(|(negative, digits, magnitude)| {
        let exponent = magnitude as i32 - 130 - (digits.len() as i32 - 1);
        (negative, digits, exponent)
    })
}

/// Two of these, near enough to each other that most sums exist.
fn near_parts() -> impl Strategy<Value = ((bool, String, i32), (bool, String, i32))> {
    (parts(), parts(), -40_i32..=40, any::<bool>()).prop_map(|(left, mut right, distance, near)| {
        if near {
            let last =
                (left.2 + distance).clamp(-130 - (right.1.len() as i32 - 1), 126 - right.1.len() as i32);
            right.2 = last;
        }
        (left, right)
    })
}

fn written((negative, digits, exponent): &(bool, String, i32)) -> Number {
    number(&format!("{}{digits}e{exponent}", if *negative { "-" } else { "" }))
}

fn model((negative, digits, exponent): &(bool, String, i32)) -> FixedPoint {
    FixedPoint::new(*negative, digits, *exponent)
}

fn key_bytes(number: &Number) -> Vec<u8> {
    let mut bytes = number.as_bytes().to_vec();
    bytes.push(Number::terminator_of(bytes[0]));
    bytes
}

#[test]
fn whole_numbers_of_every_length_are_written_as_rust_writes_them() {
    let near = (0..12).map(|digits| 10_i64.pow(digits)).flat_map(|power| power - 2..=power + 2);
    for whole in near.chain(0..12_000).chain((0..100_000_000).step_by(99_991)) {
        for whole in [whole, -whole] {
            let mut text = Vec::new();
            Number::write_stored_text(Number::from_i64(whole).as_bytes(), &mut text);
            assert_eq!(text, whole.to_string().as_bytes());
            assert_eq!(Number::parse(&whole.to_string()), Ok(Number::from_i64(whole)));
        }
    }
}

proptest! {
    #[test]
    fn text_is_the_models(parts in parts()) {
        let number = written(&parts);
        prop_assert_eq!(number.to_string(), model(&parts).text());
        prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        prop_assert_eq!(Number::from_bytes(number.as_bytes()), Ok(number));
    }

    #[test]
    fn the_same_value_written_otherwise_is_the_same_number(
        (negative, digits, exponent) in parts(),
        zeros in 0_usize..50,
        point in 0_usize..50,
    ) {
        let padded = format!("{}{digits}", "0".repeat(zeros));
        let point = point.min(padded.len());
        let (integer, fraction) = padded.split_at(point);
        let sign = if negative { "-" } else { "+" };
        let text = format!("{sign}{integer}.{fraction}000E{}", exponent + (padded.len() - point) as i32);
        prop_assert_eq!(Number::parse(&text), Ok(written(&(negative, digits, exponent))));
    }

    #[test]
    fn order_is_the_models(left in parts(), right in parts()) {
        let (numbers, models) = ((written(&left), written(&right)), (model(&left), model(&right)));
        // Digits carry the number's sign, so the first that differs decides.
        let expected = models.0.digits.cmp(&models.1.digits);
        prop_assert_eq!(numbers.0.cmp(&numbers.1), expected);
        prop_assert_eq!(key_bytes(&numbers.0).cmp(&key_bytes(&numbers.1)), expected);
        let zero = if left.0 { Ordering::Less } else { Ordering::Greater };
        prop_assert_eq!(key_bytes(&numbers.0).cmp(&key_bytes(&Number::ZERO)), zero);
        prop_assert_eq!(numbers.0.negated().cmp(&numbers.1.negated()), expected.reverse());
    }

    #[test]
    fn sums_and_differences_are_the_models((left, right) in near_parts()) {
        let (numbers, models) = ((written(&left), written(&right)), (model(&left), model(&right)));
        let sum = numbers.0.checked_add(&numbers.1).map(|sum| sum.to_string());
        prop_assert_eq!(sum, models.0.plus(&models.1, 1).check());
        let difference = numbers.0.checked_sub(&numbers.1).map(|difference| difference.to_string());
        prop_assert_eq!(difference, models.0.plus(&models.1, -1).check());
    }

    #[test]
    fn any_text_is_a_number_or_an_error(text in "[-+]?[0-9.]{0,45}([eE][-+]?[0-9]{0,4})?") {
        if let Ok(number) = Number::parse(&text) {
            prop_assert_eq!(Number::from_bytes(number.as_bytes()), Ok(number));
        }
    }

    #[test]
    fn any_bytes_are_a_number_or_corrupted(bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
        if let Ok(number) = Number::from_bytes(&bytes) {
            prop_assert_eq!(number.as_bytes(), &bytes[..]);
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        }
    }

    #[test]
    fn size_counts_the_digit_pairs_of_the_text(number in samples::number()) {
        let text = number.to_string();
        let (integer, fraction) = text.trim_start_matches('-').split_once('.').unwrap_or((text.trim_start_matches('-'), ""));
        let padded = format!("{}{integer}{fraction}{}", "0".repeat(integer.len() % 2), "0".repeat(fraction.len() % 2));
        let pairs: Vec<&str> = padded.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap()).collect();
        let first = pairs.iter().position(|pair| *pair != "00");
        let last = pairs.iter().rposition(|pair| *pair != "00");
        let counted = first.zip(last).map_or(0, |(first, last)| last - first + 1);
        prop_assert_eq!(number.size(), 1 + counted + usize::from(text.starts_with('-')));
    }
}
