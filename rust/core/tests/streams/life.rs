//! Enabling, disabling, describing and listing streams.

use std::time::Duration;

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{DAY, Database, START, cars, events};

fn on() -> Json {
    json!({ "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" })
}

fn off() -> Json {
    json!({ "StreamEnabled": false })
}

fn listed(database: &mut Database, body: Json) -> Vec<String> {
    let answer = database.done("ListStreams", &body);
    let streams = answer["Streams"].as_array().unwrap();
    streams.iter().map(|stream| stream["StreamArn"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_table_tells_of_its_stream() {
    let mut database = Database::streamed("KEYS_ONLY");
    let table = database.table();
    let label = "2023-11-14T22:13:20.000";
    let arn = format!("arn:aws:dynamodb:us-east-1:000000000000:table/cars/stream/{label}");
    assert_eq!(table["StreamSpecification"], json!({ "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" }));
    assert_eq!((&table["LatestStreamLabel"], &table["LatestStreamArn"]), (&json!(label), &json!(arn)));
    let stream = database.stream(&arn);
    let shard = &stream["Shards"][0];
    let id = shard["ShardId"].as_str().unwrap();
    assert!(id.starts_with("shardId-00000001700000000000-") && id.len() == 37, "{id}");
    assert_eq!(shard["SequenceNumberRange"].get("EndingSequenceNumber"), None);
    assert_eq!(
        stream,
        json!({
            "StreamArn": arn,
            "StreamLabel": label,
            "StreamStatus": "ENABLED",
            "StreamViewType": "KEYS_ONLY",
            "CreationRequestDateTime": START as f64,
            "TableName": "cars",
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "Shards": [shard],
        })
    );
    let filter = json!({ "StreamArn": arn, "ShardFilter": { "Type": "CHILD_SHARDS", "ShardId": id } });
    assert_eq!(database.done("DescribeStream", &filter)["StreamDescription"]["Shards"], json!([]));
    let behind = json!({ "StreamArn": arn, "ExclusiveStartShardId": id });
    assert_eq!(database.done("DescribeStream", &behind)["StreamDescription"]["Shards"], json!([]));
}

#[test]
fn a_stream_is_enabled_and_disabled_once() {
    let mut database = Database::new();
    database.done("CreateTable", &cars());
    let update = |specification: Json| json!({ "TableName": "cars", "StreamSpecification": specification });
    assert_eq!(
        database.refused("UpdateTable", &update(off())),
        "ValidationException: Table has no stream to disable: TableName: cars"
    );
    assert_eq!(database.set_stream(on())["TableStatus"], "UPDATING");
    assert_eq!(
        database.refused("UpdateTable", &update(on())),
        "ValidationException: Table already has an enabled stream: TableName: cars"
    );
    let changed = database.set_stream(off());
    assert_eq!(changed.get("StreamSpecification"), None);
    assert!(changed["LatestStreamArn"].is_string());
}

#[test]
fn a_specification_is_checked() {
    let mut database = Database::new();
    let mut table = cars();
    for (specification, refusal) in [
        (json!({}), "1 validation error detected: Value null at 'streamSpecification.streamEnabled' failed"),
        (
            json!({ "StreamEnabled": true, "StreamViewType": "x" }),
            "1 validation error detected: Value 'x' at 'streamSpecification.streamViewType' failed",
        ),
        (
            json!({ "StreamEnabled": true }),
            "One or more parameter values were invalid: Table is being created",
        ),
        (
            json!({ "StreamEnabled": false, "StreamViewType": "KEYS_ONLY" }),
            "One or more parameter values were invalid: Table is being created with a stream disabled, \
             UpdateViewType should not be specified",
        ),
    ] {
        table["StreamSpecification"] = specification;
        let refused = database.refused("CreateTable", &table);
        assert!(refused.starts_with(&format!("ValidationException: {refusal}")), "{refused}");
    }
    table["StreamSpecification"] = off();
    let made = database.done("CreateTable", &table);
    assert_eq!(made["TableDescription"].get("LatestStreamArn"), None);
    let both = json!({
        "TableName": "cars",
        "StreamSpecification": on(),
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": { "ReadCapacityUnits": 1, "WriteCapacityUnits": 1 },
    });
    assert!(database.refused("UpdateTable", &both).contains("StreamSpecification can only be combined"));
    let protected =
        json!({ "TableName": "cars", "StreamSpecification": on(), "DeletionProtectionEnabled": true });
    assert!(database.refused("UpdateTable", &protected).contains("must be the only operation"));
}

#[test]
fn states_last_as_long_as_the_tables() {
    let settings = Settings { table_transition: Duration::from_secs(10), ..Settings::default() };
    let mut database = Database::streamed_with(settings, "KEYS_ONLY");
    let arn = database.arn();
    assert_eq!(database.stream(&arn)["StreamStatus"], "ENABLING");
    database.wait(10);
    assert_eq!(database.stream(&arn)["StreamStatus"], "ENABLED");
    database.set_stream(off());
    assert_eq!(database.stream(&arn)["StreamStatus"], "DISABLING");
    database.wait(10);
    assert_eq!(database.stream(&arn)["StreamStatus"], "DISABLED");
    assert_eq!(database.table()["TableStatus"], "ACTIVE");
}

#[test]
fn a_disabled_stream_is_readable_for_a_day() {
    let mut database = Database::streamed("KEYS_ONLY");
    database.wait(100);
    database.put("1", "vw");
    let first = database.arn();
    database.set_stream(off());
    database.put("2", "vw");
    let shard = database.stream(&first)["Shards"][0].clone();
    let range = &shard["SequenceNumberRange"];
    assert!(
        range["StartingSequenceNumber"].as_str().unwrap() <= range["EndingSequenceNumber"].as_str().unwrap()
    );
    database.set_stream(on());
    database.put("3", "vw");
    let second = database.arn();
    assert_ne!(first, second);
    let place = database.place(&first, "TRIM_HORIZON");
    let iterator = database.iterator(&place);
    let page = database.done("GetRecords", &json!({ "ShardIterator": iterator }));
    assert_eq!(events(page["Records"].as_array().unwrap()), [("INSERT".to_owned(), "1".to_owned())]);
    assert_eq!(page.get("NextShardIterator"), None, "a closed shard was read to its end");
    assert_eq!(events(&database.records()), [("INSERT".to_owned(), "3".to_owned())]);
    assert_eq!(listed(&mut database, json!({ "TableName": "cars" })), [first.clone(), second.clone()]);
    database.wait(DAY - 1);
    database.stream(&first);
    database.wait(1);
    let gone = database.refused("DescribeStream", &json!({ "StreamArn": first }));
    assert_eq!(
        gone,
        format!("ResourceNotFoundException: Requested resource not found: Stream: {first} not found")
    );
    assert_eq!(listed(&mut database, json!({})), [second]);
}

#[test]
fn a_stream_outlives_its_table() {
    let mut database = Database::streamed("NEW_IMAGE");
    let arn = database.arn();
    database.put("1", "vw");
    database.wait(3_600);
    database.put("2", "vw");
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
    database.wait(1);
    database.refused("DescribeTable", &json!({ "TableName": "cars" }));
    assert_eq!(database.stream(&arn)["StreamStatus"], "DISABLED");
    // Another table of the name has nothing to do with it.
    database.done("CreateTable", &cars());
    database.put("9", "vw");
    let ids = |database: &mut Database| -> String {
        let place = database.place(&arn, "TRIM_HORIZON");
        let iterator = database.iterator(&place);
        events(&database.read(iterator, 1_000)).into_iter().map(|(_, id)| id).collect()
    };
    assert_eq!(ids(&mut database), "12");
    database.wait(DAY - 3_600);
    assert_eq!(ids(&mut database), "2");
    database.wait(3_600);
    database.refused("DescribeStream", &json!({ "StreamArn": arn }));
    assert_eq!(listed(&mut database, json!({ "TableName": "cars" })), [""; 0]);
}

#[test]
fn streams_are_listed_in_pages() {
    let mut database = Database::new();
    for name in ["a-cars", "b-cars", "c-cars"] {
        let mut table = cars();
        table["TableName"] = json!(name);
        table["StreamSpecification"] = on();
        database.done("CreateTable", &table);
    }
    let page = database.done("ListStreams", &json!({ "Limit": 2 }));
    let names = |page: &Json| -> Vec<Json> {
        page["Streams"].as_array().unwrap().iter().map(|stream| stream["TableName"].clone()).collect()
    };
    assert_eq!(names(&page), ["a-cars", "b-cars"]);
    let rest =
        database.done("ListStreams", &json!({ "ExclusiveStartStreamArn": page["LastEvaluatedStreamArn"] }));
    assert_eq!(names(&rest), ["c-cars"]);
    assert_eq!(rest.get("LastEvaluatedStreamArn"), None);
    assert!(
        database.refused("ListStreams", &json!({ "Limit": 101 })).starts_with("ValidationException: 1 valid")
    );
    assert!(
        database.refused("ListStreams", &json!({ "Limit": 0 })).starts_with("ValidationException: 1 valid")
    );
    let missing = database.refused("ListStreams", &json!({ "TableName": "vans" }));
    assert_eq!(missing, "ResourceNotFoundException: Requested resource not found: Table: vans not found");
}
