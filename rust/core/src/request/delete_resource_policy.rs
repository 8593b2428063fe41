//! DeleteResourcePolicy.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::put_resource_policy::RevisionOutput;
use crate::request::resource_arn::{ResourceArn, policy_table};

input_shape! {
    /// What a caller sends.
    pub struct DeleteResourcePolicyInput {
        resource_arn: String = "ResourceArn",
        expected_revision_id: String = "ExpectedRevisionId",
    }
}

/// A DeleteResourcePolicy that passed every check that needs no table.
pub struct DeleteResourcePolicy {
    arn: ResourceArn,
    expected: Option<String>,
}

impl DeleteResourcePolicy {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DeleteResourcePolicyInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        ResourceArn::check(&mut violations, input.resource_arn.as_ref());
        violations.length("expectedRevisionId", input.expected_revision_id.as_deref(), 1, 255);
        violations.finish()?;
        Ok(Self { arn: ResourceArn::new(input.resource_arn)?, expected: input.expected_revision_id })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DeleteResourcePolicy.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<RevisionOutput, Error> {
        let table = policy_table(&self.arn, context.tables.settings())?;
        let revision_id = context.tables.delete_policy(table, self.expected.as_deref(), context.now)?;
        Ok(RevisionOutput { revision_id })
    }
}
