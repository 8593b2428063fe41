//! Provision: what a table or a global index may consume, and the partitions it is spread over.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Read, Space, StoreError};
use crate::table::capacity::CapacityUnits;
use crate::table::contributors::Contributors;
use crate::table::observed::Refusals;
use crate::table::on_demand::OnDemandMaximum;
use crate::table::partition::{Partition, PartitionDescription, Partitions, SplitRules, Tally, Walk};
use crate::table::tables::Tables;
use crate::table::throughput::{Kind, Mode, Throttle, Throughput};
use crate::table::wakeup::Wakeup;
use crate::table::warm_throughput::{WarmRequest, WarmThroughput};
use crate::value::KeyBytes;

/// What a new table or global index is given beside its mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewLimits {
    /// `OnDemandThroughput`.
    pub maximum: OnDemandMaximum,
    /// `WarmThroughput`.
    pub warm: WarmRequest,
}

/// What all provisions of a table have in common.
#[derive(Clone, Debug)]
pub(in crate::table) struct Regime {
    /// Whether requests over the limits are refused; they are counted either way.
    pub(in crate::table) throttles: bool,
    /// Whether that holds on demand too.
    pub(in crate::table) limits_on_demand: bool,
    /// Seconds of its rate that a new table has saved up.
    pub(in crate::table) initial_burst_seconds: u32,
    /// Bytes a partition holds before it is split.
    pub(in crate::table) partition_bytes: u64,
    /// Whom to tell that something is to happen later.
    pub(in crate::table) wakeup: Wakeup,
    /// Where the items of the table are, which it is then told of.
    pub(in crate::table) table: Space,
}

impl Tables {
    /// What the provisions of the table with its items in `table` and of its indexes have in common.
    pub(in crate::table) fn regime(&self, table: Space) -> Regime {
        Regime {
            throttles: self.settings.throttle,
            limits_on_demand: self.settings.throttle_on_demand,
            initial_burst_seconds: self.settings.initial_burst_seconds,
            partition_bytes: self.settings.partition_bytes,
            wakeup: self.wakeup.clone(),
            table,
        }
    }
}

/// Where in a table or index something is read or written.
#[derive(Clone, Copy, Debug)]
pub(in crate::table) struct Place<'a> {
    /// The partition.
    pub(in crate::table) partition: usize,
    /// The key, or what many keys begin with.
    pub(in crate::table) key: &'a [u8],
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
    /// The keys that use it most, where they are counted. Not stored: a database that is opened begins to count anew.
    #[serde(skip)]
    pub(in crate::table) contributors: Option<Box<Contributors>>,
    /// Throttle events by the metric of their reason. Charts are not stored.
    #[serde(skip)]
    pub(in crate::table) refusals: Refusals,
    /// When partitions are split or an allowance grows; see [`Provision::review`].
    review_at: Option<Timestamp>,
    #[serde(skip)]
    wakeup: Wakeup,
    /// Known again when it is adopted.
    #[serde(skip, default = "no_table")]
    table: Space,
}

/// A space that holds no table's items.
fn no_table() -> Space {
    Space(0)
}

impl Provision {
    pub(in crate::table) fn new(mode: Mode, limits: NewLimits, regime: &Regime, now: Timestamp) -> Self {
        let throttles = regime.throttles;
        let limits_on_demand = throttles && regime.limits_on_demand;
        let burst = regime.initial_burst_seconds;
        let mut throughput = Throughput::with_limits(mode, limits_on_demand, burst, now);
        throughput.set_maximum(limits.maximum, now);
        let warm = WarmThroughput::new(mode, limits.warm);
        let (read, write) = (warm.units(Kind::Read), warm.units(Kind::Write));
        throughput.make_ready(read, write, now);
        let warmed = if limits.warm.is_empty() { 1 } else { Partitions::on_demand_count(read, write) };
        let count = partitions_for(mode, &throughput).max(warmed);
        Self {
            throughput,
            warm,
            partitions: Partitions::new(count, regime.partition_bytes, now),
            throttles,
            contributors: None,
            refusals: Refusals::default(),
            review_at: None,
            wakeup: regime.wakeup.clone(),
            table: regime.table,
        }
    }

    /// Takes over what the database is set to, after this was read from a store.
    pub(in crate::table) fn adopt(&mut self, regime: &Regime) {
        self.throttles = regime.throttles;
        self.throughput.adopt(regime.throttles && regime.limits_on_demand);
        self.table = regime.table;
        self.follow(&regime.wakeup);
        if self.partitions.adopt(regime.partition_bytes) {
            self.review_at(Timestamp::default());
        }
    }

    /// From now on tells another wakeup what is to happen.
    pub(in crate::table) fn follow(&mut self, wakeup: &Wakeup) {
        self.wakeup = wakeup.clone();
        if let Some(time) = self.review_at {
            self.wakeup.at(self.table, time);
        }
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

    pub(in crate::table) fn partition_count(&self) -> usize {
        self.partitions.len()
    }

    /// The least key of each partition, in order.
    pub(in crate::table) fn partition_starts(&self) -> Vec<KeyBytes> {
        self.partitions.iter().map(Partition::first_key).collect()
    }

    /// The partition that holds `key`: a whole key, or a hash that stands for all that begin with it. Good until the
    /// next [`Provision::review`], which no request is in the middle of.
    pub(in crate::table) fn locate(&self, key: &[u8]) -> usize {
        self.partitions.locate(key)
    }

    /// Takes capacity at `place`, or refuses and takes nothing. The refusal is counted.
    pub(in crate::table) fn consume(
        &mut self,
        place: Place<'_>,
        kind: Kind,
        units: CapacityUnits,
        now: Timestamp,
    ) -> Result<(), Throttle> {
        if self.throttles {
            if let Err(throttle) = self.throughput.check(&self.partitions, place.partition, kind, units, now)
            {
                self.refuse(place, throttle, now);
                return Err(throttle);
            }
            self.throughput.take(&mut self.partitions, place.partition, kind, units, now);
        }
        self.record(place, kind, units, now);
        Ok(())
    }

    /// Whether [`Self::charge`] may follow for all `parts`, each a partition with what is asked of it. Takes and counts
    /// nothing.
    pub(in crate::table) fn check(
        &self,
        parts: &[(usize, CapacityUnits)],
        kind: Kind,
        now: Timestamp,
    ) -> Result<(), Throttle> {
        if self.throttles { self.throughput.check_parts(&self.partitions, parts, kind, now) } else { Ok(()) }
    }

    /// Counts a request that was refused because of `throttle`, after [`Self::check`].
    #[cold]
    pub(in crate::table) fn refuse(&mut self, place: Place<'_>, throttle: Throttle, now: Timestamp) {
        self.throughput.refuse(throttle.kind, now);
        self.refusals.note(throttle.metric(), now);
        self.partitions.get_mut(place.partition).refuse(throttle.kind);
        if let Some(contributors) = &mut self.contributors {
            contributors.throttle(place.key, now);
        }
    }

    /// Takes capacity whatever is left, after [`Self::check`].
    pub(in crate::table) fn charge(
        &mut self,
        place: Place<'_>,
        kind: Kind,
        units: CapacityUnits,
        now: Timestamp,
    ) {
        if self.throttles {
            self.throughput.take(&mut self.partitions, place.partition, kind, units, now);
        }
        self.record(place, kind, units, now);
    }

    fn record(&mut self, place: Place<'_>, kind: Kind, units: CapacityUnits, now: Timestamp) {
        if let Some(contributors) = &mut self.contributors {
            contributors.consume(place.key, kind, units, now);
        }
        let split = self.partitions.record(place.partition, kind, units, place.key, now);
        let growth = self.throughput.record(kind, units, now);
        if split.is_some() || growth.is_some() {
            split.into_iter().chain(growth).for_each(|time| self.review_at(time));
        }
    }

    /// Gives back what was just taken, by [`Self::consume`] or [`Self::charge`] at the same time.
    pub(in crate::table) fn refund(
        &mut self,
        partition: usize,
        kind: Kind,
        units: CapacityUnits,
        now: Timestamp,
    ) {
        self.throughput.refund(&mut self.partitions, partition, (kind, units), self.throttles, now);
    }

    /// Takes capacity that counts as no request's: the writes that build an index. False where there is not enough.
    pub(in crate::table) fn take_unmetered(
        &mut self,
        partition: usize,
        units: CapacityUnits,
        now: Timestamp,
    ) -> bool {
        if self.check(&[(partition, units)], Kind::Write, now).is_err() {
            return false;
        }
        if self.throttles {
            self.throughput.take(&mut self.partitions, partition, Kind::Write, units, now);
        }
        true
    }

    /// Counts items and bytes gained or lost by a partition.
    pub(in crate::table) fn resize(&mut self, partition: usize, items: i64, bytes: i64, now: Timestamp) {
        if (items != 0 || bytes != 0) && self.partitions.resize(partition, items, bytes) {
            self.review_at(now);
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
        self.grow(&mut Walk::new(store, space), now).map_err(Error::from)
    }

    /// Ends a raise of the warm throughput that is due: the partitions for it are made ahead of the load, and on-demand
    /// mode starts there.
    pub(in crate::table) fn settle_warm(
        &mut self,
        store: &dyn Read,
        space: Space,
        now: Timestamp,
    ) -> Result<(), Error> {
        if !self.warm.settle(now) {
            return Ok(());
        }
        let (read, write) = (self.warm.units(Kind::Read), self.warm.units(Kind::Write));
        self.throughput.make_ready(read, write, now);
        let mut walk = Walk::new(store, space);
        let count = Partitions::on_demand_count(read, write);
        self.partitions.grow(count, now, |range| walk.tally(range));
        walk.finish().map_err(Error::from)
    }

    fn grow(&mut self, walk: &mut Walk<'_>, now: Timestamp) -> Result<(), StoreError> {
        let count = partitions_for(self.throughput.mode(), &self.throughput);
        self.partitions.grow(count, now, |range| walk.tally(range));
        walk.finish()
    }

    /// When [`Self::review`] has something to do.
    pub(in crate::table) fn next_review(&self) -> Option<Timestamp> {
        self.review_at
    }

    fn review_at(&mut self, time: Timestamp) {
        if self.review_at.is_none_or(|known| time < known) {
            self.review_at = Some(time);
            self.wakeup.at(self.table, time);
        }
    }

    /// Splits what is to be split and lets on-demand allowances grow.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub(in crate::table) fn review(
        &mut self,
        store: &dyn Read,
        space: Space,
        rules: SplitRules,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.review_at.is_none_or(|at| at > now) {
            return Ok(());
        }
        self.review_at = None;
        let mut walk = Walk::new(store, space);
        self.partitions.split_hot(rules, now, |range| walk.tally(range));
        let sizes = Walk::new(store, space);
        self.partitions.split_full(
            now,
            |range, bytes| sizes.middle(range, bytes, rules),
            |range| walk.tally(range),
        );
        let growth = self.throughput.grow_allowances(now);
        self.grow(&mut walk, now)?;
        self.partitions.next_split().into_iter().chain(growth).for_each(|time| self.review_at(time));
        Ok(())
    }
}

/// How many partitions a throughput needs.
fn partitions_for(mode: Mode, throughput: &Throughput) -> usize {
    match mode {
        Mode::Provisioned { read, write } => Partitions::initial_count(read, write, 0),
        Mode::PayPerRequest => {
            let ready = |kind| throughput.ready_units(kind);
            Partitions::on_demand_count(ready(Kind::Read), ready(Kind::Write))
        }
    }
}
