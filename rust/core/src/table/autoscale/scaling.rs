//! Scaling: what the alarms see each minute, what they ask for, and what is done about it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::table::capacity::CapacityUnits;
use crate::table::meter::{MINUTE, Point};
use crate::table::throughput::Kind;

use super::activity::{Cause, NotScaledReason, Status};
use super::alarm::{Alarm, AlarmKind, AlarmState, WINDOW_MINUTES, Window};
use super::assumptions::BreachingMinute;
use super::policy::ScalingPolicy;
use super::registry::{AutoScaling, PolicyKey, TargetKey};
use super::target::{Dimension, ResourceId, ScalableTarget};

/// A change to a table that is not ACTIVE is tried again after this long.
const RETRY: Duration = Duration::from_secs(1);

/// What a table or index is set to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Capacity {
    /// There is no such table or index.
    Missing,
    /// It is on demand; auto scaling leaves it alone (facts 3.3).
    OnDemand,
    /// Provisioned with so many units a second, and its status does not allow a change now.
    Busy(u64),
    /// Provisioned with so many units a second, and ACTIVE.
    Provisioned(u64),
}

impl Capacity {
    /// Units a second; zero where there are none.
    #[must_use]
    pub const fn units(self) -> u64 {
        match self {
            Self::Missing | Self::OnDemand => 0,
            Self::Busy(units) | Self::Provisioned(units) => units,
        }
    }
}

/// What auto scaling sees of the tables.
pub trait Metrics {
    /// What `resource` is set to now.
    fn capacity(&self, resource: &ResourceId, kind: Kind) -> Capacity;

    /// What was used in the minute that begins at `start`; none where nothing was reported, as before the
    /// resource was made.
    fn minute(&self, resource: &ResourceId, kind: Kind, start: Timestamp) -> Option<Point>;
}

/// A change the engine is asked to make, by the path of UpdateTable. It answers with [`AutoScaling::settle`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScalingAction {
    /// The activity to settle.
    pub activity_id: String,
    /// What to change.
    pub resource: ResourceId,
    /// Which capacity of it.
    pub dimension: Dimension,
    /// Units a second.
    pub capacity: u64,
}

/// A change that was decided and is not settled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) activity: String,
    /// Units a second when it was decided.
    pub(super) units: u64,
    /// Units a second it asks for.
    pub(super) capacity: u64,
    /// When the table is to have it.
    pub(super) due: Timestamp,
    /// Whether the engine was asked.
    pub(super) sent: bool,
}

/// What an alarm's action comes to.
enum Verdict {
    Scale(u64),
    NotScaled(NotScaledReason),
    /// Suspended, or within a cooldown.
    Hold,
}

impl AutoScaling {
    /// The next time at which [`Self::tick`] has something to do; none where nothing is registered.
    #[must_use]
    pub fn next_event_at(&self) -> Option<Timestamp> {
        let due = self.pending.values().filter(|pending| !pending.sent).map(|pending| pending.due).min();
        let look = (!self.policies.is_empty()).then(|| self.next_look());
        due.into_iter().chain(look).chain(self.scheduled.next()).min()
    }

    /// Lets the alarms look at the metrics where a minute has become visible, and gives the changes that are due.
    ///
    /// A table gets one change at a time; further ones wait, so [`Self::next_event_at`] may still be `now` and
    /// the caller repeats until it is later. Where several looks were missed, only the newest is taken: alarms
    /// look back anyway.
    pub fn tick(&mut self, now: Timestamp, metrics: &dyn Metrics) -> Vec<ScalingAction> {
        self.run_scheduled(now, metrics);
        if !self.policies.is_empty() && self.next_look() <= now {
            self.look(now, metrics);
        }
        self.send_due(now, metrics)
    }

    /// What became of a change: the activity succeeds, and alarms with new thresholds take the place of the
    /// policy's old ones; or it fails with the table's refusal. An unknown or settled activity is left alone.
    pub fn settle(&mut self, activity_id: &str, outcome: Result<(), String>, now: Timestamp) {
        let found = self.pending.iter().find(|(_, pending)| pending.activity == activity_id);
        let Some((key, pending)) = found.map(|(key, pending)| (key.clone(), pending.clone())) else {
            return;
        };
        self.pending.remove(&key);
        self.has_changed = true;
        let succeeded = outcome.is_ok();
        if let Some(activity) = self.activity_mut(activity_id) {
            activity.end = Some(now);
            activity.status = if succeeded { Status::Successful } else { Status::Failed };
            activity.failure = outcome.err();
        }
        if succeeded {
            self.note_scaled(&key, &pending, now);
        }
    }

    /// When the next minute becomes visible.
    fn next_look(&self) -> Timestamp {
        let delay = self.assumptions.metric_delay;
        (self.evaluated - delay).floor(MINUTE) + MINUTE + delay
    }

    fn look(&mut self, now: Timestamp, metrics: &dyn Metrics) {
        let end = (now - self.assumptions.metric_delay).floor(MINUTE);
        self.evaluated = now;
        let keys: Vec<PolicyKey> = self.policies.keys().cloned().collect();
        for key in keys {
            let mut policy = self.policies.remove(&key).expect("invariant: the key was just listed");
            self.look_for(&mut policy, end, now, metrics);
            self.policies.insert(key, policy);
        }
    }

    /// One policy's alarms look at the minutes up to `end`, and those in ALARM act: every minute, as actions of
    /// auto scaling alarms are repeated while the state lasts (facts 11.2).
    fn look_for(
        &mut self,
        policy: &mut ScalingPolicy,
        end: Timestamp,
        now: Timestamp,
        metrics: &dyn Metrics,
    ) {
        let kind = policy.dimension.kind();
        let capacity = metrics.capacity(&policy.resource, kind);
        let (Capacity::Provisioned(units) | Capacity::Busy(units)) = capacity else {
            return;
        };
        let mut window: Window = [None; WINDOW_MINUTES];
        let mut start = end;
        for point in &mut window {
            start = start - MINUTE;
            *point = metrics.minute(&policy.resource, kind, start);
        }
        for alarm in &mut policy.alarms {
            alarm.evaluate(&window, end, now);
        }
        let in_alarm = |wanted: &[AlarmKind]| {
            policy
                .alarms
                .iter()
                .find(|alarm| wanted.contains(&alarm.kind) && alarm.state == AlarmState::Alarm)
        };
        if in_alarm(&[AlarmKind::ProvisionedHigh, AlarmKind::ProvisionedLow]).is_some() {
            self.renew_alarms(policy, units, now);
            return;
        }
        let acting = in_alarm(&[AlarmKind::High]).or_else(|| in_alarm(&[AlarmKind::Low]));
        let Some(alarm) = acting else { return };
        if let Capacity::Busy(_) = capacity {
            self.note_unscalable(policy, alarm, now);
        } else {
            self.act(policy, alarm, &window, units, now);
        }
    }

    /// Takes note that an alarm asks while the table changes otherwise; with the next minute it asks again.
    fn note_unscalable(&mut self, policy: &ScalingPolicy, alarm: &Alarm, now: Timestamp) {
        let key = (policy.resource.clone(), policy.dimension);
        if !self.pending.contains_key(&key) {
            let cause = Cause::Alarm { alarm: alarm.name.clone(), policy: policy.name.clone() };
            self.note_not_scaled(&key, cause, NotScaledReason::Unscalable, now);
        }
    }

    /// Carries out the action of an alarm in ALARM.
    fn act(&mut self, policy: &ScalingPolicy, alarm: &Alarm, window: &Window, units: u64, now: Timestamp) {
        let key = (policy.resource.clone(), policy.dimension);
        if self.pending.contains_key(&key) {
            return;
        }
        let target = self.targets.get(&key).expect("invariant: a policy's target is registered");
        let consumed = self.telling_consumption(alarm, window);
        let verdict = match verdict(policy, target, alarm.kind, consumed, units, now) {
            Verdict::Scale(capacity) if capacity < units && would_flap(policy, capacity, window) => {
                Verdict::NotScaled(NotScaledReason::AnticipatedFlapping)
            }
            verdict => verdict,
        };
        let cause = Cause::Alarm { alarm: alarm.name.clone(), policy: policy.name.clone() };
        match verdict {
            Verdict::Scale(capacity) => self.begin(&key, units, capacity, cause, now),
            Verdict::NotScaled(reason) => self.note_not_scaled(&key, cause, reason, now),
            Verdict::Hold => {}
        }
    }

    /// The consumption of the minute that counts.
    fn telling_consumption(&self, alarm: &Alarm, window: &Window) -> CapacityUnits {
        let mut consumed = alarm.consumed(window);
        match self.assumptions.breaching_minute {
            BreachingMinute::Latest => consumed.next().unwrap_or_default(),
            BreachingMinute::Highest => consumed.max().unwrap_or_default(),
            BreachingMinute::Mean => {
                let (count, sum) = consumed
                    .fold((0, 0), |(count, sum): (u64, u64), units| (count + 1, sum + units.halves()));
                CapacityUnits::from_halves(sum.div_ceil(count.max(1)))
            }
        }
    }

    /// Sends the changes whose time has come, one a table.
    fn send_due(&mut self, now: Timestamp, metrics: &dyn Metrics) -> Vec<ScalingAction> {
        let due = |pending: &Pending| !pending.sent && pending.due <= now;
        let keys: Vec<TargetKey> =
            self.pending.iter().filter(|(_, pending)| due(pending)).map(|(key, _)| key.clone()).collect();
        let mut actions: Vec<ScalingAction> = Vec::new();
        for key in keys {
            if actions.iter().any(|action| action.resource.table == key.0.table) {
                continue;
            }
            let capacity = metrics.capacity(&key.0, key.1.kind());
            let pending = self.pending.get_mut(&key).expect("invariant: the key was just listed");
            if matches!(capacity, Capacity::Busy(_)) {
                pending.due = now + RETRY;
                continue;
            }
            pending.sent = true;
            let (activity_id, capacity) = (pending.activity.clone(), pending.capacity);
            if let Some(activity) = self.activity_mut(&activity_id) {
                activity.status = Status::InProgress;
            }
            actions.push(ScalingAction { activity_id, resource: key.0, dimension: key.1, capacity });
        }
        actions
    }

    /// Starts the cooldowns and renews the alarms after a change was made.
    fn note_scaled(&mut self, key: &TargetKey, pending: &Pending, now: Timestamp) {
        if let Some(target) = self.targets.get_mut(key) {
            if pending.capacity > pending.units {
                target.last_scale_out = Some((now, pending.capacity - pending.units));
                target.last_scale_in = None;
            } else {
                target.last_scale_in = Some(now);
            }
        }
        let (resource, dimension) = key;
        let names: Vec<String> =
            self.policies_of(resource, *dimension).into_iter().map(|policy| policy.name.clone()).collect();
        for name in names {
            let policy_key = (resource.clone(), *dimension, name);
            let mut policy = self.policies.remove(&policy_key).expect("invariant: the key was just listed");
            self.renew_alarms(&mut policy, pending.capacity, now);
            self.policies.insert(policy_key, policy);
        }
    }
}

/// Whether a smaller capacity would set the alarm for more off at once: the newest minutes, which that alarm looks at, are
/// above the target of it.
fn would_flap(policy: &ScalingPolicy, capacity: u64, window: &Window) -> bool {
    let target = policy.configuration.target;
    let newest = &window[..AlarmKind::High.evaluation_periods()];
    newest.iter().all(|point| point.is_some_and(|point| target.is_above(point.consumed, capacity)))
}

/// Whether, and to what, the capacity of `units` is changed for a minute with `consumed`.
fn verdict(
    policy: &ScalingPolicy,
    target: &ScalableTarget,
    alarm: AlarmKind,
    consumed: CapacityUnits,
    units: u64,
    now: Timestamp,
) -> Verdict {
    let configuration = &policy.configuration;
    let wanted = configuration.target.capacity_for(consumed);
    let capacity = wanted.clamp(target.min_capacity, target.max_capacity);
    let within = |since: Timestamp, cooldown: Option<Duration>| now < since + cooldown.unwrap_or_default();
    if alarm == AlarmKind::High {
        let cooling = target.last_scale_out.is_some_and(|(at, increase)| {
            // Within the cooldown only a larger step than the last one is made (facts 3.3).
            within(at, configuration.scale_out_cooldown) && capacity.saturating_sub(units) <= increase
        });
        return match () {
            () if target.suspended.dynamic_scaling_out => Verdict::Hold,
            () if units >= target.max_capacity => {
                Verdict::NotScaled(NotScaledReason::AlreadyAtMaxCapacity(target.max_capacity))
            }
            () if capacity <= units => Verdict::NotScaled(NotScaledReason::AlreadyAtDesiredCapacity(units)),
            () if cooling => Verdict::Hold,
            () => Verdict::Scale(capacity),
        };
    }
    let cooling = target.last_scale_in.is_some_and(|at| within(at, configuration.scale_in_cooldown));
    match () {
        () if target.suspended.dynamic_scaling_in || !configuration.scales_in() => Verdict::Hold,
        () if units <= target.min_capacity => {
            Verdict::NotScaled(NotScaledReason::AlreadyAtMinCapacity(target.min_capacity))
        }
        () if capacity >= units => Verdict::NotScaled(NotScaledReason::AlreadyAtDesiredCapacity(units)),
        () if cooling => Verdict::Hold,
        () => Verdict::Scale(capacity),
    }
}
