//! Metrics of a table that are noted where they happen, as none of them is part of every request.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::metric::{MetricId, Series, Statistics};
use crate::store::Space;
use crate::table::capacity::CapacityUnits;
use crate::table::published::{NAMESPACE, Points};
use crate::table::tables::Tables;
use crate::table::traffic::MeteredOperation;

/// Dimensions besides `TableName`, by name.
type Dimensions = Vec<(&'static str, String)>;

/// The metrics of one table, by dimensions and name.
#[derive(Clone, Default)]
pub(in crate::table) struct Observed {
    series: BTreeMap<(&'static str, Dimensions), Series>,
}

impl Observed {
    /// Notes a value `count` times.
    #[cold]
    pub(in crate::table) fn add(
        &mut self,
        metric: &'static str,
        dimensions: &[(&'static str, &str)],
        (value, count): (f64, f64),
        now: Timestamp,
    ) {
        let mut dimensions: Dimensions =
            dimensions.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        dimensions.sort_unstable();
        self.series.entry((metric, dimensions)).or_default().add(now, &Statistics::of(value, count));
    }

    /// The periods of a metric that begin in a span; none where it was never noted.
    pub(in crate::table) fn points(
        &self,
        metric: &MetricId,
        (from, until): (Timestamp, Timestamp),
    ) -> Option<Points> {
        let others = || metric.dimensions.iter().filter(|(name, _)| name != "TableName");
        let is_it = |(name, dimensions): &(&'static str, Dimensions)| {
            *name == metric.name
                && dimensions.len() == others().count()
                && dimensions
                    .iter()
                    .zip(others())
                    .all(|((name, value), (wanted, of))| name == wanted && value == of)
        };
        let (_, series) = self.series.iter().find(|(key, _)| is_it(key))?;
        Some(series.range(from, until).map(|(start, statistics)| (start, *statistics)).collect())
    }

    /// The metrics that were noted.
    pub(in crate::table) fn list(&self, table: &str, found: &mut Vec<MetricId>) {
        for (name, dimensions) in self.series.keys() {
            let others = dimensions.iter().map(|(name, value)| (*name, value.as_str()));
            let all: Vec<(&str, &str)> = [("TableName", table)].into_iter().chain(others).collect();
            found.push(MetricId::new(NAMESPACE, name, &all));
        }
    }
}

/// Throttle events of a table or an index, by the metric of their reason.
#[derive(Clone, Default)]
pub(in crate::table) struct Refusals {
    series: BTreeMap<&'static str, Series>,
}

impl Refusals {
    /// Notes one.
    #[cold]
    pub(in crate::table) fn note(&mut self, metric: &'static str, now: Timestamp) {
        self.series.entry(metric).or_default().add(now, &Statistics::of(1.0, 1.0));
    }

    /// The periods of a metric that begin in a span.
    pub(in crate::table) fn points(&self, metric: &str, (from, until): (Timestamp, Timestamp)) -> Points {
        let series = self.series.get(metric).into_iter();
        series.flat_map(|series| series.range(from, until)).map(|(start, all)| (start, *all)).collect()
    }

    /// The metrics that have data.
    pub(in crate::table) fn metrics(&self) -> impl Iterator<Item = &'static str> {
        self.series.keys().copied()
    }
}

/// What a step of filling an index did.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(in crate::table) struct BackfillStep {
    /// Write units that its new entries cost.
    pub(in crate::table) units: CapacityUnits,
    /// Items that were looked at since the beginning.
    pub(in crate::table) items: u64,
    /// Whether it waits for throughput.
    pub(in crate::table) is_held_up: bool,
}

impl BackfillStep {
    /// Notes it as the metrics of an index that is being built (facts 11.1). The percentage counts the items that the
    /// table has now.
    pub(in crate::table) fn note(self, observed: &mut Observed, index: &str, items: u64, now: Timestamp) {
        let of_index = [("GlobalSecondaryIndexName", index)];
        let percent = if items == 0 { 100.0 } else { (self.items as f64 * 100.0 / items as f64).min(100.0) };
        observed.add("OnlineIndexPercentageProgress", &of_index, (percent, 1.0), now);
        observed.add("OnlineIndexConsumedWriteCapacity", &of_index, (self.units.as_f64(), 1.0), now);
        if self.is_held_up {
            observed.add("OnlineIndexThrottleEvents", &of_index, (1.0, 1.0), now);
        }
    }
}

/// What became of changes on their way to Kinesis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct KinesisOutcome {
    /// Records that the stream refused to take now.
    pub throttled: u64,
    /// Records of the batch that are too large for the stream, which it never gets.
    pub failed: u64,
}

impl Tables {
    /// Notes that a table's request failed through no fault of the caller: `SystemErrors`.
    #[cold]
    pub(in crate::table) fn note_system_error(
        &mut self,
        space: Space,
        operation: MeteredOperation,
        now: Timestamp,
    ) {
        let name = self.names_by_space.get(&space.0);
        if let Some(table) = name.and_then(|name| self.by_name.get_mut(name)) {
            table.traffic.others.add("SystemErrors", &[("Operation", operation.name())], (1.0, 1.0), now);
        }
    }

    /// Notes what GetRecords returned of a stream. One whose table is gone has no metrics.
    pub fn note_returned_records(&mut self, stream_arn: &str, (records, bytes): (u64, u64), now: Timestamp) {
        let Some((table_arn, label)) = stream_arn.split_once("/stream/") else { return };
        let name = table_arn.rsplit('/').next().unwrap_or_default();
        let Some(table) = self.by_name.get_mut(name) else { return };
        if let Some(operation) = self.request.operation
            && table.traffic.begin(self.request.number, operation, now)
        {
            self.request.served.push(table.space);
        }
        let of_stream = [("Operation", "GetRecords"), ("StreamLabel", label)];
        let observed = &mut table.traffic.others;
        observed.add("ReturnedRecordsCount", &of_stream, (records as f64, 1.0), now);
        observed.add("ReturnedBytes", &of_stream, (bytes as f64, 1.0), now);
    }

    /// Notes that changes, made at the times `made` and each of so many bytes, went to Kinesis. A change costs one unit for
    /// each KB.
    pub(in crate::table) fn note_kinesis(
        &mut self,
        name: &str,
        changes: impl Iterator<Item = (Timestamp, usize)>,
        outcome: KinesisOutcome,
        now: Timestamp,
    ) {
        let Some(table) = self.by_name.get_mut(name) else { return };
        let observed = &mut table.traffic.others;
        let of_destination = [("DelegatedOperation", "PutRecord")];
        for (made, bytes) in changes {
            let milliseconds = now.since(made).as_secs_f64() * 1_000.0;
            observed.add("AgeOfOldestUnreplicatedRecord", &of_destination, (milliseconds, 1.0), now);
            let units = bytes.div_ceil(1_024).max(1) as f64;
            observed.add("ConsumedChangeDataCaptureUnits", &of_destination, (units, 1.0), now);
        }
        let counts = [
            ("ThrottledPutRecordCount", outcome.throttled),
            ("FailedToReplicateRecordCount", outcome.failed),
        ];
        for (metric, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            observed.add(metric, &of_destination, (1.0, count as f64), now);
        }
    }
}
