//! CloudWatch: metrics by period, metric math, alarms and dashboards.
//!
//! DynamoDB's own metrics are read from the tables; only what a user puts here is kept here. A deterministic state
//! machine: alarms are judged at whole minutes of the engine's clock ([`CloudWatch::next_event_at`]).

mod alarm;
mod dashboard;
mod fault;
mod judgement;
mod math;
mod query;
mod record;
mod watch;

pub use alarm::{
    Alarm, AlarmDefinition, AlarmHistoryItem, AlarmHistoryKind, AlarmState, Comparison, MissingData,
};
pub use dashboard::Dashboard;
pub use fault::Fault;
pub use math::{Expression, Function, Scope, Values};
pub use query::{Statistic, by_period};
pub use watch::{CloudWatch, CustomMetric};
