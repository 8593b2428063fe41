//! CancelBulkOperation.

use crate::error::Error;
use crate::request::bulk::members::read_arn;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct CancelBulkOperationInput {
        bulk_operation_arn: String = "BulkOperationArn",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct CancelBulkOperationOutput {
        bulk_operation_arn: String = "BulkOperationArn",
        bulk_operation_status: &'static str = "BulkOperationStatus",
    }
}

/// A CancelBulkOperation that passed its checks.
pub struct CancelBulkOperation {
    arn: String,
}

impl CancelBulkOperation {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: CancelBulkOperationInput) -> Result<Self, Error> {
        Ok(Self { arn: read_arn(input.bulk_operation_arn)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, or `ValidationException` for an operation that has ended.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<CancelBulkOperationOutput, Error> {
        let lasting = context.tables.settings().table_transition;
        let operation = context.bulk.cancel(&self.arn, lasting, context.now)?;
        Ok(CancelBulkOperationOutput {
            bulk_operation_arn: Some(operation.arn.clone()),
            bulk_operation_status: Some(operation.status()),
        })
    }
}
