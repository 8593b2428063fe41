//! Changes on their way to a Kinesis stream.

use dynacore::table::KinesisOutcome;
use serde_json::{Value as Json, json};

use crate::database::{DAY, Database, cars};

const ARN: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/changes";

fn streaming() -> Database {
    let mut database = Database::new();
    database.engine.set_kinesis_stream(ARN, true);
    database.done("CreateTable", &cars());
    database.done("EnableKinesisStreamingDestination", &json!({ "TableName": "cars", "StreamArn": ARN }));
    database.table();
    database
}

/// Takes up to `count` changes and says that `arrived` of them did; gives the ids of all that were taken.
fn take(database: &mut Database, count: usize, arrived: usize) -> String {
    let Some((mut batch, records)) = database.engine.kinesis_batch(ARN, count).unwrap() else {
        return String::new();
    };
    let id = |data: &[u8]| -> String {
        let data: Json = serde_json::from_slice(data).unwrap();
        data["dynamodb"]["Keys"]["id"]["S"].as_str().unwrap().to_owned()
    };
    let ids = records.iter().flatten().map(|record| id(&record.data)).collect();
    batch.records.truncate(arrived);
    let (outcome, now) = (KinesisOutcome::default(), database.now);
    database.engine.finish_kinesis_batch(&batch, outcome, now).unwrap();
    ids
}

#[test]
fn what_has_not_arrived_comes_again() {
    let mut database = streaming();
    for id in ["1", "2", "3", "4"] {
        database.put(id, "vw");
        database.wait(1);
    }
    assert_eq!(take(&mut database, 3, 0), "123");
    assert_eq!(take(&mut database, 3, 2), "123");
    assert_eq!(take(&mut database, 3, 2), "34");
    assert_eq!(take(&mut database, 3, 0), "");
    assert_eq!(database.engine.kinesis_due(ARN), None);
    database.put("5", "vw");
    assert_eq!(take(&mut database, 3, 1), "5");
}

#[test]
fn what_never_arrives_is_kept_for_a_day() {
    let mut database = streaming();
    database.put("1", "vw");
    database.wait(60);
    database.put("2", "vw");
    database.wait(DAY - 60);
    database.table();
    assert_eq!(take(&mut database, 9, 0), "2");
    database.wait(60);
    database.table();
    assert_eq!(take(&mut database, 9, 0), "");
}

#[test]
fn a_stream_that_closes_and_opens_again_goes_on() {
    let mut database = streaming();
    database.engine.set_kinesis_stream(ARN, false);
    database.put("1", "vw");
    assert_eq!(take(&mut database, 9, 0), "");
    database.engine.set_kinesis_stream(ARN, true);
    assert_eq!(take(&mut database, 9, 1), "1");
    // The table takes its changes with it.
    database.put("2", "vw");
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
    database.refused("DescribeTable", &json!({ "TableName": "cars" }));
    assert_eq!(take(&mut database, 9, 0), "");
}

#[test]
fn a_change_that_no_record_can_hold_is_passed_over() {
    let mut database = streaming();
    // Quotation marks are twice as long in JSON.
    let long = "\"".repeat(390_000);
    database.put("1", &long);
    database.put("1", &long[1..]);
    database.put("2", "vw");
    assert_eq!(take(&mut database, 9, 9), "12");
}
