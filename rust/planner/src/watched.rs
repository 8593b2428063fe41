//! Tables and indexes while a scenario runs: what they consumed and had, by the minute.

use dynacore::table::partition::PartitionDescription;

use crate::bill::Usage;
use crate::report::{ResourceMinute, ResourceReport};

/// One table or index in one Region.
pub struct Watched {
    /// What was seen.
    pub report: ResourceReport,
    /// What it costs.
    pub usage: Usage,
    /// Units that were consumed until the last look.
    consumed_before: [f64; 2],
}

impl Watched {
    /// Nothing has happened yet. The writes of a table with replicas are replicated ones; those of its indexes are not.
    pub fn new((region, table): (&str, &str), index: Option<String>, has_replicas: bool) -> Self {
        let is_replicated = has_replicas && index.is_none();
        let usage = Usage { provisioned_min: [u64::MAX; 2], is_replicated, ..Usage::default() };
        let (table, region) = (table.to_owned(), region.to_owned());
        Self {
            report: ResourceReport { table, region, index, minutes: Vec::new() },
            usage,
            consumed_before: [0.0; 2],
        }
    }

    /// Notes a look after some seconds: what is provisioned, and what was consumed in all.
    pub fn note(&mut self, seconds: f64, provisioned: [u64; 2], consumed: [f64; 2]) {
        let mut minute = ResourceMinute { consumed: [0.0; 2], provisioned };
        self.usage.seconds += seconds;
        for kind in 0..2 {
            // What was used before a split stays with one of its halves, so the sum only grows.
            let units = consumed[kind] - self.consumed_before[kind];
            self.usage.consumed[kind] += units;
            self.usage.provisioned_unit_seconds[kind] += provisioned[kind] as f64 * seconds;
            self.usage.provisioned_min[kind] = self.usage.provisioned_min[kind].min(provisioned[kind]);
            minute.consumed[kind] = units / seconds.max(f64::MIN_POSITIVE);
        }
        self.consumed_before = consumed;
        self.report.minutes.push(minute);
    }
}

/// Read and write units that partitions served.
pub fn consumed_units(partitions: &[PartitionDescription]) -> [f64; 2] {
    partitions.iter().fold([0.0; 2], |[read, write], partition| {
        [read + partition.read_units.as_f64(), write + partition.write_units.as_f64()]
    })
}
