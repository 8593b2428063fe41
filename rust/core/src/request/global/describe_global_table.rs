//! DescribeGlobalTable, of version 2017.11.29.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::global::global_table_description::GlobalTableOutput;
use crate::request::global::texts::global_table_not_found;
use crate::request::table_name::TableName;

input_shape! {
    /// What a caller sends.
    pub struct DescribeGlobalTableInput {
        global_table_name: String = "GlobalTableName",
    }
}

/// A DescribeGlobalTable that passed its checks.
pub struct DescribeGlobalTable {
    name: TableName,
}

impl DescribeGlobalTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeGlobalTableInput) -> Result<Self, Error> {
        Ok(Self { name: read_name(input.global_table_name)? })
    }

    /// `GlobalTableName`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.name()
    }

    /// Refuses the request: a database by itself has no global tables.
    ///
    /// # Errors
    /// `GlobalTableNotFoundException`.
    pub fn execute(&self, _context: &mut Context<'_>) -> Result<GlobalTableOutput, Error> {
        Err(global_table_not_found(self.name()))
    }
}

/// Reads `GlobalTableName`.
pub(super) fn read_name(given: Option<String>) -> Result<TableName, Error> {
    let name = TableName::at("globalTableName", given)?;
    let mut violations = Violations::default();
    violations.length("globalTableName", Some(name.name()), 3, 255);
    violations.finish()?;
    Ok(name)
}
