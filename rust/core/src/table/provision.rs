//! Provision: what a table or a global index may consume, and the partitions it is spread over.

use std::ops::ControlFlow;

use smallvec::SmallVec;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Direction, Read, Space};
use crate::table::capacity::CapacityUnits;
use crate::table::key_span::KeySpan;
use crate::table::on_demand::OnDemandMaximum;
use crate::table::partition::{Partition, PartitionDescription, Partitions, Tally};
use crate::table::throughput::{Kind, Mode, Throttle, Throughput};
use crate::table::warm_throughput::{WarmRequest, WarmThroughput};
use crate::value::ItemRef;

/// What a new table or global index is given beside its mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewLimits {
    /// `OnDemandThroughput`.
    pub maximum: OnDemandMaximum,
    /// `WarmThroughput`.
    pub warm: WarmRequest,
}

/// A throughput with the partitions that share it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct Provision {
    pub(in crate::table) throughput: Throughput,
    pub(in crate::table) warm: WarmThroughput,
    partitions: Partitions,
    /// Whether requests over the limits are refused; they are counted either way. A setting of the database, not of
    /// what it stores.
    #[serde(skip)]
    throttles: bool,
}

impl Provision {
    pub(in crate::table) fn new(
        mode: Mode,
        limits: NewLimits,
        throttles: bool,
        initial_burst_seconds: u32,
        now: Timestamp,
    ) -> Self {
        let (read, write) = (mode.units(Kind::Read), mode.units(Kind::Write));
        let mut throughput = Throughput::new(mode, initial_burst_seconds, now);
        throughput.set_maximum(limits.maximum, now);
        Self {
            throughput,
            warm: WarmThroughput::new(mode, limits.warm),
            partitions: Partitions::new(Partitions::initial_count(read, write, 0), now),
            throttles,
        }
    }

    /// Takes over what the database is set to, after this was read from a store.
    pub(in crate::table) fn adopt(&mut self, throttles: bool) {
        self.throttles = throttles;
    }

    /// Whether the partitions cut the hash space as partitions do.
    pub(in crate::table) fn is_whole(&self) -> bool {
        self.partitions.is_whole()
    }

    /// Items and bytes, over all partitions. DynamoDB refreshes these about every six hours; here they are exact.
    pub(in crate::table) fn totals(&self) -> Tally {
        let sum = |total: Tally, partition: &Partition| {
            let tally = partition.tally();
            Tally { items: total.items + tally.items, bytes: total.bytes + tally.bytes }
        };
        self.partitions.iter().fold(Tally::default(), sum)
    }

    pub(in crate::table) fn describe_partitions(&self, now: Timestamp) -> Vec<PartitionDescription> {
        self.partitions.describe(now)
    }

    /// Takes capacity on the partition that holds `hash`, or refuses and takes nothing. The refusal is counted.
    pub(in crate::table) fn consume(
        &mut self,
        hash: u64,
        kind: Kind,
        units: CapacityUnits,
        now: Timestamp,
    ) -> Result<(), Throttle> {
        let partition = self.partitions.locate(hash);
        if !self.throttles {
            self.throughput.record(&mut self.partitions, partition, kind, units, now);
            return Ok(());
        }
        self.throughput.admit(&mut self.partitions, partition, kind, units, now)
    }

    /// Whether [`Self::charge`] may follow for all `parts`, each a hash with what is asked of its partition. Takes
    /// and counts nothing.
    pub(in crate::table) fn check(
        &self,
        parts: &[(u64, CapacityUnits)],
        kind: Kind,
        now: Timestamp,
    ) -> Result<(), Throttle> {
        if !self.throttles {
            return Ok(());
        }
        let located: SmallVec<[(usize, CapacityUnits); 2]> =
            parts.iter().map(|(hash, units)| (self.partitions.locate(*hash), *units)).collect();
        self.throughput.check_parts(&self.partitions, &located, kind, now)
    }

    /// Takes capacity whatever is left, after [`Self::check`].
    pub(in crate::table) fn charge(&mut self, hash: u64, kind: Kind, units: CapacityUnits, now: Timestamp) {
        let partition = self.partitions.locate(hash);
        if self.throttles {
            self.throughput.charge(&mut self.partitions, partition, kind, units, now);
        } else {
            self.throughput.record(&mut self.partitions, partition, kind, units, now);
        }
    }

    /// Gives back what was just taken, by [`Self::consume`] or [`Self::charge`] at the same time.
    pub(in crate::table) fn refund(&mut self, hash: u64, kind: Kind, units: CapacityUnits, now: Timestamp) {
        let partition = self.partitions.locate(hash);
        self.throughput.refund(&mut self.partitions, partition, (kind, units), self.throttles, now);
    }

    /// Takes capacity that counts as no request's: the writes that build an index. False where there is not enough.
    pub(in crate::table) fn take_unmetered(
        &mut self,
        hash: u64,
        units: CapacityUnits,
        now: Timestamp,
    ) -> bool {
        if self.check(&[(hash, units)], Kind::Write, now).is_err() {
            return false;
        }
        if self.throttles {
            let partition = self.partitions.locate(hash);
            self.throughput.take(&mut self.partitions, partition, Kind::Write, units, now);
        }
        true
    }

    /// Counts items and bytes gained or lost by the partition that holds `hash`.
    pub(in crate::table) fn resize(&mut self, hash: u64, items: i64, bytes: i64) {
        if items != 0 || bytes != 0 {
            self.partitions.resize(self.partitions.locate(hash), items, bytes);
        }
    }

    /// Goes over to another throughput, with as many partitions as that needs. A split counts its lower half in
    /// `space`, so the tallies stay exact; that walk is paid once a split, never by a request.
    pub(in crate::table) fn change_mode(
        &mut self,
        store: &dyn Read,
        space: Space,
        mode: Mode,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.throughput.apply_change(mode, now);
        self.warm.follow(mode);
        self.grow(store, space, (mode.units(Kind::Read), mode.units(Kind::Write)), now)
    }

    /// Ends a raise of the warm throughput that is due: the partitions for it are made ahead of the load.
    pub(in crate::table) fn settle_warm(
        &mut self,
        store: &dyn Read,
        space: Space,
        now: Timestamp,
    ) -> Result<(), Error> {
        if !self.warm.settle(now) {
            return Ok(());
        }
        self.grow(store, space, (self.warm.units(Kind::Read), self.warm.units(Kind::Write)), now)
    }

    fn grow(
        &mut self,
        store: &dyn Read,
        space: Space,
        (read, write): (u64, u64),
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut failure = None;
        self.partitions.grow(read, write, now, |range| {
            let mut tally = Tally::default();
            let span = KeySpan::of_hashes(range);
            let walked = store.scan(space, span.range(), Direction::Forward, &mut |entry| {
                tally.items += 1;
                tally.bytes += ItemRef::trusted(entry.value()).size() as u64;
                ControlFlow::Continue(())
            });
            failure = failure.take().or(walked.err());
            tally
        });
        failure.map_or(Ok(()), |failure| Err(failure.into()))
    }
}
