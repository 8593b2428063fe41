//! What refuses a write transaction as a whole, and what is the reason of one action.

use serde_json::{Value as Json, json};

use crate::database::{Database, car, check_car, delete_car, number, on_car, put, text};

#[test]
fn reasons_stand_in_the_order_of_the_actions_and_nothing_is_written() {
    let mut database = Database::new();
    database.put_car("a", json!({ "n": number(1) }));
    database.put_car("d", json!({}));
    let before = database.everything();
    let reasons = database.cancelled(json!([
        put("cars", car("b", json!({}))),
        on_car(
            "Put",
            "a",
            json!({
                "ConditionExpression": "attribute_not_exists(id)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            })
        ),
        check_car("d", "attribute_not_exists(id)"),
        on_car(
            "Delete",
            "c",
            json!({
                "ConditionExpression": "attribute_exists(id)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            })
        ),
        on_car(
            "Update",
            "a2",
            json!({
                "UpdateExpression": "SET n = n + :one",
                "ExpressionAttributeValues": { ":one": number(1) },
            })
        ),
    ]));
    let failed = "The conditional request failed";
    assert_eq!(
        reasons,
        json!([
            { "Code": "None" },
            {
                "Code": "ConditionalCheckFailed",
                "Item": { "id": text("a"), "n": number(1) },
                "Message": failed,
            },
            { "Code": "ConditionalCheckFailed", "Message": failed },
            { "Code": "ConditionalCheckFailed", "Message": failed },
            {
                "Code": "ValidationError",
                "Message": "The provided expression refers to an attribute that does not exist in the item",
            },
        ])
    );
    assert_eq!(database.everything(), before);
}

#[test]
fn items_are_validated_before_conditions_and_the_first_bad_one_is_told() {
    let mut database = Database::new();
    let fails = || on_car("Put", "x", json!({ "ConditionExpression": "attribute_exists(id)" }));
    let reasons = database.cancelled(json!([
        fails(),
        put("cars", json!({ "id": number(7) })),
        put("cars", json!({ "id": number(8) })),
        fails_on("y"),
    ]));
    assert_eq!(
        reasons,
        json!([
            { "Code": "None" },
            {
                "Code": "ValidationError",
                "Message": "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
            },
            { "Code": "None" },
            { "Code": "None" },
        ])
    );
}

fn fails_on(id: &str) -> Json {
    on_car("Put", id, json!({ "ConditionExpression": "attribute_exists(id)" }))
}

#[test]
fn checks_against_the_table_are_reasons() {
    let mut database = Database::new();
    let value = json!({ ":v": text("v") });
    let too_large = text(&"x".repeat(399_990));
    database.put_car("large", json!({ "x": too_large }));
    let cases = [
        (put("cars", json!({ "x": text("x") })), "Missing the key id in the item"),
        (
            put("fleet", json!({ "p": text("p"), "s": number(1), "year": text("x") })),
            "Type mismatch for Index Key year",
        ),
        (
            json!({ "Delete": { "TableName": "cars", "Key": { "id": text("a"), "b": text("b") } } }),
            "The provided key element does not match the schema",
        ),
        (
            on_car(
                "Update",
                "a",
                json!({ "UpdateExpression": "SET id = :v", "ExpressionAttributeValues": value }),
            ),
            "Cannot update attribute id. This attribute is part of the key",
        ),
        (
            on_car(
                "Update",
                "large",
                json!({
                    "UpdateExpression": "SET y = :v", "ExpressionAttributeValues": { ":v": text(&"y".repeat(20_000)) },
                }),
            ),
            "Item size to update has exceeded the maximum allowed size",
        ),
    ];
    for (action, text) in cases {
        let reasons = database.cancelled(json!([action.clone(), put("cars", car("fine", json!({})))]));
        assert_eq!(reasons[0]["Code"], "ValidationError", "{action}");
        assert!(reasons[0]["Message"].as_str().unwrap().contains(text), "{action}: {reasons}");
        assert_eq!(reasons[1], json!({ "Code": "None" }));
    }
    assert_eq!(database.car("fine"), json!(null));
}

#[test]
fn an_empty_key_value_refuses_the_whole_request() {
    let mut database = Database::new();
    let text_of = |name: &str| {
        format!(
            "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute \
             cannot contain an empty string value. Key: {name}"
        )
    };
    for action in [put("cars", car("", json!({}))), delete_car(""), check_car("", "attribute_exists(id)")] {
        assert_eq!(database.write_refused(json!([action])), text_of("id"));
    }
    let put_index = put("fleet", json!({ "p": text("p"), "s": number(1), "owner": text("") }));
    let refusal = database.write_refused(json!([put_index]));
    assert!(refusal.starts_with("ValidationException: One or more parameter values are not valid. A value"));
    let update_index = json!({ "Update": {
        "TableName": "fleet", "Key": { "p": text("p"), "s": number(1) },
        "UpdateExpression": "SET #o = :o", "ExpressionAttributeNames": { "#o": "owner" },
        "ExpressionAttributeValues": { ":o": text("") },
    } });
    let refusal = database.write_refused(json!([update_index]));
    assert!(
        refusal.starts_with("ValidationException: One or more parameter values are not valid. The update")
    );
}

#[test]
fn what_needs_no_table_refuses_the_whole_request() {
    let mut database = Database::new();
    let condition = |members: Json| on_car("Put", "a", members);
    let cases = [
        (json!([{}]), "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"),
        (
            json!([{ "Put": put("cars", car("a", json!({})))["Put"], "Delete": delete_car("a")["Delete"] }]),
            "TransactItems can only contain one of Check, Put, Update or Delete",
        ),
        (
            json!([put("cars", car("a", json!({}))), on_car("ConditionCheck", "b", json!({}))]),
            "1 validation error detected: Value null at 'transactItems.2.member.conditionCheck.conditionExpression' \
             failed to satisfy constraint: Member must not be null",
        ),
        (
            json!([{ "Update": {} }]),
            "3 validation errors detected: Value null at 'transactItems.1.member.update.key' failed to satisfy \
             constraint: Member must not be null; Value null at 'transactItems.1.member.update.tableName' failed to \
             satisfy constraint: Member must not be null; Value null at \
             'transactItems.1.member.update.updateExpression' failed to satisfy constraint: Member must not be null",
        ),
        (
            json!([condition(json!({ "ReturnValuesOnConditionCheckFailure": "none" }))]),
            "1 validation error detected: Value 'none' at \
             'transactItems.1.member.put.returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must \
             satisfy enum value set: [ALL_OLD, NONE]",
        ),
        (
            json!([condition(json!({ "ConditionExpression": "attribute_exists(#x)" }))]),
            "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; \
             attribute name: #x",
        ),
        (
            json!([condition(json!({
                "ConditionExpression": "attribute_exists(id)", "ExpressionAttributeNames": { "#x": "x" },
            }))]),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}",
        ),
        (
            json!([condition(json!({ "ExpressionAttributeValues": { ":x": text("x") } }))]),
            "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null",
        ),
        (
            json!([put("cars", car("a", json!({ "x": text(&"x".repeat(410_000)) })))]),
            "Item size has exceeded the maximum allowed size",
        ),
        (
            json!([put("cars", car("a", json!({ "x": { "SS": [] } })))]),
            "One or more parameter values were invalid: An string set  may not be empty",
        ),
    ];
    for (actions, text) in cases {
        assert_eq!(database.write_refused(actions), format!("ValidationException: {text}"));
    }
}

#[test]
fn the_constraints_of_the_request_are_told_together() {
    let mut database = Database::new();
    let body = json!({
        "ReturnConsumedCapacity": "hi",
        "ReturnItemCollectionMetrics": "hi",
        "ClientRequestToken": "x".repeat(37),
    });
    assert_eq!(
        database.refused("TransactWriteItems", &body),
        format!(
            "ValidationException: 4 validation errors detected: Value 'hi' at 'returnConsumedCapacity' failed to satisfy \
             constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value 'hi' at \
             'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: [SIZE, \
             NONE]; Value '{}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than \
             or equal to 36; Value null at 'transactItems' failed to satisfy constraint: Member must not be null",
            "x".repeat(37)
        )
    );
}

#[test]
fn a_missing_table_comes_before_an_item_that_comes_twice() {
    let mut database = Database::new();
    let nowhere = || json!({ "Put": { "TableName": "nowhere", "Item": { "id": text("a") } } });
    let refusal = database.write_refused(json!([nowhere(), nowhere()]));
    assert_eq!(refusal, "ResourceNotFoundException: Requested resource not found");
    let twice = json!([put("cars", car("a", json!({}))), check_car("a", "attribute_exists(id)")]);
    assert_eq!(
        database.write_refused(twice),
        "ValidationException: Transaction request cannot include multiple operations on one item"
    );
}
