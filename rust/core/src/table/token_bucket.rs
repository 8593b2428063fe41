//! Token buckets: capacity that flows in at a steady rate and may be saved up to a limit.

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{NANOS_PER_SECOND, Timestamp};

use super::capacity::CapacityUnits;

/// Seconds of unused capacity a table keeps for bursts (facts 2.1).
pub const BURST_SECONDS_MAX: u32 = 300;

/// Capacity that flows in at `rate` units a second, saved up to `rate` x `burst_seconds_max`.
///
/// The balance is an exact count of billionths of a unit: a rate of one unit a second gives one of them each
/// nanosecond, so refills never round and many small ones equal one large one.
///
/// There is one rule: a request is admitted when the balance covers its cost, or one second of the rate if that
/// is less; then its whole cost is taken, so the balance may go below zero and later requests wait for the debt.
/// A request that costs more than the bucket could ever hold is therefore served, and still pays in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TokenBucket {
    /// Units a second, which is also nano-units a nanosecond.
    rate: u64,
    burst_seconds_max: u32,
    /// Nano-units at `updated`; negative while in debt, at most the capacity.
    balance: i128,
    updated: Timestamp,
}

impl TokenBucket {
    /// A bucket that holds `initial_seconds` of its `rate` (units a second) and at most `burst_seconds_max` of
    /// it.
    ///
    /// # Panics
    /// Where `burst_seconds_max` is zero: such a bucket could never admit anything.
    #[must_use]
    pub fn new(rate: u64, burst_seconds_max: u32, initial_seconds: u32, now: Timestamp) -> Self {
        assert!(burst_seconds_max > 0, "a bucket holds at least one second of its rate");
        let balance = nano_units(rate, initial_seconds.min(burst_seconds_max));
        Self { rate, burst_seconds_max, balance, updated: now }
    }

    /// Units a second.
    #[must_use]
    pub const fn rate(&self) -> u64 {
        self.rate
    }

    /// The most the bucket holds, in nano-units.
    #[must_use]
    pub fn capacity(&self) -> i128 {
        nano_units(self.rate, self.burst_seconds_max)
    }

    /// Nano-units in the bucket at `now`; negative while in debt. A `now` before the last use counts as the
    /// time of that use.
    #[must_use]
    pub fn balance(&self, now: Timestamp) -> i128 {
        let elapsed = elapsed_nanos(self.updated, now);
        // u64 x i64 fits i128; the sum may not.
        let refill = i128::from(self.rate) * i128::from(elapsed);
        self.balance.saturating_add(refill).min(self.capacity())
    }

    /// From now on `rate` units a second. What was saved stays, up to what the new rate may save: a lowered
    /// rate never lets more through than its own burst.
    pub fn set_rate(&mut self, rate: u64, now: Timestamp) {
        self.settle(now);
        self.rate = rate;
        self.balance = self.balance.min(self.capacity());
    }

    /// Takes `cost` and says true, or takes nothing and says false.
    #[must_use]
    pub fn admit(&mut self, cost: CapacityUnits, now: Timestamp) -> bool {
        let admitted = self.covers(cost, now);
        if admitted {
            self.take(cost, now);
        }
        admitted
    }

    /// Whether [`Self::admit`] would say true, without taking anything.
    #[must_use]
    pub fn covers(&self, cost: CapacityUnits, now: Timestamp) -> bool {
        self.balance(now) >= self.needed(cost)
    }

    /// Takes `cost` whatever the balance is: for a cost that is known only after the work, or that another
    /// bucket has to agree to first.
    pub fn take(&mut self, cost: CapacityUnits, now: Timestamp) {
        self.settle(now);
        self.balance = self.balance.saturating_sub(cost.nanos());
    }

    /// Gives back what was just taken, at the same time.
    pub fn refund(&mut self, cost: CapacityUnits) {
        self.balance = self.balance.saturating_add(cost.nanos()).min(self.capacity());
    }

    /// The first time at which [`Self::admit`] says true for `cost` if nothing else is taken before: the time
    /// of the last use, or later. A bucket of rate zero in debt answers with the end of time.
    #[must_use]
    pub fn available_at(&self, cost: CapacityUnits) -> Timestamp {
        let missing = self.needed(cost) - self.balance;
        if missing <= 0 {
            return self.updated;
        }
        if self.rate == 0 {
            return Timestamp::from_nanos(i64::MAX);
        }
        let rate = i128::from(self.rate);
        let wait = (missing + rate - 1) / rate;
        self.updated + Duration::from_nanos(u64::try_from(wait).unwrap_or(u64::MAX))
    }

    /// The balance that admits `cost`, in nano-units.
    fn needed(&self, cost: CapacityUnits) -> i128 {
        cost.nanos().min(nano_units(self.rate, 1))
    }

    fn settle(&mut self, now: Timestamp) {
        self.balance = self.balance(now);
        self.updated = self.updated.max(now);
    }
}

fn nano_units(rate: u64, seconds: u32) -> i128 {
    i128::from(rate) * i128::from(seconds) * i128::from(NANOS_PER_SECOND)
}

fn elapsed_nanos(from: Timestamp, until: Timestamp) -> i64 {
    until.as_nanos().saturating_sub(from.as_nanos()).max(0)
}
