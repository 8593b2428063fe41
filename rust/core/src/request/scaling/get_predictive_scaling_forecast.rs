//! GetPredictiveScalingForecast.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::members::{EmptyOutput, GivenTarget};
use crate::table::autoscale::{AutoScalingError, Dimension, ResourceId};

input_shape! {
    /// What a caller sends.
    pub struct GetPredictiveScalingForecastInput {
        service_namespace: String = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: String = "ScalableDimension",
        policy_name: String = "PolicyName",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
    }
}

/// A GetPredictiveScalingForecast that passed its checks.
pub struct GetPredictiveScalingForecast {
    resource: ResourceId,
    dimension: Dimension,
    name: String,
}

impl GetPredictiveScalingForecast {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: GetPredictiveScalingForecastInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("policyName", input.policy_name.as_ref());
        violations.required("startTime", input.start_time.as_ref());
        violations.required("endTime", input.end_time.as_ref());
        let given = GivenTarget {
            service_namespace: input.service_namespace.as_deref(),
            resource_id: input.resource_id.as_deref(),
            scalable_dimension: input.scalable_dimension.as_deref(),
        };
        let (resource, dimension) = given.read(violations)?;
        Ok(Self { resource, dimension, name: input.policy_name.unwrap_or_default() })
    }

    /// Carries the request out: DynamoDB has no predictive scaling (facts 3.1), so there is no policy with a forecast.
    ///
    /// # Errors
    /// `ValidationException`, always; AWS's own text is not known.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        let known = context.scaling.policies().any(|policy| {
            (&policy.resource, policy.dimension, &policy.name) == (&self.resource, self.dimension, &self.name)
        });
        if known {
            return Err(Error::validation(
                "GetPredictiveScalingForecast needs a policy of type PredictiveScaling, which is not supported for service \
                 namespace: dynamodb",
            ));
        }
        let missing =
            AutoScalingError::PolicyNotFound(self.resource.clone(), self.dimension, self.name.clone());
        Err(Error::Validation(missing.to_string()))
    }
}
