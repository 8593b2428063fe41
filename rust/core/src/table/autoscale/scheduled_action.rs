//! Scheduled actions: limits that are set at a time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

use super::activity::Cause;
use super::error::AutoScalingError;
use super::registry::{AutoScaling, TargetKey};
use super::scaling::Metrics;
use super::schedule::Schedule;
use super::target::{Dimension, ResourceId};

/// Scheduled actions of a target at most (facts 3.1).
pub const ACTIONS_MAX: usize = 200;

/// `ScalableTargetAction`: the limits that an action sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLimits {
    /// `MinCapacity`.
    pub min_capacity: Option<u64>,
    /// `MaxCapacity`.
    pub max_capacity: Option<u64>,
}

/// What PutScheduledAction asks for. What is absent stays as it is, but for the two times.
#[derive(Clone, PartialEq, Debug)]
pub struct NewScheduledAction {
    /// `ScheduledActionName`.
    pub name: String,
    /// `Schedule` with `Timezone`.
    pub schedule: Option<Schedule>,
    /// `StartTime`: nothing happens before it.
    pub start: Option<Timestamp>,
    /// `EndTime`: nothing happens after it.
    pub end: Option<Timestamp>,
    /// `ScalableTargetAction`.
    pub limits: Option<NewLimits>,
}

/// One entry of DescribeScheduledActions.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduledAction {
    /// `ScheduledActionName`.
    pub name: String,
    /// `ScheduledActionARN`.
    pub arn: String,
    /// `ResourceId`.
    pub resource: ResourceId,
    /// `ScalableDimension`.
    pub dimension: Dimension,
    /// `Schedule` and `Timezone`.
    pub schedule: Schedule,
    /// `StartTime`.
    pub start: Option<Timestamp>,
    /// `EndTime`.
    pub end: Option<Timestamp>,
    /// `ScalableTargetAction`.
    pub limits: NewLimits,
    /// `CreationTime`.
    pub created: Timestamp,
    /// When it takes place next.
    next: Option<Timestamp>,
}

impl ScheduledAction {
    /// The first time behind `after` that lies between start and end.
    fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let before_start = self.start.map(|start| start - std::time::Duration::from_nanos(1));
        let after = before_start.map_or(after, |start| start.max(after));
        // A rate without a start first passes once after the action was made.
        let next = self.schedule.next_after(after, self.start.unwrap_or(self.created))?;
        self.end.is_none_or(|end| next <= end).then_some(next)
    }
}

/// Scheduled actions with the time of the next one.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct ScheduledActions {
    actions: BTreeMap<(ResourceId, Dimension, String), ScheduledAction>,
    next: Option<Timestamp>,
}

impl ScheduledActions {
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.next
    }

    pub(super) fn forget_target(&mut self, resource: &ResourceId, dimension: Dimension) {
        self.actions.retain(|(of, at, _), _| of != resource || *at != dimension);
        self.refresh();
    }

    /// Adds an action that a store held.
    pub(super) fn insert(&mut self, action: ScheduledAction) {
        let key = (action.resource.clone(), action.dimension, action.name.clone());
        self.actions.insert(key, action);
        self.refresh();
    }

    fn refresh(&mut self) {
        self.next = self.actions.values().filter_map(|action| action.next).min();
    }
}

impl AutoScaling {
    /// PutScheduledAction: makes an action, or changes one.
    ///
    /// # Errors
    /// Where the target is not registered, or the action could never do anything.
    pub fn put_scheduled_action(
        &mut self,
        resource: &ResourceId,
        dimension: Dimension,
        new: NewScheduledAction,
        now: Timestamp,
    ) -> Result<(), AutoScalingError> {
        if !self.targets.contains_key(&(resource.clone(), dimension)) {
            return Err(AutoScalingError::TargetNotRegistered(resource.clone(), dimension));
        }
        let key = (resource.clone(), dimension, new.name.clone());
        let known = self.scheduled.actions.get(&key);
        let schedule = new.schedule.or_else(|| known.map(|action| action.schedule.clone()));
        let limits = new.limits.or_else(|| known.map(|action| action.limits));
        let schedule = schedule.ok_or(AutoScalingError::ScheduleMissing)?;
        let limits = limits.filter(|limits| *limits != NewLimits::default());
        let limits = limits.ok_or(AutoScalingError::ActionMissing)?;
        if limits.min_capacity.is_some_and(|min| min < 1) {
            return Err(AutoScalingError::MinimumTooLow);
        }
        if let (Some(min), Some(max)) = (limits.min_capacity, limits.max_capacity)
            && max < min
        {
            return Err(AutoScalingError::MaximumBelowMinimum);
        }
        if let (Some(start), Some(end)) = (new.start, new.end)
            && end <= start
        {
            return Err(AutoScalingError::EndBeforeStart);
        }
        let of_target = |key: &&(ResourceId, Dimension, String)| (&key.0, key.1) == (resource, dimension);
        if known.is_none() && self.scheduled.actions.keys().filter(of_target).count() >= ACTIONS_MAX {
            return Err(AutoScalingError::TooManyScheduledActions);
        }
        let (arn, created) = match known {
            Some(action) => (action.arn.clone(), action.created),
            None => (self.scheduled_action_arn(resource, &new.name), now),
        };
        let (resource, start, end, name) = (resource.clone(), new.start, new.end, new.name);
        let mut action = ScheduledAction {
            name,
            arn,
            resource,
            dimension,
            schedule,
            start,
            end,
            limits,
            created,
            next: None,
        };
        action.next = action.next_after(now);
        if action.next.is_none() && action.schedule.is_once() {
            return Err(AutoScalingError::ScheduleInThePast);
        }
        self.scheduled.actions.insert(key, action);
        self.scheduled.refresh();
        self.has_changed = true;
        Ok(())
    }

    /// DeleteScheduledAction.
    ///
    /// # Errors
    /// Where there is none of this name.
    pub fn delete_scheduled_action(
        &mut self,
        resource: &ResourceId,
        dimension: Dimension,
        name: &str,
    ) -> Result<(), AutoScalingError> {
        let key = (resource.clone(), dimension, name.to_owned());
        if self.scheduled.actions.remove(&key).is_none() {
            return Err(AutoScalingError::ScheduledActionNotFound(key.0, dimension, key.2));
        }
        self.scheduled.refresh();
        self.has_changed = true;
        Ok(())
    }

    /// DescribeScheduledActions: all of them, by resource, dimension and name.
    pub fn scheduled_actions(&self) -> impl Iterator<Item = &ScheduledAction> {
        self.scheduled.actions.values()
    }

    /// Carries out the actions that are due.
    pub(super) fn run_scheduled(&mut self, now: Timestamp, metrics: &dyn Metrics) {
        if self.scheduled.next.is_none_or(|next| next > now) {
            return;
        }
        let due = |action: &&ScheduledAction| action.next.is_some_and(|next| next <= now);
        let ready: Vec<_> = self.scheduled.actions.values().filter(due).cloned().collect();
        for mut action in ready {
            self.run_action(&action, now, metrics);
            action.next = action.next_after(now);
            let key = (action.resource.clone(), action.dimension, action.name.clone());
            self.scheduled.actions.insert(key, action);
        }
        self.has_changed = true;
        self.scheduled.refresh();
    }

    /// Sets the limits of the action's target, and brings the capacity within them whatever the cooldowns say (facts
    /// 3.3).
    fn run_action(&mut self, action: &ScheduledAction, now: Timestamp, metrics: &dyn Metrics) {
        let key: TargetKey = (action.resource.clone(), action.dimension);
        let Some(target) = self.targets.get_mut(&key).filter(|target| !target.suspended.scheduled_scaling)
        else {
            return;
        };
        let min = action.limits.min_capacity.unwrap_or(target.min_capacity);
        let max = action.limits.max_capacity.unwrap_or(target.max_capacity);
        let cause = Cause::Scheduled(action.name.clone());
        if max < min {
            let refusal = AutoScalingError::MaximumBelowMinimum.to_string();
            self.note_limits(&key, action.limits, cause, Some(refusal), now);
            return;
        }
        (target.min_capacity, target.max_capacity) = (min, max);
        self.note_limits(&key, action.limits, cause, None, now);
        let capacity = metrics.capacity(&action.resource, action.dimension.kind());
        self.enforce_limits(&key, capacity, now);
    }
}
