//! DeleteBackup.

use crate::error::Error;
use crate::input_shape;
use crate::request::backup_arn::{BackupArn, required_arn};
use crate::request::backup_members::BackupOutput;
use crate::request::context::Context;

input_shape! {
    /// What a caller sends.
    pub struct DeleteBackupInput {
        backup_arn: String = "BackupArn",
    }
}

/// A DeleteBackup that passed every check that needs no backup.
pub struct DeleteBackup {
    arn: BackupArn,
}

impl DeleteBackup {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DeleteBackupInput) -> Result<Self, Error> {
        Ok(Self { arn: required_arn(input.backup_arn)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DeleteBackup.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<BackupOutput, Error> {
        let place = self.arn.place(context.tables.settings())?;
        let given = self.arn.given();
        let backup = context.tables.delete_backup(place, given, context.now)?;
        Ok(BackupOutput::new(&backup, given, "DELETED"))
    }
}
