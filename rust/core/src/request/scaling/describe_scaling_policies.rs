//! DescribeScalingPolicies.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::context::Context;
use crate::request::scaling::listing::{GivenListing, Listing};
use crate::request::scaling::put_scaling_policy::AlarmOutput;
use crate::table::autoscale::{ScalingPolicy, TargetTracking};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct DescribeScalingPoliciesInput {
        policy_names: Vec<String> = "PolicyNames",
        service_namespace: String = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: String = "ScalableDimension",
        max_results: i32 = "MaxResults",
        next_token: String = "NextToken",
    }
}

output_shape! {
    /// The metric a policy follows.
    pub struct PredefinedMetricSpecificationOutput {
        predefined_metric_type: &'static str = "PredefinedMetricType",
    }
}

output_shape! {
    /// What a policy aims at.
    pub struct TargetTrackingOutput {
        target_value: f64 = "TargetValue",
        predefined_metric_specification: PredefinedMetricSpecificationOutput = "PredefinedMetricSpecification",
        scale_out_cooldown: i64 = "ScaleOutCooldown",
        scale_in_cooldown: i64 = "ScaleInCooldown",
        disable_scale_in: bool = "DisableScaleIn",
    }
}

output_shape! {
    /// One policy.
    pub struct ScalingPolicyOutput {
        policy_arn: String = "PolicyARN",
        policy_name: String = "PolicyName",
        service_namespace: &'static str = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: &'static str = "ScalableDimension",
        policy_type: &'static str = "PolicyType",
        target_tracking: TargetTrackingOutput = "TargetTrackingScalingPolicyConfiguration",
        alarms: Vec<AlarmOutput> = "Alarms",
        creation_time: Timestamp = "CreationTime",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeScalingPoliciesOutput {
        scaling_policies: Vec<ScalingPolicyOutput> = "ScalingPolicies",
        next_token: String = "NextToken",
    }
}

/// A DescribeScalingPolicies that passed its checks.
pub struct DescribeScalingPolicies {
    listing: Listing,
    names: Option<Vec<String>>,
}

impl DescribeScalingPolicies {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeScalingPoliciesInput) -> Result<Self, Error> {
        let listing = Listing::new(&GivenListing {
            service_namespace: input.service_namespace.as_deref(),
            resource_ids: input.resource_id.as_slice(),
            scalable_dimension: input.scalable_dimension.as_deref(),
            max_results: input.max_results,
            next_token: input.next_token.as_deref(),
        })?;
        Ok(Self { listing, names: input.policy_names.filter(|names| !names.is_empty()) })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// None now; the signature is that of every operation.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeScalingPoliciesOutput, Error> {
        let wanted = |policy: &&ScalingPolicy| {
            self.listing.wants(&policy.resource, policy.dimension)
                && self.names.as_ref().is_none_or(|names| names.contains(&policy.name))
        };
        let (policies, next_token) = self.listing.page(context.scaling.policies().filter(wanted));
        let policies = policies.into_iter().map(describe).collect();
        Ok(DescribeScalingPoliciesOutput { scaling_policies: Some(policies), next_token })
    }
}

fn describe(policy: &ScalingPolicy) -> ScalingPolicyOutput {
    ScalingPolicyOutput {
        policy_arn: Some(policy.arn.clone()),
        policy_name: Some(policy.name.clone()),
        service_namespace: Some("dynamodb"),
        resource_id: Some(policy.resource.to_string()),
        scalable_dimension: Some(policy.dimension.as_str()),
        policy_type: Some("TargetTrackingScaling"),
        target_tracking: Some(configuration(&policy.configuration)),
        alarms: Some(AlarmOutput::list(&policy.alarms)),
        creation_time: Some(policy.created),
    }
}

fn configuration(tracking: &TargetTracking) -> TargetTrackingOutput {
    let seconds = |cooldown: Option<std::time::Duration>| {
        cooldown.and_then(|cooldown| i64::try_from(cooldown.as_secs()).ok())
    };
    TargetTrackingOutput {
        target_value: Some(tracking.target.percent()),
        predefined_metric_specification: Some(PredefinedMetricSpecificationOutput {
            predefined_metric_type: Some(tracking.metric.as_str()),
        }),
        scale_out_cooldown: seconds(tracking.scale_out_cooldown),
        scale_in_cooldown: seconds(tracking.scale_in_cooldown),
        disable_scale_in: tracking.disable_scale_in,
    }
}
