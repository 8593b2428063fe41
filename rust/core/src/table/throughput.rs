//! Throughput: what a table may consume, what it did consume, and the rules for changing the first.

mod decrease;
mod error;
mod on_demand;
#[cfg(test)]
mod tests;
mod throttle;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

use super::capacity::CapacityUnits;
use super::meter::Meter;
use super::on_demand::{OnDemandBuckets, OnDemandMaximum};
use super::partition::Partitions;
use super::token_bucket::{BURST_SECONDS_MAX, TokenBucket};

pub use decrease::DecreaseLimit;
use decrease::Decreases;
pub use error::ThroughputError;
use on_demand::{Allowance, Switches};
pub use on_demand::{ON_DEMAND_READ_UNITS, ON_DEMAND_WRITE_UNITS, SwitchLimit};
pub use throttle::{Scope, Throttle};

/// The most read or write units a second one table may be provisioned with (the default quota, facts 2.1).
pub const TABLE_UNITS_MAX: u64 = 40_000;

/// Reading or writing: the two things capacity is counted for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Kind {
    /// Read capacity units.
    Read,
    /// Write capacity units.
    Write,
}

/// How a table's capacity is set: its `BillingMode` with what belongs to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Mode {
    /// `PROVISIONED`: units a second.
    Provisioned {
        /// Read units a second.
        read: u64,
        /// Write units a second.
        write: u64,
    },
    /// `PAY_PER_REQUEST`: what is used is paid for; how much may be used follows the load, below a maximum that someone set.
    PayPerRequest,
}

impl Mode {
    /// Units a second; zero on demand, as DescribeTable shows it (facts 2.4).
    #[must_use]
    pub const fn units(self, kind: Kind) -> u64 {
        match (self, kind) {
            (Self::Provisioned { read, .. }, Kind::Read) => read,
            (Self::Provisioned { write, .. }, Kind::Write) => write,
            (Self::PayPerRequest, _) => 0,
        }
    }

    /// Whether one table may have this much in a Region.
    ///
    /// # Errors
    /// [`ThroughputError::AboveTableMaximum`].
    pub fn check_maximum(self, region: &str) -> Result<(), ThroughputError> {
        for kind in [Kind::Read, Kind::Write] {
            let requested = self.units(kind);
            if requested > TABLE_UNITS_MAX {
                let region = region.to_owned();
                return Err(ThroughputError::AboveTableMaximum { kind, requested, region });
            }
        }
        Ok(())
    }
}

/// `ProvisionedThroughputDescription`, with what `BillingModeSummary` needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ThroughputDescription {
    /// How the capacity is set.
    pub mode: Mode,
    /// `NumberOfDecreasesToday`: in the UTC day of the question.
    pub number_of_decreases_today: u32,
    /// `LastIncreaseDateTime`.
    pub last_increase: Option<Timestamp>,
    /// `LastDecreaseDateTime`.
    pub last_decrease: Option<Timestamp>,
    /// `LastUpdateToPayPerRequestDateTime`: when it last went on demand.
    pub last_pay_per_request: Option<Timestamp>,
}

/// The throughput of one table or index: its setting, what is left of it, and what was used.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throughput {
    mode: Mode,
    /// Whether on-demand mode has limits; without them it only counts. A setting of the database, not of what it stores.
    #[serde(skip)]
    limits_on_demand: bool,
    read: TokenBucket,
    write: TokenBucket,
    read_meter: Meter,
    write_meter: Meter,
    decreases: Decreases,
    last_increase: Option<Timestamp>,
    last_pay_per_request: Option<Timestamp>,
    allowed_reads: Allowance,
    allowed_writes: Allowance,
    switches: Switches,
    /// Where an on-demand maximum is set. Boxed, as few have one.
    maximum: Option<Box<OnDemandBuckets>>,
}

impl Throughput {
    /// The throughput of a table made at `now`, with `initial_burst_seconds` (at most 300) of its rate saved
    /// up. AWS does not publish what a new table starts with. On demand nothing is refused.
    #[must_use]
    pub fn new(mode: Mode, initial_burst_seconds: u32, now: Timestamp) -> Self {
        Self::with_limits(mode, false, initial_burst_seconds, now)
    }

    /// As [`Self::new`]; `limits_on_demand` says whether on-demand mode has its limits.
    #[must_use]
    pub fn with_limits(
        mode: Mode,
        limits_on_demand: bool,
        initial_burst_seconds: u32,
        now: Timestamp,
    ) -> Self {
        let allowance = |kind| Allowance::new(kind, mode.units(kind), now);
        let (allowed_reads, allowed_writes) = (allowance(Kind::Read), allowance(Kind::Write));
        let bucket = |allowance: &Allowance, kind| {
            let on_demand = limits_on_demand && mode == Mode::PayPerRequest;
            let rate = if on_demand { allowance.units() } else { mode.units(kind) };
            TokenBucket::new(rate, BURST_SECONDS_MAX, initial_burst_seconds, now)
        };
        Self {
            mode,
            limits_on_demand,
            read: bucket(&allowed_reads, Kind::Read),
            write: bucket(&allowed_writes, Kind::Write),
            read_meter: Meter::new(mode.units(Kind::Read), now),
            write_meter: Meter::new(mode.units(Kind::Write), now),
            decreases: Decreases::default(),
            last_increase: None,
            last_pay_per_request: (mode == Mode::PayPerRequest).then_some(now),
            allowed_reads,
            allowed_writes,
            switches: Switches::default(),
            maximum: None,
        }
    }

    /// The on-demand maximum.
    #[must_use]
    pub fn maximum(&self) -> OnDemandMaximum {
        self.maximum.as_ref().map_or_else(OnDemandMaximum::default, |buckets| buckets.maximum())
    }

    /// Sets the on-demand maximum; a new one begins with a full second.
    pub fn set_maximum(&mut self, maximum: OnDemandMaximum, now: Timestamp) {
        if maximum != self.maximum() {
            self.maximum = (!maximum.is_none()).then(|| Box::new(OnDemandBuckets::new(maximum, now)));
        }
    }

    /// How the capacity is set.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// What was used, by the minute.
    #[must_use]
    pub const fn meter(&self, kind: Kind) -> &Meter {
        match kind {
            Kind::Read => &self.read_meter,
            Kind::Write => &self.write_meter,
        }
    }

    /// What is saved up.
    #[must_use]
    pub const fn bucket(&self, kind: Kind) -> &TokenBucket {
        match kind {
            Kind::Read => &self.read,
            Kind::Write => &self.write,
        }
    }

    /// Takes `cost` for a request on the partition at `partition`, or refuses it and takes nothing.
    ///
    /// The table's rate is one for all partitions: a hot one may use all of it as long as it stays under its
    /// own limit (adaptive capacity, facts 2.2).
    ///
    /// # Errors
    /// The limit that was met; it is counted as a throttle event.
    pub fn admit(
        &mut self,
        partitions: &mut Partitions,
        partition: usize,
        kind: Kind,
        cost: CapacityUnits,
        now: Timestamp,
    ) -> Result<(), Throttle> {
        if let Err(throttle) = self.check(partitions, partition, kind, cost, now) {
            self.refuse(kind, now);
            return Err(throttle);
        }
        self.take(partitions, partition, kind, cost, now);
        self.record(kind, cost, now);
        Ok(())
    }

    /// Whether [`Self::admit`] would take `cost`, taking and counting nothing: for requests that need several
    /// tables or indexes to agree before any of them is charged.
    ///
    /// # Errors
    /// The limit that would be met.
    pub fn check(
        &self,
        partitions: &Partitions,
        partition: usize,
        kind: Kind,
        cost: CapacityUnits,
        now: Timestamp,
    ) -> Result<(), Throttle> {
        self.check_parts(partitions, &[(partition, cost)], kind, now)
    }

    /// As [`Self::check`], for a request that needs several partitions to agree: `parts` are partitions with what is
    /// asked of each, and one may come twice.
    ///
    /// # Errors
    /// The limit that would be met.
    pub fn check_parts(
        &self,
        partitions: &Partitions,
        parts: &[(usize, CapacityUnits)],
        kind: Kind,
        now: Timestamp,
    ) -> Result<(), Throttle> {
        if self.mode == Mode::PayPerRequest
            && let Some(buckets) = &self.maximum
            && !buckets.covers(kind, parts.iter().map(|(_, cost)| *cost).sum(), now)
        {
            return Err(Throttle { kind, scope: Scope::OnDemandMaximum });
        }
        if self.is_unlimited() {
            return Ok(());
        }
        if !self.bucket(kind).covers(parts.iter().map(|(_, cost)| *cost).sum(), now) {
            return Err(Throttle { kind, scope: self.scope(kind) });
        }
        for (partition, _) in parts {
            let same = parts.iter().filter(|(other, _)| other == partition);
            if !partitions.get(*partition).covers(kind, same.map(|(_, cost)| *cost).sum(), now) {
                let on_demand = self.mode == Mode::PayPerRequest;
                let scope = if on_demand { Scope::Growing } else { Scope::KeyRange };
                return Err(Throttle { kind, scope });
            }
        }
        Ok(())
    }

    /// Takes `cost` whatever is left, without counting it: after [`Self::check`], or for work that no request asked
    /// for.
    pub fn take(
        &mut self,
        partitions: &mut Partitions,
        partition: usize,
        kind: Kind,
        cost: CapacityUnits,
        now: Timestamp,
    ) {
        if self.mode == Mode::PayPerRequest
            && let Some(buckets) = &mut self.maximum
        {
            buckets.take(kind, cost, now);
        }
        if self.is_unlimited() {
            return;
        }
        match kind {
            Kind::Read => self.read.take(cost, now),
            Kind::Write => self.write.take(cost, now),
        }
        partitions.get_mut(partition).take(kind, cost, now);
    }

    /// Counts `cost` without taking it. Gives the time at which an on-demand allowance is to be looked at, where the
    /// minute that has just ended is going to raise it: [`Self::grow_allowances`].
    pub fn record(&mut self, kind: Kind, cost: CapacityUnits, now: Timestamp) -> Option<Timestamp> {
        let begins = self.meter_mut(kind).consume(cost, now);
        if begins && self.mode == Mode::PayPerRequest { self.grow_allowances(now) } else { None }
    }

    /// Undoes a [`Self::charge`] of the same time, or a [`Self::record`] where nothing was `taken`: for a request that
    /// failed after it was admitted.
    pub fn refund(
        &mut self,
        partitions: &mut Partitions,
        partition: usize,
        (kind, cost): (Kind, CapacityUnits),
        taken: bool,
        now: Timestamp,
    ) {
        if taken && !self.is_unlimited() {
            match kind {
                Kind::Read => self.read.refund(cost),
                Kind::Write => self.write.refund(cost),
            }
            partitions.get_mut(partition).refund(kind, cost);
        }
        partitions.get_mut(partition).unrecord(kind, cost);
        self.meter_mut(kind).refund(cost, now);
    }

    /// Counts a throttle event: for a caller that used [`Self::check`] and refused.
    pub fn refuse(&mut self, kind: Kind, now: Timestamp) {
        self.meter_mut(kind).throttle(now);
    }

    /// When [`Self::admit`] would take `cost` if nothing else is taken before.
    #[must_use]
    pub fn available_at(
        &self,
        partitions: &Partitions,
        partition: usize,
        kind: Kind,
        cost: CapacityUnits,
    ) -> Timestamp {
        let maximum = self.maximum.as_ref().filter(|_| self.mode == Mode::PayPerRequest);
        if let Some(available) = maximum.and_then(|buckets| buckets.available_at(kind, cost)) {
            return available;
        }
        let table = self.bucket(kind).available_at(cost);
        table.max(partitions.get(partition).available_at(kind, cost))
    }

    /// Whether the rules allow to go over to `mode` at `now` (facts 2.6, 4.4). Going over between the modes is
    /// not counted as a decrease.
    ///
    /// # Errors
    /// DynamoDB's refusal, which is not counted as a decrease either.
    pub fn check_change(&self, mode: Mode, region: &str, now: Timestamp) -> Result<(), ThroughputError> {
        let Mode::Provisioned { read, write } = mode else {
            let switches = self.mode != Mode::PayPerRequest;
            return if switches {
                self.switches.check(now).map_err(ThroughputError::Switches)
            } else {
                Ok(())
            };
        };
        mode.check_maximum(region)?;
        if mode == self.mode {
            return Err(ThroughputError::Unchanged { read, write });
        }
        if self.lowers(mode) {
            self.decreases.check(now).map_err(ThroughputError::Decreases)?;
        }
        Ok(())
    }

    /// Goes over to `mode`. The caller has asked [`Self::check_change`] when the request came in; between the
    /// two the old setting holds. Saved-up capacity stays, as far as the new rate may save as much. The caller
    /// also lets its [`Partitions::grow`].
    pub fn apply_change(&mut self, mode: Mode, now: Timestamp) {
        if self.lowers(mode) {
            self.decreases.count(now);
        }
        if self.raises(mode) {
            self.last_increase = Some(now);
        }
        if mode == Mode::PayPerRequest && self.mode != Mode::PayPerRequest {
            self.last_pay_per_request = Some(now);
            self.switches.count(now);
        }
        if mode != Mode::PayPerRequest {
            self.maximum = None;
        }
        self.mode = mode;
        let (read, write) = (mode.units(Kind::Read), mode.units(Kind::Write));
        self.allowed_reads.make_ready(read);
        self.allowed_writes.make_ready(write);
        self.read.set_rate(self.rate(Kind::Read), now);
        self.write.set_rate(self.rate(Kind::Write), now);
        self.read_meter.provision(read, now);
        self.write_meter.provision(write, now);
    }

    /// What DescribeTable shows at `now`.
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> ThroughputDescription {
        ThroughputDescription {
            mode: self.mode,
            number_of_decreases_today: self.decreases.today(now),
            last_increase: self.last_increase,
            last_decrease: self.decreases.last(),
            last_pay_per_request: self.last_pay_per_request,
        }
    }

    fn lowers(&self, mode: Mode) -> bool {
        self.both_provisioned(mode)
            && [Kind::Read, Kind::Write].iter().any(|k| mode.units(*k) < self.mode.units(*k))
    }

    fn raises(&self, mode: Mode) -> bool {
        self.both_provisioned(mode)
            && [Kind::Read, Kind::Write].iter().any(|k| mode.units(*k) > self.mode.units(*k))
    }

    fn both_provisioned(&self, mode: Mode) -> bool {
        self.mode != Mode::PayPerRequest && mode != Mode::PayPerRequest
    }

    fn meter_mut(&mut self, kind: Kind) -> &mut Meter {
        match kind {
            Kind::Read => &mut self.read_meter,
            Kind::Write => &mut self.write_meter,
        }
    }
}
