//! `OnDemandThroughput` and `WarmThroughput` as a description tells them, of a table or of an index.

use crate::output_shape;
use crate::request::table_description::count;
use crate::table::throughput::{Kind, Throughput};
use crate::table::{OnDemandMaximum, State, Table, WarmThroughput};

output_shape! {
    /// The maximums that are set.
    pub struct OnDemandThroughputDescription {
        max_read_request_units: i64 = "MaxReadRequestUnits",
        max_write_request_units: i64 = "MaxWriteRequestUnits",
    }
}

output_shape! {
    /// What is served at once.
    pub struct WarmThroughputDescription {
        read_units_per_second: i64 = "ReadUnitsPerSecond",
        write_units_per_second: i64 = "WriteUnitsPerSecond",
        status: &'static str = "Status",
    }
}

impl OnDemandThroughputDescription {
    /// The maximums of a throughput; none where none is set.
    #[must_use]
    pub fn new(throughput: &Throughput) -> Option<Self> {
        Self::of(throughput.maximum())
    }

    /// Maximums; none where none is set.
    #[must_use]
    pub fn of(maximum: OnDemandMaximum) -> Option<Self> {
        (!maximum.is_none()).then(|| Self {
            max_read_request_units: maximum.read.map(count),
            max_write_request_units: maximum.write.map(count),
        })
    }
}

impl WarmThroughputDescription {
    /// A warm throughput.
    #[must_use]
    pub fn new(warm: &WarmThroughput) -> Self {
        Self {
            read_units_per_second: Some(count(warm.units(Kind::Read))),
            write_units_per_second: Some(count(warm.units(Kind::Write))),
            status: Some(warm.status()),
        }
    }
}

/// Whether a description shows the warm throughput: always, but while the table is made only what was asked for (LAB
/// DDB-TABLE-033).
#[must_use]
pub fn shows_warm(table: &Table, warm: &WarmThroughput) -> bool {
    match table.state() {
        State::Creating { .. } | State::Importing => warm.named(),
        State::Active | State::Updating { .. } => true,
        State::Deleting { .. } => false,
    }
}
