//! CreateBackup.

use crate::error::Error;
use crate::request::backup_members::BackupDetails;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::table_name::TableName;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct CreateBackupInput {
        table_name: String = "TableName",
        backup_name: String = "BackupName",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct CreateBackupOutput {
        backup_details: BackupDetails = "BackupDetails",
    }
}

/// A CreateBackup that passed every check that needs no table.
pub struct CreateBackup {
    table: TableName,
    name: String,
}

impl CreateBackup {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: CreateBackupInput) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        violations.required("backupName", input.backup_name.as_ref());
        violations.name_pattern("backupName", input.backup_name.as_deref());
        violations.length("backupName", input.backup_name.as_deref(), 3, 255);
        violations.finish()?;
        Ok(Self { table, name: input.backup_name.unwrap_or_default() })
    }

    /// Carries the request out. Whatever the backup is by then, the answer says that it is being made (LAB
    /// DDB-BACKUP-003).
    ///
    /// # Errors
    /// The exceptions of CreateBackup.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<CreateBackupOutput, Error> {
        let table = (self.table.name(), self.table.given());
        let backup = context.tables.create_backup(table, &self.name, context.now)?;
        let details = BackupDetails::new(backup, backup.arn(), "CREATING");
        Ok(CreateBackupOutput { backup_details: Some(details) })
    }
}
