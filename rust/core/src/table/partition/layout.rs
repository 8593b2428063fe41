//! All partitions of a table or index: where each begins, and how they are split.

use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::store::KeyRange;
use crate::table::capacity::CapacityUnits;
use crate::table::throughput::Kind;

use super::heat::SplitRules;
use super::{
    HashRange, PARTITION_BYTES, PARTITION_READ_UNITS, PARTITION_WRITE_UNITS, Partition, PartitionDescription,
    Tally, hash_of,
};

/// All partitions of one table or index, in the order of their keys, without gap or overlap.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partitions {
    partitions: Vec<Partition>,
    /// Bytes one holds before it is split. A setting of the database, not of what it stores.
    #[serde(skip)]
    bytes_max: u64,
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

    /// How many partitions serve so much on demand, all of it reads or all of it writes: four for a new table, as
    /// AWS's articles on scaling show it.
    #[must_use]
    pub fn on_demand_count(read_units: u64, write_units: u64) -> usize {
        let reads = read_units.div_ceil(PARTITION_READ_UNITS);
        let count = reads.max(write_units.div_ceil(PARTITION_WRITE_UNITS)).max(1);
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    /// `count` empty partitions of equal range, each of which is split when it holds more than `bytes_max`.
    ///
    /// # Panics
    /// Where `count` is zero.
    #[must_use]
    pub fn new(count: usize, bytes_max: u64, now: Timestamp) -> Self {
        assert!(count > 0, "a table has at least one partition");
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let ranges = (0..count).map(|index| HashRange::segment(index, count));
        let partitions =
            ranges.map(|range| Partition::new(range, Tally::default(), bytes_max, now)).collect();
        Self { partitions, bytes_max }
    }

    /// Takes over how many bytes a partition holds before it is split, after these were read from a store. True where
    /// one holds more.
    pub(in crate::table) fn adopt(&mut self, bytes_max: u64) -> bool {
        self.bytes_max = bytes_max;
        self.partitions.iter_mut().for_each(|partition| partition.bytes_max = bytes_max);
        self.partitions.iter().any(|partition| partition.tally.bytes > bytes_max)
    }

    /// Whether they cover all keys without gap or overlap, as all do that were not read from damaged bytes.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let (Some(first), Some(last)) = (self.partitions.first(), self.partitions.last()) else {
            return false;
        };
        let follows = |left: &Partition, right: &Partition| match &right.from {
            None => left.range.end.checked_add(1) == Some(right.range.start),
            Some(from) => {
                from.len() > 8
                    && hash_of(from) == right.range.start
                    && left.range.end == right.range.start
                    && left.first_key() < *from
            }
        };
        first.range.start == 0
            && first.from.is_none()
            && last.range.end == u64::MAX
            && self.partitions.iter().all(|partition| partition.range.start <= partition.range.end)
            && self.partitions.windows(2).all(|pair| follows(&pair[0], &pair[1]))
    }

    /// How many there are; never zero.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.partitions.len()
    }

    /// The index of the partition that holds `key`: a whole key, or a hash that stands for all that begin with it.
    #[must_use]
    pub fn locate(&self, key: &[u8]) -> usize {
        if self.partitions.len() == 1 {
            return 0;
        }
        let hash = hash_of(key);
        let mut index = self.partitions.partition_point(|partition| partition.range.end < hash);
        // Those that share the hash cut one item collection among them.
        while let Some(next) = self.partitions.get(index + 1)
            && next.range.start == hash
            && next.from.as_deref().is_some_and(|from| from <= key)
        {
            index += 1;
        }
        index
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

    /// Notes `cost` that went to `key` in the partition at `index`; see [`Partition::record`].
    pub fn record(
        &mut self,
        index: usize,
        kind: Kind,
        cost: CapacityUnits,
        key: &[u8],
        now: Timestamp,
    ) -> Option<Timestamp> {
        self.partitions[index].record(kind, cost, key, now)
    }

    /// All of them, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &Partition> {
        self.partitions.iter()
    }

    /// Notes that the partition at `index` now holds `items` and `bytes` more (or less, where negative). True where
    /// that is more than it may hold.
    pub fn resize(&mut self, index: usize, items: i64, bytes: i64) -> bool {
        let partition = &mut self.partitions[index];
        partition.tally.resize(items, bytes);
        partition.tally.bytes > partition.bytes_max
    }

    /// Splits each partition in two until there are `count` at least (facts 2.1: growth doubled the count). Never
    /// merges. `tally` counts what is stored in a range of keys; it is asked only about the lower halves of
    /// partitions that hold something. Says whether anything changed.
    pub fn grow(
        &mut self,
        count: usize,
        now: Timestamp,
        mut tally: impl FnMut(KeyRange<'_>) -> Tally,
    ) -> bool {
        let before = self.len();
        loop {
            let round = self.len();
            if round >= count {
                return round > before;
            }
            for index in (0..round).rev() {
                if let Some((_, high)) = self.partitions[index].range.halves() {
                    self.split(index, &high.start.to_be_bytes(), now, &mut tally);
                }
            }
            if self.len() == round {
                return round > before;
            }
        }
    }

    /// When the next split for heat is due.
    #[must_use]
    pub fn next_split(&self) -> Option<Timestamp> {
        self.partitions.iter().filter_map(|partition| partition.split_at).min()
    }

    /// Splits the partitions whose heat called for it and whose time has come. One whose heat cannot be split stays
    /// whole, says why, and is looked at again after as many hot minutes.
    pub(in crate::table) fn split_hot(
        &mut self,
        rules: SplitRules,
        now: Timestamp,
        mut tally: impl FnMut(KeyRange<'_>) -> Tally,
    ) {
        for index in (0..self.len()).rev() {
            let partition = &self.partitions[index];
            if partition.split_at.is_none_or(|at| at > now) {
                continue;
            }
            let next = self.partitions.get(index + 1).map(Partition::first_key);
            let sample = partition.sample.as_ref();
            let cuts = sample.map(|sample| sample.cuts(rules, &partition.first_key(), next.as_deref()));
            match cuts {
                Some(Ok(cuts)) if !cuts.is_empty() => {
                    // From the last cut down, so that the partition to cut keeps its place.
                    for cut in cuts.iter().rev() {
                        self.split(index, cut, now, &mut tally);
                    }
                }
                Some(Err(obstacle)) => self.partitions[index].stay_whole(Some(obstacle)),
                _ => self.partitions[index].stay_whole(None),
            }
        }
    }

    /// Splits the partitions that hold more than they may, in the middle of what they hold. `middle` gives the key
    /// before which half of the bytes in a range lie; one that has none, such as that of a single item collection that
    /// stays together, is tried again when it holds twice as much.
    pub(in crate::table) fn split_full(
        &mut self,
        now: Timestamp,
        mut middle: impl FnMut(KeyRange<'_>, u64) -> Option<Vec<u8>>,
        mut tally: impl FnMut(KeyRange<'_>) -> Tally,
    ) {
        let mut index = 0;
        while index < self.len() {
            let partition = &self.partitions[index];
            if partition.tally.bytes <= partition.bytes_max {
                index += 1;
                continue;
            }
            let bytes = partition.tally.bytes / 2;
            let (first, next) =
                (partition.first_key(), self.partitions.get(index + 1).map(Partition::first_key));
            let cut = middle(between(&first, next.as_deref()), bytes);
            match cut.filter(|cut| cut[..] > first[..]) {
                Some(cut) => self.split(index, &cut, now, &mut tally),
                None => {
                    self.partitions[index].bytes_max = self.partitions[index].tally.bytes.saturating_mul(2);
                }
            }
        }
    }

    /// Cuts the partition at `index` before `cut`, a key or hash inside it. Both parts begin with full limits and no
    /// heat; the lower one keeps the totals, so that the table's sum stays.
    ///
    /// # Panics
    /// Where `cut` is not inside the partition.
    pub fn split(
        &mut self,
        index: usize,
        cut: &[u8],
        now: Timestamp,
        tally: &mut impl FnMut(KeyRange<'_>) -> Tally,
    ) {
        let parent = &self.partitions[index];
        let first = parent.first_key();
        assert!(cut > &first[..], "a cut lies behind the first key");
        let hash = hash_of(cut);
        let (whole, inside) = (parent.tally, cut.len() > 8);
        let low_end = if inside { hash } else { hash - 1 };
        let low_range = HashRange { start: parent.range.start, end: low_end };
        let high_range = HashRange { start: hash, end: parent.range.end };
        let low_tally = if whole.items == 0 { Tally::default() } else { tally(between(&first, Some(cut))) };
        let high_tally = Tally {
            items: whole.items.saturating_sub(low_tally.items),
            bytes: whole.bytes.saturating_sub(low_tally.bytes),
        };
        let mut low = Partition::new(low_range, low_tally, self.bytes_max, now);
        low.from.clone_from(&parent.from);
        (low.consumed_read, low.consumed_write) = (parent.consumed_read, parent.consumed_write);
        (low.throttled_read, low.throttled_write) = (parent.throttled_read, parent.throttled_write);
        let mut high = Partition::new(high_range, high_tally, self.bytes_max, now);
        // Both begin with what is left of this second: a split grants no key anything twice.
        (low.read, low.write) = (parent.read.clone(), parent.write.clone());
        (high.read, high.write) = (parent.read.clone(), parent.write.clone());
        high.from = inside.then(|| cut.into());
        self.partitions[index] = low;
        self.partitions.insert(index + 1, high);
    }

    /// What `db.partitions` shows.
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> Vec<PartitionDescription> {
        self.partitions.iter().map(|partition| partition.describe(now)).collect()
    }
}

/// The keys from `first` to before `next`.
fn between<'a>(first: &'a [u8], next: Option<&'a [u8]>) -> KeyRange<'a> {
    KeyRange { lower: Bound::Included(first), upper: next.map_or(Bound::Unbounded, Bound::Excluded) }
}
