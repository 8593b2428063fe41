//! What other Regions read of a table: its own changes in their order, and its items.

use std::ops::{Bound, ControlFlow};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Direction, KeyRange};
use crate::table::catalog::Table;
use crate::table::changes::{Change, ChangeLog};
use crate::table::refusal::not_found;
use crate::table::replication::apply::CopiedItem;
use crate::table::replication::version::Version;
use crate::table::tables::Tables;
use crate::value::ItemRef;

/// A change made in one Region, on its way to another. Cheap to clone.
#[derive(Clone)]
pub struct OutgoingChange {
    change: Change,
    version: Version,
}

impl OutgoingChange {
    /// The item's version after it.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// When it was committed.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.change.at()
    }

    /// Its number in its Region.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.change.sequence()
    }

    /// The item's key in its table.
    pub(in crate::table) fn key(&self) -> &[u8] {
        self.change.key()
    }

    /// The item after it; none where the item is gone.
    #[must_use]
    pub fn image(&self) -> Option<ItemRef<'_>> {
        self.change.new_image()
    }
}

/// A page of a table's own changes.
pub struct Outgoing {
    /// In order.
    pub changes: Vec<OutgoingChange>,
    /// The number to go on behind.
    pub read_up_to: u64,
    /// Whether there are no more.
    pub is_end: bool,
}

impl Table {
    fn log(&self) -> Option<&ChangeLog> {
        self.changes.as_ref().and_then(|changes| changes.log.as_ref())
    }
}

impl Tables {
    /// The number of the last change there was of a table of a global table.
    #[must_use]
    pub fn last_change(&self, name: &str) -> Option<u64> {
        self.by_name.get(name).and_then(Table::log).map(ChangeLog::last)
    }

    /// When the first change behind a number was made, wherever; none where there is no such change.
    ///
    /// # Errors
    /// `InternalServerError`.
    pub fn next_change_at(&self, name: &str, behind: u64) -> Result<Option<Timestamp>, Error> {
        let Some(log) = self.by_name.get(name).and_then(Table::log) else { return Ok(None) };
        if log.last() <= behind {
            return Ok(None);
        }
        Ok(log.read(self.store.as_ref(), behind, 1)?.first().map(Change::at))
    }

    /// A table's own changes behind a number, of up to `count` records. Those that came from other Regions are passed
    /// over: each Region reads them where they were made.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InternalServerError`.
    pub fn read_outgoing(&self, name: &str, behind: u64, count: usize) -> Result<Outgoing, Error> {
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        let (log, replication) =
            table.log().zip(table.replication.as_ref()).ok_or_else(|| not_found(name))?;
        let records = log.read(self.store.as_ref(), behind, count)?;
        let is_end = records.len() < count;
        let read_up_to = match records.last() {
            Some(last) if !is_end => last.sequence(),
            _ => log.last(),
        };
        let own = |change: Change| {
            let version = change.version().filter(|version| version.region() == replication.region)?;
            Some(OutgoingChange { change, version })
        };
        Ok(Outgoing { changes: records.into_iter().filter_map(own).collect(), read_up_to, is_end })
    }

    /// Up to `count` items behind a key, in the order of their keys, with their versions; and whether there are no
    /// more.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InternalServerError`.
    pub fn read_items(
        &self,
        name: &str,
        behind: Option<&[u8]>,
        count: usize,
    ) -> Result<(Vec<CopiedItem>, bool), Error> {
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        let lower = behind.map_or(Bound::Unbounded, Bound::Excluded);
        let range = KeyRange { lower, upper: Bound::Unbounded };
        let mut entries = Vec::new();
        self.store.scan(table.space, range, Direction::Forward, &mut |entry| {
            entries.push(entry.clone());
            if entries.len() < count { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        let is_end = entries.len() < count;
        let replication = table.replication.as_ref();
        let mut items = Vec::with_capacity(entries.len());
        for entry in entries {
            let version = replication
                .map_or(Ok(None), |replication| replication.version(entry.key(), self.store.as_ref()))?;
            items.push(CopiedItem { entry, version });
        }
        Ok((items, is_end))
    }
}
