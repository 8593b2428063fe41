//! What other Regions read of a table: its own changes in their order, and its items.

use std::ops::{Bound, ControlFlow};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Direction, KeyRange};
use crate::table::refusal::not_found;
use crate::table::replication::Replication;
use crate::table::replication::apply::CopiedItem;
use crate::table::replication::log::OutgoingChange;
use crate::table::tables::Tables;

/// Changes that are counted at most: what counts more is as far behind.
pub const PENDING_MAX: u64 = 10_000;

/// A page of a table's own changes.
pub struct Outgoing {
    /// In order.
    pub changes: Vec<OutgoingChange>,
    /// The number to go on behind.
    pub read_up_to: u64,
}

impl Tables {
    pub(super) fn replication(&self, name: &str) -> Option<&Replication> {
        self.by_name.get(name).and_then(|table| table.replication.as_deref())
    }

    /// The number of the last change there was of a replicated table.
    #[must_use]
    pub fn last_change(&self, name: &str) -> Option<u64> {
        self.replication(name).map(|replication| replication.log.last)
    }

    /// How many changes there are behind a number, wherever they were made; [`PENDING_MAX`], where there are more.
    ///
    /// # Errors
    /// `InternalServerError`.
    pub fn pending_changes(&self, name: &str, behind: u64) -> Result<u64, Error> {
        let Some(replication) = self.replication(name) else { return Ok(0) };
        Ok(replication.log.count(self.store.as_ref(), behind, PENDING_MAX)?)
    }

    /// When the first change behind a number was made, wherever; none where there is no such change.
    ///
    /// # Errors
    /// `InternalServerError`.
    pub fn next_change_at(&self, name: &str, behind: u64) -> Result<Option<Timestamp>, Error> {
        let Some(replication) = self.replication(name).filter(|found| found.log.last > behind) else {
            return Ok(None);
        };
        let first = replication.log.read(self.store.as_ref(), behind, 1)?;
        Ok(first.first().map(OutgoingChange::at))
    }

    /// A table's own changes behind a number, of up to `count` records. Those that came from other Regions are passed
    /// over: each Region reads them where they were made.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InternalServerError`.
    pub fn read_outgoing(&self, name: &str, behind: u64, count: usize) -> Result<Outgoing, Error> {
        let replication = self.replication(name).ok_or_else(|| not_found(name))?;
        let mut changes = replication.log.read(self.store.as_ref(), behind, count)?;
        let read_up_to = match changes.last() {
            Some(last) if changes.len() == count => last.sequence(),
            _ => replication.log.last,
        };
        changes.retain(|change| change.version().region() == replication.region);
        Ok(Outgoing { changes, read_up_to })
    }

    /// Up to `count` deletions behind a key, in the order of their keys: versions whose item is gone; and whether there are
    /// no more. A new replica needs them where an older write of another Region is still under way to it.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InternalServerError`.
    pub fn read_deletions(
        &self,
        name: &str,
        behind: Option<&[u8]>,
        count: usize,
    ) -> Result<(Vec<CopiedItem>, bool), Error> {
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        let Some(replication) = &table.replication else { return Ok((Vec::new(), true)) };
        let lower = behind.map_or(Bound::Unbounded, Bound::Excluded);
        let range = KeyRange { lower, upper: Bound::Unbounded };
        let mut gone = Vec::new();
        let mut failure = None;
        self.store.scan(replication.versions, range, Direction::Forward, &mut |version| {
            match self.store.get(table.space, version.key()) {
                Ok(None) => gone.push(CopiedItem::deletion(version)),
                Ok(Some(_)) => {}
                Err(error) => failure = Some(error),
            }
            if gone.len() < count && failure.is_none() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        let is_end = gone.len() < count;
        Ok(failure.map_or(Ok((gone, is_end)), Err)?)
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
