//! Target tracking policies: the utilisation to hold, and the capacity that holds it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::table::capacity::CapacityUnits;
use crate::table::throughput::Kind;

use super::alarm::Alarm;
use super::target::{Dimension, ResourceId};

/// Seconds in a minute, half units in a unit: what turns units a second into half units a minute.
const HALVES_A_MINUTE: u128 = 120;
/// Millionths of a percent in all.
const WHOLE: u128 = 100_000_000;
/// The consumption alarms leave this many points below the target alone (facts 3.2).
const SLACK: u64 = 20_000_000;

/// `TargetValue`: percent of the provisioned capacity that should be in use.
///
/// It is kept as the number that was given and computed with in millionths of a percent, so that thresholds and
/// capacities are exact.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct TargetValue {
    percent: f64,
    millionths: u64,
}

impl TargetValue {
    /// From percent; none outside 20..=90 (facts 3.1).
    #[must_use]
    pub fn new(percent: f64) -> Option<Self> {
        // The range check also refuses what is not a number.
        (20.0..=90.0).contains(&percent).then(|| Self { percent, millionths: (percent * 1e6).round() as u64 })
    }

    /// In percent, as it was given.
    #[must_use]
    pub const fn percent(self) -> f64 {
        self.percent
    }

    /// The smallest capacity that `consumed` in one minute does not use beyond the target:
    /// ceil(units a second x 100 / target) (facts 3.3).
    #[must_use]
    pub fn capacity_for(self, consumed: CapacityUnits) -> u64 {
        let needed = u128::from(consumed.halves()) * WHOLE;
        let capacity = needed.div_ceil(HALVES_A_MINUTE * u128::from(self.millionths));
        u64::try_from(capacity).unwrap_or(u64::MAX)
    }

    /// Whether `consumed` in one minute is above the target of `provisioned` units a second.
    #[must_use]
    pub fn is_above(self, consumed: CapacityUnits, provisioned: u64) -> bool {
        u128::from(consumed.halves()) * WHOLE > threshold(provisioned, self.millionths)
    }

    /// Whether `consumed` in one minute is more than 20 points below the target.
    #[must_use]
    pub fn is_below(self, consumed: CapacityUnits, provisioned: u64) -> bool {
        u128::from(consumed.halves()) * WHOLE < threshold(provisioned, self.millionths - SLACK)
    }

    /// `Threshold` of the alarm for too much: units a minute.
    #[must_use]
    pub fn high_threshold(self, provisioned: u64) -> f64 {
        threshold(provisioned, self.millionths) as f64 / (2 * WHOLE) as f64
    }

    /// `Threshold` of the alarm for too little: units a minute.
    #[must_use]
    pub fn low_threshold(self, provisioned: u64) -> f64 {
        threshold(provisioned, self.millionths - SLACK) as f64 / (2 * WHOLE) as f64
    }
}

/// In hundred-millionths of a half unit a minute. A provisioned value is a table's, so far from overflowing.
fn threshold(provisioned: u64, millionths: u64) -> u128 {
    u128::from(provisioned) * HALVES_A_MINUTE * u128::from(millionths)
}

/// `PredefinedMetricType`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PredefinedMetric {
    /// `DynamoDBReadCapacityUtilization`.
    ReadUtilization,
    /// `DynamoDBWriteCapacityUtilization`.
    WriteUtilization,
}

impl PredefinedMetric {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadUtilization => "DynamoDBReadCapacityUtilization",
            Self::WriteUtilization => "DynamoDBWriteCapacityUtilization",
        }
    }

    /// The metric of this name, if there is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ReadUtilization, Self::WriteUtilization].into_iter().find(|metric| metric.as_str() == text)
    }

    /// Which capacity it is about.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::ReadUtilization => Kind::Read,
            Self::WriteUtilization => Kind::Write,
        }
    }
}

/// `TargetTrackingScalingPolicyConfiguration`.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct TargetTracking {
    /// `TargetValue`.
    pub target: TargetValue,
    /// `PredefinedMetricSpecification.PredefinedMetricType`.
    pub metric: PredefinedMetric,
    /// `ScaleOutCooldown`; absent means none.
    pub scale_out_cooldown: Option<Duration>,
    /// `ScaleInCooldown`; absent means none.
    pub scale_in_cooldown: Option<Duration>,
    /// `DisableScaleIn`; absent means false.
    pub disable_scale_in: Option<bool>,
}

impl TargetTracking {
    /// The usual: hold `target`, no cooldowns, both directions.
    #[must_use]
    pub const fn new(target: TargetValue, metric: PredefinedMetric) -> Self {
        Self { target, metric, scale_out_cooldown: None, scale_in_cooldown: None, disable_scale_in: None }
    }

    /// Whether the policy also lowers the capacity.
    #[must_use]
    pub fn scales_in(&self) -> bool {
        !self.disable_scale_in.unwrap_or(false)
    }
}

/// One entry of DescribeScalingPolicies; its type is always `TargetTrackingScaling` (facts 3.1).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ScalingPolicy {
    /// `PolicyName`.
    pub name: String,
    /// `PolicyARN`.
    pub arn: String,
    /// `ResourceId`.
    pub resource: ResourceId,
    /// `ScalableDimension`.
    pub dimension: Dimension,
    /// `TargetTrackingScalingPolicyConfiguration`.
    pub configuration: TargetTracking,
    /// `CreationTime`.
    pub created: Timestamp,
    /// `Alarms`, in the order the service lists them.
    pub alarms: Vec<Alarm>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(percent: f64) -> TargetValue {
        TargetValue::new(percent).unwrap()
    }

    fn units(count: u64) -> CapacityUnits {
        CapacityUnits::whole(count)
    }

    #[test]
    fn the_published_example_goes_to_215() {
        assert_eq!(target(70.0).capacity_for(units(150 * 60)), 215);
    }

    #[test]
    fn the_capacity_is_the_smallest_that_holds_the_target() {
        assert_eq!(target(70.0).capacity_for(units(7 * 60)), 10);
        assert_eq!(target(70.0).capacity_for(units(7 * 60) + CapacityUnits::from_halves(1)), 11);
        assert_eq!(target(33.3).capacity_for(units(333 * 60)), 1_000);
        assert_eq!(target(20.0).capacity_for(CapacityUnits::ZERO), 0);
    }

    #[test]
    fn thresholds_are_those_measured() {
        // Facts 3.2: 5 units at 70 % give 210 and 150, 1 unit gives 42 and 30.
        assert_eq!((target(70.0).high_threshold(5), target(70.0).low_threshold(5)), (210.0, 150.0));
        assert_eq!((target(70.0).high_threshold(1), target(70.0).low_threshold(1)), (42.0, 30.0));
        assert!(!target(70.0).is_above(units(210), 5));
        assert!(target(70.0).is_above(units(210) + CapacityUnits::from_halves(1), 5));
        assert!(!target(70.0).is_below(units(150), 5));
        assert!(target(70.0).is_below(units(149), 5));
        // A target of 20 % has a low threshold of zero, which nothing is below.
        assert!(!target(20.0).is_below(CapacityUnits::ZERO, 100));
    }

    #[test]
    fn targets_are_from_20_to_90_percent() {
        for percent in [19.99, 90.01, f64::NAN, f64::INFINITY, -70.0] {
            assert!(TargetValue::new(percent).is_none(), "{percent}");
        }
        assert_eq!(target(20.0).percent(), 20.0);
        assert_eq!(target(90.0).percent(), 90.0);
    }
}
