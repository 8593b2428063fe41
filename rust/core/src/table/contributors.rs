//! Contributors: which keys use a table or index most, and which are throttled most (facts 11.4).
//!
//! Counted only where Contributor Insights are enabled, in bounded memory: of the running minute the heaviest keys by a
//! sketch, of each earlier one the heaviest hundred, and of all that three hours.

use std::collections::VecDeque;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::metric::{Statistics, TopKeys};
use crate::table::capacity::CapacityUnits;
use crate::table::throughput::Kind;
use crate::value::KeyLayout;

/// Keys that are kept of each kind in the running minute.
const PLACES: usize = 512;

/// Keys that are kept of a minute that has passed: as many as a report shows at most.
const CONTRIBUTORS_MAX: usize = 100;

/// Minutes that are kept.
const MINUTES_MAX: usize = 180;

const MINUTE: Duration = Duration::from_secs(60);

/// What a rule counts of which keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contribution {
    /// PKC: capacity that partition keys consume, three times the write units and once the read units
    /// (`ConsumedThroughputUnits`).
    PartitionConsumed,
    /// PKT: events of partition keys that are throttled (`ThrottleCount`).
    PartitionThrottled,
    /// SKC: as PKC, for partition and sort key together.
    KeyConsumed,
    /// SKT: as PKT, for partition and sort key together.
    KeyThrottled,
}

impl Contribution {
    /// All of them by the names that rules have for them.
    pub const CHOICES: [(&'static str, Self); 4] = [
        ("PKC", Self::PartitionConsumed),
        ("PKT", Self::PartitionThrottled),
        ("SKC", Self::KeyConsumed),
        ("SKT", Self::KeyThrottled),
    ];

    /// The unit of its weights: capacity is counted in halves.
    fn unit(self) -> f64 {
        match self {
            Self::PartitionConsumed | Self::KeyConsumed => 0.5,
            Self::PartitionThrottled | Self::KeyThrottled => 1.0,
        }
    }
}

/// What was counted for a rule in a running minute.
#[derive(Clone, Debug)]
struct Ranking {
    keys: TopKeys,
    all: Statistics,
}

impl Ranking {
    fn new() -> Self {
        Self { keys: TopKeys::new(PLACES), all: Statistics::EMPTY }
    }

    fn add(&mut self, key: &[u8], weight: u64) {
        self.keys.add(key, weight);
        self.all.add(&Statistics::of(weight as f64, 1.0));
    }

    fn top(&self) -> Ranked {
        let heaviest = self.keys.heaviest(CONTRIBUTORS_MAX).map(|top| (Box::from(top.key), top.weight));
        Ranked { heaviest: heaviest.collect(), all: self.all }
    }
}

/// What is kept of it.
#[derive(Clone, Debug)]
struct Ranked {
    heaviest: Vec<(Box<[u8]>, u64)>,
    all: Statistics,
}

/// What contributed in one minute.
#[derive(Clone, PartialEq, Debug)]
pub struct ContributorMinute {
    /// When it began.
    pub start: Timestamp,
    /// The heaviest keys and their weights, heaviest first.
    pub heaviest: Vec<(Box<[u8]>, f64)>,
    /// The events of all keys.
    pub all: Statistics,
}

/// The contributors of one table or index.
#[derive(Clone, Debug)]
pub struct Contributors {
    /// Whether what is consumed is counted too.
    consumed_too: bool,
    layout: KeyLayout,
    minute: Timestamp,
    running: [Ranking; 4],
    /// The minutes that have passed and had any.
    closed: VecDeque<(Timestamp, [Ranked; 4])>,
}

impl Contributors {
    /// Of keys of this layout, from `now` on.
    pub(in crate::table) fn new(consumed_too: bool, layout: KeyLayout, now: Timestamp) -> Self {
        Self {
            consumed_too,
            layout,
            minute: now.floor(MINUTE),
            running: std::array::from_fn(|_| Ranking::new()),
            closed: VecDeque::new(),
        }
    }

    /// Whether what is consumed is counted too.
    pub(in crate::table) fn counts_consumed(&self) -> bool {
        self.consumed_too
    }

    /// How the keys come apart.
    #[must_use]
    pub fn layout(&self) -> &KeyLayout {
        &self.layout
    }

    pub(in crate::table) fn consume(&mut self, key: &[u8], kind: Kind, units: CapacityUnits, now: Timestamp) {
        if self.consumed_too {
            let times = if kind == Kind::Write { 3 } else { 1 };
            let weight = units.halves().saturating_mul(times);
            self.add([Contribution::PartitionConsumed, Contribution::KeyConsumed], key, weight, now);
        }
    }

    pub(in crate::table) fn throttle(&mut self, key: &[u8], now: Timestamp) {
        self.add([Contribution::PartitionThrottled, Contribution::KeyThrottled], key, 1, now);
    }

    /// Counts for a partition key and, where there is one, a whole key. A Query counts for the partition it reads; a Scan
    /// for none.
    fn add(&mut self, [partition, whole]: [Contribution; 2], key: &[u8], weight: u64, now: Timestamp) {
        if weight == 0 {
            return;
        }
        self.close_minute(now);
        if let Some(key) = self.layout.partition_of(key) {
            self.running[partition as usize].add(key, weight);
        }
        if let Some(key) = self.layout.whole_of(key) {
            self.running[whole as usize].add(key, weight);
        }
    }

    fn close_minute(&mut self, now: Timestamp) {
        let minute = now.floor(MINUTE);
        if minute <= self.minute {
            return;
        }
        if self.running.iter().any(|ranking| !ranking.all.is_empty()) {
            let top = std::array::from_fn(|rule| self.running[rule].top());
            self.closed.push_back((self.minute, top));
            self.running = std::array::from_fn(|_| Ranking::new());
        }
        self.minute = minute;
        if self.closed.len() > MINUTES_MAX {
            self.closed.pop_front();
        }
    }

    /// What a rule counted in the minutes that begin in a span, for those that had any.
    #[must_use]
    pub fn minutes(&self, rule: Contribution, from: Timestamp, until: Timestamp) -> Vec<ContributorMinute> {
        let running = (self.minute, self.running[rule as usize].top());
        let closed = self.closed.iter().map(|(start, all)| (*start, all[rule as usize].clone()));
        let minutes = closed
            .chain([running])
            .filter(|(start, ranked)| from <= *start && *start < until && !ranked.all.is_empty());
        let unit = rule.unit();
        minutes
            .map(|(start, Ranked { heaviest, all })| ContributorMinute {
                start,
                heaviest: heaviest.into_iter().map(|(key, weight)| (key, weight as f64 * unit)).collect(),
                all: Statistics {
                    sample_count: all.sample_count,
                    sum: all.sum * unit,
                    minimum: all.minimum * unit,
                    maximum: all.maximum * unit,
                },
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Key, Type, Value};

    const START: Timestamp = Timestamp::from_seconds(1_700_000_040);

    fn contributors(consumed_too: bool) -> Contributors {
        Contributors::new(consumed_too, KeyLayout::of_table(Type::S, Some(Type::S)), START)
    }

    fn key(partition: &str, sort: &str) -> Vec<u8> {
        let (partition, sort) = (Value::string(partition), Value::string(sort));
        Key::new(partition.as_ref(), Some(sort.as_ref())).unwrap().as_bytes().to_vec()
    }

    /// The weights of a rule's keys, over all minutes.
    fn weights(contributors: &Contributors, rule: Contribution) -> Vec<f64> {
        let minutes = contributors.minutes(rule, START, START + MINUTE * 1_000);
        minutes.iter().flat_map(|minute| minute.heaviest.iter().map(|(_, weight)| *weight)).collect()
    }

    #[test]
    fn writes_weigh_three_times_what_reads_do() {
        let mut contributors = contributors(true);
        contributors.consume(&key("a", "1"), Kind::Read, CapacityUnits::whole(2), START);
        contributors.consume(&key("b", "1"), Kind::Write, CapacityUnits::whole(1), START);
        contributors.consume(&key("b", "2"), Kind::Write, CapacityUnits::whole(2), START);
        contributors.throttle(&key("a", "1"), START);
        assert_eq!(weights(&contributors, Contribution::PartitionConsumed), [9.0, 2.0]);
        assert_eq!(weights(&contributors, Contribution::KeyConsumed), [6.0, 3.0, 2.0]);
        assert_eq!(weights(&contributors, Contribution::PartitionThrottled), [1.0]);
        let minutes = contributors.minutes(Contribution::PartitionConsumed, START, START + MINUTE);
        let all = minutes[0].all;
        assert_eq!((all.sum, all.minimum, all.maximum, all.sample_count), (11.0, 2.0, 6.0, 3.0));
    }

    #[test]
    fn without_accessed_keys_only_throttles_count() {
        let mut contributors = contributors(false);
        contributors.consume(&key("a", "1"), Kind::Write, CapacityUnits::whole(2), START);
        contributors.throttle(&key("a", "1"), START);
        assert_eq!(weights(&contributors, Contribution::PartitionConsumed), [0.0; 0]);
        assert_eq!(weights(&contributors, Contribution::KeyThrottled), [1.0]);
    }

    #[test]
    fn a_query_counts_for_its_partition_and_a_scan_for_none() {
        let mut contributors = contributors(true);
        let whole = key("a", "1");
        let layout = contributors.layout.clone();
        let partition = layout.partition_of(&whole).unwrap();
        contributors.consume(partition, Kind::Read, CapacityUnits::whole(1), START);
        contributors.consume(&[], Kind::Read, CapacityUnits::whole(1), START);
        contributors.consume(&[0; 8], Kind::Read, CapacityUnits::whole(1), START);
        assert_eq!(weights(&contributors, Contribution::PartitionConsumed), [1.0]);
        assert_eq!(weights(&contributors, Contribution::KeyConsumed), [0.0; 0]);
    }

    /// A million keys in a thousand minutes take the memory of some.
    #[test]
    fn what_is_kept_is_bounded() {
        let mut contributors = contributors(true);
        for minute in 0..400_u32 {
            let now = START + MINUTE * minute;
            for number in 0..700 {
                let key = key(&format!("{minute}-{number}"), "1");
                contributors.consume(&key, Kind::Write, CapacityUnits::whole(1), now);
            }
        }
        assert_eq!(contributors.closed.len(), MINUTES_MAX);
        let kept: usize =
            contributors.closed.iter().flat_map(|(_, all)| all).map(|all| all.heaviest.len()).sum();
        assert_eq!(kept, MINUTES_MAX * 2 * CONTRIBUTORS_MAX);
        let minutes = contributors.minutes(Contribution::KeyConsumed, START, START + MINUTE * 1_000);
        assert_eq!(minutes.len(), MINUTES_MAX + 1);
        assert!(minutes.iter().all(|minute| minute.all.sum == 2_100.0));
    }
}
