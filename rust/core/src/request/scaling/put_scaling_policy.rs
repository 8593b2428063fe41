//! PutScalingPolicy.

use std::time::Duration;

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::members::GivenTarget;
use crate::table::autoscale::{
    Alarm, AutoScalingError, Dimension, PredefinedMetric, ResourceId, TargetTracking, TargetValue,
};
use crate::{input_shape, output_shape};

input_shape! {
    /// The metric a policy follows.
    pub struct PredefinedMetricSpecificationInput {
        predefined_metric_type: String = "PredefinedMetricType",
    }
    refused { "ResourceLabel" }
}

input_shape! {
    /// What a policy aims at.
    pub struct TargetTrackingInput {
        target_value: f64 = "TargetValue",
        predefined_metric_specification: PredefinedMetricSpecificationInput = "PredefinedMetricSpecification",
        scale_out_cooldown: i32 = "ScaleOutCooldown",
        scale_in_cooldown: i32 = "ScaleInCooldown",
        disable_scale_in: bool = "DisableScaleIn",
    }
    refused { "CustomizedMetricSpecification" }
}

input_shape! {
    /// What a caller sends.
    pub struct PutScalingPolicyInput {
        policy_name: String = "PolicyName",
        service_namespace: String = "ServiceNamespace",
        resource_id: String = "ResourceId",
        scalable_dimension: String = "ScalableDimension",
        policy_type: String = "PolicyType",
        target_tracking: TargetTrackingInput = "TargetTrackingScalingPolicyConfiguration",
    }
    refused { "StepScalingPolicyConfiguration", "PredictiveScalingPolicyConfiguration" }
}

output_shape! {
    /// One of a policy's alarms.
    pub struct AlarmOutput {
        alarm_name: String = "AlarmName",
        alarm_arn: String = "AlarmARN",
    }
}

impl AlarmOutput {
    /// The alarms as the service lists them.
    #[must_use]
    pub fn list(alarms: &[Alarm]) -> Vec<Self> {
        alarms
            .iter()
            .map(|alarm| Self { alarm_name: Some(alarm.name.clone()), alarm_arn: Some(alarm.arn.clone()) })
            .collect()
    }
}

output_shape! {
    /// What a caller gets.
    pub struct PutScalingPolicyOutput {
        policy_arn: String = "PolicyARN",
        alarms: Vec<AlarmOutput> = "Alarms",
    }
}

/// A PutScalingPolicy that passed its checks.
pub struct PutScalingPolicy {
    name: String,
    resource: ResourceId,
    dimension: Dimension,
    configuration: TargetTracking,
}

impl PutScalingPolicy {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: PutScalingPolicyInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("policyName", input.policy_name.as_ref());
        violations.length("policyName", input.policy_name.as_deref(), 1, 256);
        let choices = [("StepScaling", false), ("TargetTrackingScaling", true)];
        let tracking = violations.choice("policyType", input.policy_type.as_deref(), &choices);
        let given = GivenTarget {
            service_namespace: input.service_namespace.as_deref(),
            resource_id: input.resource_id.as_deref(),
            scalable_dimension: input.scalable_dimension.as_deref(),
        };
        let (resource, dimension) = given.read(violations)?;
        // Without a type a policy is a StepScaling one, which DynamoDB does not have (facts 3.1).
        if tracking != Some(true) {
            return Err(Error::validation(
                "Step scaling policies are not supported for DynamoDB; PolicyType must be TargetTrackingScaling",
            ));
        }
        let Some(configuration) = input.target_tracking else {
            return Err(Error::validation(
                "A TargetTrackingScalingPolicyConfiguration is required for a policy of type TargetTrackingScaling",
            ));
        };
        Ok(Self {
            name: input.policy_name.unwrap_or_default(),
            resource,
            dimension,
            configuration: read_configuration(&configuration)?,
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of PutScalingPolicy.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<PutScalingPolicyOutput, Error> {
        let policy = context.scaling.put_policy(
            &self.resource,
            self.dimension,
            &self.name,
            self.configuration,
            context.tables,
            context.now,
        )?;
        Ok(PutScalingPolicyOutput {
            policy_arn: Some(policy.arn.clone()),
            alarms: Some(AlarmOutput::list(&policy.alarms)),
        })
    }
}

fn read_configuration(input: &TargetTrackingInput) -> Result<TargetTracking, Error> {
    let path = "targetTrackingScalingPolicyConfiguration";
    let mut violations = Violations::default();
    violations.required(&format!("{path}.targetValue"), input.target_value.as_ref());
    violations.at_least(&format!("{path}.scaleOutCooldown"), input.scale_out_cooldown.map(i64::from), 0);
    violations.at_least(&format!("{path}.scaleInCooldown"), input.scale_in_cooldown.map(i64::from), 0);
    let metric = input.predefined_metric_specification.as_ref();
    let type_ = metric.and_then(|metric| metric.predefined_metric_type.as_deref());
    let metric_path = format!("{path}.predefinedMetricSpecification.predefinedMetricType");
    violations.required(&metric_path, type_.as_ref());
    let metrics = [PredefinedMetric::ReadUtilization, PredefinedMetric::WriteUtilization];
    let choices = metrics.map(|metric| (metric.as_str(), metric));
    let metric = violations.choice(&metric_path, type_, &choices);
    violations.finish()?;
    let metric = metric.expect("an absent metric is a violation");
    let target = TargetValue::new(input.target_value.unwrap_or_default());
    let seconds =
        |cooldown: Option<i32>| cooldown.map(|seconds| Duration::from_secs(seconds.unsigned_abs().into()));
    Ok(TargetTracking {
        target: target.ok_or(AutoScalingError::TargetValueOutOfRange)?,
        metric,
        scale_out_cooldown: seconds(input.scale_out_cooldown),
        scale_in_cooldown: seconds(input.scale_in_cooldown),
        disable_scale_in: input.disable_scale_in,
    })
}
