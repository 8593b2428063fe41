//! GetMetricData of CloudWatch.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::cloudwatch::{Expression, Scope, Statistic, by_period};
use crate::error::{CloudWatchFault, Error};
use crate::metric::MetricId;
use crate::request::cloudwatch::members::{DimensionInput, finish, read_metric, read_period};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::table::Span;
use crate::{input_shape, output_shape};

input_shape! {
    /// A metric.
    pub struct MetricInput {
        namespace: String = "Namespace",
        metric_name: String = "MetricName",
        dimensions: Vec<DimensionInput> = "Dimensions",
    }
}

input_shape! {
    /// A metric with what is asked of it.
    pub struct MetricStatInput {
        metric: MetricInput = "Metric",
        period: i32 = "Period",
        stat: String = "Stat",
    }
    refused { "Unit" }
}

input_shape! {
    /// One query.
    pub struct MetricDataQueryInput {
        id: String = "Id",
        metric_stat: MetricStatInput = "MetricStat",
        expression: String = "Expression",
        label: String = "Label",
        return_data: bool = "ReturnData",
        period: i32 = "Period",
    }
    refused { "AccountId" }
}

input_shape! {
    /// What a caller sends.
    pub struct GetMetricDataInput {
        metric_data_queries: Vec<MetricDataQueryInput> = "MetricDataQueries",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
        scan_by: String = "ScanBy",
    }
    refused { "NextToken", "MaxDatapoints", "LabelOptions" }
}

output_shape! {
    /// What a query came to.
    pub struct MetricDataResultOutput {
        id: String = "Id",
        label: String = "Label",
        timestamps: Vec<Timestamp> = "Timestamps",
        values: Vec<f64> = "Values",
        status_code: &'static str = "StatusCode",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct GetMetricDataOutput {
        metric_data_results: Vec<MetricDataResultOutput> = "MetricDataResults",
        messages: Vec<String> = "Messages",
    }
}

/// Queries of a request at most (API reference).
const QUERIES_MAX: usize = 500;
/// Datapoints of an answer at most (API reference).
const DATAPOINTS_MAX: u64 = 100_800;

/// A query, checked.
struct Query {
    id: String,
    source: Source,
    label: Option<String>,
    return_data: bool,
    period: Duration,
}

enum Source {
    Metric { metric: MetricId, statistic: Statistic },
    Expression(Expression),
}

impl Query {
    fn seconds(&self) -> u32 {
        u32::try_from(self.period.as_secs()).unwrap_or(u32::MAX)
    }
}

/// A GetMetricData that passed its checks.
pub struct GetMetricData {
    queries: Vec<Query>,
    from: Timestamp,
    until: Timestamp,
    ascending: bool,
}

impl GetMetricData {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: GetMetricDataInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("metricDataQueries", input.metric_data_queries.as_ref());
        violations.required("startTime", input.start_time.as_ref());
        violations.required("endTime", input.end_time.as_ref());
        let orders = [("TimestampDescending", false), ("TimestampAscending", true)];
        let ascending = violations.choice("scanBy", input.scan_by.as_deref(), &orders);
        finish(violations)?;
        let given = input.metric_data_queries.unwrap_or_default();
        if given.is_empty() || given.len() > QUERIES_MAX {
            let text =
                format!("The collection MetricDataQueries must have a size between 1 and {QUERIES_MAX}.");
            return Err(invalid(text));
        }
        let queries = given.into_iter().map(read_query).collect::<Result<Vec<Query>, Error>>()?;
        check_ids(&queries)?;
        let (from, until) = (input.start_time.unwrap_or_default(), input.end_time.unwrap_or_default());
        if until <= from {
            return Err(invalid("The parameter StartTime must be less than the parameter EndTime."));
        }
        let points = |query: &Query| until.since(from).as_secs() / query.period.as_secs();
        if queries.iter().map(points).sum::<u64>() > DATAPOINTS_MAX {
            let text = format!("The query asks for more than {DATAPOINTS_MAX} datapoints");
            return Err(invalid(text));
        }
        Ok(Self { queries, from, until, ascending: ascending.unwrap_or(false) })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of GetMetricData.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<GetMetricDataOutput, Error> {
        let mut series: BTreeMap<String, (BTreeMap<Timestamp, f64>, u32)> = BTreeMap::new();
        for query in &self.queries {
            if let Source::Metric { metric, statistic, .. } = &query.source {
                let span = Span { from: self.from.floor(query.period), until: self.until, now: context.now };
                let points = context.watch.statistics(metric, span, context.tables);
                let periods = by_period(&points, Timestamp::default(), query.period);
                let values = periods.iter().map(|(start, all)| (*start, statistic.of(all))).collect();
                series.insert(query.id.clone(), (values, query.seconds()));
            }
        }
        self.evaluate(&mut series)?;
        let returned = self.queries.iter().filter(|query| query.return_data);
        let results = returned.map(|query| self.result(query, &series)).collect();
        Ok(GetMetricDataOutput { metric_data_results: Some(results), messages: Some(Vec::new()) })
    }
}

impl GetMetricData {
    /// Evaluates the expressions, each after those it uses.
    fn evaluate(&self, series: &mut BTreeMap<String, (BTreeMap<Timestamp, f64>, u32)>) -> Result<(), Error> {
        let mut left: Vec<(&Query, &Expression)> = self
            .queries
            .iter()
            .filter_map(|query| match &query.source {
                Source::Expression(expression) => Some((query, expression)),
                Source::Metric { .. } => None,
            })
            .collect();
        while !left.is_empty() {
            let ready = |(_, expression): &(&Query, &Expression)| {
                let mut ids = Vec::new();
                expression.ids(&mut ids);
                ids.iter().all(|id| series.contains_key(*id))
            };
            let Some(position) = left.iter().position(ready) else {
                return Err(invalid("Error in expression: expressions use each other in a circle"));
            };
            let (query, expression) = left.remove(position);
            let times = self.times(query.period);
            let values = expression.evaluate(&Scope { series, times: &times })?;
            series.insert(query.id.clone(), (values, query.seconds()));
        }
        Ok(())
    }

    fn times(&self, period: Duration) -> Vec<Timestamp> {
        let mut times = Vec::new();
        let mut start = self.from.floor(period);
        while start < self.until {
            times.push(start);
            start = start + period;
        }
        times
    }

    fn result(
        &self,
        query: &Query,
        series: &BTreeMap<String, (BTreeMap<Timestamp, f64>, u32)>,
    ) -> MetricDataResultOutput {
        let (values, _) = &series[&query.id];
        let mut points: Vec<(Timestamp, f64)> =
            values.iter().map(|(start, value)| (*start, *value)).collect();
        if !self.ascending {
            points.reverse();
        }
        let own = match &query.source {
            Source::Metric { metric, .. } => metric.name.clone(),
            Source::Expression(_) => query.id.clone(),
        };
        let (timestamps, values) = points.into_iter().unzip();
        MetricDataResultOutput {
            id: Some(query.id.clone()),
            label: Some(query.label.clone().unwrap_or(own)),
            timestamps: Some(timestamps),
            values: Some(values),
            status_code: Some("Complete"),
        }
    }
}

fn invalid(text: impl Into<String>) -> Error {
    Error::CloudWatch(CloudWatchFault::Validation, text.into())
}

fn read_query(given: MetricDataQueryInput) -> Result<Query, Error> {
    let id = given.id.unwrap_or_default();
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !id.starts_with(|first: char| first.is_ascii_lowercase()) || !id.bytes().all(letters) || id.len() > 255
    {
        return Err(invalid(format!(
            "The value for parameter MetricDataQueries.member.1.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$: \
             {id}"
        )));
    }
    let (source, period) = match (given.metric_stat, given.expression) {
        (Some(stat), None) => read_stat(stat)?,
        (None, Some(expression)) => {
            let period =
                given.period.map_or(Ok(Duration::from_secs(60)), |period| read_period(Some(period)))?;
            (Source::Expression(Expression::parse(&expression)?), period)
        }
        _ => {
            return Err(invalid(format!(
                "The parameters Expression and MetricStat are mutually exclusive and one of them is required: {id}"
            )));
        }
    };
    Ok(Query { id, source, label: given.label, return_data: given.return_data.unwrap_or(true), period })
}

fn read_stat(stat: MetricStatInput) -> Result<(Source, Duration), Error> {
    let mut violations = Violations::default();
    let given = stat.metric.unwrap_or_default();
    let dimensions = given.dimensions.unwrap_or_default();
    let path = "metricDataQueries.1.member.metricStat.metric.";
    let (namespace, name) = (given.namespace.as_deref(), given.metric_name.as_deref());
    let metric = read_metric(&mut violations, path, namespace, name, &dimensions)?;
    finish(violations)?;
    let name = stat.stat.unwrap_or_default();
    let statistic = Statistic::parse(&name).ok_or_else(|| {
        invalid(format!(
            "The value {name} for parameter Stat is not supported: dynacore has SampleCount, Average, Sum, Minimum and \
             Maximum"
        ))
    })?;
    Ok((Source::Metric { metric, statistic }, read_period(stat.period)?))
}

/// Ids are there once, and expressions use only those that are there. An expression without a period has that of what
/// it uses; a shorter one would leave most of its times empty.
fn check_ids(queries: &[Query]) -> Result<(), Error> {
    let ids: BTreeSet<&str> = queries.iter().map(|query| query.id.as_str()).collect();
    if ids.len() != queries.len() {
        return Err(invalid("The values for parameter id in MetricDataQueries are not unique."));
    }
    for query in queries {
        let mut used = Vec::new();
        if let Source::Expression(expression) = &query.source {
            expression.ids(&mut used);
        }
        if let Some(unknown) = used.into_iter().find(|id| !ids.contains(id)) {
            return Err(invalid(format!("Error in expression: Unknown identifier '{unknown}'")));
        }
    }
    Ok(())
}
