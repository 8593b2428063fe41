//! Partitions: a table's hash space cut into ranges, each with limits of its own.
//!
//! The count follows the formula the developer guide published in 2017 (facts 2.1); partitions split and never
//! merge. Each one may serve up to 3,000 read and 1,000 write units a second however much the table is
//! provisioned for or has saved up; below that it may take any share of the table's rate (adaptive capacity,
//! facts 2.2).

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::clock::{NANOS_PER_SECOND, Timestamp};

use super::capacity::CapacityUnits;
use super::throughput::Kind;
use super::token_bucket::TokenBucket;

/// Read units a second one partition serves (facts 2.1).
pub const PARTITION_READ_UNITS: u64 = 3_000;
/// Write units a second one partition serves (facts 2.1).
pub const PARTITION_WRITE_UNITS: u64 = 1_000;
/// Bytes one partition holds before it is split (facts 2.1).
pub const PARTITION_BYTES: u64 = 10 * 1024 * 1024 * 1024;

/// A partition keeps one second of its limit: burst capacity does not lift the limit (facts 2.1).
const PARTITION_BURST_SECONDS: u32 = 1;

/// A part of the hash space, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct HashRange {
    /// The lowest hash in it.
    pub start: u64,
    /// The highest hash in it.
    pub end: u64,
}

impl HashRange {
    /// The whole hash space.
    pub const ALL: Self = Self { start: 0, end: u64::MAX };

    /// The `index`-th of `count` equal cuts of the hash space: what segment `index` of a parallel scan with
    /// `TotalSegments` = `count` reads. The cuts cover the space without overlap; their sizes differ by one at
    /// most.
    ///
    /// # Panics
    /// Where `index` is not below `count`.
    #[must_use]
    pub fn segment(index: u32, count: u32) -> Self {
        assert!(index < count, "segment {index} of {count}");
        let cut = |index: u32| (u128::from(index) << 64) / u128::from(count);
        let start = cut(index);
        let end = cut(index + 1) - 1;
        Self { start: start as u64, end: end as u64 }
    }

    /// Whether `hash` is in the range.
    #[must_use]
    pub const fn contains(self, hash: u64) -> bool {
        self.start <= hash && hash <= self.end
    }

    /// The lower and the upper half; none for a range of one hash.
    #[must_use]
    pub const fn halves(self) -> Option<(Self, Self)> {
        if self.start == self.end {
            return None;
        }
        let middle = self.start + (self.end - self.start) / 2;
        Some((Self { start: self.start, end: middle }, Self { start: middle + 1, end: self.end }))
    }
}

/// How much is stored in a range.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Items.
    pub items: u64,
    /// Their bytes by DynamoDB's rules (facts 1.3).
    pub bytes: u64,
}

/// Capacity used within the last minute: an exact sum for the running minute, and the one before it counted
/// down as the running one goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Heat {
    minute_start: i64,
    running: CapacityUnits,
    before: CapacityUnits,
}

const MINUTE_NANOS: i64 = 60 * NANOS_PER_SECOND;

impl Heat {
    const fn new() -> Self {
        Self { minute_start: 0, running: CapacityUnits::ZERO, before: CapacityUnits::ZERO }
    }

    fn add(&mut self, cost: CapacityUnits, now: Timestamp) {
        if now.as_nanos() >= self.minute_start + MINUTE_NANOS {
            *self = self.at(now);
        }
        self.running += cost;
    }

    /// The same figures seen from `now`.
    fn at(self, now: Timestamp) -> Self {
        let elapsed = now.as_nanos() - self.minute_start;
        if elapsed < MINUTE_NANOS {
            return self;
        }
        let before = if elapsed < 2 * MINUTE_NANOS { self.running } else { CapacityUnits::ZERO };
        let minute_start = now.as_nanos().div_euclid(MINUTE_NANOS) * MINUTE_NANOS;
        Self { minute_start, running: CapacityUnits::ZERO, before }
    }

    /// Half units used in the minute up to `now`.
    fn halves(self, now: Timestamp) -> u64 {
        let seen = self.at(now);
        let elapsed = (now.as_nanos() - seen.minute_start).clamp(0, MINUTE_NANOS);
        let left = i128::from(seen.before.halves()) * i128::from(MINUTE_NANOS - elapsed);
        let left = u64::try_from(left / i128::from(MINUTE_NANOS)).unwrap_or(u64::MAX);
        seen.running.halves().saturating_add(left)
    }
}

/// One partition: a range of hashes, what is stored in it, and what it may still serve this second.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Partition {
    range: HashRange,
    tally: Tally,
    read: TokenBucket,
    write: TokenBucket,
    consumed_read: CapacityUnits,
    consumed_write: CapacityUnits,
    heat_read: Heat,
    heat_write: Heat,
}

impl Partition {
    fn new(range: HashRange, tally: Tally, now: Timestamp) -> Self {
        let bucket = |rate| TokenBucket::new(rate, PARTITION_BURST_SECONDS, PARTITION_BURST_SECONDS, now);
        Self {
            range,
            tally,
            read: bucket(PARTITION_READ_UNITS),
            write: bucket(PARTITION_WRITE_UNITS),
            consumed_read: CapacityUnits::ZERO,
            consumed_write: CapacityUnits::ZERO,
            heat_read: Heat::new(),
            heat_write: Heat::new(),
        }
    }

    /// The hashes it holds.
    #[must_use]
    pub const fn range(&self) -> HashRange {
        self.range
    }

    /// What is stored in it.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// Whether its limit has room for `cost` at `now`.
    #[must_use]
    pub fn covers(&self, kind: Kind, cost: CapacityUnits, now: Timestamp) -> bool {
        self.bucket(kind).covers(cost, now)
    }

    /// When its limit has room for `cost`.
    #[must_use]
    pub fn available_at(&self, kind: Kind, cost: CapacityUnits) -> Timestamp {
        self.bucket(kind).available_at(cost)
    }

    /// Takes `cost` from its limit, going into debt if need be.
    pub fn take(&mut self, kind: Kind, cost: CapacityUnits, now: Timestamp) {
        match kind {
            Kind::Read => self.read.take(cost, now),
            Kind::Write => self.write.take(cost, now),
        }
    }

    /// Adds `cost` to its totals and its heat.
    pub fn record(&mut self, kind: Kind, cost: CapacityUnits, now: Timestamp) {
        match kind {
            Kind::Read => {
                self.consumed_read += cost;
                self.heat_read.add(cost, now);
            }
            Kind::Write => {
                self.consumed_write += cost;
                self.heat_write.add(cost, now);
            }
        }
    }

    /// Gives back what was just taken from its limit, at the same time.
    pub fn refund(&mut self, kind: Kind, cost: CapacityUnits) {
        match kind {
            Kind::Read => self.read.refund(cost),
            Kind::Write => self.write.refund(cost),
        }
    }

    /// Counts no longer what was just counted, at the same time.
    pub fn unrecord(&mut self, kind: Kind, cost: CapacityUnits) {
        let (consumed, heat) = match kind {
            Kind::Read => (&mut self.consumed_read, &mut self.heat_read),
            Kind::Write => (&mut self.consumed_write, &mut self.heat_write),
        };
        *consumed = *consumed - cost;
        heat.running = heat.running - cost;
    }

    /// What it looks like from outside at `now`.
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> PartitionDescription {
        PartitionDescription {
            range: self.range,
            items: self.tally.items,
            bytes: self.tally.bytes,
            read_units: self.consumed_read,
            write_units: self.consumed_write,
            heat_millionths: self.heat_millionths(now),
        }
    }

    /// The share of its limits used within the last minute, in millionths: reads over 3,000 a second plus
    /// writes over 1,000 a second.
    fn heat_millionths(&self, now: Timestamp) -> u64 {
        let share = |halves: u64, rate: u64| {
            let millionths = u128::from(halves) * 1_000_000 / u128::from(rate * 2 * 60);
            u64::try_from(millionths).unwrap_or(u64::MAX)
        };
        let read = share(self.heat_read.halves(now), PARTITION_READ_UNITS);
        read.saturating_add(share(self.heat_write.halves(now), PARTITION_WRITE_UNITS))
    }

    const fn bucket(&self, kind: Kind) -> &TokenBucket {
        match kind {
            Kind::Read => &self.read,
            Kind::Write => &self.write,
        }
    }
}

/// One entry of `db.partitions("cars")`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PartitionDescription {
    /// The hashes it holds.
    pub range: HashRange,
    /// Items stored.
    pub items: u64,
    /// Bytes stored.
    pub bytes: u64,
    /// Read units used since it came to be.
    pub read_units: CapacityUnits,
    /// Write units used since it came to be.
    pub write_units: CapacityUnits,
    /// The share of its limits used within the last minute, in millionths.
    pub heat_millionths: u64,
}

impl PartitionDescription {
    /// The share of its limits used within the last minute: 0.0 idle, 1.0 at the limit.
    #[must_use]
    pub fn heat(&self) -> f64 {
        self.heat_millionths as f64 / 1e6
    }
}

/// All partitions of one table or index, in hash order, without gap or overlap.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Partitions {
    partitions: Vec<Partition>,
}

impl Partitions {
    /// How many partitions a table of this size and provisioned throughput (units a second) begins with:
    /// ceil(read/3000 + write/1000) or ceil(bytes/10 GB), whichever is more (facts 2.1).
    #[must_use]
    pub fn initial_count(read_units: u64, write_units: u64, bytes: u64) -> usize {
        let ratio = PARTITION_READ_UNITS / PARTITION_WRITE_UNITS;
        let load = u128::from(read_units) + u128::from(write_units) * u128::from(ratio);
        let by_throughput = load.div_ceil(u128::from(PARTITION_READ_UNITS));
        let by_size = u128::from(bytes.div_ceil(PARTITION_BYTES));
        usize::try_from(by_throughput.max(by_size).max(1)).unwrap_or(usize::MAX)
    }

    /// `count` empty partitions of equal range.
    ///
    /// # Panics
    /// Where `count` is zero.
    #[must_use]
    pub fn new(count: usize, now: Timestamp) -> Self {
        assert!(count > 0, "a table has at least one partition");
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let ranges = (0..count).map(|index| HashRange::segment(index, count));
        Self { partitions: ranges.map(|range| Partition::new(range, Tally::default(), now)).collect() }
    }

    /// Whether they cover the hash space without gap or overlap, as all do that were not read from damaged bytes.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let mut next = Some(0);
        for partition in &self.partitions {
            if next != Some(partition.range.start) || partition.range.end < partition.range.start {
                return false;
            }
            next = partition.range.end.checked_add(1);
        }
        next.is_none() && !self.partitions.is_empty()
    }

    /// How many there are; never zero.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.partitions.len()
    }

    /// The index of the partition that holds `hash`.
    #[must_use]
    pub fn locate(&self, hash: u64) -> usize {
        if self.partitions.len() == 1 {
            return 0;
        }
        self.partitions.partition_point(|partition| partition.range.end < hash)
    }

    /// The partition at `index`.
    ///
    /// # Panics
    /// Where there is none; [`Self::locate`] gives one that is there.
    #[must_use]
    pub fn get(&self, index: usize) -> &Partition {
        &self.partitions[index]
    }

    /// The partition at `index`, to be changed.
    ///
    /// # Panics
    /// Where there is none.
    pub fn get_mut(&mut self, index: usize) -> &mut Partition {
        &mut self.partitions[index]
    }

    /// All of them, in hash order.
    pub fn iter(&self) -> impl Iterator<Item = &Partition> {
        self.partitions.iter()
    }

    /// Notes that the partition at `index` now holds `items` and `bytes` more (or less, where negative).
    pub fn resize(&mut self, index: usize, items: i64, bytes: i64) {
        let tally = &mut self.partitions[index].tally;
        tally.items = tally.items.saturating_add_signed(items);
        tally.bytes = tally.bytes.saturating_add_signed(bytes);
    }

    /// Makes room for a raised throughput (units a second): while the formula asks for more partitions than
    /// there are, each is split in two (facts 2.1: growth doubled the count). Never merges.
    ///
    /// `tally` counts what is stored in a range; it is asked only about the lower halves of partitions that
    /// hold something. Says whether anything changed.
    pub fn grow(
        &mut self,
        read_units: u64,
        write_units: u64,
        now: Timestamp,
        mut tally: impl FnMut(HashRange) -> Tally,
    ) -> bool {
        let before = self.len();
        while self.len() < Self::initial_count(read_units, write_units, 0) {
            for index in (0..self.len()).rev() {
                self.split(index, now, &mut tally);
            }
        }
        self.len() > before
    }

    /// The first partition that has outgrown its 10 GB and can be split.
    #[must_use]
    pub fn overfull(&self) -> Option<usize> {
        self.partitions.iter().position(|partition| {
            partition.tally.bytes > PARTITION_BYTES && partition.range.halves().is_some()
        })
    }

    /// Cuts the partition at `index` in the middle of its range. The halves begin with full limits and no heat;
    /// the lower one keeps the totals, so that the table's sum stays. False where the range is one hash.
    pub fn split(
        &mut self,
        index: usize,
        now: Timestamp,
        tally: &mut impl FnMut(HashRange) -> Tally,
    ) -> bool {
        let parent = &self.partitions[index];
        let Some((low, high)) = parent.range.halves() else {
            return false;
        };
        let whole = parent.tally;
        let low_tally = if whole.items == 0 { Tally::default() } else { tally(low) };
        let high_tally = Tally {
            items: whole.items.saturating_sub(low_tally.items),
            bytes: whole.bytes.saturating_sub(low_tally.bytes),
        };
        let mut child = Partition::new(low, low_tally, now);
        child.consumed_read = parent.consumed_read;
        child.consumed_write = parent.consumed_write;
        self.partitions[index] = child;
        self.partitions.insert(index + 1, Partition::new(high, high_tally, now));
        true
    }

    /// What `db.partitions` shows.
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> Vec<PartitionDescription> {
        self.partitions.iter().map(|partition| partition.describe(now)).collect()
    }
}
