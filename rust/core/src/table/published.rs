//! The metrics of the namespace `AWS/DynamoDB` (facts 11.1), read from the tables' own counts.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::metric::{MetricId, Series, Statistics};
use crate::table::account_metrics::USAGE_NAMESPACE;
use crate::table::catalog::Table;
use crate::table::index::Index;
use crate::table::replication;
use crate::table::tables::Tables;
use crate::table::throughput::{Kind, Mode, Throughput};
use crate::table::traffic::MeteredOperation;

/// DynamoDB's namespace.
pub const NAMESPACE: &str = "AWS/DynamoDB";

/// Whether the metrics of a namespace are read from the tables.
#[must_use]
pub fn is_published(namespace: &str) -> bool {
    namespace == NAMESPACE || namespace == USAGE_NAMESPACE
}

/// `Unit` of one of these metrics.
#[must_use]
pub fn unit_of(metric: &str) -> &'static str {
    match metric {
        "SuccessfulRequestLatency" | "ReplicationLatency" | "AgeOfOldestUnreplicatedRecord" => "Milliseconds",
        "ReturnedBytes" => "Bytes",
        name if name.ends_with("Utilization") => "Percent",
        _ => "Count",
    }
}

pub(in crate::table) type Points = Vec<(Timestamp, Statistics)>;

/// A time span to read a metric over, as seen from `now`.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Periods that begin here or later.
    pub from: Timestamp,
    /// And before this.
    pub until: Timestamp,
    /// Nothing is known of later times.
    pub now: Timestamp,
}

impl Tables {
    /// The statistics of one of DynamoDB's metrics in the periods that begin inside a span, each as fine as it is kept;
    /// empty for a metric that does not exist.
    #[must_use]
    pub fn statistics(&self, metric: &MetricId, span: Span) -> Points {
        let range = (span.from, span.until.min(span.now + Duration::from_nanos(1)));
        let name = metric.name.as_str();
        if metric.namespace == USAGE_NAMESPACE {
            return self.usage_statistics(metric, span);
        }
        let Some(table) = metric.dimension("TableName") else { return self.account_statistics(metric, span) };
        let Some(table) = self.find(table) else { return Points::new() };
        if let Some(points) = table.traffic.others.points(metric, range) {
            return points;
        }
        match (
            metric.dimensions.len(),
            metric.dimension("GlobalSecondaryIndexName"),
            metric.dimension("Operation"),
        ) {
            (1, None, None) => match throughput_metric(name) {
                Some((measure, kind)) => measured(table.throughput(), measure, kind, span),
                None => table.provision.refusals.points(name, range),
            },
            (2, Some(index), None) => {
                let found = table.indexes().iter().find(|known| known.name() == index);
                let Some(provision) = found.and_then(Index::provision) else { return Points::new() };
                match throughput_metric(name) {
                    Some((measure, kind)) => measured(&provision.throughput, measure, kind, span),
                    None => provision.refusals.points(name, range),
                }
            }
            (2, None, None) => replication::statistics(table, metric, span),
            (2, None, Some(operation)) => {
                let Some(operation) = MeteredOperation::named(operation) else { return Points::new() };
                match name {
                    "SuccessfulRequestLatency" => table.traffic.latency(operation, range),
                    "ThrottledRequests" => table.traffic.throttles(operation, range),
                    "ReturnedItemCount" => table.traffic.returned(operation, range),
                    _ => Points::new(),
                }
            }
            _ => Points::new(),
        }
    }

    /// `ListMetrics`: the metrics that have data, by name of the table.
    #[must_use]
    pub fn metrics(&self) -> Vec<MetricId> {
        let mut found = Vec::new();
        for table in self.by_name.values() {
            list_metrics(table, &mut found);
            replication::list_metrics(table, &mut found);
        }
        if !self.user_errors().is_empty() {
            found.push(MetricId::new(NAMESPACE, "UserErrors", &[]));
        }
        self.list_account_metrics(&mut found);
        found
    }

    /// `UserErrors`: requests that were answered with a 400, but for those of throughput and conditions.
    #[must_use]
    pub(in crate::table) fn user_errors(&self) -> &Series {
        &self.user_errors
    }
}

/// What a metric says of a throughput.
#[derive(Clone, Copy)]
enum Measure {
    Consumed,
    Provisioned,
    Throttled,
}

const THROUGHPUT_METRICS: [(&str, Measure, Kind); 6] = [
    ("ConsumedReadCapacityUnits", Measure::Consumed, Kind::Read),
    ("ConsumedWriteCapacityUnits", Measure::Consumed, Kind::Write),
    ("ProvisionedReadCapacityUnits", Measure::Provisioned, Kind::Read),
    ("ProvisionedWriteCapacityUnits", Measure::Provisioned, Kind::Write),
    ("ReadThrottleEvents", Measure::Throttled, Kind::Read),
    ("WriteThrottleEvents", Measure::Throttled, Kind::Write),
];

fn throughput_metric(name: &str) -> Option<(Measure, Kind)> {
    let found = THROUGHPUT_METRICS.iter().find(|(known, ..)| *known == name);
    found.map(|(_, measure, kind)| (*measure, *kind))
}

fn measured(throughput: &Throughput, measure: Measure, kind: Kind, span: Span) -> Points {
    let meter = throughput.meter(kind);
    match measure {
        Measure::Provisioned => meter.provisioned(span.from, span.until, span.now),
        Measure::Throttled => meter.throttled(span.from, span.until),
        Measure::Consumed => {
            let mut points: BTreeMap<Timestamp, Statistics> =
                meter.consumed(span.from, span.until).into_iter().collect();
            // Idle minutes are reported as zeros (facts 3.3), as far back as single minutes are known.
            for point in meter.series(span.from, span.until, span.now) {
                points.entry(point.start).or_insert(Statistics::of(0.0, 1.0));
            }
            points.into_iter().collect()
        }
    }
}

fn list_metrics(table: &Table, found: &mut Vec<MetricId>) {
    let name = table.definition().name.as_str();
    let of_table = [("TableName", name)];
    let indexes = table.indexes().iter().filter_map(|index| Some((Some(index.name()), index.provision()?)));
    for (index, provision) in [(None, &table.provision)].into_iter().chain(indexes) {
        let throughput = &provision.throughput;
        let dimensions: Vec<(&str, &str)> =
            of_table.into_iter().chain(index.map(|index| ("GlobalSecondaryIndexName", index))).collect();
        for (metric, measure, kind) in THROUGHPUT_METRICS {
            let there = match measure {
                Measure::Consumed => true,
                Measure::Provisioned => throughput.mode() != Mode::PayPerRequest,
                Measure::Throttled => throughput.meter(kind).has_throttled(),
            };
            if there {
                found.push(MetricId::new(NAMESPACE, metric, &dimensions));
            }
        }
        let refused = provision.refusals.metrics();
        found.extend(refused.map(|metric| MetricId::new(NAMESPACE, metric, &dimensions)));
    }
    let traffic = &table.traffic;
    let answered =
        traffic.answered().into_iter().map(|(operation, _)| ("SuccessfulRequestLatency", operation));
    let throttled = traffic.throttled().into_iter().map(|(operation, _)| ("ThrottledRequests", operation));
    let returned = traffic.returning().into_iter().map(|operation| ("ReturnedItemCount", operation));
    for (metric, operation) in answered.chain(throttled).chain(returned) {
        let dimensions = [("TableName", name), ("Operation", operation.name())];
        found.push(MetricId::new(NAMESPACE, metric, &dimensions));
    }
    traffic.others.list(name, found);
}
