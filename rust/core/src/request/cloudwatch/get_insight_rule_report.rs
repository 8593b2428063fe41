//! GetInsightRuleReport of CloudWatch: what Contributor Insights have counted.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::clock::Timestamp;
use crate::cloudwatch::Fault;
use crate::error::Error;
use crate::metric::Statistics;
use crate::request::cloudwatch::members::{finish, read_period};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::table::{ContributorMinute, InsightRule};
use crate::value::{Number, Type, Value};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct GetInsightRuleReportInput {
        rule_name: String = "RuleName",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
        period: i32 = "Period",
        max_contributor_count: i32 = "MaxContributorCount",
        metrics: Vec<String> = "Metrics",
        order_by: String = "OrderBy",
    }
}

output_shape! {
    /// A contributor in one period.
    pub struct ContributorDatapointOutput {
        timestamp: Timestamp = "Timestamp",
        approximate_value: f64 = "ApproximateValue",
    }
}

output_shape! {
    /// A contributor.
    pub struct ContributorOutput {
        keys: Vec<String> = "Keys",
        approximate_aggregate_value: f64 = "ApproximateAggregateValue",
        datapoints: Vec<ContributorDatapointOutput> = "Datapoints",
    }
}

output_shape! {
    /// All contributors in one period.
    pub struct RuleDatapointOutput {
        timestamp: Timestamp = "Timestamp",
        unique_contributors: f64 = "UniqueContributors",
        max_contributor_value: f64 = "MaxContributorValue",
        sample_count: f64 = "SampleCount",
        average: f64 = "Average",
        sum: f64 = "Sum",
        minimum: f64 = "Minimum",
        maximum: f64 = "Maximum",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct GetInsightRuleReportOutput {
        key_labels: Vec<String> = "KeyLabels",
        aggregation_statistic: String = "AggregationStatistic",
        aggregate_value: f64 = "AggregateValue",
        approximate_unique_count: i64 = "ApproximateUniqueCount",
        contributors: Vec<ContributorOutput> = "Contributors",
        metric_datapoints: Vec<RuleDatapointOutput> = "MetricDatapoints",
    }
}

/// Contributors in a report where nothing is said, and at most (API reference).
const CONTRIBUTORS: usize = 10;
const CONTRIBUTORS_MAX: usize = 100;

/// A figure of all contributors in a period.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Figure {
    UniqueContributors,
    MaxContributorValue,
    SampleCount,
    Sum,
    Minimum,
    Maximum,
    Average,
}

const FIGURES: [(&str, Figure); 7] = [
    ("UniqueContributors", Figure::UniqueContributors),
    ("MaxContributorValue", Figure::MaxContributorValue),
    ("SampleCount", Figure::SampleCount),
    ("Sum", Figure::Sum),
    ("Minimum", Figure::Minimum),
    ("Maximum", Figure::Maximum),
    ("Average", Figure::Average),
];

/// A GetInsightRuleReport that passed its checks.
pub struct GetInsightRuleReport {
    rule: String,
    from: Timestamp,
    until: Timestamp,
    period: Duration,
    most: usize,
    figures: Vec<Figure>,
    /// Contributors are ordered by their heaviest period, not by their sum.
    by_maximum: bool,
}

impl GetInsightRuleReport {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: GetInsightRuleReportInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("ruleName", input.rule_name.as_ref());
        violations.length("ruleName", input.rule_name.as_deref(), 1, 128);
        violations.required("startTime", input.start_time.as_ref());
        violations.required("endTime", input.end_time.as_ref());
        violations.required("period", input.period.as_ref());
        finish(violations)?;
        let most = input.max_contributor_count.map_or(Ok(CONTRIBUTORS), usize::try_from);
        let Some(most) = most.ok().filter(|most| (1..=CONTRIBUTORS_MAX).contains(most)) else {
            return Err(Fault::value("The parameter MaxContributorCount must be from 1 to 100.").into());
        };
        let mut figures = Vec::new();
        for name in input.metrics.unwrap_or_default() {
            let Some((_, figure)) = FIGURES.iter().find(|(known, _)| *known == name) else {
                let text = format!("The parameter Metrics contains {name}, which no report has.");
                return Err(Fault::value(text).into());
            };
            figures.push(*figure);
        }
        let by_maximum = match input.order_by.as_deref() {
            None | Some("Sum") => false,
            Some("Maximum") => true,
            Some(_) => return Err(Fault::value("The parameter OrderBy must be Sum or Maximum.").into()),
        };
        let (from, until) = (input.start_time.unwrap_or_default(), input.end_time.unwrap_or_default());
        if until <= from {
            let text = "The parameter StartTime must be less than the parameter EndTime.";
            return Err(Fault::value(text).into());
        }
        let period = read_period(input.period)?;
        let rule = input.rule_name.expect("presence was checked above");
        Ok(Self { rule, from, until, period, most, figures, by_maximum })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of GetInsightRuleReport.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<GetInsightRuleReportOutput, Error> {
        let rule = context.tables.insight_rule(&self.rule).ok_or_else(|| {
            Error::ResourceNotFound(format!("The insight rule {} does not exist", self.rule))
        })?;
        let minutes = rule.minutes(self.from, self.until);
        let mut keys: BTreeMap<&[u8], BTreeMap<Timestamp, f64>> = BTreeMap::new();
        for minute in &minutes {
            for (key, weight) in &minute.heaviest {
                *keys.entry(key).or_default().entry(minute.start.floor(self.period)).or_default() += weight;
            }
        }
        let unique = keys.len();
        let rank = |periods: &BTreeMap<Timestamp, f64>| {
            let weights = periods.values().copied();
            if self.by_maximum { weights.fold(0.0, f64::max) } else { weights.sum() }
        };
        let mut ranked: Vec<_> = keys.into_iter().collect();
        ranked.sort_by(|(_, left), (_, right)| rank(right).total_cmp(&rank(left)));
        ranked.truncate(self.most);
        let contributors = ranked.into_iter().map(|(key, periods)| contributor(&rule, key, &periods));
        Ok(GetInsightRuleReportOutput {
            key_labels: Some(rule.labels.clone()),
            aggregation_statistic: Some("Sum".to_owned()),
            aggregate_value: Some(minutes.iter().map(|minute| minute.all.sum).sum()),
            approximate_unique_count: i64::try_from(unique).ok(),
            contributors: Some(contributors.collect::<Result<_, Error>>()?),
            metric_datapoints: Some(self.datapoints(&minutes)),
        })
    }

    fn datapoints(&self, minutes: &[ContributorMinute]) -> Vec<RuleDatapointOutput> {
        let mut periods: BTreeMap<Timestamp, Vec<&ContributorMinute>> = BTreeMap::new();
        for minute in minutes.iter().filter(|_| !self.figures.is_empty()) {
            periods.entry(minute.start.floor(self.period)).or_default().push(minute);
        }
        let datapoint = |(start, minutes): (Timestamp, Vec<&ContributorMinute>)| {
            let mut all = Statistics::EMPTY;
            minutes.iter().for_each(|minute| all.add(&minute.all));
            let unique: BTreeSet<&[u8]> =
                minutes.iter().flat_map(|minute| minute.heaviest.iter().map(|(key, _)| &key[..])).collect();
            let heaviest = minutes.iter().flat_map(|minute| &minute.heaviest).map(|(_, weight)| *weight);
            let figure = |figure, value: f64| self.figures.contains(&figure).then_some(value);
            RuleDatapointOutput {
                timestamp: Some(start),
                unique_contributors: figure(Figure::UniqueContributors, unique.len() as f64),
                max_contributor_value: figure(Figure::MaxContributorValue, heaviest.fold(0.0, f64::max)),
                sample_count: figure(Figure::SampleCount, all.sample_count),
                average: figure(Figure::Average, all.average()),
                sum: figure(Figure::Sum, all.sum),
                minimum: figure(Figure::Minimum, all.minimum),
                maximum: figure(Figure::Maximum, all.maximum),
            }
        };
        periods.into_iter().map(datapoint).collect()
    }
}

fn contributor(
    rule: &InsightRule<'_>,
    key: &[u8],
    periods: &BTreeMap<Timestamp, f64>,
) -> Result<ContributorOutput, Error> {
    let values = rule.values(key).map_err(|error| Error::Internal(error.to_string()))?;
    let datapoints = periods.iter().map(|(start, weight)| ContributorDatapointOutput {
        timestamp: Some(*start),
        approximate_value: Some(*weight),
    });
    Ok(ContributorOutput {
        keys: Some(values.iter().map(shown).collect()),
        approximate_aggregate_value: Some(periods.values().sum()),
        datapoints: Some(datapoints.collect()),
    })
}

/// A key value as a report shows it: what is no text is written as JSON would.
fn shown(value: &Value) -> String {
    let value = value.as_ref();
    match value.type_() {
        Type::S => String::from_utf8_lossy(value.payload()).into_owned(),
        Type::N => {
            Number::from_bytes(value.payload()).map_or_else(|_| String::new(), |number| number.to_string())
        }
        _ => STANDARD.encode(value.payload()),
    }
}
