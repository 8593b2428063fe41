//! Metrics, alarms and the state of indexes under load, by the engine's own door.

use std::time::Duration;

use dynacore::error::Error;
use dynacore::request::Service;
use dynacore::table::Settings;
use dynacore::testing::with;
use serde_json::{Value as Json, json};

use crate::database::{Database, START, provisioned};

const MINUTE: Duration = Duration::from_secs(60);
const NAMESPACE: &str = "AWS/DynamoDB";

fn watch(database: &mut Database, operation: &str, body: &Json) -> Result<Json, Error> {
    database.ask_service(Service::CloudWatch, operation, body)
}

fn dimensions(pairs: &[(&str, &str)]) -> Json {
    pairs.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
}

/// The statistics of a metric over the first hour, by the minute.
fn minutes(database: &mut Database, metric: &str, of: &[(&str, &str)], statistic: &str) -> Vec<f64> {
    let body = json!({
        "Namespace": NAMESPACE, "MetricName": metric, "Dimensions": dimensions(of), "StartTime": START,
        "EndTime": START + 3_600, "Period": 60, "Statistics": [statistic],
    });
    let answer = watch(database, "GetMetricStatistics", &body).unwrap();
    answer["Datapoints"].as_array().unwrap().iter().map(|point| point[statistic].as_f64().unwrap()).collect()
}

const LAPS: (&str, &str) = ("TableName", "laps");

#[test]
fn what_a_table_consumes_and_answers_is_counted_by_the_minute() {
    let mut database = Database::with(Settings::default());
    database.laps(&provisioned(100, 100));
    for minute in 0..3_usize {
        for lap in 0..=minute {
            database.run(&database.lap("Senna", lap as i64)).unwrap();
        }
        database.pass(MINUTE);
    }
    let query = json!({
        "TableName": "laps", "KeyConditionExpression": "driver = :d",
        "ExpressionAttributeValues": { ":d": { "S": "Senna" } },
    });
    database.done("Query", &query);
    let consumed = minutes(&mut database, "ConsumedWriteCapacityUnits", &[LAPS], "Sum");
    assert_eq!(consumed, [1.0, 2.0, 3.0, 0.0], "an idle minute is a point of zero");
    assert_eq!(minutes(&mut database, "ConsumedWriteCapacityUnits", &[LAPS], "SampleCount")[2], 3.0);
    assert_eq!(minutes(&mut database, "ConsumedReadCapacityUnits", &[LAPS], "Maximum")[3], 0.5);
    let puts = [LAPS, ("Operation", "PutItem")];
    assert_eq!(minutes(&mut database, "SuccessfulRequestLatency", &puts, "SampleCount"), [1.0, 2.0, 3.0]);
    let queries = [LAPS, ("Operation", "Query")];
    assert_eq!(minutes(&mut database, "ReturnedItemCount", &queries, "Sum"), [3.0]);
    assert_eq!(minutes(&mut database, "ProvisionedWriteCapacityUnits", &[LAPS], "Average"), [100.0]);
    assert_eq!(minutes(&mut database, "AccountMaxReads", &[], "Maximum"), [80_000.0]);
}

#[test]
fn refusals_are_counted_where_they_belong() {
    let mut database = Database::with(Settings { initial_burst_seconds: 0, ..Settings::default() });
    database.laps(&provisioned(1, 1));
    assert!(database.run(&database.lap("Senna", 1)).unwrap_err().is_throttle());
    database.pass(MINUTE);
    let put = json!({
        "TableName": "laps", "Item": { "driver": { "S": "Senna" }, "lap": { "N": "1" } },
        "ConditionExpression": "attribute_exists(driver)",
    });
    assert!(database.ask("PutItem", &put).is_err());
    let wrong = json!({ "TableName": "laps", "Key": { "driver": { "S": "Senna" } } });
    assert!(database.ask("GetItem", &wrong).is_err());
    assert_eq!(minutes(&mut database, "WriteThrottleEvents", &[LAPS], "Sum"), [1.0]);
    let puts = [LAPS, ("Operation", "PutItem")];
    assert_eq!(minutes(&mut database, "ThrottledRequests", &puts, "Sum"), [1.0]);
    assert_eq!(minutes(&mut database, "SuccessfulRequestLatency", &puts, "SampleCount"), [0.0; 0]);
    assert_eq!(minutes(&mut database, "ConditionalCheckFailedRequests", &[LAPS], "Sum"), [1.0]);
    assert_eq!(minutes(&mut database, "UserErrors", &[], "Sum"), [1.0]);
    let listed = watch(&mut database, "ListMetrics", &json!({ "MetricName": "ThrottledRequests" })).unwrap();
    assert_eq!(listed["Metrics"][0]["Dimensions"], dimensions(&[("Operation", "PutItem"), LAPS]));
    let text = database.engine.prometheus(database.now);
    assert!(
        text.contains("dynacore_throttled_requests_total{table=\"laps\",operation=\"PutItem\"} 1\n"),
        "{text}"
    );
    assert!(
        text.contains("dynacore_throttle_events_total{table=\"laps\",index=\"\",kind=\"write\"} 1\n"),
        "{text}"
    );
}

#[test]
fn an_under_provisioned_index_throttles_its_table_and_its_metrics_say_so() {
    let mut database = Database::with(Settings { initial_burst_seconds: 0, ..Settings::default() });
    let mut members = provisioned(100, 100);
    members["AttributeDefinitions"] = json!([
        { "AttributeName": "driver", "AttributeType": "S" }, { "AttributeName": "lap", "AttributeType": "N" },
        { "AttributeName": "team", "AttributeType": "S" },
    ]);
    members["GlobalSecondaryIndexes"] = json!([{
        "IndexName": "by-team", "KeySchema": [{ "AttributeName": "team", "KeyType": "HASH" }],
        "Projection": { "ProjectionType": "ALL" },
        "ProvisionedThroughput": { "ReadCapacityUnits": 1, "WriteCapacityUnits": 1 },
    }]);
    database.laps(&members);
    database.pass(Duration::from_secs(1));
    let put = |lap: i64| {
        let item =
            json!({ "driver": { "S": "Senna" }, "lap": { "N": lap.to_string() }, "team": { "S": "red" } });
        json!({ "TableName": "laps", "Item": item })
    };
    database.done("PutItem", &put(1));
    let error = database.ask("PutItem", &put(2)).unwrap_err();
    assert_eq!(
        error.message(),
        "The level of configured provisioned throughput for one or more global secondary indexes of the table was \
         exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with \
         the UpdateTable API"
    );
    let Error::ProvisionedThroughputExceeded(reasons) = error else { panic!("{error}") };
    assert_eq!(reasons[0].reason, "IndexWriteProvisionedThroughputExceeded");
    assert!(reasons[0].resource.ends_with(":table/laps/index/by-team"));
    let index = [LAPS, ("GlobalSecondaryIndexName", "by-team")];
    assert_eq!(minutes(&mut database, "WriteThrottleEvents", &index, "Sum"), [1.0]);
    assert_eq!(minutes(&mut database, "WriteThrottleEvents", &[LAPS], "Sum"), [0.0; 0]);
    assert_eq!(minutes(&mut database, "ConsumedWriteCapacityUnits", &index, "Sum"), [1.0]);
}

fn alarm(threshold: f64, periods: i64) -> Json {
    json!({
        "AlarmName": "busy", "Namespace": NAMESPACE, "MetricName": "ConsumedWriteCapacityUnits",
        "Dimensions": dimensions(&[LAPS]), "Statistic": "Sum", "Period": 60, "EvaluationPeriods": periods,
        "Threshold": threshold, "ComparisonOperator": "GreaterThanThreshold", "AlarmActions": ["arn:aws:sns:x:y:z"],
    })
}

fn state(database: &mut Database) -> String {
    let answer = watch(database, "DescribeAlarms", &json!({ "AlarmNames": ["busy"] })).unwrap();
    answer["MetricAlarms"][0]["StateValue"].as_str().unwrap().to_owned()
}

#[test]
fn an_alarm_is_judged_each_minute_of_the_engines_clock() {
    let mut database = Database::with(Settings::default());
    database.laps(&provisioned(100, 100));
    watch(&mut database, "PutMetricAlarm", &alarm(10.0, 2)).unwrap();
    assert_eq!(state(&mut database), "INSUFFICIENT_DATA");
    let laps: Vec<_> = (0..20).map(|lap| database.lap("Senna", lap)).collect();
    for _ in 0..2 {
        assert_ne!(state(&mut database), "ALARM");
        laps.iter().for_each(|lap| database.run(lap).unwrap());
        database.pass(MINUTE);
    }
    assert_eq!(state(&mut database), "ALARM");
    database.pass(MINUTE);
    assert_eq!(state(&mut database), "OK");
    let history = watch(&mut database, "DescribeAlarmHistory", &json!({ "AlarmName": "busy" })).unwrap();
    let summaries: Vec<&str> = history["AlarmHistoryItems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["HistorySummary"].as_str().unwrap())
        .collect();
    assert_eq!(
        summaries,
        [
            "Alarm updated from ALARM to OK",
            "Failed to execute action arn:aws:sns:x:y:z. No function of that name is known to dynacore.",
            "Alarm updated from INSUFFICIENT_DATA to ALARM",
            "Alarm \"busy\" created",
        ]
    );
    let set = json!({ "AlarmName": "busy", "StateValue": "ALARM", "StateReason": "a test" });
    watch(&mut database, "SetAlarmState", &set).unwrap();
    assert_eq!(state(&mut database), "ALARM");
    database.pass(MINUTE);
    assert_eq!(state(&mut database), "OK", "until the next look");
    watch(&mut database, "DeleteAlarms", &json!({ "AlarmNames": ["busy"] })).unwrap();
    assert_eq!(database.engine.next_event_at(), None);
}

#[test]
fn custom_metrics_are_added_up_and_computed_with() {
    let mut database = Database::with(Settings::default());
    let put = |value: f64, second: i64| json!({ "Namespace": "app", "MetricData": [{ "MetricName": "orders", "Value": value, "Timestamp": START + second }] });
    for (value, second) in [(2.0, 0), (3.0, 30), (10.0, 60)] {
        watch(&mut database, "PutMetricData", &put(value, second)).unwrap();
    }
    let query = json!({
        "StartTime": START, "EndTime": START + 120, "ScanBy": "TimestampAscending",
        "MetricDataQueries": [
            { "Id": "rate", "Expression": "orders / PERIOD(orders)" },
            { "Id": "orders", "ReturnData": false, "MetricStat": {
                "Metric": { "Namespace": "app", "MetricName": "orders" }, "Period": 60, "Stat": "Sum",
            } },
        ],
    });
    let answer = watch(&mut database, "GetMetricData", &query).unwrap();
    assert_eq!(answer["MetricDataResults"].as_array().unwrap().len(), 1);
    let result = &answer["MetricDataResults"][0];
    assert_eq!(result["Values"], json!([5.0 / 60.0, 10.0 / 60.0]));
    assert_eq!(result["Timestamps"], json!([START as f64, (START + 60) as f64]));
    let own = json!({ "Namespace": "AWS/DynamoDB", "MetricData": [{ "MetricName": "x", "Value": 1.0 }] });
    let refused = watch(&mut database, "PutMetricData", &own).unwrap_err();
    assert_eq!(
        (refused.code(), refused.class()),
        ("InvalidParameterValue", "InvalidParameterValueException")
    );
    let old = watch(&mut database, "PutMetricData", &put(1.0, -15 * 86_400)).unwrap_err();
    assert_eq!(old.code(), "InvalidParameterValue");
}

fn report(database: &mut Database, rule: &str, members: Json) -> Json {
    let body = json!({ "RuleName": rule, "StartTime": START, "EndTime": START + 3_600, "Period": 60 });
    watch(database, "GetInsightRuleReport", &with(&body, members)).unwrap()
}

/// The keys of a report with their values.
fn contributors(report: &Json) -> Vec<(Json, f64)> {
    let contributors = report["Contributors"].as_array().unwrap();
    contributors
        .iter()
        .map(|each| (each["Keys"].clone(), each["ApproximateAggregateValue"].as_f64().unwrap()))
        .collect()
}

#[test]
fn contributors_are_counted_where_it_was_asked_for() {
    let mut database = Database::with(Settings { initial_burst_seconds: 0, ..Settings::default() });
    database.laps(&provisioned(1, 10));
    let enable = json!({ "TableName": "laps", "ContributorInsightsAction": "ENABLE" });
    database.run(&database.lap("Hill", 1)).unwrap_err();
    database.pass(Duration::from_secs(1));
    database.done("UpdateContributorInsights", &enable);
    let answer = database.done("DescribeContributorInsights", &json!({ "TableName": "laps" }));
    let rules: Vec<String> = serde_json::from_value(answer["ContributorInsightsRuleList"].clone()).unwrap();
    let [partitions, partitions_throttled, laps, laps_throttled] = &rules[..] else { panic!("{rules:?}") };
    for (driver, lap, count) in [("Senna", 1, 4), ("Senna", 2, 3), ("Prost", 1, 5)] {
        for _ in 0..count {
            let _ = database.run(&database.lap(driver, lap));
        }
    }
    database.pass(MINUTE);
    database.run(&database.lap("Prost", 7)).unwrap();
    // Of twelve writes ten were served, each three units.
    let found =
        report(&mut database, partitions, json!({ "Metrics": ["Sum", "UniqueContributors", "SampleCount"] }));
    assert_eq!(contributors(&found), [(json!(["Senna"]), 21.0), (json!(["Prost"]), 12.0)]);
    assert_eq!((&found["KeyLabels"], &found["AggregateValue"]), (&json!(["driver"]), &json!(33.0)));
    assert_eq!(
        (&found["AggregationStatistic"], &found["ApproximateUniqueCount"]),
        (&json!("Sum"), &json!(2))
    );
    let points: Vec<Json> = [(0, 30.0, 10.0, 2.0), (60, 3.0, 1.0, 1.0)]
        .map(|(second, sum, count, unique)| {
            let start = (START + second) as f64;
            json!({ "Timestamp": start, "Sum": sum, "SampleCount": count, "UniqueContributors": unique })
        })
        .to_vec();
    assert_eq!(found["MetricDatapoints"], json!(points));
    let prost = &found["Contributors"][1]["Datapoints"];
    assert_eq!(
        *prost,
        json!([
            { "Timestamp": START as f64, "ApproximateValue": 9.0 },
            { "Timestamp": (START + 60) as f64, "ApproximateValue": 3.0 },
        ])
    );
    // Of four keys the three with the most.
    let found = report(&mut database, laps, json!({ "MaxContributorCount": 3 }));
    let keys: Vec<(Json, f64)> = [("Senna", "1", 12.0), ("Senna", "2", 9.0), ("Prost", "1", 9.0)]
        .map(|(driver, lap, units)| (json!([driver, lap]), units))
        .to_vec();
    assert_eq!(contributors(&found), keys);
    assert_eq!(found["KeyLabels"], json!(["driver", "lap"]));
    let found = report(&mut database, partitions_throttled, json!({}));
    assert_eq!(contributors(&found), [(json!(["Prost"]), 2.0)]);
    let found = report(&mut database, laps_throttled, json!({ "StartTime": START - 60, "EndTime": START }));
    assert_eq!(contributors(&found), []);

    let disable = with(&enable, json!({ "ContributorInsightsAction": "DISABLE" }));
    database.done("UpdateContributorInsights", &disable);
    database.pass(Duration::from_secs(1));
    let body = json!({ "RuleName": partitions, "StartTime": START, "EndTime": START + 60, "Period": 60 });
    let refused = watch(&mut database, "GetInsightRuleReport", &body).unwrap_err();
    assert_eq!(refused.code(), "ResourceNotFoundException");
}

#[test]
fn dashboards_are_kept() {
    let mut database = Database::with(Settings::default());
    let put = json!({ "DashboardName": "cars", "DashboardBody": "{\"widgets\":[]}" });
    watch(&mut database, "PutDashboard", &put).unwrap();
    let found = watch(&mut database, "GetDashboard", &json!({ "DashboardName": "cars" })).unwrap();
    assert_eq!(found["DashboardBody"], "{\"widgets\":[]}");
    let listed = watch(&mut database, "ListDashboards", &json!({})).unwrap();
    assert_eq!(listed["DashboardEntries"][0]["Size"], 14);
    watch(&mut database, "DeleteDashboards", &json!({ "DashboardNames": ["cars"] })).unwrap();
    let missing = watch(&mut database, "GetDashboard", &json!({ "DashboardName": "cars" })).unwrap_err();
    assert_eq!(
        (missing.code(), missing.class(), missing.http_status()),
        ("ResourceNotFound", "DashboardNotFoundError", 404)
    );
    let broken = json!({ "DashboardName": "cars", "DashboardBody": "[" });
    assert_eq!(
        watch(&mut database, "PutDashboard", &broken).unwrap_err().class(),
        "DashboardInvalidInputError"
    );
}

#[test]
fn the_alarms_of_a_scaling_policy_are_alarms_too() {
    let mut database = Database::with(Settings::default());
    database.laps(&provisioned(10, 10));
    let target = json!({
        "ServiceNamespace": "dynamodb", "ResourceId": "table/laps",
        "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
    });
    let mut register = target.clone();
    (register["MinCapacity"], register["MaxCapacity"]) = (json!(5), json!(100));
    database.ask_service(Service::ApplicationAutoScaling, "RegisterScalableTarget", &register).unwrap();
    let mut policy = target;
    policy["PolicyName"] = json!("follow");
    policy["PolicyType"] = json!("TargetTrackingScaling");
    policy["TargetTrackingScalingPolicyConfiguration"] = json!({
        "TargetValue": 70.0,
        "PredefinedMetricSpecification": { "PredefinedMetricType": "DynamoDBWriteCapacityUtilization" },
    });
    database.ask_service(Service::ApplicationAutoScaling, "PutScalingPolicy", &policy).unwrap();
    let prefix = json!({ "AlarmNamePrefix": "TargetTracking-table/laps-AlarmHigh" });
    let answer = watch(&mut database, "DescribeAlarms", &prefix).unwrap();
    let alarms = answer["MetricAlarms"].as_array().unwrap();
    assert_eq!(alarms.len(), 1);
    assert_eq!(
        (alarms[0]["Threshold"].as_f64(), alarms[0]["EvaluationPeriods"].as_i64()),
        (Some(420.0), Some(2))
    );
    assert_eq!(alarms[0]["MetricName"], "ConsumedWriteCapacityUnits");
}
