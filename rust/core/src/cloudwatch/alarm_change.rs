//! An alarm that has another state: what its actions and EventBridge are told.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::clock::Timestamp;
use crate::metric::MetricId;

use super::alarm::{Alarm, AlarmSource, Condition, MetricCondition};
use super::data_query::{DataQuery, QuerySource};

/// A change of an alarm's state.
#[derive(Clone, PartialEq, Debug)]
pub struct AlarmChange {
    /// `AlarmName`.
    pub alarm: String,
    /// `AlarmArn`.
    pub arn: String,
    /// The ARNs of what is to be done; none where actions are not enabled.
    pub actions: Vec<String>,
    /// When.
    pub time: Timestamp,
    account: String,
    region: String,
    state: Json,
    previous: Json,
    configuration: Json,
}

impl AlarmChange {
    /// What has become of the alarm `before`.
    pub(super) fn new(before: &Alarm, after: &Alarm, (account, region): (&str, &str)) -> Self {
        let definition = &after.definition;
        let actions = if definition.actions_enabled { definition.actions(after.state) } else { &[] };
        Self {
            alarm: definition.name.clone(),
            arn: after.arn.clone(),
            actions: actions.to_vec(),
            time: after.updated,
            account: account.to_owned(),
            region: region.to_owned(),
            state: state(after),
            previous: state(before),
            configuration: configuration(after),
        }
    }

    /// The event that a Lambda function gets (CloudWatch guide, "Invoke a Lambda function from an alarm").
    #[must_use]
    pub fn lambda_event(&self) -> String {
        json!({
            "source": "aws.cloudwatch",
            "alarmArn": self.arn,
            "accountId": self.account,
            "time": stamp(self.time),
            "region": self.region,
            "alarmData": self.detail(),
        })
        .to_string()
    }

    /// `detail` of EventBridge's event (CloudWatch guide, "Alarm events and EventBridge").
    #[must_use]
    pub fn detail(&self) -> Json {
        json!({
            "alarmName": self.alarm,
            "state": self.state,
            "previousState": self.previous,
            "configuration": self.configuration,
        })
    }
}

fn state(alarm: &Alarm) -> Json {
    let mut state = json!({
        "value": alarm.state.as_str(),
        "reason": alarm.reason,
        "timestamp": stamp(alarm.updated),
    });
    if let Some(data) = &alarm.reason_data {
        state["reasonData"] = Json::from(data.as_str());
    }
    state
}

fn configuration(alarm: &Alarm) -> Json {
    let mut configuration = match &alarm.definition.condition {
        Condition::Composite(rule) => json!({ "alarmRule": rule }),
        Condition::Metric(condition) => json!({ "metrics": metrics(condition) }),
    };
    if let Some(description) = &alarm.definition.description {
        configuration["description"] = Json::from(description.as_str());
    }
    configuration
}

fn metrics(condition: &MetricCondition) -> Vec<Json> {
    match &condition.source {
        AlarmSource::Queries(queries) => queries.iter().map(query).collect(),
        AlarmSource::Metric { metric, stat, .. } => {
            let stat = metric_stat(metric, condition.period.as_secs(), stat.as_str());
            vec![json!({ "id": "m1", "metricStat": stat, "returnData": true })]
        }
    }
}

fn query(query: &DataQuery) -> Json {
    let mut told = json!({ "id": query.id, "returnData": query.return_data });
    match &query.source {
        QuerySource::Expression(text) => told["expression"] = Json::from(text.as_str()),
        QuerySource::Metric { metric, stat } => {
            told["metricStat"] = metric_stat(metric, query.period.as_secs(), stat.as_str());
        }
    }
    if let Some(label) = &query.label {
        told["label"] = Json::from(label.as_str());
    }
    told
}

fn metric_stat(metric: &MetricId, seconds: u64, stat: &str) -> Json {
    let dimensions: BTreeMap<&String, &String> =
        metric.dimensions.iter().map(|(name, value)| (name, value)).collect();
    json!({
        "metric": { "namespace": metric.namespace, "name": metric.name, "dimensions": dimensions },
        "period": seconds,
        "stat": stat,
    })
}

/// A time as CloudWatch writes it: `2023-08-04T12:36:15.490+0000`.
fn stamp(time: Timestamp) -> String {
    time.to_iso_8601().replace('Z', "+0000")
}
