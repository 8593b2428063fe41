//! Metrics of the account: those of `AWS/DynamoDB` without a table, and those of `AWS/Usage` (facts 11.1).

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::metric::{MetricId, Statistics};
use crate::table::account::ACCOUNT_UNITS_MAX;
use crate::table::index::Index;
use crate::table::published::{NAMESPACE, Points, Span};
use crate::table::tables::Tables;
use crate::table::throughput::{Kind, TABLE_UNITS_MAX};

/// The namespace of what quotas are compared with.
pub(in crate::table) const USAGE_NAMESPACE: &str = "AWS/Usage";

/// The period of the metrics that are not published every minute.
const FIVE_MINUTES: Duration = Duration::from_secs(300);

/// `Resource` of the metrics of usage, which are all called `ResourceCount`.
const USAGE_RESOURCES: [&str; 3] =
    ["AccountProvisionedReadCapacityUnits", "AccountProvisionedWriteCapacityUnits", "TableCount"];

const ACCOUNT_METRICS: [&str; 8] = [
    "AccountMaxReads",
    "AccountMaxWrites",
    "AccountMaxTableLevelReads",
    "AccountMaxTableLevelWrites",
    "AccountProvisionedReadCapacityUtilization",
    "AccountProvisionedWriteCapacityUtilization",
    "MaxProvisionedTableReadCapacityUtilization",
    "MaxProvisionedTableWriteCapacityUtilization",
];

impl Tables {
    /// The statistics of a metric without a table.
    pub(super) fn account_statistics(&self, metric: &MetricId, span: Span) -> Points {
        if !metric.dimensions.is_empty() {
            return Points::new();
        }
        let constant = |units: u64| each_five_minutes(span, |_| units as f64);
        let percent = |units: u64, of: u64| units as f64 * 100.0 / of as f64;
        match metric.name.as_str() {
            "UserErrors" => {
                let range = self.user_errors().range(span.from, span.until);
                range.map(|(start, statistics)| (start, *statistics)).collect()
            }
            "AccountMaxReads" | "AccountMaxWrites" => constant(ACCOUNT_UNITS_MAX),
            "AccountMaxTableLevelReads" | "AccountMaxTableLevelWrites" => constant(TABLE_UNITS_MAX),
            "AccountProvisionedReadCapacityUtilization" => {
                self.provisioned_over_time(Kind::Read, span, |all| {
                    percent(all.iter().sum(), ACCOUNT_UNITS_MAX)
                })
            }
            "AccountProvisionedWriteCapacityUtilization" => {
                self.provisioned_over_time(Kind::Write, span, |all| {
                    percent(all.iter().sum(), ACCOUNT_UNITS_MAX)
                })
            }
            "MaxProvisionedTableReadCapacityUtilization" => {
                self.provisioned_over_time(Kind::Read, span, |all| {
                    percent(all.iter().copied().max().unwrap_or(0), TABLE_UNITS_MAX)
                })
            }
            "MaxProvisionedTableWriteCapacityUtilization" => {
                self.provisioned_over_time(Kind::Write, span, |all| {
                    percent(all.iter().copied().max().unwrap_or(0), TABLE_UNITS_MAX)
                })
            }
            _ => Points::new(),
        }
    }

    /// A figure made of what every table and index was provisioned with, each five minutes.
    fn provisioned_over_time(&self, kind: Kind, span: Span, figure: impl Fn(&[u64]) -> f64) -> Points {
        let mut by_time: BTreeMap<Timestamp, Vec<u64>> = BTreeMap::new();
        for table in self.by_name.values() {
            let indexes = table.indexes().iter().filter_map(Index::throughput);
            for throughput in indexes.chain([table.throughput()]) {
                for (start, units) in throughput.meter(kind).provisioned(span.from, span.until, span.now) {
                    by_time.entry(start).or_default().push(units.sum as u64);
                }
            }
        }
        by_time.into_iter().map(|(start, all)| (start, Statistics::of(figure(&all), 1.0))).collect()
    }

    /// Adds the metrics of the account that have data.
    pub(super) fn list_account_metrics(&self, found: &mut Vec<MetricId>) {
        if !self.by_name.is_empty() {
            found.extend(ACCOUNT_METRICS.map(|name| MetricId::new(NAMESPACE, name, &[])));
            found.extend(USAGE_RESOURCES.map(usage_metric));
        }
    }

    /// The statistics of a metric of `AWS/Usage`, each five minutes. Tables are counted as they are now: when which of
    /// them came is not kept.
    pub(super) fn usage_statistics(&self, metric: &MetricId, span: Span) -> Points {
        let known = USAGE_RESOURCES.into_iter().find(|resource| usage_metric(resource) == *metric);
        let sum = |all: &[u64]| all.iter().sum::<u64>() as f64;
        match known {
            Some("TableCount") => each_five_minutes(span, |start| {
                self.by_name.values().filter(|table| table.created() < start + FIVE_MINUTES).count() as f64
            }),
            Some("AccountProvisionedReadCapacityUnits") => self.provisioned_over_time(Kind::Read, span, sum),
            Some(_) => self.provisioned_over_time(Kind::Write, span, sum),
            None => Points::new(),
        }
    }
}

fn usage_metric(resource: &str) -> MetricId {
    let dimensions =
        [("Service", "DynamoDB"), ("Type", "Resource"), ("Resource", resource), ("Class", "None")];
    MetricId::new(USAGE_NAMESPACE, "ResourceCount", &dimensions)
}

fn each_five_minutes(span: Span, value: impl Fn(Timestamp) -> f64) -> Points {
    let mut points = Points::new();
    let mut start = (span.from + FIVE_MINUTES - Duration::from_nanos(1)).floor(FIVE_MINUTES);
    while start < span.until && start <= span.now {
        points.push((start, Statistics::of(value(start), 1.0)));
        start = start + FIVE_MINUTES;
    }
    points
}
