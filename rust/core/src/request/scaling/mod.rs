//! The operations of Application Auto Scaling (facts 3.1).

mod delete_scaling_policy;
mod deregister_scalable_target;
mod describe_scalable_targets;
mod describe_scaling_activities;
mod describe_scaling_policies;
mod listing;
mod members;
mod put_scaling_policy;
mod register_scalable_target;

pub use delete_scaling_policy::{DeleteScalingPolicy, DeleteScalingPolicyInput};
pub use deregister_scalable_target::{DeregisterScalableTarget, DeregisterScalableTargetInput};
pub use describe_scalable_targets::{
    DescribeScalableTargets, DescribeScalableTargetsInput, DescribeScalableTargetsOutput,
};
pub use describe_scaling_activities::{
    DescribeScalingActivities, DescribeScalingActivitiesInput, DescribeScalingActivitiesOutput,
};
pub use describe_scaling_policies::{
    DescribeScalingPolicies, DescribeScalingPoliciesInput, DescribeScalingPoliciesOutput,
};
pub use members::EmptyOutput;
pub use put_scaling_policy::{PutScalingPolicy, PutScalingPolicyInput, PutScalingPolicyOutput};
pub use register_scalable_target::{
    RegisterScalableTarget, RegisterScalableTargetInput, RegisterScalableTargetOutput,
};
