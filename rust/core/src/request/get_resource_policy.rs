//! GetResourcePolicy.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::resource_arn::{ResourceArn, policy_table};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct GetResourcePolicyInput {
        resource_arn: String = "ResourceArn",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct GetResourcePolicyOutput {
        policy: String = "Policy",
        revision_id: String = "RevisionId",
    }
}

/// A GetResourcePolicy that passed every check that needs no table.
pub struct GetResourcePolicy {
    arn: ResourceArn,
}

impl GetResourcePolicy {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: GetResourcePolicyInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        ResourceArn::check(&mut violations, input.resource_arn.as_ref());
        violations.finish()?;
        Ok(Self { arn: ResourceArn::new(input.resource_arn)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of GetResourcePolicy.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<GetResourcePolicyOutput, Error> {
        let table = policy_table(&self.arn, context.tables.settings())?;
        context.tables.hide_restoring(table)?;
        let policy = context.tables.policy(table, self.arn.given())?;
        Ok(GetResourcePolicyOutput {
            policy: Some(policy.document.text().to_owned()),
            revision_id: Some(policy.revision.clone()),
        })
    }
}
