//! What happens when a function fails.

use serde_json::{Value as Json, json};

use crate::database::{Call, Database, failed_item};

/// Lets time pass until the next call.
fn next_call(database: &mut Database) -> Call {
    let next = database.next_in().expect("something is to come");
    database.wait(next);
    database.call()
}

#[test]
fn a_batch_that_fails_is_sent_again_later_and_blocks_its_shard() {
    let mut database = Database::mapped(&json!({ "BatchSize": 2 }));
    database.put_all(&["a", "b", "c"]);
    let mut waits = Vec::new();
    let mut call = database.call();
    for _ in 0..12 {
        assert_eq!(call.ids(), ["a", "b"]);
        database.fail(&call);
        assert!(database.calls().is_empty());
        waits.push(database.next_in().unwrap());
        call = next_call(&mut database);
    }
    assert_eq!(waits[..4], [0.1, 0.2, 0.4, 0.8]);
    assert_eq!(waits[10..], [60.0, 60.0]);
    database.succeed(&call);
    assert_eq!(database.drain(), [["c"]]);
}

#[test]
fn records_are_given_up_after_so_many_attempts_and_told_to_the_destination() {
    let destination = json!({ "OnFailure": { "Destination": "arn:aws:sqs:us-east-1:000000000000:lost" } });
    let options = json!({ "BatchSize": 2, "MaximumRetryAttempts": 2, "DestinationConfig": destination });
    let mut database = Database::mapped(&options);
    let stream = database.stream();
    database.put_all(&["a", "b", "c"]);
    let first = database.call();
    database.fail(&first);
    for _ in 0..2 {
        let again = next_call(&mut database);
        assert_eq!(again.ids(), ["a", "b"]);
        database.fail(&again);
    }
    let calls = database.calls();
    let told = calls.iter().find(|call| call.function == "lost").unwrap();
    let goes_on = calls.iter().find(|call| call.function == "f").unwrap();
    assert_eq!((calls.len(), goes_on.ids()), (2, vec!["c".to_owned()]));
    let document = &told.event;
    assert_eq!(
        *document,
        json!({
            "requestContext": {
                "requestId": document["requestContext"]["requestId"],
                "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:f",
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 3,
            },
            "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
            "version": "1.0",
            "timestamp": "2023-11-14T22:14:00.300Z",
            "DDBStreamBatchInfo": {
                "shardId": document["DDBStreamBatchInfo"]["shardId"],
                "startSequenceNumber": first.sequence_number(0),
                "endSequenceNumber": first.sequence_number(1),
                "approximateArrivalOfFirstRecord": "2023-11-14T22:14:00Z",
                "approximateArrivalOfLastRecord": "2023-11-14T22:14:00Z",
                "batchSize": 2,
                "streamArn": stream,
            },
        })
    );
}

#[test]
fn a_batch_is_halved_until_the_bad_record_is_alone() {
    let options = json!({ "BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 0 });
    let mut database = Database::mapped(&options);
    database.put_all(&["a", "b", "bad", "c", "d"]);
    let mut sent = Vec::new();
    loop {
        let calls = database.calls();
        let Some(call) = calls.into_iter().next() else { break };
        sent.push(call.ids().join(" "));
        if call.ids().contains(&"bad".to_owned()) { database.fail(&call) } else { database.succeed(&call) }
    }
    assert_eq!(sent, ["a b bad c d", "a b bad", "a b", "bad", "c d"]);
}

#[test]
fn old_records_are_given_up() {
    let destination = json!({ "OnFailure": { "Destination": "lost" } });
    let options = json!({ "MaximumRecordAgeInSeconds": 60, "DestinationConfig": destination });
    let mut database = Database::mapped(&options);
    database.put_all(&["a", "b"]);
    let call = database.call();
    database.wait(30.0);
    database.put("c", "MINI");
    database.wait(40.0);
    database.fail(&call);
    database.wait(1.0);
    let calls = database.calls();
    let told = &calls[0].event;
    assert_eq!(calls[0].function, "lost");
    assert_eq!(told["requestContext"]["condition"], "RecordAgeExceeded");
    assert_eq!(told["DDBStreamBatchInfo"]["batchSize"], 2);
    assert_eq!(calls[1].ids(), ["c"]);
    // What was never sent has no response.
    let mut database = Database::new();
    database.put("a", "MINI");
    database.wait(100.0);
    database.map(&options);
    let call = database.call();
    assert_eq!((call.function.as_str(), call.event.get("responseContext")), ("lost", None));
    assert_eq!(call.event["requestContext"]["approximateInvokeCount"], 0);
}

#[test]
fn without_an_age_records_end_with_their_stream() {
    let mut database = Database::mapped(&json!({}));
    database.put("a", "MINI");
    let mut attempts = 0;
    let end = database.now + std::time::Duration::from_secs(25 * 3_600);
    while database.now < end {
        for call in database.calls() {
            attempts += 1;
            database.fail(&call);
        }
        database.wait(60.0);
    }
    assert!((1_400..1_500).contains(&attempts), "a day at a minute an attempt: {attempts}");
    database.put("b", "MINI");
    assert_eq!(database.drain(), [["b"]]);
}

fn reporting(options: &[(&str, Json)]) -> Database {
    let mut all = json!({ "FunctionResponseTypes": ["ReportBatchItemFailures"] });
    for (name, value) in options {
        all[*name] = value.clone();
    }
    Database::mapped(&all)
}

#[test]
fn a_report_goes_on_at_its_first_record() {
    let mut database = reporting(&[("BisectBatchOnFunctionError", json!(true))]);
    database.put_all(&["a", "b", "c", "d"]);
    let call = database.call();
    let mut report = failed_item(call.sequence_number(3));
    let second = failed_item(call.sequence_number(1))["batchItemFailures"][0].clone();
    report["batchItemFailures"].as_array_mut().unwrap().push(second);
    database.answer(&call, &report);
    let call = next_call(&mut database);
    assert_eq!(call.ids(), ["b", "c", "d"]);
    database.answer(&call, &json!({ "batchItemFailures": [] }));
    assert!(database.calls().is_empty());
}

#[test]
fn a_report_that_makes_no_sense_fails_the_whole_batch() {
    let mut database = reporting(&[]);
    database.put_all(&["a", "b"]);
    let mut call = database.call();
    for report in [failed_item(&json!("")), failed_item(&json!(null)), failed_item(&json!("7"))] {
        database.answer(&call, &report);
        call = next_call(&mut database);
        assert_eq!(call.ids(), ["a", "b"]);
    }
    database.answer(&call, &json!(null));
    assert!(database.calls().is_empty());
}

#[test]
fn a_record_that_is_reported_again_and_again_is_given_up_alone() {
    let attempts = ("MaximumRetryAttempts", json!(1));
    let mut database = reporting(&[attempts, ("BisectBatchOnFunctionError", json!(true))]);
    database.put_all(&["a", "bad", "c"]);
    let mut sent = Vec::new();
    while database.next_in().is_some_and(|next| next < 60.0) {
        let next = database.next_in().unwrap();
        database.wait(next);
        for call in database.calls() {
            let ids = call.ids();
            sent.push(ids.join(" "));
            let answer = match ids.iter().position(|id| id == "bad") {
                Some(position) => failed_item(call.sequence_number(position)),
                None => json!({}),
            };
            database.answer(&call, &answer);
        }
    }
    assert_eq!(sent, ["a bad c", "bad c", "bad", "c"]);
}

#[test]
fn a_mapping_that_is_gone_takes_no_outcome() {
    let mut database = Database::new();
    let uuid = database.map(&json!({}))["UUID"].clone();
    database.put("a", "MINI");
    let call = database.call();
    database.done("DeleteEventSourceMapping", &json!({ "UUID": uuid }));
    database.fail(&call);
    database.succeed(&call);
    database.wait(600.0);
    assert!(database.calls().is_empty());
}
