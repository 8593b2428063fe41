//! DescribeAlarms of CloudWatch.

use crate::clock::Timestamp;
use crate::cloudwatch::{Alarm, AlarmState, Fault, MissingData};
use crate::error::{CloudWatchFault, Error};
use crate::metric::MetricId;
use crate::request::cloudwatch::members::{DimensionOutput, finish, page};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::table::{NAMESPACE, autoscale};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct DescribeAlarmsInput {
        alarm_names: Vec<String> = "AlarmNames",
        alarm_name_prefix: String = "AlarmNamePrefix",
        alarm_types: Vec<String> = "AlarmTypes",
        state_value: String = "StateValue",
        action_prefix: String = "ActionPrefix",
        max_records: i32 = "MaxRecords",
        next_token: String = "NextToken",
    }
    refused { "ChildrenOfAlarmName", "ParentsOfAlarmName" }
}

output_shape! {
    /// An alarm.
    pub struct MetricAlarmOutput {
        alarm_name: String = "AlarmName",
        alarm_arn: String = "AlarmArn",
        alarm_description: String = "AlarmDescription",
        alarm_configuration_updated_timestamp: Timestamp = "AlarmConfigurationUpdatedTimestamp",
        actions_enabled: bool = "ActionsEnabled",
        ok_actions: Vec<String> = "OKActions",
        alarm_actions: Vec<String> = "AlarmActions",
        insufficient_data_actions: Vec<String> = "InsufficientDataActions",
        state_value: &'static str = "StateValue",
        state_reason: String = "StateReason",
        state_reason_data: String = "StateReasonData",
        state_updated_timestamp: Timestamp = "StateUpdatedTimestamp",
        metric_name: String = "MetricName",
        namespace: String = "Namespace",
        statistic: &'static str = "Statistic",
        dimensions: Vec<DimensionOutput> = "Dimensions",
        period: i64 = "Period",
        unit: String = "Unit",
        evaluation_periods: i64 = "EvaluationPeriods",
        datapoints_to_alarm: i64 = "DatapointsToAlarm",
        threshold: f64 = "Threshold",
        comparison_operator: &'static str = "ComparisonOperator",
        treat_missing_data: &'static str = "TreatMissingData",
        state_transitioned_timestamp: Timestamp = "StateTransitionedTimestamp",
    }
}

output_shape! {
    /// What no alarm is.
    pub struct CompositeAlarmOutput {}
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeAlarmsOutput {
        composite_alarms: Vec<CompositeAlarmOutput> = "CompositeAlarms",
        metric_alarms: Vec<MetricAlarmOutput> = "MetricAlarms",
        next_token: String = "NextToken",
    }
}

/// A DescribeAlarms that passed its checks.
pub struct DescribeAlarms {
    names: Vec<String>,
    prefix: Option<String>,
    metric_alarms: bool,
    state: Option<AlarmState>,
    action_prefix: Option<String>,
    limit: usize,
    token: Option<String>,
}

impl DescribeAlarms {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: DescribeAlarmsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let choices = AlarmState::ALL.map(|state| (state.as_str(), state));
        let state = violations.choice("stateValue", input.state_value.as_deref(), &choices);
        violations.at_least("maxRecords", input.max_records.map(i64::from), 1);
        violations.at_most("maxRecords", input.max_records.map(i64::from), 100);
        finish(violations)?;
        let names = input.alarm_names.unwrap_or_default();
        if !names.is_empty() && input.alarm_name_prefix.is_some() {
            let text = "AlarmNamePrefix and AlarmNames cannot be used together.";
            return Err(Fault::new(CloudWatchFault::Validation, text).into());
        }
        let types = input.alarm_types.unwrap_or_default();
        Ok(Self {
            names,
            prefix: input.alarm_name_prefix,
            metric_alarms: types.is_empty() || types.iter().any(|kind| kind == "MetricAlarm"),
            state,
            action_prefix: input.action_prefix,
            limit: usize::try_from(input.max_records.unwrap_or(50)).unwrap_or(50),
            token: input.next_token,
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DescribeAlarms.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeAlarmsOutput, Error> {
        let own = context.watch.alarms().map(describe);
        // The alarms of auto scaling are CloudWatch's too.
        let policies = context.scaling.policies();
        let scaling =
            policies.flat_map(|policy| policy.alarms.iter().map(|alarm| describe_scaling(policy, alarm)));
        let mut alarms: Vec<MetricAlarmOutput> =
            own.chain(scaling).filter(|alarm| self.wants(alarm)).collect();
        alarms.sort_by(|left, right| left.alarm_name.cmp(&right.alarm_name));
        let (alarms, next_token) = page(alarms.into_iter(), self.token.as_deref(), self.limit)?;
        Ok(DescribeAlarmsOutput {
            composite_alarms: Some(Vec::new()),
            metric_alarms: Some(alarms),
            next_token,
        })
    }
}

impl DescribeAlarms {
    fn wants(&self, alarm: &MetricAlarmOutput) -> bool {
        let name = alarm.alarm_name.as_deref().unwrap_or_default();
        let actions = [&alarm.ok_actions, &alarm.alarm_actions, &alarm.insufficient_data_actions];
        let mut actions = actions.into_iter().flatten().flatten();
        self.metric_alarms
            && (self.names.is_empty() || self.names.iter().any(|wanted| wanted == name))
            && self.prefix.as_ref().is_none_or(|prefix| name.starts_with(prefix.as_str()))
            && self.state.is_none_or(|state| alarm.state_value == Some(state.as_str()))
            && self
                .action_prefix
                .as_ref()
                .is_none_or(|prefix| actions.any(|action| action.starts_with(prefix.as_str())))
    }
}

fn describe(alarm: &Alarm) -> MetricAlarmOutput {
    let definition = &alarm.definition;
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    MetricAlarmOutput {
        alarm_name: Some(definition.name.clone()),
        alarm_arn: Some(alarm.arn.clone()),
        alarm_description: definition.description.clone(),
        alarm_configuration_updated_timestamp: Some(alarm.configured),
        actions_enabled: Some(definition.actions_enabled),
        ok_actions: Some(definition.ok_actions.clone()),
        alarm_actions: Some(definition.alarm_actions.clone()),
        insufficient_data_actions: Some(definition.insufficient_data_actions.clone()),
        state_value: Some(alarm.state.as_str()),
        state_reason: Some(alarm.reason.clone()),
        state_reason_data: alarm.reason_data.clone(),
        state_updated_timestamp: Some(alarm.updated),
        metric_name: Some(definition.metric.name.clone()),
        namespace: Some(definition.metric.namespace.clone()),
        statistic: Some(definition.statistic.as_str()),
        dimensions: Some(DimensionOutput::list(&definition.metric)),
        period: i64::try_from(definition.period.as_secs()).ok(),
        unit: definition.unit.clone(),
        evaluation_periods: Some(count(definition.evaluation_periods)),
        datapoints_to_alarm: definition.datapoints_to_alarm.map(count),
        threshold: Some(definition.threshold),
        comparison_operator: Some(definition.comparison.as_str()),
        treat_missing_data: definition.missing_data.map(MissingData::as_str),
        state_transitioned_timestamp: Some(alarm.transitioned),
    }
}

/// An alarm of a scaling policy (facts 3.2).
fn describe_scaling(policy: &autoscale::ScalingPolicy, alarm: &autoscale::Alarm) -> MetricAlarmOutput {
    let resource = &policy.resource;
    let index = resource.index.as_deref().map(|index| ("GlobalSecondaryIndexName", index));
    let dimensions: Vec<_> = [("TableName", resource.table.as_str())].into_iter().chain(index).collect();
    let name = alarm.kind.metric_name(policy.dimension.kind());
    MetricAlarmOutput {
        alarm_name: Some(alarm.name.clone()),
        alarm_arn: Some(alarm.arn.clone()),
        alarm_description: Some(format!(
            "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {}.",
            policy.arn
        )),
        alarm_configuration_updated_timestamp: Some(alarm.created),
        actions_enabled: Some(true),
        ok_actions: Some(Vec::new()),
        alarm_actions: Some(vec![policy.arn.clone()]),
        insufficient_data_actions: Some(Vec::new()),
        state_value: Some(alarm.state.as_str()),
        state_reason: Some("Evaluated by Application Auto Scaling".to_owned()),
        state_reason_data: None,
        state_updated_timestamp: Some(alarm.state_updated),
        metric_name: Some(name.to_owned()),
        namespace: Some(NAMESPACE.to_owned()),
        statistic: Some(alarm.kind.statistic()),
        dimensions: Some(DimensionOutput::list(&MetricId::new(NAMESPACE, name, &dimensions))),
        period: i64::try_from(alarm.kind.period().as_secs()).ok(),
        unit: None,
        evaluation_periods: i64::try_from(alarm.kind.evaluation_periods()).ok(),
        datapoints_to_alarm: None,
        threshold: Some(alarm.threshold()),
        comparison_operator: Some(alarm.kind.comparison_operator()),
        treat_missing_data: None,
        state_transitioned_timestamp: Some(alarm.state_updated),
    }
}
