//! The operations of Application Auto Scaling (facts 3.1).

mod delete_scaling_policy;
mod delete_scheduled_action;
mod deregister_scalable_target;
mod describe_scalable_targets;
mod describe_scaling_activities;
mod describe_scaling_policies;
mod describe_scheduled_actions;
mod get_predictive_scaling_forecast;
mod list_tags_for_resource;
mod listing;
mod members;
mod put_scaling_policy;
mod put_scheduled_action;
mod register_scalable_target;
mod tag_resource;
mod untag_resource;

pub use delete_scaling_policy::{DeleteScalingPolicy, DeleteScalingPolicyInput};
pub use delete_scheduled_action::{DeleteScheduledAction, DeleteScheduledActionInput};
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
pub use describe_scheduled_actions::{
    DescribeScheduledActions, DescribeScheduledActionsInput, DescribeScheduledActionsOutput,
};
pub use get_predictive_scaling_forecast::{GetPredictiveScalingForecast, GetPredictiveScalingForecastInput};
pub use list_tags_for_resource::{
    ListScalableTargetTags, ListScalableTargetTagsInput, ListScalableTargetTagsOutput,
};
pub use members::EmptyOutput;
pub use put_scaling_policy::{PutScalingPolicy, PutScalingPolicyInput, PutScalingPolicyOutput};
pub use put_scheduled_action::{PutScheduledAction, PutScheduledActionInput};
pub use register_scalable_target::{
    RegisterScalableTarget, RegisterScalableTargetInput, RegisterScalableTargetOutput,
};
pub use tag_resource::{TagScalableTarget, TagScalableTargetInput};
pub use untag_resource::{UntagScalableTarget, UntagScalableTargetInput};
