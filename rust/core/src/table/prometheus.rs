//! What the tables have counted, in the text format that Prometheus reads.

use std::fmt::Write as _;

use crate::clock::Timestamp;
use crate::table::catalog::Table;
use crate::table::index::Index;
use crate::table::partition::PartitionDescription;
use crate::table::tables::Tables;
use crate::table::throughput::{Kind, Throughput};

/// A family of metrics while it is written.
struct Family {
    text: String,
}

impl Family {
    fn new(name: &str, kind: &str, help: &str) -> Self {
        Self { text: format!("# HELP {name} {help}\n# TYPE {name} {kind}\n") }
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{name}{{{}}} {value}", labels.join(","));
    }
}

/// Names have no such characters today; the format asks for it all the same.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// A table or one of its global indexes, with its partitions.
struct Source<'a> {
    table: &'a str,
    index: &'a str,
    throughput: &'a Throughput,
    partitions: Vec<PartitionDescription>,
}

impl Source<'_> {
    fn labels<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        [("table", self.table), ("index", self.index)].into_iter().chain(more.iter().copied()).collect()
    }
}

fn sources(table: &Table, now: Timestamp) -> Vec<Source<'_>> {
    let name = table.definition().name.as_str();
    let own = Source {
        table: name,
        index: "",
        throughput: table.throughput(),
        partitions: table.describe_partitions(None, now).unwrap_or_default(),
    };
    let indexes = table.indexes().iter().filter_map(|index: &Index| {
        let partitions = table.describe_partitions(Some(index.name()), now).ok()?;
        Some(Source { table: name, index: index.name(), throughput: index.throughput()?, partitions })
    });
    [own].into_iter().chain(indexes).collect()
}

/// One figure of a partition, summed up over a table.
type Figure = fn(&PartitionDescription) -> f64;

const COUNTERS: [(&str, &str, &str, Figure); 4] = [
    ("dynacore_consumed_capacity_units_total", "read", "Capacity units consumed.", |one| {
        one.read_units.as_f64()
    }),
    ("dynacore_consumed_capacity_units_total", "write", "", |one| one.write_units.as_f64()),
    ("dynacore_throttle_events_total", "read", "Events refused for want of capacity.", |one| {
        one.read_throttles as f64
    }),
    ("dynacore_throttle_events_total", "write", "", |one| one.write_throttles as f64),
];

impl Tables {
    /// Counters since each table was made, and gauges as of `now`.
    #[must_use]
    pub fn prometheus(&self, now: Timestamp) -> String {
        let sources: Vec<Source<'_>> = self.by_name.values().flat_map(|table| sources(table, now)).collect();
        let mut text = String::new();
        text.push_str(&counters(&sources));
        text.push_str(&gauges(&sources, now));
        text.push_str(&self.requests());
        text
    }

    fn requests(&self) -> String {
        let mut answered =
            Family::new("dynacore_requests_total", "counter", "Requests that succeeded, by operation.");
        let mut throttled =
            Family::new("dynacore_throttled_requests_total", "counter", "Requests that were throttled.");
        for (name, table) in &self.by_name {
            let labels = |operation| [("table", name.as_str()), ("operation", operation)];
            for (operation, count) in table.traffic.answered() {
                answered.sample("dynacore_requests_total", &labels(operation.name()), count as f64);
            }
            for (operation, count) in table.traffic.throttled() {
                throttled.sample(
                    "dynacore_throttled_requests_total",
                    &labels(operation.name()),
                    count as f64,
                );
            }
        }
        answered.text + &throttled.text
    }
}

fn counters(sources: &[Source<'_>]) -> String {
    let mut text = String::new();
    for (name, kind, help, figure) in COUNTERS {
        let mut family =
            if help.is_empty() { Family { text: String::new() } } else { Family::new(name, "counter", help) };
        for source in sources {
            let sum: f64 = source.partitions.iter().map(figure).sum();
            family.sample(name, &source.labels(&[("kind", kind)]), sum);
        }
        text.push_str(&family.text);
    }
    text
}

fn gauges(sources: &[Source<'_>], now: Timestamp) -> String {
    let mut provisioned = Family::new(
        "dynacore_provisioned_capacity_units",
        "gauge",
        "Provisioned units a second; 0 on demand.",
    );
    let mut burst = Family::new("dynacore_burst_units", "gauge", "Capacity units saved up.");
    let mut items = Family::new("dynacore_items", "gauge", "Items stored.");
    let mut bytes = Family::new("dynacore_bytes", "gauge", "Bytes stored, by DynamoDB's rules.");
    let mut heat = Family::new(
        "dynacore_partition_heat",
        "gauge",
        "Share of a partition's limits used within the last minute.",
    );
    for source in sources {
        for (kind, name) in [(Kind::Read, "read"), (Kind::Write, "write")] {
            let labels = source.labels(&[("kind", name)]);
            let units = source.throughput.mode().units(kind) as f64;
            provisioned.sample("dynacore_provisioned_capacity_units", &labels, units);
            let saved = source.throughput.bucket(kind).balance(now) as f64 / 1e9;
            burst.sample("dynacore_burst_units", &labels, saved);
        }
        let sum = |figure: Figure| source.partitions.iter().map(figure).sum::<f64>();
        items.sample("dynacore_items", &source.labels(&[]), sum(|one| one.items as f64));
        bytes.sample("dynacore_bytes", &source.labels(&[]), sum(|one| one.bytes as f64));
        for (position, partition) in source.partitions.iter().enumerate() {
            let position = position.to_string();
            heat.sample(
                "dynacore_partition_heat",
                &source.labels(&[("partition", &position)]),
                partition.heat(),
            );
        }
    }
    [provisioned, burst, items, bytes, heat].into_iter().map(|family| family.text).collect()
}
