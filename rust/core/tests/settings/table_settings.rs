//! Class, encryption and deletion protection of a table; limits and endpoints.

use serde_json::{Value as Json, json};

use crate::database::{Database, START, cars, units, with};

const INVALID: &str = "ValidationException: One or more parameter values were invalid: ";
const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0000-4000-8000-000000000001";

fn encrypted(key: &str) -> Json {
    json!({ "SSESpecification": { "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key } })
}

#[test]
fn a_class_changes_while_the_table_updates() {
    let mut database = Database::slow_cars();
    // A table without one has the standard class, and to say so changes nothing.
    assert_eq!(database.update(json!({ "TableClass": "STANDARD" }))["TableStatus"], "UPDATING");
    let described = database.describe();
    assert_eq!(described["TableStatus"], "ACTIVE");
    assert!(described.get("TableClassSummary").is_none());
    let answer = database.update(json!({ "TableClass": "STANDARD_INFREQUENT_ACCESS" }));
    assert_eq!(answer["TableStatus"], "UPDATING");
    assert!(answer.get("TableClassSummary").is_none());
    assert_eq!(
        database.update_refused(json!({ "TableClass": "STANDARD" })),
        "ResourceInUseException: Attempt to change a resource which is still in use: Table is being updated: cars"
    );
    database.wait(10);
    assert_eq!(
        database.describe()["TableClassSummary"],
        json!({
            "TableClass": "STANDARD_INFREQUENT_ACCESS",
            "LastUpdateDateTime": f64::from(u32::try_from(START + 20).unwrap()),
        })
    );
    database.update(json!({ "TableClass": "STANDARD" }));
    database.wait(10);
    assert_eq!(
        database.update_refused(json!({ "TableClass": "STANDARD_INFREQUENT_ACCESS" })),
        "LimitExceededException: Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s)."
    );
    database.wait(30 * 24 * 3600);
    database.update(json!({ "TableClass": "STANDARD_INFREQUENT_ACCESS" }));
}

#[test]
fn a_table_may_be_made_with_a_class() {
    let mut database = Database::new();
    let refused = database.invalid("CreateTable", &with(&cars(), json!({ "TableClass": "GLACIER" })));
    assert_eq!(
        refused,
        "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, \
         STANDARD_INFREQUENT_ACCESS]."
    );
    let class = json!({ "TableClass": "STANDARD_INFREQUENT_ACCESS" });
    let created = database.done("CreateTable", &with(&cars(), class.clone()));
    assert_eq!(created["TableDescription"]["TableClassSummary"], class);
}

#[test]
fn a_key_changes_while_the_table_is_active() {
    let mut database = Database::slow_cars();
    assert!(database.describe().get("SSEDescription").is_none());
    let answer = database.update(encrypted(KEY));
    assert_eq!(answer["TableStatus"], "ACTIVE");
    assert_eq!(answer["SSEDescription"], json!({ "Status": "UPDATING" }));
    // The same again is accepted, another is not.
    database.update(encrypted(KEY));
    assert_eq!(
        database.update_refused(json!({ "SSESpecification": { "Enabled": false } })),
        "ResourceInUseException: Attempt to change a resource which is still in use: Server-Side Encryption is still \
         being updated"
    );
    database.wait(10);
    let enabled = json!({ "Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY });
    assert_eq!(database.describe()["SSEDescription"], enabled);
    assert_eq!(
        database.update_refused(encrypted(KEY)),
        format!(
            "{INVALID}Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to \
             change Master Key"
        )
    );
    let answer = database.update(json!({ "SSESpecification": { "Enabled": false } }));
    assert_eq!(answer["SSEDescription"], with(&enabled, json!({ "Status": "UPDATING" })));
    database.wait(10);
    assert!(database.describe().get("SSEDescription").is_none());
    assert_eq!(
        database.update_refused(json!({ "SSESpecification": {} })),
        format!("{INVALID}Table is already encrypted by default")
    );
}

#[test]
fn a_table_may_be_made_with_a_key() {
    let mut database = Database::new();
    for (specification, told) in [
        (json!({ "Enabled": false, "SSEType": "KMS" }), "SSEType can not be specified if Enabled is false"),
        (
            json!({ "Enabled": false, "KMSMasterKeyId": "k" }),
            "KMSMasterKeyId can not be specified if Enabled is false",
        ),
        (json!({ "Enabled": true, "SSEType": "AES256" }), "SSEType AES256 is not supported"),
        (
            json!({ "Enabled": true, "KMSMasterKeyId": "k" }),
            "SSEType KMS is required if KMSMasterKeyId is specified",
        ),
    ] {
        let body = with(&cars(), json!({ "SSESpecification": specification }));
        assert_eq!(database.refused("CreateTable", &body), format!("{INVALID}{told}"));
    }
    let created = database.done("CreateTable", &with(&cars(), encrypted(KEY)));
    assert_eq!(
        created["TableDescription"]["SSEDescription"],
        json!({ "Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY })
    );
    let managed = json!({ "TableName": "vans", "SSESpecification": { "SSEType": "KMS" } });
    let created = database.done("CreateTable", &with(&cars(), managed));
    let arn = created["TableDescription"]["SSEDescription"]["KMSMasterKeyArn"].as_str().unwrap().to_owned();
    assert!(arn.starts_with("arn:aws:kms:us-east-1:000000000000:key/"), "{arn}");
}

#[test]
fn deletion_protection_waits_between_two_switches() {
    let mut database = Database::slow_cars();
    database.update(json!({ "DeletionProtectionEnabled": true }));
    assert_eq!(
        database.update_refused(json!({ "DeletionProtectionEnabled": false })),
        "ThrottlingException: Deletion protection setting for table cars modified within the previous 15000 \
         milliseconds. Please try again after 2023-11-14T22:13:45.000Z"
    );
    assert_eq!(
        database.invalid("DeleteTable", &json!({ "TableName": "cars" })),
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
    );
    database.wait(15);
    database.update(json!({ "DeletionProtectionEnabled": true }));
    database.update(json!({ "DeletionProtectionEnabled": false }));
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
}

/// Each of these is the only concern of its request, and the first of them is named.
#[test]
fn one_concern_a_request() {
    let mut database = Database::cars();
    let all = [
        ("SSESpecification", json!({ "Enabled": true }), "Server-Side Encryption modification"),
        ("TableClass", json!("STANDARD"), "TableClass modification"),
        ("DeletionProtectionEnabled", json!(true), "DeletionProtection modification"),
        ("WarmThroughput", json!({ "ReadUnitsPerSecond": 13_000 }), "WarmThroughput"),
        ("OnDemandThroughput", json!({ "MaxReadRequestUnits": 5 }), ""),
        ("BillingMode", json!("PAY_PER_REQUEST"), ""),
    ];
    for (position, (member, value, name)) in all.iter().enumerate() {
        for (other, other_value, _) in &all[position + 1..] {
            let body = json!({ *member: value, *other: other_value });
            if name.is_empty() {
                database.update(body);
            } else {
                let told = format!("{INVALID}{name} must be the only operation in the request");
                assert_eq!(database.update_refused(body), told);
            }
        }
    }
    assert_eq!(
        database.update_refused(
            json!({ "OnDemandThroughput": { "MaxReadRequestUnits": 5 }, "ProvisionedThroughput": units(1, 1) })
        ),
        format!("{INVALID}OnDemandThroughput can only be combined with BillingMode in an UpdateTable request")
    );
    // A structure without members is as good as absent.
    database.update(json!({ "WarmThroughput": {}, "DeletionProtectionEnabled": false }));
    let nothing = database.update_refused(json!({ "WarmThroughput": {} }));
    assert!(nothing.contains("or TableClass is required"), "{nothing}");
}

#[test]
fn limits_and_endpoints_are_those_of_a_new_account() {
    let mut database = Database::new();
    assert_eq!(
        database.done("DescribeLimits", &json!({})),
        json!({
            "AccountMaxReadCapacityUnits": 80_000, "AccountMaxWriteCapacityUnits": 80_000,
            "TableMaxReadCapacityUnits": 40_000, "TableMaxWriteCapacityUnits": 40_000,
        })
    );
    assert_eq!(
        database.done("DescribeEndpoints", &json!({})),
        json!({ "Endpoints": [{ "Address": "dynamodb.us-east-1.amazonaws.com", "CachePeriodInMinutes": 1_440 }] })
    );
}
