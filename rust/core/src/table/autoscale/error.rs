//! What Application Auto Scaling refuses.

use std::fmt;

use super::target::{Dimension, ResourceId};

/// A refused call. `Display` is the text of the service.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum AutoScalingError {
    /// `ObjectNotFoundException`: a policy for something that is not registered.
    TargetNotRegistered(ResourceId, Dimension),
    /// `ObjectNotFoundException`: nothing to deregister.
    TargetNotFound(ResourceId, Dimension),
    /// `ObjectNotFoundException`: no policy of this name.
    PolicyNotFound(ResourceId, Dimension, String),
    /// `ObjectNotFoundException`: no scheduled action of this name.
    ScheduledActionNotFound(ResourceId, Dimension, String),
    /// `ResourceNotFoundException`: no scalable target has this ARN.
    ArnNotFound(String),
    /// `TooManyTagsException`.
    TooManyTags,
    /// `LimitExceededException`: 200 scheduled actions a target (facts 3.1).
    TooManyScheduledActions,
    /// `ValidationException`: a new scheduled action without a schedule.
    ScheduleMissing,
    /// `ValidationException`: a scheduled action that sets nothing.
    ActionMissing,
    /// `ValidationException`: a single time that is over.
    ScheduleInThePast,
    /// `ValidationException`: `EndTime` is not behind `StartTime`.
    EndBeforeStart,
    /// `ValidationException`: the resource id is not `table/T` or `table/T/index/I`, or the dimension is not of
    /// that resource.
    UnsupportedResource,
    /// `ValidationException`: there is no such table or index.
    ResourceDoesNotExist(ResourceId),
    /// `ValidationException`: a first registration without both limits.
    LimitsMissing,
    /// `ValidationException`: `MinCapacity` below 1 (facts 2.1).
    MinimumTooLow,
    /// `ValidationException`: `MaxCapacity` below `MinCapacity`.
    MaximumBelowMinimum,
    /// `ValidationException`: `TargetValue` outside 20..=90 (facts 3.1).
    TargetValueOutOfRange,
    /// `ValidationException`: the metric counts the other kind of capacity.
    MetricOfOtherDimension,
    /// `ValidationException`: another policy follows the same metric.
    MetricTaken,
}

impl AutoScalingError {
    /// The exception's name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TargetNotRegistered(..)
            | Self::TargetNotFound(..)
            | Self::PolicyNotFound(..)
            | Self::ScheduledActionNotFound(..) => "ObjectNotFoundException",
            Self::ArnNotFound(_) => "ResourceNotFoundException",
            Self::TooManyTags => "TooManyTagsException",
            Self::TooManyScheduledActions => "LimitExceededException",
            _ => "ValidationException",
        }
    }
}

impl fmt::Display for AutoScalingError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TargetNotRegistered(resource, dimension) => write!(
                formatter,
                "No scalable target registered for service namespace: dynamodb, resource ID: {resource}, \
                 scalable dimension: {dimension}"
            ),
            Self::TargetNotFound(resource, dimension) => write!(
                formatter,
                "No scalable target found for service namespace: dynamodb, resource ID: {resource}, scalable \
                 dimension: {dimension}"
            ),
            Self::PolicyNotFound(resource, dimension, name) => write!(
                formatter,
                "No scaling policy found for service namespace: dynamodb, resource ID: {resource}, scalable \
                 dimension: {dimension}, policy name: {name}"
            ),
            Self::ScheduledActionNotFound(resource, dimension, name) => write!(
                formatter,
                "No scheduled action found for service namespace: dynamodb, resource ID: {resource}, scalable \
                 dimension: {dimension}, scheduled action name: {name}"
            ),
            Self::ArnNotFound(arn) => write!(formatter, "No scalable target found for ARN: {arn}"),
            Self::TooManyTags => formatter.write_str("A scalable target can have at most 50 tags"),
            Self::TooManyScheduledActions => {
                formatter.write_str("A scalable target can have at most 200 scheduled actions")
            }
            Self::ScheduleMissing => {
                formatter.write_str("A schedule must be specified for a new scheduled action")
            }
            Self::ActionMissing => formatter
                .write_str("A scalable target action with a minimum or maximum capacity must be specified"),
            Self::ScheduleInThePast => formatter.write_str("The time of the schedule must be in the future"),
            Self::EndBeforeStart => formatter.write_str("The end time must be after the start time"),
            Self::UnsupportedResource => {
                formatter.write_str("Unsupported service namespace, resource type or scalable dimension")
            }
            Self::ResourceDoesNotExist(resource) if resource.index.is_some() => {
                write!(formatter, "DynamoDB index does not exist: {resource}")
            }
            Self::ResourceDoesNotExist(resource) => {
                write!(formatter, "DynamoDB table does not exist: {resource}")
            }
            Self::LimitsMissing => formatter.write_str(
                "Minimum capacity and maximum capacity must be specified for a new scalable target",
            ),
            Self::MinimumTooLow => formatter.write_str("Minimum capacity must be at least 1 for DynamoDB"),
            Self::MaximumBelowMinimum => {
                formatter.write_str("Maximum capacity cannot be less than minimum capacity")
            }
            Self::TargetValueOutOfRange => {
                formatter.write_str("Target value must be between 20.0 and 90.0 for DynamoDB")
            }
            Self::MetricOfOtherDimension => {
                formatter.write_str("The predefined metric is not valid for the scalable dimension")
            }
            Self::MetricTaken => formatter.write_str(
                "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
            ),
        }
    }
}

impl std::error::Error for AutoScalingError {}
