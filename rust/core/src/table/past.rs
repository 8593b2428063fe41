//! What a table was: the one mechanism behind backups, point-in-time recovery and whatever reads a table as of a moment.
//!
//! A table that someone may want to see as it was keeps its past: a write puts the item it replaces into a space of
//! the table's own, in the item's own commit, under the number of its [`Epoch`]. Taking a snapshot is to begin a new
//! epoch and to *hold* the one before, which costs the same for any table; the state of an epoch is the latest state
//! with what later epochs replaced put back. Only the first write of an item in an epoch has to keep anything, so a
//! table with a backup copies each item once, when it is first written after the backup; with point-in-time recovery
//! an epoch lasts a second. What nobody can ask for any more is swept away in steps. Records are of the store like
//! items, so all of it survives what items survive. A table that nobody holds keeps nothing and has no [`Past`].

mod archive;
mod epoch;
mod hold;
mod record;
mod sweep;
mod view;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::store::{Entry, Read, Space, Store, StoreError, Write};
use crate::table::continuous_backups::PointInTimeRecovery;
use crate::table::write::{Prepared, Writing};
use crate::value::KeyBytes;

pub(in crate::table) use archive::Archives;
pub(in crate::table) use epoch::Epoch;
pub use hold::{PastHold, PastMoment};
pub use view::{PastChange, PastPage};

/// A table's past.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct Past {
    /// Where the table's items are.
    pub(in crate::table) items: Space,
    /// Where the records are.
    pub(in crate::table) space: Space,
    /// The epoch of the next write, or an earlier one where a new second has begun since.
    epoch: Epoch,
    /// What is held, by the numbers that were given.
    holds: BTreeMap<u64, Epoch>,
    next_hold: u64,
    /// With it the state at the end of each second can be asked for.
    pub(in crate::table) recovery: Option<PointInTimeRecovery>,
    /// When the next step of the sweep is.
    sweep_at: Option<Timestamp>,
    /// The last record that the sweep has seen.
    swept_behind: Option<KeyBytes>,
    /// The epoch that the store knows of.
    #[serde(skip, default = "first")]
    saved: Epoch,
}

fn first() -> Epoch {
    Epoch::FIRST
}

impl Past {
    /// A past that begins now.
    fn new(items: Space, space: Space, now: Timestamp) -> Self {
        Self {
            items,
            space,
            epoch: Epoch::beginning(now),
            holds: BTreeMap::new(),
            next_hold: 0,
            recovery: None,
            sweep_at: None,
            swept_behind: None,
            saved: Epoch::FIRST,
        }
    }

    /// Finds the last epoch of the writes, after this was read from a store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::table) fn adopt(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        if let Some(head) = store.get(self.space, &record::HEAD)? {
            let bytes = head.value().try_into().map_err(|_| record::corrupted())?;
            self.epoch = self.epoch.max(Epoch::from_bytes(bytes));
        }
        Ok(())
    }

    /// Prepares for a write of one item: adds to the batch `writes` what it replaces, unless its epoch keeps that already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::table) fn keep(
        &mut self,
        key: &[u8],
        old: Option<&Entry>,
        writes: &mut SmallVec<[Write; 2]>,
        (store, now): (&dyn Store, Timestamp),
    ) -> Result<(), StoreError> {
        self.begin_second(now);
        let record = record::key(&record::prefix(key), self.epoch);
        if store.get(self.space, &record)?.is_none() {
            // A durable store that fails to commit this takes no other commit, so it counts as known at once.
            if self.saved < self.epoch && store.is_durable() {
                writes.push(Write::put(self.space, Entry::new(&record::HEAD, &self.epoch.to_bytes())));
                self.saved = self.epoch;
            }
            writes.push(Write::put(self.space, Entry::new(&record, old.map_or(&[], Entry::value))));
        }
        Ok(())
    }

    /// With point-in-time recovery each second has epochs of its own. A clock that was set back has none.
    fn begin_second(&mut self, now: Timestamp) {
        if self.recovery.is_some() {
            self.epoch = self.epoch.max(Epoch::beginning(now));
        }
    }

    /// The state of this moment; what is written from now on is no part of it.
    fn capture(&mut self, now: Timestamp) -> Epoch {
        self.begin_second(now);
        let captured = self.epoch;
        self.epoch = captured.next();
        captured
    }

    /// The state at the end of a second that point-in-time recovery reaches, or as much of it as there is yet.
    fn capture_second(&mut self, second: i64, now: Timestamp) -> Epoch {
        self.begin_second(now);
        if second >= self.epoch.second.max(now.as_whole_seconds()) {
            return self.capture(now);
        }
        Epoch::end_of(second)
    }

    /// Whether somebody holds a state of it.
    pub(in crate::table) fn is_held(&self) -> bool {
        !self.holds.is_empty()
    }

    /// Whether nobody can ask for anything of it.
    fn is_unused(&self) -> bool {
        self.holds.is_empty() && self.recovery.is_none()
    }
}

impl Writing<'_> {
    /// Adds to a write's batch what the table's past keeps of it, where there is one.
    #[inline]
    pub(in crate::table) fn keep_past(
        &mut self,
        prepared: &Prepared<'_>,
        writes: &mut SmallVec<[Write; 2]>,
    ) -> Result<(), StoreError> {
        let Some(past) = &mut self.table.past else { return Ok(()) };
        if !prepared.writes() {
            return Ok(());
        }
        let old = prepared.written.old.as_ref();
        past.keep(prepared.key.as_bytes(), old, writes, (&*self.store, self.now))
    }
}

#[cfg(test)]
mod tests;
