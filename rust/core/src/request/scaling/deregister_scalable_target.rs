//! DeregisterScalableTarget.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::members::{EmptyOutput, GivenTarget};
use crate::table::autoscale::{Dimension, ResourceId};

input_shape! {
    /// What a caller sends.
    pub struct DeregisterScalableTargetInput {
        service_namespace: String = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: String = "ScalableDimension",
    }
}

/// A DeregisterScalableTarget that passed its checks.
pub struct DeregisterScalableTarget {
    resource: ResourceId,
    dimension: Dimension,
}

impl DeregisterScalableTarget {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DeregisterScalableTargetInput) -> Result<Self, Error> {
        let DeregisterScalableTargetInput { service_namespace, resource_id, scalable_dimension } = input;
        let given = GivenTarget {
            service_namespace: service_namespace.as_deref(),
            resource_id: resource_id.as_deref(),
            scalable_dimension: scalable_dimension.as_deref(),
        };
        let (resource, dimension) = given.read(Violations::default())?;
        Ok(Self { resource, dimension })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ObjectNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.scaling.deregister(&self.resource, self.dimension)?;
        Ok(EmptyOutput {})
    }
}
