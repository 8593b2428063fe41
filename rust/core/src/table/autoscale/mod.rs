//! Application Auto Scaling: capacity that follows the load.
//!
//! A deterministic state machine without I/O. The engine asks [`AutoScaling::next_event_at`], calls
//! [`AutoScaling::tick`] at that time with what the tables' meters say, sends each [`ScalingAction`] down the path
//! of UpdateTable, and reports the outcome with [`AutoScaling::settle`].

mod activity;
mod alarm;
mod assumptions;
mod cron;
mod error;
#[cfg(test)]
mod experiment;
mod policy;
mod record;
mod registry;
mod scaling;
mod schedule;
mod scheduled_action;
mod settings;
mod tags;
mod target;
#[cfg(test)]
mod tests;

pub use activity::{Cause, NotScaledReason, ScalingActivity, Status};
pub use alarm::{Alarm, AlarmKind, AlarmState};
pub use assumptions::{Assumptions, BreachingMinute};
pub use error::AutoScalingError;
pub use policy::{PredefinedMetric, ScalingPolicy, TargetTracking, TargetValue};
pub use registry::AutoScaling;
pub use scaling::{Capacity, Metrics, ScalingAction};
pub use schedule::{Schedule, ScheduleProblem};
pub use scheduled_action::{ACTIONS_MAX, NewLimits, NewScheduledAction, ScheduledAction};
pub use settings::{ScalingChange, ScalingSettings};
pub use tags::TAGS_MAX;
pub use target::{Dimension, Registration, ResourceId, ScalableTarget, SuspendedState};
