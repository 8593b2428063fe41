//! PutScheduledAction.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::members::{EmptyOutput, GivenTarget};
use crate::table::autoscale::{
    Dimension, NewLimits, NewScheduledAction, ResourceId, Schedule, ScheduleProblem,
};

input_shape! {
    /// The limits that an action sets.
    pub struct ScalableTargetActionInput {
        min_capacity: i32 = "MinCapacity",
        max_capacity: i32 = "MaxCapacity",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct PutScheduledActionInput {
        service_namespace: String = "ServiceNamespace",
        schedule: String = "Schedule",
        timezone: String = "Timezone",
        scheduled_action_name: String = "ScheduledActionName",
        resource_id: String = "ResourceId",
        scalable_dimension: String = "ScalableDimension",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
        scalable_target_action: ScalableTargetActionInput = "ScalableTargetAction",
    }
}

/// A PutScheduledAction that passed its checks.
pub struct PutScheduledAction {
    resource: ResourceId,
    dimension: Dimension,
    action: NewScheduledAction,
}

impl PutScheduledAction {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: PutScheduledActionInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("scheduledActionName", input.scheduled_action_name.as_ref());
        violations.length("scheduledActionName", input.scheduled_action_name.as_deref(), 1, 256);
        violations.length("schedule", input.schedule.as_deref(), 1, 1_600);
        violations.length("timezone", input.timezone.as_deref(), 1, 1_600);
        let given_limits = input.scalable_target_action.as_ref();
        let min = given_limits.and_then(|limits| limits.min_capacity);
        let max = given_limits.and_then(|limits| limits.max_capacity);
        violations.at_least("scalableTargetAction.minCapacity", min.map(i64::from), 0);
        violations.at_least("scalableTargetAction.maxCapacity", max.map(i64::from), 0);
        let given = GivenTarget {
            service_namespace: input.service_namespace.as_deref(),
            resource_id: input.resource_id.as_deref(),
            scalable_dimension: input.scalable_dimension.as_deref(),
        };
        let (resource, dimension) = given.read(violations)?;
        let units = |capacity: Option<i32>| capacity.map(|units| u64::from(units.unsigned_abs()));
        Ok(Self {
            resource,
            dimension,
            action: NewScheduledAction {
                name: input.scheduled_action_name.unwrap_or_default(),
                schedule: read_schedule(input.schedule.as_deref(), input.timezone.as_deref())?,
                start: input.start_time,
                end: input.end_time,
                limits: given_limits
                    .map(|_| NewLimits { min_capacity: units(min), max_capacity: units(max) }),
            },
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of PutScheduledAction.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        let action = self.action.clone();
        context.scaling.put_scheduled_action(&self.resource, self.dimension, action, context.now)?;
        Ok(EmptyOutput {})
    }
}

/// Reads `Schedule` and `Timezone`; the texts of the refusals are ours.
fn read_schedule(text: Option<&str>, zone: Option<&str>) -> Result<Option<Schedule>, Error> {
    let Some(text) = text else {
        return match zone {
            None => Ok(None),
            Some(_) => Err(Error::validation("A Timezone needs a Schedule")),
        };
    };
    Schedule::parse(text, zone).map(Some).map_err(|problem| match problem {
        ScheduleProblem::Expression => Error::Validation(format!(
            "Schedule {text} is not valid: it must be at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(fields)"
        )),
        ScheduleProblem::Zone => {
            Error::Validation(format!("Timezone {} is not valid", zone.unwrap_or_default()))
        }
    })
}
