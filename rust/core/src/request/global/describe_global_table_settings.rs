//! DescribeGlobalTableSettings, of version 2017.11.29.

use crate::error::Error;
use crate::input_shape;
use crate::request::context::Context;
use crate::request::global::describe_global_table::read_name;
use crate::request::global::replica_settings_description::GlobalTableSettingsOutput;
use crate::request::global::texts::global_table_of_settings_not_found;
use crate::request::table_name::TableName;

input_shape! {
    /// What a caller sends.
    pub struct DescribeGlobalTableSettingsInput {
        global_table_name: String = "GlobalTableName",
    }
}

/// A DescribeGlobalTableSettings that passed its checks.
pub struct DescribeGlobalTableSettings {
    name: TableName,
}

impl DescribeGlobalTableSettings {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeGlobalTableSettingsInput) -> Result<Self, Error> {
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
    pub fn execute(&self, _context: &mut Context<'_>) -> Result<GlobalTableSettingsOutput, Error> {
        Err(global_table_of_settings_not_found(self.name()))
    }
}
