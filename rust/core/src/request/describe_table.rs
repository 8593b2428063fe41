//! DescribeTable.

use crate::error::Error;
use crate::input_shape;
use crate::request::context::Context;
use crate::request::table_description::{TableDescription, TableOutput};
use crate::request::table_name::TableName;
use crate::table::not_found;

input_shape! {
    /// What a caller sends.
    pub struct DescribeTableInput {
        table_name: String = "TableName",
    }
}

/// A DescribeTable that passed every check that needs no table.
pub struct DescribeTable {
    table: TableName,
}

impl DescribeTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeTableInput) -> Result<Self, Error> {
        Ok(Self { table: TableName::new(input.table_name)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TableOutput, Error> {
        let name = self.table.name();
        let table = context.tables.find(name).ok_or_else(|| not_found(name))?;
        Ok(TableOutput::described(TableDescription::new(table, context.now)))
    }
}
