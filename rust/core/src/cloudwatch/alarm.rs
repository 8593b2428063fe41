//! Alarms: a metric and a threshold, or a rule over other alarms, and the state that follows.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::metric::MetricId;

use super::data_query::{DataQuery, QuerySource};
use super::query::Stat;

/// `StateValue`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AlarmState {
    /// `OK`.
    Ok,
    /// `ALARM`.
    Alarm,
    /// `INSUFFICIENT_DATA`: where an alarm begins.
    InsufficientData,
}

impl AlarmState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ok, Self::Alarm, Self::InsufficientData];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }
}

/// `ComparisonOperator`; those of anomaly detection are not supported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Comparison {
    /// `GreaterThanOrEqualToThreshold`.
    GreaterOrEqual,
    /// `GreaterThanThreshold`.
    Greater,
    /// `LessThanThreshold`.
    Less,
    /// `LessThanOrEqualToThreshold`.
    LessOrEqual,
}

impl Comparison {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::GreaterOrEqual, Self::Greater, Self::Less, Self::LessOrEqual];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GreaterOrEqual => "GreaterThanOrEqualToThreshold",
            Self::Greater => "GreaterThanThreshold",
            Self::Less => "LessThanThreshold",
            Self::LessOrEqual => "LessThanOrEqualToThreshold",
        }
    }

    /// Whether a value breaches a threshold.
    #[must_use]
    pub fn breaches(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::GreaterOrEqual => value >= threshold,
            Self::Greater => value > threshold,
            Self::Less => value < threshold,
            Self::LessOrEqual => value <= threshold,
        }
    }

    /// As state reasons say it.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::GreaterOrEqual => "greater than or equal to",
            Self::Greater => "greater than",
            Self::Less => "less than",
            Self::LessOrEqual => "less than or equal to",
        }
    }
}

/// `TreatMissingData`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum MissingData {
    /// `missing`.
    #[default]
    Missing,
    /// `notBreaching`.
    NotBreaching,
    /// `breaching`.
    Breaching,
    /// `ignore`.
    Ignore,
}

impl MissingData {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Missing, Self::NotBreaching, Self::Breaching, Self::Ignore];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotBreaching => "notBreaching",
            Self::Breaching => "breaching",
            Self::Ignore => "ignore",
        }
    }
}

/// What PutMetricAlarm or PutCompositeAlarm defines.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmDefinition {
    /// `AlarmName`.
    pub name: String,
    /// `AlarmDescription`.
    pub description: Option<String>,
    /// `ActionsEnabled`.
    pub actions_enabled: bool,
    /// `OKActions`.
    pub ok_actions: Vec<String>,
    /// `AlarmActions`.
    pub alarm_actions: Vec<String>,
    /// `InsufficientDataActions`.
    pub insufficient_data_actions: Vec<String>,
    /// What it watches.
    pub condition: Condition,
}

/// What an alarm watches.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Condition {
    /// A metric: an alarm of PutMetricAlarm.
    Metric(MetricCondition),
    /// Other alarms, by `AlarmRule`: an alarm of PutCompositeAlarm.
    Composite(String),
}

/// A metric, or arithmetic on some, with a threshold.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricCondition {
    /// The metric.
    pub source: AlarmSource,
    /// `Period`, or that of the query that returns data.
    pub period: Duration,
    /// `EvaluationPeriods`.
    pub evaluation_periods: usize,
    /// `DatapointsToAlarm`; all of them where it is absent.
    pub datapoints_to_alarm: Option<usize>,
    /// `Threshold`.
    #[serde(with = "super::record::bits")]
    pub threshold: f64,
    /// `ComparisonOperator`.
    pub comparison: Comparison,
    /// `TreatMissingData`; `missing` where it is absent.
    pub missing_data: Option<MissingData>,
}

/// Where an alarm's values come from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum AlarmSource {
    /// One metric.
    Metric {
        /// `Namespace`, `MetricName` and `Dimensions`.
        metric: MetricId,
        /// `Statistic` or `ExtendedStatistic`.
        stat: Stat,
        /// `Unit`.
        unit: Option<String>,
        /// `EvaluateLowSampleCountPercentile`; `evaluate` where it is absent.
        low_samples: Option<LowSamples>,
    },
    /// `Metrics`, of which one returns data.
    Queries(Vec<DataQuery>),
}

impl AlarmSource {
    /// Whether all it reads are metrics of a namespace.
    pub(super) fn is_all_of(&self, namespace: &str) -> bool {
        let queries = match self {
            Self::Metric { metric, .. } => return metric.namespace == namespace,
            Self::Queries(queries) => queries,
        };
        queries.iter().all(|query| match &query.source {
            QuerySource::Metric { metric, .. } => metric.namespace == namespace,
            QuerySource::Expression(_) => true,
        })
    }
}

/// `EvaluateLowSampleCountPercentile`: what a percentile of few observations is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LowSamples {
    /// `evaluate`: as much as others.
    Evaluate,
    /// `ignore`: the alarm keeps its state.
    Ignore,
}

impl LowSamples {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Evaluate, Self::Ignore];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Evaluate => "evaluate",
            Self::Ignore => "ignore",
        }
    }
}

impl AlarmDefinition {
    /// What a state's change calls for.
    #[must_use]
    pub fn actions(&self, state: AlarmState) -> &[String] {
        match state {
            AlarmState::Ok => &self.ok_actions,
            AlarmState::Alarm => &self.alarm_actions,
            AlarmState::InsufficientData => &self.insufficient_data_actions,
        }
    }
}

impl Condition {
    /// Whether it is that of a composite alarm.
    #[must_use]
    pub fn is_composite(&self) -> bool {
        matches!(self, Self::Composite(_))
    }
}

/// One alarm.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// What defines it.
    pub definition: AlarmDefinition,
    /// `AlarmArn`.
    pub arn: String,
    /// `AlarmConfigurationUpdatedTimestamp`.
    pub configured: Timestamp,
    /// `StateValue`.
    pub state: AlarmState,
    /// `StateReason`.
    pub reason: String,
    /// `StateReasonData`.
    pub reason_data: Option<String>,
    /// `StateUpdatedTimestamp`.
    pub updated: Timestamp,
    /// `StateTransitionedTimestamp`.
    pub transitioned: Timestamp,
}

/// `HistoryItemType`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AlarmHistoryKind {
    /// `ConfigurationUpdate`.
    ConfigurationUpdate,
    /// `StateUpdate`.
    StateUpdate,
    /// `Action`.
    Action,
}

impl AlarmHistoryKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ConfigurationUpdate, Self::StateUpdate, Self::Action];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConfigurationUpdate => "ConfigurationUpdate",
            Self::StateUpdate => "StateUpdate",
            Self::Action => "Action",
        }
    }
}

/// One entry of DescribeAlarmHistory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmHistoryItem {
    /// `AlarmName`.
    pub alarm: String,
    /// Whether it is a composite alarm: `AlarmType`.
    pub is_composite: bool,
    /// `Timestamp`.
    pub time: Timestamp,
    /// `HistoryItemType`.
    pub kind: AlarmHistoryKind,
    /// `HistorySummary`.
    pub summary: String,
    /// `HistoryData`.
    pub data: String,
}
