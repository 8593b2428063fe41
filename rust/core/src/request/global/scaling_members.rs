//! `AutoScalingSettingsUpdate` and `AutoScalingSettingsDescription`: a scalable target and its policy as DynamoDB's own
//! operations know them.

use std::time::Duration;

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::global::texts::{parameters_forbidden, parameters_required};
use crate::table::autoscale::{AutoScalingError, ScalingChange, ScalingSettings, TargetValue};
use crate::{input_shape, output_shape};

input_shape! {
    /// `TargetTrackingScalingPolicyConfiguration`.
    pub struct TargetTrackingUpdate {
        disable_scale_in: bool = "DisableScaleIn",
        scale_in_cooldown: i32 = "ScaleInCooldown",
        scale_out_cooldown: i32 = "ScaleOutCooldown",
        target_value: f64 = "TargetValue",
    }
}

input_shape! {
    /// `ScalingPolicyUpdate`.
    pub struct ScalingPolicyUpdate {
        policy_name: String = "PolicyName",
        target_tracking: TargetTrackingUpdate = "TargetTrackingScalingPolicyConfiguration",
    }
}

input_shape! {
    /// `AutoScalingSettingsUpdate`.
    pub struct ScalingSettingsUpdate {
        minimum_units: i64 = "MinimumUnits",
        maximum_units: i64 = "MaximumUnits",
        auto_scaling_disabled: bool = "AutoScalingDisabled",
        auto_scaling_role_arn: String = "AutoScalingRoleArn",
        scaling_policy_update: ScalingPolicyUpdate = "ScalingPolicyUpdate",
    }
}

output_shape! {
    /// `TargetTrackingScalingPolicyConfiguration`.
    pub struct TargetTrackingDescription {
        disable_scale_in: bool = "DisableScaleIn",
        scale_in_cooldown: i64 = "ScaleInCooldown",
        scale_out_cooldown: i64 = "ScaleOutCooldown",
        target_value: f64 = "TargetValue",
    }
}

output_shape! {
    /// One element of `ScalingPolicies`.
    pub struct ScalingPolicyDescription {
        policy_name: String = "PolicyName",
        target_tracking: TargetTrackingDescription = "TargetTrackingScalingPolicyConfiguration",
    }
}

output_shape! {
    /// `AutoScalingSettingsDescription`.
    pub struct ScalingSettingsDescription {
        minimum_units: i64 = "MinimumUnits",
        maximum_units: i64 = "MaximumUnits",
        auto_scaling_disabled: bool = "AutoScalingDisabled",
        auto_scaling_role_arn: String = "AutoScalingRoleArn",
        scaling_policies: Vec<ScalingPolicyDescription> = "ScalingPolicies",
    }
}

impl ScalingSettingsUpdate {
    /// Notes what the service model does not allow.
    pub fn check(&self, violations: &mut Violations, path: &str) {
        violations.at_least(&format!("{path}.minimumUnits"), self.minimum_units, 1);
        violations.at_least(&format!("{path}.maximumUnits"), self.maximum_units, 1);
        let role = self.auto_scaling_role_arn.as_deref();
        violations.length(&format!("{path}.autoScalingRoleArn"), role, 1, 1_600);
        let Some(policy) = &self.scaling_policy_update else { return };
        let path = format!("{path}.scalingPolicyUpdate");
        violations.length(&format!("{path}.policyName"), policy.policy_name.as_deref(), 1, 256);
        let path = format!("{path}.targetTrackingScalingPolicyConfiguration");
        violations.required(&path, policy.target_tracking.as_ref());
        if let Some(tracking) = &policy.target_tracking {
            violations.required(&format!("{path}.targetValue"), tracking.target_value.as_ref());
        }
    }

    /// What it changes of the global table `name`.
    ///
    /// # Errors
    /// `ValidationException` where something is missing, or stands beside `AutoScalingDisabled`.
    pub fn change(self, name: &str) -> Result<ScalingChange, Error> {
        let disables = self.auto_scaling_disabled == Some(true);
        // In the order in which AWS lists them.
        let members = [
            ("MaximumUnits", self.maximum_units.is_some()),
            ("ScalingPolicyUpdate", self.scaling_policy_update.is_some()),
            ("MinimumUnits", self.minimum_units.is_some()),
        ];
        let odd: Vec<&str> =
            members.iter().filter(|(_, given)| *given == disables).map(|(name, _)| *name).collect();
        if disables {
            return if odd.is_empty() {
                Ok(ScalingChange::Disable)
            } else {
                Err(parameters_forbidden(name, &odd))
            };
        }
        let (Some(minimum), Some(maximum), Some(policy)) =
            (self.minimum_units, self.maximum_units, self.scaling_policy_update)
        else {
            return Err(parameters_required(name, &odd));
        };
        let tracking = policy.target_tracking.unwrap_or_default();
        // A negative cooldown is taken (LAB DDB-TABLE-253), and is none.
        let seconds = |given: Option<i32>| {
            given.map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or_default()))
        };
        let target = TargetValue::new(tracking.target_value.unwrap_or_default());
        Ok(ScalingChange::Enable(ScalingSettings {
            minimum: minimum.unsigned_abs(),
            maximum: maximum.unsigned_abs(),
            role_arn: self.auto_scaling_role_arn,
            policy: policy.policy_name,
            target: target.ok_or(AutoScalingError::TargetValueOutOfRange)?,
            scale_out_cooldown: seconds(tracking.scale_out_cooldown),
            scale_in_cooldown: seconds(tracking.scale_in_cooldown),
            disable_scale_in: tracking.disable_scale_in,
        }))
    }
}

impl ScalingSettingsDescription {
    /// Describes how a dimension is scaled. On demand it is not, and is told all the same (LAB DDB-TABLE-317).
    #[must_use]
    pub fn new(settings: Option<&ScalingSettings>, is_on_demand: bool) -> Self {
        let Some(settings) = settings else {
            return Self {
                auto_scaling_disabled: Some(true),
                scaling_policies: Some(Vec::new()),
                ..Self::default()
            };
        };
        let units = |units: u64| i64::try_from(units).ok();
        let seconds =
            |cooldown: Option<Duration>| cooldown.and_then(|each| i64::try_from(each.as_secs()).ok());
        let tracking = TargetTrackingDescription {
            disable_scale_in: settings.disable_scale_in,
            scale_in_cooldown: seconds(settings.scale_in_cooldown),
            scale_out_cooldown: seconds(settings.scale_out_cooldown),
            target_value: Some(settings.target.percent()),
        };
        Self {
            minimum_units: units(settings.minimum),
            maximum_units: units(settings.maximum),
            auto_scaling_disabled: is_on_demand.then_some(true),
            auto_scaling_role_arn: settings.role_arn.clone(),
            scaling_policies: Some(vec![ScalingPolicyDescription {
                policy_name: settings.policy.clone(),
                target_tracking: Some(tracking),
            }]),
        }
    }
}
