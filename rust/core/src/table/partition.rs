//! Partitions: a table's hash space cut into ranges, each with limits of its own.
//!
//! The count follows the formula the developer guide published in 2017 (facts 2.1); partitions split and never
//! merge. Each one may serve up to 3,000 read and 1,000 write units a second however much the table is
//! provisioned for or has saved up; below that it may take any share of the table's rate (adaptive capacity,
//! facts 2.2). One that stays hot is split where its heat is ([`heat`](self::heat)), also inside an item collection;
//! so a partition begins with a key, which most often is only a hash.

mod heat;
mod layout;
#[cfg(test)]
mod tests;
mod walk;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::value::KeyBytes;

use super::capacity::CapacityUnits;
use super::throughput::Kind;
use super::token_bucket::TokenBucket;

pub(in crate::table) use heat::SplitRules;
pub use heat::{HOT_MINUTES, HOT_PERCENT, SPLIT_DURATION, SplitObstacle};
use heat::{Heat, KeySample};
pub use layout::Partitions;
pub(in crate::table) use walk::Walk;

/// A key begins with the hash of its item collection; what is shorter is a hash's beginning.
fn hash_of(key: &[u8]) -> u64 {
    let mut hash = [0; 8];
    let length = key.len().min(8);
    hash[..length].copy_from_slice(&key[..length]);
    u64::from_be_bytes(hash)
}

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

impl Tally {
    /// Counts items and bytes gained or lost.
    pub(in crate::table) fn resize(&mut self, items: i64, bytes: i64) {
        self.items = self.items.saturating_add_signed(items);
        self.bytes = self.bytes.saturating_add_signed(bytes);
    }
}

/// One partition: a range of keys, what is stored in it, and what it may still serve this second.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partition {
    range: HashRange,
    /// The first key, where the partition begins inside the item collection of its first hash.
    from: Option<KeyBytes>,
    tally: Tally,
    read: TokenBucket,
    write: TokenBucket,
    consumed_read: CapacityUnits,
    consumed_write: CapacityUnits,
    throttled_read: u64,
    throttled_write: u64,
    heat_read: Heat,
    heat_write: Heat,
    /// Kept while it is hot. Not stored: heat is looked at anew when a database is opened.
    #[serde(skip)]
    sample: Option<Box<KeySample>>,
    /// When the split that its heat calls for takes place. Not stored, as the sample it needs is not.
    #[serde(skip)]
    split_at: Option<Timestamp>,
    /// Why the last look found no cut.
    obstacle: Option<SplitObstacle>,
    /// Bytes at which a split for size is tried. A setting of the database, not of what it stores.
    #[serde(skip)]
    bytes_max: u64,
}

impl Partition {
    fn new(range: HashRange, tally: Tally, bytes_max: u64, now: Timestamp) -> Self {
        let bucket = |rate| TokenBucket::new(rate, PARTITION_BURST_SECONDS, PARTITION_BURST_SECONDS, now);
        Self {
            range,
            from: None,
            tally,
            read: bucket(PARTITION_READ_UNITS),
            write: bucket(PARTITION_WRITE_UNITS),
            consumed_read: CapacityUnits::ZERO,
            consumed_write: CapacityUnits::ZERO,
            throttled_read: 0,
            throttled_write: 0,
            heat_read: Heat::new(),
            heat_write: Heat::new(),
            sample: None,
            split_at: None,
            obstacle: None,
            bytes_max,
        }
    }

    /// The hashes it holds; the first and the last one may be shared with its neighbours.
    #[must_use]
    pub const fn range(&self) -> HashRange {
        self.range
    }

    /// The least key it may hold.
    pub(in crate::table) fn first_key(&self) -> KeyBytes {
        self.from.clone().unwrap_or_else(|| KeyBytes::from_slice(&self.range.start.to_be_bytes()))
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

    /// Adds `cost`, which went to `key`, to its totals and its heat. Gives the time of a split where the heat has
    /// just called for one.
    pub fn record(
        &mut self,
        kind: Kind,
        cost: CapacityUnits,
        key: &[u8],
        now: Timestamp,
    ) -> Option<Timestamp> {
        let begins = match kind {
            Kind::Read => {
                self.consumed_read += cost;
                self.heat_read.add(cost, PARTITION_READ_UNITS, now)
            }
            Kind::Write => {
                self.consumed_write += cost;
                self.heat_write.add(cost, PARTITION_WRITE_UNITS, now)
            }
        };
        if let Some(sample) = &mut self.sample {
            sample.add(key, cost);
        }
        if begins { self.begin_minute(now) } else { None }
    }

    /// Looks at the minutes so far where a new one has begun.
    #[cold]
    fn begin_minute(&mut self, now: Timestamp) -> Option<Timestamp> {
        let hot_minutes = self.heat_read.hot_minutes().max(self.heat_write.hot_minutes());
        if hot_minutes == 0 {
            self.sample = None;
            self.split_at = None;
        } else if self.sample.is_none() {
            self.sample = Some(Box::new(KeySample::new(self.range.start)));
        }
        if hot_minutes < HOT_MINUTES || self.split_at.is_some() {
            return None;
        }
        self.split_at = Some(now + SPLIT_DURATION);
        self.split_at
    }

    /// Notes that the heat cannot be split, and begins to look anew.
    fn stay_whole(&mut self, obstacle: Option<SplitObstacle>) {
        self.obstacle = obstacle;
        self.sample = None;
        self.split_at = None;
        self.heat_read.forget();
        self.heat_write.forget();
    }

    /// Counts a refused request.
    pub fn refuse(&mut self, kind: Kind) {
        match kind {
            Kind::Read => self.throttled_read += 1,
            Kind::Write => self.throttled_write += 1,
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
        heat.refund(cost);
    }

    /// What it looks like from outside at `now`.
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> PartitionDescription {
        PartitionDescription {
            range: self.range,
            begins_inside_collection: self.from.is_some(),
            items: self.tally.items,
            bytes: self.tally.bytes,
            read_units: self.consumed_read,
            write_units: self.consumed_write,
            read_throttles: self.throttled_read,
            write_throttles: self.throttled_write,
            heat_millionths: self.heat_millionths(now),
            split_at: self.split_at,
            obstacle: self.obstacle,
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
    /// Whether it begins inside an item collection, the rest of which is in the partition before.
    pub begins_inside_collection: bool,
    /// Items stored.
    pub items: u64,
    /// Bytes stored.
    pub bytes: u64,
    /// Read units used since it came to be.
    pub read_units: CapacityUnits,
    /// Write units used since it came to be.
    pub write_units: CapacityUnits,
    /// Reads refused since it came to be, by its own limit or the table's.
    pub read_throttles: u64,
    /// Writes refused since it came to be.
    pub write_throttles: u64,
    /// The share of its limits used within the last minute, in millionths.
    pub heat_millionths: u64,
    /// When it is split because of its heat.
    pub split_at: Option<Timestamp>,
    /// Why its heat could not be split when that was last tried.
    pub obstacle: Option<SplitObstacle>,
}

impl PartitionDescription {
    /// The share of its limits used within the last minute: 0.0 idle, 1.0 at the limit.
    #[must_use]
    pub fn heat(&self) -> f64 {
        self.heat_millionths as f64 / 1e6
    }
}
