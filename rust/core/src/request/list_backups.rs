//! ListBackups.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::backup_arn::BackupArn;
use crate::request::backup_members::status;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::table_description::count;
use crate::request::table_name::TableName;
use crate::table::{Backup, BackupFilter, BackupType};
use crate::{input_shape, output_shape};

/// Summaries on a page at most (facts 9.1).
const SUMMARIES_MAX: i32 = 100;

input_shape! {
    /// What a caller sends.
    pub struct ListBackupsInput {
        table_name: String = "TableName",
        limit: i32 = "Limit",
        time_range_lower_bound: Timestamp = "TimeRangeLowerBound",
        time_range_upper_bound: Timestamp = "TimeRangeUpperBound",
        exclusive_start_backup_arn: String = "ExclusiveStartBackupArn",
        backup_type: String = "BackupType",
    }
}

output_shape! {
    /// What the list says of a backup.
    pub struct BackupSummary {
        table_name: String = "TableName",
        table_id: String = "TableId",
        table_arn: String = "TableArn",
        backup_arn: String = "BackupArn",
        backup_name: String = "BackupName",
        backup_creation_date_time: Timestamp = "BackupCreationDateTime",
        backup_expiry_date_time: Timestamp = "BackupExpiryDateTime",
        backup_status: &'static str = "BackupStatus",
        backup_type: &'static str = "BackupType",
        backup_size_bytes: i64 = "BackupSizeBytes",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListBackupsOutput {
        backup_summaries: Vec<BackupSummary> = "BackupSummaries",
        last_evaluated_backup_arn: String = "LastEvaluatedBackupArn",
    }
}

/// `BackupType`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TypeFilter {
    One(BackupType),
    /// Backups of another service of AWS's: there are none here.
    AwsBackup,
    All,
}

/// A ListBackups that passed every check that needs no backup.
pub struct ListBackups {
    table: Option<TableName>,
    kind: TypeFilter,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    behind: Option<BackupArn>,
    limit: usize,
}

impl ListBackups {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ListBackupsInput) -> Result<Self, Error> {
        let table = input.table_name.map(|name| TableName::new(Some(name))).transpose()?;
        let mut violations = Violations::default();
        violations.at_least("limit", input.limit.map(i64::from), 1);
        violations.at_most("limit", input.limit.map(i64::from), i64::from(SUMMARIES_MAX));
        let behind = input.exclusive_start_backup_arn;
        BackupArn::check(&mut violations, "exclusiveStartBackupArn", behind.as_deref());
        let choices = [
            ("USER", TypeFilter::One(BackupType::User)),
            ("SYSTEM", TypeFilter::One(BackupType::System)),
            ("AWS_BACKUP", TypeFilter::AwsBackup),
            ("ALL", TypeFilter::All),
        ];
        let kind = violations.choice("backupType", input.backup_type.as_deref(), &choices);
        violations.finish()?;
        let (from, until) = (input.time_range_lower_bound, input.time_range_upper_bound);
        if from.zip(until).is_some_and(|(from, until)| from > until) {
            return Err(Error::validation(
                "One or more parameter values were invalid: Time range lower bound must be less than or equal to upper \
                 bound",
            ));
        }
        let limit = usize::try_from(input.limit.unwrap_or(SUMMARIES_MAX)).unwrap_or(usize::MAX);
        let kind = kind.unwrap_or(TypeFilter::One(BackupType::User));
        Ok(Self { table, kind, from, until, behind: behind.map(BackupArn::new).transpose()?, limit })
    }

    /// Carries the request out. A table that does not exist, or no longer, has the backups that were made of tables of
    /// its name (LAB DDB-BACKUP-014, -016).
    ///
    /// # Errors
    /// `ValidationException`, `AccessDeniedException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListBackupsOutput, Error> {
        let settings = context.tables.settings();
        let behind = self.behind.as_ref().map(|arn| arn.place(settings)).transpose()?;
        if self.behind.as_ref().is_some_and(|arn| arn.is_elsewhere(settings)) {
            return Err(Error::validation(
                "Invalid Request: The supplied ExclusiveStartBackupArn does not match the region",
            ));
        }
        let kind = match self.kind {
            TypeFilter::AwsBackup => return Ok(ListBackupsOutput::page(Vec::new(), None)),
            TypeFilter::One(kind) => Some(kind),
            TypeFilter::All => None,
        };
        let table = self.table.as_ref().map(TableName::name);
        let filter = BackupFilter { table, kind, from: self.from, until: self.until };
        let (page, more) = context.tables.list_backups(&filter, behind, self.limit);
        let last = page.last().filter(|_| more).map(|backup| backup.arn().to_owned());
        let summaries = page.into_iter().map(|backup| BackupSummary::new(backup, context.now)).collect();
        Ok(ListBackupsOutput::page(summaries, last))
    }
}

impl ListBackupsOutput {
    fn page(summaries: Vec<BackupSummary>, last: Option<String>) -> Self {
        Self { backup_summaries: Some(summaries), last_evaluated_backup_arn: last }
    }
}

impl BackupSummary {
    fn new(backup: &Backup, now: Timestamp) -> Self {
        let source = backup.source();
        Self {
            table_name: Some(source.name.clone()),
            table_id: Some(source.id.clone()),
            table_arn: Some(source.arn.clone()),
            backup_arn: Some(backup.arn().to_owned()),
            backup_name: Some(backup.name().to_owned()),
            backup_creation_date_time: Some(backup.created()),
            backup_expiry_date_time: backup.expires(),
            backup_status: Some(status(backup, now)),
            backup_type: Some(backup.kind().name()),
            backup_size_bytes: Some(count(backup.bytes())),
        }
    }
}
