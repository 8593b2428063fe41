//! DescribeContinuousBackups.

use crate::error::Error;
use crate::input_shape;
use crate::request::context::Context;
use crate::request::continuous_backups_members::ContinuousBackupsOutput;
use crate::request::table_name::TableName;

input_shape! {
    /// What a caller sends.
    pub struct DescribeContinuousBackupsInput {
        table_name: String = "TableName",
    }
}

/// A DescribeContinuousBackups that passed every check that needs no table.
pub struct DescribeContinuousBackups {
    table: TableName,
}

impl DescribeContinuousBackups {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeContinuousBackupsInput) -> Result<Self, Error> {
        Ok(Self { table: TableName::new(input.table_name)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DescribeContinuousBackups.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ContinuousBackupsOutput, Error> {
        let table = context.tables.backed_up(self.table.name(), self.table.given())?;
        Ok(ContinuousBackupsOutput::new(context.tables, table, context.now))
    }
}
