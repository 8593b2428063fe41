//! UpdateTable: global indexes come, change and go (facts 4.3, 4.4; texts measured on AWS, LAB table-indexes).

use std::time::Duration;

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, attributes, fleet, index, keys, number, text, units, with};

const IN_USE: &str = "ResourceInUseException: Attempt to change a resource which is still in use:";
const ONE_ONLINE: &str = "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or \
                          deleted simultaneously per table";

/// A table without indexes.
fn plain() -> Json {
    json!({
        "TableName": "fleet",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes(&[("p", "S"), ("s", "N")]),
        "KeySchema": keys("p|s"),
    })
}

fn provisioned() -> Json {
    let index = with(&index("by_x", "x", "ALL"), json!({ "ProvisionedThroughput": units(5, 5) }));
    let members = json!({
        "BillingMode": null, "ProvisionedThroughput": units(5, 5), "GlobalSecondaryIndexes": [index],
        "AttributeDefinitions": attributes(&[("p", "S"), ("s", "N"), ("x", "S")]),
    });
    with(&plain(), members)
}

fn create(name: &str, key_schema: &str, definitions: &[(&str, &str)]) -> Json {
    json!({
        "TableName": "fleet", "AttributeDefinitions": attributes(definitions),
        "GlobalSecondaryIndexUpdates": [{ "Create": index(name, key_schema, "ALL") }],
    })
}

fn delete(name: &str) -> Json {
    json!({ "TableName": "fleet", "GlobalSecondaryIndexUpdates": [{ "Delete": { "IndexName": name } }] })
}

fn update(name: &str, read: u64, write: u64) -> Json {
    let update = json!({ "IndexName": name, "ProvisionedThroughput": units(read, write) });
    json!({ "TableName": "fleet", "GlobalSecondaryIndexUpdates": [{ "Update": update }] })
}

/// Every transition takes ten seconds, and a new index gets two items a second.
fn slow(table: &Json) -> Database {
    let settings = Settings {
        table_transition: Duration::from_secs(10),
        backfill_items_per_second: Some(2),
        ..Settings::default()
    };
    let mut database = Database::with(settings);
    database.done("CreateTable", table);
    database.wait(10);
    database
}

fn put(database: &mut Database, s: i64, x: Json) {
    database.put(json!({ "p": text("a"), "s": number(s), "x": x }));
}

#[test]
fn an_index_is_filled_with_what_is_there_and_fits() {
    let mut database = Database::new();
    database.done("CreateTable", &plain());
    for s in 0..2_500 {
        put(&mut database, s, text(&format!("x{}", s % 10)));
    }
    put(&mut database, 2_500, number(1));
    put(&mut database, 2_501, text(""));
    put(&mut database, 2_502, text(&"x".repeat(2_049)));
    let answer = database.done("UpdateTable", &create("by_x", "x", &[("x", "S")]));
    let table = &answer["TableDescription"];
    assert_eq!(table["TableStatus"], "UPDATING");
    assert_eq!(table["GlobalSecondaryIndexes"][0]["IndexStatus"], "CREATING");
    assert_eq!(table["GlobalSecondaryIndexes"][0]["Backfilling"], false);
    assert_eq!(database.describe()["TableStatus"], "ACTIVE");
    let index = database.describe_index("by_x");
    assert_eq!(index["IndexStatus"], "ACTIVE");
    assert_eq!(index.get("Backfilling"), None);
    assert_eq!(index["ItemCount"], 2_500);
    let query = json!({
        "TableName": "fleet", "IndexName": "by_x", "KeyConditionExpression": "x = :x", "Select": "COUNT",
        "ExpressionAttributeValues": { ":x": text("x3") },
    });
    assert_eq!(database.done("Query", &query)["Count"], 250);
    let bad = json!({ "TableName": "fleet", "Item": { "p": text("a"), "s": number(1), "x": number(3) } });
    assert!(database.invalid("PutItem", &bad).contains("Type mismatch for Index Key x"));
    // An update answers only for what it changes.
    let update = json!({
        "TableName": "fleet", "Key": { "p": text("a"), "s": number(2_500) }, "UpdateExpression": "SET y = :y",
        "ExpressionAttributeValues": { ":y": number(1) },
    });
    database.done("UpdateItem", &update);
}

#[test]
fn a_slow_index_goes_through_its_states() {
    let mut database = slow(&plain());
    for s in 0..5 {
        put(&mut database, s, text("x"));
    }
    database.done("UpdateTable", &create("by_x", "x", &[("x", "S")]));
    let scan = json!({ "TableName": "fleet", "IndexName": "by_x" });
    let not_yet = "Cannot read from backfilling global secondary index: by_x";
    // Allocation: the table is UPDATING, and nothing else may be done to it.
    assert_eq!(database.describe()["TableStatus"], "UPDATING");
    assert_eq!(database.describe_index("by_x")["Backfilling"], false);
    assert_eq!(database.invalid("Scan", &scan), not_yet);
    assert_eq!(database.refused("UpdateTable", &create("by_s", "s", &[("s", "N")])), ONE_ONLINE);
    assert_eq!(
        database.refused("UpdateTable", &delete("by_x")),
        format!(
            "{IN_USE} Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the \
             index is active. Table: fleet Index: by_x"
        )
    );
    let cannot_delete =
        format!("{IN_USE} Cannot delete table while indexes are being created, updated, or deleted.");
    assert_eq!(database.refused("DeleteTable", &json!({ "TableName": "fleet" })), cannot_delete);
    // Backfill: the table is ACTIVE; writes go on, into the index too.
    database.wait(10);
    assert_eq!(database.describe()["TableStatus"], "ACTIVE");
    let index = database.describe_index("by_x");
    assert_eq!((&index["IndexStatus"], &index["Backfilling"]), (&json!("CREATING"), &json!(true)));
    assert_eq!(index["ItemCount"], 2, "two a second");
    assert_eq!(database.invalid("Scan", &scan), not_yet);
    assert_eq!(database.refused("DeleteTable", &json!({ "TableName": "fleet" })), cannot_delete);
    assert_eq!(database.refused("UpdateTable", &create("by_s", "s", &[("s", "N")])), ONE_ONLINE);
    put(&mut database, 4, text("moved"));
    put(&mut database, 0, text("moved"));
    put(&mut database, 9, text("new"));
    database.done("DeleteItem", &json!({ "TableName": "fleet", "Key": { "p": text("a"), "s": number(1) } }));
    database.wait(1);
    assert_eq!(database.describe_index("by_x")["IndexStatus"], "CREATING");
    database.wait(2);
    assert_eq!(database.describe_index("by_x")["IndexStatus"], "ACTIVE");
    let mut entries: Vec<String> =
        database.scan("by_x").iter().map(|item| format!("{} {}", item["s"]["N"], item["x"]["S"])).collect();
    entries.sort_unstable();
    assert_eq!(entries, [r#""0" "moved""#, r#""2" "x""#, r#""3" "x""#, r#""4" "moved""#, r#""9" "new""#]);
    assert_eq!(database.describe_index("by_x")["ItemCount"], 5);
}

#[test]
fn an_index_is_removed_and_its_attributes_with_it() {
    let mut database = slow(&fleet());
    database.put(json!({ "p": text("a"), "s": number(1), "state": text("new") }));
    let answer = database.done("UpdateTable", &delete("by_state"));
    assert_eq!(answer["TableDescription"]["TableStatus"], "UPDATING");
    assert_eq!(database.describe_index("by_state")["IndexStatus"], "DELETING");
    let scan = json!({ "TableName": "fleet", "IndexName": "by_state" });
    assert_eq!(database.invalid("Scan", &scan), "The table does not have the specified index: by_state");
    assert_eq!(database.refused("UpdateTable", &delete("by_owner")), ONE_ONLINE);
    assert_eq!(
        database.refused("UpdateTable", &delete("by_state")),
        format!("{IN_USE} Index is being deleted. Table: fleet Index: by_state")
    );
    // The base table is unaffected, and the attribute is free.
    database.put(json!({ "p": text("a"), "s": number(2), "state": number(7) }));
    database.wait(10);
    assert_eq!(database.describe()["TableStatus"], "ACTIVE");
    assert_eq!(database.describe_index("by_state"), Json::Null);
    let described = database.describe()["AttributeDefinitions"].to_string();
    assert!(!described.contains("state") && described.contains("owner"), "{described}");
    assert_eq!(
        database.refused("UpdateTable", &delete("by_state")),
        "ResourceNotFoundException: Requested resource not found: Index by_state for table fleet"
    );
    database.done("UpdateTable", &create("by_state", "state", &[("state", "N")]));
    database.wait(60);
    assert_eq!(database.scan("by_state").len(), 1);
}

#[test]
fn an_index_changes_its_throughput() {
    let mut database = slow(&provisioned());
    let answer = database.done("UpdateTable", &update("by_x", 6, 5));
    let described = &answer["TableDescription"];
    assert_eq!(described["TableStatus"], "ACTIVE");
    let index = &described["GlobalSecondaryIndexes"][0];
    assert_eq!(index["IndexStatus"], "UPDATING");
    assert_eq!(index["ProvisionedThroughput"]["ReadCapacityUnits"], 5, "the old value, until it has changed");
    assert_eq!(
        database.refused("UpdateTable", &update("by_x", 7, 5)),
        format!("{IN_USE} Index is being updated. Table: fleet Index: by_x")
    );
    database.wait(10);
    let index = database.describe_index("by_x");
    assert_eq!(index["IndexStatus"], "ACTIVE");
    assert_eq!(index["ProvisionedThroughput"]["ReadCapacityUnits"], 6);
    assert_eq!(
        database.invalid("UpdateTable", &update("by_x", 6, 5)),
        "The provisioned throughput for the index by_x will not change. The requested value equals the current value. \
         Current ReadCapacityUnits provisioned for index by_x: 6. Requested ReadCapacityUnits: 6. Current \
         WriteCapacityUnits provisioned for index by_x: 5. Requested WriteCapacityUnits: 5. Refer to the Amazon DynamoDB \
         Developer Guide for current limits and how to request higher limits."
    );
    assert!(
        database.refused("UpdateTable", &update("by_x", 40_001, 5)).contains("above the per index maximum")
    );
    assert_eq!(
        database.refused("UpdateTable", &update("by_y", 6, 5)),
        "ResourceNotFoundException: Requested resource not found: Index by_y for table fleet"
    );
}

#[test]
fn decreases_of_table_and_index_are_counted_apart() {
    let mut database = Database::new();
    database.done("CreateTable", &provisioned());
    for read in (1..5).rev() {
        database.done("UpdateTable", &update("by_x", read, 5));
    }
    database.done("UpdateTable", &update("by_x", 5, 5));
    let text = database.refused("UpdateTable", &update("by_x", 4, 5));
    assert!(
        text.starts_with(
            "LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases"
        )
    );
    // Both or neither.
    let both = with(&update("by_x", 4, 5), json!({ "ProvisionedThroughput": units(4, 4) }));
    assert!(database.refused("UpdateTable", &both).starts_with("LimitExceededException"));
    assert_eq!(database.describe()["ProvisionedThroughput"]["ReadCapacityUnits"], 5);
    database.done("UpdateTable", &json!({ "TableName": "fleet", "ProvisionedThroughput": units(4, 4) }));
}

#[test]
fn the_billing_mode_is_one_for_table_and_indexes() {
    let mut database = Database::new();
    database.done("CreateTable", &provisioned());
    let demand = json!({ "TableName": "fleet", "BillingMode": "PAY_PER_REQUEST" });
    database.done("UpdateTable", &demand);
    assert_eq!(database.describe_index("by_x")["ProvisionedThroughput"]["ReadCapacityUnits"], 0);
    assert_eq!(
        database.invalid("UpdateTable", &update("by_x", 1, 1)),
        "One or more parameter values were invalid: The only Updates for index: by_x when TableThroughputMode is \
         PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput"
    );
    let back =
        json!({ "TableName": "fleet", "BillingMode": "PROVISIONED", "ProvisionedThroughput": units(2, 2) });
    assert_eq!(
        database.invalid("UpdateTable", &back),
        "One or more parameter values were invalid: ProvisionedThroughput must be specified for index: by_x"
    );
    let all = with(
        &update("by_x", 3, 3),
        json!({ "BillingMode": "PROVISIONED", "ProvisionedThroughput": units(2, 2) }),
    );
    database.done("UpdateTable", &all);
    assert_eq!(database.describe_index("by_x")["ProvisionedThroughput"]["ReadCapacityUnits"], 3);
    assert_eq!(
        database.invalid("UpdateTable", &create("by_y", "y", &[("y", "S")])),
        "One or more parameter values were invalid: Both ReadCapacityUnits and WriteCapacityUnits must be specified for \
         index: by_y"
    );
}

#[test]
fn a_new_index_has_rules() {
    let mut database = Database::fleet();
    assert_eq!(
        database.invalid("UpdateTable", &create("by_owner", "z", &[("z", "S")])),
        "Attempting to create an index which already exists"
    );
    assert_eq!(
        database.invalid("UpdateTable", &create("by_year", "z", &[("z", "S")])),
        "Attempting to create an index which already exists"
    );
    let undefined = with(&create("by_z", "z", &[]), json!({ "AttributeDefinitions": null }));
    assert_eq!(
        database.invalid("UpdateTable", &undefined),
        "One or more parameter values were invalid: AttributeDefinitions is not specified for index: by_z"
    );
    assert_eq!(
        database.invalid("UpdateTable", &create("by_z", "z", &[("y", "S")])),
        "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. \
         Keys: [z], AttributeDefinitions: [y]"
    );
    assert_eq!(
        database.invalid("UpdateTable", &create("by_z", "state", &[("state", "N")])),
        "One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute has \
         the same type as previously defined. Existing schema: Schema:[SchemaElement: key{state:S:HASH}] New schema: \
         Schema:[SchemaElement: key{state:N:HASH}]"
    );
    // Definitions that nothing uses are let be here.
    database.done("UpdateTable", &create("by_z", "z", &[("z", "S"), ("unused", "S"), ("p", "N")]));
    for number in 0..16 {
        database.done("UpdateTable", &create(&format!("gsi{number}"), "z", &[("z", "S")]));
    }
    assert_eq!(
        database.refused("UpdateTable", &create("gsi99", "z", &[("z", "S")])),
        "LimitExceededException: Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20"
    );
}

#[test]
fn a_call_changes_each_index_once_and_makes_or_removes_one() {
    let mut database = Database::fleet();
    let updates = |updates: Json| {
        json!({
            "TableName": "fleet", "GlobalSecondaryIndexUpdates": updates, "AttributeDefinitions": attributes(&[("z", "S")]),
        })
    };
    let create = |name: &str| json!({ "Create": index(name, "z", "ALL") });
    let delete = |name: &str| json!({ "Delete": { "IndexName": name } });
    for two in [
        json!([create("one"), create("two")]),
        json!([create("one"), delete("by_owner")]),
        json!([delete("by_state"), delete("by_owner")]),
    ] {
        assert_eq!(database.refused("UpdateTable", &updates(two)), ONE_ONLINE);
    }
    let invalid = "One or more parameter values were invalid:";
    assert_eq!(
        database.invalid("UpdateTable", &updates(json!([delete("by_owner"), create("by_owner")]))),
        format!(
            "{invalid} Only one global secondary index update per index is allowed simultaneously. Index: by_owner"
        )
    );
    let both = json!({ "Create": index("one", "z", "ALL"), "Delete": { "IndexName": "two" } });
    assert_eq!(
        database.invalid("UpdateTable", &updates(json!([both]))),
        format!(
            "{invalid} Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"
        )
    );
    assert_eq!(
        database.invalid("UpdateTable", &updates(json!([{}]))),
        format!(
            "{invalid} One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
             GlobalSecondaryIndexUpdate.Delete must not be null"
        )
    );
    let none = updates(json!([]));
    assert!(
        database
            .invalid("UpdateTable", &none)
            .starts_with("At least one of ProvisionedThroughput, BillingMode")
    );
    assert_eq!(
        database.invalid("UpdateTable", &with(&none, json!({ "DeletionProtectionEnabled": true }))),
        format!("{invalid} List of GlobalSecondaryIndexUpdates is empty")
    );
    let protected = with(&updates(json!([create("one")])), json!({ "DeletionProtectionEnabled": true }));
    assert_eq!(
        database.invalid("UpdateTable", &protected),
        format!("{invalid} DeletionProtection modification must be the only operation in the request")
    );
    let faster = with(&updates(json!([create("one")])), json!({ "ProvisionedThroughput": units(1, 1) }));
    assert_eq!(
        database.invalid("UpdateTable", &faster),
        format!("{invalid} You cannot create or delete index while updating table IOPS")
    );
    assert_eq!(
        database.invalid(
            "UpdateTable",
            &json!({
                "TableName": "fleet", "GlobalSecondaryIndexUpdates": [delete("by_year")],
            })
        ),
        "Cannot delete an index that is not a GlobalSecondaryIndex: by_year"
    );
    assert_eq!(
        database.invalid("UpdateTable", &update("by_year", 1, 1)),
        "Cannot update an index that is not a GlobalSecondaryIndex: by_year"
    );
}

#[test]
fn throughput_of_a_table_waits_for_its_indexes_and_they_for_it() {
    let mut database = slow(&provisioned());
    let faster = json!({ "TableName": "fleet", "ProvisionedThroughput": units(6, 6) });
    let created = with(&index("by_y", "y", "ALL"), json!({ "ProvisionedThroughput": units(1, 1) }));
    let mut create = create("by_y", "y", &[("y", "S")]);
    create["GlobalSecondaryIndexUpdates"][0]["Create"] = created;
    database.done("UpdateTable", &faster);
    assert_eq!(
        database.refused("UpdateTable", &create),
        format!("{IN_USE} Can't create or delete indexes while table IOPS are being updated. Table: fleet")
    );
    database.wait(10);
    database.done("UpdateTable", &create);
    let slower = json!({ "TableName": "fleet", "ProvisionedThroughput": units(7, 7) });
    assert_eq!(
        database.refused("UpdateTable", &slower),
        format!(
            "{IN_USE} Can't change table IOPS when an index is being created. Table: fleet Indexes: [by_y]"
        )
    );
    // Another index's throughput may change meanwhile.
    database.done("UpdateTable", &update("by_x", 6, 6));
    database.wait(20);
    database.done("UpdateTable", &delete("by_y"));
    assert_eq!(
        database.refused("UpdateTable", &slower),
        format!(
            "{IN_USE} Can't change table IOPS when an index is being deleted. Table: fleet Indexes: [by_y]"
        )
    );
    database.wait(10);
    database.done("UpdateTable", &slower);
}

#[test]
fn a_provisioned_index_is_filled_no_faster_than_its_throughput() {
    let settings = Settings {
        table_transition: Duration::from_secs(1),
        backfill_items_per_second: Some(1_000),
        initial_burst_seconds: 0,
        throttle: true,
        ..Settings::default()
    };
    let mut database = Database::with(settings);
    let plenty = json!({ "ProvisionedThroughput": units(100, 100), "BillingMode": null });
    database.done("CreateTable", &with(&plain(), plenty));
    database.wait(10);
    for s in 0..50 {
        put(&mut database, s, text("x"));
    }
    let mut create = create("by_x", "x", &[("x", "S")]);
    create["GlobalSecondaryIndexUpdates"][0]["Create"]["ProvisionedThroughput"] = units(5, 5);
    database.done("UpdateTable", &create);
    database.wait(4);
    let built = database.describe_index("by_x")["ItemCount"].as_i64().unwrap();
    assert!((15..=25).contains(&built), "five a second, not {built} in four seconds");
    database.wait(20);
    assert_eq!(database.describe_index("by_x")["IndexStatus"], "ACTIVE");
    assert_eq!(database.describe_index("by_x")["ItemCount"], 50);
}
