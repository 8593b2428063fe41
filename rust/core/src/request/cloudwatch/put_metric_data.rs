//! PutMetricData of CloudWatch.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::cloudwatch::Fault;
use crate::error::{CloudWatchFault, Error};
use crate::input_shape;
use crate::metric::{MetricId, Observations, Period as _, Statistics};
use crate::request::cloudwatch::members::{DimensionInput, finish, read_metric};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::EmptyOutput;

/// Data of a request at most (API reference).
const DATA_MAX: usize = 1_000;
/// Values of a datum at most (API reference).
const VALUES_MAX: usize = 150;
/// How old data may be.
const PAST_MAX: Duration = Duration::from_secs(14 * 86_400);
/// And how far in the future.
const FUTURE_MAX: Duration = Duration::from_secs(7_200);

input_shape! {
    /// Statistics that a caller made.
    pub struct StatisticSetInput {
        sample_count: f64 = "SampleCount",
        sum: f64 = "Sum",
        minimum: f64 = "Minimum",
        maximum: f64 = "Maximum",
    }
}

input_shape! {
    /// Observations of one metric.
    pub struct MetricDatumInput {
        metric_name: String = "MetricName",
        dimensions: Vec<DimensionInput> = "Dimensions",
        timestamp: Timestamp = "Timestamp",
        value: f64 = "Value",
        statistic_values: StatisticSetInput = "StatisticValues",
        values: Vec<f64> = "Values",
        counts: Vec<f64> = "Counts",
        unit: String = "Unit",
        storage_resolution: i32 = "StorageResolution",
    }
}

/// The same, checked.
struct Datum {
    metric: MetricId,
    time: Option<Timestamp>,
    observations: Observations,
    unit: Option<String>,
}

input_shape! {
    /// What a caller sends.
    pub struct PutMetricDataInput {
        namespace: String = "Namespace",
        metric_data: Vec<MetricDatumInput> = "MetricData",
    }
    refused { "EntityMetricData", "StrictEntityValidation" }
}

/// A PutMetricData that passed its checks.
pub struct PutMetricData {
    data: Vec<Datum>,
}

impl PutMetricData {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: PutMetricDataInput) -> Result<Self, Error> {
        let namespace = input.namespace.as_deref();
        if namespace.is_none() {
            let text = "The parameter Namespace is required.";
            return Err(Fault::new(CloudWatchFault::MissingParameter, text).into());
        }
        if namespace.is_some_and(|namespace| namespace.starts_with("AWS/")) {
            return Err(Fault::value("The value AWS/ for parameter Namespace is invalid.").into());
        }
        let given = input.metric_data.unwrap_or_default();
        if given.is_empty() || given.len() > DATA_MAX {
            let text = format!("The collection MetricData must have a size between 1 and {DATA_MAX}.");
            return Err(Fault::value(text).into());
        }
        let data = given.into_iter().map(|datum| read_datum(namespace, datum));
        Ok(Self { data: data.collect::<Result<_, _>>()? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of PutMetricData.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        for datum in &self.data {
            let time = datum.time.unwrap_or(context.now);
            if time < context.now - PAST_MAX || time > context.now + FUTURE_MAX {
                return Err(Fault::value(
                    "The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks and no \
                     more than two hours in the future.",
                )
                .into());
            }
        }
        for datum in &self.data {
            let time = datum.time.unwrap_or(context.now);
            context.watch.put(datum.metric.clone(), time, &datum.observations, datum.unit.as_deref())?;
        }
        Ok(EmptyOutput {})
    }
}

fn read_datum(namespace: Option<&str>, datum: MetricDatumInput) -> Result<Datum, Error> {
    let mut violations = Violations::default();
    let dimensions = datum.dimensions.unwrap_or_default();
    let metric = read_metric(&mut violations, "", namespace, datum.metric_name.as_deref(), &dimensions)?;
    finish(violations)?;
    if datum.storage_resolution.is_some_and(|seconds| seconds != 60) {
        return Err(Fault::value(
            "The value for parameter StorageResolution is not supported: dynacore keeps metrics by the minute, 60",
        )
        .into());
    }
    let observations = match (datum.value, datum.statistic_values, datum.values) {
        (Some(value), None, None) => Observations::of(value, 1.0),
        (None, Some(set), None) => read_set(&set)?.into(),
        (None, None, Some(values)) => read_values(&values, datum.counts.as_deref())?,
        _ => {
            let text = "Exactly one of the parameters MetricData.member.1.Value, MetricData.member.1.StatisticValues and \
                        MetricData.member.1.Values must be specified.";
            return Err(Fault::new(CloudWatchFault::InvalidParameterCombination, text).into());
        }
    };
    let statistics = observations.statistics;
    let figures = [statistics.sample_count, statistics.sum, statistics.minimum, statistics.maximum];
    if !figures.iter().all(|figure| figure.is_finite()) {
        return Err(Fault::value("The values of MetricData must be finite numbers.").into());
    }
    Ok(Datum { metric, time: datum.timestamp, observations, unit: datum.unit })
}

fn read_set(set: &StatisticSetInput) -> Result<Statistics, Error> {
    match (set.sample_count, set.sum, set.minimum, set.maximum) {
        (Some(sample_count), Some(sum), Some(minimum), Some(maximum))
            if sample_count > 0.0 && minimum <= maximum =>
        {
            Ok(Statistics { sample_count, sum, minimum, maximum })
        }
        _ => Err(Fault::value("The value of StatisticValues is not a set of statistics.").into()),
    }
}

fn read_values(values: &[f64], counts: Option<&[f64]>) -> Result<Observations, Error> {
    if values.is_empty()
        || values.len() > VALUES_MAX
        || counts.is_some_and(|counts| counts.len() != values.len())
    {
        let text = format!("Values must have a size between 1 and {VALUES_MAX}, and Counts the same one.");
        return Err(Fault::value(text).into());
    }
    let mut all = Observations::from(Statistics::EMPTY);
    for (index, value) in values.iter().enumerate() {
        let count = counts.map_or(1.0, |counts| counts[index]);
        if count.is_nan() || count <= 0.0 {
            return Err(Fault::value("Counts must be positive.").into());
        }
        all.add(&Observations::of(*value, count));
    }
    Ok(all)
}
