//! DeleteScalingPolicy.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::members::{EmptyOutput, GivenTarget};
use crate::table::autoscale::{Dimension, ResourceId};

input_shape! {
    /// What a caller sends.
    pub struct DeleteScalingPolicyInput {
        policy_name: String = "PolicyName",
        service_namespace: String = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: String = "ScalableDimension",
    }
}

/// A DeleteScalingPolicy that passed its checks.
pub struct DeleteScalingPolicy {
    name: String,
    resource: ResourceId,
    dimension: Dimension,
}

impl DeleteScalingPolicy {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DeleteScalingPolicyInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("policyName", input.policy_name.as_ref());
        let given = GivenTarget {
            service_namespace: input.service_namespace.as_deref(),
            resource_id: input.resource_id.as_deref(),
            scalable_dimension: input.scalable_dimension.as_deref(),
        };
        let (resource, dimension) = given.read(violations)?;
        Ok(Self { name: input.policy_name.unwrap_or_default(), resource, dimension })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ObjectNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.scaling.delete_policy(&self.resource, self.dimension, &self.name)?;
        Ok(EmptyOutput {})
    }
}
