//! DescribeTableReplicaAutoScaling, of version 2019.11.21.

use crate::error::Error;
use crate::input_shape;
use crate::request::context::Context;
use crate::request::global::replica_scaling_description::TableScalingOutput;
use crate::request::global::texts::replica_scaling_not_found;
use crate::request::table_name::TableName;

input_shape! {
    /// What a caller sends.
    pub struct DescribeTableReplicaAutoScalingInput {
        table_name: String = "TableName",
    }
}

/// A DescribeTableReplicaAutoScaling that passed its checks.
pub struct DescribeTableReplicaAutoScaling {
    table: TableName,
}

impl DescribeTableReplicaAutoScaling {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeTableReplicaAutoScalingInput) -> Result<Self, Error> {
        Ok(Self { table: TableName::new(input.table_name)? })
    }

    /// The table's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.table.name()
    }

    /// Refuses the request: a table of one Region has no replicas (LAB DDB-TABLE-187).
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, _context: &mut Context<'_>) -> Result<TableScalingOutput, Error> {
        Err(replica_scaling_not_found(self.name()))
    }
}
