//! DescribeBackup.

use crate::error::Error;
use crate::input_shape;
use crate::request::backup_arn::{BackupArn, required_arn};
use crate::request::backup_members::{BackupOutput, status};
use crate::request::context::Context;
use crate::table::backup_not_found;

input_shape! {
    /// What a caller sends.
    pub struct DescribeBackupInput {
        backup_arn: String = "BackupArn",
    }
}

/// A DescribeBackup that passed every check that needs no backup.
pub struct DescribeBackup {
    arn: BackupArn,
}

impl DescribeBackup {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeBackupInput) -> Result<Self, Error> {
        Ok(Self { arn: required_arn(input.backup_arn)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DescribeBackup.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<BackupOutput, Error> {
        let place = self.arn.place(context.tables.settings())?;
        let given = self.arn.given();
        let backup = context.tables.backup(place).ok_or_else(|| backup_not_found(given))?;
        Ok(BackupOutput::new(backup, given, status(backup, context.now)))
    }
}
