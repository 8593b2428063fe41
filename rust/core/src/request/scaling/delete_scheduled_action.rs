//! DeleteScheduledAction.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::members::{EmptyOutput, GivenTarget};
use crate::table::autoscale::{Dimension, ResourceId};

input_shape! {
    /// What a caller sends.
    pub struct DeleteScheduledActionInput {
        service_namespace: String = "ServiceNamespace",
        scheduled_action_name: String = "ScheduledActionName",
        resource_id: String = "ResourceId",
        scalable_dimension: String = "ScalableDimension",
    }
}

/// A DeleteScheduledAction that passed its checks.
pub struct DeleteScheduledAction {
    name: String,
    resource: ResourceId,
    dimension: Dimension,
}

impl DeleteScheduledAction {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DeleteScheduledActionInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("scheduledActionName", input.scheduled_action_name.as_ref());
        let given = GivenTarget {
            service_namespace: input.service_namespace.as_deref(),
            resource_id: input.resource_id.as_deref(),
            scalable_dimension: input.scalable_dimension.as_deref(),
        };
        let (resource, dimension) = given.read(violations)?;
        Ok(Self { name: input.scheduled_action_name.unwrap_or_default(), resource, dimension })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ObjectNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.scaling.delete_scheduled_action(&self.resource, self.dimension, &self.name)?;
        Ok(EmptyOutput {})
    }
}
