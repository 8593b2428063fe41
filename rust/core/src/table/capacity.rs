//! Capacity units: what an operation costs.

use serde::{Deserialize, Serialize};

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// Bytes a strongly consistent read unit covers (facts 1.1).
pub const READ_UNIT_BYTES: usize = 4096;
/// Bytes a write unit covers (facts 1.1).
pub const WRITE_UNIT_BYTES: usize = 1024;

/// Nano-units in half a capacity unit: the step between this type and the token buckets.
const NANOS_PER_HALF: i128 = 500_000_000;

/// How a read sees earlier writes, and so what it costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Consistency {
    /// May miss the latest write; half the price.
    #[default]
    Eventual,
    /// Sees every write that was acknowledged before it.
    Strong,
    /// Part of `TransactGetItems`; twice the price of a strong read.
    Transactional,
}

impl Consistency {
    /// What a request's `ConsistentRead` asks for; reads are eventually consistent unless it is true.
    #[must_use]
    pub fn requested(consistent_read: Option<bool>) -> Self {
        if consistent_read == Some(true) { Self::Strong } else { Self::Eventual }
    }
}

/// An amount of read or write capacity, exact: a count of half units, which is the smallest amount DynamoDB
/// charges (an eventually consistent read of up to 4 KB).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct CapacityUnits {
    halves: u64,
}

impl CapacityUnits {
    /// Nothing.
    pub const ZERO: Self = Self { halves: 0 };

    /// From a count of whole units.
    #[must_use]
    pub const fn whole(units: u64) -> Self {
        Self { halves: units.saturating_mul(2) }
    }

    /// From a count of half units.
    #[must_use]
    pub const fn from_halves(halves: u64) -> Self {
        Self { halves }
    }

    /// The cost of reading `bytes`: rounded up to 4 KB, at least one such step (facts 1.1). A Query or Scan
    /// passes the sum of what it evaluated, so that it is rounded once (facts 1.2).
    #[must_use]
    pub const fn read(bytes: usize, consistency: Consistency) -> Self {
        let steps = steps(bytes, READ_UNIT_BYTES);
        let halves = match consistency {
            Consistency::Eventual => steps,
            Consistency::Strong => steps.saturating_mul(2),
            Consistency::Transactional => steps.saturating_mul(4),
        };
        Self { halves }
    }

    /// The cost of writing an item of `bytes`: rounded up to 1 KB, at least one unit (facts 1.1).
    #[must_use]
    pub const fn write(bytes: usize) -> Self {
        Self::whole(steps(bytes, WRITE_UNIT_BYTES))
    }

    /// The cost of writing an item of `bytes` in a transaction: twice that of a plain write (facts 1.1).
    #[must_use]
    pub const fn transactional_write(bytes: usize) -> Self {
        Self::whole(steps(bytes, WRITE_UNIT_BYTES).saturating_mul(2))
    }

    /// The amount in half units.
    #[must_use]
    pub const fn halves(self) -> u64 {
        self.halves
    }

    /// The amount in billionths of a unit.
    #[must_use]
    pub const fn nanos(self) -> i128 {
        self.halves as i128 * NANOS_PER_HALF
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.halves == 0
    }

    /// The amount as `ConsumedCapacity` carries it: 0.5, 1.0, 1.5 ... (exact below 2^52 units).
    #[must_use]
    pub const fn as_f64(self) -> f64 {
        self.halves as f64 / 2.0
    }

    /// What is left after taking `other` away; nothing where `other` is larger.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self { halves: self.halves.saturating_sub(other.halves) }
    }
}

/// How many steps of `step` bytes cover `bytes`: at least one, as even an empty read is charged.
const fn steps(bytes: usize, step: usize) -> u64 {
    let steps = bytes.div_ceil(step) as u64;
    if steps == 0 { 1 } else { steps }
}

impl Add for CapacityUnits {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { halves: self.halves.saturating_add(other.halves) }
    }
}

impl AddAssign for CapacityUnits {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for CapacityUnits {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.saturating_sub(other)
    }
}

impl Sum for CapacityUnits {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for CapacityUnits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.halves / 2, if self.halves.is_multiple_of(2) { 0 } else { 5 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_round_up_to_four_kilobytes() {
        assert_eq!(CapacityUnits::read(0, Consistency::Strong), CapacityUnits::whole(1));
        assert_eq!(CapacityUnits::read(4096, Consistency::Strong), CapacityUnits::whole(1));
        assert_eq!(CapacityUnits::read(4097, Consistency::Strong), CapacityUnits::whole(2));
        assert_eq!(CapacityUnits::read(4097, Consistency::Transactional), CapacityUnits::whole(4));
        // Ten items of 40.8 KB in all: 44 KB, so 11 units (facts 1.2).
        assert_eq!(CapacityUnits::read(41_780, Consistency::Strong), CapacityUnits::whole(11));
    }

    #[test]
    fn an_eventual_read_costs_half() {
        assert_eq!(CapacityUnits::read(0, Consistency::Eventual).to_string(), "0.5");
        assert_eq!(CapacityUnits::read(8193, Consistency::Eventual).to_string(), "1.5");
        assert_eq!(CapacityUnits::read(8192, Consistency::Eventual).as_f64(), 1.0);
    }

    #[test]
    fn writes_round_up_to_one_kilobyte() {
        assert_eq!(CapacityUnits::write(0), CapacityUnits::whole(1));
        assert_eq!(CapacityUnits::write(1024), CapacityUnits::whole(1));
        assert_eq!(CapacityUnits::write(1025), CapacityUnits::whole(2));
        assert_eq!(CapacityUnits::transactional_write(1025), CapacityUnits::whole(4));
        // 500 B and 3.5 KB, each rounded alone (facts 1.2).
        let batch: CapacityUnits = [500, 3584].into_iter().map(CapacityUnits::write).sum();
        assert_eq!(batch, CapacityUnits::whole(5));
        assert_eq!(batch.to_string(), "5.0");
    }
}
