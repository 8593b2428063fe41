//! What is registered: targets, their policies and alarms, and the activities so far.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::random::Random;

use super::activity::{Cause, NotScaledReason, ScalingActivity, Status};
use super::alarm::{Alarm, AlarmKind, AlarmState};
use super::assumptions::Assumptions;
use super::error::AutoScalingError;
use super::policy::{ScalingPolicy, TargetTracking};
use super::scaling::{Capacity, Metrics, Pending};
use super::scheduled_action::{NewLimits, ScheduledActions};
use super::target::{Dimension, Registration, ResourceId, ScalableTarget, SuspendedState};

/// Activities are kept for six weeks (facts 3.1).
const ACTIVITIES_KEPT: Duration = Duration::from_secs(42 * 86_400);
/// And no more than this many of them, so that a refusal each minute cannot fill the memory.
const ACTIVITIES_MAX: usize = 10_000;

pub(super) type TargetKey = (ResourceId, Dimension);
pub(super) type PolicyKey = (ResourceId, Dimension, String);

/// Application Auto Scaling of one account in one Region.
#[derive(Clone, PartialEq, Debug)]
pub struct AutoScaling {
    region: String,
    account: String,
    pub(super) assumptions: Assumptions,
    pub(super) identifiers: Random,
    pub(super) targets: BTreeMap<TargetKey, ScalableTarget>,
    pub(super) policies: BTreeMap<PolicyKey, ScalingPolicy>,
    /// Newest last.
    pub(super) activities: VecDeque<ScalingActivity>,
    /// Changes decided and not settled; at most one for a target.
    pub(super) pending: BTreeMap<TargetKey, Pending>,
    pub(super) scheduled: ScheduledActions,
    /// The last time the alarms looked at their metrics.
    pub(super) evaluated: Timestamp,
    /// Whether a durable store does not know yet what this holds.
    pub(super) has_changed: bool,
}

impl AutoScaling {
    /// An empty registry. All names it makes up follow from `seed`.
    #[must_use]
    pub fn new(region: &str, account: &str, seed: u64, assumptions: Assumptions) -> Self {
        Self {
            region: region.to_owned(),
            account: account.to_owned(),
            assumptions,
            identifiers: Random::new(seed),
            targets: BTreeMap::new(),
            policies: BTreeMap::new(),
            activities: VecDeque::new(),
            pending: BTreeMap::new(),
            scheduled: ScheduledActions::default(),
            evaluated: Timestamp::default(),
            has_changed: false,
        }
    }

    /// RegisterScalableTarget: registers a target or changes one. A capacity outside the limits is brought to
    /// the nearer one by an activity of its own; this happens at registration only, never later (facts 3.3).
    ///
    /// # Errors
    /// Limits that make no sense, or a table that does not exist.
    pub fn register(
        &mut self,
        registration: &Registration,
        metrics: &dyn Metrics,
        now: Timestamp,
    ) -> Result<&ScalableTarget, AutoScalingError> {
        let Registration { resource, dimension, .. } = registration;
        if !dimension.is_of(resource) {
            return Err(AutoScalingError::UnsupportedResource);
        }
        let capacity = metrics.capacity(resource, dimension.kind());
        if capacity == Capacity::Missing {
            return Err(AutoScalingError::ResourceDoesNotExist(resource.clone()));
        }
        let key = (resource.clone(), *dimension);
        let known = self.targets.get(&key);
        let min_capacity = registration.min_capacity.or(known.map(|target| target.min_capacity));
        let max_capacity = registration.max_capacity.or(known.map(|target| target.max_capacity));
        let (Some(min_capacity), Some(max_capacity)) = (min_capacity, max_capacity) else {
            return Err(AutoScalingError::LimitsMissing);
        };
        if min_capacity < 1 {
            return Err(AutoScalingError::MinimumTooLow);
        }
        if max_capacity < min_capacity {
            return Err(AutoScalingError::MaximumBelowMinimum);
        }
        let mut target = match known {
            Some(target) => target.clone(),
            None => self.new_target(resource, *dimension, now),
        };
        (target.min_capacity, target.max_capacity) = (min_capacity, max_capacity);
        target.take_over(registration);
        self.targets.insert(key.clone(), target);
        self.has_changed = true;
        self.enforce_limits(&key, capacity, now);
        Ok(&self.targets[&key])
    }

    /// Brings a capacity outside its target's limits to the nearer one.
    pub(super) fn enforce_limits(&mut self, key: &TargetKey, capacity: Capacity, now: Timestamp) {
        let (Capacity::Provisioned(units) | Capacity::Busy(units)) = capacity else {
            return;
        };
        let (min, max) = (self.targets[key].min_capacity, self.targets[key].max_capacity);
        if units < min {
            self.begin(key, units, min, Cause::Minimum(min), now);
        } else if units > max {
            self.begin(key, units, max, Cause::Maximum(max), now);
        }
    }

    /// DeregisterScalableTarget: forgets a target with its policies, their alarms and its scheduled actions. Its
    /// activities stay.
    ///
    /// # Errors
    /// Where it is not registered.
    pub fn deregister(
        &mut self,
        resource: &ResourceId,
        dimension: Dimension,
    ) -> Result<(), AutoScalingError> {
        let key = (resource.clone(), dimension);
        if self.targets.remove(&key).is_none() {
            return Err(AutoScalingError::TargetNotFound(key.0, dimension));
        }
        self.policies.retain(|(of, at, _), _| (of, *at) != (resource, dimension));
        self.has_changed = true;
        self.scheduled.forget_target(resource, dimension);
        Ok(())
    }

    /// PutScalingPolicy: makes a target tracking policy, or gives an existing one a new configuration and new
    /// alarms. Its ARN and creation time stay.
    ///
    /// # Errors
    /// Where the target is not registered, or the metric does not fit or is taken.
    pub fn put_policy(
        &mut self,
        resource: &ResourceId,
        dimension: Dimension,
        name: &str,
        configuration: TargetTracking,
        metrics: &dyn Metrics,
        now: Timestamp,
    ) -> Result<&ScalingPolicy, AutoScalingError> {
        if !self.targets.contains_key(&(resource.clone(), dimension)) {
            return Err(AutoScalingError::TargetNotRegistered(resource.clone(), dimension));
        }
        if configuration.metric.kind() != dimension.kind() {
            return Err(AutoScalingError::MetricOfOtherDimension);
        }
        let others = self.policies_of(resource, dimension);
        // A dimension has one predefined metric, so it has room for one policy.
        if others.into_iter().any(|policy| policy.name != name) {
            return Err(AutoScalingError::MetricTaken);
        }
        if self.policies.is_empty() {
            self.evaluated = now;
        }
        let key = (resource.clone(), dimension, name.to_owned());
        let (arn, created) = match self.policies.get(&key) {
            Some(policy) => (policy.arn.clone(), policy.created),
            None => (self.policy_arn(resource, name), now),
        };
        let provisioned = metrics.capacity(resource, dimension.kind()).units();
        let mut policy = ScalingPolicy {
            name: name.to_owned(),
            arn,
            resource: resource.clone(),
            dimension,
            configuration,
            created,
            alarms: Vec::new(),
        };
        self.renew_alarms(&mut policy, provisioned, now);
        self.policies.insert(key.clone(), policy);
        Ok(&self.policies[&key])
    }

    /// DeleteScalingPolicy: forgets a policy with its alarms.
    ///
    /// # Errors
    /// Where there is none of this name.
    pub fn delete_policy(
        &mut self,
        resource: &ResourceId,
        dimension: Dimension,
        name: &str,
    ) -> Result<(), AutoScalingError> {
        let key = (resource.clone(), dimension, name.to_owned());
        match self.policies.remove(&key) {
            Some(_) => {
                self.has_changed = true;
                Ok(())
            }
            None => Err(AutoScalingError::PolicyNotFound(key.0, dimension, key.2)),
        }
    }

    /// DescribeScalableTargets: all targets, by resource and dimension.
    pub fn targets(&self) -> impl Iterator<Item = &ScalableTarget> {
        self.targets.values()
    }

    /// DescribeScalingPolicies: all policies, by resource, dimension and name, with their alarms.
    pub fn policies(&self) -> impl Iterator<Item = &ScalingPolicy> {
        self.policies.values()
    }

    /// DescribeScalingActivities: those of the last six weeks, newest first.
    pub fn activities(&self, now: Timestamp) -> impl Iterator<Item = &ScalingActivity> {
        let oldest = now - ACTIVITIES_KEPT;
        self.activities.iter().rev().take_while(move |activity| activity.start >= oldest)
    }

    /// What this simulation takes for what AWS does not publish.
    #[must_use]
    pub const fn assumptions(&self) -> &Assumptions {
        &self.assumptions
    }

    pub(super) fn policies_of(&self, resource: &ResourceId, dimension: Dimension) -> Vec<&ScalingPolicy> {
        let of_target =
            |policy: &&ScalingPolicy| (&policy.resource, policy.dimension) == (resource, dimension);
        self.policies.values().filter(of_target).collect()
    }

    /// Replaces a policy's alarms by new ones for a table provisioned with `provisioned`. They begin without a
    /// state and judge the minutes before them as well.
    pub(super) fn renew_alarms(&mut self, policy: &mut ScalingPolicy, provisioned: u64, now: Timestamp) {
        // Without scale-in only the alarm for scaling out is made (facts 3.2).
        let count = if policy.configuration.scales_in() { AlarmKind::ALL.len() } else { 1 };
        let alarms = AlarmKind::ALL[..count].iter().map(|kind| {
            let name =
                format!("TargetTracking-{}-{}-{}", policy.resource, kind.name(), self.identifiers.uuid());
            Alarm {
                kind: *kind,
                arn: format!("arn:aws:cloudwatch:{}:{}:alarm:{name}", self.region, self.account),
                name,
                state: AlarmState::InsufficientData,
                state_updated: now,
                created: now,
                target: policy.configuration.target,
                provisioned,
            }
        });
        policy.alarms = alarms.collect();
        self.has_changed = true;
    }

    /// Begins an activity that is to change the capacity of `units` to `capacity`, unless one for the target is
    /// under way.
    pub(super) fn begin(&mut self, key: &TargetKey, units: u64, capacity: u64, cause: Cause, now: Timestamp) {
        if self.pending.contains_key(key) {
            return;
        }
        let id = self.identifiers.uuid();
        let due = now + self.assumptions.apply_delay;
        self.has_changed = true;
        self.pending.insert(key.clone(), Pending { activity: id.clone(), units, capacity, due, sent: false });
        self.remember(ScalingActivity {
            id,
            resource: key.0.clone(),
            dimension: key.1,
            capacity: Some(capacity),
            limits: None,
            cause,
            start: now,
            end: None,
            status: Status::Pending,
            failure: None,
            not_scaled: None,
        });
    }

    /// Notes that an alarm asked for nothing new, unless that is already the last word on the target: a standing
    /// alarm asks every minute.
    pub(super) fn note_not_scaled(
        &mut self,
        key: &TargetKey,
        cause: Cause,
        reason: NotScaledReason,
        now: Timestamp,
    ) {
        let of_target =
            |activity: &&ScalingActivity| (&activity.resource, activity.dimension) == (&key.0, key.1);
        let last = self.activities.iter().rev().find(of_target);
        if last.is_some_and(|activity| activity.not_scaled == Some(reason)) {
            return;
        }
        let id = self.identifiers.uuid();
        self.remember(ScalingActivity {
            id,
            resource: key.0.clone(),
            dimension: key.1,
            capacity: None,
            limits: None,
            cause,
            start: now,
            end: Some(now),
            status: Status::Failed,
            failure: None,
            not_scaled: Some(reason),
        });
    }

    /// Notes that a scheduled action set limits, or why it could not.
    pub(super) fn note_limits(
        &mut self,
        key: &TargetKey,
        limits: NewLimits,
        cause: Cause,
        failure: Option<String>,
        now: Timestamp,
    ) {
        let id = self.identifiers.uuid();
        self.remember(ScalingActivity {
            id,
            resource: key.0.clone(),
            dimension: key.1,
            capacity: None,
            limits: Some(limits),
            cause,
            start: now,
            end: Some(now),
            status: if failure.is_none() { Status::Successful } else { Status::Failed },
            failure,
            not_scaled: None,
        });
    }

    pub(super) fn activity_mut(&mut self, id: &str) -> Option<&mut ScalingActivity> {
        self.activities.iter_mut().rev().find(|activity| activity.id == id)
    }

    fn remember(&mut self, activity: ScalingActivity) {
        let oldest = activity.start - ACTIVITIES_KEPT;
        let outdated = |first: &ScalingActivity| first.start < oldest;
        while self.activities.len() >= ACTIVITIES_MAX || self.activities.front().is_some_and(outdated) {
            self.activities.pop_front();
        }
        self.activities.push_back(activity);
    }

    fn new_target(&mut self, resource: &ResourceId, dimension: Dimension, now: Timestamp) -> ScalableTarget {
        let (region, account) = (&self.region, &self.account);
        let name = self.identifiers.hexadecimal(32);
        ScalableTarget {
            resource: resource.clone(),
            dimension,
            min_capacity: 0,
            max_capacity: 0,
            role_arn: format!(
                "arn:aws:iam::{account}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/\
                 AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
            ),
            suspended: SuspendedState::default(),
            created: now,
            arn: format!("arn:aws:application-autoscaling:{region}:{account}:scalable-target/0ec5{name}"),
            tags: BTreeMap::new(),
            last_scale_out: None,
            last_scale_in: None,
        }
    }

    pub(super) fn scheduled_action_arn(&mut self, resource: &ResourceId, name: &str) -> String {
        let uuid = self.identifiers.uuid();
        let (region, account) = (&self.region, &self.account);
        format!(
            "arn:aws:autoscaling:{region}:{account}:scheduledAction:{uuid}:resource/dynamodb/{resource}:\
             scheduledActionName/{name}"
        )
    }

    fn policy_arn(&mut self, resource: &ResourceId, name: &str) -> String {
        let uuid = self.identifiers.uuid();
        let (region, account) = (&self.region, &self.account);
        format!(
            "arn:aws:autoscaling:{region}:{account}:scalingPolicy:{uuid}:resource/dynamodb/{resource}:policyName/{name}"
        )
    }
}
