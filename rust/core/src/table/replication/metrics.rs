//! The metrics of replication (facts 7.4), recorded in the Region where a change was made.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::metric::{MetricId, Series, Statistics};
use crate::table::catalog::Table;
use crate::table::published::{NAMESPACE, Points, Span};
use crate::table::tables::Tables;

/// `ReplicationLatency` and `PendingReplicationCount`, by receiving Region.
#[derive(Clone, Default)]
pub(in crate::table) struct ReplicationMetrics {
    latencies: BTreeMap<String, Series>,
    pending: BTreeMap<String, Series>,
}

const LATENCY: &str = "ReplicationLatency";
const PENDING: &str = "PendingReplicationCount";

impl Tables {
    /// Takes note that changes made at the times `made` were applied in another Region now, and that `pending` others
    /// are still to be.
    pub fn note_replicated(
        &mut self,
        name: &str,
        receiver: &str,
        made: impl Iterator<Item = Timestamp>,
        (pending, now): (u64, Timestamp),
    ) {
        let Some(replication) = self.by_name.get_mut(name).and_then(|table| table.replication.as_mut())
        else {
            return;
        };
        let metrics = &mut replication.metrics;
        if !metrics.latencies.contains_key(receiver) {
            metrics.latencies.insert(receiver.to_owned(), Series::default());
            metrics.pending.insert(receiver.to_owned(), Series::default());
        }
        if let Some(latencies) = metrics.latencies.get_mut(receiver) {
            for made in made {
                let milliseconds = now.since(made).as_secs_f64() * 1_000.0;
                latencies.add(now, &Statistics::of(milliseconds, 1.0));
            }
        }
        if let Some(counts) = metrics.pending.get_mut(receiver) {
            counts.add(now, &Statistics::of(pending as f64, 1.0));
        }
    }
}

/// The points of a metric of replication; none where it is another metric.
pub(in crate::table) fn statistics(table: &Table, metric: &MetricId, span: Span) -> Points {
    let receiver = metric.dimension("ReceivingRegion").unwrap_or_default();
    let Some(replication) = &table.replication else { return Points::new() };
    let all = match metric.name.as_str() {
        LATENCY => &replication.metrics.latencies,
        PENDING => &replication.metrics.pending,
        _ => return Points::new(),
    };
    let range = all.get(receiver).map(|series| series.range(span.from, span.until));
    range.into_iter().flatten().map(|(start, statistics)| (start, *statistics)).collect()
}

/// The metrics of replication that have data.
pub(in crate::table) fn list(table: &Table, found: &mut Vec<MetricId>) {
    let Some(replication) = &table.replication else { return };
    for receiver in replication.metrics.latencies.keys() {
        let dimensions = [("TableName", table.definition.name.as_str()), ("ReceivingRegion", receiver)];
        found.extend([LATENCY, PENDING].map(|name| MetricId::new(NAMESPACE, name, &dimensions)));
    }
}
