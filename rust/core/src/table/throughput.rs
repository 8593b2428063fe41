//! Throughput: what a table may consume, what it did consume, and the rules for changing the first.

mod decrease;
mod error;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Error, ThrottlingReason};

use super::capacity::CapacityUnits;
use super::meter::Meter;
use super::on_demand::{OnDemandBuckets, OnDemandMaximum};
use super::partition::Partitions;
use super::token_bucket::{BURST_SECONDS_MAX, TokenBucket};

pub use decrease::DecreaseLimit;
use decrease::Decreases;
pub use error::ThroughputError;

/// The most read or write units a second one table may be provisioned with (the default quota, facts 2.1).
pub const TABLE_UNITS_MAX: u64 = 40_000;

/// Reading or writing: the two things capacity is counted for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
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
    /// `PAY_PER_REQUEST`: what is used is counted, and refused only above a maximum that someone set.
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

/// Which limit refused a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// What the table or index is provisioned with.
    Provisioned,
    /// The 3,000 read or 1,000 write units a second of one partition.
    KeyRange,
    /// The maximum that someone set for an on-demand table or index.
    OnDemandMaximum,
}

/// A refused request. Nothing was taken for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Throttle {
    /// What there was not enough of.
    pub kind: Kind,
    /// Which limit it was.
    pub scope: Scope,
}

impl Throttle {
    /// The `reason` of `ThrottlingReasons` (facts 2.3), for an index or for the table itself.
    #[must_use]
    pub const fn reason(self, index: bool) -> &'static str {
        match (index, self.kind, self.scope) {
            (false, Kind::Read, Scope::Provisioned) => "TableReadProvisionedThroughputExceeded",
            (false, Kind::Write, Scope::Provisioned) => "TableWriteProvisionedThroughputExceeded",
            (false, Kind::Read, Scope::KeyRange) => "TableReadKeyRangeThroughputExceeded",
            (false, Kind::Write, Scope::KeyRange) => "TableWriteKeyRangeThroughputExceeded",
            (true, Kind::Read, Scope::Provisioned) => "IndexReadProvisionedThroughputExceeded",
            (true, Kind::Write, Scope::Provisioned) => "IndexWriteProvisionedThroughputExceeded",
            (true, Kind::Read, Scope::KeyRange) => "IndexReadKeyRangeThroughputExceeded",
            (true, Kind::Write, Scope::KeyRange) => "IndexWriteKeyRangeThroughputExceeded",
            (false, Kind::Read, Scope::OnDemandMaximum) => "TableReadMaxOnDemandThroughputExceeded",
            (false, Kind::Write, Scope::OnDemandMaximum) => "TableWriteMaxOnDemandThroughputExceeded",
            (true, Kind::Read, Scope::OnDemandMaximum) => "IndexReadMaxOnDemandThroughputExceeded",
            (true, Kind::Write, Scope::OnDemandMaximum) => "IndexWriteMaxOnDemandThroughputExceeded",
        }
    }

    /// The exception of a request that met this limit first (facts 2.3).
    #[must_use]
    pub fn error(self, reasons: Vec<ThrottlingReason>) -> Error {
        match self.scope {
            Scope::Provisioned | Scope::KeyRange => Error::ProvisionedThroughputExceeded(reasons),
            Scope::OnDemandMaximum => Error::Throttling(
                "Throughput exceeds the maximum OnDemandThroughput configured on table or index".to_owned(),
                reasons,
            ),
        }
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throughput {
    mode: Mode,
    read: TokenBucket,
    write: TokenBucket,
    read_meter: Meter,
    write_meter: Meter,
    decreases: Decreases,
    last_increase: Option<Timestamp>,
    last_pay_per_request: Option<Timestamp>,
    /// Where an on-demand maximum is set. Boxed, as few have one.
    maximum: Option<Box<OnDemandBuckets>>,
}

impl Throughput {
    /// The throughput of a table made at `now`, with `initial_burst_seconds` (at most 300) of its rate saved
    /// up. AWS does not publish what a new table starts with.
    #[must_use]
    pub fn new(mode: Mode, initial_burst_seconds: u32, now: Timestamp) -> Self {
        let bucket = |kind| TokenBucket::new(mode.units(kind), BURST_SECONDS_MAX, initial_burst_seconds, now);
        Self {
            mode,
            read: bucket(Kind::Read),
            write: bucket(Kind::Write),
            read_meter: Meter::new(mode.units(Kind::Read), now),
            write_meter: Meter::new(mode.units(Kind::Write), now),
            decreases: Decreases::default(),
            last_increase: None,
            last_pay_per_request: (mode == Mode::PayPerRequest).then_some(now),
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
    /// own limit (adaptive capacity, facts 2.2). On demand nothing is refused but what is above a maximum that was set.
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
        self.charge(partitions, partition, kind, cost, now);
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
        if self.mode == Mode::PayPerRequest {
            return match &self.maximum {
                Some(buckets) if !buckets.covers(kind, parts.iter().map(|(_, cost)| *cost).sum(), now) => {
                    Err(Throttle { kind, scope: Scope::OnDemandMaximum })
                }
                _ => Ok(()),
            };
        }
        if !self.bucket(kind).covers(parts.iter().map(|(_, cost)| *cost).sum(), now) {
            return Err(Throttle { kind, scope: Scope::Provisioned });
        }
        for (partition, _) in parts {
            let same = parts.iter().filter(|(other, _)| other == partition);
            if !partitions.get(*partition).covers(kind, same.map(|(_, cost)| *cost).sum(), now) {
                return Err(Throttle { kind, scope: Scope::KeyRange });
            }
        }
        Ok(())
    }

    /// Takes `cost` whatever is left, and counts it: after [`Self::check`], or for a cost that is known only
    /// once the work is done.
    pub fn charge(
        &mut self,
        partitions: &mut Partitions,
        partition: usize,
        kind: Kind,
        cost: CapacityUnits,
        now: Timestamp,
    ) {
        self.take(partitions, partition, kind, cost, now);
        self.record(partitions, partition, kind, cost, now);
    }

    /// Takes `cost` whatever is left, without counting it: for work that no request asked for.
    pub fn take(
        &mut self,
        partitions: &mut Partitions,
        partition: usize,
        kind: Kind,
        cost: CapacityUnits,
        now: Timestamp,
    ) {
        if self.mode == Mode::PayPerRequest {
            if let Some(buckets) = &mut self.maximum {
                buckets.take(kind, cost, now);
            }
            return;
        }
        match kind {
            Kind::Read => self.read.take(cost, now),
            Kind::Write => self.write.take(cost, now),
        }
        partitions.get_mut(partition).take(kind, cost, now);
    }

    /// Counts `cost` without taking it: the path of a database with throttling switched off.
    pub fn record(
        &mut self,
        partitions: &mut Partitions,
        partition: usize,
        kind: Kind,
        cost: CapacityUnits,
        now: Timestamp,
    ) {
        partitions.get_mut(partition).record(kind, cost, now);
        self.meter_mut(kind).consume(cost, now);
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
        if taken && self.mode != Mode::PayPerRequest {
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
            return Ok(());
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
        }
        if mode != Mode::PayPerRequest {
            self.maximum = None;
        }
        self.mode = mode;
        let (read, write) = (mode.units(Kind::Read), mode.units(Kind::Write));
        self.read.set_rate(read, now);
        self.write.set_rate(write, now);
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
