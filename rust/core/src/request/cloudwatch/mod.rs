//! The operations of CloudWatch (facts 11).

mod alarm_members;
mod delete_alarms;
mod delete_dashboards;
mod describe_alarm_history;
mod describe_alarms;
mod describe_insight_rules;
mod disable_alarm_actions;
mod enable_alarm_actions;
mod get_dashboard;
mod get_insight_rule_report;
mod get_metric_data;
mod get_metric_statistics;
mod list_dashboards;
mod list_metrics;
mod members;
mod put_composite_alarm;
mod put_dashboard;
mod put_metric_alarm;
mod put_metric_data;
mod set_alarm_state;

pub use delete_alarms::{DeleteAlarms, DeleteAlarmsInput};
pub use delete_dashboards::{DeleteDashboards, DeleteDashboardsInput};
pub use describe_alarm_history::{
    DescribeAlarmHistory, DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput,
};
pub use describe_alarms::{DescribeAlarms, DescribeAlarmsInput, DescribeAlarmsOutput};
pub use describe_insight_rules::{
    DescribeInsightRules, DescribeInsightRulesInput, DescribeInsightRulesOutput,
};
pub use disable_alarm_actions::{DisableAlarmActions, DisableAlarmActionsInput};
pub use enable_alarm_actions::{EnableAlarmActions, EnableAlarmActionsInput};
pub use get_dashboard::{GetDashboard, GetDashboardInput, GetDashboardOutput};
pub use get_insight_rule_report::{
    GetInsightRuleReport, GetInsightRuleReportInput, GetInsightRuleReportOutput,
};
pub use get_metric_data::{GetMetricData, GetMetricDataInput, GetMetricDataOutput};
pub use get_metric_statistics::{GetMetricStatistics, GetMetricStatisticsInput, GetMetricStatisticsOutput};
pub use list_dashboards::{ListDashboards, ListDashboardsInput, ListDashboardsOutput};
pub use list_metrics::{ListMetrics, ListMetricsInput, ListMetricsOutput};
pub use put_composite_alarm::{PutCompositeAlarm, PutCompositeAlarmInput};
pub use put_dashboard::{PutDashboard, PutDashboardInput, PutDashboardOutput};
pub use put_metric_alarm::{PutMetricAlarm, PutMetricAlarmInput};
pub use put_metric_data::{PutMetricData, PutMetricDataInput};
pub use set_alarm_state::{SetAlarmState, SetAlarmStateInput};
