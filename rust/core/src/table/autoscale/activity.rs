//! Scaling activities: the record of what auto scaling did and why.

use std::fmt;

use crate::clock::Timestamp;
use crate::table::throughput::Kind;

use super::scheduled_action::NewLimits;
use super::target::{Dimension, ResourceId};

/// `StatusCode` of an activity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// `Pending`: decided, not yet asked of the table.
    Pending,
    /// `InProgress`: the table was asked and has not answered.
    InProgress,
    /// `Successful`.
    Successful,
    /// `Failed`: the table refused.
    Failed,
}

impl Status {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::InProgress => "InProgress",
            Self::Successful => "Successful",
            Self::Failed => "Failed",
        }
    }
}

/// An entry of `NotScaledReasons`: an alarm asked for a change that was not made (Application Auto Scaling's guide,
/// "Scaling activities").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotScaledReason {
    /// `AutoScalingAnticipatedFlapping`: with the smaller capacity the alarm for more would go off at once.
    AnticipatedFlapping,
    /// `TargetServicePutResourceAsUnscalable`: the table or index is changing already. It is asked again each minute.
    Unscalable,
    /// `AlreadyAtMaxCapacity`, with `MaxCapacity`.
    AlreadyAtMaxCapacity(u64),
    /// `AlreadyAtMinCapacity`, with `MinCapacity`.
    AlreadyAtMinCapacity(u64),
    /// `AlreadyAtDesiredCapacity`, with `CurrentCapacity`.
    AlreadyAtDesiredCapacity(u64),
}

impl NotScaledReason {
    /// `Code`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AnticipatedFlapping => "AutoScalingAnticipatedFlapping",
            Self::Unscalable => "TargetServicePutResourceAsUnscalable",
            Self::AlreadyAtMaxCapacity(_) => "AlreadyAtMaxCapacity",
            Self::AlreadyAtMinCapacity(_) => "AlreadyAtMinCapacity",
            Self::AlreadyAtDesiredCapacity(_) => "AlreadyAtDesiredCapacity",
        }
    }
}

/// Why an activity was begun.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cause {
    /// An alarm of a policy.
    Alarm {
        /// The alarm's name.
        alarm: String,
        /// The policy's name.
        policy: String,
    },
    /// The capacity was below a new `MinCapacity`.
    Minimum(u64),
    /// The capacity was above a new `MaxCapacity`.
    Maximum(u64),
    /// A scheduled action of this name.
    Scheduled(String),
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alarm { alarm, policy } => {
                write!(formatter, "monitor alarm {alarm} in state ALARM triggered policy {policy}")
            }
            Self::Minimum(units) => write!(formatter, "minimum capacity was set to {units}"),
            Self::Maximum(units) => write!(formatter, "maximum capacity was set to {units}"),
            Self::Scheduled(name) => write!(formatter, "scheduled action name {name} was triggered"),
        }
    }
}

/// One entry of DescribeScalingActivities.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScalingActivity {
    /// `ActivityId`.
    pub id: String,
    /// `ResourceId`.
    pub resource: ResourceId,
    /// `ScalableDimension`.
    pub dimension: Dimension,
    /// The capacity it is to set; none where it only records a [`NotScaledReason`].
    pub capacity: Option<u64>,
    /// The limits it set, where it is a scheduled action's.
    pub limits: Option<NewLimits>,
    /// What `Cause` says.
    pub cause: Cause,
    /// `StartTime`.
    pub start: Timestamp,
    /// `EndTime`: when it succeeded or failed.
    pub end: Option<Timestamp>,
    /// `StatusCode`.
    pub status: Status,
    /// Why the table refused, where it did.
    pub failure: Option<String>,
    /// `NotScaledReasons`. Such an activity is shown only with `IncludeNotScaledActivities`.
    pub not_scaled: Option<NotScaledReason>,
}

impl ScalingActivity {
    /// `Description`.
    #[must_use]
    pub fn description(&self) -> String {
        if let Some(limits) = self.limits {
            return format!("Setting {}", limits_text(limits));
        }
        match self.capacity {
            Some(capacity) => format!("Setting {} to {capacity}.", self.noun()),
            None => "Attempting to scale due to alarm triggered".to_owned(),
        }
    }

    /// `StatusMessage`; absent before the table was asked.
    #[must_use]
    pub fn status_message(&self) -> Option<String> {
        if let Some(limits) = self.limits {
            let limits = limits_text(limits);
            return Some(match &self.failure {
                None => format!("Successfully set {limits}"),
                Some(failure) => format!("Failed to set {limits}. Reason: {failure}"),
            });
        }
        let (capacity, noun) = (self.capacity?, self.noun());
        match self.status {
            Status::Pending => None,
            Status::InProgress => Some(format!(
                "Successfully set {noun} to {capacity}. Waiting for change to be fulfilled by dynamodb."
            )),
            Status::Successful => Some(format!(
                "Successfully set {noun} to {capacity}. Change successfully fulfilled by dynamodb."
            )),
            Status::Failed => {
                let reason = self.failure.as_deref().unwrap_or_default();
                Some(format!("Failed to set {noun} to {capacity}. Reason: Failed updating table: {reason}"))
            }
        }
    }

    const fn noun(&self) -> &'static str {
        match self.dimension.kind() {
            Kind::Read => "read capacity units",
            Kind::Write => "write capacity units",
        }
    }
}

fn limits_text(limits: NewLimits) -> String {
    let named = [("min", limits.min_capacity), ("max", limits.max_capacity)];
    let parts = named.into_iter().filter_map(|(name, units)| Some(format!("{name} capacity to {}", units?)));
    parts.collect::<Vec<_>>().join(" and ")
}
