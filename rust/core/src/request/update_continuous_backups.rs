//! UpdateContinuousBackups.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::continuous_backups_members::ContinuousBackupsOutput;
use crate::request::table_name::TableName;
use crate::table::RECOVERY_DAYS_MAX;

input_shape! {
    /// Whether a table can be restored to any second of a period.
    pub struct PointInTimeRecoverySpecification {
        point_in_time_recovery_enabled: bool = "PointInTimeRecoveryEnabled",
        recovery_period_in_days: i32 = "RecoveryPeriodInDays",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct UpdateContinuousBackupsInput {
        table_name: String = "TableName",
        point_in_time_recovery_specification: PointInTimeRecoverySpecification = "PointInTimeRecoverySpecification",
    }
}

/// An UpdateContinuousBackups that passed every check that needs no table.
pub struct UpdateContinuousBackups {
    table: TableName,
    /// None to switch point-in-time recovery off.
    days: Option<u32>,
}

impl UpdateContinuousBackups {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UpdateContinuousBackupsInput) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        let path = "pointInTimeRecoverySpecification";
        violations.required(path, input.point_in_time_recovery_specification.as_ref());
        let (mut enabled, mut days) = (false, None);
        if let Some(given) = &input.point_in_time_recovery_specification {
            let enabled_path = format!("{path}.pointInTimeRecoveryEnabled");
            violations.required(&enabled_path, given.point_in_time_recovery_enabled.as_ref());
            let days_path = format!("{path}.recoveryPeriodInDays");
            let given_days = given.recovery_period_in_days.map(i64::from);
            violations.at_least(&days_path, given_days, 1);
            violations.at_most(&days_path, given_days, i64::from(RECOVERY_DAYS_MAX));
            enabled = given.point_in_time_recovery_enabled.unwrap_or_default();
            days = given.recovery_period_in_days.and_then(|days| u32::try_from(days).ok());
        }
        violations.finish()?;
        if !enabled && days.is_some() {
            return Err(Error::validation(
                "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.",
            ));
        }
        Ok(Self { table, days: enabled.then(|| days.unwrap_or(RECOVERY_DAYS_MAX)) })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of UpdateContinuousBackups.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ContinuousBackupsOutput, Error> {
        let (name, given) = (self.table.name(), self.table.given());
        context.tables.update_recovery((name, given), self.days, context.now)?;
        let table = context.tables.backed_up(name, given)?;
        Ok(ContinuousBackupsOutput::new(context.tables, table, context.now))
    }
}
