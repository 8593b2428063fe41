//! Point-in-time recovery: for how long a table can be seen as it was in any second.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::catalog::{State, Table};
use crate::table::past::Past;
use crate::table::tables::Tables;

/// `RecoveryPeriodInDays` at most, and where none is given (facts 9.2).
pub const RECOVERY_DAYS_MAX: u32 = 35;

/// How far the latest restorable time is behind (facts 9.2).
const DELAY: Duration = Duration::from_secs(300);

const DAY: Duration = Duration::from_secs(86_400);

/// For how long after a table became active AWS is still "enabling backups" (LAB DDB-BACKUP-002 measured up to 6 s).
const ENABLING: Duration = Duration::from_secs(3);

/// A table's point-in-time recovery.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointInTimeRecovery {
    enabled: Timestamp,
    days: u32,
    /// Nothing from before this time is kept: the period was shorter then, or there was none.
    kept_from: Timestamp,
}

impl PointInTimeRecovery {
    pub(in crate::table) fn new(days: u32, now: Timestamp) -> Self {
        Self { enabled: now, days, kept_from: now }
    }

    /// `RecoveryPeriodInDays`.
    #[must_use]
    pub fn days(&self) -> u32 {
        self.days
    }

    /// The period.
    pub(in crate::table) fn period(&self) -> Duration {
        DAY * self.days
    }

    /// `EarliestRestorableDateTime`, a whole second.
    #[must_use]
    pub fn earliest(&self, now: Timestamp) -> Timestamp {
        whole_second(self.kept_from.max(now - self.period()))
    }

    /// `LatestRestorableDateTime`, a whole second: five minutes ago, or when it was enabled (LAB DDB-TABLE-086).
    #[must_use]
    pub fn latest(&self, now: Timestamp) -> Timestamp {
        whole_second(self.enabled.max(now - DELAY))
    }

    /// Whether a time can be restored.
    #[must_use]
    pub fn reaches(&self, time: Timestamp, now: Timestamp) -> bool {
        (self.earliest(now)..=self.latest(now)).contains(&whole_second(time))
    }

    fn change_period(&mut self, days: u32, now: Timestamp) {
        self.kept_from = self.kept_from.max(now - self.period());
        self.days = days;
    }
}

fn whole_second(time: Timestamp) -> Timestamp {
    Timestamp::from_seconds(time.as_whole_seconds())
}

impl Table {
    /// Its point-in-time recovery, where that is enabled.
    #[must_use]
    pub fn recovery(&self) -> Option<&PointInTimeRecovery> {
        self.past.as_ref().and_then(|past| past.recovery.as_ref())
    }
}

impl Tables {
    /// A table as the operations about backups know it: one that is being made is not there yet (LAB DDB-BACKUP-001).
    ///
    /// # Errors
    /// `TableNotFoundException`, which says `given`.
    pub fn backed_up(&self, name: &str, given: &str) -> Result<&Table, Error> {
        let table = self.by_name.get(name);
        table
            .filter(|table| !matches!(table.state, State::Creating { .. } | State::Importing))
            .ok_or_else(|| Error::TableNotFound(format!("Table not found: {given}")))
    }

    /// Whether AWS has continuous backups for a table yet. There is no such wait where there is no `table_transition`.
    #[must_use]
    pub fn has_continuous_backups(&self, table: &Table, now: Timestamp) -> bool {
        let transition = self.settings.table_transition;
        transition.is_zero() || now >= table.created + transition + ENABLING
    }

    /// Refuses what needs continuous backups where there are none yet.
    ///
    /// # Errors
    /// `ContinuousBackupsUnavailableException`.
    pub(in crate::table) fn check_continuous_backups(
        &self,
        table: &Table,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.has_continuous_backups(table, now) {
            return Ok(());
        }
        Err(Error::ContinuousBackupsUnavailable(format!(
            "Backups are being enabled for the table: {}. Please retry later",
            table.definition.name
        )))
    }

    /// Switches point-in-time recovery, or changes its period; switching on what is on changes only that.
    ///
    /// # Errors
    /// `TableNotFoundException`, `ContinuousBackupsUnavailableException`, `InternalServerError`.
    pub fn update_recovery(
        &mut self,
        (name, given): (&str, &str),
        days: Option<u32>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let table = self.backed_up(name, given)?;
        self.check_continuous_backups(table, now)?;
        if days.is_none() && table.past.is_none() {
            return Ok(());
        }
        let past: &mut Past = self.past_of(name, now);
        match (days, &mut past.recovery) {
            (Some(days), Some(recovery)) => recovery.change_period(days, now),
            (Some(days), none) => *none = Some(PointInTimeRecovery::new(days, now)),
            (None, recovery) => *recovery = None,
        }
        past.sweep_from(now);
        let id = self.by_name[name].id.clone();
        self.drop_unused_past(name, &id, now)?;
        self.expect_transition(name, now);
        self.expect_past_event(now);
        Ok(())
    }
}

/// The error of what needs point-in-time recovery on a table without.
#[must_use]
pub fn recovery_unavailable(table: &str) -> Error {
    Error::PointInTimeRecoveryUnavailable(format!(
        "Point in time recovery is not enabled for table '{table}'"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    const DAY_SECONDS: i64 = 86_400;

    #[test]
    fn the_window_begins_when_it_is_enabled_and_ends_five_minutes_ago() {
        let recovery = PointInTimeRecovery::new(1, Timestamp::from_nanos(1_000_900_000_000));
        assert_eq!((recovery.earliest(at(1_001)), recovery.latest(at(1_001))), (at(1_000), at(1_000)));
        assert_eq!(recovery.latest(at(1_400)), at(1_100));
        assert!(recovery.reaches(Timestamp::from_nanos(1_100_999_999_999), at(1_400)));
        assert!(!recovery.reaches(at(1_101), at(1_400)) && !recovery.reaches(at(999), at(1_400)));
        assert_eq!(recovery.earliest(at(1_000 + 2 * DAY_SECONDS)), at(1_000 + DAY_SECONDS));
    }

    #[test]
    fn a_longer_period_brings_nothing_back() {
        let mut recovery = PointInTimeRecovery::new(1, at(0));
        recovery.change_period(3, at(2 * DAY_SECONDS));
        assert_eq!(recovery.earliest(at(2 * DAY_SECONDS)), at(DAY_SECONDS));
        assert_eq!(recovery.earliest(at(5 * DAY_SECONDS)), at(2 * DAY_SECONDS));
    }
}
