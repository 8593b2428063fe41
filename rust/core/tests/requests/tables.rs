//! CreateTable, DescribeTable, ListTables, UpdateTable, DeleteTable.

use std::time::Duration;

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, changed, table};

fn definitions(names: &[&str]) -> Json {
    names.iter().map(|name| json!({ "AttributeName": name, "AttributeType": "S" })).collect()
}

fn keys(elements: &[(&str, &str)]) -> Json {
    elements.iter().map(|(name, kind)| json!({ "AttributeName": name, "KeyType": kind })).collect()
}

fn units(read: i64, write: i64) -> Json {
    json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write })
}

/// Slow enough that every state can be seen.
fn slow() -> Database {
    Database::with(Settings { table_transition: Duration::from_secs(10), ..Settings::default() })
}

#[test]
fn a_new_tables_name_has_three_characters() {
    let mut database = Database::new();
    for (name, text) in [
        (Json::Null, "The parameter 'TableName' is required but was not present in the request"),
        (
            json!("ab"),
            "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have \
             length greater than or equal to 3",
        ),
        (
            json!("a/b"),
            "1 validation error detected: Value 'a/b' at 'tableName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        ),
    ] {
        assert_eq!(database.invalid("CreateTable", &changed(&table("cars"), "TableName", name)), text);
    }
}

/// Each case breaks the rule it is listed for and all those after it as well, as far as one request can.
#[test]
fn the_rules_of_a_key_schema_come_in_their_order() {
    let mut database = Database::new();
    let schema = |elements: &[(&str, &str)], names: &[&str]| {
        let body = changed(&table("cars"), "KeySchema", keys(elements));
        changed(&body, "AttributeDefinitions", definitions(names))
    };
    for (elements, names, text) in [
        (
            vec![],
            vec![],
            "1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: Member must have \
             length greater than or equal to 1",
        ),
        (
            vec![("b", "RANGE"), ("b", "RANGE")],
            vec!["a"],
            "Invalid KeySchema: Some index key attribute have no definition",
        ),
        (
            vec![("b", "RANGE"), ("b", "RANGE")],
            vec!["a", "c"],
            "One or more parameter values were invalid: Some index key attributes are not defined in \
             AttributeDefinitions. Keys: [b, b], AttributeDefinitions: [a, c]",
        ),
        (
            vec![("b", "RANGE"), ("b", "RANGE")],
            vec!["a", "b"],
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ),
        (
            vec![("a", "RANGE"), ("b", "HASH")],
            vec!["a", "b", "c"],
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        (
            vec![("a", "HASH"), ("b", "HASH")],
            vec!["a", "b", "c"],
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ),
        (
            vec![("a", "HASH"), ("b", "RANGE")],
            vec!["a", "b", "c"],
            "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match \
             number of attributes defined in AttributeDefinitions",
        ),
    ] {
        assert_eq!(
            database.invalid("CreateTable", &schema(&elements, &names)),
            text,
            "{elements:?} {names:?}"
        );
    }
    database.done("CreateTable", &schema(&[("b", "HASH"), ("a", "RANGE")], &["a", "b"]));
}

#[test]
fn billing_mode_and_throughput_fit_each_other() {
    let mut database = Database::new();
    let body = changed(&table("cars"), "BillingMode", Json::Null);
    for (mode, throughput, text) in [
        (
            Json::Null,
            Json::Null,
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be \
             specified when BillingMode is PROVISIONED",
        ),
        (
            json!("PAY_PER_REQUEST"),
            units(1, 1),
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be \
             specified when BillingMode is PAY_PER_REQUEST",
        ),
        (
            Json::Null,
            units(0, 1),
            "1 validation error detected: Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy \
             constraint: Member must have value greater than or equal to 1",
        ),
        (
            Json::Null,
            units(1_000_000_000_001, 1),
            "Given value 1000000000001 for ReadCapacityUnits is out of bounds",
        ),
        (
            json!("FREE"),
            Json::Null,
            "1 validation error detected: Value 'FREE' at 'billingMode' failed to satisfy constraint: Member must \
             satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
        ),
    ] {
        let asked = changed(&changed(&body, "BillingMode", mode), "ProvisionedThroughput", throughput);
        assert_eq!(database.invalid("CreateTable", &asked), text);
    }
}

#[test]
fn a_name_is_taken_once() {
    let mut database = Database::new();
    database.table("cars");
    assert_eq!(
        database.refused("CreateTable", &table("cars")),
        "ResourceInUseException: Table already exists: cars"
    );
}

#[test]
fn tables_are_listed_in_pages() {
    let mut database = Database::new();
    for number in 0..103 {
        database.table(&format!("table-{number:03}"));
    }
    let first = database.done("ListTables", &json!({}));
    assert_eq!(first["TableNames"].as_array().unwrap().len(), 100);
    assert_eq!(first["LastEvaluatedTableName"], "table-099");
    let rest = database.done("ListTables", &json!({ "ExclusiveStartTableName": "table-099" }));
    assert_eq!(rest, json!({ "TableNames": ["table-100", "table-101", "table-102"] }));
    let one = database.done("ListTables", &json!({ "ExclusiveStartTableName": "table-0995", "Limit": 1 }));
    assert_eq!(one, json!({ "TableNames": ["table-100"], "LastEvaluatedTableName": "table-100" }));
    assert_eq!(
        database.done("ListTables", &json!({ "ExclusiveStartTableName": "zzz" })),
        json!({ "TableNames": [] })
    );
    let text = database.invalid("ListTables", &json!({ "Limit": 101, "ExclusiveStartTableName": "a" }));
    assert!(text.starts_with("2 validation errors detected: "), "{text}");
}

#[test]
fn a_table_goes_through_its_states() {
    let mut database = slow();
    let status = |database: &mut Database| {
        database.done("DescribeTable", &json!({ "TableName": "cars" }))["Table"]["TableStatus"].clone()
    };
    let named = json!({ "TableName": "cars" });
    database.done("CreateTable", &table("cars"));
    assert_eq!(status(&mut database), "CREATING");
    let get = json!({ "TableName": "cars", "Key": { "id": { "N": "1" } } });
    assert_eq!(database.refused("GetItem", &get), "ResourceNotFoundException: Requested resource not found");
    assert_eq!(
        database.refused("DeleteTable", &named),
        "ResourceInUseException: Attempt to change a resource which is still in use: Table is being created: cars"
    );
    database.wait(10);
    assert_eq!(status(&mut database), "ACTIVE");
    let mut update = changed(&named, "BillingMode", json!("PROVISIONED"));
    update["ProvisionedThroughput"] = units(3, 4);
    let updating = database.done("UpdateTable", &update);
    assert_eq!(updating["TableDescription"]["TableStatus"], "UPDATING");
    assert_eq!(updating["TableDescription"]["ProvisionedThroughput"]["ReadCapacityUnits"], 0);
    database.done("GetItem", &get);
    let text = database.refused("UpdateTable", &update);
    assert!(text.ends_with("Table is being updated: cars"), "{text}");
    database.wait(10);
    let described = database.done("DescribeTable", &named);
    assert_eq!(described["Table"]["ProvisionedThroughput"]["WriteCapacityUnits"], 4);
    assert_eq!(described["Table"]["BillingModeSummary"]["BillingMode"], "PROVISIONED");
    let deleting = database.done("DeleteTable", &named);
    assert_eq!(deleting["TableDescription"]["TableStatus"], "DELETING");
    assert_eq!(deleting["TableDescription"].get("KeySchema"), None);
    assert_eq!(database.done("DeleteTable", &named)["TableDescription"]["TableStatus"], "DELETING");
    database.wait(10);
    assert_eq!(
        database.refused("DescribeTable", &named),
        "ResourceNotFoundException: Requested resource not found: Table: cars not found"
    );
}

#[test]
fn a_table_made_again_holds_nothing_of_the_one_before() {
    let mut database = Database::new();
    database.table("cars");
    let put = json!({ "TableName": "cars", "Item": { "id": { "N": "1" } } });
    database.done("PutItem", &put);
    let first = database.done("DescribeTable", &json!({ "TableName": "cars" }))["Table"]["TableId"].clone();
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
    database.table("cars");
    let described = database.done("DescribeTable", &json!({ "TableName": "cars" }));
    assert_eq!(described["Table"]["ItemCount"], 0);
    assert_ne!(described["Table"]["TableId"], first);
    assert_eq!(database.done("Scan", &json!({ "TableName": "cars" }))["Count"], 0);
}

#[test]
fn a_protected_table_is_not_deleted() {
    let mut database = Database::new();
    let named = json!({ "TableName": "cars" });
    database.done("CreateTable", &changed(&table("cars"), "DeletionProtectionEnabled", json!(true)));
    assert_eq!(
        database.invalid("DeleteTable", &named),
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection \
         first."
    );
    let mut update = changed(&named, "DeletionProtectionEnabled", json!(false));
    assert_eq!(database.done("UpdateTable", &update)["TableDescription"]["DeletionProtectionEnabled"], false);
    update["ProvisionedThroughput"] = units(1, 1);
    assert_eq!(
        database.invalid("UpdateTable", &update),
        "One or more parameter values were invalid: DeletionProtection modification must be the only operation in the \
         request"
    );
    database.done("DeleteTable", &named);
}

#[test]
fn an_update_of_a_table_changes_something() {
    let mut database = Database::new();
    let body = changed(&table("cars"), "BillingMode", Json::Null);
    database.done("CreateTable", &changed(&body, "ProvisionedThroughput", units(5, 6)));
    let named = json!({ "TableName": "cars" });
    assert_eq!(
        database.invalid("UpdateTable", &named),
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, \
         SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, \
         DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"
    );
    assert_eq!(
        database.invalid("UpdateTable", &changed(&named, "BillingMode", json!("PROVISIONED"))),
        "One or more parameter values were invalid: ProvisionedThroughput must be specified when BillingMode is \
         PROVISIONED"
    );
    let unchanged = database.invalid("UpdateTable", &changed(&named, "ProvisionedThroughput", units(5, 6)));
    assert!(
        unchanged.starts_with(
            "The provisioned throughput for the table will not change. The requested value equals the current value. \
             Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5."
        ),
        "{unchanged}"
    );
    assert_eq!(
        database.refused("UpdateTable", &json!({ "TableName": "none", "DeletionProtectionEnabled": true })),
        "ResourceNotFoundException: Requested resource not found: Table: none not found"
    );
    // Four decreases of a day are free, and one more an hour from then on.
    for write in (2..6).rev() {
        database.done("UpdateTable", &changed(&named, "ProvisionedThroughput", units(5, write)));
    }
    let fifth = changed(&named, "ProvisionedThroughput", units(5, 1));
    let text = database.refused("UpdateTable", &fifth);
    assert_eq!(
        text,
        "LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are limited within a given \
         UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most \
         once every 3600 seconds. Number of decreases today: 4. Last decrease at Tuesday, November 14, 2023 at 10:13:20 \
         PM Coordinated Universal Time. Next decrease can be made at Tuesday, November 14, 2023 at 11:13:20 PM \
         Coordinated Universal Time"
    );
    database.wait(3600);
    assert_eq!(database.done("UpdateTable", &fifth)["TableDescription"]["TableStatus"], "UPDATING");
}
