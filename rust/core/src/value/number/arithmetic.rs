//! Adding and subtracting numbers exactly.

use super::{DIGITS_MAX, EXPONENT_MAX, EXPONENT_MIN, Number, NumberError};

/// Operands that together span more pairs than this have no exact sum of 38 digits: their leading pairs are then
/// at least two apart, so at most one leading pair cancels, and the last pair, which only one of them has, stays.
const SPAN_MAX: i32 = 21;
/// One pair more, for the carry.
const WORK_PAIRS: usize = SPAN_MAX as usize + 1;

impl Number {
    /// The exact sum.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when the sum is out of range or needs more than 38 digits (DynamoDB gives both
    /// the same text), [`NumberError::Underflow`] when it is closer to zero than 1E-130 and not zero.
    pub fn checked_add(&self, other: &Self) -> Result<Self, NumberError> {
        // Counters are small integers: two of them have a sum that is in range and of few digits.
        if let (Some(left), Some(right)) = (self.to_i64(), other.to_i64())
            && let Some(sum) = left.checked_add(right)
        {
            return Ok(Self::from_i64(sum));
        }
        self.combine(other, other.is_negative())
    }

    /// The exact difference.
    ///
    /// # Errors
    /// As [`Number::checked_add`].
    pub fn checked_sub(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Some(left), Some(right)) = (self.to_i64(), other.to_i64())
            && let Some(difference) = left.checked_sub(right)
        {
            return Ok(Self::from_i64(difference));
        }
        self.combine(other, !other.is_negative())
    }

    /// The negated number.
    #[must_use]
    pub fn negated(&self) -> Self {
        if self.is_zero() {
            return *self;
        }
        // Complementing the sign byte, the pairs and the padding swaps the two halves of the order.
        let mut negated = *self;
        negated.bytes[0] = !self.bytes[0];
        for byte in &mut negated.bytes[1..] {
            *byte = 102 - *byte;
        }
        negated
    }

    /// `self` plus the magnitude of `other` with the sign given.
    fn combine(&self, other: &Self, other_negative: bool) -> Result<Self, NumberError> {
        if other.is_zero() {
            return Ok(*self);
        }
        if self.is_zero() {
            return Ok(if other.is_negative() == other_negative { *other } else { other.negated() });
        }
        let top = self.exponent().max(other.exponent());
        let bottom = self.bottom().min(other.bottom());
        if top - bottom > SPAN_MAX {
            return Err(NumberError::Overflow);
        }
        let mut work = [0_i16; WORK_PAIRS];
        self.accumulate(&mut work, top, self.is_negative());
        other.accumulate(&mut work, top, other_negative);
        // The first non-zero pair outweighs all that follow, so its sign is the sign of the sum.
        let Some(negative) = work.iter().find(|pair| **pair != 0).map(|pair| *pair < 0) else {
            return Ok(Self::ZERO);
        };
        settle(&mut work, negative);
        normal_form(&work, top + 1, negative)
    }

    /// The exponent of 100 below which this number has no digits.
    fn bottom(&self) -> i32 {
        self.exponent() - (i32::from(self.length) - 1)
    }

    /// Adds this number's pairs into a work area whose second pair stands at exponent `top`.
    fn accumulate(&self, work: &mut [i16; WORK_PAIRS], top: i32, negative: bool) {
        let start = (top - self.exponent()) as usize + 1;
        for (index, slot) in (0..i32::from(self.length) - 1).zip(&mut work[start..]) {
            let pair = i16::from(self.pair(index));
            *slot += if negative { -pair } else { pair };
        }
    }
}

/// Makes every pair 0..=99 of a sum whose sign is known.
fn settle(work: &mut [i16; WORK_PAIRS], negative: bool) {
    let mut carry = 0;
    for pair in work.iter_mut().rev() {
        let value = if negative { -*pair } else { *pair } + carry;
        *pair = value.rem_euclid(100);
        carry = value.div_euclid(100);
    }
    debug_assert_eq!(carry, 0, "the work area has a pair for the carry");
}

/// The number of settled pairs, the first of which stands at exponent `exponent`.
fn normal_form(work: &[i16; WORK_PAIRS], exponent: i32, negative: bool) -> Result<Number, NumberError> {
    let first = work.iter().position(|pair| *pair != 0).expect("invariant: the sum is not zero");
    let last = work.iter().rposition(|pair| *pair != 0).expect("invariant: the sum is not zero");
    let digits = (last - first + 1) * 2 - usize::from(work[first] < 10) - usize::from(work[last] % 10 == 0);
    let exponent = exponent - first as i32;
    if exponent > EXPONENT_MAX || digits > DIGITS_MAX {
        return Err(NumberError::Overflow);
    }
    if exponent < EXPONENT_MIN {
        return Err(NumberError::Underflow);
    }
    let mut pairs = [0_u8; WORK_PAIRS];
    for (slot, pair) in pairs.iter_mut().zip(&work[first..=last]) {
        *slot = *pair as u8;
    }
    Ok(Number::from_pairs(&pairs, exponent, negative))
}
