//! The CloudWatch alarms a policy makes (facts 3.2).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::table::capacity::CapacityUnits;
use crate::table::meter::{MINUTE, Point};
use crate::table::throughput::Kind;

use super::policy::TargetValue;

/// Minutes the longest alarm looks at.
pub(super) const WINDOW_MINUTES: usize = 15;

/// The newest minutes an alarm can see, newest first; none where the table reported nothing.
pub(super) type Window = [Option<Point>; WINDOW_MINUTES];

/// Which of a policy's four alarms.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AlarmKind {
    /// `AlarmHigh`: consumption above the target for two minutes; scales out.
    High,
    /// `AlarmLow`: consumption more than 20 points below the target for 15 minutes; scales in.
    Low,
    /// `ProvisionedCapacityHigh`: the capacity was raised by someone else; renews the alarms.
    ProvisionedHigh,
    /// `ProvisionedCapacityLow`: the capacity was lowered by someone else; renews the alarms.
    ProvisionedLow,
}

impl AlarmKind {
    /// All four, in the order PutScalingPolicy lists them.
    pub const ALL: [Self; 4] = [Self::High, Self::Low, Self::ProvisionedHigh, Self::ProvisionedLow];

    /// The part of the alarm's name that says which it is.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::High => "AlarmHigh",
            Self::Low => "AlarmLow",
            Self::ProvisionedHigh => "ProvisionedCapacityHigh",
            Self::ProvisionedLow => "ProvisionedCapacityLow",
        }
    }

    /// `MetricName`.
    #[must_use]
    pub const fn metric_name(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::High | Self::Low, Kind::Read) => "ConsumedReadCapacityUnits",
            (Self::High | Self::Low, Kind::Write) => "ConsumedWriteCapacityUnits",
            (_, Kind::Read) => "ProvisionedReadCapacityUnits",
            (_, Kind::Write) => "ProvisionedWriteCapacityUnits",
        }
    }

    /// `Statistic`.
    #[must_use]
    pub const fn statistic(self) -> &'static str {
        match self {
            Self::High | Self::Low => "Sum",
            Self::ProvisionedHigh | Self::ProvisionedLow => "Average",
        }
    }

    /// `Period`.
    #[must_use]
    pub const fn period(self) -> Duration {
        match self {
            Self::High | Self::Low => MINUTE,
            Self::ProvisionedHigh | Self::ProvisionedLow => Duration::from_secs(300),
        }
    }

    /// `EvaluationPeriods`; all of them have to breach.
    #[must_use]
    pub const fn evaluation_periods(self) -> usize {
        match self {
            Self::High => 2,
            Self::Low => WINDOW_MINUTES,
            Self::ProvisionedHigh | Self::ProvisionedLow => 3,
        }
    }

    /// `ComparisonOperator`.
    #[must_use]
    pub const fn comparison_operator(self) -> &'static str {
        match self {
            Self::High | Self::ProvisionedHigh => "GreaterThanThreshold",
            Self::Low | Self::ProvisionedLow => "LessThanThreshold",
        }
    }
}

/// `StateValue` of an alarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AlarmState {
    /// `INSUFFICIENT_DATA`: where an alarm begins.
    InsufficientData,
    /// `OK`.
    Ok,
    /// `ALARM`.
    Alarm,
}

impl AlarmState {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InsufficientData => "INSUFFICIENT_DATA",
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
        }
    }
}

/// One alarm of a policy.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Alarm {
    /// Which of the four.
    pub kind: AlarmKind,
    /// `AlarmName`: `TargetTracking-table/T-AlarmHigh-<uuid>`.
    pub name: String,
    /// `AlarmARN`.
    pub arn: String,
    /// `StateValue`.
    pub state: AlarmState,
    /// `StateUpdatedTimestamp`.
    pub state_updated: Timestamp,
    /// `AlarmConfigurationUpdatedTimestamp`: when it was made.
    pub created: Timestamp,
    /// The policy's target.
    pub(super) target: TargetValue,
    /// The provisioned units a second the threshold was made for.
    pub(super) provisioned: u64,
}

impl Alarm {
    /// `Threshold`: units a minute for consumption, units a second for provisioned capacity.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        match self.kind {
            AlarmKind::High => self.target.high_threshold(self.provisioned),
            AlarmKind::Low => self.target.low_threshold(self.provisioned),
            AlarmKind::ProvisionedHigh | AlarmKind::ProvisionedLow => self.provisioned as f64,
        }
    }

    /// The consumption of the minutes it looks at, newest first, as far as there is any.
    pub(super) fn consumed<'a>(&self, window: &'a Window) -> impl Iterator<Item = CapacityUnits> + use<'a> {
        window[..self.kind.evaluation_periods()].iter().flatten().map(|point| point.consumed)
    }

    /// Looks at the newest minutes. `end` is when the newest of them ended, `now` the time of the look.
    pub(super) fn evaluate(&mut self, window: &Window, end: Timestamp, now: Timestamp) {
        let Some(state) = self.judge(window, end) else {
            return;
        };
        if state != self.state {
            self.state = state;
            self.state_updated = now;
        }
    }

    /// The state the minutes call for; none where it stays as it is. All periods have to breach, so one that
    /// does not settles it; otherwise a missing one leaves the state alone, as alarms on DynamoDB metrics always
    /// do (facts 11.2).
    fn judge(&self, window: &Window, end: Timestamp) -> Option<AlarmState> {
        let period_minutes = (self.kind.period().as_secs() / MINUTE.as_secs()) as usize;
        if end.floor(self.kind.period()) != end {
            return None;
        }
        let mut missing = false;
        for period in window.chunks(period_minutes).take(self.kind.evaluation_periods()) {
            match self.breaches(period) {
                Some(true) => {}
                Some(false) => return Some(AlarmState::Ok),
                None => missing = true,
            }
        }
        (!missing).then_some(AlarmState::Alarm)
    }

    /// Whether one period breaches; none where a minute of it is missing.
    ///
    /// The alarms on consumption count the minutes before they were made; those on the provisioned value do not,
    /// or each change by auto scaling itself would look like one by hand.
    fn breaches(&self, period: &[Option<Point>]) -> Option<bool> {
        let provision = matches!(self.kind, AlarmKind::ProvisionedHigh | AlarmKind::ProvisionedLow);
        let counts =
            |point: &Option<Point>| point.is_some_and(|point| !provision || point.start >= self.created);
        if !period.iter().all(counts) {
            return None;
        }
        let points = || period.iter().flatten();
        let provisioned: u64 = points().map(|point| point.provisioned).sum();
        let expected = self.provisioned.saturating_mul(period.len() as u64);
        let consumed: CapacityUnits = points().map(|point| point.consumed).sum();
        Some(match self.kind {
            AlarmKind::High => self.target.is_above(consumed, self.provisioned),
            AlarmKind::Low => self.target.is_below(consumed, self.provisioned),
            AlarmKind::ProvisionedHigh => provisioned > expected,
            AlarmKind::ProvisionedLow => provisioned < expected,
        })
    }
}
