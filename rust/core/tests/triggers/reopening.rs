//! Mappings and rules of a database that is closed, or that crashes, and is opened again.

use serde_json::{Value as Json, json};

use crate::database::{Database, failed_item};

/// A lasting database, with a mapping to `f` that has these options.
fn mapped(options: &Json) -> Database {
    let mut database = Database::lasting();
    database.map(options);
    database
}

fn reopened(mut database: Database, is_clean: bool) -> Database {
    database.reopen(is_clean);
    database.know_functions();
    database
}

#[test]
fn a_mapping_goes_on_behind_what_was_settled() {
    let mut database = mapped(&json!({ "BatchSize": 2 }));
    database.put_all(&["a", "b", "c", "d", "e"]);
    let call = database.call();
    database.succeed(&call);
    let before = database.done("ListEventSourceMappings", &json!({}));
    let under_way = database.call();
    assert_eq!(under_way.ids(), ["c", "d"]);
    for is_clean in [false, true] {
        database.reopen(is_clean);
        assert!(database.calls().is_empty(), "its function is not there yet");
        assert_eq!(database.done("ListEventSourceMappings", &json!({})), before);
        database.know_functions();
    }
    database.put("f", "MINI");
    assert_eq!(database.drain(), [["c", "d"], ["e", "f"]]);
    let mut database = reopened(database, true);
    assert!(database.calls().is_empty());
}

#[test]
fn a_mapping_that_starts_with_what_comes_does_so_while_it_waits() {
    let mut database = Database::lasting();
    database.put("before", "MINI");
    database.map(&json!({ "StartingPosition": "LATEST" }));
    database.reopen(false);
    database.put("meanwhile", "MINI");
    let mut database = reopened(database, false);
    assert_eq!(database.drain(), [["meanwhile"]]);
}

#[test]
fn a_mapping_that_is_gone_stays_so_and_a_changed_one_stays_changed() {
    let mut database = mapped(&json!({}));
    assert!(database.engine.add_function("g", None).unwrap());
    let other = database.map(&json!({ "FunctionName": "g" }))["UUID"].clone();
    let filters = json!({ "Filters": [{ "Pattern": "{\"eventName\":[\"INSERT\"]}" }] });
    database.done(
        "UpdateEventSourceMapping",
        &json!({ "UUID": other, "FilterCriteria": filters, "Enabled": false }),
    );
    let first = database.done("ListEventSourceMappings", &json!({ "FunctionName": "f" }));
    database.done("DeleteEventSourceMapping", &json!({ "UUID": first["EventSourceMappings"][0]["UUID"] }));
    let before = database.done("ListEventSourceMappings", &json!({}));
    let mut database = reopened(database, false);
    let after = database.done("ListEventSourceMappings", &json!({}));
    assert_eq!((&after, after["EventSourceMappings"].as_array().unwrap().len()), (&before, 1));
    // No identifier comes twice.
    let made = database.map(&json!({}))["UUID"].clone();
    assert!(made != other && made != first["EventSourceMappings"][0]["UUID"]);
}

#[test]
fn halves_and_attempts_are_counted_on() {
    let destination = json!({ "OnFailure": { "Destination": "arn:aws:sqs:us-east-1:000000000000:lost" } });
    let options = json!({
        "BatchSize": 4, "BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 2, "DestinationConfig": destination,
    });
    let mut database = mapped(&options);
    database.put_all(&["a", "b", "c", "d", "e"]);
    // The bad record is `a`: it is alone after two failures, and is tried three times.
    let mut sizes = Vec::new();
    for attempt in 0..5 {
        let call = database.call();
        sizes.push(call.ids().len());
        database.fail(&call);
        database = reopened(database, attempt % 2 == 0);
        database.wait(60.0);
    }
    assert_eq!(sizes, [4, 2, 1, 1, 1]);
    let calls = database.calls();
    let told = calls.iter().find(|call| call.function == "lost").unwrap();
    assert_eq!(told.event["requestContext"]["approximateInvokeCount"], json!(3));
    assert_eq!(told.event["DDBStreamBatchInfo"]["batchSize"], json!(1));
    // Nobody said what became of the calls: the destination is told again, and the half is sent again.
    let mut database = reopened(database, false);
    let calls = database.calls();
    let functions: Vec<&str> = calls.iter().map(|call| call.function.as_str()).collect();
    assert_eq!(functions, ["f", "lost"]);
    assert_eq!(calls[0].ids(), ["b"]);
    calls.iter().for_each(|call| database.succeed(call));
    assert_eq!(database.drain(), [vec!["c", "d"], vec!["e"]]);
    let mut database = reopened(database, false);
    assert!(database.calls().is_empty());
}

#[test]
fn a_report_of_a_part_is_kept() {
    let mut database =
        mapped(&json!({ "BatchSize": 3, "FunctionResponseTypes": ["ReportBatchItemFailures"] }));
    database.put_all(&["a", "b", "c", "d"]);
    let call = database.call();
    database.answer(&call, &failed_item(call.sequence_number(1)));
    let mut database = reopened(database, false);
    database.wait(1.0);
    assert_eq!(database.drain(), [vec!["b", "c"], vec!["d"]]);
}

#[test]
fn a_window_keeps_its_state() {
    let mut database = mapped(&json!({ "TumblingWindowInSeconds": 60, "BatchSize": 2 }));
    database.put_all(&["a", "b", "c"]);
    let call = database.call();
    database.answer(&call, &json!({ "state": { "count": 2 } }));
    let mut database = reopened(database, false);
    let call = database.call();
    assert_eq!((call.ids(), &call.event["state"]), (vec!["c".to_owned()], &json!({ "count": 2 })));
    database.answer(&call, &json!({ "state": { "count": 3 } }));
    let mut database = reopened(database, true);
    assert!(database.calls().is_empty());
    database.wait(60.0);
    let call = database.call();
    assert_eq!((call.ids().len(), &call.event["state"]), (0, &json!({ "count": 3 })));
    assert_eq!(call.event["isFinalInvokeForWindow"], json!(true));
}

#[test]
fn lanes_that_are_settled_to_different_places_go_on_there() {
    for (factor, after) in [(4, 4), (4, 1), (2, 3)] {
        let mut database = mapped(&json!({ "ParallelizationFactor": factor, "BatchSize": 3 }));
        let ids: Vec<String> = (0..40).map(|number| format!("car-{number}")).collect();
        ids.iter().for_each(|id| database.put(id, "one"));
        let mut calls = database.calls();
        let held = calls.remove(0);
        let mut seen: Vec<String> = Vec::new();
        while !calls.is_empty() {
            for call in calls {
                seen.extend(call.ids());
                database.succeed(&call);
            }
            calls = database.calls();
        }
        assert!(seen.iter().all(|id| !held.ids().contains(id)));
        let uuid =
            database.done("ListEventSourceMappings", &json!({}))["EventSourceMappings"][0]["UUID"].clone();
        database.done("UpdateEventSourceMapping", &json!({ "UUID": uuid, "ParallelizationFactor": after }));
        let mut database = reopened(database, factor == after);
        seen.extend(database.drain().concat());
        seen.sort();
        let mut expected = ids.clone();
        expected.sort();
        assert_eq!(seen, expected, "each once");
    }
}

#[test]
fn a_schedule_goes_on_and_makes_up_for_what_it_missed_once() {
    let mut database = Database::lasting();
    database.done("PutRule", &json!({ "Name": "each", "ScheduleExpression": "rate(5 minutes)" }));
    let target =
        json!({ "Id": "1", "Arn": "arn:aws:lambda:us-east-1:000000000000:function:f", "Input": "{\"a\":1}" });
    database.done("PutTargets", &json!({ "Rule": "each", "Targets": [target] }));
    let before = database.done("DescribeRule", &json!({ "Name": "each" }));
    database.wait(100.0);
    let mut database = reopened(database, false);
    assert_eq!(database.done("DescribeRule", &json!({ "Name": "each" })), before);
    assert_eq!(database.next_in(), Some(200.0));
    database.reopen(true);
    // An hour in which the program that knows the function is not there.
    database.wait(3_600.0);
    assert!(database.calls().is_empty());
    database.know_functions();
    let call = database.call();
    assert_eq!(call.event, json!({ "a": 1 }));
    database.succeed(&call);
    assert!(database.calls().is_empty());
    assert_eq!(database.next_in(), Some(200.0), "the rate is counted from where it was");
}

#[test]
fn an_event_that_was_put_is_not_lost() {
    let mut database = Database::lasting();
    database.done("PutRule", &json!({ "Name": "orders", "EventPattern": "{\"source\":[\"shop\"]}" }));
    let target = json!({ "Id": "1", "Arn": "arn:aws:lambda:us-east-1:000000000000:function:f" });
    database.done("PutTargets", &json!({ "Rule": "orders", "Targets": [target] }));
    let event = json!({ "Source": "shop", "DetailType": "order", "Detail": "{\"n\":1}" });
    database.done("PutEvents", &json!({ "Entries": [event] }));
    database.reopen(false);
    // One more for a function that is not there yet.
    database.done("PutEvents", &json!({ "Entries": [event] }));
    assert!(database.calls().is_empty());
    database.know_functions();
    let calls = database.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].event["detail"], json!({ "n": 1 }));
    // One failed, and waits for a minute; what was done stays done.
    database.succeed(&calls[1]);
    database.fail(&calls[0]);
    let mut database = reopened(database, false);
    assert!(database.calls().is_empty());
    database.wait(60.0);
    let call = database.call();
    database.succeed(&call);
    let mut database = reopened(database, false);
    database.wait(1_000.0);
    assert!(database.calls().is_empty());
}

#[test]
fn a_url_is_told_when_the_database_is_opened_again() {
    let mut database = mapped(&json!({}));
    let known = |database: &Database| database.engine.awaited_urls();
    assert!(database.engine.add_function("f", Some("http://127.0.0.1/f")).unwrap());
    assert!(known(&database).is_empty());
    database.reopen(false);
    assert_eq!(known(&database), [("f".to_owned(), "http://127.0.0.1/f".to_owned())]);
    // A function of the program takes the name over.
    assert!(database.engine.add_function("f", None).unwrap());
    database.reopen(false);
    assert!(known(&database).is_empty());
    database.put("a", "MINI");
    database.engine.remove_function("f").unwrap();
    assert_eq!(database.call().ids(), ["a"], "nobody waits for a function that was removed");
}

#[test]
fn what_is_settled_costs_a_commit_a_batch_and_nothing_where_there_are_no_triggers() {
    let mut database = Database::lasting();
    database.put("a", "MINI");
    let before = database.engine.sequence().0;
    database.put("b", "MINI");
    assert_eq!(database.engine.sequence().0, before + 1);
    database.map(&json!({ "BatchSize": 100 }));
    (0..98).for_each(|number| database.put(&format!("car-{number}"), "MINI"));
    let call = database.call();
    assert_eq!(call.ids().len(), 100);
    let before = database.engine.sequence().0;
    database.succeed(&call);
    assert!(database.calls().is_empty());
    assert_eq!(database.engine.sequence().0, before + 1);
}
