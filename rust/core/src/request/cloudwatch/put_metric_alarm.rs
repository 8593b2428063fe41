//! PutMetricAlarm of CloudWatch.

use crate::cloudwatch::{AlarmDefinition, Comparison, Fault, MissingData, Statistic};
use crate::error::{CloudWatchFault, Error};
use crate::input_shape;
use crate::request::cloudwatch::members::{DimensionInput, finish, read_metric, read_period};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::EmptyOutput;

/// Actions of a state at most (API reference).
const ACTIONS_MAX: usize = 5;
/// Seconds that an alarm looks at at most: a day (facts 11.2).
const SECONDS_MAX: u64 = 86_400;

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
        dimensions: Vec<DimensionInput> = "Dimensions",
        period: i32 = "Period",
        unit: String = "Unit",
        evaluation_periods: i32 = "EvaluationPeriods",
        datapoints_to_alarm: i32 = "DatapointsToAlarm",
        threshold: f64 = "Threshold",
        comparison_operator: String = "ComparisonOperator",
        treat_missing_data: String = "TreatMissingData",
    }
    refused {
        "ExtendedStatistic", "EvaluateLowSampleCountPercentile", "Metrics", "Tags", "ThresholdMetricId",
        "EvaluationWindow", "WarmUpConfiguration", "EvaluationCriteria", "EvaluationInterval", "ActionConfiguration",
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
    pub fn new(input: PutMetricAlarmInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("alarmName", input.alarm_name.as_ref());
        violations.length("alarmName", input.alarm_name.as_deref(), 1, 255);
        violations.length("alarmDescription", input.alarm_description.as_deref(), 0, 1_024);
        violations.required("evaluationPeriods", input.evaluation_periods.as_ref());
        violations.at_least("evaluationPeriods", input.evaluation_periods.map(i64::from), 1);
        violations.at_least("datapointsToAlarm", input.datapoints_to_alarm.map(i64::from), 1);
        violations.required("comparisonOperator", input.comparison_operator.as_ref());
        let (namespace, name) = (input.namespace.as_deref(), input.metric_name.as_deref());
        let dimensions = input.dimensions.unwrap_or_default();
        let metric = read_metric(&mut violations, "", namespace, name, &dimensions)?;
        let choices = Statistic::ALL.map(|statistic| (statistic.as_str(), statistic));
        let statistic = violations.choice("statistic", input.statistic.as_deref(), &choices);
        let choices = Comparison::ALL.map(|comparison| (comparison.as_str(), comparison));
        let operator = input.comparison_operator.as_deref();
        let comparison = violations.choice("comparisonOperator", operator, &choices);
        let choices = MissingData::ALL.map(|missing| (missing.as_str(), missing));
        let missing = input.treat_missing_data.as_deref();
        let missing_data = violations.choice("treatMissingData", missing, &choices);
        finish(violations)?;
        let count = |number: Option<i32>| number.map(|number| number.unsigned_abs() as usize);
        let missing = |name: &str| {
            let text = format!("The parameter {name} is required for a metric alarm.");
            Error::from(Fault::new(CloudWatchFault::MissingParameter, text))
        };
        let definition = AlarmDefinition {
            name: input.alarm_name.unwrap_or_default(),
            description: input.alarm_description,
            actions_enabled: input.actions_enabled.unwrap_or(true),
            ok_actions: input.ok_actions.unwrap_or_default(),
            alarm_actions: input.alarm_actions.unwrap_or_default(),
            insufficient_data_actions: input.insufficient_data_actions.unwrap_or_default(),
            metric,
            statistic: statistic.ok_or_else(|| missing("Statistic"))?,
            period: read_period(Some(input.period.ok_or_else(|| missing("Period"))?))?,
            unit: input.unit,
            evaluation_periods: count(input.evaluation_periods).unwrap_or(1),
            datapoints_to_alarm: count(input.datapoints_to_alarm),
            threshold: input.threshold.ok_or_else(|| missing("Threshold"))?,
            comparison: comparison.expect("an absent operator is a violation"),
            missing_data,
        };
        check(&definition)?;
        Ok(Self { definition })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of PutMetricAlarm.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.watch.put_alarm(self.definition.clone(), context.now);
        Ok(EmptyOutput {})
    }
}

/// The rules between members.
fn check(definition: &AlarmDefinition) -> Result<(), Error> {
    let actions = [&definition.ok_actions, &definition.alarm_actions, &definition.insufficient_data_actions];
    if actions.iter().any(|actions| actions.len() > ACTIONS_MAX) {
        let text = format!("An alarm has at most {ACTIONS_MAX} actions for each state.");
        return Err(Fault::value(text).into());
    }
    if definition.datapoints_to_alarm.is_some_and(|datapoints| datapoints > definition.evaluation_periods) {
        let text = "DatapointsToAlarm must be less than or equal to EvaluationPeriods";
        return Err(Fault::new(CloudWatchFault::Validation, text).into());
    }
    if definition.period.as_secs().saturating_mul(definition.evaluation_periods as u64) > SECONDS_MAX {
        let text =
            "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).";
        return Err(Fault::new(CloudWatchFault::Validation, text).into());
    }
    Ok(())
}
