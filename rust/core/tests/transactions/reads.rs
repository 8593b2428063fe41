//! What read transactions do.

use serde_json::json;

use crate::database::{Database, car, get_car, number, put, text};

#[test]
fn items_come_in_the_order_of_the_request_over_several_tables() {
    let mut database = Database::new();
    database.write(json!([
        put("cars", car("a", json!({ "x": number(1), "y": number(2) }))),
        put("fleet", json!({ "p": text("p"), "s": number(1) })),
    ]));
    let projected = |projection: &str| {
        json!({ "Get": {
            "TableName": "cars", "Key": { "id": text("a") }, "ProjectionExpression": projection,
        } })
    };
    let body = json!({ "TransactItems": [
        { "Get": { "TableName": "fleet", "Key": { "p": text("p"), "s": number(1) } } },
        get_car("missing"),
        projected("y"),
    ] });
    assert_eq!(
        database.done("TransactGetItems", &body),
        json!({ "Responses": [
            { "Item": { "p": text("p"), "s": number(1) } },
            {},
            { "Item": { "y": number(2) } },
        ] })
    );
    let nothing = json!({ "TransactItems": [projected("z")] });
    assert_eq!(database.done("TransactGetItems", &nothing), json!({ "Responses": [{}] }));
}

#[test]
fn a_read_costs_twice_a_strong_one() {
    let mut database = Database::new();
    database.put_car("a", json!({ "x": text(&"x".repeat(5_000)) }));
    let body = json!({
        "TransactItems": [get_car("a"), get_car("missing")],
        "ReturnConsumedCapacity": "INDEXES",
    });
    let answer = database.done("TransactGetItems", &body);
    assert_eq!(
        answer["ConsumedCapacity"],
        json!([{
            "TableName": "cars",
            "CapacityUnits": 6.0,
            "ReadCapacityUnits": 6.0,
            "Table": { "CapacityUnits": 6.0, "ReadCapacityUnits": 6.0 },
        }])
    );
    assert_eq!(database.used("cars").0, 6.0);
}

#[test]
fn refusals_of_the_whole_request_and_of_one_action() {
    let mut database = Database::new();
    let ask = |database: &mut Database, items| {
        database.refused("TransactGetItems", &json!({ "TransactItems": items }))
    };
    assert_eq!(
        database.refused("TransactGetItems", &json!({})),
        "ValidationException: 1 validation error detected: Value null at 'transactItems' failed to satisfy \
         constraint: Member must not be null"
    );
    assert_eq!(
        ask(&mut database, json!([])),
        "ValidationException: 1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: \
         Member must have length greater than or equal to 1"
    );
    assert_eq!(
        ask(&mut database, json!([{}])),
        "ValidationException: 1 validation error detected: Value null at 'transactItems.1.member.get' failed to \
         satisfy constraint: Member must not be null"
    );
    assert_eq!(
        ask(&mut database, json!([get_car("a"), get_car("a")])),
        "ValidationException: Transaction request cannot include multiple operations on one item"
    );
    let get = |members: serde_json::Value| {
        let mut get = get_car("a");
        get["Get"].as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        get
    };
    assert_eq!(
        ask(&mut database, json!([get_car("b"), get(json!({ "ProjectionExpression": "!!!" }))])),
        "ValidationException: Invalid ProjectionExpression: Syntax error; token: \"!\", near: \"!!\""
    );
    assert_eq!(
        ask(&mut database, json!([get(json!({ "TableName": "nowhere" }))])),
        "ResourceNotFoundException: Requested resource not found"
    );
    let body = json!({ "TransactItems": [
        get_car("b"), get(json!({ "Key": {} })), get(json!({ "Key": { "id": number(1) } })),
    ] });
    assert_eq!(
        database.reasons("TransactGetItems", &body),
        json!([
            { "Code": "None" },
            { "Code": "ValidationError", "Message": "The provided key element does not match the schema" },
            { "Code": "None" },
        ])
    );
    // Unlike in a write transaction, also an empty key is the reason of its action.
    let body = json!({ "TransactItems": [get(json!({ "Key": { "id": text("") } }))] });
    assert_eq!(database.reasons("TransactGetItems", &body)[0]["Code"], "ValidationError");
}

#[test]
fn four_megabytes_are_the_most() {
    let mut database = Database::new();
    let payload = text(&"x".repeat(399_000));
    for id in 0..11 {
        database.put_car(&id.to_string(), json!({ "x": payload }));
    }
    let gets = |count: usize| json!({ "TransactItems": (0..count).map(|id| get_car(&id.to_string())).collect::<Vec<_>>() });
    assert_eq!(database.done("TransactGetItems", &gets(10))["Responses"].as_array().unwrap().len(), 10);
    let refusal = database.refused("TransactGetItems", &gets(11));
    assert!(
        refusal.starts_with("ValidationException: Transaction payload size cannot exceed 4MB."),
        "{refusal}"
    );
}
