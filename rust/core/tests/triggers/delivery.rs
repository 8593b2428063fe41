//! What functions get, and when.

use serde_json::json;

use crate::database::{Database, START};

#[test]
fn the_event_is_lambdas() {
    let mut database = Database::mapped(&json!({}));
    let arn = database.stream();
    database.put("a", "MINI");
    database.put("a", "Tatra");
    let call = database.call();
    assert_eq!(call.function, "f");
    let record = &call.records()[1];
    assert_eq!(
        *record,
        json!({
            "eventID": record["eventID"], "eventName": "MODIFY", "eventVersion": "1.1",
            "eventSource": "aws:dynamodb", "awsRegion": "us-east-1", "eventSourceARN": arn,
            "dynamodb": {
                "ApproximateCreationDateTime": START,
                "Keys": { "id": { "S": "a" } },
                "NewImage": { "id": { "S": "a" }, "make": { "S": "Tatra" } },
                "OldImage": { "id": { "S": "a" }, "make": { "S": "MINI" } },
                "SequenceNumber": record["dynamodb"]["SequenceNumber"],
                "SizeBytes": 26,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        })
    );
    assert_eq!(call.event.as_object().unwrap().len(), 1);
}

#[test]
fn an_item_that_ended_names_the_service() {
    let mut database = Database::mapped(&json!({ "StartingPosition": "LATEST" }));
    let specification = json!({ "Enabled": true, "AttributeName": "until" });
    database
        .done("UpdateTimeToLive", &json!({ "TableName": "cars", "TimeToLiveSpecification": specification }));
    let item = json!({ "id": { "S": "a" }, "until": { "N": (START + 10).to_string() } });
    database.done("PutItem", &json!({ "TableName": "cars", "Item": item }));
    database.drain();
    database.wait(60.0);
    let call = database.call();
    assert_eq!(call.records()[0]["eventName"], "REMOVE");
    let service = json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
    assert_eq!(call.records()[0]["userIdentity"], service);
}

#[test]
fn batches_are_cut_in_order_and_follow_one_another() {
    let mut database = Database::mapped(&json!({ "BatchSize": 2 }));
    database.put_all(&["a", "b", "c", "d", "e"]);
    let first = database.call();
    assert_eq!(first.ids(), ["a", "b"]);
    database.wait(60.0);
    assert!(database.calls().is_empty(), "one call at a time");
    database.succeed(&first);
    assert_eq!(database.drain(), [vec!["c", "d"], vec!["e"]]);
}

#[test]
fn a_window_gathers_until_it_is_over_or_the_batch_is_full() {
    let mut database = Database::mapped(&json!({ "BatchSize": 3, "MaximumBatchingWindowInSeconds": 10 }));
    database.put("a", "MINI");
    assert!(database.calls().is_empty());
    assert_eq!(database.next_in(), Some(10.0));
    database.wait(9.0);
    database.put("b", "MINI");
    assert!(database.calls().is_empty());
    database.wait(1.0);
    let call = database.call();
    assert_eq!(call.ids(), ["a", "b"]);
    // The next window begins when the call has ended.
    database.put("c", "MINI");
    database.wait(30.0);
    database.succeed(&call);
    assert!(database.calls().is_empty());
    database.put_all(&["d", "e"]);
    assert_eq!(database.call().ids(), ["c", "d", "e"]);
}

#[test]
fn a_mapping_starts_at_the_oldest_record_or_with_what_comes() {
    let mut database = Database::new();
    database.put("a", "MINI");
    database.map(&json!({ "StartingPosition": "LATEST" }));
    database.put("b", "MINI");
    assert_eq!(database.drain(), [["b"]]);
    assert!(database.engine.add_function("g", None).unwrap());
    database.map(&json!({ "StartingPosition": "TRIM_HORIZON", "FunctionName": "g" }));
    assert_eq!(database.drain(), [["a", "b"]]);
}

#[test]
fn several_calls_at_a_time_keep_the_order_of_each_item() {
    let mut database = Database::mapped(&json!({ "ParallelizationFactor": 4, "BatchSize": 10 }));
    let ids: Vec<String> = (0..40).map(|number| format!("car-{number}")).collect();
    for make in ["one", "two"] {
        ids.iter().for_each(|id| database.put(id, make));
    }
    let calls = database.calls();
    assert_eq!(calls.len(), 4);
    // Later lanes end first; no lane waits for another.
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut waiting = calls;
    while let Some(call) = waiting.pop() {
        for record in call.records() {
            let text = |path: &str| record.pointer(path).unwrap().as_str().unwrap().to_owned();
            seen.push((text("/dynamodb/Keys/id/S"), text("/dynamodb/NewImage/make/S")));
        }
        database.succeed(&call);
        waiting.extend(database.calls());
    }
    assert_eq!(seen.len(), 80);
    for id in &ids {
        let makes: Vec<&str> =
            seen.iter().filter(|(seen, _)| seen == id).map(|(_, make)| make.as_str()).collect();
        assert_eq!(makes, ["one", "two"], "{id}");
    }
}

#[test]
fn a_lane_that_is_held_up_holds_up_no_other() {
    let mut database = Database::mapped(&json!({ "ParallelizationFactor": 2, "BatchSize": 1 }));
    let ids: Vec<String> = (0..20).map(|number| format!("car-{number}")).collect();
    ids.iter().for_each(|id| database.put(id, "MINI"));
    let mut calls = database.calls();
    let held = calls.remove(0);
    let mut seen = calls.remove(0).ids();
    let other = seen.len();
    assert_eq!(other, 1);
    // Settles the other lane again and again.
    let outcome = dynacore::trigger::Outcome::Returned(None);
    database.engine.settle_invocation(held.number + 1, &outcome, database.now).unwrap();
    for ids in database.drain() {
        seen.extend(ids);
    }
    assert!(seen.len() > 1, "the other lane went on: {seen:?}");
    database.succeed(&held);
    let rest: usize = database.drain().iter().map(Vec::len).sum();
    assert_eq!(seen.len() + rest + 1, 20);
}

#[test]
fn records_have_to_match_one_of_the_filters() {
    let filters = [
        json!({ "eventName": ["REMOVE"] }),
        json!({ "dynamodb": { "NewImage": { "make": { "S": [{ "prefix": "Ta" }] } } } }),
    ];
    let filters: Vec<_> = filters.iter().map(|pattern| json!({ "Pattern": pattern.to_string() })).collect();
    let mut database = Database::mapped(&json!({ "FilterCriteria": { "Filters": filters } }));
    database.put("a", "MINI");
    database.put("b", "Tatra");
    database.put("c", "MINI");
    database.done("DeleteItem", &json!({ "TableName": "cars", "Key": { "id": { "S": "a" } } }));
    assert_eq!(database.drain(), [["b", "a"]]);
    assert_eq!(database.next_in().filter(|next| *next == 0.0), None, "what was filtered out is behind");
}

#[test]
fn a_mapping_that_is_disabled_goes_on_where_it_stopped() {
    let mut database = Database::new();
    let uuid = database.map(&json!({ "BatchSize": 2 }))["UUID"].clone();
    database.put_all(&["a", "b", "c"]);
    let call = database.call();
    database.done("UpdateEventSourceMapping", &json!({ "UUID": uuid, "Enabled": false }));
    database.succeed(&call);
    database.put("d", "MINI");
    assert!(database.calls().is_empty());
    database.done("UpdateEventSourceMapping", &json!({ "UUID": uuid, "Enabled": true }));
    assert_eq!(database.drain(), [["c", "d"]]);
}

#[test]
fn a_mapping_reads_what_a_stream_that_ended_has_left() {
    let mut database = Database::mapped(&json!({}));
    database.put_all(&["a", "b"]);
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
    assert_eq!(database.drain(), [["a", "b"]]);
    database.wait(25.0 * 3_600.0);
    assert!(database.calls().is_empty());
}

#[test]
fn shards_that_follow_one_another_are_read_in_their_order() {
    let mut database = Database::mapped(&json!({ "BatchSize": 1 }));
    let mut seen = Vec::new();
    let mut last = database.now;
    for hour in 0..12 {
        database.put(&format!("car-{}", hour % 3), &hour.to_string());
        // A call is left open over the end of a shard.
        for call in database.calls() {
            seen.push(call.records()[0]["dynamodb"]["NewImage"]["make"]["S"].as_str().unwrap().to_owned());
            database.wait(2.0 * 3_600.0);
            database.succeed(&call);
        }
        assert!(database.now > last);
        last = database.now;
    }
    let expected: Vec<String> = (0..12).map(|hour| hour.to_string()).collect();
    assert_eq!(seen, expected);
}

#[test]
fn nothing_is_due_where_nothing_was_written() {
    let mut database = Database::mapped(&json!({}));
    database.put("a", "MINI");
    database.drain();
    let next = database.next_in();
    assert!(next.is_none_or(|next| next > 3_600.0), "only the stream itself has events to come: {next:?}");
}

#[test]
fn the_age_of_what_is_sent_is_a_metric() {
    let mut database = Database::mapped(&json!({ "MaximumBatchingWindowInSeconds": 20 }));
    database.put("a", "MINI");
    database.wait(15.0);
    database.put("b", "MINI");
    database.wait(5.0);
    assert_eq!(database.call().ids(), ["a", "b"]);
    let asked = json!({
        "Namespace": "AWS/Lambda", "MetricName": "IteratorAge", "Statistics": ["Maximum"], "Period": 60,
        "Dimensions": [{ "Name": "FunctionName", "Value": "f" }],
        "StartTime": crate::database::START, "EndTime": crate::database::START + 60,
    });
    let answer = database.done("GetMetricStatistics", &asked);
    let points = answer["Datapoints"].as_array().unwrap();
    let (age, unit) = (points[0]["Maximum"].as_f64().unwrap(), &points[0]["Unit"]);
    assert_eq!((age, unit), (5_000.0, &json!("Milliseconds")));
}
