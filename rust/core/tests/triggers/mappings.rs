//! The operations of Lambda.

use std::time::Duration;

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, START};

const MISSING: &str = "ResourceNotFoundException: The resource you requested does not exist.";

#[test]
fn a_mapping_is_described_as_lambda_does() {
    let mut database = Database::new();
    let made = database.map(&json!({}));
    let uuid = made["UUID"].as_str().unwrap();
    let expected = json!({
        "UUID": uuid,
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 0,
        "ParallelizationFactor": 1,
        "EventSourceArn": database.stream(),
        "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:f",
        "LastModified": START as f64,
        "LastProcessingResult": "No records processed",
        "State": "Creating",
        "StateTransitionReason": "User action",
        "DestinationConfig": { "OnFailure": {} },
        "MaximumRecordAgeInSeconds": -1,
        "BisectBatchOnFunctionError": false,
        "MaximumRetryAttempts": -1,
        "TumblingWindowInSeconds": 0,
        "FunctionResponseTypes": [],
        "EventSourceMappingArn": format!("arn:aws:lambda:us-east-1:000000000000:event-source-mapping:{uuid}"),
    });
    assert_eq!(made, expected);
    let got = database.done("GetEventSourceMapping", &json!({ "UUID": uuid }));
    assert_eq!(got["State"], "Enabled");
    database.put("a", "MINI");
    let call = database.call();
    database.fail(&call);
    let got = database.done("GetEventSourceMapping", &json!({ "UUID": uuid }));
    assert_eq!(got["LastProcessingResult"], "PROBLEM: Function call failed");
}

#[test]
fn states_take_the_time_that_tables_take() {
    let mut database =
        Database::with(Settings { table_transition: Duration::from_secs(10), ..Settings::default() });
    database.wait(10.0);
    let uuid = database.map(&json!({}))["UUID"].clone();
    let state = |database: &mut Database| {
        database.done("GetEventSourceMapping", &json!({ "UUID": uuid }))["State"].as_str().unwrap().to_owned()
    };
    database.put("a", "MINI");
    assert_eq!((state(&mut database).as_str(), database.calls().len()), ("Creating", 0));
    database.wait(10.0);
    assert_eq!((state(&mut database).as_str(), database.drain().len()), ("Enabled", 1));
    for (enabled, during, after) in
        [(false, "Disabling", "Disabled"), (true, "Enabling", "Enabled"), (true, "Updating", "Enabled")]
    {
        let body = json!({ "UUID": uuid, "Enabled": enabled });
        assert_eq!(database.done("UpdateEventSourceMapping", &body)["State"], during);
        assert_eq!(state(&mut database), during);
        database.wait(10.0);
        assert_eq!(state(&mut database), after);
    }
}

#[test]
fn options_change_and_what_is_not_named_stays() {
    let mut database = Database::new();
    let filters = json!({ "Filters": [{ "Pattern": "{\"eventName\":[\"INSERT\"]}" }] });
    let uuid = database.map(&json!({ "BatchSize": 7, "FilterCriteria": filters }))["UUID"].clone();
    let destination = json!({ "OnFailure": { "Destination": "lost" } });
    let changed = database.done(
        "UpdateEventSourceMapping",
        &json!({
            "UUID": uuid, "MaximumRetryAttempts": 3, "ParallelizationFactor": 2, "DestinationConfig": destination,
            "MaximumRecordAgeInSeconds": 60, "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "MaximumBatchingWindowInSeconds": 5, "BisectBatchOnFunctionError": true,
        }),
    );
    let expected = [
        ("BatchSize", json!(7)),
        ("FilterCriteria", filters),
        ("MaximumRetryAttempts", json!(3)),
        ("ParallelizationFactor", json!(2)),
        ("DestinationConfig", destination),
        ("MaximumRecordAgeInSeconds", json!(60)),
        ("FunctionResponseTypes", json!(["ReportBatchItemFailures"])),
        ("MaximumBatchingWindowInSeconds", json!(5)),
        ("BisectBatchOnFunctionError", json!(true)),
    ];
    for (name, value) in expected {
        assert_eq!(changed[name], value, "{name}");
    }
    let reset = json!({
        "UUID": uuid, "MaximumRetryAttempts": -1, "DestinationConfig": {}, "FilterCriteria": {},
        "MaximumRecordAgeInSeconds": -1, "FunctionResponseTypes": [],
    });
    let reset = database.done("UpdateEventSourceMapping", &reset);
    assert_eq!((&reset["MaximumRetryAttempts"], reset.get("FilterCriteria")), (&json!(-1), None));
    assert_eq!(reset["DestinationConfig"], json!({ "OnFailure": {} }));
}

#[test]
fn the_number_of_calls_at_a_time_changes_between_batches() {
    let mut database = Database::new();
    let uuid = database.map(&json!({ "BatchSize": 2 }))["UUID"].clone();
    let ids: Vec<String> = (0..30).map(|number| number.to_string()).collect();
    ids.iter().for_each(|id| database.put(id, "MINI"));
    let call = database.call();
    database.done("UpdateEventSourceMapping", &json!({ "UUID": uuid, "ParallelizationFactor": 3 }));
    let mut seen = call.ids();
    database.succeed(&call);
    seen.extend(database.drain().into_iter().flatten());
    assert_eq!(seen, ids);
    ids.iter().for_each(|id| database.put(id, "Tatra"));
    assert_eq!(database.calls().len(), 3);
}

#[test]
fn mappings_are_listed_by_stream_and_function_page_by_page() {
    let mut database = Database::new();
    let stream = database.stream();
    database.map(&json!({}));
    database.map(&json!({ "FunctionName": "arn:aws:lambda:us-east-1:000000000000:function:lost" }));
    let count = |answer: &Json| answer["EventSourceMappings"].as_array().unwrap().len();
    assert_eq!(count(&database.done("ListEventSourceMappings", &json!({}))), 2);
    assert_eq!(count(&database.done("ListEventSourceMappings", &json!({ "FunctionName": "lost" }))), 1);
    assert_eq!(count(&database.done("ListEventSourceMappings", &json!({ "EventSourceArn": stream }))), 2);
    assert_eq!(count(&database.done("ListEventSourceMappings", &json!({ "EventSourceArn": "other" }))), 0);
    let page = database.done("ListEventSourceMappings", &json!({ "MaxItems": 1 }));
    assert_eq!((count(&page), page["NextMarker"].is_string()), (1, true));
    let rest = json!({ "MaxItems": 1, "Marker": page["NextMarker"] });
    let rest = database.done("ListEventSourceMappings", &rest);
    assert_eq!((count(&rest), rest.get("NextMarker")), (1, None));
    assert_ne!(page["EventSourceMappings"], rest["EventSourceMappings"]);
}

#[test]
fn a_mapping_that_is_deleted_is_gone() {
    let mut database = Database::new();
    let uuid = database.map(&json!({}))["UUID"].clone();
    let body = json!({ "UUID": uuid });
    assert_eq!(database.done("DeleteEventSourceMapping", &body)["State"], "Deleting");
    for operation in ["GetEventSourceMapping", "DeleteEventSourceMapping", "UpdateEventSourceMapping"] {
        assert_eq!(database.refused(operation, &body), MISSING);
    }
    database.put("a", "MINI");
    assert!(database.calls().is_empty());
    // A call that waits goes with its mapping.
    let uuid = database.map(&json!({}))["UUID"].clone();
    database.wait(0.0);
    assert!(database.engine.has_invocations());
    database.done("DeleteEventSourceMapping", &json!({ "UUID": uuid }));
    assert!(database.calls().is_empty());
}

#[test]
fn what_is_not_allowed_is_refused() {
    let mut database = Database::new();
    let arn = database.stream();
    let uuid = database.map(&json!({}))["UUID"].as_str().unwrap().to_owned();
    assert!(database.engine.add_function("g", None).unwrap());
    let base = json!({ "EventSourceArn": arn, "FunctionName": "g", "StartingPosition": "LATEST" });
    let value = "InvalidParameterValueException: ";
    let missing = arn.replace("cars", "vans");
    let many: Vec<Json> = (0..6).map(|_| json!({ "Pattern": "{\"a\":[1]}" })).collect();
    let cases = [
        ("FunctionName", json!("f"), format!(
            "ResourceConflictException: The event source arn (\" {arn} \") and function (\" f \") provided mapping \
             already exists. Please update or delete the existing mapping with UUID {uuid}"
        )),
        ("FunctionName", json!("nobody"), format!("{value}Function does not exist")),
        ("EventSourceArn", json!("arn:aws:sqs:us-east-1:000000000000:q"), format!("{value}Unrecognized event source.")),
        ("EventSourceArn", json!(missing), format!("{value}Stream not found: {missing}")),
        ("StartingPosition", json!("AT_TIMESTAMP"), format!("{value}Unsupported starting position for arn type: {arn}")),
        ("StartingPosition", json!(null), format!(
            "{value}1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member \
             must not be null."
        )),
        ("BatchSize", json!(0), "ValidationException: 1 validation error detected: Value '0' at 'batchSize' failed to \
          satisfy constraint: Member must have value greater than or equal to 1".to_owned()),
        ("ParallelizationFactor", json!(11), "ValidationException: 1 validation error detected: Value '11' at \
          'parallelizationFactor' failed to satisfy constraint: Member must have value less than or equal to 10".to_owned()),
        ("FunctionResponseTypes", json!(["All"]), "ValidationException: 1 validation error detected: Value 'All' at \
          'functionResponseTypes' failed to satisfy constraint: Member must satisfy enum value set: \
          [ReportBatchItemFailures]".to_owned()),
        ("MaximumRecordAgeInSeconds", json!(59), format!("{value}MaximumRecordAgeInSeconds must be -1 or between 60 and 604800")),
        ("FilterCriteria", json!({ "Filters": [{ "Pattern": "{\"eventName\": \"INSERT\"}" }] }), format!("{value}Invalid filter pattern definition.")),
        ("FilterCriteria", json!({ "Filters": many }), format!("{value}The number of filters cannot be greater than 5")),
        ("DestinationConfig", json!({ "OnFailure": { "Destination": "nobody" } }), format!(
            "{value}The provided destination config DestinationConfig is invalid: no function is registered for nobody"
        )),
        ("Topics", json!(["t"]), "ValidationException: Topics is a parameter of DynamoDB that dynacore does not support yet".to_owned()),
    ];
    for (name, value, expected) in cases {
        let mut body = base.clone();
        body[name] = value;
        assert_eq!(database.refused("CreateEventSourceMapping", &body), expected, "{name}");
    }
    let mut body = base;
    body["TumblingWindowInSeconds"] = json!(60);
    body["ParallelizationFactor"] = json!(2);
    assert!(database.refused("CreateEventSourceMapping", &body).contains("A tumbling window needs"));
}
