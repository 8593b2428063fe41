//! Settings that all replicas have in common: write capacity, billing mode, indexes, time to live (facts 7.3).

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::catalog::{State, Table};
use crate::table::index::Index;
use crate::table::on_demand::OnDemandChange;
use crate::table::refusal::not_found;
use crate::table::replication::group::{GlobalTable, GlobalTableVersion, ReplicaSettings};
use crate::table::table_update::{IndexCapacity, IndexUpdate, TableUpdate};
use crate::table::tables::Tables;
use crate::table::throughput::{Kind, Mode, Throughput};

/// A change of a setting in one Region, which the others make too.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum SettingChange {
    /// By UpdateTable.
    Table(TableUpdate),
    /// By auto scaling, which leaves reads to each Region.
    WriteCapacity {
        /// The global index, where it is one.
        index: Option<String>,
        /// Units a second.
        units: u64,
    },
    /// By UpdateTimeToLive.
    TimeToLive {
        /// `AttributeName`.
        attribute: String,
        /// `Enabled`.
        enabled: bool,
    },
}

impl Table {
    /// Takes note of a change for the other replicas.
    pub(in crate::table) fn note_setting(&mut self, change: SettingChange) {
        let shares = |global: &GlobalTable| !global.is_hidden && global.version == GlobalTableVersion::V2019;
        if let Some(replication) = self.replication.as_mut().filter(|replication| shares(&replication.global))
        {
            replication.settings.push(change);
        }
    }

    /// The changes that the other replicas have not been told.
    #[must_use]
    pub fn has_setting_changes(&self) -> bool {
        self.replication.as_ref().is_some_and(|replication| !replication.settings.is_empty())
    }

    /// Whether it leaves it to another Region to remove the items whose time has passed. One Region does; the others
    /// get its deletes, which no longer are the service's own (facts 7.2).
    #[inline]
    pub(in crate::table) fn leaves_expiry(&self) -> bool {
        self.replication.as_ref().is_some_and(|replication| !replication.expires)
    }
}

impl Table {
    /// Whether the next that happens of its time to live happens in another Region.
    pub(in crate::table) fn waits_for_expiry(&self) -> bool {
        self.leaves_expiry() && self.time_to_live.removes()
    }
}

impl Tables {
    /// The changes that the other replicas have not been told, which they are from now on.
    pub fn take_setting_changes(&mut self, name: &str) -> Vec<SettingChange> {
        let replication = self.by_name.get_mut(name).and_then(|table| table.replication.as_mut());
        replication.map(|replication| std::mem::take(&mut replication.settings)).unwrap_or_default()
    }

    /// Tells the other replicas of a change that auto scaling has just made what is theirs too: a write capacity. Reads scale
    /// in each Region by themselves.
    pub fn share_scaled(&mut self, name: &str, index: Option<&String>, (kind, units): (Kind, u64)) {
        let replication = self.by_name.get_mut(name).and_then(|table| table.replication.as_mut());
        let Some(replication) = replication else { return };
        if replication.settings.pop().is_some() && kind == Kind::Write {
            replication.settings.push(SettingChange::WriteCapacity { index: index.cloned(), units });
        }
    }

    /// Makes a change that another Region made. A read capacity of the replica's own stays, which is in `own`.
    ///
    /// # Errors
    /// Those of UpdateTable and UpdateTimeToLive.
    pub fn apply_setting(
        &mut self,
        name: &str,
        (change, own): (&SettingChange, &ReplicaSettings),
        now: Timestamp,
    ) -> Result<(), Error> {
        let outcome = match change {
            SettingChange::Table(update) => {
                let mut update = TableUpdate { stream: None, ..update.clone() };
                keep_own(&mut update, own);
                self.update(name, &update, now).map(drop)
            }
            SettingChange::WriteCapacity { index, units } => {
                self.apply_write_capacity(name, (index.as_deref(), *units), now)
            }
            SettingChange::TimeToLive { attribute, enabled } => {
                self.switch_time_to_live(name, attribute, *enabled, now)
            }
        };
        // It came from there.
        self.take_setting_changes(name);
        outcome
    }

    fn apply_write_capacity(
        &mut self,
        name: &str,
        (index, write): (Option<&str>, u64),
        now: Timestamp,
    ) -> Result<(), Error> {
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        let current = match index {
            None => Some(table.definition.mode),
            Some(index) => {
                let index = table.indexes.iter().find(|each| each.name() == index);
                index.and_then(Index::throughput).map(Throughput::mode)
            }
        };
        let Some(Mode::Provisioned { read, write: known }) = current else { return Ok(()) };
        if known == write {
            return Ok(());
        }
        let mode = Mode::Provisioned { read, write };
        match index {
            None => self.change_throughput(name, mode, now).map(drop),
            Some(index) => self.change_index_throughput(name, index, mode, now).map(drop),
        }
    }

    /// Gives a replica settings of its own.
    ///
    /// # Errors
    /// Those of UpdateTable.
    pub fn apply_own_settings(
        &mut self,
        name: &str,
        own: &ReplicaSettings,
        now: Timestamp,
    ) -> Result<(), Error> {
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        let with_read = |mode: Mode, read: u64| match mode {
            Mode::Provisioned { write, .. } => Some(Mode::Provisioned { read, write }),
            Mode::PayPerRequest => None,
        };
        let mode = table.definition.mode;
        let changed = own.read_units.filter(|read| mode.units(Kind::Read) != *read);
        let mut update = TableUpdate {
            mode: changed.and_then(|read| with_read(mode, read)),
            maximum: OnDemandChange {
                read: own.on_demand_read_units.map(|units| u64::try_from(units).ok()),
                write: None,
            },
            ..TableUpdate::default()
        };
        for given in &own.index_read_units {
            let index = table.indexes.iter().find(|index| index.name() == given.index);
            let mode = index.and_then(Index::throughput).map(Throughput::mode);
            if let Some(mode) = mode.and_then(|mode| with_read(mode, given.read_units)) {
                let capacity = IndexCapacity { mode: Some(mode), ..IndexCapacity::default() };
                update.indexes.push(IndexUpdate::Update { name: given.index.clone(), capacity });
            }
        }
        let is_empty = update.mode.is_none() && update.maximum.read.is_none() && update.indexes.is_empty();
        if !is_empty {
            self.update(name, &update, now)?;
        }
        if let Some(class) = own.class {
            self.change_class(name, class, now)?;
        }
        self.take_setting_changes(name);
        Ok(())
    }

    /// Says whether a replica removes items whose time has passed, or leaves that to another.
    pub fn set_expires(&mut self, name: &str, expires: bool, now: Timestamp) {
        let replication = self.by_name.get(name).and_then(|table| table.replication.as_deref());
        if replication.is_none_or(|replication| replication.expires == expires) {
            return;
        }
        if let Some(replication) = self.change(name).and_then(|table| table.replication.as_deref_mut()) {
            replication.expires = expires;
            self.expect_transition(name, now);
        }
    }

    /// Lets the table of a new replica serve, with the time to live that the others have.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn activate_replica(
        &mut self,
        name: &str,
        time_to_live: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(table) = self.change(name) else { return Ok(()) };
        if matches!(table.state, State::Creating { .. }) {
            table.state = State::Active;
        }
        time_to_live.map_or(Ok(()), |attribute| self.switch_time_to_live(name, attribute, true, now))
    }
}

/// Takes out of an update what a replica has of its own.
fn keep_own(update: &mut TableUpdate, own: &ReplicaSettings) {
    if let (Some(units), Some(Mode::Provisioned { read, .. })) = (own.read_units, &mut update.mode) {
        *read = units;
    }
    for change in &mut update.indexes {
        let units = own.index_read_units.iter().find(|index| index.index == change.name());
        let mode = match change {
            IndexUpdate::Create(index) => index.mode.as_mut(),
            IndexUpdate::Update { capacity, .. } => capacity.mode.as_mut(),
            IndexUpdate::Delete { .. } => None,
        };
        if let (Some(units), Some(Mode::Provisioned { read, .. })) = (units, mode) {
            *read = units.read_units;
        }
    }
}
