//! On-demand mode: how much it serves, and how often a table may go over to it (facts 2.4).

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::table::capacity::CapacityUnits;
use crate::table::meter::{MINUTE, Meter};

use super::{Kind, Mode, Scope, TABLE_UNITS_MAX, Throughput};

/// Read units a second that a table serves on demand at least.
pub const ON_DEMAND_READ_UNITS: u64 = 12_000;
/// Write units a second that a table serves on demand at least.
pub const ON_DEMAND_WRITE_UNITS: u64 = 4_000;
/// Doubling the previous peak within this long may be throttled. So a minute's use becomes the previous peak when it is
/// over for as long.
const PEAK_DELAY: Duration = Duration::from_secs(30 * 60);

/// Half units a minute in one unit a second.
const HALVES_A_MINUTE: u64 = 120;

/// What a table or index serves on demand, of one kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Allowance {
    kind: Kind,
    /// Units a second it has been ready for: the highest it was ever provisioned with, or was warmed up to.
    ready: u64,
    /// Units a second of the busiest minute that lies back long enough.
    previous_peak: u64,
    /// Minutes before this one were looked at.
    looked: Timestamp,
}

impl Allowance {
    pub(super) fn new(kind: Kind, provisioned: u64, now: Timestamp) -> Self {
        Self { kind, ready: provisioned, previous_peak: 0, looked: now.floor(MINUTE) }
    }

    /// Units a second: twice the previous peak, at least what it is ready for, at most the quota of a table.
    pub(super) fn units(&self) -> u64 {
        let least = match self.kind {
            Kind::Read => ON_DEMAND_READ_UNITS,
            Kind::Write => ON_DEMAND_WRITE_UNITS,
        };
        least.max(self.ready).max(self.previous_peak.saturating_mul(2)).min(TABLE_UNITS_MAX)
    }

    /// Whether it is the quota of the account that ends it, not the time it takes to grow.
    pub(super) fn is_at_quota(&self) -> bool {
        self.units() == TABLE_UNITS_MAX
    }

    /// Notes that it was made ready for so many units a second. Never less than before.
    pub(super) fn make_ready(&mut self, units: u64) {
        self.ready = self.ready.max(units);
    }

    pub(super) fn ready(&self) -> u64 {
        self.ready
    }

    /// Looks at the minutes that lie back long enough. Gives the time of the next look where a later minute is going to
    /// raise the allowance.
    pub(super) fn look(&mut self, meter: &Meter, now: Timestamp) -> Option<Timestamp> {
        let mut next = None;
        for (start, consumed) in meter.closed_since(self.looked, now) {
            let due = start + MINUTE + PEAK_DELAY;
            let rate = units_a_second(consumed);
            if due <= now {
                self.previous_peak = self.previous_peak.max(rate);
            } else if rate.saturating_mul(2) > self.units() {
                next = Some(due);
            }
        }
        self.looked = self.looked.max((now - PEAK_DELAY).floor(MINUTE));
        next.filter(|_| !self.is_at_quota())
    }
}

fn units_a_second(consumed: CapacityUnits) -> u64 {
    consumed.halves().div_ceil(HALVES_A_MINUTE)
}

impl Throughput {
    /// Takes the minutes into account that lie back long enough to be a previous peak, and goes on with the raised
    /// rates. Gives the time of the next such look.
    #[cold]
    pub fn grow_allowances(&mut self, now: Timestamp) -> Option<Timestamp> {
        let next = [
            self.allowed_reads.look(&self.read_meter, now),
            self.allowed_writes.look(&self.write_meter, now),
        ];
        if self.mode == Mode::PayPerRequest {
            self.read.set_rate(self.rate(Kind::Read), now);
            self.write.set_rate(self.rate(Kind::Write), now);
        }
        next.into_iter().flatten().min()
    }

    /// Takes over whether on-demand mode has its limits, after this was read from a store. What flows in at a rate that
    /// is new does so from the time the store knows.
    pub(in crate::table) fn adopt(&mut self, limits_on_demand: bool) {
        self.limits_on_demand = limits_on_demand;
        for kind in [Kind::Read, Kind::Write] {
            let rate = self.rate(kind);
            let bucket = match kind {
                Kind::Read => &mut self.read,
                Kind::Write => &mut self.write,
            };
            if bucket.rate() != rate {
                bucket.set_rate(rate, Timestamp::default());
            }
        }
    }

    /// Makes it ready for so many units a second on demand, now or later: what warm throughput asks for. Never lowers
    /// anything.
    pub fn make_ready(&mut self, read: u64, write: u64, now: Timestamp) {
        self.allowed_reads.make_ready(read);
        self.allowed_writes.make_ready(write);
        if self.mode == Mode::PayPerRequest {
            self.read.set_rate(self.rate(Kind::Read), now);
            self.write.set_rate(self.rate(Kind::Write), now);
        }
    }

    /// Units a second it served or was made ready for at its highest: `WarmThroughput`, where nobody asked for more.
    #[must_use]
    pub fn ready_units(&self, kind: Kind) -> u64 {
        let allowance = self.allowance(kind);
        if self.mode == Mode::PayPerRequest { allowance.units() } else { allowance.ready() }
    }

    /// Whether nothing is ever refused.
    pub(super) fn is_unlimited(&self) -> bool {
        self.mode == Mode::PayPerRequest && !self.limits_on_demand
    }

    pub(super) const fn allowance(&self, kind: Kind) -> &Allowance {
        match kind {
            Kind::Read => &self.allowed_reads,
            Kind::Write => &self.allowed_writes,
        }
    }

    /// Units a second: the rate of the bucket.
    pub(super) fn rate(&self, kind: Kind) -> u64 {
        match self.mode {
            Mode::Provisioned { .. } => self.mode.units(kind),
            Mode::PayPerRequest if self.limits_on_demand => self.allowance(kind).units(),
            Mode::PayPerRequest => 0,
        }
    }

    /// What it means that the bucket is empty.
    pub(super) fn scope(&self, kind: Kind) -> Scope {
        match self.mode {
            Mode::Provisioned { .. } => Scope::Provisioned,
            Mode::PayPerRequest if self.allowance(kind).is_at_quota() => Scope::Account,
            Mode::PayPerRequest => Scope::Growing,
        }
    }
}

/// Times a table may go over to on-demand mode in a rolling day.
const SWITCHES_MAX: usize = 4;
const DAY: Duration = Duration::from_secs(86_400);

/// The times a table went over to on-demand mode, as far as they still count.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Switches {
    times: VecDeque<Timestamp>,
}

impl Switches {
    pub(super) fn check(&self, now: Timestamp) -> Result<(), SwitchLimit> {
        let counted: Vec<Timestamp> = self.times.iter().copied().filter(|time| *time + DAY > now).collect();
        match (counted.first(), counted.last()) {
            (Some(first), Some(last)) if counted.len() >= SWITCHES_MAX => {
                Err(SwitchLimit { last: *last, next: *first + DAY })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn count(&mut self, now: Timestamp) {
        self.times.push_back(now);
        while self.times.len() > SWITCHES_MAX {
            self.times.pop_front();
        }
    }
}

/// A table that went over to on-demand mode too often.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SwitchLimit {
    /// The last time.
    pub last: Timestamp,
    /// When it may again.
    pub next: Timestamp,
}

impl fmt::Display for SwitchLimit {
    /// AWS's text from when it was once a day, with today's count (its own wording for that is not known).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Subscriber limit exceeded: Update to PayPerRequest mode are limited to {SWITCHES_MAX} times in 1 day(s). \
             Last update at {}. Next update can be made at {}",
            super::decrease::ShortDate(self.last),
            super::decrease::ShortDate(self.next)
        )
    }
}
