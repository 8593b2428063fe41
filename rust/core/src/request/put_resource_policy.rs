//! PutResourcePolicy.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::resource_arn::{ResourceArn, policy_table};
use crate::table::PolicyDocument;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct PutResourcePolicyInput {
        resource_arn: String = "ResourceArn",
        policy: String = "Policy",
        expected_revision_id: String = "ExpectedRevisionId",
        confirm_remove_self_resource_access: bool = "ConfirmRemoveSelfResourceAccess",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct RevisionOutput {
        revision_id: String = "RevisionId",
    }
}

/// A PutResourcePolicy that passed every check that needs no table.
pub struct PutResourcePolicy {
    arn: ResourceArn,
    policy: String,
    expected: Option<String>,
    confirmed: bool,
}

impl PutResourcePolicy {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: PutResourcePolicyInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        ResourceArn::check(&mut violations, input.resource_arn.as_ref());
        violations.required("policy", input.policy.as_ref());
        violations.length("expectedRevisionId", input.expected_revision_id.as_deref(), 1, 255);
        violations.finish()?;
        Ok(Self {
            arn: ResourceArn::new(input.resource_arn)?,
            policy: input.policy.unwrap_or_default(),
            expected: input.expected_revision_id,
            confirmed: input.confirm_remove_self_resource_access.unwrap_or(false),
        })
    }

    /// Carries the request out. The policy is kept and told, and not enforced.
    ///
    /// # Errors
    /// The exceptions of PutResourcePolicy.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<RevisionOutput, Error> {
        let settings = context.tables.settings();
        let table = policy_table(&self.arn, settings)?;
        let document = PolicyDocument::read(&self.policy, &settings.account_id)?;
        if document.locks_out_owner() && !self.confirmed {
            // AWS's own text is not known.
            return Err(Error::validation(
                "One or more parameter values were invalid: The policy would remove the caller's access to change it. \
                 Set ConfirmRemoveSelfResourceAccess to true to confirm",
            ));
        }
        let revision = context.tables.put_policy(table, document, self.expected.as_deref(), context.now)?;
        Ok(RevisionOutput { revision_id: Some(revision) })
    }
}
