//! Names, constraints of the service model, and what a request may not mix.

use serde_json::{Value as Json, json};

use crate::database::Database;

fn get(name: impl Into<Json>) -> Json {
    let name = name.into();
    json!({ "TableName": name, "Key": { "id": { "N": "1" } } })
}

#[test]
fn a_bad_table_name_is_reported_alone() {
    let mut database = Database::new();
    let body = json!({ "TableName": "a b", "Key": null, "ReturnConsumedCapacity": "SOME" });
    assert_eq!(
        database.invalid("GetItem", &body),
        "1 validation error detected: Value 'a b' at 'tableName' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: [a-zA-Z0-9_.-]+"
    );
    assert_eq!(
        database.invalid("GetItem", &get("")),
        "1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: Member must have length \
         greater than or equal to 1"
    );
    assert_eq!(
        database.invalid("GetItem", &get(Json::Null)),
        "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null"
    );
    assert!(database.invalid("GetItem", &get("a".repeat(256))).contains("less than or equal to 255"));
}

#[test]
fn other_violations_are_reported_together() {
    let mut database = Database::new();
    let body = json!({ "TableName": "cars", "ReturnConsumedCapacity": "SOME", "ReturnValues": "ALL" });
    assert_eq!(
        database.invalid("PutItem", &body),
        "3 validation errors detected: Value null at 'item' failed to satisfy constraint: Member must not be null; \
         Value 'SOME' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: \
         [INDEXES, TOTAL, NONE]; Value 'ALL' at 'returnValues' failed to satisfy constraint: Member must satisfy enum \
         value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
    );
}

#[test]
fn no_more_than_ten_violations_are_listed() {
    let mut database = Database::new();
    let definitions: Vec<Json> =
        (0..12).map(|_| json!({ "AttributeName": "a", "AttributeType": "X" })).collect();
    let body = json!({ "TableName": "cars", "AttributeDefinitions": definitions, "KeySchema": [] });
    let text = database.invalid("CreateTable", &body);
    assert!(text.starts_with("10 validation errors detected: "), "{text}");
    assert_eq!(text.matches("failed to satisfy").count(), 10);
}

#[test]
fn an_arn_names_a_table_and_is_repeated_as_it_was_given() {
    let mut database = Database::new();
    database.table("cars");
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/cars";
    let mut body = get(arn);
    body["ReturnConsumedCapacity"] = json!("TOTAL");
    assert_eq!(
        database.done("GetItem", &body),
        json!({ "ConsumedCapacity": { "TableName": arn, "CapacityUnits": 0.5 } })
    );
    assert_eq!(
        database.refused("GetItem", &get("arn:aws:dynamodb:us-east-1:000000000000:table/none")),
        "ResourceNotFoundException: Requested resource not found"
    );
    assert!(database.invalid("GetItem", &get("arn:aws:dynamodb")).starts_with("Invalid table ARN"));
}

#[test]
fn expressions_and_their_predecessors_do_not_mix() {
    let mut database = Database::new();
    database.table("cars");
    let put = json!({
        "TableName": "cars",
        "Item": { "id": { "N": "1" } },
        "Expected": { "id": { "Exists": false } },
        "ConditionExpression": "attribute_not_exists(id)",
    });
    assert_eq!(
        database.invalid("PutItem", &put),
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \
         {Expected} Expression parameters: {ConditionExpression}"
    );
    let values = json!({
        "TableName": "cars",
        "Item": { "id": { "N": "1" } },
        "ExpressionAttributeValues": { ":v": { "N": "1" } },
    });
    assert_eq!(
        database.invalid("PutItem", &values),
        "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"
    );
}

#[test]
fn a_member_that_is_not_implemented_says_so_and_an_unknown_one_is_passed_over() {
    let mut database = Database::new();
    database.table("cars");
    let text =
        database.invalid("CreateTable", &json!({ "TableName": "vans", "GlobalTableSourceArn": "arn" }));
    assert_eq!(text, "GlobalTableSourceArn is a parameter of DynamoDB that dynacore does not support yet");
    let answer = database.done("DescribeTable", &json!({ "TableName": "cars", "Unheard": [{ "of": 1 }] }));
    assert_eq!(answer["Table"]["TableName"], "cars");
}
