//! DescribeAlarms of CloudWatch.

use crate::clock::Timestamp;
use crate::cloudwatch::{
    Alarm, AlarmSource, AlarmState, Condition, DataQuery, Fault, LowSamples, MetricCondition, MissingData,
    QuerySource, Stat,
};
use crate::error::{CloudWatchFault, Error};
use crate::metric::MetricId;
use crate::request::cloudwatch::alarm_members::alarm_types;
use crate::request::cloudwatch::list_metrics::MetricOutput;
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
    /// A metric with what is asked of it.
    pub struct MetricStatOutput {
        metric: MetricOutput = "Metric",
        period: i64 = "Period",
        stat: String = "Stat",
    }
}

output_shape! {
    /// One query of an alarm with arithmetic.
    pub struct MetricDataQueryOutput {
        id: String = "Id",
        metric_stat: MetricStatOutput = "MetricStat",
        expression: String = "Expression",
        label: String = "Label",
        return_data: bool = "ReturnData",
        period: i64 = "Period",
    }
}

output_shape! {
    /// An alarm on a metric.
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
        extended_statistic: String = "ExtendedStatistic",
        dimensions: Vec<DimensionOutput> = "Dimensions",
        period: i64 = "Period",
        unit: String = "Unit",
        evaluation_periods: i64 = "EvaluationPeriods",
        datapoints_to_alarm: i64 = "DatapointsToAlarm",
        threshold: f64 = "Threshold",
        comparison_operator: &'static str = "ComparisonOperator",
        treat_missing_data: &'static str = "TreatMissingData",
        evaluate_low_sample_count_percentile: &'static str = "EvaluateLowSampleCountPercentile",
        metrics: Vec<MetricDataQueryOutput> = "Metrics",
        state_transitioned_timestamp: Timestamp = "StateTransitionedTimestamp",
    }
}

output_shape! {
    /// An alarm over other alarms.
    pub struct CompositeAlarmOutput {
        actions_enabled: bool = "ActionsEnabled",
        alarm_actions: Vec<String> = "AlarmActions",
        alarm_arn: String = "AlarmArn",
        alarm_configuration_updated_timestamp: Timestamp = "AlarmConfigurationUpdatedTimestamp",
        alarm_description: String = "AlarmDescription",
        alarm_name: String = "AlarmName",
        alarm_rule: String = "AlarmRule",
        insufficient_data_actions: Vec<String> = "InsufficientDataActions",
        ok_actions: Vec<String> = "OKActions",
        state_reason: String = "StateReason",
        state_reason_data: String = "StateReasonData",
        state_updated_timestamp: Timestamp = "StateUpdatedTimestamp",
        state_value: &'static str = "StateValue",
        state_transitioned_timestamp: Timestamp = "StateTransitionedTimestamp",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeAlarmsOutput {
        composite_alarms: Vec<CompositeAlarmOutput> = "CompositeAlarms",
        metric_alarms: Vec<MetricAlarmOutput> = "MetricAlarms",
        next_token: String = "NextToken",
    }
}

/// An alarm of either type.
enum AlarmOutput {
    Metric(Box<MetricAlarmOutput>),
    Composite(Box<CompositeAlarmOutput>),
}

/// A DescribeAlarms that passed its checks.
pub struct DescribeAlarms {
    names: Vec<String>,
    prefix: Option<String>,
    /// `AlarmTypes`: metric alarms and composite ones.
    types: [bool; 2],
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
            types: alarm_types(&types),
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
        let scaling = scaling.map(|alarm| AlarmOutput::Metric(Box::new(alarm)));
        let mut alarms: Vec<AlarmOutput> = own.chain(scaling).filter(|alarm| self.wants(alarm)).collect();
        alarms.sort_by(|left, right| left.name().cmp(right.name()));
        let (alarms, next_token) = page(alarms.into_iter(), self.token.as_deref(), self.limit)?;
        let (mut metric_alarms, mut composite_alarms) = (Vec::new(), Vec::new());
        for alarm in alarms {
            match alarm {
                AlarmOutput::Metric(alarm) => metric_alarms.push(*alarm),
                AlarmOutput::Composite(alarm) => composite_alarms.push(*alarm),
            }
        }
        Ok(DescribeAlarmsOutput {
            composite_alarms: Some(composite_alarms),
            metric_alarms: Some(metric_alarms),
            next_token,
        })
    }
}

impl AlarmOutput {
    fn name(&self) -> &str {
        let name = match self {
            Self::Metric(alarm) => &alarm.alarm_name,
            Self::Composite(alarm) => &alarm.alarm_name,
        };
        name.as_deref().unwrap_or_default()
    }

    /// Its state, and its actions of all states.
    fn state_and_actions(&self) -> (Option<&str>, [&Option<Vec<String>>; 3]) {
        match self {
            Self::Metric(alarm) => (
                alarm.state_value,
                [&alarm.ok_actions, &alarm.alarm_actions, &alarm.insufficient_data_actions],
            ),
            Self::Composite(alarm) => (
                alarm.state_value,
                [&alarm.ok_actions, &alarm.alarm_actions, &alarm.insufficient_data_actions],
            ),
        }
    }
}

impl DescribeAlarms {
    fn wants(&self, alarm: &AlarmOutput) -> bool {
        let name = alarm.name();
        let (state, actions) = alarm.state_and_actions();
        let mut actions = actions.into_iter().flatten().flatten();
        self.types[usize::from(matches!(alarm, AlarmOutput::Composite(_)))]
            && (self.names.is_empty() || self.names.iter().any(|wanted| wanted == name))
            && self.prefix.as_ref().is_none_or(|prefix| name.starts_with(prefix.as_str()))
            && self.state.is_none_or(|wanted| state == Some(wanted.as_str()))
            && self
                .action_prefix
                .as_ref()
                .is_none_or(|prefix| actions.any(|action| action.starts_with(prefix.as_str())))
    }
}

fn describe(alarm: &Alarm) -> AlarmOutput {
    match &alarm.definition.condition {
        Condition::Composite(rule) => AlarmOutput::Composite(Box::new(describe_composite(alarm, rule))),
        Condition::Metric(condition) => AlarmOutput::Metric(Box::new(describe_metric(alarm, condition))),
    }
}

fn describe_composite(alarm: &Alarm, rule: &str) -> CompositeAlarmOutput {
    let definition = &alarm.definition;
    CompositeAlarmOutput {
        actions_enabled: Some(definition.actions_enabled),
        alarm_actions: Some(definition.alarm_actions.clone()),
        alarm_arn: Some(alarm.arn.clone()),
        alarm_configuration_updated_timestamp: Some(alarm.configured),
        alarm_description: definition.description.clone(),
        alarm_name: Some(definition.name.clone()),
        alarm_rule: Some(rule.to_owned()),
        insufficient_data_actions: Some(definition.insufficient_data_actions.clone()),
        ok_actions: Some(definition.ok_actions.clone()),
        state_reason: Some(alarm.reason.clone()),
        state_reason_data: alarm.reason_data.clone(),
        state_updated_timestamp: Some(alarm.updated),
        state_value: Some(alarm.state.as_str()),
        state_transitioned_timestamp: Some(alarm.transitioned),
    }
}

fn describe_metric(alarm: &Alarm, condition: &MetricCondition) -> MetricAlarmOutput {
    let definition = &alarm.definition;
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut output = MetricAlarmOutput {
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
        evaluation_periods: Some(count(condition.evaluation_periods)),
        datapoints_to_alarm: condition.datapoints_to_alarm.map(count),
        threshold: Some(condition.threshold),
        comparison_operator: Some(condition.comparison.as_str()),
        treat_missing_data: condition.missing_data.map(MissingData::as_str),
        state_transitioned_timestamp: Some(alarm.transitioned),
        ..MetricAlarmOutput::default()
    };
    match &condition.source {
        AlarmSource::Queries(queries) => output.metrics = Some(queries.iter().map(describe_query).collect()),
        AlarmSource::Metric { metric, stat, unit, low_samples } => {
            output.metric_name = Some(metric.name.clone());
            output.namespace = Some(metric.namespace.clone());
            output.dimensions = Some(DimensionOutput::list(metric));
            output.period = i64::try_from(condition.period.as_secs()).ok();
            output.unit.clone_from(unit);
            output.evaluate_low_sample_count_percentile = low_samples.map(LowSamples::as_str);
            match stat {
                Stat::Simple(statistic) => output.statistic = Some(statistic.as_str()),
                Stat::Extended(statistic) => {
                    output.extended_statistic = Some(statistic.as_str().to_owned());
                }
            }
        }
    }
    output
}

fn describe_query(query: &DataQuery) -> MetricDataQueryOutput {
    let period = i64::try_from(query.period.as_secs()).ok();
    let mut output = MetricDataQueryOutput {
        id: Some(query.id.clone()),
        label: query.label.clone(),
        return_data: Some(query.return_data),
        ..MetricDataQueryOutput::default()
    };
    match &query.source {
        QuerySource::Expression(text) => {
            output.expression = Some(text.clone());
            output.period = period;
        }
        QuerySource::Metric { metric, stat } => {
            let (metric, stat) = (Some(MetricOutput::of(metric)), Some(stat.as_str().to_owned()));
            output.metric_stat = Some(MetricStatOutput { metric, period, stat });
        }
    }
    output
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
        state_updated_timestamp: Some(alarm.state_updated),
        metric_name: Some(name.to_owned()),
        namespace: Some(NAMESPACE.to_owned()),
        statistic: Some(alarm.kind.statistic()),
        dimensions: Some(DimensionOutput::list(&MetricId::new(NAMESPACE, name, &dimensions))),
        period: i64::try_from(alarm.kind.period().as_secs()).ok(),
        evaluation_periods: i64::try_from(alarm.kind.evaluation_periods()).ok(),
        threshold: Some(alarm.threshold()),
        comparison_operator: Some(alarm.kind.comparison_operator()),
        state_transitioned_timestamp: Some(alarm.state_updated),
        ..MetricAlarmOutput::default()
    }
}
