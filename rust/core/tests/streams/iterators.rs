//! Places in a shard, pages of records, and what is too old.

use serde_json::{Value as Json, json};

use crate::database::{DAY, Database, START, events};

/// A stream with the cars 1 to 5, a second apart.
fn five() -> (Database, String) {
    let mut database = Database::streamed("KEYS_ONLY");
    for id in 1..=5 {
        database.put(&id.to_string(), "vw");
        database.wait(1);
    }
    let arn = database.arn();
    (database, arn)
}

fn ids(records: &[Json]) -> String {
    events(records).into_iter().map(|(_, id)| id).collect()
}

#[test]
fn an_iterator_of_each_type_leads_to_its_place() {
    let (mut database, arn) = five();
    let numbers: Vec<Json> =
        database.records().iter().map(|record| record["dynamodb"]["SequenceNumber"].clone()).collect();
    let start = database.stream(&arn)["Shards"][0]["SequenceNumberRange"]["StartingSequenceNumber"].clone();
    for (type_, member, value, found) in [
        ("TRIM_HORIZON", "", Json::Null, "12345"),
        ("LATEST", "", Json::Null, ""),
        ("AT_SEQUENCE_NUMBER", "SequenceNumber", numbers[1].clone(), "2345"),
        ("AFTER_SEQUENCE_NUMBER", "SequenceNumber", numbers[1].clone(), "345"),
        ("AFTER_SEQUENCE_NUMBER", "SequenceNumber", numbers[4].clone(), ""),
        ("AT_SEQUENCE_NUMBER", "SequenceNumber", start.clone(), "12345"),
        ("AFTER_SEQUENCE_NUMBER", "SequenceNumber", start, "12345"),
        ("AT_TIMESTAMP", "Timestamp", json!(START), "12345"),
        ("AT_TIMESTAMP", "Timestamp", json!(START as f64 + 1.5), "345"),
        ("AT_TIMESTAMP", "Timestamp", json!(START + 9), ""),
    ] {
        let mut place = database.place(&arn, type_);
        if !member.is_empty() {
            place[member] = value;
        }
        let iterator = database.iterator(&place);
        assert_eq!(ids(&database.read(iterator, 2)), found, "{place}");
    }
}

#[test]
fn latest_shows_what_comes() {
    let (mut database, arn) = five();
    let place = database.place(&arn, "LATEST");
    let iterator = database.iterator(&place);
    let mut page = database.done("GetRecords", &json!({ "ShardIterator": iterator }));
    assert_eq!(page["Records"], json!([]));
    let next = page["NextShardIterator"].take();
    database.put("6", "vw");
    assert_eq!(ids(&database.read(next, 1_000)), "6");
    assert_eq!(ids(&database.read(iterator, 1_000)), "6", "an iterator can be used again");
}

#[test]
fn a_page_has_a_megabyte_at_most() {
    let mut database = Database::streamed("NEW_IMAGE");
    for id in 0..5 {
        database.put(&id.to_string(), &"x".repeat(390_000));
    }
    let arn = database.arn();
    let place = database.place(&arn, "TRIM_HORIZON");
    let iterator = database.iterator(&place);
    let page = database.done("GetRecords", &json!({ "ShardIterator": iterator }));
    assert_eq!(ids(page["Records"].as_array().unwrap()), "01");
    assert_eq!(ids(&database.read(page["NextShardIterator"].clone(), 1_000)), "234");
}

#[test]
fn an_iterator_lives_for_a_quarter_of_an_hour() {
    let (mut database, arn) = five();
    let place = database.place(&arn, "TRIM_HORIZON");
    let request = json!({ "ShardIterator": database.iterator(&place) });
    database.wait(900);
    let page = database.done("GetRecords", &request);
    database.wait(1);
    assert!(
        database.refused("GetRecords", &request).starts_with("ExpiredIteratorException: The shard iterator")
    );
    database.done("GetRecords", &json!({ "ShardIterator": page["NextShardIterator"] }));
}

#[test]
fn records_are_trimmed_after_a_day() {
    let (mut database, arn) = five();
    let numbers: Vec<Json> =
        database.records().iter().map(|record| record["dynamodb"]["SequenceNumber"].clone()).collect();
    database.wait(DAY - 5 - 60);
    let place = database.place(&arn, "TRIM_HORIZON");
    let iterator = database.iterator(&place);
    database.wait(60);
    // The first record is a day old now.
    let trimmed = "TrimmedDataAccessException: The data you are trying to access has been trimmed";
    assert_eq!(database.refused("GetRecords", &json!({ "ShardIterator": iterator })), trimmed);
    assert_eq!(ids(&database.records()), "2345");
    let mut at = database.place(&arn, "AT_SEQUENCE_NUMBER");
    at["SequenceNumber"] = numbers[0].clone();
    assert_eq!(database.refused("GetShardIterator", &at), trimmed);
    at["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
    let iterator = database.iterator(&at);
    assert_eq!(ids(&database.read(iterator, 1_000)), "2345");
    database.wait(10);
    assert_eq!(ids(&database.records()), "");
    database.put("6", "vw");
    assert_eq!(ids(&database.records()), "6");
}

#[test]
fn what_is_no_place_is_refused() {
    let (mut database, arn) = five();
    let good = database.place(&arn, "LATEST");
    let number = database.records()[0]["dynamodb"]["SequenceNumber"].clone();
    let with = |member: &str, value: Json| {
        let mut place = good.clone();
        place[member] = value;
        place
    };
    for (place, refusal) in [
        (
            with("ShardIteratorType", json!("x")),
            "ValidationException: 1 validation error detected: Value 'x' at",
        ),
        (
            with("ShardIteratorType", json!("AT_SEQUENCE_NUMBER")),
            "ValidationException: SequenceNumber should be",
        ),
        (with("ShardIteratorType", json!("AT_TIMESTAMP")), "ValidationException: Timestamp should be"),
        (with("SequenceNumber", number), "ValidationException: SequenceNumber should not be"),
        (with("Timestamp", json!(START)), "ValidationException: Timestamp should not be"),
        (
            with("ShardId", json!("x")),
            "ValidationException: 1 validation error detected: Value 'x' at 'shardId'",
        ),
        (
            with("ShardId", json!("shardId-00000000000000000000-00000000")),
            "ResourceNotFoundException: Requested resource not found: Shard does not exist",
        ),
        (with("StreamArn", json!("x".repeat(40))), "ValidationException: Invalid StreamArn: x"),
        (
            with("StreamArn", json!(arn.replace("cars", "vans"))),
            "ResourceNotFoundException: Requested resource not found: Stream: arn:aws:dynamodb:",
        ),
    ] {
        let refused = database.refused("GetShardIterator", &place);
        assert!(refused.starts_with(refusal), "{place}: {refused}");
    }
    let mut unknown = with("ShardIteratorType", json!("AT_SEQUENCE_NUMBER"));
    for number in ["100000000000000000099", "900000000000000000000"] {
        unknown["SequenceNumber"] = json!(number);
        let refused = database.refused("GetShardIterator", &unknown);
        assert_eq!(refused, format!("ValidationException: Invalid SequenceNumber: {number}"));
    }
    let iterator = database.iterator(&good);
    for (body, refusal) in [
        (json!({}), "ValidationException: 1 validation error detected: Value null at 'shardIterator'"),
        (json!({ "ShardIterator": "x" }), "ValidationException: Invalid ShardIterator"),
        (json!({ "ShardIterator": iterator, "Limit": 0 }), "ValidationException: 1 validation error"),
        (json!({ "ShardIterator": iterator, "Limit": 1_001 }), "ValidationException: 1 validation error"),
    ] {
        let refused = database.refused("GetRecords", &body);
        assert!(refused.starts_with(refusal), "{body}: {refused}");
    }
}
