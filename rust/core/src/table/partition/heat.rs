//! Heat: what a partition used minute by minute, which keys that went to, and where to cut so that both sides get
//! a share of it.
//!
//! AWS says that a partition is split under sustained heat, that its items are spread by their keys, and in which
//! cases that cannot help (facts 2.2). It publishes neither how hot, nor how long, nor how the cut is chosen; the
//! constants here are this simulation's.

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::clock::{NANOS_PER_SECOND, Timestamp};
use crate::random::Random;
use crate::table::capacity::CapacityUnits;
use crate::value::KeyBytes;

use super::hash_of;

/// A minute is hot in which a partition used this much of its limit, in percent.
pub const HOT_PERCENT: u64 = 80;
/// So many hot minutes in a row call for a split.
pub const HOT_MINUTES: u32 = 5;
/// From the call for a split until there are two partitions. With the minutes before, a table that is hot from one
/// moment on is split after some ten minutes, as in a test that AWS published (facts 2.2).
pub const SPLIT_DURATION: Duration = Duration::from_secs(300);

/// Keys a sample holds at most.
const SAMPLED_KEYS_MAX: usize = 128;
/// Keys from which a cut is chosen at least.
const SAMPLED_KEYS_MIN: usize = 16;
/// Half units from one sampled key to the next, at first.
const STRIDE_HALVES: u64 = 64;
/// A side of a cut gets this share of the heat at least, in percent; less would not be worth a split.
const SIDE_PERCENT_MIN: usize = 10;
/// An item with this share of the heat is set apart from all others, in percent.
const ISOLATED_PERCENT: usize = 50;
/// Of the later half of the heat this share lies beyond all of the earlier half where the hot spot moves, in percent.
const MOVING_PERCENT: usize = 90;

const MINUTE_NANOS: i64 = 60 * NANOS_PER_SECOND;

/// Capacity used within the last minute: an exact sum for the running minute, and the one before it counted
/// down as the running one goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Heat {
    minute_start: i64,
    running: CapacityUnits,
    before: CapacityUnits,
    /// Hot minutes in a row up to the running one. Not stored: they are counted anew when a database is opened.
    #[serde(skip)]
    hot_minutes: u32,
}

impl Heat {
    pub(super) const fn new() -> Self {
        Self { minute_start: 0, running: CapacityUnits::ZERO, before: CapacityUnits::ZERO, hot_minutes: 0 }
    }

    /// Counts `cost` in the minute of `now`. True where that minute has just begun, so that the one before it is
    /// whole; `limit` is the partition's, in units a second.
    pub(super) fn add(&mut self, cost: CapacityUnits, limit: u64, now: Timestamp) -> bool {
        let begins = now.as_nanos() >= self.minute_start + MINUTE_NANOS;
        if begins {
            *self = self.at(now);
            let hot = u128::from(self.before.halves()) * 100 >= u128::from(limit * 120 * HOT_PERCENT);
            self.hot_minutes = if hot { self.hot_minutes.saturating_add(1) } else { 0 };
        }
        self.running += cost;
        begins
    }

    /// Counts no longer what was just counted, at the same time.
    pub(super) fn refund(&mut self, cost: CapacityUnits) {
        self.running = self.running - cost;
    }

    pub(super) const fn hot_minutes(&self) -> u32 {
        self.hot_minutes
    }

    /// Begins to count hot minutes anew.
    pub(super) fn forget(&mut self) {
        self.hot_minutes = 0;
    }

    /// The same figures seen from `now`.
    fn at(self, now: Timestamp) -> Self {
        let elapsed = now.as_nanos() - self.minute_start;
        if elapsed < MINUTE_NANOS {
            return self;
        }
        let before = if elapsed < 2 * MINUTE_NANOS { self.running } else { CapacityUnits::ZERO };
        let minute_start = now.as_nanos().div_euclid(MINUTE_NANOS) * MINUTE_NANOS;
        Self { minute_start, running: CapacityUnits::ZERO, before, hot_minutes: self.hot_minutes }
    }

    /// Half units used in the minute up to `now`.
    pub(super) fn halves(self, now: Timestamp) -> u64 {
        let seen = self.at(now);
        let elapsed = (now.as_nanos() - seen.minute_start).clamp(0, MINUTE_NANOS);
        let left = i128::from(seen.before.halves()) * i128::from(MINUTE_NANOS - elapsed);
        let left = u64::try_from(left / i128::from(MINUTE_NANOS)).unwrap_or(u64::MAX);
        seen.running.halves().saturating_add(left)
    }
}

/// What a partition's keys allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::table) struct SplitRules {
    /// Whether items of one collection have a sort key to be told apart by.
    pub(in crate::table) sort_key: bool,
    /// Whether the table has a local index, which keeps each item collection together (facts 2.2).
    pub(in crate::table) local_index: bool,
}

/// Why a hot partition was not split.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SplitObstacle {
    /// A single item has the heat.
    SingleItem,
    /// A single item collection has it, and the table has a local index.
    LocalIndex,
    /// It follows a sort key that only grows or only falls, so a cut would leave it on one side.
    MovingSortKey,
}

impl SplitObstacle {
    /// The name that `db.partitions` shows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SingleItem => "single item",
            Self::LocalIndex => "item collection of a table with a local index",
            Self::MovingSortKey => "steadily moving sort key",
        }
    }
}

/// Where a partition is to be cut: keys with which new partitions begin, ascending.
pub(super) type Cuts = SmallVec<[KeyBytes; 2]>;

/// A sample of the keys that a partition's capacity went to, in the order of their use: each unit has the same
/// chance to leave its key here. Bounded, and only kept while a partition is hot.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct KeySample {
    keys: Vec<KeyBytes>,
    /// Half units from one sampled key to the next, on average.
    stride: u64,
    /// Half units until the next one.
    until_next: u64,
    /// Evenly spaced samples of clients that take turns would all be of one client.
    jitter: Random,
}

impl KeySample {
    pub(super) fn new(seed: u64) -> Self {
        let (stride, jitter) = (STRIDE_HALVES, Random::new(seed));
        Self { keys: Vec::new(), stride, until_next: stride, jitter }
    }

    /// Notes that `cost` went to `key`.
    pub(super) fn add(&mut self, key: &[u8], cost: CapacityUnits) {
        // Where a transaction's index entries went is not known any more when they are counted.
        let mut left = if key.is_empty() { 0 } else { cost.halves() };
        while left >= self.until_next {
            left -= self.until_next;
            if self.keys.len() == SAMPLED_KEYS_MAX {
                let mut index = 0;
                self.keys.retain(|_| {
                    index += 1;
                    index % 2 == 1
                });
                self.stride *= 2;
            }
            self.keys.push(KeyBytes::from_slice(key));
            self.until_next = self.stride / 2 + self.jitter.next_u64() % self.stride + 1;
        }
        self.until_next -= left;
    }

    /// Where to cut a partition that begins with `first`; the next one begins with `next`.
    ///
    /// An item with most of the heat is set apart. Otherwise the cut is the one that shares the heat out best:
    /// between two item collections, or between two items of one where `rules` allow it.
    pub(super) fn cuts(
        &self,
        rules: SplitRules,
        first: &[u8],
        next: Option<&[u8]>,
    ) -> Result<Cuts, SplitObstacle> {
        let mut sorted = self.keys.clone();
        sorted.sort_unstable();
        if sorted.len() < SAMPLED_KEYS_MIN {
            return Ok(Cuts::new());
        }
        let moving = self.moves();
        let inside = rules.sort_key && !rules.local_index && !moving;
        let together = |left: &KeyBytes, right: &KeyBytes| {
            if inside { left == right } else { hash_of(left) == hash_of(right) }
        };
        let hottest = sorted.chunk_by(together).max_by_key(|run| run.len());
        if let Some(run) = hottest.filter(|run| run.len() * 100 >= sorted.len() * ISOLATED_PERCENT) {
            let useful = |cut: &KeyBytes| cut[..] > *first && next.is_none_or(|next| cut[..] < *next);
            let cuts: Cuts = around(&run[0], inside).into_iter().filter(useful).collect();
            return if cuts.is_empty() { Err(obstacle(run, rules)) } else { Ok(cuts) };
        }
        let half = sorted.len();
        let allowed = (1..sorted.len()).filter(|index| !together(&sorted[index - 1], &sorted[*index]));
        let best = allowed.min_by_key(|index| (2 * index).abs_diff(half));
        let share = best.map_or(0, |index| index.min(sorted.len() - index) * 100 / sorted.len());
        match best {
            Some(index) if share >= SIDE_PERCENT_MIN => Ok(Cuts::from_iter([cut_before(&sorted, index)])),
            _ => Err(obstacle(&sorted, rules)),
        }
    }

    /// Whether the heat follows the keys upward or downward.
    fn moves(&self) -> bool {
        let (earlier, later) = self.keys.split_at(self.keys.len() / 2);
        let (Some(low), Some(high)) = (earlier.iter().min(), earlier.iter().max()) else { return false };
        let most = |count: usize| count * 100 >= later.len() * MOVING_PERCENT;
        let same_collection = hash_of(low) == hash_of(high);
        same_collection
            && (most(later.iter().filter(|key| *key > high).count())
                || most(later.iter().filter(|key| *key < low).count()))
    }
}

/// The cut between two neighbours of a sorted sample.
fn cut_before(sorted: &[KeyBytes], index: usize) -> KeyBytes {
    let (left, right) = (&sorted[index - 1], &sorted[index]);
    let hash = hash_of(right);
    if hash_of(left) == hash { right.clone() } else { KeyBytes::from_slice(&hash.to_be_bytes()) }
}

/// Before and behind an item, or its item collection where that stays together.
fn around(key: &KeyBytes, inside: bool) -> Cuts {
    if inside {
        let mut behind = key.clone();
        behind.push(0);
        return Cuts::from_iter([key.clone(), behind]);
    }
    let hash = hash_of(key);
    let behind = hash.checked_add(1);
    [Some(hash), behind].into_iter().flatten().map(|hash| KeyBytes::from_slice(&hash.to_be_bytes())).collect()
}

/// Why keys, sorted, cannot be told apart by a cut.
fn obstacle(keys: &[KeyBytes], rules: SplitRules) -> SplitObstacle {
    match () {
        () if keys.first() == keys.last() || !rules.sort_key => SplitObstacle::SingleItem,
        () if rules.local_index => SplitObstacle::LocalIndex,
        () => SplitObstacle::MovingSortKey,
    }
}
