//! DescribeTimeToLive.

use crate::error::Error;
use crate::request::context::Context;
use crate::request::table_name::TableName;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct DescribeTimeToLiveInput {
        table_name: String = "TableName",
    }
}

output_shape! {
    /// A table's time to live.
    pub struct TimeToLiveDescription {
        time_to_live_status: &'static str = "TimeToLiveStatus",
        attribute_name: String = "AttributeName",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeTimeToLiveOutput {
        time_to_live_description: TimeToLiveDescription = "TimeToLiveDescription",
    }
}

/// A DescribeTimeToLive that passed every check that needs no table.
pub struct DescribeTimeToLive {
    table: TableName,
}

impl DescribeTimeToLive {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeTimeToLiveInput) -> Result<Self, Error> {
        Ok(Self { table: TableName::new(input.table_name)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DescribeTimeToLive.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeTimeToLiveOutput, Error> {
        context.tables.hide_restoring(self.table.name())?;
        let time_to_live = context.tables.time_to_live(self.table.name())?;
        Ok(DescribeTimeToLiveOutput {
            time_to_live_description: Some(TimeToLiveDescription {
                time_to_live_status: Some(time_to_live.status()),
                attribute_name: time_to_live.attribute().map(str::to_owned),
            }),
        })
    }
}
