//! GetMetricData of CloudWatch.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::cloudwatch::{DataQuery, Frame, QuerySource, Results, Stat, check_queries, evaluate};
use crate::error::{CloudWatchFault, Error};
use crate::request::cloudwatch::members::{DimensionInput, finish, read_metric, read_period};
use crate::request::constraint::Violations;
use crate::request::context::Context;
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

/// A GetMetricData that passed its checks.
pub struct GetMetricData {
    queries: Vec<DataQuery>,
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
        let queries = given.into_iter().map(read_query).collect::<Result<Vec<DataQuery>, Error>>()?;
        check_queries(&queries)?;
        let (from, until) = (input.start_time.unwrap_or_default(), input.end_time.unwrap_or_default());
        if until <= from {
            return Err(invalid("The parameter StartTime must be less than the parameter EndTime."));
        }
        let points = |query: &DataQuery| until.since(from).as_secs() / query.period.as_secs();
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
        let frame =
            Frame { from: self.from, until: self.until, origin: Timestamp::default(), now: context.now };
        let series = evaluate(&self.queries, frame, context.watch, context.tables)?;
        let returned = self.queries.iter().filter(|query| query.return_data);
        let results = returned.map(|query| self.result(query, &series)).collect();
        Ok(GetMetricDataOutput { metric_data_results: Some(results), messages: Some(Vec::new()) })
    }
}

impl GetMetricData {
    fn result(&self, query: &DataQuery, series: &Results) -> MetricDataResultOutput {
        let (values, _) = &series[&query.id];
        let mut points: Vec<(Timestamp, f64)> =
            values.iter().map(|(start, value)| (*start, *value)).collect();
        if !self.ascending {
            points.reverse();
        }
        let own = match &query.source {
            QuerySource::Metric { metric, .. } => metric.name.clone(),
            QuerySource::Expression(_) => query.id.clone(),
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

/// Reads a query. An expression that says no period has one of a minute.
///
/// # Errors
/// `ValidationError` and `InvalidParameterValue`.
pub fn read_query(given: MetricDataQueryInput) -> Result<DataQuery, Error> {
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
            (QuerySource::Expression(expression), period)
        }
        _ => {
            return Err(invalid(format!(
                "The parameters Expression and MetricStat are mutually exclusive and one of them is required: {id}"
            )));
        }
    };
    Ok(DataQuery { id, source, label: given.label, return_data: given.return_data.unwrap_or(true), period })
}

fn read_stat(stat: MetricStatInput) -> Result<(QuerySource, Duration), Error> {
    let mut violations = Violations::default();
    let given = stat.metric.unwrap_or_default();
    let dimensions = given.dimensions.unwrap_or_default();
    let path = "metricDataQueries.1.member.metricStat.metric.";
    let (namespace, name) = (given.namespace.as_deref(), given.metric_name.as_deref());
    let metric = read_metric(&mut violations, path, namespace, name, &dimensions)?;
    finish(violations)?;
    let name = stat.stat.unwrap_or_default();
    let period = read_period(stat.period)?;
    let stat = Stat::parse(&name)
        .ok_or_else(|| invalid(format!("The value {name} for parameter Stat is not a valid statistic.")))?;
    Ok((QuerySource::Metric { metric, stat }, period))
}
