//! RegisterScalableTarget.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::members::GivenTarget;
use crate::request::scaling::tag_resource::check_tags;
use crate::table::autoscale::{AutoScalingError, Registration, TAGS_MAX};
use crate::{input_shape, output_shape};

input_shape! {
    /// What may be suspended.
    pub struct SuspendedStateInput {
        dynamic_scaling_in_suspended: bool = "DynamicScalingInSuspended",
        dynamic_scaling_out_suspended: bool = "DynamicScalingOutSuspended",
        scheduled_scaling_suspended: bool = "ScheduledScalingSuspended",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct RegisterScalableTargetInput {
        service_namespace: String = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: String = "ScalableDimension",
        min_capacity: i32 = "MinCapacity",
        max_capacity: i32 = "MaxCapacity",
        role_arn: String = "RoleARN",
        suspended_state: SuspendedStateInput = "SuspendedState",
        tags: Vec<(String, String)> = "Tags",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct RegisterScalableTargetOutput {
        scalable_target_arn: String = "ScalableTargetARN",
    }
}

/// A RegisterScalableTarget that passed its checks.
pub struct RegisterScalableTarget {
    registration: Registration,
    tags: Vec<(String, String)>,
}

impl RegisterScalableTarget {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: RegisterScalableTargetInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.at_least("minCapacity", input.min_capacity.map(i64::from), 0);
        violations.at_least("maxCapacity", input.max_capacity.map(i64::from), 0);
        let given = GivenTarget {
            service_namespace: input.service_namespace.as_deref(),
            resource_id: input.resource_id.as_deref(),
            scalable_dimension: input.scalable_dimension.as_deref(),
        };
        let (resource, dimension) = given.read(violations)?;
        let units = |capacity: Option<i32>| capacity.map(|units| u64::from(units.unsigned_abs()));
        let suspended = input.suspended_state.unwrap_or_default();
        let tags = input.tags.unwrap_or_default();
        check_tags(&tags)?;
        if tags.len() > TAGS_MAX {
            return Err(AutoScalingError::TooManyTags.into());
        }
        Ok(Self {
            tags,
            registration: Registration {
                resource,
                dimension,
                min_capacity: units(input.min_capacity),
                max_capacity: units(input.max_capacity),
                role_arn: input.role_arn,
                dynamic_scaling_in_suspended: suspended.dynamic_scaling_in_suspended,
                dynamic_scaling_out_suspended: suspended.dynamic_scaling_out_suspended,
                scheduled_scaling_suspended: suspended.scheduled_scaling_suspended,
            },
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of RegisterScalableTarget.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<RegisterScalableTargetOutput, Error> {
        let target = context.scaling.register(&self.registration, context.tables, context.now)?;
        let arn = target.arn.clone();
        // AWS takes tags for a new target only; a known one keeps its own.
        if !self.tags.is_empty() && context.scaling.tags(&arn)?.is_empty() {
            context.scaling.tag(&arn, &self.tags)?;
        }
        Ok(RegisterScalableTargetOutput { scalable_target_arn: Some(arn) })
    }
}
