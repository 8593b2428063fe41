//! The pasts of tables that are deleted and held all the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Entry, Store, StoreError, Write};
use crate::table::catalog::Table;
use crate::table::events::STORE_RETRY;
use crate::table::past::Past;
use crate::table::record::{self, CATALOG};
use crate::table::tables::Tables;

/// The pasts of tables that are gone, by the tables' ids: their items stay where they are.
#[derive(Clone, Default)]
pub(in crate::table) struct Archives {
    by_id: BTreeMap<String, Past>,
    /// Those whose records in the store are behind them.
    changed: BTreeSet<String>,
    /// What a durable store is to drop with the next records: both or neither.
    dropped: Vec<Write>,
}

impl Archives {
    /// Reads one from a store.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`].
    pub(in crate::table) fn adopt(&mut self, id: &[u8], record: &Entry) -> Result<(), StoreError> {
        self.by_id.insert(String::from_utf8_lossy(id).into_owned(), record::read(record)?);
        Ok(())
    }

    pub(super) fn get(&self, id: &str) -> Option<&Past> {
        self.by_id.get(id)
    }

    /// One that is going to be changed.
    pub(super) fn change(&mut self, id: &str) -> Option<&mut Past> {
        let past = self.by_id.get_mut(id)?;
        self.changed.insert(id.to_owned());
        Some(past)
    }

    /// Takes over the past of a table that is removed, if somebody holds it.
    pub(in crate::table) fn take(&mut self, table: &mut Table, now: Timestamp) {
        let Some(mut past) = table.past.take_if(|past| past.is_held()) else { return };
        past.recovery = None;
        past.sweep_from(now);
        self.changed.insert(table.id.clone());
        self.by_id.insert(table.id.clone(), *past);
    }

    /// Removes one that nobody holds; gives what the store is to drop then.
    pub(super) fn remove_unused(&mut self, id: &str) -> Vec<Write> {
        if !self.by_id.get(id).is_some_and(Past::is_unused) {
            return Vec::new();
        }
        self.changed.insert(id.to_owned());
        let past = self.by_id.remove(id);
        past.into_iter().flat_map(|past| [Write::Clear(past.items), Write::Clear(past.space)]).collect()
    }

    /// When something happens by itself.
    pub(in crate::table) fn next_event_at(&self) -> Option<Timestamp> {
        self.by_id.values().filter_map(Past::next_event_at).min()
    }

    /// Sweeps what is due.
    fn sweep(&mut self, store: &mut dyn Store, now: Timestamp) -> Result<(), Error> {
        let mut outcome = Ok(());
        for (id, past) in &mut self.by_id {
            if past.next_event_at().is_some_and(|at| at <= now) {
                self.changed.insert(id.clone());
                let swept = past.sweep(store, now);
                if swept.is_err() {
                    past.sweep_at = Some(now + STORE_RETRY);
                }
                outcome = outcome.and(swept);
            }
        }
        outcome
    }

    /// What the store is told of what has changed.
    pub(in crate::table) fn take_changes(&mut self) -> Vec<Write> {
        let mut writes = std::mem::take(&mut self.dropped);
        for id in std::mem::take(&mut self.changed) {
            let key = record::past_key(&id);
            writes.push(match self.by_id.get(&id) {
                Some(past) => record::put(&key, past),
                None => Write::Delete(CATALOG, key),
            });
        }
        writes
    }
}

impl Tables {
    /// Drops spaces of the store: at once, or with the records that no longer speak of them where those are kept.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub(super) fn drop_spaces(&mut self, writes: Vec<Write>, now: Timestamp) -> Result<(), Error> {
        if writes.is_empty() {
            return Ok(());
        }
        if self.store.is_durable() {
            self.archives.dropped.extend(writes);
            return Ok(());
        }
        self.store.commit(Batch { writes: writes.into_iter().collect() })?;
        self.reclaim(now);
        Ok(())
    }

    /// Sweeps the pasts of tables that are gone.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; it is tried again later.
    pub(in crate::table) fn sweep_archives(&mut self, now: Timestamp) -> Result<(), Error> {
        self.archives.sweep(self.store.as_mut(), now)
    }
}
