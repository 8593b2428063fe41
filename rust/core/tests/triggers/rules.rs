//! Rules: schedules, events and their targets.

use serde_json::{Value as Json, json};

use crate::database::Database;

const F: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

fn rule(database: &mut Database, what: &Json, target: &Json) {
    let mut body = json!({ "Name": "r" });
    body.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
    let arn = database.done("PutRule", &body)["RuleArn"].clone();
    assert_eq!(arn, "arn:aws:events:us-east-1:000000000000:rule/r");
    let mut given = json!({ "Id": "1", "Arn": F });
    given.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
    let put = database.done("PutTargets", &json!({ "Rule": "r", "Targets": [given] }));
    assert_eq!(put, json!({ "FailedEntryCount": 0, "FailedEntries": [] }));
}

#[test]
fn a_rate_calls_from_the_rules_creation_on() {
    let mut database = Database::new();
    rule(&mut database, &json!({ "ScheduleExpression": "rate(5 minutes)" }), &json!({}));
    assert_eq!(database.next_in(), Some(300.0));
    database.wait(300.0);
    let call = database.call();
    assert_eq!(
        call.event,
        json!({
            "version": "0", "id": call.event["id"], "detail-type": "Scheduled Event", "source": "aws.events",
            "account": "000000000000", "time": "2023-11-14T22:19:00Z", "region": "us-east-1",
            "resources": ["arn:aws:events:us-east-1:000000000000:rule/r"], "detail": {},
        })
    );
    database.done("DisableRule", &json!({ "Name": "r" }));
    assert_eq!(database.done("DescribeRule", &json!({ "Name": "r" }))["State"], "DISABLED");
    database.wait(600.0);
    assert!(database.calls().is_empty());
    database.done("EnableRule", &json!({ "Name": "r" }));
    database.wait(300.0);
    assert_eq!(database.calls().len(), 1);
}

#[test]
fn a_cron_calls_when_the_calendar_matches() {
    let mut database = Database::new();
    let input = json!({ "Input": "{\"do\":\"sweep\"}" });
    rule(&mut database, &json!({ "ScheduleExpression": "cron(30 22 ? * TUE-WED *)" }), &input);
    database.wait(16.0 * 60.0);
    assert_eq!(database.call().event, json!({ "do": "sweep" }));
    database.wait(24.0 * 3_600.0);
    assert_eq!(database.calls().len(), 1);
    database.wait(24.0 * 3_600.0);
    assert!(database.calls().is_empty());
}

#[test]
fn events_that_match_call_and_failures_are_tried_twice_more() {
    let mut database = Database::new();
    let pattern =
        json!({ "source": ["shop"], "detail": { "total": [{ "numeric": [">", 100] }] } }).to_string();
    rule(&mut database, &json!({ "EventPattern": pattern }), &json!({ "InputPath": "$.detail" }));
    let entry = |total: u32| json!({ "Source": "shop", "DetailType": "order", "Detail": json!({ "total": total }).to_string() });
    let put =
        database.done("PutEvents", &json!({ "Entries": [entry(50), entry(150), { "Source": "shop" }] }));
    assert_eq!(put["FailedEntryCount"], 1);
    assert!(put["Entries"][1]["EventId"].is_string());
    assert_eq!(put["Entries"][2]["ErrorCode"], "InvalidArgument");
    let call = database.call();
    assert_eq!(call.event, json!({ "total": 150 }));
    database.fail(&call);
    for seconds in [60.0, 120.0] {
        assert_eq!(database.next_in(), Some(seconds));
        database.wait(seconds);
        let again = database.call();
        assert_eq!(again.event, json!({ "total": 150 }));
        database.fail(&again);
    }
    database.wait(3_600.0);
    assert!(database.calls().is_empty());
}

#[test]
fn rules_and_targets_are_listed_and_deleted() {
    let mut database = Database::new();
    rule(&mut database, &json!({ "ScheduleExpression": "rate(1 day)", "Description": "daily" }), &json!({}));
    let described = json!({
        "Name": "r", "Arn": "arn:aws:events:us-east-1:000000000000:rule/r", "ScheduleExpression": "rate(1 day)",
        "State": "ENABLED", "Description": "daily", "EventBusName": "default",
    });
    assert_eq!(database.done("ListRules", &json!({})), json!({ "Rules": [described] }));
    assert_eq!(database.done("ListRules", &json!({ "NamePrefix": "x" })), json!({ "Rules": [] }));
    let targets = database.done("ListTargetsByRule", &json!({ "Rule": "r" }));
    assert_eq!(targets, json!({ "Targets": [{ "Id": "1", "Arn": F }] }));
    assert_eq!(
        database.refused("DeleteRule", &json!({ "Name": "r" })),
        "ValidationException: Rule can't be deleted since it has targets."
    );
    database.done("RemoveTargets", &json!({ "Rule": "r", "Ids": ["1"] }));
    database.done("DeleteRule", &json!({ "Name": "r" }));
    let missing = "ResourceNotFoundException: Rule r does not exist on EventBus default.";
    for operation in ["DescribeRule", "EnableRule", "DisableRule"] {
        assert_eq!(database.refused(operation, &json!({ "Name": "r" })), missing);
    }
    database.done("DeleteRule", &json!({ "Name": "r" }));
    assert_eq!(
        database.refused("PutTargets", &json!({ "Rule": "r", "Targets": [{ "Id": "1", "Arn": F }] })),
        missing
    );
}

#[test]
fn what_is_no_rule_is_refused() {
    let mut database = Database::new();
    let put = |database: &mut Database, what: Json| {
        let mut body = json!({ "Name": "r" });
        body.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
        database.refused("PutRule", &body)
    };
    assert_eq!(
        put(&mut database, json!({})),
        "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified."
    );
    assert_eq!(
        put(&mut database, json!({ "ScheduleExpression": "rate(1 minutes)" })),
        "ValidationException: Parameter ScheduleExpression is not valid."
    );
    assert_eq!(
        put(&mut database, json!({ "EventPattern": "{\"source\":\"shop\"}" })),
        "InvalidEventPatternException: Event pattern is not valid. Reason: \"source\" must be an object or an array"
    );
    assert_eq!(
        put(&mut database, json!({ "ScheduleExpression": "rate(1 day)", "EventBusName": "mine" })),
        "ResourceNotFoundException: Event bus mine does not exist."
    );
    database.done("PutRule", &json!({ "Name": "r", "ScheduleExpression": "rate(1 day)" }));
    let nobody = json!({ "Id": "1", "Arn": "arn:aws:lambda:us-east-1:000000000000:function:nobody" });
    let refused = database.refused("PutTargets", &json!({ "Rule": "r", "Targets": [nobody] }));
    assert!(refused.starts_with("ValidationException: Provided Arn"), "{refused}");
    let six: Vec<Json> = (0..6).map(|id| json!({ "Id": id.to_string(), "Arn": F })).collect();
    let refused = database.refused("PutTargets", &json!({ "Rule": "r", "Targets": six }));
    assert!(refused.starts_with("LimitExceededException"), "{refused}");
}

#[test]
fn a_pattern_is_tried_on_an_event() {
    let mut database = Database::new();
    let mut event = json!({
        "id": "1", "detail-type": "order", "source": "shop", "account": "1", "time": "2026-01-01T00:00:00Z",
        "region": "us-east-1", "resources": [], "detail": {},
    });
    let mut test = |event: &Json| {
        let body = json!({ "EventPattern": "{\"source\":[\"shop\"]}", "Event": event.to_string() });
        database.done("TestEventPattern", &body)["Result"].clone()
    };
    assert_eq!(test(&event), json!(true));
    event["source"] = json!("other");
    assert_eq!(test(&event), json!(false));
}
