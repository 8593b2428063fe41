//! Queries of metrics: those of GetMetricData, and those that an alarm watches.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::CloudWatchFault;
use crate::metric::MetricId;
use crate::table::{Span, Tables};

use super::fault::Fault;
use super::math::{Expression, Scope, Values};
use super::query::{Stat, by_period, period_start};
use super::watch::CloudWatch;

/// One query: a metric, or arithmetic on others.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataQuery {
    /// `Id`.
    pub id: String,
    /// What is asked for.
    pub source: QuerySource,
    /// `Label`.
    pub label: Option<String>,
    /// `ReturnData`.
    pub return_data: bool,
    /// `Period`.
    pub period: Duration,
}

/// What a query asks for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum QuerySource {
    /// `MetricStat`.
    Metric {
        /// `Metric`.
        metric: MetricId,
        /// `Stat`.
        stat: Stat,
    },
    /// `Expression`.
    Expression(String),
}

/// The periods that queries are about.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// From the period in which this lies.
    pub from: Timestamp,
    /// Periods that begin before this.
    pub until: Timestamp,
    /// Periods begin at whole multiples of theirs before or after this.
    pub origin: Timestamp,
    /// Nothing is known of later times.
    pub now: Timestamp,
}

/// What queries come to, by id, with the seconds of their periods.
pub type Results = BTreeMap<String, (Values, u32)>;

impl DataQuery {
    fn seconds(&self) -> u32 {
        u32::try_from(self.period.as_secs()).unwrap_or(u32::MAX)
    }

    fn expression(&self) -> Option<Result<Expression, Fault>> {
        match &self.source {
            QuerySource::Expression(text) => Some(Expression::parse(text)),
            QuerySource::Metric { .. } => None,
        }
    }

    /// The periods of a frame, each by its beginning.
    fn times(&self, frame: Frame) -> Vec<Timestamp> {
        let mut times = Vec::new();
        let mut start = period_start(frame.from, frame.origin, self.period);
        while start < frame.until {
            times.push(start);
            start = start + self.period;
        }
        times
    }
}

/// Checks that ids are there once, and that expressions can be read and use only ids that are there.
///
/// # Errors
/// `ValidationError` and `InvalidParameterValue`.
pub fn check_queries(queries: &[DataQuery]) -> Result<(), Fault> {
    let ids: BTreeSet<&str> = queries.iter().map(|query| query.id.as_str()).collect();
    if ids.len() != queries.len() {
        return Err(invalid("The values for parameter id in MetricDataQueries are not unique."));
    }
    for expression in queries.iter().filter_map(DataQuery::expression) {
        let expression = expression?;
        let mut used = Vec::new();
        expression.ids(&mut used);
        if let Some(unknown) = used.into_iter().find(|id| !ids.contains(id)) {
            return Err(invalid(format!("Error in expression: Unknown identifier '{unknown}'")));
        }
    }
    Ok(())
}

/// Evaluates queries: metrics first, then the expressions, each after those it uses.
///
/// # Errors
/// Where expressions use each other in a circle.
pub fn evaluate(
    queries: &[DataQuery],
    frame: Frame,
    watch: &CloudWatch,
    tables: &Tables,
) -> Result<Results, Fault> {
    let mut results = Results::new();
    let mut left: Vec<(&DataQuery, Expression)> = Vec::new();
    for query in queries {
        match &query.source {
            QuerySource::Expression(text) => left.push((query, Expression::parse(text)?)),
            QuerySource::Metric { metric, stat } => {
                let from = period_start(frame.from, frame.origin, query.period);
                let points =
                    watch.observations(metric, Span { from, until: frame.until, now: frame.now }, tables);
                let periods = by_period(&points, frame.origin, query.period);
                let values = periods.iter().filter_map(|(start, all)| Some((*start, stat.of(all)?)));
                results.insert(query.id.clone(), (values.collect(), query.seconds()));
            }
        }
    }
    while !left.is_empty() {
        let ready = |(_, expression): &(&DataQuery, Expression)| {
            let mut ids = Vec::new();
            expression.ids(&mut ids);
            ids.iter().all(|id| results.contains_key(*id))
        };
        let Some(position) = left.iter().position(ready) else {
            return Err(invalid("Error in expression: expressions use each other in a circle"));
        };
        let (query, expression) = left.remove(position);
        let times = query.times(frame);
        let values = expression.evaluate(&Scope { series: &results, times: &times })?;
        results.insert(query.id.clone(), (values, query.seconds()));
    }
    Ok(results)
}

fn invalid(text: impl Into<String>) -> Fault {
    Fault::new(CloudWatchFault::Validation, text)
}
