//! What an export reads.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Entry, Read, StoreError, Write};
use crate::table::catalog::Table;
use crate::table::partition::HashRange;
use crate::table::past::{PastChange, PastHold};
use crate::table::record::{self, CATALOG, EXPORTS};
use crate::table::tables::Tables;
use crate::value::KeyBytes;

/// A view of a store at one moment.
pub type Snapshot = Arc<dyn Read + Send + Sync>;

/// A part of what an export of the past writes, in the order of keys.
#[derive(Debug, Default)]
pub struct ExportPage {
    /// Items as they were.
    pub items: Vec<Entry>,
    /// Of an incremental export: what was written in its period.
    pub changes: Vec<PastChange>,
    /// Where to go on; none where the page is the last.
    pub behind: Option<KeyBytes>,
}

/// The states of tables that exports hold. A durable store keeps them, so that those of an export that a crash
/// interrupted are given up when the store is opened again.
#[derive(Clone, Default)]
pub struct ExportHolds {
    holds: Vec<PastHold>,
    has_changed: bool,
}

impl ExportHolds {
    /// Keeps one.
    pub fn add(&mut self, hold: PastHold) {
        self.holds.push(hold);
        self.has_changed = true;
    }

    /// Gives one up.
    pub fn release(&mut self, hold: &PastHold, tables: &mut Tables, now: Timestamp) {
        self.holds.retain(|held| held != hold);
        self.has_changed = true;
        // What the store cannot do now is done when it is opened again.
        let _ = tables.release_past(hold, now);
    }

    /// The change that stores what has changed since this was asked last, if anything has.
    pub fn take_change(&mut self) -> Option<Write> {
        std::mem::take(&mut self.has_changed).then(|| record::put(EXPORTS, &self.holds))
    }

    /// Gives up what the exports held that were interrupted.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] where what the store holds makes no sense.
    pub fn restore(&mut self, tables: &mut Tables) -> Result<(), StoreError> {
        let Some(entry) = tables.store.get(CATALOG, EXPORTS)? else { return Ok(()) };
        let holds: Vec<PastHold> = record::read(&entry)?;
        for hold in &holds {
            self.release(hold, tables, Timestamp::default());
        }
        Ok(())
    }
}

impl Tables {
    /// The store as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Arc::from(self.store.snapshot())
    }

    /// A part of what an export of the past writes: items of one state, or what was written between two.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn export_page(
        &self,
        holds: &[PastHold],
        behind: Option<&[u8]>,
        count: usize,
    ) -> Result<ExportPage, Error> {
        match holds {
            [hold] => {
                let page = self.past_page(hold, behind, count)?;
                Ok(ExportPage { items: page.entries, behind: page.behind, ..ExportPage::default() })
            }
            [from, to] => {
                let (changes, behind) = self.past_changes((from, to), behind, count)?;
                Ok(ExportPage { changes, behind, ..ExportPage::default() })
            }
            _ => Ok(ExportPage::default()),
        }
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
