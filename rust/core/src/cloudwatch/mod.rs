//! CloudWatch: metrics by period, metric math, alarms and dashboards.
//!
//! DynamoDB's own metrics are read from the tables; only what a user puts here is kept here. A deterministic state
//! machine: alarms are judged at whole minutes of the engine's clock ([`CloudWatch::next_event_at`]).

mod alarm;
mod alarm_change;
mod alarm_rule;
mod alarms;
mod dashboard;
mod data_query;
mod extended_statistic;
mod fault;
mod judgement;
mod math;
mod query;
mod record;
mod watch;

pub use alarm::{
    Alarm, AlarmDefinition, AlarmHistoryItem, AlarmHistoryKind, AlarmSource, AlarmState, Comparison,
    Condition, LowSamples, MetricCondition, MissingData,
};
pub use alarm_change::AlarmChange;
pub use alarm_rule::{AlarmRule, alarm_name};
pub use dashboard::Dashboard;
pub use data_query::{DataQuery, Frame, QuerySource, Results, check_queries, evaluate};
pub use extended_statistic::ExtendedStatistic;
pub use fault::Fault;
pub use math::{Expression, Function, Scope, Values};
pub use query::{Stat, Statistic, by_period, period_start};
pub use watch::{CloudWatch, CustomMetric};
