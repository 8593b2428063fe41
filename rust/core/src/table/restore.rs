//! Restoring: a new table that gets the items of a held state, in steps of the clock.
//!
//! A step copies a bounded number of items with their index entries in one commit, in the order of their keys, so other
//! operations go on between two steps; a store that was opened again goes on behind the last item it has. The state
//! is held until the copy is whole, and nothing that is written meanwhile is part of it. No throughput is taken.

use std::ops::{Bound, ControlFlow};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Direction, Entry, KeyRange, Write};
use crate::table::backup::Backup;
use crate::table::catalog::{Definition, State, Table};
use crate::table::past::PastHold;
use crate::table::refusal::not_found;
use crate::table::tables::{NewIndexes, Tables};
use crate::value::{ItemRef, KeyBytes};

/// Restores of an account at a time (facts 9.2).
const RESTORES_MAX: usize = 50;

/// Items that are copied in one event where tables take no time to change, and the time to the next one.
const COPIED_PER_EVENT: u64 = 1_024;
const COPY_PAUSE: Duration = Duration::from_millis(5);

/// Where a restored table's items come from.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreOrigin {
    /// The ARN of the backup, if it is one.
    pub backup_arn: Option<String>,
    /// The ARN of the table.
    pub table_arn: String,
    /// The moment whose state it is.
    pub time: Timestamp,
}

/// A restore that is under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct Restore {
    origin: RestoreOrigin,
    hold: PastHold,
    /// What has been copied.
    behind: Option<KeyBytes>,
}

impl Table {
    /// Where its items come from, while it is being restored.
    #[must_use]
    pub fn restore(&self) -> Option<&RestoreOrigin> {
        self.restore.as_ref().map(|restore| &restore.origin)
    }
}

impl Tables {
    /// Hides a table that is being restored from what changes or describes its settings: only DescribeTable and
    /// ListTables know it (LAB DDB-TABLE-217).
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn hide_restoring(&self, name: &str) -> Result<(), Error> {
        match self.by_name.get(name) {
            Some(table) if table.restore.is_some() => Err(not_found(name)),
            _ => Ok(()),
        }
    }

    /// The tables that are being restored from a backup.
    pub(in crate::table) fn restores_of(&self, backup: &Backup) -> impl Iterator<Item = &Table> {
        let arn = backup.arn();
        self.by_name
            .values()
            .filter(move |table| table.restore().is_some_and(|from| from.backup_arn.as_deref() == Some(arn)))
    }

    /// Refuses a name for a restored table that is taken.
    ///
    /// # Errors
    /// `TableInUseException` while a table of this name is being restored, `TableAlreadyExistsException` for any other.
    pub fn check_restore_target(&self, name: &str) -> Result<(), Error> {
        let Some(table) = self.by_name.get(name) else { return Ok(()) };
        match table.restore() {
            Some(RestoreOrigin { backup_arn: Some(arn), .. }) => {
                Err(Error::TableInUse(format!("Table: {name} is already being restored from backup: {arn}")))
            }
            Some(_) => Err(Error::TableInUse(format!("Table: {name} is already being restored"))),
            None => Err(Error::TableAlreadyExists(format!("Table already exists: {name}"))),
        }
    }

    /// Refuses to restore a backup that is not there, is being made, or is being restored: it feeds one table at a time
    /// (LAB DDB-BACKUP-010).
    ///
    /// # Errors
    /// `BackupInUseException`.
    pub fn check_backup_restorable(&self, backup: &Backup, given: &str, now: Timestamp) -> Result<(), Error> {
        if !backup.is_available(now) {
            return Err(Error::BackupInUse(format!("Backup is being created: {given}")));
        }
        if self.restores_of(backup).next().is_some() {
            return Err(Error::BackupInUse(format!(
                "Backup is being used to restore another table: {given}"
            )));
        }
        Ok(())
    }

    /// Refuses one restore more than the account may have at a time.
    ///
    /// # Errors
    /// `LimitExceededException`.
    pub fn check_restores(&self) -> Result<(), Error> {
        if self.by_name.values().filter(|table| table.restore.is_some()).count() < RESTORES_MAX {
            return Ok(());
        }
        Err(Error::LimitExceeded(format!(
            "Subscriber limit exceeded: Only {RESTORES_MAX} restore operations can be done simultaneously"
        )))
    }

    /// Begins to make a table of a held state, which is given up in the end.
    ///
    /// # Errors
    /// What making a table is refused with; `InternalServerError`.
    pub fn restore(
        &mut self,
        definition: Definition,
        indexes: &NewIndexes,
        (hold, origin): (PastHold, RestoreOrigin),
        now: Timestamp,
    ) -> Result<&Table, Error> {
        let name = definition.name.clone();
        if let Err(error) = self.create(definition, indexes, now) {
            self.release_past(&hold, now)?;
            return Err(error);
        }
        let table = self.change(&name).expect("invariant: made above");
        table.restore = Some(Box::new(Restore { origin, hold, behind: None }));
        Ok(table)
    }

    /// Copies the next items into a table that is being restored; it is active when there are no more.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; the step is repeated then.
    pub(in crate::table) fn step_restore(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let Some(table) = self.by_name.get(name) else { return Ok(()) };
        let Some(restore) = &table.restore else { return Ok(()) };
        let mut pace = self.pace();
        if pace.step.is_zero() {
            (pace.items, pace.step) = (COPIED_PER_EVENT, COPY_PAUSE);
        }
        let behind = self.last_key(table)?.max(restore.behind.clone());
        let hold = restore.hold.clone();
        let count = usize::try_from(pace.items).unwrap_or(usize::MAX);
        let page = self.past_page(&hold, behind.as_deref(), count)?;
        self.copy(name, &page.entries, now)?;
        let table = self.by_name.get_mut(name).expect("invariant: found above");
        if page.behind.is_some() {
            table.state = State::Creating { until: now + pace.step };
            if let Some(restore) = &mut table.restore {
                restore.behind = page.behind;
            }
            return Ok(());
        }
        table.state = State::Active;
        table.restore = None;
        self.release_past(&hold, now)
    }

    /// The last item that a table has.
    fn last_key(&self, table: &Table) -> Result<Option<KeyBytes>, Error> {
        let mut last = None;
        let everything = KeyRange { lower: Bound::Unbounded, upper: Bound::Unbounded };
        self.store.scan(table.space, everything, Direction::Backward, &mut |entry| {
            last = Some(KeyBytes::from_slice(entry.key()));
            ControlFlow::Break(())
        })?;
        Ok(last)
    }

    /// Puts items that a table does not have into it and its indexes, in one commit.
    fn copy(&mut self, name: &str, entries: &[Entry], now: Timestamp) -> Result<(), Error> {
        let Some(table) = self.by_name.get_mut(name).filter(|_| !entries.is_empty()) else { return Ok(()) };
        let mut writes: SmallVec<[Write; 2]> = SmallVec::with_capacity(entries.len());
        let mut grown: Vec<(usize, usize, i64)> = Vec::new();
        let mut grown_vectors: Vec<(usize, i64)> = Vec::new();
        for entry in entries {
            let item = ItemRef::trusted(entry.value());
            let mut collection_bytes = item.size();
            for (position, index) in table.indexes.iter().enumerate() {
                let Some(key) = index.definition.key_of(item, entry.key()) else { continue };
                let size = index.definition.entry_size(item);
                grown.push((position, index.locate(key.as_bytes()), size as i64));
                writes.push(Write::put(index.space, index.definition.entry(&key, item)));
                collection_bytes += if index.is_global() { 0 } else { size };
            }
            for (position, index) in table.vector_indexes.iter().enumerate() {
                let Some(entry) = index.definition.entry(item, entry.key()) else { continue };
                grown_vectors.push((position, index.definition.entry_size(&entry) as i64));
                writes.push(Write::put(index.space, entry));
            }
            if let Some(collections) = &mut table.collections {
                let key = table.definition.schema.key_of_item(item)?;
                collections.resize(&key, collection_bytes as i64);
                if self.store.is_durable() {
                    writes.push(collections.write(&key));
                }
            }
            writes.push(Write::put(table.space, entry.clone()));
        }
        let committed = self.store.commit(Batch { writes });
        if let Err(error) = committed {
            forget_collections(table, entries)?;
            return Err(error.into());
        }
        for entry in entries {
            table.resize(entry.key(), 1, ItemRef::trusted(entry.value()).size() as i64, now);
        }
        for (position, partition, bytes) in grown {
            table.indexes[position].resize(partition, 1, bytes, now);
        }
        for (position, bytes) in grown_vectors {
            table.vector_indexes[position].resize(1, bytes);
        }
        Ok(())
    }
}

/// Takes back what was counted for items that were not committed.
fn forget_collections(table: &mut Table, entries: &[Entry]) -> Result<(), Error> {
    for entry in entries {
        let item = ItemRef::trusted(entry.value());
        let local = table.indexes.iter().filter(|index| !index.is_global());
        let has_entry = |index: &&crate::table::Index| index.definition.key_of(item, entry.key()).is_some();
        let bytes = local.filter(has_entry).map(|index| index.definition.entry_size(item)).sum::<usize>();
        if let Some(collections) = &mut table.collections {
            let key = table.definition.schema.key_of_item(item)?;
            collections.resize(&key, -((item.size() + bytes) as i64));
        }
    }
    Ok(())
}
