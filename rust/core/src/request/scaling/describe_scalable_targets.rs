//! DescribeScalableTargets.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::context::Context;
use crate::request::scaling::listing::{GivenListing, Listing};
use crate::table::autoscale::{ScalableTarget, SuspendedState};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct DescribeScalableTargetsInput {
        service_namespace: String = "ServiceNamespace",
        resource_ids: Vec<String> = "ResourceIds",
        scalable_dimension: String = "ScalableDimension",
        max_results: i32 = "MaxResults",
        next_token: String = "NextToken",
    }
}

output_shape! {
    /// What is suspended.
    pub struct SuspendedStateOutput {
        dynamic_scaling_in_suspended: bool = "DynamicScalingInSuspended",
        dynamic_scaling_out_suspended: bool = "DynamicScalingOutSuspended",
        scheduled_scaling_suspended: bool = "ScheduledScalingSuspended",
    }
}

output_shape! {
    /// One target.
    pub struct ScalableTargetOutput {
        service_namespace: &'static str = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: &'static str = "ScalableDimension",
        min_capacity: i64 = "MinCapacity",
        max_capacity: i64 = "MaxCapacity",
        role_arn: String = "RoleARN",
        creation_time: Timestamp = "CreationTime",
        suspended_state: SuspendedStateOutput = "SuspendedState",
        scalable_target_arn: String = "ScalableTargetARN",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeScalableTargetsOutput {
        scalable_targets: Vec<ScalableTargetOutput> = "ScalableTargets",
        next_token: String = "NextToken",
    }
}

/// A DescribeScalableTargets that passed its checks.
pub struct DescribeScalableTargets {
    listing: Listing,
}

impl DescribeScalableTargets {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeScalableTargetsInput) -> Result<Self, Error> {
        let resource_ids = input.resource_ids.unwrap_or_default();
        let listing = Listing::new(&GivenListing {
            service_namespace: input.service_namespace.as_deref(),
            resource_ids: &resource_ids,
            scalable_dimension: input.scalable_dimension.as_deref(),
            max_results: input.max_results,
            next_token: input.next_token.as_deref(),
        })?;
        Ok(Self { listing })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// None now; the signature is that of every operation.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeScalableTargetsOutput, Error> {
        let wanted = |target: &&ScalableTarget| self.listing.wants(&target.resource, target.dimension);
        let (targets, next_token) = self.listing.page(context.scaling.targets().filter(wanted));
        let targets = targets.into_iter().map(describe).collect();
        Ok(DescribeScalableTargetsOutput { scalable_targets: Some(targets), next_token })
    }
}

fn describe(target: &ScalableTarget) -> ScalableTargetOutput {
    let SuspendedState { dynamic_scaling_in, dynamic_scaling_out, scheduled_scaling } = target.suspended;
    ScalableTargetOutput {
        service_namespace: Some("dynamodb"),
        resource_id: Some(target.resource.to_string()),
        scalable_dimension: Some(target.dimension.as_str()),
        min_capacity: i64::try_from(target.min_capacity).ok(),
        max_capacity: i64::try_from(target.max_capacity).ok(),
        role_arn: Some(target.role_arn.clone()),
        creation_time: Some(target.created),
        suspended_state: Some(SuspendedStateOutput {
            dynamic_scaling_in_suspended: Some(dynamic_scaling_in),
            dynamic_scaling_out_suspended: Some(dynamic_scaling_out),
            scheduled_scaling_suspended: Some(scheduled_scaling),
        }),
        scalable_target_arn: Some(target.arn.clone()),
    }
}
