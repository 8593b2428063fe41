//! UpdateTimeToLive and DescribeTimeToLive.

use serde_json::{Value as Json, json};

use crate::database::{Database, time_to_live};

fn describe(database: &mut Database) -> Json {
    database.done("DescribeTimeToLive", &json!({ "TableName": "cars" }))["TimeToLiveDescription"].clone()
}

#[test]
fn the_setting_is_told_and_forgotten() {
    let mut database = Database::cars();
    assert_eq!(describe(&mut database), json!({ "TimeToLiveStatus": "DISABLED" }));
    let answer = database.done("UpdateTimeToLive", &time_to_live("ends", true));
    assert_eq!(answer, json!({ "TimeToLiveSpecification": { "Enabled": true, "AttributeName": "ends" } }));
    assert_eq!(describe(&mut database), json!({ "TimeToLiveStatus": "ENABLED", "AttributeName": "ends" }));
    database.wait(3600);
    database.done("UpdateTimeToLive", &time_to_live("ends", false));
    assert_eq!(describe(&mut database), json!({ "TimeToLiveStatus": "DISABLED" }));
}

#[test]
fn where_tables_take_time_the_states_between_are_seen() {
    let mut database = Database::slow_cars();
    database.enable_time_to_live();
    let between = json!({ "TimeToLiveStatus": "ENABLING", "AttributeName": "ends" });
    assert_eq!(describe(&mut database), between);
    database.wait(10);
    assert_eq!(describe(&mut database)["TimeToLiveStatus"], "ENABLED");
    database.wait(3600);
    database.done("UpdateTimeToLive", &time_to_live("ends", false));
    let between = json!({ "TimeToLiveStatus": "DISABLING", "AttributeName": "ends" });
    assert_eq!(describe(&mut database), between);
    database.wait(10);
    assert_eq!(describe(&mut database), json!({ "TimeToLiveStatus": "DISABLED" }));
}

/// What is wrong with a change is told before that it comes too soon.
#[test]
fn changes_that_are_none_and_changes_too_soon() {
    let mut database = Database::cars();
    let refused = |database: &mut Database, attribute: &str, enabled: bool| {
        database.invalid("UpdateTimeToLive", &time_to_live(attribute, enabled))
    };
    assert_eq!(refused(&mut database, "ends", false), "TimeToLive is already disabled");
    database.enable_time_to_live();
    assert_eq!(refused(&mut database, "ends", true), "TimeToLive is already enabled");
    for enabled in [true, false] {
        assert_eq!(
            refused(&mut database, "other", enabled),
            "TimeToLive is active on a different AttributeName: current AttributeName is ends"
        );
    }
    let too_soon = "Time to live has been modified multiple times within a fixed interval";
    database.wait(3599);
    assert_eq!(refused(&mut database, "ends", false), too_soon);
    database.wait(1);
    database.done("UpdateTimeToLive", &time_to_live("ends", false));
    assert_eq!(refused(&mut database, "other", true), too_soon);
    database.wait(3600);
    database.done("UpdateTimeToLive", &time_to_live("other", true));
    assert_eq!(describe(&mut database)["AttributeName"], "other");
}

#[test]
fn the_models_constraints() {
    let mut database = Database::cars();
    let text = |path: &str, value: &str, constraint: &str| {
        format!(
            "1 validation error detected: Value {value} at 'timeToLiveSpecification{path}' failed to satisfy constraint: {constraint}"
        )
    };
    for (specification, told) in [
        (Json::Null, text("", "null", "Member must not be null")),
        (json!({ "Enabled": true }), text(".attributeName", "null", "Member must not be null")),
        (json!({ "AttributeName": "a" }), text(".enabled", "null", "Member must not be null")),
        (
            json!({ "Enabled": true, "AttributeName": "" }),
            text(".attributeName", "''", "Member must have length greater than or equal to 1"),
        ),
    ] {
        let body = json!({ "TableName": "cars", "TimeToLiveSpecification": specification });
        assert_eq!(database.invalid("UpdateTimeToLive", &body), told);
    }
}

#[test]
fn only_a_table_that_serves_has_one() {
    let mut database = Database::slow_cars();
    assert_eq!(
        database.refused(
            "UpdateTimeToLive",
            &json!({ "TableName": "vans", "TimeToLiveSpecification": { "Enabled": true, "AttributeName": "a" } })
        ),
        "ResourceNotFoundException: Requested resource not found: Table: vans not found"
    );
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
    assert_eq!(
        database.refused("UpdateTimeToLive", &time_to_live("ends", true)),
        "ResourceInUseException: Attempt to change a resource which is still in use: Table cars is being deleted"
    );
    assert_eq!(
        database.invalid("DescribeTimeToLive", &json!({ "TableName": "cars" })),
        "Cannot describe time to live while table is in DELETING state: Current table state is DELETING"
    );
}
