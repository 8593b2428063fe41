//! What an export reads.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::Read;
use crate::table::catalog::{State, Table};
use crate::table::partition::HashRange;
use crate::table::tables::Tables;

/// The time whose items can be had, of a table with point-in-time recovery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecoveryWindow {
    /// The earliest time.
    pub earliest: Timestamp,
    /// The latest time but the present.
    pub latest: Timestamp,
}

/// A view of a store at one moment.
pub type Snapshot = Arc<dyn Read + Send + Sync>;

impl Tables {
    /// A table that can be exported: any but one that is being made, which AWS does not know yet.
    ///
    /// # Errors
    /// `TableNotFoundException`.
    pub fn exported(&self, name: &str, arn: &str) -> Result<&Table, Error> {
        self.find(name)
            .filter(|table| !matches!(table.state(), State::Creating { .. } | State::Importing))
            .ok_or_else(|| Error::TableNotFound(format!("Table not found: {arn}")))
    }

    /// The time whose items can be had; `None` where point-in-time recovery is off. There are no continuous backups yet,
    /// so it is the present, for every table.
    #[must_use]
    pub fn recovery_window(&self, table: &Table, now: Timestamp) -> Option<RecoveryWindow> {
        let _ = table;
        Some(RecoveryWindow { earliest: now, latest: now })
    }

    /// The store as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Arc::from(self.store.snapshot())
    }

    /// The store with the items that a table had at a time of its window.
    ///
    /// # Errors
    /// `InternalServerError` where the store cannot be read.
    pub fn snapshot_at(&self, table: &Table, time: Timestamp, now: Timestamp) -> Result<Snapshot, Error> {
        let _ = (table, time, now);
        Ok(self.snapshot())
    }
}

/// The hashes of a table's partitions. One that begins inside an item collection is taken together with the one before,
/// which has the same hash.
#[must_use]
pub fn export_ranges(table: &Table, now: Timestamp) -> Vec<HashRange> {
    let mut ranges: Vec<HashRange> = Vec::new();
    for partition in table.describe_partitions(None, now).unwrap_or_default() {
        match ranges.last_mut() {
            Some(last) if partition.begins_inside_collection => last.end = partition.range.end,
            _ => ranges.push(partition.range),
        }
    }
    ranges
}
