//! What the operations on continuous backups tell.

use crate::clock::Timestamp;
use crate::output_shape;
use crate::table::{Table, Tables};

output_shape! {
    /// A table's point-in-time recovery; only the status where it is off.
    pub struct PointInTimeRecoveryDescription {
        point_in_time_recovery_status: &'static str = "PointInTimeRecoveryStatus",
        recovery_period_in_days: i64 = "RecoveryPeriodInDays",
        earliest_restorable_date_time: Timestamp = "EarliestRestorableDateTime",
        latest_restorable_date_time: Timestamp = "LatestRestorableDateTime",
    }
}

output_shape! {
    /// A table's continuous backups.
    pub struct ContinuousBackupsDescription {
        continuous_backups_status: &'static str = "ContinuousBackupsStatus",
        point_in_time_recovery_description: PointInTimeRecoveryDescription = "PointInTimeRecoveryDescription",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ContinuousBackupsOutput {
        continuous_backups_description: ContinuousBackupsDescription = "ContinuousBackupsDescription",
    }
}

impl ContinuousBackupsOutput {
    /// Describes those of a table.
    #[must_use]
    pub fn new(tables: &Tables, table: &Table, now: Timestamp) -> Self {
        let recovery = match table.recovery() {
            None => PointInTimeRecoveryDescription {
                point_in_time_recovery_status: Some("DISABLED"),
                ..PointInTimeRecoveryDescription::default()
            },
            Some(recovery) => PointInTimeRecoveryDescription {
                point_in_time_recovery_status: Some("ENABLED"),
                recovery_period_in_days: Some(i64::from(recovery.days())),
                earliest_restorable_date_time: Some(recovery.earliest(now)),
                latest_restorable_date_time: Some(recovery.latest(now)),
            },
        };
        let enabled = tables.has_continuous_backups(table, now);
        Self {
            continuous_backups_description: Some(ContinuousBackupsDescription {
                continuous_backups_status: Some(if enabled { "ENABLED" } else { "DISABLED" }),
                point_in_time_recovery_description: Some(recovery),
            }),
        }
    }
}
