//! PutMetricAlarm of CloudWatch.

use std::time::Duration;

use crate::cloudwatch::{
    AlarmDefinition, AlarmSource, Comparison, Condition, DataQuery, ExtendedStatistic, Fault, LowSamples,
    MetricCondition, MissingData, QuerySource, Stat, Statistic, check_queries,
};
use crate::error::{CloudWatchFault, Error};
use crate::input_shape;
use crate::request::cloudwatch::alarm_members::{AlarmMembers, define};
use crate::request::cloudwatch::get_metric_data::{MetricDataQueryInput, read_query};
use crate::request::cloudwatch::members::{DimensionInput, finish, read_metric, read_period};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::EmptyOutput;

/// Seconds that an alarm looks at at most: a day (facts 11.2).
const SECONDS_MAX: u64 = 86_400;
/// Metrics of an alarm with an expression at most (CloudWatch quotas).
const METRICS_MAX: usize = 10;

input_shape! {
    /// What a caller sends.
    pub struct PutMetricAlarmInput {
        alarm_name: String = "AlarmName",
        alarm_description: String = "AlarmDescription",
        actions_enabled: bool = "ActionsEnabled",
        ok_actions: Vec<String> = "OKActions",
        alarm_actions: Vec<String> = "AlarmActions",
        insufficient_data_actions: Vec<String> = "InsufficientDataActions",
        metric_name: String = "MetricName",
        namespace: String = "Namespace",
        statistic: String = "Statistic",
        extended_statistic: String = "ExtendedStatistic",
        dimensions: Vec<DimensionInput> = "Dimensions",
        period: i32 = "Period",
        unit: String = "Unit",
        evaluation_periods: i32 = "EvaluationPeriods",
        datapoints_to_alarm: i32 = "DatapointsToAlarm",
        threshold: f64 = "Threshold",
        comparison_operator: String = "ComparisonOperator",
        treat_missing_data: String = "TreatMissingData",
        evaluate_low_sample_count_percentile: String = "EvaluateLowSampleCountPercentile",
        metrics: Vec<MetricDataQueryInput> = "Metrics",
    }
    refused {
        "Tags", "ThresholdMetricId", "EvaluationWindow", "WarmUpConfiguration", "EvaluationCriteria",
        "EvaluationInterval", "ActionConfiguration",
    }
}

/// A PutMetricAlarm that passed its checks.
pub struct PutMetricAlarm {
    definition: AlarmDefinition,
}

impl PutMetricAlarm {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(mut input: PutMetricAlarmInput) -> Result<Self, Error> {
        let members = AlarmMembers {
            name: input.alarm_name.take(),
            description: input.alarm_description.take(),
            actions_enabled: input.actions_enabled,
            ok_actions: input.ok_actions.take(),
            alarm_actions: input.alarm_actions.take(),
            insufficient_data_actions: input.insufficient_data_actions.take(),
        };
        let mut violations = Violations::default();
        members.check(&mut violations);
        violations.required("evaluationPeriods", input.evaluation_periods.as_ref());
        violations.at_least("evaluationPeriods", input.evaluation_periods.map(i64::from), 1);
        violations.at_least("datapointsToAlarm", input.datapoints_to_alarm.map(i64::from), 1);
        violations.required("comparisonOperator", input.comparison_operator.as_ref());
        let choices = Comparison::ALL.map(|comparison| (comparison.as_str(), comparison));
        let operator = input.comparison_operator.as_deref();
        let comparison = violations.choice("comparisonOperator", operator, &choices);
        let choices = MissingData::ALL.map(|missing| (missing.as_str(), missing));
        let missing = input.treat_missing_data.as_deref();
        let missing_data = violations.choice("treatMissingData", missing, &choices);
        let count = |number: Option<i32>| number.map(|number| number.unsigned_abs() as usize);
        let (evaluation_periods, datapoints_to_alarm) =
            (count(input.evaluation_periods).unwrap_or(1), count(input.datapoints_to_alarm));
        let threshold = input.threshold;
        let (source, period) = match input.metrics.take() {
            Some(metrics) => {
                finish(violations)?;
                read_queries(metrics, &input)?
            }
            None => read_single(input, violations)?,
        };
        let condition = MetricCondition {
            source,
            period,
            evaluation_periods,
            datapoints_to_alarm,
            threshold: threshold.ok_or_else(|| missing_parameter("Threshold"))?,
            comparison: comparison.expect("an absent operator is a violation"),
            missing_data,
        };
        check(&condition)?;
        Ok(Self { definition: define(members, Condition::Metric(condition))? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of PutMetricAlarm.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.watch.put_alarm(self.definition.clone(), context.now)?;
        Ok(EmptyOutput {})
    }
}

fn missing_parameter(name: &str) -> Error {
    let text = format!("The parameter {name} is required for a metric alarm.");
    Fault::new(CloudWatchFault::MissingParameter, text).into()
}

fn invalid(text: impl Into<String>) -> Error {
    Fault::new(CloudWatchFault::Validation, text).into()
}

/// An alarm on one metric.
fn read_single(
    input: PutMetricAlarmInput,
    mut violations: Violations,
) -> Result<(AlarmSource, Duration), Error> {
    let (namespace, name) = (input.namespace.as_deref(), input.metric_name.as_deref());
    let dimensions = input.dimensions.unwrap_or_default();
    let metric = read_metric(&mut violations, "", namespace, name, &dimensions)?;
    let choices = Statistic::ALL.map(|statistic| (statistic.as_str(), statistic));
    let statistic = violations.choice("statistic", input.statistic.as_deref(), &choices);
    let choices = LowSamples::ALL.map(|low| (low.as_str(), low));
    let low = input.evaluate_low_sample_count_percentile.as_deref();
    let low_samples = violations.choice("evaluateLowSampleCountPercentile", low, &choices);
    finish(violations)?;
    let stat = match (statistic, input.extended_statistic) {
        (Some(statistic), None) => Stat::Simple(statistic),
        (None, Some(name)) => {
            let statistic = ExtendedStatistic::parse(&name).ok_or_else(|| {
                let text = format!("The value {name} for parameter ExtendedStatistic is not supported.");
                Error::from(Fault::value(text))
            })?;
            Stat::Extended(statistic)
        }
        (Some(_), Some(_)) => {
            let text = "The parameters Statistic and ExtendedStatistic are mutually exclusive.";
            return Err(Fault::new(CloudWatchFault::InvalidParameterCombination, text).into());
        }
        (None, None) => return Err(missing_parameter("Statistic")),
    };
    if low_samples.is_some() && matches!(stat, Stat::Simple(_)) {
        let text =
            "EvaluateLowSampleCountPercentile can only be specified with a percentile ExtendedStatistic.";
        return Err(Fault::new(CloudWatchFault::InvalidParameterCombination, text).into());
    }
    let period = read_period(Some(input.period.ok_or_else(|| missing_parameter("Period"))?))?;
    Ok((AlarmSource::Metric { metric, stat, unit: input.unit, low_samples }, period))
}

/// An alarm on arithmetic, with the period of the query that returns data.
fn read_queries(
    metrics: Vec<MetricDataQueryInput>,
    input: &PutMetricAlarmInput,
) -> Result<(AlarmSource, Duration), Error> {
    let others = [
        ("MetricName", input.metric_name.is_some()),
        ("Namespace", input.namespace.is_some()),
        ("Dimensions", input.dimensions.is_some()),
        ("Period", input.period.is_some()),
        ("Unit", input.unit.is_some()),
        ("Statistic", input.statistic.is_some()),
        ("ExtendedStatistic", input.extended_statistic.is_some()),
        ("EvaluateLowSampleCountPercentile", input.evaluate_low_sample_count_percentile.is_some()),
    ];
    if let Some((name, _)) = others.iter().find(|(_, is_there)| *is_there) {
        let text = format!("The parameters Metrics and {name} are mutually exclusive.");
        return Err(Fault::new(CloudWatchFault::InvalidParameterCombination, text).into());
    }
    let asks_for_period: Vec<bool> = metrics.iter().map(|query| query.period.is_some()).collect();
    let mut queries = metrics.into_iter().map(read_query).collect::<Result<Vec<DataQuery>, Error>>()?;
    let is_metric = |query: &&DataQuery| matches!(query.source, QuerySource::Metric { .. });
    let count = queries.iter().filter(is_metric).count();
    if !(1..=METRICS_MAX).contains(&count) {
        return Err(invalid(format!("Metrics must have between 1 and {METRICS_MAX} metrics.")));
    }
    // An expression that says no period has that of what it is made of.
    let longest = queries.iter().filter(is_metric).map(|query| query.period).max().unwrap_or_default();
    for (query, asks) in queries.iter_mut().zip(asks_for_period) {
        if !asks && matches!(query.source, QuerySource::Expression(_)) {
            query.period = longest;
        }
    }
    check_queries(&queries)?;
    let mut returned = queries.iter().filter(|query| query.return_data);
    let (Some(period), None) = (returned.next().map(|query| query.period), returned.next()) else {
        return Err(invalid("Exactly one element of the metrics list should return data."));
    };
    Ok((AlarmSource::Queries(queries), period))
}

/// The rules between members.
fn check(condition: &MetricCondition) -> Result<(), Error> {
    if condition.datapoints_to_alarm.is_some_and(|datapoints| datapoints > condition.evaluation_periods) {
        return Err(invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods"));
    }
    if condition.period.as_secs().saturating_mul(condition.evaluation_periods as u64) > SECONDS_MAX {
        return Err(invalid(
            "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
        ));
    }
    Ok(())
}
