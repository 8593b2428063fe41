//! DescribeBulkOperation.

use crate::error::Error;
use crate::input_shape;
use crate::request::bulk::description::BulkOperationOutput;
use crate::request::bulk::members::read_arn;
use crate::request::context::Context;

input_shape! {
    /// What a caller sends.
    pub struct DescribeBulkOperationInput {
        bulk_operation_arn: String = "BulkOperationArn",
    }
}

/// A DescribeBulkOperation that passed its checks.
pub struct DescribeBulkOperation {
    arn: String,
}

impl DescribeBulkOperation {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeBulkOperationInput) -> Result<Self, Error> {
        Ok(Self { arn: read_arn(input.bulk_operation_arn)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<BulkOperationOutput, Error> {
        Ok(BulkOperationOutput::new(context.bulk.find(&self.arn)?))
    }
}
