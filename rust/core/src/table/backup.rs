//! Backups: states of tables that are kept under a name, until they are deleted.
//!
//! A backup is a held state of its table's [past](crate::table::past) and what the table was set to. Taking one costs the
//! same for any table, and takes no throughput.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Entry, StoreError, Write};
use crate::table::past::{PastHold, PastMoment};
use crate::table::record::{self, CATALOG};
use crate::table::tables::Tables;

pub use source::{SourceIndex, SourceTable};

/// How long a system backup is kept (facts 9.2).
const SYSTEM_BACKUP_AGE: Duration = Duration::from_secs(35 * 86_400);
/// What the name of a system backup ends with (facts 9.2).
const SYSTEM_BACKUP_NAME: &str = "$DeletedTableBackup";
/// What stands in a system backup's id for chance (LAB DDB-BACKUP-015).
const SYSTEM_BACKUP_SUFFIX: &str = "00000000";

/// Who made a backup.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum BackupType {
    /// `USER`: CreateBackup.
    User,
    /// `SYSTEM`: the deletion of a table with point-in-time recovery.
    System,
}

impl BackupType {
    /// `BackupType`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::System => "SYSTEM",
        }
    }
}

/// Where a backup stands among all of them: by time, then by what keeps those of one time apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct BackupPlace {
    /// The last part of its ARN: 14 digits of milliseconds, and 8 of chance.
    pub id: String,
    /// The name of its table.
    pub table: String,
}

impl BackupPlace {
    fn record_key(&self) -> crate::value::KeyBytes {
        record::backup_key(&format!("{}/{}", self.id, self.table))
    }
}

/// A backup.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    place: BackupPlace,
    name: String,
    arn: String,
    kind: BackupType,
    created: Timestamp,
    /// When it is `AVAILABLE`.
    available: Timestamp,
    expires: Option<Timestamp>,
    /// The items of the table and their bytes.
    items: u64,
    bytes: u64,
    source: SourceTable,
    hold: PastHold,
}

impl Backup {
    /// Where it stands among all.
    #[must_use]
    pub fn place(&self) -> &BackupPlace {
        &self.place
    }

    /// `BackupName`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `BackupArn`.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// `BackupType`.
    #[must_use]
    pub fn kind(&self) -> BackupType {
        self.kind
    }

    /// `BackupCreationDateTime`.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// `BackupExpiryDateTime`; only of a system backup.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Whether it can be restored and deleted.
    #[must_use]
    pub fn is_available(&self, now: Timestamp) -> bool {
        self.available <= now
    }

    /// Its items.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.items
    }

    /// The bytes of its items: `BackupSizeBytes`.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The table as it was.
    #[must_use]
    pub fn source(&self) -> &SourceTable {
        &self.source
    }

    /// The state that is kept.
    #[must_use]
    pub fn hold(&self) -> &PastHold {
        &self.hold
    }
}

/// What ListBackups asks for.
#[derive(Clone, Debug, Default)]
pub struct BackupFilter<'a> {
    /// Backups of tables of this name.
    pub table: Option<&'a str>,
    /// None for all types.
    pub kind: Option<BackupType>,
    /// From this time on.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

impl BackupFilter<'_> {
    fn takes(&self, backup: &Backup) -> bool {
        self.table.is_none_or(|table| backup.place.table == table)
            && self.kind.is_none_or(|kind| backup.kind == kind)
            && self.from.is_none_or(|from| backup.created >= from)
            && self.until.is_none_or(|until| backup.created < until)
    }
}

/// All backups of the account in the Region.
#[derive(Clone, Default)]
pub(in crate::table) struct Backups {
    by_place: BTreeMap<BackupPlace, Backup>,
    /// Those whose records in the store are behind them.
    changed: BTreeSet<BackupPlace>,
}

impl Backups {
    /// Reads one from a store.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`].
    pub(in crate::table) fn adopt(&mut self, record: &Entry) -> Result<(), StoreError> {
        let backup: Backup = record::read(record)?;
        self.by_place.insert(backup.place.clone(), backup);
        Ok(())
    }

    /// What the store is told of what has changed.
    pub(in crate::table) fn take_changes(&mut self) -> Vec<Write> {
        let changed = std::mem::take(&mut self.changed).into_iter();
        let write = |place: BackupPlace| match self.by_place.get(&place) {
            Some(backup) => record::put(&place.record_key(), backup),
            None => Write::Delete(CATALOG, place.record_key()),
        };
        changed.map(write).collect()
    }

    /// When the first of them expires.
    pub(in crate::table) fn next_event_at(&self) -> Option<Timestamp> {
        self.by_place.values().filter_map(Backup::expires).min()
    }

    fn insert(&mut self, backup: Backup) {
        self.changed.insert(backup.place.clone());
        self.by_place.insert(backup.place.clone(), backup);
    }

    fn remove(&mut self, place: &BackupPlace) -> Option<Backup> {
        self.changed.insert(place.clone());
        self.by_place.remove(place)
    }
}

impl Tables {
    /// A backup.
    #[must_use]
    pub fn backup(&self, place: &BackupPlace) -> Option<&Backup> {
        self.backups.by_place.get(place)
    }

    /// Up to `limit` backups behind a place, in order, and whether there are more.
    #[must_use]
    pub fn list_backups(
        &self,
        filter: &BackupFilter<'_>,
        behind: Option<&BackupPlace>,
        limit: usize,
    ) -> (Vec<&Backup>, bool) {
        let lower = behind.map_or(Bound::Unbounded, Bound::Excluded);
        let behind = self.backups.by_place.range((lower, Bound::Unbounded)).map(|(_, backup)| backup);
        let mut found = behind.filter(|backup| filter.takes(backup));
        let page = found.by_ref().take(limit).collect();
        (page, found.next().is_some())
    }

    /// Takes a backup of a table, at a cost that does not depend on the table.
    ///
    /// # Errors
    /// `TableNotFoundException`, `ContinuousBackupsUnavailableException`, `InternalServerError`.
    pub fn create_backup(
        &mut self,
        (table, given): (&str, &str),
        name: &str,
        now: Timestamp,
    ) -> Result<&Backup, Error> {
        self.check_continuous_backups(self.backed_up(table, given)?, now)?;
        let suffix = self.random.hexadecimal(8);
        let available = now + self.settings.table_transition;
        let place = self.take_backup(table, (BackupType::User, name, &suffix), available, now)?;
        Ok(&self.backups.by_place[&place])
    }

    /// Backs up a table that is removed while point-in-time recovery is on (facts 9.2).
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub(in crate::table) fn back_up_deleted(&mut self, table: &str, now: Timestamp) -> Result<(), Error> {
        if self.by_name.get(table).is_none_or(|table| table.recovery().is_none()) {
            return Ok(());
        }
        let name = format!("{table}{SYSTEM_BACKUP_NAME}");
        let place = self.take_backup(table, (BackupType::System, &name, SYSTEM_BACKUP_SUFFIX), now, now)?;
        if let Some(backup) = self.backups.by_place.get_mut(&place) {
            backup.expires = Some(now + SYSTEM_BACKUP_AGE);
        }
        // One that is repeated, as the store failed, backs up nothing again.
        self.past_of(table, now).recovery = None;
        self.expect_past_event(now + SYSTEM_BACKUP_AGE);
        Ok(())
    }

    fn take_backup(
        &mut self,
        table: &str,
        (kind, name, suffix): (BackupType, &str, &str),
        available: Timestamp,
        now: Timestamp,
    ) -> Result<BackupPlace, Error> {
        let hold = self.hold_past(table, PastMoment::Now, now)?;
        let source = &self.by_name[table];
        let place = (0..)
            .map(|later| format!("{:014}-{suffix}", now.as_milliseconds() + later))
            .map(|id| BackupPlace { id, table: table.to_owned() })
            .find(|place| !self.backups.by_place.contains_key(place))
            .expect("invariant: there are fewer backups than numbers");
        let totals = source.totals();
        self.backups.insert(Backup {
            arn: format!("{}/backup/{}", source.arn, place.id),
            place: place.clone(),
            name: name.to_owned(),
            kind,
            created: Timestamp::from_nanos(now.as_milliseconds() * 1_000_000),
            available,
            expires: None,
            items: totals.items,
            bytes: totals.bytes,
            source: SourceTable::of(source),
            hold,
        });
        Ok(place)
    }

    /// Deletes a backup, at once; gives what it was.
    ///
    /// # Errors
    /// `BackupNotFoundException`, which says `given`; `BackupInUseException` while it is made or restored,
    /// `ValidationException` for a system backup, `InternalServerError`.
    pub fn delete_backup(
        &mut self,
        place: &BackupPlace,
        given: &str,
        now: Timestamp,
    ) -> Result<Backup, Error> {
        let backup = self.backup(place).ok_or_else(|| backup_not_found(given))?;
        if let Some(expires) = backup.expires {
            return Err(Error::Validation(format!(
                "Invalid Request: User is not allowed to delete the system backup with arn {given}. It will \
                 automatically expire on {}",
                expires.to_iso_8601()
            )));
        }
        if !backup.is_available(now) {
            return Err(Error::BackupInUse(format!("Backup is being created: {given}")));
        }
        if self.restores_of(backup).next().is_some() {
            return Err(Error::BackupInUse(format!("Backup is being used to restore table: {given}")));
        }
        let hold = backup.hold.clone();
        self.release_past(&hold, now)?;
        Ok(self.backups.remove(place).expect("invariant: found above"))
    }

    /// Removes the system backups that have expired.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub(in crate::table) fn expire_backups(&mut self, now: Timestamp) -> Result<(), Error> {
        let expired = |backup: &&Backup| backup.expires.is_some_and(|expires| expires <= now);
        let due: Vec<BackupPlace> =
            self.backups.by_place.values().filter(expired).map(|backup| backup.place.clone()).collect();
        for place in due {
            let hold = self.backups.by_place[&place].hold.clone();
            self.release_past(&hold, now)?;
            self.backups.remove(&place);
        }
        Ok(())
    }
}

/// The error of operations on a backup that is not there.
#[must_use]
pub fn backup_not_found(arn: &str) -> Error {
    Error::BackupNotFound(format!("Backup not found: {arn}"))
}
