//! A dimension's auto scaling as DynamoDB's own operations see it: a target and its policy as one thing.

use std::time::Duration;

use super::error::AutoScalingError;
use super::policy::{PredefinedMetric, ScalingPolicy, TargetTracking, TargetValue};
use super::registry::AutoScaling;
use super::scaling::Metrics;
use super::target::{Dimension, Registration, ResourceId, ScalableTarget};
use crate::clock::Timestamp;
use crate::table::throughput::Kind;

/// `AutoScalingSettingsUpdate`, complete: either nothing is scaled any more, or all is said of how.
#[derive(Clone, PartialEq, Debug)]
pub enum ScalingChange {
    /// `AutoScalingDisabled`.
    Disable,
    /// A target and its policy.
    Enable(ScalingSettings),
}

/// A target's limits, and the policy that moves it between them.
#[derive(Clone, PartialEq, Debug)]
pub struct ScalingSettings {
    /// `MinimumUnits`.
    pub minimum: u64,
    /// `MaximumUnits`.
    pub maximum: u64,
    /// `AutoScalingRoleArn`; without one it is the service-linked role.
    pub role_arn: Option<String>,
    /// `PolicyName`; without one it is AWS's own for the resource.
    pub policy: Option<String>,
    /// `TargetValue`.
    pub target: TargetValue,
    /// `ScaleOutCooldown`.
    pub scale_out_cooldown: Option<Duration>,
    /// `ScaleInCooldown`.
    pub scale_in_cooldown: Option<Duration>,
    /// `DisableScaleIn`.
    pub disable_scale_in: Option<bool>,
}

impl ScalingSettings {
    /// What a target and its policy say.
    fn of(target: &ScalableTarget, policy: &ScalingPolicy) -> Self {
        let configuration = policy.configuration;
        Self {
            minimum: target.min_capacity,
            maximum: target.max_capacity,
            role_arn: Some(target.role_arn.clone()),
            policy: Some(policy.name.clone()),
            target: configuration.target,
            scale_out_cooldown: configuration.scale_out_cooldown,
            scale_in_cooldown: configuration.scale_in_cooldown,
            disable_scale_in: configuration.disable_scale_in,
        }
    }

    fn tracking(&self, kind: Kind) -> TargetTracking {
        let metric = match kind {
            Kind::Read => PredefinedMetric::ReadUtilization,
            Kind::Write => PredefinedMetric::WriteUtilization,
        };
        TargetTracking {
            target: self.target,
            metric,
            scale_out_cooldown: self.scale_out_cooldown,
            scale_in_cooldown: self.scale_in_cooldown,
            disable_scale_in: self.disable_scale_in,
        }
    }
}

impl AutoScaling {
    /// How a dimension is scaled; none without a target or without a policy, as DynamoDB tells of both as one (LAB
    /// DDB-TABLE-189).
    #[must_use]
    pub fn settings_of(&self, resource: &ResourceId, dimension: Dimension) -> Option<ScalingSettings> {
        let target = self.targets.get(&(resource.clone(), dimension))?;
        let policy = self.policies_of(resource, dimension).into_iter().next()?;
        Some(ScalingSettings::of(target, policy))
    }

    /// Makes a dimension scale so, or no more. A policy of another name goes; disabling what is not enabled changes
    /// nothing (LAB DDB-TABLE-237, -242).
    ///
    /// # Errors
    /// Those of [`AutoScaling::register`] and [`AutoScaling::put_policy`]; nothing was changed then.
    pub fn change_settings(
        &mut self,
        (resource, dimension): (&ResourceId, Dimension),
        change: &ScalingChange,
        metrics: &dyn Metrics,
        now: Timestamp,
    ) -> Result<(), AutoScalingError> {
        let ScalingChange::Enable(settings) = change else {
            return match self.deregister(resource, dimension) {
                Ok(()) | Err(AutoScalingError::TargetNotFound(..)) => Ok(()),
                Err(error) => Err(error),
            };
        };
        let mut registration =
            Registration::limits(resource.clone(), dimension, settings.minimum, settings.maximum);
        registration.role_arn.clone_from(&settings.role_arn);
        self.register(&registration, metrics, now)?;
        let name = settings.policy.clone().unwrap_or_else(|| own_policy(resource, dimension));
        let others = self.policies_of(resource, dimension).into_iter().map(|policy| policy.name.clone());
        for other in others.filter(|other| *other != name).collect::<Vec<_>>() {
            self.delete_policy(resource, dimension, &other)?;
        }
        let configuration = settings.tracking(dimension.kind());
        let same = self
            .policies_of(resource, dimension)
            .into_iter()
            .any(|policy| policy.configuration == configuration);
        // The same once more keeps its alarms.
        if !same {
            self.put_policy(resource, dimension, &name, configuration, metrics, now)?;
        }
        Ok(())
    }
}

/// The name that DynamoDB gives a policy (LAB DDB-TABLE-289).
fn own_policy(resource: &ResourceId, dimension: Dimension) -> String {
    let kind = match dimension.kind() {
        Kind::Read => "Read",
        Kind::Write => "Write",
    };
    format!("DynamoDB{kind}CapacityUtilization:{resource}")
}
