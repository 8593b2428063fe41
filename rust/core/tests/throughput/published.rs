//! The metrics that the service publishes (facts 11.1), each made to happen and read with its dimensions. Those of
//! replication are in `tests/world`.

use std::time::Duration;

use dynacore::request::Service;
use dynacore::store::MemoryStore;
use dynacore::table::{KinesisOutcome, Settings};
use dynacore::testing::{FaultyStore, with};
use serde_json::{Value as Json, json};

use crate::database::{Database, START, provisioned};

const KINESIS: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/changes";
const HOUR_SECONDS: i64 = 3_600;

/// What one statistic of a metric comes to over two hours; none where there is nothing.
fn read(database: &mut Database, namespace: &str, metric: &str, of: &Json, statistic: &str) -> Option<f64> {
    let body = json!({
        "Namespace": namespace, "MetricName": metric, "Dimensions": of, "StartTime": START,
        "EndTime": START + 2 * HOUR_SECONDS, "Period": 2 * HOUR_SECONDS, "Statistics": [statistic],
    });
    let answer = database.ask_service(Service::CloudWatch, "GetMetricStatistics", &body).unwrap();
    answer["Datapoints"][0][statistic].as_f64()
}

fn dimensions(pairs: &[(&str, &str)]) -> Json {
    pairs.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
}

/// Whether ListMetrics has it with just these dimensions.
fn is_listed(database: &mut Database, metric: &str, of: &[(&str, &str)]) -> bool {
    let body = json!({ "MetricName": metric, "Dimensions": dimensions(of) });
    let answer = database.ask_service(Service::CloudWatch, "ListMetrics", &body).unwrap();
    let metrics = answer["Metrics"].as_array().unwrap();
    metrics.iter().any(|found| found["Dimensions"].as_array().unwrap().len() == of.len())
}

fn put(lap: i64, more: Json) -> Json {
    let item = json!({ "driver": { "S": "Senna" }, "lap": { "N": lap.to_string() }, "team": { "S": "red" } });
    with(&json!({ "TableName": "laps", "Item": item }), more)
}

fn index(write_units: u64) -> Json {
    json!({
        "IndexName": "by-team", "KeySchema": [{ "AttributeName": "team", "KeyType": "HASH" }],
        "Projection": { "ProjectionType": "ALL" },
        "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": write_units },
    })
}

const LAPS: (&str, &str) = ("TableName", "laps");
const INDEX: (&str, &str) = ("GlobalSecondaryIndexName", "by-team");

/// A table with an index that is being filled, a stream, and changes that go to Kinesis, after a day's events.
fn busy() -> (Database, String) {
    let settings = Settings {
        initial_burst_seconds: 0,
        backfill_items_per_second: Some(4),
        transaction_duration: Duration::from_secs(1),
        ..Settings::default()
    };
    let mut database = Database::with(settings);
    let stream = json!({ "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" });
    let mut members = provisioned(10, 10);
    members["StreamSpecification"] = stream;
    database.laps(&members);
    database.engine.set_kinesis_stream(KINESIS, true);
    database.done("EnableKinesisStreamingDestination", &json!({ "TableName": "laps", "StreamArn": KINESIS }));
    database.pass(Duration::from_secs(1));
    for lap in 0..6 {
        database.pass(Duration::from_secs(1));
        database.done("PutItem", &put(lap, json!({})));
    }
    let time_to_live = json!({ "Enabled": true, "AttributeName": "ends" });
    database
        .done("UpdateTimeToLive", &json!({ "TableName": "laps", "TimeToLiveSpecification": time_to_live }));
    let mut ending = put(50, json!({}));
    ending["Item"]["ends"] = json!({ "N": (START + 60).to_string() });
    database.done("PutItem", &ending);
    let query = json!({
        "TableName": "laps", "KeyConditionExpression": "driver = :d",
        "ExpressionAttributeValues": { ":d": { "S": "Senna" } },
    });
    database.done("Query", &query);
    database.refusal("PutItem", &put(1, json!({ "ConditionExpression": "attribute_not_exists(driver)" })));
    database.refusal("PutItem", &json!({ "TableName": "laps", "Item": {} }));
    // Items of 20 KB take two seconds' worth each, so few of them use up what was saved.
    let large = |lap: i64| {
        let mut large = put(lap, json!({}));
        large["Item"]["x"] = json!({ "S": "x".repeat(20_000) });
        large
    };
    let refused = (100..120).find_map(|lap| database.ask("PutItem", &large(lap)).err());
    assert!(refused.unwrap().is_throttle());
    database.pass(Duration::from_secs(5));
    let write = json!([{ "Put": put(3, json!({})) }]);
    database.done("TransactWriteItems", &json!({ "TransactItems": write }));
    database.refusal("PutItem", &put(3, json!({})));
    let created = json!([{ "Create": index(1) }]);
    let attributes = json!([
        { "AttributeName": "driver", "AttributeType": "S" }, { "AttributeName": "lap", "AttributeType": "N" },
        { "AttributeName": "team", "AttributeType": "S" },
    ]);
    database.done(
        "UpdateTable",
        &json!({
            "TableName": "laps", "GlobalSecondaryIndexUpdates": created, "AttributeDefinitions": attributes,
        }),
    );
    database.pass(Duration::from_secs(300));
    let arn = database.done("DescribeTable", &json!({ "TableName": "laps" }))["Table"]["LatestStreamArn"]
        .as_str()
        .unwrap()
        .to_owned();
    (database, arn)
}

fn read_stream(database: &mut Database, arn: &str) {
    let streams = Service::DynamoDbStreams;
    let body = json!({ "StreamArn": arn });
    let shard = database.ask_service(streams, "DescribeStream", &body).unwrap();
    let shard = &shard["StreamDescription"]["Shards"][0]["ShardId"];
    let body = json!({ "StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
    let iterator = database.ask_service(streams, "GetShardIterator", &body).unwrap()["ShardIterator"].clone();
    database.ask_service(streams, "GetRecords", &json!({ "ShardIterator": iterator })).unwrap();
}

/// A metric, its dimensions, a statistic, and the least it comes to.
type Wanted<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, f64);

#[test]
fn every_metric_of_a_table_can_be_read_with_its_dimensions() {
    let (mut database, arn) = busy();
    read_stream(&mut database, &arn);
    let now = database.now;
    let (batch, _) = database.engine.kinesis_batch(KINESIS, 100).unwrap().unwrap();
    let outcome = KinesisOutcome { throttled: 2, failed: 1 };
    database.engine.finish_kinesis_batch(&batch, outcome, now).unwrap();
    let label = arn.rsplit('/').next().unwrap();
    let of = |operation: &'static str| [LAPS, ("Operation", operation)];
    let kinesis = [LAPS, ("DelegatedOperation", "PutRecord")];
    let records = [LAPS, ("Operation", "GetRecords"), ("StreamLabel", label)];
    let at_least: &[Wanted<'_>] = &[
        ("ConsumedReadCapacityUnits", &[LAPS], "Sum", 0.5),
        ("ConsumedWriteCapacityUnits", &[LAPS], "Sum", 27.0),
        ("ConsumedReadCapacityUnits", &[LAPS, INDEX], "SampleCount", 1.0),
        ("ConsumedWriteCapacityUnits", &[LAPS, INDEX], "SampleCount", 1.0),
        ("ProvisionedReadCapacityUnits", &[LAPS], "Average", 10.0),
        ("ProvisionedWriteCapacityUnits", &[LAPS, INDEX], "Maximum", 1.0),
        ("WriteThrottleEvents", &[LAPS], "Sum", 1.0),
        ("WriteProvisionedThroughputThrottleEvents", &[LAPS], "Sum", 1.0),
        ("ThrottledRequests", &of("PutItem"), "Sum", 1.0),
        ("SuccessfulRequestLatency", &of("Query"), "Average", 5.0),
        ("SuccessfulRequestLatency", &of("GetRecords"), "Average", 3.0),
        ("ReturnedItemCount", &of("Query"), "Sum", 7.0),
        ("ConditionalCheckFailedRequests", &[LAPS], "Sum", 1.0),
        ("TransactionConflict", &[LAPS], "Sum", 1.0),
        ("TimeToLiveDeletedItemCount", &[LAPS], "Sum", 1.0),
        ("ReturnedRecordsCount", &records, "Sum", 8.0),
        ("ReturnedBytes", &records, "Sum", 20_000.0),
        ("OnlineIndexPercentageProgress", &[LAPS, INDEX], "Maximum", 100.0),
        // Seven items of a unit each; the one of 20 KB waits until the index has saved enough.
        ("OnlineIndexConsumedWriteCapacity", &[LAPS, INDEX], "Sum", 26.0),
        ("OnlineIndexThrottleEvents", &[LAPS, INDEX], "Sum", 1.0),
        ("AgeOfOldestUnreplicatedRecord", &kinesis, "Maximum", 300_000.0),
        ("ConsumedChangeDataCaptureUnits", &kinesis, "Sum", 27.0),
        ("ThrottledPutRecordCount", &kinesis, "Sum", 2.0),
        ("FailedToReplicateRecordCount", &kinesis, "Sum", 1.0),
    ];
    for (metric, of, statistic, least) in at_least {
        let found = read(&mut database, "AWS/DynamoDB", metric, &dimensions(of), statistic);
        assert!(found.is_some_and(|found| found >= *least), "{metric} {of:?} is {found:?}");
        assert!(is_listed(&mut database, metric, of), "{metric} {of:?} is not listed");
    }
}

#[test]
fn every_metric_of_the_account_can_be_read() {
    let (mut database, _) = busy();
    let usage = |resource| {
        let all = [("Service", "DynamoDB"), ("Type", "Resource"), ("Resource", resource), ("Class", "None")];
        ("AWS/Usage", "ResourceCount", dimensions(&all))
    };
    let own = |metric| ("AWS/DynamoDB", metric, json!([]));
    for ((namespace, metric, of), wanted) in [
        (own("AccountMaxReads"), 80_000.0),
        (own("AccountMaxWrites"), 80_000.0),
        (own("AccountMaxTableLevelReads"), 40_000.0),
        (own("AccountMaxTableLevelWrites"), 40_000.0),
        // 10 and 5 read units, 10 and 1 write units.
        (own("AccountProvisionedReadCapacityUtilization"), 15.0 / 800.0),
        (own("AccountProvisionedWriteCapacityUtilization"), 11.0 / 800.0),
        (own("MaxProvisionedTableReadCapacityUtilization"), 10.0 / 400.0),
        (own("MaxProvisionedTableWriteCapacityUtilization"), 10.0 / 400.0),
        (own("UserErrors"), 1.0),
        (usage("AccountProvisionedReadCapacityUnits"), 15.0),
        (usage("AccountProvisionedWriteCapacityUnits"), 11.0),
        (usage("TableCount"), 1.0),
    ] {
        let found = read(&mut database, namespace, metric, &of, "Maximum");
        assert_eq!(found, Some(wanted), "{metric} {of}");
    }
}

#[test]
fn what_the_store_fails_to_do_is_a_system_error() {
    let store = FaultyStore::failing_at(MemoryStore::new(), 2);
    let mut database = Database::over(Settings::default(), Box::new(store));
    database.laps(&provisioned(10, 10));
    let mut errors = 0;
    for lap in 0..4 {
        errors += i32::from(database.ask("PutItem", &put(lap, json!({}))).is_err());
    }
    assert_eq!(errors, 1);
    let of = dimensions(&[LAPS, ("Operation", "PutItem")]);
    assert_eq!(read(&mut database, "AWS/DynamoDB", "SystemErrors", &of, "Sum"), Some(1.0));
    assert_eq!(
        read(&mut database, "AWS/DynamoDB", "SuccessfulRequestLatency", &of, "SampleCount"),
        Some(3.0)
    );
}
