//! What came out.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::bill::Bill;

/// What came out of a scenario. Times are in seconds, latencies in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The scenario's name.
    pub name: String,
    /// Its seed.
    pub seed: u64,
    /// How much virtual time was played.
    pub seconds: f64,
    /// Attempts that the engine carried out or refused.
    pub attempts: u64,
    /// One for each load.
    pub loads: Vec<LoadReport>,
    /// One for each table in each Region, followed by its indexes.
    pub resources: Vec<ResourceReport>,
    /// One for each table in each Region.
    pub tables: Vec<TableReport>,
    /// The Regions.
    pub regions: Vec<String>,
    /// One for each table and each two Regions, in both directions; nothing with one Region.
    pub replication: Vec<Replication>,
    /// What to change, in sentences; nothing where all is well.
    pub recommendations: Vec<String>,
}

/// What the clients of a load saw.
#[derive(Clone, Debug, Serialize)]
pub struct LoadReport {
    /// Its name.
    pub name: String,
    /// The table it called.
    pub table: String,
    /// The Region it called.
    pub region: String,
    /// Requests that came.
    pub requests: u64,
    /// Requests that succeeded, at the first attempt or later.
    pub succeeded: u64,
    /// Requests whose client gave up.
    pub gave_up: u64,
    /// Requests that were still being tried at the end.
    pub unfinished: u64,
    /// Attempts that were throttled.
    pub throttled_attempts: u64,
    /// Throttled attempts by reason and resource.
    pub reasons: BTreeMap<String, u64>,
    /// From the moment a request came to its answer, retries and all: of those that succeeded.
    pub latency_milliseconds: Option<Percentiles>,
    /// By the minute in which the attempt was.
    pub minutes: Vec<LoadMinute>,
}

/// One minute of a load.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct LoadMinute {
    /// Attempts that succeeded.
    pub succeeded: u64,
    /// Attempts that were throttled.
    pub throttled: u64,
    /// Requests whose client gave up.
    pub gave_up: u64,
}

/// Percentiles of a latency.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Percentiles {
    /// The mean.
    pub mean: f64,
    /// Half are below.
    pub p50: f64,
    /// 90 % are below.
    pub p90: f64,
    /// 99 % are below.
    pub p99: f64,
    /// 99.9 % are below.
    pub p999: f64,
    /// The longest.
    pub max: f64,
}

impl Percentiles {
    /// Of a histogram of microseconds, if there is anything in it.
    pub fn of(histogram: &Histogram<u64>) -> Option<Self> {
        let at = |quantile: f64| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
        (!histogram.is_empty()).then(|| Self {
            mean: histogram.mean() / 1_000.0,
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p999: at(0.999),
            max: histogram.max() as f64 / 1_000.0,
        })
    }
}

/// The throughput of a table or an index over time. Pairs are of reads and writes.
#[derive(Clone, Debug, Serialize)]
pub struct ResourceReport {
    /// The table.
    pub table: String,
    /// The Region.
    pub region: String,
    /// The index, if it is one.
    pub index: Option<String>,
    /// By minute.
    pub minutes: Vec<ResourceMinute>,
}

/// One minute of a resource.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub struct ResourceMinute {
    /// Units consumed in it, a second.
    pub consumed: [f64; 2],
    /// Units provisioned at its end.
    pub provisioned: [u64; 2],
}

/// A table at the end.
#[derive(Clone, Debug, Serialize)]
pub struct TableReport {
    /// Its name.
    pub name: String,
    /// The Region.
    pub region: String,
    /// Replicated write units that it consumed: for its own writes and for those of other Regions. None of a table
    /// without replicas, whose write units are ordinary ones.
    pub replicated_write_units: Option<f64>,
    /// Its partitions, in hash order.
    pub partitions: Vec<PartitionReport>,
    /// What it costs, with its indexes.
    pub bill: Bill,
}

/// A partition at the end.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct PartitionReport {
    /// The share of the table's hashes that it holds.
    pub hash_share: f64,
    /// Items it holds.
    pub items: u64,
    /// Bytes it holds.
    pub bytes: u64,
    /// Read and write units used in it since it came to be.
    pub units: [f64; 2],
    /// The most heat that it had at the end of a minute: 1 is its limit.
    pub heat_max: f64,
}

/// What went from one Region to another, of one table.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Replication {
    /// The table.
    pub table: String,
    /// Where the changes were made.
    pub from: String,
    /// Where they went.
    pub to: String,
    /// Changes that arrived.
    pub replicated: u64,
    /// Mean and longest time from a change to its arrival: `ReplicationLatency`. None where nothing arrived.
    pub latency_milliseconds: Option<[f64; 2]>,
    /// The most changes that were under way when others arrived: `PendingReplicationCount`.
    pub pending_max: u64,
    /// By minute, those in which something arrived; in a scenario of more than a day by longer periods.
    pub minutes: Vec<ReplicationMinute>,
}

/// One minute of it.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct ReplicationMinute {
    /// When it began.
    pub second: f64,
    /// Changes that arrived.
    pub replicated: u64,
    /// Mean and longest time from a change to its arrival.
    pub latency_milliseconds: [f64; 2],
    /// The most changes that were under way.
    pub pending_max: u64,
}

impl Replication {
    /// The sums of some minutes.
    pub fn new(table: &str, (from, to): (&str, &str), minutes: Vec<ReplicationMinute>) -> Self {
        let replicated = minutes.iter().map(|minute| minute.replicated).sum();
        let sum: f64 =
            minutes.iter().map(|minute| minute.latency_milliseconds[0] * minute.replicated as f64).sum();
        let longest = minutes.iter().map(|minute| minute.latency_milliseconds[1]).fold(0.0, f64::max);
        Self {
            table: table.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            replicated,
            latency_milliseconds: (replicated > 0).then(|| [sum / replicated as f64, longest]),
            pending_max: minutes.iter().map(|minute| minute.pending_max).max().unwrap_or(0),
            minutes,
        }
    }
}
