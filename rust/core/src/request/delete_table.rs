//! DeleteTable.

use crate::error::Error;
use crate::input_shape;
use crate::request::context::Context;
use crate::request::table_description::{TableDescription, TableOutput};
use crate::request::table_name::TableName;

input_shape! {
    /// What a caller sends.
    pub struct DeleteTableInput {
        table_name: String = "TableName",
    }
}

/// A DeleteTable that passed every check that needs no table.
pub struct DeleteTable {
    table: TableName,
}

impl DeleteTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DeleteTableInput) -> Result<Self, Error> {
        Ok(Self { table: TableName::new(input.table_name)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DeleteTable.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TableOutput, Error> {
        let table = context.tables.delete(self.table.name(), context.now)?;
        Ok(TableOutput::changed(TableDescription::new(table, context.now)))
    }
}
