//! Tumbling windows: their state is handed on from call to call.

use serde_json::{Value as Json, json};

use crate::database::{Call, Database};

fn windowed() -> Database {
    Database::mapped(&json!({ "TumblingWindowInSeconds": 60, "BatchSize": 2 }))
}

/// What a call says beside its records.
fn window(call: &Call) -> Json {
    let mut event = call.event.clone();
    for name in ["Records", "shardId", "eventSourceARN"] {
        assert!(event.as_object_mut().unwrap().remove(name).is_some(), "{name}");
    }
    event
}

fn said(state: &Json, is_final: bool) -> Json {
    json!({
        "window": { "start": "2023-11-14T22:14:00Z", "end": "2023-11-14T22:15:00Z" },
        "state": state,
        "isFinalInvokeForWindow": is_final,
        "isWindowTerminatedEarly": false,
    })
}

#[test]
fn a_state_is_handed_on_and_the_last_call_has_no_records() {
    let mut database = windowed();
    database.put_all(&["a", "b", "c"]);
    let call = database.call();
    assert_eq!((call.ids().len(), window(&call)), (2, said(&json!({}), false)));
    database.answer(&call, &json!({ "state": { "count": 2 } }));
    let call = database.call();
    assert_eq!((call.ids().len(), window(&call)), (1, said(&json!({ "count": 2 }), false)));
    database.answer(&call, &json!({ "state": { "count": 3 } }));
    assert!(database.calls().is_empty());
    assert_eq!(database.next_in(), Some(60.0));
    database.wait(60.0);
    let call = database.call();
    assert_eq!((call.ids().len(), window(&call)), (0, said(&json!({ "count": 3 }), true)));
    database.answer(&call, &json!(null));
    assert!(database.calls().is_empty());
    database.put("d", "MINI");
    let call = database.call();
    assert_eq!(call.event["state"], json!({}));
    assert_eq!(call.event["window"]["start"], "2023-11-14T22:15:00Z");
}

#[test]
fn records_of_two_windows_share_no_call() {
    let mut database = Database::new();
    database.put("a", "MINI");
    database.wait(61.0);
    database.put("b", "MINI");
    database.map(&json!({ "TumblingWindowInSeconds": 60 }));
    let call = database.call();
    assert_eq!(call.ids(), ["a"]);
    database.answer(&call, &json!({ "state": { "seen": "a" } }));
    let call = database.call();
    assert_eq!((call.ids().len(), &call.event["isFinalInvokeForWindow"]), (0, &json!(true)));
    database.answer(&call, &json!({}));
    let call = database.call();
    assert_eq!((call.ids(), &call.event["state"]), (vec!["b".to_owned()], &json!({})));
}

#[test]
fn an_answer_without_a_state_is_a_failure() {
    let mut database = windowed();
    database.put("a", "MINI");
    let mut call = database.call();
    for answer in [json!(null), json!({}), json!({ "state": 7 }), json!([])] {
        database.answer(&call, &answer);
        database.wait(1.0);
        call = database.call();
        assert_eq!(call.ids(), ["a"]);
    }
}

#[test]
fn a_state_that_is_too_large_ends_its_window() {
    let mut database = windowed();
    database.put("a", "MINI");
    let call = database.call();
    let large = json!({ "text": "x".repeat(1024 * 1024) });
    database.answer(&call, &json!({ "state": large }));
    let call = database.call();
    assert_eq!(call.event["isWindowTerminatedEarly"], json!(true));
    assert_eq!(call.event["isFinalInvokeForWindow"], json!(true));
    assert_eq!(call.event["state"], large);
    database.answer(&call, &json!({}));
    database.put("b", "MINI");
    assert_eq!(database.call().event["state"], json!({}));
}

#[test]
fn a_window_ends_with_its_shard() {
    let mut database = windowed();
    database.put("a", "MINI");
    let call = database.call();
    database.answer(&call, &json!({ "state": { "count": 1 } }));
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
    let call = database.call();
    assert_eq!(window(&call), said(&json!({ "count": 1 }), true));
}
