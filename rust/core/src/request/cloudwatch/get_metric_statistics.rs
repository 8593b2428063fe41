//! GetMetricStatistics of CloudWatch.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::cloudwatch::{ExtendedStatistic, Fault, Statistic, by_period};
use crate::error::{CloudWatchFault, Error};
use crate::metric::MetricId;
use crate::request::cloudwatch::members::{DimensionInput, finish, read_metric, read_period};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::table::Span;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct GetMetricStatisticsInput {
        namespace: String = "Namespace",
        metric_name: String = "MetricName",
        dimensions: Vec<DimensionInput> = "Dimensions",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
        period: i32 = "Period",
        statistics: Vec<String> = "Statistics",
        extended_statistics: Vec<String> = "ExtendedStatistics",
        unit: String = "Unit",
    }
}

output_shape! {
    /// The statistics of a period.
    pub struct DatapointOutput {
        timestamp: Timestamp = "Timestamp",
        sample_count: f64 = "SampleCount",
        average: f64 = "Average",
        sum: f64 = "Sum",
        minimum: f64 = "Minimum",
        maximum: f64 = "Maximum",
        extended_statistics: Vec<(String, f64)> = "ExtendedStatistics",
        unit: String = "Unit",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct GetMetricStatisticsOutput {
        label: String = "Label",
        datapoints: Vec<DatapointOutput> = "Datapoints",
    }
}

/// Datapoints of an answer at most (API reference).
const DATAPOINTS_MAX: u128 = 1_440;

/// A GetMetricStatistics that passed its checks.
pub struct GetMetricStatistics {
    metric: MetricId,
    from: Timestamp,
    until: Timestamp,
    period: Duration,
    statistics: Vec<Statistic>,
    extended: Vec<ExtendedStatistic>,
    unit: Option<String>,
}

impl GetMetricStatistics {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: GetMetricStatisticsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let (namespace, name) = (input.namespace.as_deref(), input.metric_name.as_deref());
        let dimensions = input.dimensions.unwrap_or_default();
        let metric = read_metric(&mut violations, "", namespace, name, &dimensions)?;
        violations.required("startTime", input.start_time.as_ref());
        violations.required("endTime", input.end_time.as_ref());
        violations.required("period", input.period.as_ref());
        let choices = Statistic::ALL.map(|statistic| (statistic.as_str(), statistic));
        let given = input.statistics.unwrap_or_default();
        let statistics: Vec<Statistic> =
            given.iter().filter_map(|name| violations.choice("statistics", Some(name), &choices)).collect();
        finish(violations)?;
        let read = |name: &String| {
            ExtendedStatistic::parse(name).ok_or_else(|| {
                Fault::value(format!("The value {name} for parameter ExtendedStatistics is not supported."))
            })
        };
        let names = input.extended_statistics.unwrap_or_default();
        let extended = names.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        if statistics.is_empty() && extended.is_empty() {
            let text = "At least one of the parameters Statistics and ExtendedStatistics must be specified.";
            return Err(Fault::new(CloudWatchFault::InvalidParameterCombination, text).into());
        }
        let (from, until) = (input.start_time.unwrap_or_default(), input.end_time.unwrap_or_default());
        if until <= from {
            let text = "The parameter StartTime must be less than the parameter EndTime.";
            return Err(Fault::value(text).into());
        }
        let period = read_period(input.period)?;
        let points = until.since(from).as_nanos() / period.as_nanos();
        if points > DATAPOINTS_MAX {
            return Err(Fault::new(
                CloudWatchFault::InvalidParameterCombination,
                format!(
                    "You have requested up to {points} datapoints, which exceeds the limit of {DATAPOINTS_MAX}. You may \
                     reduce the datapoints requested by increasing Period, or decreasing the time range."
                ),
            )
            .into());
        }
        Ok(Self { metric, from, until, period, statistics, extended, unit: input.unit })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of GetMetricStatistics.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<GetMetricStatisticsOutput, Error> {
        let span = Span { from: self.from.floor(self.period), until: self.until, now: context.now };
        let points = context.watch.observations(&self.metric, span, context.tables);
        let unit = context.watch.unit(&self.metric);
        if self.unit.as_deref().is_some_and(|wanted| wanted != unit) {
            return Ok(GetMetricStatisticsOutput {
                label: Some(self.metric.name.clone()),
                datapoints: Some(Vec::new()),
            });
        }
        let periods = by_period(&points, Timestamp::default(), self.period);
        let wants = |statistic| self.statistics.contains(&statistic);
        let datapoints = periods.iter().map(|(start, all)| {
            let figure = |statistic: Statistic| wants(statistic).then(|| statistic.of(&all.statistics));
            let extended = self.extended.iter();
            let extended: Vec<(String, f64)> = extended
                .filter_map(|statistic| Some((statistic.as_str().to_owned(), statistic.of(all)?)))
                .collect();
            DatapointOutput {
                timestamp: Some(*start),
                sample_count: figure(Statistic::SampleCount),
                average: figure(Statistic::Average),
                sum: figure(Statistic::Sum),
                minimum: figure(Statistic::Minimum),
                maximum: figure(Statistic::Maximum),
                extended_statistics: (!self.extended.is_empty()).then_some(extended),
                unit: Some(unit.to_owned()),
            }
        });
        Ok(GetMetricStatisticsOutput {
            label: Some(self.metric.name.clone()),
            datapoints: Some(datapoints.collect()),
        })
    }
}
